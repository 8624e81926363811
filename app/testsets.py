"""The test sets of a home: made of the library, uploaded, listed, packed, deleted."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from corpus.errors import InputError, NotFound
from corpus.store import Store
from eval.files.beir import load_beir
from eval.testsets.library import make_test_set

LONGEST_NAME = 60
LARGEST_SET = 2 << 30
"""Bytes that an uploaded archive may have when unpacked."""

EVERYTHING = "test"
"""The split that has all judgments."""

NAMED = re.compile(r"[^\\/:*?\"<>|.\x00-\x1f][^\\/:*?\"<>|\x00-\x1f]*")
"""Names that every system takes as a folder's."""


@dataclass(frozen=True, slots=True)
class SetCard:
    """A test set as it is listed; `splits` are (name, judgments), all judgments first.

    `notes` say how it was made and what leaks; empty for most uploaded sets.
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
        self._home = home
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

    def make(self, name: str) -> SetCard:
        """Make a test set of the library.

        :raises InputError: where the name cannot be used, or no set can be made of the library.
        """
        with self._new(name) as folder, Store.open(self._home) as store:
            make_test_set(store, folder)
        return _card(self._folder / name.strip())

    def add(self, name: str, archive: Path) -> SetCard:
        """Keep an uploaded test set: a zip of a BEIR folder.

        :raises InputError: where the name, the archive, or a line of the set cannot be used.
        """
        with self._new(name) as folder:
            _unpack(archive, folder)
            for split in _splits(folder) or (EVERYTHING,):
                load_beir(folder, split)
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
            raise InputError(f"写不了 {self._folder / name}：{error.strerror}") from error


def check_name(name: str) -> str:
    """Return a test set's name without the spaces around it.

    :raises InputError: where it is no name for a folder.
    """
    name = name.strip()
    if not name:
        raise InputError("请给测试集起个名称，例如“2024年答复”")
    if len(name) > LONGEST_NAME or not NAMED.fullmatch(name) or name.endswith((".", " ")):
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
        splits=tuple((s, _count_lines(folder / "qrels" / f"{s}.tsv") - 1) for s in _splits(folder)),
        made=datetime.fromtimestamp(folder.stat().st_mtime),
        notes=notes.read_text(encoding="utf-8", errors="replace") if notes.is_file() else "",
    )


def _splits(folder: Path) -> tuple[str, ...]:
    names = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
    return tuple(sorted(names, key=lambda name: name != EVERYTHING))


def _count_lines(path: Path) -> int:
    if not path.is_file():
        return 0
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip())


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack the files of a BEIR folder, wherever in the archive the folder is; nothing else."""
    try:
        with zipfile.ZipFile(archive) as opened:
            files = {PurePosixPath(info.filename): info for info in opened.infolist()}
            roots = [path.parent for path in files if path.name == "queries.jsonl"]
            if len(roots) != 1:
                raise InputError(
                    f"{archive.name} 里应有且只有一个 BEIR 测试集"
                    f"（corpus.jsonl、queries.jsonl、qrels/test.tsv），找到 {len(roots)} 个"
                )
            wanted = {p: i for p, i in files.items() if _belongs(p, roots[0])}
            if sum(info.file_size for info in wanted.values()) > LARGEST_SET:
                raise InputError(f"{archive.name} 解开后超过 {LARGEST_SET >> 30} GB，太大了")
            for path, info in wanted.items():
                target = folder / path.relative_to(roots[0])
                target.parent.mkdir(exist_ok=True)
                with opened.open(info) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise InputError(f"{archive.name} 不是能打开的 zip 文件（{error}）") from error


def _belongs(path: PurePosixPath, root: PurePosixPath) -> bool:
    """Tell whether a file of an archive is one that a BEIR folder has; no other is unpacked."""
    if path.parent == root:
        return path.name in {"corpus.jsonl", "queries.jsonl", "README.md"}
    return path.parent == root / "qrels" and path.suffix == ".tsv"
