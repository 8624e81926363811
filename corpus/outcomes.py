"""Which results of replies (办理结果) say the same, in words and as a class letter.

A reply's own value stays as its letter has it; by these replies are filtered and counted.
"""

from __future__ import annotations

from collections.abc import Iterable

LETTERS = {"采纳或解决": "A", "列入计划拟解决": "B"}
"""The class letter of a result in words. C is none: provinces class with it what they decline as
well as what is 留作参考."""

WORDS = {letter: words for words, letter in LETTERS.items()}
"""The result in words that a class letter says."""


def in_words(outcome: str) -> str:
    """Return the result under whose name a result is counted; one that no other says is its own."""
    return WORDS.get(outcome, outcome)


def with_alike(outcomes: Iterable[str]) -> tuple[str, ...]:
    """Return results, each with the one that says the same."""
    pairs = ((each, LETTERS.get(each) or WORDS.get(each)) for each in outcomes)
    return tuple(dict.fromkeys(one for pair in pairs for one in pair if one is not None))
