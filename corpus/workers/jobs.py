"""What workers are asked to do with a file; what takes long to import is imported when asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import UnreadableFile
from corpus.readers import ColumnMapping, iter_documents
from corpus.types import Document, ParsedReply
from corpus.workers.parcels import travel_light

if TYPE_CHECKING:
    from PIL.Image import Image

    from corpus.readers.opening import Table

travel_light()

Parsed = list[ParsedReply | UnreadableFile]
"""What is in one file, in its order."""

Numbered = list[tuple[int, ParsedReply | UnreadableFile]]
"""Some of what is in one file, with the numbers of the documents."""

PARSE_FORMAT = 4
"""Raised whenever the same file would be parsed otherwise, so that it is read again."""

MOST_CHARACTERS = 3_000_000
"""Of one document, before the letters in it are parted: more than any volume of replies."""
LONGEST_REPLY = 300_000
"""Characters: a book, no reply. Each question reads the best replies whole: one of these takes it
three seconds, and as much again for each that is as long."""

ODD = (
    "文件的结构与别的文件不同，没有读懂，已跳过；请打开核对，另存为 .docx、.xlsx 或 UTF-8 的 .txt "
    "后再导入"
)
"""Said where a reader fails in a way that nobody has thought of."""


def parse_file(path: Path, mapping: ColumnMapping | None = None) -> Parsed:
    """Return all that is in one file, parsed."""
    return [item for _, item in parse_part(path, mapping, 0, 1)]


def parse_files(path: Path, others: Sequence[Path], mapping: ColumnMapping | None) -> list[Parsed]:
    """Return all that is in each of several files."""
    return [parse_file(each, mapping) for each in (path, *others)]


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


def draw_original(path: Path, digest: str, number: int) -> Image | None:
    """Draw a page, counted from 0, of the file with this digest; None where it is not there.

    It is `path` itself or a file within it.

    :raises UnreadableFile: where the page can't be drawn.
    """
    from corpus.readers.originals import use_original
    from corpus.readers.pages import draw_page

    return use_original(path, digest, lambda original: draw_page(original, number))


def take_original(path: Path, digest: str) -> bytes | None:
    """Return the file with this digest that lies within another; None where it is not there."""
    from corpus.readers.originals import use_original

    return use_original(path, digest, lambda original: original.read_bytes())


def _parse(document: Document | UnreadableFile) -> Sequence[ParsedReply | UnreadableFile]:
    from corpus.parse import parse_letters

    if isinstance(document, UnreadableFile):
        return [document]
    length = sum(len(line.text) for line in document.lines)
    if length > MOST_CHARACTERS:
        return [_too_long(document.source, length, MOST_CHARACTERS)]
    try:
        parsed = parse_letters(document)
    except UnreadableFile as error:
        return [error]
    except Exception:  # one odd row must not take the others with it
        return [UnreadableFile(document.source, ODD)]
    return [
        each
        if (length := len(each.reply.text) + len(each.reply.question)) <= LONGEST_REPLY
        else _too_long(each.reply.source, length, LONGEST_REPLY)
        for each in parsed
    ]


def _too_long(source: str, length: int, most: int) -> UnreadableFile:
    return UnreadableFile(
        source, f"有 {length:,} 字，最多 {most:,} 字，没有读；请按答复拆成几个文件后再导入"
    )
