"""Readers: from files of many formats to documents, one report for each that cannot be read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.readers.columns import ColumnMapping, load_mapping, parse_mapping
from corpus.types import Document

__all__ = [
    "SUFFIXES",
    "ColumnMapping",
    "iter_documents",
    "iter_paths",
    "load_mapping",
    "parse_mapping",
]

SUFFIXES = (
    *(".txt", ".md", ".markdown", ".html", ".htm", ".docx", ".pdf"),
    *(".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx", ".xls"),
    *(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"),
)
"""Endings of the files that can be read."""
_REMEDIES = {
    ".doc": "请用 Word 或 WPS 另存为 .docx",
    ".wps": "请用 WPS 另存为 .docx",
    ".rtf": "请用 Word 或 WPS 另存为 .docx",
    ".ofd": "请用阅读器另存为带文字层的 PDF，或复制文字存为 .txt",
    ".et": "请用 WPS 另存为 .xlsx",
    ".json": "请改成每行一个 JSON 对象的 .jsonl",
    ".zip": "请先解压",
    ".rar": "请先解压",
    ".7z": "请先解压",
}
_MOST_BYTES = 500 << 20
"""Larger files than 500 MiB are no replies, and would not fit an office PC's memory."""


def iter_paths(paths: Iterable[Path]) -> Iterator[Path | UnreadableFile]:
    """Yield the files to read, absolute, each once; folders are walked in sorted order.

    Hidden files and folders and the lock files of Office (`~$…`) are passed over in silence.
    A named path that does not exist, and a file of another format, is yielded as a report.
    """
    seen: set[Path] = set()
    for named in paths:
        path = named.resolve()
        if not path.exists():
            yield UnreadableFile(path.as_posix(), "没有这个文件或文件夹；请检查路径")
            continue
        for file in _walk(path) if path.is_dir() else [path]:
            if file in seen:
                continue
            seen.add(file)
            yield file if file.suffix.lower() in SUFFIXES else _unsupported(file)


def iter_documents(
    path: Path, mapping: ColumnMapping | None = None
) -> Iterator[Document | UnreadableFile]:
    """Read one file: one document, or for a table one for each row.

    `Document.source` is the resolved path in POSIX form, for a row with `#` and its id behind
    it, or its number (counted from 1, headings included) where it has none. Never raises for
    bad input: what cannot be read is yielded as an `UnreadableFile`.

    `mapping` names the columns of a table; None = the usual headings.
    """
    path = path.resolve()
    try:
        for item in _iter_read(path, mapping):
            if isinstance(item, Document) and not any(line.text.strip() for line in item.lines):
                yield UnreadableFile(
                    item.source, "没有读到文字：文件里没有正文；请确认内容后再导入"
                )
            else:
                yield item
    except UnreadableFile as error:
        yield error
    except MemoryError:
        yield UnreadableFile(path.as_posix(), "文件太大，内存不够；请拆成几个文件后再导入")
    except OSError as error:
        yield UnreadableFile(
            path.as_posix(), f"打不开文件（{error.strerror or error}）；请检查文件权限和路径"
        )


def _iter_read(  # noqa: PLR0912 (one branch a format)
    path: Path, mapping: ColumnMapping | None
) -> Iterator[Document | UnreadableFile]:
    """Read with the reader for the file's ending, whose library is imported only now.

    :raises UnreadableFile: where the whole file cannot be read.
    """
    if not path.is_file():
        raise UnreadableFile(path.as_posix(), "没有这个文件；请检查路径")
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile(path.as_posix(), "文件是空的（0 字节）；请重新取得这个文件")
    if size > _MOST_BYTES:
        raise UnreadableFile(path.as_posix(), f"文件有 {size >> 20} MB，太大；请拆分后再导入")
    match path.suffix.lower():
        case ".txt":
            from corpus.readers.text import read_text

            yield read_text(path)
        case ".md" | ".markdown":
            from corpus.readers.markup import read_markdown

            yield read_markdown(path)
        case ".html" | ".htm":
            from corpus.readers.html import read_html

            yield read_html(path)
        case ".docx":
            from corpus.readers.docx import read_docx

            yield read_docx(path)
        case ".pdf":
            from corpus.readers.pdf import read_pdf

            yield from read_pdf(path)
        case ".png" | ".jpg" | ".jpeg" | ".tif" | ".tiff" | ".bmp":
            from corpus.readers.pictures import read_picture

            yield from read_picture(path)
        case ".jsonl" | ".ndjson":
            from corpus.readers.tables import read_jsonl

            yield from read_jsonl(path, mapping)
        case ".csv" | ".tsv":
            from corpus.readers.tables import read_csv

            yield from read_csv(path, mapping)
        case ".xlsx" | ".xls":
            from corpus.readers.tables import read_xlsx

            yield from read_xlsx(path, mapping)
        case _:
            yield _unsupported(path)


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith((".", "~$")):
                yield Path(root, name)


def _unsupported(path: Path) -> UnreadableFile:
    suffix = path.suffix.lower()
    remedy = _REMEDIES.get(suffix, f"可读的格式：{'、'.join(SUFFIXES)}")
    return UnreadableFile(
        path.as_posix(), f"跳过：格式不支持（{suffix or '没有扩展名'}）；{remedy}"
    )
