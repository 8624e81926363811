"""The characters of a PDF page: without watermarks, and upright whichever way they are turned."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

Character = dict[str, Any]
"""A character as pdfplumber gives it: text, fontname, size, matrix, x0, x1, top, bottom."""

_LIGHT = 0.7
"""Brightness (white is 1) from which print on paper is no letter's text. White is not meant:
it stands on coloured ground."""
_SLANT = math.radians(10)
"""Characters turned further than this from the paper's edges are no text: scans are turned by
less."""
_TILES = 4
"""So often on one page, in rows and columns, comes what is no line of a letter."""
_LONGEST_TILE = 60
_UNKNOWN = re.compile("\\(cid:\\d+\\)|[\ufffd\ue000-\uefff\x00-\x08\x0e-\x1f]")


def is_unknown(character: Character) -> bool:
    """Tell whether the font does not say which character this glyph is."""
    return bool(_UNKNOWN.search(character["text"]))


def without_doubles(characters: Iterable[Character]) -> list[Character]:
    """Drop characters struck twice within a point of each other for boldness."""
    seen: dict[tuple[object, ...], list[tuple[float, float]]] = defaultdict(list)
    kept = []
    for character in characters:
        x, y = character["x0"], character["top"]
        kind = (character["text"], round(character["size"], 2))
        near = [(*kind, round(x) + i, round(y) + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        if any(abs(x - a) <= 1 and abs(y - b) <= 1 for key in near for a, b in seen.get(key, ())):
            continue
        seen[*kind, round(x), round(y)].append((x, y))
        kept.append(character)
    return kept


def part_watermark(characters: Sequence[Character]) -> tuple[list[Character], str]:
    """Return a page's characters without its watermark, and what the watermark says.

    A watermark is slanted, or printed so light that text can be read over it, or stands in tiles
    over and under the text.
    """
    light = [character for character in characters if _is_light(character)]
    if len(light) > 0.6 * len(characters):
        light = []  # the whole page is grey
    marks = {id(c) for c in light} | {id(c) for c in characters if _is_slanted(c)}
    marks |= {id(c) for run in _tiles(characters) for c in run}
    kept = [c for c in characters if id(c) not in marks]
    words = [c["text"] for c in characters if id(c) in marks]
    return kept, _once("".join(words).strip())


def _once(words: str) -> str:
    """Return what tiles say over and over, once."""
    for length in range(2, min(_LONGEST_TILE, len(words) // 2) + 1):
        if words == (words[:length] * (len(words) // length + 1))[: len(words)]:
            return words[:length].strip()
    return words


def directions(characters: Sequence[Character]) -> list[tuple[int, list[Character]]]:
    """Return the characters by the quarter turns to the left they are written with, most first."""
    turns: dict[int, list[Character]] = defaultdict(list)
    for character in characters:
        turns[round(_angle(character) / (math.pi / 2)) % 4].append(character)
    return sorted(turns.items(), key=lambda group: -len(group[1]))


def upright(thing: Character, turn: int, width: float, height: float) -> Character:
    """Return a character or rule of a page of `width` and `height` as if the page were turned.

    `turn` counts the quarter turns to the left by which the writing is off.
    """
    x0, x1, top, bottom = (thing[edge] for edge in ("x0", "x1", "top", "bottom"))
    match turn:
        case 0:
            return thing
        case 1:  # written upwards, each line to the right of the one before
            x0, x1, top, bottom = height - bottom, height - top, x0, x1
        case 2:  # upside down
            x0, x1, top, bottom = width - x1, width - x0, height - bottom, height - top
        case _:  # written downwards, each line to the left of the one before
            x0, x1, top, bottom = top, bottom, width - x1, width - x0
    edges = {"x0": x0, "x1": x1, "top": top, "bottom": bottom, "doctop": top}
    size = bottom - top
    return thing | edges | {"upright": True, "size": size, "width": x1 - x0, "height": size}


def as_printed(
    box: tuple[float, float, float, float], turn: int, width: float, height: float
) -> tuple[float, float, float, float]:
    """Return where a box (x0, top, x1, bottom) that `upright` has turned stands on the page."""
    x0, top, x1, bottom = box
    match turn:
        case 0:
            return box
        case 1:
            return top, height - x1, bottom, height - x0
        case 2:
            return width - x1, height - bottom, width - x0, height - top
        case _:
            return width - bottom, x0, width - top, x1


def _angle(character: Character) -> float:
    across, up = character["matrix"][:2]
    return math.atan2(up, across)


def _is_slanted(character: Character) -> bool:
    quarter = math.pi / 2
    off = _angle(character) % quarter
    return min(off, quarter - off) > _SLANT


def _is_light(character: Character) -> bool:
    match character["non_stroking_color"]:
        case (int() | float() as grey,):
            brightness = float(grey)
        case (red, green, blue) if all(isinstance(c, int | float) for c in (red, green, blue)):
            brightness = min(red, green, blue)
        case (cyan, magenta, yellow, key) if isinstance(key, int | float):
            brightness = 1 - max(cyan, magenta, yellow) - key
        case _:
            return False
    return _LIGHT <= brightness < 0.99


def _tiles(characters: Sequence[Character]) -> list[list[Character]]:
    """Return the runs that stand several times in several rows and columns, and over others."""
    places: dict[str, list[list[Character]]] = defaultdict(list)
    for run in _runs(characters):
        text = "".join(c["text"] for c in run).strip()
        if len(text) >= 4:
            places[text].append(run)
    tiled = []
    for runs in places.values():
        rows = {round(run[0]["top"]) for run in runs}
        columns = {round(run[0]["x0"]) for run in runs}
        if len(runs) >= _TILES and len(rows) >= 2 and len(columns) >= 2:
            own = {id(c) for run in runs for c in run}
            if _overlap(
                [c for run in runs for c in run], [c for c in characters if id(c) not in own]
            ):
                tiled.extend(runs)
    return tiled


def _runs(characters: Sequence[Character]) -> list[list[Character]]:
    """Return the characters as they were drawn: each run is one line of one font."""
    runs: list[list[Character]] = []
    for c in characters:
        last = runs[-1][-1] if runs else None
        if (
            last
            and last["fontname"] == c["fontname"]
            and abs(last["bottom"] - c["bottom"]) < 1
            and abs(last["x1"] - c["x0"]) < c["size"]
        ):
            runs[-1].append(c)
        else:
            runs.append([c])
    return runs


def _overlap(marks: Sequence[Character], others: Sequence[Character]) -> bool:
    """Tell whether a mark stands on another character: text never does."""
    cell = 40
    at: dict[tuple[int, int], list[Character]] = defaultdict(list)
    for c in others:
        if not c["text"].isspace():
            at[int(c["x0"] // cell), int(c["top"] // cell)].append(c)
    return any(
        min(mark["x1"], c["x1"]) - max(mark["x0"], c["x0"]) > 2
        and min(mark["bottom"], c["bottom"]) - max(mark["top"], c["top"]) > 3
        for mark in marks
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
        for c in at.get((int(mark["x0"] // cell) + i, int(mark["top"] // cell) + j), ())
    )
