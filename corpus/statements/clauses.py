"""The clauses of a sentence, cut at its commas, and what stands before the first of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STEP = re.compile(r"“[^“”\n]{0,80}”|(?P<cut>[，,；;。！？!?：:])")
ENUMERATOR = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[是、要]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、.．]"
    r"|[①-⑳]|第[一二三四五六七八九十]{1,2}[，、]|[其再]次，|其[一二三四五]，|首先，|最后，|同时，?|此外，|另外，)\s*"
)


def iter_clauses(sentence: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the clauses, without their numbers and marks; no quotation is cut."""
    begin = 0
    for step in _STEP.finditer(sentence):
        if step["cut"]:
            yield from _trimmed(sentence, begin, step.start())
            begin = step.end()
    yield from _trimmed(sentence, begin, len(sentence))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    number = ENUMERATOR.match(text, start, end)
    start = number.end() if number else start
    while start < end and text[start].isspace():
        start += 1
    if start < end:
        yield start, start + len(text[start:end].rstrip())
