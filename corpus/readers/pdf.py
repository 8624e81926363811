"""PDF: the text layer, line by line, page by page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from corpus.errors import UnreadableFile
from corpus.plausible import implausible
from corpus.readers.printed import PageText, Printed, page_text
from corpus.types import Document, Line

_BODY_LINE = 15
"""A line of so many characters is running text, whose left edge is the margin."""
_MOST_INDENT = 10
_MOST_UNKNOWN = 0.5
"""Share of glyphs, or of lines, without characters beyond which nothing is worth loading."""
_FEW_LETTERS = 30
"""So few characters on a page that a picture covers are the scanner's own mark."""
_COVERED = 0.5
_BROKEN = "文件已损坏，不是完整的 PDF；请从原处重新复制，或用阅读器打开后另存"


def read_pdf(path: Path) -> Iterator[Document | UnreadableFile]:
    """Read the text layer of a .pdf file; what of it cannot be read is reported.

    Lines stand in reading order: column by column, from top to bottom, turned pages upright,
    watermarks left out; an indented line begins with as many full-width spaces as its indent
    has room for. What is written across the margin comes after the end.

    :raises UnreadableFile: where the file is encrypted or broken, or has no text layer, or its
        fonts do not say which characters they show.
    """
    source = path.as_posix()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    pages, scanned = _load_pages(path)
    text = "\n".join(line.text for page in pages for line in page.lines)
    glyphs, unknown = (sum(page.glyphs for page in pages), sum(page.unknown for page in pages))
    if not glyphs or len(scanned) == len(pages):
        raise UnreadableFile(source, _SCANNED)
    lost = sum(len(page.unreadable) for page in pages)
    if unknown > _MOST_UNKNOWN * glyphs or lost > sum(len(page.lines) for page in pages):
        raise UnreadableFile(source, f"文字层的字体没有编码，读出来是乱码；{_RECOGNISE}")
    if garbage := implausible(text):
        raise UnreadableFile(source, f"文字层{garbage}；{_RECOGNISE}")
    for number in scanned:
        yield UnreadableFile(f"{source}#第{number}页", f"这一页{_SCANNED}；其余各页已读入")
    for number, page in enumerate(pages, 1):
        if page.unreadable:
            yield UnreadableFile(f"{source}#第{number}页", _unreadable(page))
    yield Document(source, tuple(_lines(pages)))


_RECOGNISE = "请先做文字识别（OCR），再导入"
_SCANNED = f"没有文字层（扫描件）；{_RECOGNISE}"


def _unreadable(page: PageText) -> str:
    return (
        f"这一页有 {len(page.unreadable)} 行的字体没有编码，读不出来，没有读入；其余文字已读入；"
        "请打开原件核对，或先做文字识别（OCR）"
    )


def _load_pages(path: Path) -> tuple[list[PageText], list[int]]:
    """Return the text of each page, and the numbers, from 1, of pages that are mere pictures.

    :raises UnreadableFile: where the file is encrypted or broken.
    """
    source = path.as_posix()
    pages: list[PageText] = []
    scanned: list[int] = []
    try:
        with pdfplumber.open(path) as document:
            for page in document.pages:
                text = page_text(page)
                if _is_picture(page, text):
                    scanned.append(page.page_number)
                    text = replace(text, lines=())
                pages.append(text)
                page.close()
    except PdfminerException as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (error, *error.args)):
            raise UnreadableFile(source, "文件已加密，需要密码；请去掉密码后再导入") from error
        raise UnreadableFile(source, _BROKEN) from error
    except Exception as error:  # what a broken file raises depends on where it is broken
        raise UnreadableFile(source, _BROKEN) from error
    return pages, scanned


def _is_picture(page: Page, text: PageText) -> bool:
    """Tell whether a page is a scan, on which the scanner may have left a line of its own."""
    letters = sum(len(line.text) for line in text.lines)
    if not letters:
        return bool(page.images) and not text.unreadable
    pictures = (image["width"] * image["height"] for image in page.images)
    area = _COVERED * float(page.width) * float(page.height)
    return letters < _FEW_LETTERS and any(picture > area for picture in pictures)


def _lines(pages: Sequence[PageText]) -> Iterator[Line]:
    edges = [line.left for page in pages for line in page.lines if len(line.text) >= _BODY_LINE]
    margin = min(edges, default=0.0)
    for number, page in enumerate(pages):
        for line in page.lines:
            yield Line(_indent(line, margin if edges else line.left) + line.text, page=number)
    last = len(pages) - 1
    for text in dict.fromkeys(chain.from_iterable(page.beside for page in pages)):
        yield Line(text, page=last)


def _indent(line: Printed, margin: float) -> str:
    room = round((line.left - margin) / line.height) if line.height else 0
    return "\u3000" * max(0, min(room, _MOST_INDENT))
