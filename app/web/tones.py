"""How the results of replies are coloured, and what the colours say."""

from __future__ import annotations

from app.wording import count_words
from corpus.outcomes import in_words

TONES = {"采纳或解决": "done", "列入计划拟解决": "plan"}
"""The colours of results in words; any other, and none, is a note."""

LEGEND = (
    *((tone, count_words("outcomes", outcome)) for outcome, tone in TONES.items()),
    ("note", "其他或没有写"),
)


def tone_of(outcome: str | None) -> str:
    """Return the colour of a result, in words or as a class letter."""
    return TONES.get(in_words(outcome or ""), "note")
