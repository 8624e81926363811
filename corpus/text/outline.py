"""The document's own structure: 一、 （一） 1、 （1） 一是, 第一章 第一条, and marked headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from corpus.spans import HeadingSpan
from corpus.text.marks import Mark, MarkKind, find_marks

MAX_HEADING = 50
"""Characters of a heading at most; a numbered paragraph without a heading is cut at a comma."""

_MIN_CLAUSE = 6
_SENTENCE_ENDS = "。！？；：!?;:"


class Section(NamedTuple):
    """One part of a document, with everything below it.

    `text[start:end]` begins with the heading, which is `text[start:heading_end]`;
    `level` counts from 1 and equals `len(path)`; `path` holds the headings from the outermost
    down to this section's own. `heading_alone` tells that the heading fills its line and is no
    sentence. `main` marks what divides a document into its main parts: a format's own headings,
    第一章 and 一、, but not 一、 within one running paragraph.
    """

    level: int
    start: int
    end: int
    heading: str
    heading_end: int
    path: tuple[str, ...]
    heading_alone: bool
    main: bool

    @property
    def top(self) -> bool:
        """Tell whether no passage may cross into this section."""
        return self.main and self.level == 1


def find_sections(text: str, headings: Sequence[HeadingSpan] = ()) -> tuple[Section, ...]:
    """Find the sections of a text, flat, in text order, each before those below it.

    `headings` are those that the document's format marks. A single outermost one at the start
    that carries no number is the document's title and makes no section.
    """
    opened = _nest(text, _merge(find_marks(text), headings))
    return tuple(_close(text, opened))


def sections_between(sections: Sequence[Section], start: int, end: int) -> tuple[Section, ...]:
    """Return the sections that begin in `[start, end)`, as if the text had no others.

    They end at `end` at the latest, and a section before `start` is no longer above them.
    """
    before = [section for section in sections if section.start < start]
    kept: list[Section] = []
    for section in sections:
        if start <= section.start < end:
            above = sum(outer.end > section.start for outer in before)
            kept.append(
                section._replace(
                    end=min(section.end, end),
                    level=section.level - above,
                    path=section.path[above:],
                )
            )
    return tuple(kept)


def _merge(marks: Sequence[Mark], headings: Sequence[HeadingSpan]) -> list[Mark]:
    """Join the numbers found with the headings marked: a heading may have a number, or none."""
    numbers = {mark.start: mark for mark in marks}
    spans = list(headings)
    if spans and spans[0].start not in numbers:
        outermost = [span for span in spans if span.level == min(s.level for s in spans)]
        if outermost == spans[:1]:
            del spans[0]  # the title
    for span in spans:
        bare = Mark(span.start, span.start, MarkKind.UNNUMBERED, 0, True)
        mark = numbers.get(span.start, bare)
        for place in range(span.start + 1, span.end):
            numbers.pop(place, None)
        numbers[span.start] = mark._replace(level=span.level, heading_end=span.end)
    return [numbers[place] for place in sorted(numbers)]


def _nest(text: str, marks: Sequence[Mark]) -> list[tuple[Mark, Section]]:
    stack: list[tuple[Mark, Section]] = []
    opened: list[tuple[Mark, Section]] = []
    limits = chain((mark.start for mark in marks[1:]), [len(text)])
    for mark, limit in zip(marks, limits, strict=False):
        while any(mark.continues(other) for other, _ in stack):
            stack.pop()
        while stack and not mark.is_below(stack[-1][0]):
            stack.pop()
        end, alone = _heading_end(text, mark, limit)
        heading = text[mark.start : end]
        above = stack[-1][1].path if stack else ()
        section = Section(
            level=len(above) + 1,
            start=mark.start,
            end=len(text),
            heading=heading,
            heading_end=end,
            path=(*above, heading),
            heading_alone=alone,
            main=mark.is_top,
        )
        stack.append((mark, section))
        opened.append((mark, section))
    return opened


def _close(text: str, opened: list[tuple[Mark, Section]]) -> Iterable[Section]:
    """Give every section its end: the next one that is not below it, or the paragraph's end."""
    ends: list[int] = []
    later: list[Section] = []  # from the end on: none is below the one after it
    for _, section in reversed(opened):
        while later and later[-1].level > section.level:
            later.pop()
        ends.append(later[-1].start if later else len(text))
        later.append(section)
    line_end = -1
    for (mark, section), end in zip(opened, reversed(ends), strict=True):
        if mark.within_line:
            if line_end < section.start:
                found = text.find("\n", section.start)
                line_end = len(text) if found < 0 else found
            end = min(end, line_end)
        yield section._replace(end=end)


def _heading_end(text: str, mark: Mark, limit: int) -> tuple[int, bool]:
    """Return where the heading of a mark ends, and whether it stands alone on its line.

    The heading ends before `limit`, where the next mark starts.
    """
    line_end = text.find("\n", mark.start, limit)
    line_end = limit if line_end < 0 else line_end
    line_end = mark.start + len(text[mark.start : line_end].rstrip())
    alone = mark.at_line_start and text[line_end : line_end + 1] in ("\n", "")
    if mark.level:
        return mark.heading_end, True
    if mark.is_article:
        return mark.end, False
    for place in range(mark.end, min(line_end, mark.start + MAX_HEADING + 1)):
        wide = text[place].isspace() and place >= mark.end + _MIN_CLAUSE
        if text[place] in _SENTENCE_ENDS or wide:
            return place, alone and place + 1 == line_end and text[place] in "：:"
    if line_end - mark.start <= MAX_HEADING:
        return line_end, alone
    limit = mark.start + MAX_HEADING
    for place in range(mark.end + _MIN_CLAUSE, limit):
        if text[place] in "，,":
            return place, False
    return limit, False
