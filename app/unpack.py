"""Unpack an uploaded test set, and nothing else."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from corpus.errors import InputError

LARGEST_SET = 2 << 30
"""Bytes that an archive may have when unpacked."""


def unpack(archive: Path, folder: Path) -> None:
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
