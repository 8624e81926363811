"""Readers: from files of many formats to documents, one report for each that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from corpus.errors import Remark, Unopened, UnreadableFile
from corpus.files import say_trouble
from corpus.readers.endings import DOCUMENTS, PICTURES, SUFFIXES, TABLES, say_unsupported
from corpus.readers.finding import check_file, iter_paths
from corpus.readers.mapping import ColumnMapping, load_mapping, parse_mapping
from corpus.readers.members import Allowance, Item, Read
from corpus.readers.sniff import Form, sniff
from corpus.types import Document

__all__ = [
    "DOCUMENTS",
    "PICTURES",
    "SUFFIXES",
    "TABLES",
    "ColumnMapping",
    "iter_documents",
    "iter_members",
    "iter_paths",
    "load_mapping",
    "parse_mapping",
]

_HAN = re.compile("[\u4e00-\u9fff]")


def iter_documents(
    path: Path, mapping: ColumnMapping | None = None
) -> Iterator[Document | UnreadableFile]:
    """Read one file: one document, or for a table one for each row, for an archive for each file.

    `Document.source` is the resolved path in POSIX form, for a row with `#` and its id behind
    it, or its number (counted from 1, headings included) where it has none, for a file in an
    archive or attached to a mail with `#` and its name. Never raises for bad input: what cannot
    be read is yielded as an `UnreadableFile`.

    `mapping` names the columns of a table; None = the usual headings.
    """
    yield from _iter_file(path.resolve(), mapping, Allowance())


def _iter_file(
    path: Path, mapping: ColumnMapping | None, allowance: Allowance
) -> Iterator[Document | UnreadableFile]:
    try:
        for item in _iter_read(path, mapping, allowance):
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
        yield Unopened(path.as_posix(), f"打不开文件（{say_trouble(error)}）；请检查文件权限和路径")


def _iter_read(
    path: Path, mapping: ColumnMapping | None, allowance: Allowance
) -> Iterator[Document | UnreadableFile]:
    """Read with the reader for the file's content, else for its ending.

    A reader's library is imported only now.

    :raises UnreadableFile: where the whole file cannot be read.
    """
    check_file(path)
    suffix = path.suffix.lower()
    form = None if suffix in TABLES else sniff(path)
    if form in (Form.ZIP, Form.MAIL):
        read = partial(_iter_file, mapping=mapping, allowance=allowance)
        yield from iter_members(path, form, allowance, read)
    elif form is not None:
        yield from _iter_form(path, form, mapping)
    else:
        yield from _iter_plain(path, suffix, mapping)


def _iter_form(
    path: Path, form: Form, mapping: ColumnMapping | None
) -> Iterator[Document | UnreadableFile]:
    """Read a file whose content says what it is, whatever its ending says."""
    match form:
        case Form.PDF:
            from corpus.readers.pdf import read_pdf

            yield from read_pdf(path)
        case Form.WORD:
            from corpus.readers.docx import read_docx

            yield from read_docx(path)
        case Form.OLD_WORD:
            from corpus.readers.doc import read_doc

            yield from read_doc(path)
        case Form.RTF:
            from corpus.readers.rtf import read_rtf

            yield from read_rtf(path)
        case Form.ODT:
            from corpus.readers.odt import read_odt

            yield read_odt(path)
        case Form.OFD:
            from corpus.readers.ofd import read_ofd

            yield from read_ofd(path)
        case Form.PICTURE:
            from corpus.readers.pictures import read_picture

            yield from read_picture(path)
        case Form.HTML:
            from corpus.readers.html import read_html

            suffix = path.suffix.lower()
            if suffix not in (".html", ".htm"):
                yield Remark(path.as_posix(), f"内容是网页，不是 {suffix}；已按网页读入")
            yield from read_html(path)
        case _:
            from corpus.readers.tables import read_table

            yield from read_table(path, mapping)


def _iter_plain(
    path: Path, suffix: str, mapping: ColumnMapping | None
) -> Iterator[Document | UnreadableFile]:
    """Read a file that only its ending says something of."""
    match suffix:
        case ".txt":
            from corpus.readers.text import read_text

            yield from read_text(path)
        case ".md" | ".markdown":
            from corpus.readers.markup import read_markdown

            yield read_markdown(path)
        case ".html" | ".htm":
            from corpus.readers.html import read_html

            yield from read_html(path)
        case _ if suffix in PICTURES:
            from corpus.readers.pictures import read_picture

            yield from read_picture(path)
        case _ if suffix in TABLES:
            from corpus.readers.tables import read_table

            yield from read_table(path, mapping)
        case _ if suffix in SUFFIXES:
            yield from _iter_mistaken(path, suffix)
        case _:
            yield UnreadableFile(path.as_posix(), say_unsupported(suffix))


def _iter_mistaken(path: Path, suffix: str) -> Iterator[Document | UnreadableFile]:
    """Read a file that is not what its ending says: Chinese text, or nothing that can be known.

    :raises UnreadableFile: where it is no Chinese text.
    """
    from corpus.readers.text import read_text

    broken = UnreadableFile(
        path.as_posix(),
        f"文件已损坏，或不是 {suffix} 文件：没有它应有的开头；请从原处重新复制，或打开后另存",
    )
    try:
        items = list(read_text(path))
    except UnreadableFile as error:
        raise broken from error
    lines = (line.text for item in items if isinstance(item, Document) for line in item.lines)
    if not _HAN.search("".join(lines)):
        raise broken
    yield Remark(path.as_posix(), f"内容不是 {suffix}，而是纯文字；已按文字读入")
    yield from items


def iter_members(path: Path, form: Form | None, allowance: Allowance, read: Read) -> Iterator[Item]:
    """Read the files within an archive or a mail; nothing where it is neither."""
    if form is Form.ZIP:
        from corpus.readers.archive import read_zip

        yield from read_zip(path, allowance, read)
    elif form is Form.MAIL:
        from corpus.readers.mail import read_mail

        yield from read_mail(path, allowance, read)
