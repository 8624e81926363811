"""Pictures: scans, photographs and fax, of one page or several, recognised page by page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence, UnidentifiedImageError

from corpus.errors import Remark, UnreadableFile
from corpus.files import digest_file, raise_refused
from corpus.readers.pages import as_shown
from corpus.readers.printed import PageText, indented
from corpus.readers.recognition import INSTALL, Picture, is_installed, recognise, unsure
from corpus.types import Document

_SMALLEST = 200
"""Pixels: smaller pictures are icons."""


def read_picture(path: Path) -> Iterator[Document | UnreadableFile]:
    """Recognise what is printed on a picture; lines that are not sure are reported.

    :raises UnreadableFile: where recognition is not installed, or the file is no picture.
    """
    source = path.as_posix()
    if not is_installed():
        raise UnreadableFile(source, f"这是图片，没有文字层；{INSTALL}")
    pages = []
    doubtful = False
    try:
        with path.open("rb") as file, Image.open(file) as image:  # closed if it raises
            for number, frame in enumerate(ImageSequence.Iterator(image), 1):
                page = PageText(tuple(recognise(_pixels(frame, source))))
                pages.append(page)
                if doubt := unsure(page.lines):
                    doubtful = True
                    yield Remark(f"{source}#第{number}页", doubt)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise_refused(error)
        raise UnreadableFile(
            source, "图片打不开，文件已损坏或不是图片；请从原处重新取得"
        ) from error
    except Image.DecompressionBombError as error:
        raise UnreadableFile(source, "图片的像素太多；请缩小到 A4 每英寸 300 点后再导入") from error
    lines, digest = tuple(indented(pages)), digest_file(path)
    yield Document(source, lines, recognised=True, digest=digest, unsure=doubtful)


def _pixels(frame: Image.Image, source: str) -> Picture:
    """Return the pixels as `recognise` takes them."""
    page = as_shown(frame)
    if min(page.size) < _SMALLEST:
        raise UnreadableFile(
            source, f"图片只有 {page.width}×{page.height} 点，看不清文字；请换成更清楚的扫描件"
        )
    return np.asarray(page, np.uint8)[:, :, ::-1]
