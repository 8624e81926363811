"""Read an uploaded test set: a zip, or queries and judgments, every line of them checked."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from corpus.errors import InputError
from corpus.files import raise_refused
from corpus.readers.package import BROKEN
from eval.data.beir import load_beir, load_judged
from eval.data.convert import FileKind, kind_of
from eval.data.qrels import load_qrels, save_qrels
from eval.data.topics import load_topics, save_topics
from eval.judging.export import PASSAGES, REPLIES, TOPICS

LARGEST_SET = 2 << 30
"""Bytes that an archive may have when unpacked."""

FILES = {"corpus.jsonl", "queries.jsonl", "README.md", TOPICS, REPLIES, PASSAGES}
"""Files of a test set, beside those in `qrels`."""

TOPIC_ENDINGS = (".jsonl", ".csv", ".xlsx")
QRELS_ENDINGS = (".tsv", ".txt", ".qrels", ".csv", ".xlsx")
ENDINGS = tuple(dict.fromkeys((".zip", *TOPIC_ENDINGS, *QRELS_ENDINGS)))
"""Endings of files that test sets are uploaded in."""

EVERYTHING = "test"
"""The split that has all judgments."""

BY_PASSAGES = "passages"
"""The split of a set of judgments whose passages, not replies, are to be found."""


def save_upload(files: Sequence[Path], folder: Path) -> None:
    """Save an uploaded test set in a folder that is empty; without documents where it has none.

    :param files: a zip of a BEIR folder or of exported judgments; or queries and their judgments
        as single files.
    :raises InputError: where the files, or a line of them, cannot be used.
    """
    with _naming_files_only([*files, folder / "queries.jsonl"]):
        if len(files) != 1 or files[0].suffix.lower() != ".zip":
            _join(files, folder)
            return
        _unpack(files[0], folder)
        exported = [p for name in (TOPICS, REPLIES, PASSAGES) if (p := folder / name).is_file()]
        if exported:
            _join(exported, folder)
            for path in exported:
                path.unlink()
        _check(folder)


def list_splits(folder: Path) -> tuple[str, ...]:
    """Return the names of a test set's judgments, all of them first."""
    names = sorted(path.stem for path in (folder / "qrels").glob("*.tsv"))
    return tuple(sorted(names, key=lambda name: name != EVERYTHING))


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack the files of a test set, wherever in the archive its folder is; nothing else.

    A test set is a BEIR folder, or what `save_exported` writes of judgments.

    :raises InputError: where the archive cannot be read, has another number of sets, or is too big.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            files = {PurePosixPath(info.filename): info for info in opened.infolist()}
            roots = [path.parent for path in files if path.name in ("queries.jsonl", TOPICS)]
            if len(roots) != 1:
                raise InputError(
                    f"{archive.name} 里应有且只有一个测试集：corpus.jsonl、queries.jsonl 和 "
                    f"qrels/test.tsv（BEIR），或“判断”导出的 {TOPICS} 和 {REPLIES}；"
                    f"找到 {len(roots)} 个"
                )
            wanted = {p: i for p, i in files.items() if _belongs(p, roots[0])}
            if sum(info.file_size for info in wanted.values()) > LARGEST_SET:
                raise InputError(f"{archive.name} 解开后超过 {LARGEST_SET >> 30} GB，太大了")
            for path, info in wanted.items():
                target = folder / path.relative_to(roots[0])
                target.parent.mkdir(exist_ok=True)
                with opened.open(info) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file)
    except BROKEN as error:
        raise_refused(error)  # such as that the disk is full
        raise InputError(f"{archive.name} 不是能打开的 zip 文件，或已损坏；请重新打包") from error


def _belongs(path: PurePosixPath, root: PurePosixPath) -> bool:
    """Tell whether a file of an archive is one that a test set has; no other is unpacked."""
    if path.parent == root:
        return path.name in FILES
    return path.parent == root / "qrels" and path.suffix == ".tsv"


@contextmanager
def _naming_files_only(files: Sequence[Path]) -> Iterator[None]:
    """Leave out of errors where on this machine the files are kept for a moment."""
    try:
        yield
    except InputError as error:
        message = str(error)
        for file in files:
            message = message.replace(f"{file.parent}{os.sep}", "")
        raise InputError(message) from error


def _check(folder: Path) -> None:
    """Read every line of a test set.

    :raises InputError: where one cannot be used.
    """
    for split in list_splits(folder) or (EVERYTHING,):
        if (folder / "corpus.jsonl").is_file():
            load_beir(folder, split)
        else:
            load_judged(folder / "queries.jsonl", folder / "qrels" / f"{split}.tsv")


def _join(files: Sequence[Path], folder: Path) -> None:
    """Keep queries and their judgments as a test set without documents.

    Judgments of passages may come beside those of replies, as judging exports them.
    """
    passages = [file for file in files if file.name == PASSAGES]
    qrels = [file for file in files if _holds_judgments(file)]
    topics = [file for file in files if file not in qrels and file.suffix.lower() in TOPIC_ENDINGS]
    if len(qrels) == 2 and passages:
        qrels = [file for file in qrels if file not in passages]
    if len(topics) != 1 or len(qrels) != 1:
        raise InputError(
            f"收到的是 {'、'.join(file.name for file in files)}。应是一个测试集的 zip，"
            f"或者两个文件：问题（{' '.join(TOPIC_ENDINGS)}）和判断（{' '.join(QRELS_ENDINGS)}）"
        )
    (folder / "qrels").mkdir()
    for split, file in ((EVERYTHING, qrels[0]), *((BY_PASSAGES, p) for p in passages)):
        load_judged(topics[0], file)
        save_qrels(load_qrels(file), folder / "qrels" / f"{split}.tsv")
    save_topics(load_topics(topics[0]), folder / "queries.jsonl")


def _holds_judgments(file: Path) -> bool:
    ending = file.suffix.lower()
    if ending in TOPIC_ENDINGS:
        return kind_of(file) is FileKind.QRELS
    return ending in QRELS_ENDINGS
