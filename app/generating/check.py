"""Whether a sentence stands in the passages that it cites: nothing counts as checked otherwise.

Each of these must hold, of the cited passages together and of no others:

- each number, date, name of a body or place, title, number of a document and quotation of the
  sentence stands there, however it is written, and under no other conditions (第二层, 最高);
- the clause that says it says no where the sentence does, and what is planned is not told as done;
- the sentence is like what is said there, in meaning (`ALIKE`) and in words (`SHARED`).

What is checked is what the sentence says, never what a passage or a model claims of itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from app.generating.clauses import BEGUN, DONE_WHAT, FINISHED, Clause, cut, pairs_of
from app.generating.names import Names
from app.generating.numbers import (
    find_days,
    find_numbers,
    find_terms,
    in_digits,
    meant_days,
    says_day,
)
from corpus.text.sentences import sentence_spans
from index.answers.figures import find_figures
from index.answers.matter import Embed, cosines

ALIKE = 0.55
"""Least cosine of a sentence and the most similar one or two, or clause, of a passage, by the
static model. It and `SHARED` are measured by `tools.generated` (docs/evaluation/generated.md)."""

SHARED = 0.5
"""Least share of a sentence's pairs of characters that stand in the cited passages."""

ALIGNED, COUNTED, NEARLY = 0.8, 0.5, 0.1
"""Least sum of cosine and shared pairs of two clauses of which one says again what the other says,
and where both have one number; what is less by no more than `NEARLY` may be it as well."""

MOVED = 2
"""So many more pairs of characters must a number's rival share than its own clause."""

_ELSEWHERE = "“{}”在引文里说的是别的情形"


@dataclass(frozen=True, slots=True)
class Source:
    """What may be cited by a number, as it was sent to the model.

    :ivar about: who answered when, on what: it may be cited as well as the text.
    :ivar dated: what 今年 and 年底 are counted from.
    """

    number: int
    about: str
    text: str
    dated: date | None = None


