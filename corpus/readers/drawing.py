"""Drawing: pages of a PDF as pictures, so that what has no text layer can be recognised."""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.readers.printed import PageText, Printed
from corpus.readers.recognition import Picture, recognise

_DPI = 300
_MOST_PIXELS = 5000
"""Along a side: larger pages are drawn with fewer dots to the inch."""
_MARGIN = 3.0
"""Points around a line whose characters are recognised."""
_LONGEST_NAME = 256


def recognised(path: Path, pages: Sequence[PageText], numbers: Collection[int]) -> list[PageText]:
    """Return the pages: those numbered so recognised anew, of the others the lost lines.

    Glyphs of fonts that the file does not hold are never recognised: whatever font stands in for
    them draws other characters.
    """
    read = list(pages)
    wanted = [
        number
        for number, page in enumerate(pages)
        if number in numbers or any(line.lost for line in page.lines)
    ]
    if not wanted:
        return read
    with pypdfium2.PdfDocument(path) as document:
        for number in wanted:
            page = document[number]
            absent = _absent_fonts(page)
            scale = min(_DPI / 72, _MOST_PIXELS / max(page.get_size()))
            picture = page.render(scale=scale).to_numpy()
            text = pages[number]
            if number in numbers:
                found = [] if absent and text.glyphs else recognise(picture)
                lines = [_in_points(line, scale) for line in found]
            else:
                lines = [_look(line, picture, scale, absent) for line in text.lines]
            read[number] = replace(text, lines=tuple(lines))
    return read


def _absent_fonts(page: pypdfium2.PdfPage) -> frozenset[str]:
    """Return the names of a page's fonts that are not in the file."""
    names = set()
    for text in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        font = pdfium.FPDFTextObj_GetFont(text.raw)
        if font and not pdfium.FPDFFont_GetIsEmbedded(font):
            name = ctypes.create_string_buffer(_LONGEST_NAME)
            pdfium.FPDFFont_GetBaseFontName(font, name, _LONGEST_NAME)
            names.add(name.value.decode("utf-8", "replace"))
    return frozenset(names)


def _look(line: Printed, picture: Picture, scale: float, absent: frozenset[str]) -> Printed:
    """Recognise a line whose font does not say which characters it shows."""
    if line.lost is None or line.lost.fonts & absent:
        return line
    x0, top, x1, bottom = line.lost.box
    box = (x0 - _MARGIN, top - _MARGIN, x1 + _MARGIN, bottom + _MARGIN)
    left, upper, right, lower = (max(0, round(edge * scale)) for edge in box)
    found = recognise(picture[upper:lower, left:right])
    if not found:
        return line
    text = "".join(piece.text for piece in found)
    least = min(piece.confidence or 0.0 for piece in found)
    return replace(line, text=text, confidence=least, lost=None)


def _in_points(line: Printed, scale: float) -> Printed:
    return replace(line, left=line.left / scale, height=line.height / scale)
