"""What the indexes of a home were made with, in which folder they are, and who may write to them.

The manifest is the switch between old and new indexes: a rebuild makes the new ones in another
folder and then replaces the manifest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.clock import now
from corpus.errors import HomeBusy, HomeError, IndexDamaged, IndexMismatch
from corpus.files import (
    PRIVATE_FILE,
    make_private_folder,
    save_text_atomically,
    say_fault,
    say_trouble,
)

LOCK_NAME = "write.lock"


@contextmanager
def write_lock(home: Path) -> Iterator[None]:
    """Keep all others from writing to a home, in this process and in others; readers go on.

    The lock goes with the process, so a kill leaves none behind.

    :raises HomeBusy: where another is writing.
    :raises HomeError: where the home can't be written to.
    """
    with hold_lock(home, LOCK_NAME, f"另一个程序正在写入资料夹 {home}。请等它结束后再试。"):
        yield


@contextmanager
def hold_lock(home: Path, name: str, busy: str) -> Iterator[None]:
    """Hold one of a home's locks, which goes with the process.

    :raises HomeBusy: saying `busy`, where another holds it.
    :raises HomeError: where the home can't be written to.
    """
    lock = FileLock(home / name, timeout=0, mode=PRIVATE_FILE)
    try:
        make_private_folder(home)
        lock.acquire()
    except Timeout as error:
        raise HomeBusy(busy) from error
    except OSError as error:
        raise HomeError(
            f"资料夹 {home} 不能写入（{say_trouble(error)}）。请检查读写权限。"
        ) from error
    try:
        yield
    finally:
        lock.release()


FILE_NAME = "manifest.json"

FORMAT = 4
"""Raised whenever indexes are laid out otherwise, or other text is indexed, than before."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What must be equal for an index to be searched: model, its dimension, segmentation."""

    model: str
    dimension: int
    segmentation: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The indexes of a home; `folder` is the name of their folder within it.

    `place` says which collection of a Milvus server holds both legs, "" that the folder does.
    """

    stamp: Stamp
    folder: str
    created: str
    format: int = FORMAT
    place: str = ""

    @classmethod
    def new(cls, home: Path, stamp: Stamp) -> Manifest:
        """Make a manifest for new indexes, in a folder that the home has not used."""
        used = [int(path.name.rpartition("-")[2]) for path in index_folders(home)]
        return cls(stamp, f"index-{max(used, default=0) + 1}", now())

    def check(self, expected: Stamp) -> None:
        """Make sure that the indexes fit the program and its settings.

        :raises IndexMismatch: naming all that differs, and the remedy.
        """
        found = self.stamp
        differences = list(_iter_differences(self.format, found, expected))
        if differences:
            raise IndexMismatch("；".join(differences) + "。" + REMEDY)


REMEDY = "请运行 dafu rebuild 重建索引（文库不受影响）。"


def _iter_differences(format: int, found: Stamp, expected: Stamp) -> Iterator[str]:
    if format != FORMAT:
        yield f"索引的格式是第 {format} 版，本程序要第 {FORMAT} 版"
    if (found.model, found.dimension) != (expected.model, expected.dimension):
        yield (
            f"索引是用模型 {found.model}（{found.dimension} 维）建的，"
            f"现在的设置是 {expected.model}（{expected.dimension} 维）"
        )
    if found.segmentation != expected.segmentation:
        yield f"索引的分词是 {found.segmentation}，现在的是 {expected.segmentation}"


def load_manifest(home: Path) -> Manifest | None:
    """Load the manifest of a home; None where it has no indexes yet.

    :raises IndexDamaged: where it can't be read.
    """
    path = home / FILE_NAME
    try:
        values = json.loads(path.read_text("utf-8"))
        return Manifest(
            stamp=Stamp(
                model=str(values["model"]),
                dimension=int(values["dimension"]),
                segmentation=str(values["segmentation"]),
            ),
            folder=_checked_folder(values["folder"]),
            created=str(values["created"]),
            format=int(values["format"]),
            place=str(values.get("place", "")),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"索引说明 {path} 读不出（{say_fault(error)}）。{REMEDY}") from error


def save_manifest(home: Path, manifest: Manifest) -> None:
    """Save the manifest; from then on the indexes in its folder are the home's."""
    values = {
        "format": manifest.format,
        **asdict(manifest.stamp),
        "folder": manifest.folder,
        "created": manifest.created,
        **({"place": manifest.place} if manifest.place else {}),
    }
    content = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    save_text_atomically(home / FILE_NAME, content)


def index_folders(home: Path) -> list[Path]:
    """Return the folders of indexes in a home, old and new."""
    return [path for path in home.glob("index-*") if _FOLDER.fullmatch(path.name)]


def _checked_folder(name: str) -> str:
    if not _FOLDER.fullmatch(name):
        raise ValueError(name)
    return name


_FOLDER = re.compile(r"index-[0-9]{1,9}")
