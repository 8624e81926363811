"""A PDF page's text: its lines in reading order, and what of it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pdfplumber.page import Page
from pdfplumber.utils.text import chars_to_textmap, extract_words

from corpus.readers.characters import (
    Character,
    directions,
    is_unknown,
    part_watermark,
    upright,
    without_doubles,
)
from corpus.readers.order import Box, reading_order

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
class Printed:
    """A line as printed: its text, its left edge and its characters' height in points.

    `confidence` is that of recognition, 1 where the file itself says what stands there.
    """

    text: str
    left: float
    height: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class PageText:
    """What stands on a page.

    `lines` in reading order; `beside` is written in another direction (margins, seals);
    `watermark` is what the watermark says; `unreadable` are the boxes (x0, top, x1, bottom) of
    lines whose font does not say which characters it shows, `glyphs` and `unknown` count all
    glyphs and those without a character.
    """

    lines: tuple[Printed, ...]
    beside: tuple[str, ...] = ()
    watermark: str = ""
    unreadable: tuple[tuple[float, float, float, float], ...] = ()
    glyphs: int = 0
    unknown: int = 0


def page_text(page: Page) -> PageText:
    """Read the text layer of a page, without its watermark, upright and column by column."""
    characters, watermark = part_watermark(without_doubles(page.chars))
    if not characters:
        return PageText((), watermark=watermark)
    (turn, most), *others = directions(characters)
    lines, unreadable = _lines(page, most, turn)
    beside = [line.text for other, group in others for line in _lines(page, group, other)[0]]
    unknown = sum(is_unknown(character) for character in characters)
    return PageText(
        tuple(lines), tuple(beside), watermark, tuple(unreadable), len(characters), unknown
    )


def _lines(
    page: Page, characters: Sequence[Character], turn: int
) -> tuple[list[Printed], list[tuple[float, float, float, float]]]:
    size = float(page.width), float(page.height)
    turned = [upright(character, turn, *size) for character in characters]
    blocks = []
    for block in _blocks(page, turned, turn):
        found = chars_to_textmap(block, x_tolerance_ratio=_SPACE_RATIO).extract_text_lines()
        blocks.append([line for line in found if line["text"].strip()])
    leftmost = min((line["x0"] for block in blocks for line in block), default=0.0)
    printed: list[Printed] = []
    unreadable = []
    for block in blocks:
        edge = min((line["x0"] for line in block), default=0.0) - leftmost
        shift = edge if len(block) > 2 and edge > _FAR else 0.0  # as if columns had one edge
        for line in block:
            glyphs = line["chars"]
            if sum(map(is_unknown, glyphs)) > _MOST_UNKNOWN * len(glyphs):
                unreadable.append(_box(glyphs))
                continue
            text = _BULLET.sub("", _GLYPH.sub("\ufffd", line["text"]))
            printed.append(Printed(text, line["x0"] - shift, glyphs[0]["size"]))
    return printed, unreadable


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
