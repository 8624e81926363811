"""The clauses of a text, the smallest parts that a request is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.ranking.requests.numbers import Mark
from index.ranking.requests.points import Span

_CUT = re.compile(
    r"[，。；？！,;?!：:…\n～~]+[”’」）)】\]]*|[^\S\n]+|(?<=[\u4e00-\u9fff])\.(?!\d)|[”’」）)】\]]"
    r"|(?=感谢|谢谢|多谢)"
)
_ENDS = "。；？！;?!…"
_CLOSES = "”」’)）"
_MARKS = "，。；？！,;?!：:…～~”’」）)"


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence between two marks.

    :ivar body: its words without the mark at its end.
    :ivar sentence: which sentence of the text it is of.
    :ivar new_line: whether it begins a line.
    :ivar mark: the number right before it.
    :ivar numbers: the form of the number that it is itself; else nothing.
    """

    start: int
    end: int
    body: str
    sentence: int
    new_line: bool
    mark: Mark | None
    numbers: str


def cut_clauses(text: str, marks: Sequence[Mark], found: Iterable[Span]) -> list[Clause]:
    """Cut a text at its marks, numbers, and where something that was found begins or ends."""
    places = {cut.end() for cut in _CUT.finditer(text)} | {len(text)}
    places.update(place for mark in marks for place in (mark.start, mark.end))
    places.update(place for span in found for place in span)
    begin = {mark.start: mark.form for mark in marks}
    numbered = {mark.end: mark for mark in marks}
    clauses: list[Clause] = []
    begun = 0
    for place in sorted(places):
        start, end = _strip(text, begun, place)
        mark, numbers = numbered.get(begun), begin.get(begun, "")
        begun = place
        if start >= end:
            continue
        before = clauses[-1] if clauses else None
        new_line = before is None or "\n" in text[before.end : start]
        ended = before is not None and (new_line or _ends(text, before.end))
        sentence = before.sentence + ended if before else 0
        body = text[start:end].rstrip(_MARKS) or text[start:end]
        clauses.append(Clause(start, end, body, sentence, new_line, mark, numbers))
    return clauses


def _strip(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends(text: str, end: int) -> bool:
    last = text[end - 1]
    return last in _ENDS or (last in _CLOSES and text[max(end - 2, 0)] in _ENDS)
