"""Recognition: the lines of text in a picture, by RapidOCR (PP-OCR), where that is installed."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from statistics import mean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.readers.order import Box, reading_order
from corpus.readers.printed import Printed, around
from corpus.types import Edges

Picture = NDArray[np.uint8]
"""Rows of pixels, each blue, green and red: `uint8 (height, width, 3)`."""

INSTALL = "请安装文字识别（pip install 'dafu[ocr]'，用时不联网）后再导入，或另做文字识别（OCR）"
LEAST_SURE = 0.93
"""Lines that are recognised with less confidence are reported."""
_UPRIGHT = 0.8
"""A page whose lines have less confidence on the whole may stand on its head."""
_COVERED = 0.5
"""The confidence of a line of which a seal hides a part, however sure what is left of it is."""
_LEAST_READ = 0.5
"""Below this confidence a line is a stain rather than text, and left out."""
_LONGEST_SIDE = 2000
"""Pixels: an A4 page at 170 dpi. More takes longer and reads no better."""
_SEAL = 0.002
"""Share of red pixels from which a page is read a second time, without what is red."""
_SURE_OF_RED = 0.9
_SAME_ROW = 0.5
_EXCERPT, _MOST_NAMED = 20, 3


@dataclass(frozen=True, slots=True)
class _Seen:
    """A piece of text: where it would be on a straight page, and where it is on this one."""

    box: Box
    confidence: float
    edges: Edges


def is_installed() -> bool:
    """Tell whether the extra `ocr` is installed."""
    return importlib.util.find_spec("rapidocr") is not None


def unsure(lines: Iterable[Printed]) -> str | None:
    """Say which lines of a page were recognised with little confidence; None where all are sure."""
    found = [x.text for x in lines if x.confidence is not None and x.confidence < LEAST_SURE]
    if not found:
        return None
    named = "、".join(f"“{text[:_EXCERPT]}”" for text in found[:_MOST_NAMED])
    return (
        f"文字识别对这一页的 {len(found)} 行没有把握（可信度低于 {LEAST_SURE}），"
        f"已读入，请对照原件核对：{named}"
    )


def recognise(picture: Picture) -> list[Printed]:
    """Return the lines of a picture in reading order, with their confidence.

    A picture that lies on its side or stands on its head is turned upright, one that is a few
    degrees off is straightened; red print over black is looked through.
    """
    seen = _look(picture)
    tall = [s for s in seen if s.box.height > 1.5 * (s.box.x1 - s.box.x0)]
    if len(tall) > 0.5 * len(seen):
        seen = _surest(_look(picture, turns) for turns in (1, 3))
    elif seen and mean(s.confidence for s in seen) < _UPRIGHT:
        seen = _surest([seen, _look(picture, 2)])  # upside down
    elif (red := _red(picture)).mean() > _SEAL:
        black = picture.copy()
        black[red] = 255
        seen = _merge(_look(black), seen)
    return _lines(seen)


def _surest(turned: Iterable[list[_Seen]]) -> list[_Seen]:
    return max(turned, key=lambda seen: sum(s.confidence * len(s.box.text) for s in seen))


def _look(picture: Picture, turns: int = 0) -> list[_Seen]:
    """Return the pieces of text that are found, moved to where they would be on a straight page.

    :param turns: quarter turns to the left by which the picture is turned before.
    """
    turned = np.rot90(picture, turns)
    found = _engine()(np.ascontiguousarray(turned))
    if found.boxes is None:
        return []
    corners = np.asarray(found.boxes, dtype=np.float64)  # (n, 4, 2), from the upper left clockwise
    along = corners[:, 1] - corners[:, 0]
    wide = along[:, 0] > 4 * np.abs(along[:, 1])
    slope = float(np.median(along[wide, 1] / along[wide, 0])) if wide.any() else 0.0
    seen = []
    for key, (points, text, sure) in enumerate(zip(corners, found.txts, found.scores, strict=True)):
        if not text.strip() or sure < _LEAST_READ:
            continue
        x, y = points[:, 0], points[:, 1]
        left, right = float(x.min()), float(x.max())
        centre = float(y.mean() - slope * x.mean())
        tilted = abs(slope) * (right - left)
        half = max(float(y.max() - y.min()) - tilted, 1.0) / 2
        left += slope * centre
        right += slope * centre
        box = Box(left, right, centre - half, centre + half, text, key)
        seen.append(_Seen(box, float(sure), _edges(points / turned.shape[1::-1], turns)))
    return seen


def _edges(points: NDArray[np.float64], turns: int) -> Edges:
    """Return the edges of some points, shares of a picture, before it was turned to the left."""
    for _ in range(turns):
        points = np.stack([1 - points[:, 1], points[:, 0]], axis=1)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = os.cpu_count() or 1
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": _LONGEST_SIDE,
            "Global.use_cls": False,  # it turns lines over that begin with a comma
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        }
    )


def _red(picture: Picture) -> NDArray[np.bool_]:
    blue, green, red = (picture[..., n].astype(np.int16) for n in range(3))
    found: NDArray[np.bool_] = (red > 120) & (red - np.maximum(blue, green) > 60)
    return found


def _merge(black: list[_Seen], all_ink: list[_Seen]) -> list[_Seen]:
    """Return what is printed in black, and the lines that stand in red alone: the letterhead.

    A black line that goes on where all ink is looked at has lost a part under a seal.
    """
    black = [
        replace(seen, confidence=min(seen.confidence, _COVERED))
        if any(_goes_on(seen.box, other.box) for other in all_ink)
        else seen
        for seen in black
    ]
    red = [
        seen
        for seen in all_ink
        if seen.confidence >= _SURE_OF_RED
        and seen.box.x1 - seen.box.x0 > 3 * seen.box.height
        and not any(_touch(seen.box, other.box) for other in black)
    ]
    return black + red


def _goes_on(part: Box, whole: Box) -> bool:
    longer = (whole.x1 - whole.x0) - (part.x1 - part.x0)
    same_row = abs((part.top + part.bottom) - (whole.top + whole.bottom)) < part.height
    return longer > part.height and same_row and _touch(part, whole)


def _touch(one: Box, other: Box) -> bool:
    return min(one.x1, other.x1) > max(one.x0, other.x0) and min(one.bottom, other.bottom) > max(
        one.top, other.top
    )


def _lines(seen: list[_Seen]) -> list[Printed]:
    of = {id(s.box): s for s in seen}
    lines = []
    for block in reading_order([s.box for s in seen]):
        for row in _rows(block):
            text = row[0].text
            for left, right in pairwise(row):
                text += ("　" if right.x0 - left.x1 > left.height else "") + right.text
            least = min(of[id(box)].confidence for box in row)
            height = median(box.height for box in row) * _GLYPH
            edges = around(of[id(box)].edges for box in row)
            lines.append(Printed(text, row[0].x0, height, least, edges=edges))
    return lines


_GLYPH = 0.85
"""A character's height in its line's box."""


def _rows(block: list[Box]) -> list[list[Box]]:
    """Return the pieces that stand beside each other, from left to right, row by row."""
    rows: list[list[Box]] = []
    for box in sorted(block, key=lambda box: box.top + box.bottom):
        middle = (box.top + box.bottom) / 2
        last = rows[-1][-1] if rows else None
        if last and middle - (last.top + last.bottom) / 2 < _SAME_ROW * min(
            last.height, box.height
        ):
            rows[-1].append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda box: box.x0) for row in rows]
