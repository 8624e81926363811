"""OFD: the text of the layout format of Chinese offices (GB/T 33190), page by page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ofdkit
from ofdkit.document import Page

from corpus.errors import UnreadableFile
from corpus.files import raise_refused
from corpus.readers.sniff import check_archive
from corpus.types import Document, Line

_BODY_LINE = 15
"""A line of so many characters is running text, whose left edge is the margin."""
_MOST_INDENT = 10
_MOST_PAGES = 2_000
_MOST_RUNS = 20_000
"""A page has some thousand pieces of text, each character by itself at worst."""


def read_ofd(path: Path) -> Iterator[Document | UnreadableFile]:
    """Read the text of an .ofd file in reading order; pages without text are reported.

    :raises UnreadableFile: where the file is broken, or is nothing but pictures.
    """
    source = path.as_posix()
    check_archive(path, "OFD")
    try:
        with ofdkit.open(path) as document:
            if len(document.pages) > _MOST_PAGES:
                raise UnreadableFile(source, f"有 {len(document.pages)} 页，太多；请拆分后再导入")
            pages = [list(_lines(page)) for page in document.pages]
    except UnreadableFile:
        raise
    except Exception as error:  # what a broken part raises depends on the part
        raise_refused(error)
        raise UnreadableFile(
            source, "文件已损坏，不是完整的 OFD；请从原处重新复制，或用阅读器打开后另存为 PDF"
        ) from error
    if not any(pages):
        raise UnreadableFile(
            source, "没有文字（扫描件）；请用阅读器转成图片或 PDF，做文字识别（OCR）后再导入"
        )
    for number, page in enumerate(pages, 1):
        if not page:
            yield UnreadableFile(f"{source}#第{number}页", "这一页没有文字；其余各页已读入")
    yield Document(
        source, tuple(Line(text, page=number) for number, page in enumerate(pages) for text in page)
    )


def _lines(page: Page) -> Iterator[str]:
    """Yield the lines of a page, indented as they are printed."""
    runs = page.runs
    if len(runs) > _MOST_RUNS:
        raise ValueError("more text on a page than fits one")
    left = {run.text.strip(): (run.x, run.size) for run in reversed(runs)}
    edges = [x for text, (x, _) in left.items() if len(text) >= _BODY_LINE]
    for text in page.text().splitlines():
        if not text.strip():
            continue
        x, size = left.get(text.strip(), (0.0, 0.0))
        room = round((x - min(edges)) / size) if edges and size > 0 else 0
        yield "\u3000" * max(0, min(room, _MOST_INDENT)) + text.strip()
