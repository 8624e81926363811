"""PDF: the text layer, line by line, page by page; pictures of pages are recognised."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from corpus.errors import Remark, UnreadableFile
from corpus.files import digest_file, raise_refused
from corpus.plausible import implausible
from corpus.readers.drawing import recognised
from corpus.readers.layer import page_text
from corpus.readers.printed import PageText, indented
from corpus.readers.recognition import INSTALL, is_installed, unsure
from corpus.readers.spread import join_tables
from corpus.types import Document

_MOST_UNKNOWN = 0.5
"""Share of glyphs, or of lines, without characters beyond which nothing is worth loading."""
_FEW_LETTERS = 30
"""So few characters on a page that a picture covers are the scanner's own mark."""
_COVERED = 0.5
_LEAST_FOUND = 0.5
"""Share of the glyphs that recognition must find where the text layer is of no use."""
_BROKEN = "文件已损坏，不是完整的 PDF；请从原处重新复制，或用阅读器打开后另存"


def read_pdf(path: Path) -> Iterator[Document | UnreadableFile]:
    """Read a .pdf file: its text layer, or what is recognised where there is none.

    Lines stand in reading order: column by column, from top to bottom, turned pages upright,
    watermarks left out; an indented line begins with as many full-width spaces as its indent
    has room for. What is written across the margin comes after the end. What cannot be read,
    or is recognised with little confidence, is reported.

    :raises UnreadableFile: where the file is encrypted or broken; where it has no text layer, or
        its fonts do not say which characters they show, and recognition is not installed.
    """
    source = path.as_posix()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    pages, scanned = _load_pages(path)
    fault = _fault(pages, scanned)
    if fault and not is_installed():
        raise UnreadableFile(source, f"{fault}；{INSTALL}")
    if is_installed():
        pages = recognised(path, pages, range(len(pages)) if fault else scanned)
        letters = sum(len(line.text) for page in pages for line in page.lines)
        if fault and letters <= _LEAST_FOUND * sum(page.glyphs for page in pages):
            raise UnreadableFile(source, f"{fault}；文字识别也没有读出来；请换成更清楚的原件")
    for number in scanned:
        if not pages[number].lines:
            remedy = "也没有认出文字；请对照原件核对" if is_installed() else INSTALL
            report = f"这一页{_SCANNED}；其余各页已读入；{remedy}"
            yield UnreadableFile(f"{source}#第{number + 1}页", report)
    doubts = {number: unsure(page.lines) for number, page in enumerate(pages, 1)}
    yield from (Remark(f"{source}#第{n}页", doubt) for n, doubt in doubts.items() if doubt)
    for number, page in enumerate(pages, 1):
        if lost := _unreadable(page):
            yield UnreadableFile(f"{source}#第{number}页", lost)
    known = any(line.confidence is not None for page in pages for line in page.lines)
    marks = tuple(dict.fromkeys(page.watermark for page in pages if page.watermark))
    lines = tuple(indented(join_tables(pages)))
    doubtful = any(doubts.values())
    yield Document(
        source, lines, recognised=known, aside=marks, digest=digest_file(path), unsure=doubtful
    )


_SCANNED = "没有文字层（扫描件）"


def _fault(pages: Sequence[PageText], scanned: Sequence[int]) -> str | None:
    """Return why a file's text layer is of no use, None where it is of some."""
    lines = [line for page in pages for line in page.lines]
    glyphs, unknown = (sum(page.glyphs for page in pages), sum(page.unknown for page in pages))
    if not glyphs or len(scanned) == len(pages):
        return _SCANNED
    lost = sum(not line.text for line in lines)
    if unknown > _MOST_UNKNOWN * glyphs or lost > _MOST_UNKNOWN * len(lines):
        return "文字层的字体没有编码，读出来是乱码"
    if garbage := implausible("\n".join(line.text for line in lines)):
        return f"文字层{garbage}"
    return None


def _unreadable(page: PageText) -> str | None:
    lost = sum(not line.text for line in page.lines)
    if not lost:
        return None
    remedy = "请对照原件核对" if is_installed() else f"请对照原件核对；{INSTALL}"
    return f"这一页有 {lost} 行的字体没有编码，读不出来，没有读入；其余文字已读入；{remedy}"


def _load_pages(path: Path) -> tuple[list[PageText], list[int]]:
    """Return the text of each page, and the numbers, from 0, of pages that are mere pictures.

    :raises UnreadableFile: where the file is encrypted or broken.
    """
    source = path.as_posix()
    pages: list[PageText] = []
    scanned: list[int] = []
    try:
        with path.open("rb") as file, pdfplumber.open(file) as document:  # closed if it raises
            for page in document.pages:
                text = page_text(page)
                if _is_picture(page, text):
                    scanned.append(len(pages))
                    text = replace(text, lines=())
                pages.append(text)
                page.close()
    except PdfminerException as error:
        if any(isinstance(cause, PDFPasswordIncorrect) for cause in (error, *error.args)):
            raise UnreadableFile(source, "文件已加密，需要密码；请去掉密码后再导入") from error
        raise_refused(error)
        raise UnreadableFile(source, _BROKEN) from error
    except Exception as error:  # what a broken file raises depends on where it is broken
        raise_refused(error)
        raise UnreadableFile(source, _BROKEN) from error
    return pages, scanned


def _is_picture(page: Page, text: PageText) -> bool:
    """Tell whether a page is a scan, on which the scanner may have left a line of its own."""
    if not text.lines:
        return bool(page.images)
    letters = sum(len(line.text) for line in text.lines)
    pictures = (image["width"] * image["height"] for image in page.images)
    area = _COVERED * float(page.width) * float(page.height)
    return letters < _FEW_LETTERS and any(picture > area for picture in pictures)
