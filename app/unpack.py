"""Unpack an uploaded test set, and nothing else."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from corpus.errors import InputError
from eval.judging.export import PASSAGES, REPLIES, TOPICS

LARGEST_SET = 2 << 30
"""Bytes that an archive may have when unpacked."""

FILES = {"corpus.jsonl", "queries.jsonl", "README.md", TOPICS, REPLIES, PASSAGES}
"""Files of a test set, beside those in `qrels`."""


def unpack(archive: Path, folder: Path) -> None:
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
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise InputError(f"{archive.name} 不是能打开的 zip 文件（{error}）") from error


def _belongs(path: PurePosixPath, root: PurePosixPath) -> bool:
    """Tell whether a file of an archive is one that a test set has; no other is unpacked."""
    if path.parent == root:
        return path.name in FILES
    return path.parent == root / "qrels" and path.suffix == ".tsv"
