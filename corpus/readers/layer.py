"""The text layer of a PDF's page: its lines in reading order, and what of it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

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
from corpus.readers.grid import LONGEST_ENTRY, is_text, join_cells
from corpus.readers.order import Box, reading_order
from corpus.readers.printed import Lost, PageText, Printed, around
from corpus.readers.ruled import Area, Cell, Ruled, find_ruled, within
from corpus.text.joining import join_text
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


def page_text(page: Page) -> PageText:
    """Read the text layer of a page, without its watermark, upright and column by column."""
    characters, watermark = part_watermark(without_doubles(page.chars))
    if not characters:
        return PageText((), watermark=watermark)
    (turn, most), *others = directions(characters)
    lines = _lines(page, most, turn) if turn else _lines_and_tables(page, most)
    beside = [line.text for other, group in others for line in _lines(page, group, other)]
    unknown = sum(is_unknown(character) for character in characters)
    return PageText(tuple(lines), tuple(beside), watermark, len(characters), unknown)


def _lines_and_tables(page: Page, characters: Sequence[Character]) -> list[Printed]:
    """Return the lines of an upright page; a row of a table is one, and none crosses its cells."""
    lines: list[Printed] = []
    rest = list(characters)
    leftmost = min(character["x0"] for character in characters)
    for table in find_ruled(page, characters):
        top = table.area[1]
        lines += _lines(page, [c for c in rest if (c["top"] + c["bottom"]) / 2 < top], 0)
        for row in table.rows:
            lines += _row(page, row, table, leftmost)
        rest = [
            c for c in rest if (c["top"] + c["bottom"]) / 2 >= top and not within(c, table.area)
        ]
    return [*lines, *_lines(page, rest, 0)]


def _lines(page: Page, characters: Sequence[Character], turn: int) -> list[Printed]:
    size = float(page.width), float(page.height)
    turned = [upright(character, turn, *size) for character in characters]
    blocks = [_found(block) for block in _blocks(page, turned, turn)] if turned else []
    leftmost = min((line["x0"] for block in blocks for line in block), default=0.0)
    printed: list[Printed] = []
    for block in blocks:
        edge = min((line["x0"] for line in block), default=0.0) - leftmost
        shift = edge if len(block) > 2 and edge > _FAR else 0.0  # as if columns had one edge
        printed += [_printed(page, line, shift, turn) for line in block]
    return printed


def _found(characters: Sequence[Character]) -> list[dict[str, Any]]:
    if not characters:
        return []
    textmap = chars_to_textmap(list(characters), x_tolerance_ratio=_SPACE_RATIO)
    return [line for line in textmap.extract_text_lines() if line["text"].strip()]


def _printed(page: Page, line: dict[str, Any], shift: float, turn: int) -> Printed:
    glyphs = line["chars"]
    left, size, edges = line["x0"] - shift, glyphs[0]["size"], _edges(page, _box(glyphs), turn)
    if sum(map(is_unknown, glyphs)) > _MOST_UNKNOWN * len(glyphs):
        fonts = frozenset(glyph["fontname"] for glyph in glyphs)
        lost = None if turn else Lost(_box(glyphs), fonts)
        return Printed("", left, size, lost=lost, edges=edges)
    text = _BULLET.sub("", _GLYPH.sub("\ufffd", line["text"]))
    return Printed(text, left, size, edges=edges)


def _row(page: Page, row: Sequence[Cell], table: Ruled, leftmost: float) -> list[Printed]:
    """Return the lines that a table's row is: its entries as one, the lines of a text their own."""
    begins = max(cell.area[1] for cell in row)
    printed: list[Printed] = []
    entries: dict[float, tuple[str, list[Printed]]] = {}
    filled = [(cell, found) for cell in row if (found := _found(cell.characters))]
    for cell, found in filled:
        lines = [_printed(page, line, 0.0, 0) for line in found]
        paragraphs = _paragraphs(found, lines, cell.area)
        from_above = cell.area[1] < begins - 1
        if from_above and sum(map(len, paragraphs)) > LONGEST_ENTRY:
            continue  # a text that is merged with rows below stands in the first
        alone = len(filled) == 1 and len(paragraphs) > 1
        if alone or is_text([Line(text) for text in paragraphs]):
            printed += _entries(entries, table, leftmost)
            entries = {}
            shift = min(line.left for line in lines) - leftmost
            printed += [replace(line, left=line.left - shift) for line in lines]
        else:
            entries[cell.area[0]] = " ".join(paragraphs), lines
    return [*printed, *_entries(entries, table, leftmost)]


def _entries(
    entries: dict[float, tuple[str, list[Printed]]], table: Ruled, leftmost: float
) -> list[Printed]:
    """Return the entries of a row as one line, and lines of theirs that cannot be read."""
    if not entries:
        return []
    lines = [line for _, own in entries.values() for line in own]
    cells = tuple(entries.get(column, ("", []))[0] for column in table.columns)
    text, edges = join_cells(cells), around(line.edges for line in lines)
    row = Printed(text, leftmost, lines[0].height, edges=edges, cells=cells, columns=table.columns)
    return [row, *(line for line in lines if line.lost)]


_PADDING = 12.0
"""Points between a cell's text and its edges, left and right together."""


def _paragraphs(found: Sequence[dict[str, Any]], lines: Sequence[Printed], area: Area) -> list[str]:
    """Return the paragraphs in a cell: a line that leaves no room for another character goes on."""
    paragraphs: list[str] = []
    full = False
    for line, printed in zip(found, lines, strict=True):
        if full:
            paragraphs[-1] = join_text(paragraphs[-1], printed.text)
        else:
            paragraphs.append(printed.text)
        room = area[2] - area[0] - (line["x1"] - line["x0"])
        full = bool(paragraphs[-1]) and room < _PADDING + 1.5 * printed.height
    return [text for text in paragraphs if text]


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
