"""The test sets of a home: made of the library, uploaded, listed, packed, deleted."""

from __future__ import annotations

import itertools
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app.evaluation.uploaded_sets import list_splits, save_upload
from corpus.errors import InputError, NotFound
from corpus.files import say_trouble
from corpus.progress import Progress
from corpus.store.store import Store
from eval.making.queries import QueryKind
from eval.making.testset import make_test_set
from eval.sets import JudgedSource

LONGEST_NAME = 60

FOLDER_NAME = re.compile(r"[^\\/:*?\"<>|.\x00-\x1f][^\\/:*?\"<>|\x00-\x1f]*")
"""Names that every system takes as a folder's."""


@dataclass(frozen=True, slots=True)
class SetCard:
    """A test set as it is listed; without documents where it is for the library.

    `splits` are (name, judgments), all judgments first. `notes` say how it was made and
    what leaks; empty for most uploaded sets.
    """

    name: str
    documents: int
    queries: int
    splits: tuple[tuple[str, int], ...]
    made: datetime
    notes: str


class TestSets:
    """The test sets in `evaluation/testsets` of a home, each a BEIR folder."""

    __test__ = False  # not a class of tests, whatever pytest thinks of its name

    def __init__(self, home: Path) -> None:
        self._folder = home / "evaluation" / "testsets"

    def list_sets(self) -> tuple[SetCard, ...]:
        """Return the test sets, newest first."""
        if not self._folder.is_dir():
            return ()
        cards = [_card(path) for path in self._folder.iterdir() if not path.name.startswith(".")]
        return tuple(sorted(cards, key=lambda card: (card.made, card.name), reverse=True))

    def path(self, name: str) -> Path:
        """Return the folder of a test set.

        :raises NotFound: where there is none of that name.
        """
        if name not in {card.name for card in self.list_sets()}:
            raise NotFound(f"没有名为“{name}”的测试集，可能已被删除；请重新选择")
        return self._folder / name

    def check_new(self, name: str) -> str:
        """Return the name of a set that is to be, without the spaces around it.

        :raises InputError: where it cannot be a folder's, or there is a set of that name.
        """
        name = check_name(name)
        if (self._folder / name).exists():
            raise InputError(f"已经有名为“{name}”的测试集，请换一个名称，或先删除原来的")
        return name

    def free_name(self, name: str) -> str:
        """Return a name, with a number after it where there is a set of that name."""
        numbered = (f"{name}（{number}）" for number in itertools.count(2))
        names = itertools.chain([name], numbered)
        return next(each for each in names if not (self._folder / each).exists())

    def make(
        self, name: str, store: Store, kinds: Sequence[QueryKind], progress: Progress
    ) -> SetCard:
        """Make a test set of the library, of these kinds of questions.

        :raises InputError: where the name cannot be used, or no set can be made of the library.
        """
        with self._new(name) as folder:
            make_test_set(store, folder, kinds, progress)
        return _card(self._folder / name.strip())

    def add(self, name: str, files: Sequence[Path]) -> SetCard:
        """Keep an uploaded test set.

        :param files: a zip of a BEIR folder or of exported judgments; or queries and their
            judgments as single files. A set without documents is for the library itself.
        :raises InputError: where the name, the files, or a line of them cannot be used.
        """
        with self._new(name) as folder:
            save_upload(files, folder)
        return _card(self._folder / name.strip())

    def pack(self, name: str, folder: Path) -> Path:
        """Write a test set as NAME.zip into a folder; return the file."""
        source = self.path(name)
        target = folder / f"{name}.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(source.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(source).as_posix())
        return target

    def delete(self, name: str) -> None:
        """Delete a test set; what was measured by it stays.

        :raises NotFound: where there is none of that name.
        """
        shutil.rmtree(self.path(name))

    @contextmanager
    def _new(self, name: str) -> Iterator[Path]:
        """Give an empty folder that becomes the set of that name if all goes well."""
        name = self.check_new(name)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix=".", dir=self._folder) as folder:
                begun = Path(folder, "set")
                begun.mkdir()
                yield begun
                begun.rename(self._folder / name)
        except OSError as error:
            raise InputError(f"写不了 {self._folder / name}：{say_trouble(error)}") from error


def open_set(folder: Path, split: str, home: Path) -> JudgedSource:
    """Say where a test set stands; one that brings no documents is asked of the library."""
    if (folder / "corpus.jsonl").is_file():
        return JudgedSource(folder, home)
    return JudgedSource(folder / "queries.jsonl", home, folder / "qrels" / f"{split}.tsv")


def check_name(name: str) -> str:
    """Return a test set's name without the spaces around it.

    :raises InputError: where it is no name for a folder.
    """
    name = name.strip()
    if not name:
        raise InputError("请给测试集起个名称，例如“2024年答复”")
    if len(name) > LONGEST_NAME or not FOLDER_NAME.fullmatch(name) or name.endswith((".", " ")):
        raise InputError(
            f"名称“{name[:LONGEST_NAME]}”不能用：最多 {LONGEST_NAME} 个字，"
            '不以句点开头或结尾，不含 / \\ : * ? " < > |'
        )
    return name


def _card(folder: Path) -> SetCard:
    notes = folder / "README.md"
    return SetCard(
        name=folder.name,
        documents=_count_lines(folder / "corpus.jsonl"),
        queries=_count_lines(folder / "queries.jsonl"),
        splits=tuple(
            (s, _count_lines(folder / "qrels" / f"{s}.tsv") - 1) for s in list_splits(folder)
        ),
        made=datetime.fromtimestamp(folder.stat().st_mtime),
        notes=notes.read_text(encoding="utf-8", errors="replace") if notes.is_file() else "",
    )


def _count_lines(path: Path) -> int:
    if not path.is_file():
        return 0
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip())
