"""A PDF page's text: its lines in reading order, and what of it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from pdfplumber.page import Page
from pdfplumber.utils.text import chars_to_textmap, extract_words

from corpus.readers.characters import (
    Character,
    as_printed,
    directions,
    is_unknown,
    part_watermark,
    upright,
    without_doubles,
)
from corpus.readers.order import Box, reading_order
from corpus.types import Edges, Line

_SPACE_RATIO = 0.5
"""A gap wider than half a character is a space: justified lines have gaps of up to a third."""
_GUTTER_RATIO = 1.2
"""A gap wider than this many characters may part columns."""
_MOST_UNKNOWN = 0.2
"""Share of a line's glyphs without a character beyond which the line says nothing."""
_GLYPH = re.compile(r"\(cid:\d+\)")
_BULLET = re.compile("^\\s*[\ufffd\ue000-\uefff](?![\ufffd\ue000-\uefff])")


_FAR = 100.0
"""Points: a block of lines further right than this is a column of its own."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Where a line stands that cannot be read: its box (x0, top, x1, bottom), and its fonts."""

    box: tuple[float, float, float, float]
    fonts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Printed:
    """A line as printed: its text, its left edge and its characters' height in points.

    `confidence` is that of recognition, None where the file itself says what stands there.
    `lost` is the place of a line whose text is empty because its font does not say which
    characters it shows. `edges` is where it stands on its page, None where that is not known.
    """

    text: str
    left: float
    height: float
    confidence: float | None = None
    lost: Lost | None = None
    edges: Edges | None = None


@dataclass(frozen=True, slots=True)
class PageText:
    """What stands on a page.

    `lines` in reading order; `beside` is written in another direction (margins, seals);
    `watermark` is what the watermark says; `glyphs` and `unknown` count all glyphs and those
    without a character.
    """

    lines: tuple[Printed, ...]
    beside: tuple[str, ...] = ()
    watermark: str = ""
    glyphs: int = 0
    unknown: int = 0


def page_text(page: Page) -> PageText:
    """Read the text layer of a page, without its watermark, upright and column by column."""
    characters, watermark = part_watermark(without_doubles(page.chars))
    if not characters:
        return PageText((), watermark=watermark)
    (turn, most), *others = directions(characters)
    lines = _lines(page, most, turn)
    beside = [line.text for other, group in others for line in _lines(page, group, other)]
    unknown = sum(is_unknown(character) for character in characters)
    return PageText(tuple(lines), tuple(beside), watermark, len(characters), unknown)


def _lines(page: Page, characters: Sequence[Character], turn: int) -> list[Printed]:
    size = float(page.width), float(page.height)
    turned = [upright(character, turn, *size) for character in characters]
    blocks = []
    for block in _blocks(page, turned, turn):
        found = chars_to_textmap(block, x_tolerance_ratio=_SPACE_RATIO).extract_text_lines()
        blocks.append([line for line in found if line["text"].strip()])
    leftmost = min((line["x0"] for block in blocks for line in block), default=0.0)
    printed: list[Printed] = []
    for block in blocks:
        edge = min((line["x0"] for line in block), default=0.0) - leftmost
        shift = edge if len(block) > 2 and edge > _FAR else 0.0  # as if columns had one edge
        for line in block:
            glyphs = line["chars"]
            edges = _edges(page, _box(glyphs), turn)
            if sum(map(is_unknown, glyphs)) > _MOST_UNKNOWN * len(glyphs):
                fonts = frozenset(glyph["fontname"] for glyph in glyphs)
                lost = None if turn else Lost(_box(glyphs), fonts)
                size = glyphs[0]["size"]
                printed.append(Printed("", line["x0"] - shift, size, lost=lost, edges=edges))
                continue
            text = _BULLET.sub("", _GLYPH.sub("\ufffd", line["text"]))
            printed.append(Printed(text, line["x0"] - shift, glyphs[0]["size"], edges=edges))
    return printed


def _edges(page: Page, box: tuple[float, float, float, float], turn: int) -> Edges:
    """Return where a box stands on the page as it is shown; `turn` is as in `upright`."""
    x0, top, x1, bottom = as_printed(box, turn, float(page.width), float(page.height))
    left, upper, right, lower = map(float, page.cropbox)
    width, height = right - left or 1.0, lower - upper or 1.0
    return (
        (x0 - left) / width,
        (top - upper) / height,
        (x1 - left) / width,
        (bottom - upper) / height,
    )


def _box(characters: Sequence[Character]) -> tuple[float, float, float, float]:
    return (
        min(c["x0"] for c in characters),
        min(c["top"] for c in characters),
        max(c["x1"] for c in characters),
        max(c["bottom"] for c in characters),
    )


def _blocks(page: Page, characters: Sequence[Character], turn: int) -> list[list[Character]]:
    """Return the characters of each block in reading order."""
    words = extract_words(
        list(characters),
        x_tolerance_ratio=_GUTTER_RATIO,
        keep_blank_chars=True,
        return_chars=True,
    )
    boxes = [
        Box(word["x0"], word["x1"], word["top"], word["bottom"], word["text"], key)
        for key, word in enumerate(words)
    ]
    if len(reading_order(boxes)) < 2 or len(blocks := reading_order(boxes, _rules(page, turn))) < 2:
        return [list(characters)]
    return [[c for box in block for c in words[box.key]["chars"]] for block in blocks]


def _rules(page: Page, turn: int) -> list[Box]:
    size = float(page.width), float(page.height)
    edges = (upright(edge, turn, *size) for edge in page.edges)
    return [
        Box(edge["x0"], edge["x1"], edge["top"], edge["bottom"], "", 0)
        for edge in edges
        if edge["bottom"] - edge["top"] < 1
    ]


_BODY_LINE = 15
"""A line of so many characters is running text, whose left edge is the margin."""
_MOST_INDENT = 10


def indented(pages: Sequence[PageText]) -> Iterator[Line]:
    """Yield the lines of all pages, with as many full-width spaces as their indents hold.

    What stands beside the text comes after the end.
    """
    edges = [line.left for page in pages for line in page.lines if len(line.text) >= _BODY_LINE]
    margin = min(edges, default=None)
    for number, page in enumerate(pages):
        for line in page.lines:
            if line.text:
                yield Line(_indent(line, margin) + line.text, page=number, edges=line.edges)
    for text in dict.fromkeys(chain.from_iterable(page.beside for page in pages)):
        yield Line(text, page=len(pages) - 1)


def _indent(line: Printed, margin: float | None) -> str:
    room = round((line.left - margin) / line.height) if margin is not None and line.height else 0
    return "\u3000" * max(0, min(room, _MOST_INDENT))
