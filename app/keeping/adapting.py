"""Change the model of a home together with its indexes: both or neither, whenever a kill comes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.home import Home
from corpus.errors import HomeError, ModelError
from corpus.progress import Progress
from index.models.choice import Models, adapted_model
from index.stores.manifest import load_manifest, write_lock


def use_model(home: Home, model: Path, progress: Progress | None = None) -> None:
    """Make the indexes with a model, then put it where the settings find it.

    :raises HomeBusy: where another process is writing.
    """
    with home.writing(), _aside(home.folder) as aside:
        shutil.copytree(model, aside)
        home.rebuild(progress, Models(str(aside)))
        home.close_engine()  # it knows the model by the folder that is renamed


def drop_model(home: Home, progress: Progress | None = None) -> None:
    """Make the indexes with the bundled model as it came, and delete the home's own.

    :raises HomeBusy: where another process is writing.
    """
    with home.writing(), _aside(home.folder) as aside:
        adapted_model(home.folder).rename(aside)
        home.rebuild(progress, Models())
        home.close_engine()


def finish_adaptation(home: Path) -> None:
    """Put in place, or delete, what stood aside when a program was killed."""
    if _place_aside(home).is_dir():
        with suppress(HomeError), write_lock(home):  # who is writing is about to do so
            _settle(home)


@contextmanager
def _aside(home: Path) -> Iterator[Path]:
    """Give a place for a model beside the home's own; which of them is used, the indexes say."""
    aside = _place_aside(home)
    shutil.rmtree(aside, ignore_errors=True)
    try:
        yield aside
    finally:
        _settle(home)


def _settle(home: Path) -> None:
    """Make the model aside the home's where the indexes are made with it, else delete it."""
    aside, model = _place_aside(home), adapted_model(home)
    if _is_indexed(home, aside):
        shutil.rmtree(model, ignore_errors=True)
        aside.rename(model)
    else:
        shutil.rmtree(aside, ignore_errors=True)


def _is_indexed(home: Path, model: Path) -> bool:
    from index.models.static import StaticEmbedder

    with suppress(ModelError, HomeError):  # half copied; or indexes that are to be made anew
        manifest = load_manifest(home)
        return manifest is not None and manifest.stamp.model == StaticEmbedder(model).name
    return False


def _place_aside(home: Path) -> Path:
    return home / "model-aside"