class Sources:
    """Passages that a sentence cites, read once for all its sentences that cite the same."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self.text = in_digits("\n".join(f"{each.about}\n{each.text}" for each in sources))
        self.names = Names(self.text)
        self.numbers = find_numbers(self.text)
        self.days = find_days(self.text)
        for each in sources:
            self.days += meant_days(in_digits(each.text), each.dated)
        self.terms = find_terms(self.text)
        self.pairs = pairs_of(self.text)
        self.figures = find_figures(self.text, 0, len(self.text))

    @cached_property
    def sentences(self) -> list[str]:
        """The sentences, each alone and each with the next, and their clauses."""
        found = []
        for each in self._sources:
            said = [each.text[slice(*span)] for span in sentence_spans(each.text)]
            found += said + ["".join(two) for two in pairwise(said)]
        return [*map(in_digits, found), *(clause.text for clause in self.clauses)]

    @cached_property
    def clauses(self) -> list[Clause]:
        """The parts between marks."""
        return [
            Clause(clause, each.dated)
            for each in self._sources
            for clause in cut(in_digits(each.text))
        ]

    def dates(self) -> list[date | None]:
        """When each was written."""
        return [each.dated for each in self._sources]


def find_fault(said: str, sources: Sources, embed: Embed) -> str:
    """Say what of a sentence does not stand in the passages it cites; "" where all of it does.

    :param embed: of the bundled static model.
    """
    text = in_digits(said)
    return (
        _wrong_number(text, sources)
        or _wrong_date(text, sources)
        or sources.names.find_stranger(text)
        or _wrong_figure(text, sources)
        or _moved_number(text, sources)
        or _unlike(text, sources, embed)
        or _wrong_sense(text, sources, embed)
    )


def _wrong_number(text: str, sources: Sources) -> str:
    for number in find_numbers(text):
        if not any(number.is_the(other) for other in sources.numbers):
            return f"引文里没有“{text[number.start : number.end]}”"
    return ""


def _wrong_date(text: str, sources: Sources) -> str:
    days = find_days(text)
    if any(not says_day(day, sources.days) for day in days):
        return "日期与引文不符"
    strange = find_terms(text) - sources.terms
    if not strange:
        return ""
    for dated in sources.dates():
        meant = list(meant_days(text, dated))
        if meant and all(says_day(day, sources.days) for day in meant):
            return ""
    return f"引文里没有“{min(strange)}”"


def _wrong_figure(text: str, sources: Sources) -> str:
    """Tell of a figure that stands in the passages under other conditions only."""
    for figure in find_figures(text, 0, len(text)):
        same = [
            each
            for each in sources.figures
            if each.kind == figure.kind and figure.says_the_same(each)
        ]
        if same and not any(figure.is_comparable(each) for each in same):
            return _ELSEWHERE.format(text[figure.start : figure.end])
    return ""


def _moved_number(text: str, sources: Sources) -> str:
    """Tell of a number that the passages give to something else, or in another order.

    A clause is about what those of its words say that no number is: where a clause of the passages
    shares more of them that counts the same in another number, the number is that one's.
    """
    for clause in map(Clause, cut(text)):
        for number in clause.numbers:
            beside = [each for each in sources.clauses if each.counts(number.unit)]
            homes = [each for each in beside if each.has(number)]
            rivals = [
                each
                for each in beside
                if not each.has(number)
                and not all(clause.has(n) for n in each.numbers if n.unit == number.unit)
            ]
            if not homes or not number.unit:
                continue
            own = max(len(clause.pairs & each.pairs) for each in homes)
            named = [n for n in clause.numbers if any(each.has(n) for each in homes)]
            if any(
                len(clause.pairs & each.pairs) >= own + MOVED
                for each in rivals
                if all(n is number or each.has(n) for n in named)
            ):
                return _ELSEWHERE.format(clause.text[number.start : number.end])
        for first, second in pairwise(clause.numbers):
            both = [each for each in sources.clauses if each.has(first) and each.has(second)]
            alike = first.unit and first.unit == second.unit and not first.is_the(second)
            if alike and both and not any(each.in_order(first, second) for each in both):
                return "数字的先后与引文相反"
    return ""


def measure(text: str, sources: Sources, embed: Embed) -> tuple[float, float]:
    """Return how like what is said in the passages a sentence is, in meaning and in words."""
    own = pairs_of(text)
    shared = len(own & sources.pairs) / len(own) if own else 0.0
    if not sources.sentences:
        return 0.0, shared
    return float(cosines([text], sources.sentences, embed).max()), shared


def _unlike(text: str, sources: Sources, embed: Embed) -> str:
    alike, shared = measure(text, sources, embed)
    return "" if alike >= ALIKE and shared >= SHARED else "引文里没有这样说"


def _wrong_sense(text: str, sources: Sources, embed: Embed) -> str:
    """Tell of a clause that says no where its passage does not, or done for planned."""
    ours, theirs = [Clause(each) for each in cut(text)], sources.clauses
    if not ours or not theirs:
        return ""
    likeness = cosines([each.bare for each in ours], [each.bare for each in theirs], embed)
    for clause, row in zip(ours, likeness, strict=True):
        score = [
            float(cosine) + clause.likeness(other)
            for cosine, other in zip(row, theirs, strict=True)
        ]
        counted = [n for n, other in enumerate(theirs) if any(map(other.has, clause.numbers))]
        homes = counted or range(len(theirs))
        best = max(score[place] for place in homes)
        if best < (COUNTED if counted else ALIGNED):
            continue
        others = [theirs[place] for place in homes if score[place] >= best - NEARLY]
        if all(clause.says_no != other.says_no for other in others):
            return "肯定与否定和引文不一致"
        if clause.years and all(o.years and not clause.years & o.years for o in others):
            return "日期与引文不符"
        if all(clause.limit * other.limit < 0 for other in others):
            return "上限与下限和引文不一致"
        if clause.is_done and _only_ahead(clause, others, theirs):
            return "引文说的是打算，不是已经办成"
    return ""


def _only_ahead(clause: Clause, aligned: list[Clause], theirs: list[Clause]) -> bool:
    """Tell whether what a clause tells as done is only planned, or begun, in the passages."""
    done = DONE_WHAT.search(clause.text)
    same = [each for each in theirs if done and done["what"] in each.text]
    if any(all(each.is_ahead for each in few) for few in (aligned, same) if few):
        return True
    return bool(FINISHED.search(clause.text)) and all(
        BEGUN.search(each.text) and not FINISHED.search(each.text) for each in aligned
    )
