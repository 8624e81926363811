"""What a killed program leaves in a home is finished or deleted by the next that opens it."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from app.home import Home
from app.keeping.adapting import drop_model, use_model
from app.keeping.leftovers import ABANDONED
from app.keeping.restore import BEGUN
from app.service import open_service
from app.settings import Settings, load_settings
from eval.training.adapt import write_model
from index.models.choice import Models, adapted_model
from tests.homes import make_home, write_letters


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("whole")
    return make_home(place / "home", write_letters(place / "letters", range(3)))


@pytest.fixture
def settings(whole: Path, tmp_path: Path) -> Settings:
    shutil.copytree(whole, tmp_path / "home")
    return load_settings(tmp_path / "home")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model of two dimensions, as if it had been trained on the home."""
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "停车": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    write_model(tmp_path / "model", "own", tokenizer, np.array([[1, 1], [1, 0]], np.float32))
    return tmp_path / "model"


def dimension(settings: Settings) -> int:
    """Open a home as the next start does; return of how many dimensions its index is."""
    with open_service(settings) as service:
        assert service.search("停车").hits
        assert service.verify().problems == ()
        return service.stats().dimension


@pytest.mark.parametrize("name", ["index-9", BEGUN])
def test_what_is_half_made_goes_unless_somebody_is_making_it(settings: Settings, name: str) -> None:
    half = settings.home / name
    half.mkdir()
    (half / "dafu.sqlite").write_bytes(b"x")
    with Home(settings).writing():
        open_service(settings).close()
        assert half.is_dir()
    open_service(settings).close()
    assert not half.exists()


def test_a_model_is_used_and_dropped_with_its_indexes(settings: Settings, model: Path) -> None:
    with Home(settings) as home:
        use_model(home, model)
        assert dimension(settings) == 2
        drop_model(home)
    assert dimension(settings) == 384
    assert not adapted_model(settings.home).exists()


def test_a_model_whose_indexes_are_made_is_used_after_a_kill(
    settings: Settings, model: Path
) -> None:
    aside = settings.home / "model-aside"
    shutil.copytree(model, aside)
    with Home(settings) as home, home.writing():
        home.rebuild(models=Models(str(aside)))
    assert dimension(settings) == 2
    assert not aside.exists()


def test_what_was_being_written_goes_with_the_next_load(settings: Settings, tmp_path: Path) -> None:
    ours, theirs = (settings.home / f"{name}.json.part" for name in ("manifest", "another"))
    folder = settings.home / "uploads" / "batch.part"
    folder.mkdir(parents=True)
    for path in (ours, theirs):
        path.write_text("{", encoding="utf-8")
    begun = time.time() - ABANDONED
    for path in (ours, folder):
        os.utime(path, (begun, begun))
    with open_service(settings) as service:
        service.ingest([write_letters(tmp_path / "more", range(3, 4))])
    assert not ours.exists()
    assert not folder.exists()
    assert theirs.exists()  # somebody may be writing it


@pytest.mark.parametrize("whole_copy", [True, False])
def test_a_model_whose_indexes_are_not_made_is_not(
    settings: Settings, model: Path, whole_copy: bool
) -> None:
    aside = settings.home / "model-aside"
    shutil.copytree(model, aside)
    if not whole_copy:
        next(aside.rglob("*.safetensors")).unlink()
    assert dimension(settings) == 384
    assert not aside.exists()
    assert not adapted_model(settings.home).exists()


def test_a_model_that_was_about_to_be_dropped_stays_after_a_kill(
    settings: Settings, model: Path
) -> None:
    with Home(settings) as home:
        use_model(home, model)
    adapted_model(settings.home).rename(settings.home / "model-aside")
    assert dimension(settings) == 2
    assert adapted_model(settings.home).is_dir()
