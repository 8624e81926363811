"""The parts of a reply that speak of what it answers, folded for patterns to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.fields.layout import Layout
from corpus.spans import Squeezed, squeeze
from corpus.text.simplified import plain
from corpus.types import Field, FieldName

MATTER = r"(?:提案|建议|议案)"
"""What members and deputies hand in."""

_NARROW, _WIDE = "(),:;?!", "（），：；？！"
"""Punctuation as it stands in Chinese text."""
_WIDENED = str.maketrans(_NARROW, _WIDE)
_IS_NARROW = re.compile(f"[{_NARROW}]")


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the text without its spaces; `text` is folded, `written` is as it stands."""

    text: str
    written: Squeezed

    def field(self, name: FieldName, span: tuple[int, int], value: str | None = None) -> Field:
        """Make a field of the zone's characters in a span, as they are written."""
        return self.written.field(name, span, value)


@lru_cache(maxsize=16)
def read_zone(text: str, start: int, end: int) -> Zone:
    """Fold `text[start:end]`."""
    written = squeeze(text, start, end)
    return Zone(fold(written.text), written)


def fold(text: str) -> str:
    """Return the text in simplified characters and full-width punctuation, of the same length."""
    text = plain(text)
    return text.translate(_WIDENED) if _IS_NARROW.search(text) else text


def iter_zones(layout: Layout, title: Field | None) -> Iterator[Zone]:
    """Yield the title, then the opening."""
    if title is not None and title.start >= 0:
        yield read_zone(layout.text, title.start, title.end)
    yield read_zone(layout.text, *layout.opening)
