"""What workers are asked to do with a file; what takes long to import is imported when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import UnreadableFile
from corpus.readers import ColumnMapping, iter_documents
from corpus.types import Document, ParsedReply

if TYPE_CHECKING:
    from corpus.readers.opening import Table

Parsed = list[ParsedReply | UnreadableFile]
"""What is in one file, in its order."""

Numbered = list[tuple[int, ParsedReply | UnreadableFile]]
"""Some of what is in one file, with the numbers of the documents."""

MOST_CHARACTERS = 1_000_000
"""More than a long book: no reply. Nobody finds anything in it, and each quote must be checked."""

ODD = (
    "文件的结构与别的文件不同，没有读懂，已跳过；请打开核对，另存为 .docx、.xlsx 或 UTF-8 的 .txt "
    "后再导入"
)
"""Said where a reader fails in a way that nobody has thought of."""


def parse_file(path: Path, mapping: ColumnMapping | None = None) -> Parsed:
    """Return all that is in one file, parsed."""
    return [item for _, item in parse_part(path, mapping, 0, 1)]


def parse_part(path: Path, mapping: ColumnMapping | None, part: int, parts: int) -> Numbered:
    """Parse every `parts`-th document of a file, beginning with number `part`."""
    documents = enumerate(iter_documents(path, mapping))
    return [
        (n, item) for n, document in documents if n % parts == part for item in _parse(document)
    ]


def read_documents(path: Path) -> list[Document | UnreadableFile]:
    """Return the documents of a file, unparsed."""
    return list(iter_documents(path))


def look_at_tables(path: Path, mapping: ColumnMapping | None = None) -> list[Table]:
    """Return the tables of a file with their first rows, without the rest.

    :raises UnreadableFile: where the file cannot be read, or is empty.
    """
    from corpus.readers.opening import iter_tables

    return [replace(table, items=()) for table in iter_tables(path, mapping)]


def _parse(document: Document | UnreadableFile) -> Sequence[ParsedReply | UnreadableFile]:
    from corpus.parse import parse_letters

    if isinstance(document, UnreadableFile):
        return [document]
    length = sum(len(line.text) for line in document.lines)
    if length > MOST_CHARACTERS:
        return [
            UnreadableFile(
                document.source,
                f"一份答复有 {length:,} 字，最多 {MOST_CHARACTERS:,} 字，没有读；请拆分后再导入",
            )
        ]
    try:
        return parse_letters(document)
    except UnreadableFile as error:
        return [error]
    except Exception:  # one odd row must not take the others with it
        return [UnreadableFile(document.source, ODD)]
