"""The parts of a reply that speak of what it answers, folded for patterns to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.fields.layout import Layout
from corpus.spans import Squeezed, squeeze
from corpus.types import Field, FieldName

MATTER = r"(?:提案|建议|议案)"
"""What members and deputies hand in."""

_HALF_WIDTH, _FULL_WIDTH = "(),:;?!", "（），：；？！"
_TRADITIONAL = (
    "協會議屆號對關於員縣區鄉鎮黨國務辦團總聯婦覆復題為處將經貴們組業農臺歸訴問見轉華"
    "黃現機發稱編時間結別領銜單標類"
)
_SIMPLIFIED = (
    "协会议届号对关于员县区乡镇党国务办团总联妇复复题为处将经贵们组业农台归诉问见转华"
    "黄现机发称编时间结别领衔单标类"
)
FOLD = str.maketrans(_HALF_WIDTH + _TRADITIONAL, _FULL_WIDTH + _SIMPLIFIED)
"""Character by character: full-width punctuation, and simplified the words that patterns know."""
_FOLDED = re.compile(f"[{re.escape(_HALF_WIDTH)}{_TRADITIONAL}]")


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the text without its spaces; `text` is folded, `written` is as it stands."""

    text: str
    written: Squeezed

    def field(self, name: FieldName, start: int, end: int, value: str | None = None) -> Field:
        """Make a field of the zone's characters from `start` up to `end`, as they are written."""
        span = self.written.span(start, end)
        return Field(name, value or self.written.text[start:end], *span)


@lru_cache(maxsize=16)
def read_zone(text: str, start: int, end: int) -> Zone:
    """Fold `text[start:end]`."""
    written = squeeze(text, start, end)
    return Zone(fold(written.text), written)


def fold(text: str) -> str:
    """Return the text folded by FOLD; one that needs none, as most, is searched faster."""
    return text.translate(FOLD) if _FOLDED.search(text) else text


def iter_zones(layout: Layout, title: Field | None) -> Iterator[Zone]:
    """Yield the title, then the opening."""
    if title is not None and title.start >= 0:
        yield read_zone(layout.text, title.start, title.end)
    yield read_zone(layout.text, *layout.opening)
