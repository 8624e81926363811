"""PDF: the text layer, line by line, page by page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from corpus.errors import UnreadableFile
from corpus.types import Document, Line

_SPACE_RATIO = 0.5
"""A gap wider than half a character is a space: justified lines have gaps of up to a third."""
_BODY_LINE = 15
"""A line of so many characters is running text, whose left edge is the margin."""
_MOST_INDENT = 10
_UNKNOWN = "(cid:"
"""What pdfminer writes for a glyph that its font gives no character for."""
_SCANNED = "没有文字层（扫描件）；请先做文字识别（OCR），再导入"


@dataclass(frozen=True, slots=True)
class _Printed:
    """A line as printed: its left edge and its characters' height in points."""

    text: str
    left: float
    height: float


def read_pdf(path: Path) -> Iterator[Document | UnreadableFile]:
    """Read the text layer of a .pdf file; scanned pages among others are reported.

    Lines stand in the order of the page, top to bottom; an indented line begins with as many
    full-width spaces as its indent has room for.

    :raises UnreadableFile: where the file is encrypted or broken, or has no text layer.
    """
    source = path.as_posix()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    pages, scanned = _load_pages(path)
    text = "".join(line.text for line in chain.from_iterable(pages))
    if not text.strip():
        raise UnreadableFile(source, _SCANNED)
    if text.count(_UNKNOWN) * len(_UNKNOWN) > 0.1 * len(text):
        raise UnreadableFile(source, "文字层的字体没有编码，读出来是乱码；请先做文字识别（OCR）")
    for number in scanned:
        yield UnreadableFile(f"{source}#第{number}页", f"这一页{_SCANNED}；其余各页已读入")
    yield Document(source, tuple(_lines(pages)))


def _load_pages(path: Path) -> tuple[list[list[_Printed]], list[int]]:
    """Return the lines of each page, and the numbers, from 1, of pages that are mere pictures.

    :raises UnreadableFile: where the file is encrypted or broken.
    """
    source = path.as_posix()
    pages: list[list[_Printed]] = []
    scanned: list[int] = []
    try:
        with pdfplumber.open(path) as document:
            for page in document.pages:
                lines = _printed(page)
                pages.append(lines)
                if not lines and page.images:
                    scanned.append(page.page_number)
                page.close()
    except PdfminerException as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (error, *error.args)):
            raise UnreadableFile(source, "文件已加密，需要密码；请去掉密码后再导入") from error
        raise UnreadableFile(source, _BROKEN) from error
    except Exception as error:  # what a broken file raises depends on where it is broken
        raise UnreadableFile(source, _BROKEN) from error
    return pages, scanned


_BROKEN = "文件已损坏，不是完整的 PDF；请从原处重新复制，或用阅读器打开后另存"


def _printed(page: Page) -> list[_Printed]:
    # characters struck twice for boldness would be read twice
    lines = page.dedupe_chars(tolerance=1).extract_text_lines(
        x_tolerance_ratio=_SPACE_RATIO, use_text_flow=False
    )
    return [
        _Printed(line["text"], line["x0"], line["chars"][0]["size"])
        for line in lines
        if line["text"].strip()
    ]


def _lines(pages: list[list[_Printed]]) -> Iterator[Line]:
    edges = [line.left for page in pages for line in page if len(line.text) >= _BODY_LINE]
    margin = min(edges, default=0.0)
    for number, page in enumerate(pages):
        for line in page:
            room = round((line.left - margin) / line.height) if edges and line.height else 0
            indent = "\u3000" * max(0, min(room, _MOST_INDENT))
            yield Line(indent + line.text, page=number)
