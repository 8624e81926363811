"""Pages: a page of a PDF or of a picture, drawn as people see it, with lines marked on it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageOps

from corpus.errors import UnreadableFile
from corpus.readers.sniff import Form, sniff
from corpus.types import Edges

_TALLEST = 1600
"""Pixels along a drawn page's longer side: small print can be read."""
_AROUND = 0.004
"""What is marked around a line, as a share of the page."""
_MARKER = (255, 232, 120)


def draw_page(path: Path, number: int) -> Image.Image:
    """Draw a page of a file, counted from 0.

    :raises UnreadableFile: where the file cannot be opened or has no such page.
    """
    try:
        drawn = _draw_pdf(path, number) if sniff(path) is Form.PDF else _draw_picture(path, number)
    except (pypdfium2.PdfiumError, OSError, SyntaxError, ValueError) as error:
        raise UnreadableFile(path.as_posix(), "画不出原件的这一页；请直接打开原件查看") from error
    except Image.DecompressionBombError as error:
        raise UnreadableFile(path.as_posix(), "图片的像素太多，画不出；请直接打开原件") from error
    return drawn


def mark_lines(page: Image.Image, marked: Iterable[Edges], hidden: Iterable[Edges]) -> Image.Image:
    """Return a page with some lines marked as with a pen, and others blackened."""
    page = page.copy()
    for edges in marked:
        box = _pixels(page, edges)
        part = page.crop(box)
        page.paste(ImageChops.multiply(part, Image.new("RGB", part.size, _MARKER)), box[:2])
    pen = ImageDraw.Draw(page)
    for edges in hidden:
        pen.rectangle(_pixels(page, edges), fill="black")
    return page


def as_shown(image: Image.Image) -> Image.Image:
    """Return a picture upright as the camera noted, on white."""
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB")


def _draw_pdf(path: Path, number: int) -> Image.Image:
    with closing(pypdfium2.PdfDocument(path)) as document:
        if not 0 <= number < len(document):
            raise ValueError(number)
        page = document[number]
        drawn: Image.Image = page.render(scale=_TALLEST / max(page.get_size())).to_pil()
    return drawn.convert("RGB")


def _draw_picture(path: Path, number: int) -> Image.Image:
    with Image.open(path) as image:
        image.seek(number)
        page = as_shown(image)
    page.thumbnail((_TALLEST, _TALLEST))
    return page


def _pixels(page: Image.Image, edges: Edges) -> tuple[int, int, int, int]:
    left, top, right, bottom = edges
    width, height = page.size
    return (
        max(0, round((left - _AROUND) * width)),
        max(0, round((top - _AROUND) * height)),
        min(width, max(1, round((right + _AROUND) * width))),
        min(height, max(1, round((bottom + _AROUND) * height))),
    )
