"""Goes through the clauses of a sentence: each is a promise, goes on with one, or neither."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from corpus.statements.ahead import Clause, is_open, is_promise
from corpus.statements.clauses import ENUMERATOR, iter_clauses
from corpus.statements.due import Due, find_due
from corpus.statements.intent import (
    MARKER,
    Intent,
    acts,
    against,
    does,
    is_done,
    looks_ahead,
    of_firm,
    quotes,
    speaks_office,
)
from corpus.statements.joined import (
    announces,
    continues,
    decides,
    is_bare,
    passes_on,
    under_way,
    undertakes,
)
from corpus.statements.telling import is_topic
from corpus.statements.waiting import (
    after_event,
    goes_ahead,
    is_frame,
    is_pledge,
    supposes,
    upon_event,
)

Span = tuple[int, int]
_NOWHERE: Span = 0, 0

AHEAD = 8
"""Characters: a clause no longer than this is 下一步， and the like, and no promise itself."""
_WITHOUT_TERM = re.compile(
    r"[将拟会待]|[计规谋]划|力争|争取|预计|定于|下一?[步阶轮批次]|接下来|今后|后续|承诺|答应|同意|保证|打算|准备|有望|确保|尽快"
    r"|尽早|抓紧|最[迟晚快]|马上|随后|考虑|决定|明确|力求|后[^，。]{0,3}(?:随即|立即|即|再|马上|及时|尽快|第一时间|就|优先|统筹|分批|一并|同步|视|逐步)|后，|完?成即|一[到下出旦]|到位|下来就"
)
"""What a promise has that names no term."""
_OFFICE_SAYS = re.compile(r"[局委办府镇道门]表示$")
_ASIDES = ("同时", "另外", "此外")
_BEGINS_PLAN = re.compile(r"(?:[在对把为向与就]|由(?!于))(?!.*[下的]\Z)")
_OF_THING = re.compile(r"[^，]{1,12}的")
_TERM_ALONE = re.compile(r"(?:最[晚迟快])?(?:不[超晚迟][过于])?[在于为]?")
"""What stands beside a term that is all of its clause: 最晚不超过10月20日."""


@dataclass(frozen=True, slots=True)
class Found:
    """A promise's clauses so far, with the terms in them and whether one is all that is said.

    `main` is where the clause begins that a term or condition stands before (待批准后，我局…), or
    the one before a list that says who does what is listed.
    """

    start: int
    main: int
    end: int
    dues: tuple[Due, ...]
    bare: bool


def read_sentence(sentence: str, dated: date | None, planned: bool) -> list[Found]:
    """Return the promises of a sentence; `planned` tells that it stands in a list of plans."""
    dues = list(find_due(sentence, dated))
    if not (dues or planned or _WITHOUT_TERM.search(sentence)):
        return []
    reading = _Reading(sentence, dues, dated, planned)
    for begin, end in iter_clauses(sentence):
        reading.read(begin, end)
    return reading.found


class _Reading:
    """What is known of a sentence so far, clause by clause."""

    def __init__(self, sentence: str, dues: list[Due], dated: date | None, planned: bool) -> None:
        self.found: list[Found] = []
        self._sentence, self._dues, self._dated = sentence, dues, dated
        self._planned = planned
        self._bars: Intent | None = None  # what the clauses are till the office is named again
        self._frame: Span | None = None  # a term or an event alone
        self._prior = _NOWHERE  # the clause before, where it is none of the found
        self._ahead = False  # 下一步， was said
        self._touches = False  # the clause before belongs to the last found
        self._linked = False  # nothing that was done, or that others do, stands since then
        self._supposed = False
        self._announced: int | None = None  # where it is said who does what is listed behind

    def read(self, begin: int, end: int) -> None:
        """Take the next clause."""
        text = self._sentence[begin:end]
        marked = MARKER.search(text)
        own = self._terms(text, begin, end)
        if marked:
            own = tuple(due for due in own if not self._dates_thing(due, end))
        named = speaks_office(text) and self._bars is not Intent.OFFER and text[0] != "由"
        if named or (marked and self._bars is Intent.ADVICE):
            self._bars = None
        waits = text[-1] in "时后" and not marked
        if looks_ahead(text) and (len(text) <= AHEAD or waits) and not own:
            self._ahead, self._bars = True, None
            return
        if (marked or self._ahead) and announces(text) and self._is_listed_behind(end):
            self._planned, self._announced = True, begin
            return
        clause = Clause(text, begin, own)
        first, stop = self._frame or (begin, begin)
        framing = is_frame(text, clause.outside if own else None)
        if framing and against(text, text) is not Intent.ADVICE:
            self._frame = first, end
            return
        self._frame = None
        frame = self._sentence[first:stop]
        clause.framed = tuple(due for due in self._dues if first <= due.start < stop)
        clause.alone = end - begin == len(self._sentence)
        clause.marked = marked is not None or is_pledge(frame)
        waited = frame.endswith(("后", "时", "到", "熟"))
        marks = [due.start - begin for due in own] + ([marked.start()] if marked else [])
        reason = self._bars or against(text, text[: min(marks, default=0)])
        if reason:
            self._bars = self._bars or (None if _passes(reason, text) else reason)
            self._touches = self._linked = False
            self._prior = _NOWHERE
            return
        if is_topic(text) and not marked:
            self._touches, self._prior = False, (begin, end)
            self._frame = (first, end) if frame or (self._planned and text[-1] != "的") else None
            return
        clause.done = is_done(text)
        if not (self._joins(clause, end) or self._begins(clause, first, end, waited)):
            self._goes_on(clause, end)
        self._planned = False
        self._prior = _NOWHERE if self.found and self.found[-1].end == end else (begin, end)
        self._bars = _bars_next(text, own)

    def _terms(self, text: str, begin: int, end: int) -> tuple[Due, ...]:
        own = tuple(due for due in self._dues if begin <= due.start and due.end <= end)
        self._supposed = self._supposed or supposes(text)
        if not self._supposed:
            return own
        return tuple(
            replace(due, by=None, counted=False) if due.by and due.counted else due for due in own
        )

    def _dates_thing(self, due: Due, end: int) -> bool:
        """Tell whether a day that is past says of when something is: 将拆除1998年建成的危房."""
        past = due.by and self._dated and due.by < self._dated
        return bool(past) and _OF_THING.match(self._sentence, due.end, end) is not None

    @property
    def _before(self) -> Found | None:
        return self.found[-1] if self.found and self._touches else None

    def _joins(self, clause: Clause, end: int) -> bool:
        """Tell whether the clause says when, how much or how of the last found, and add it."""
        if clause.done:
            return False
        own, before = clause.own, self._before
        last = self.found[-1] if self.found and self._linked else None
        if (
            last
            and not last.bare
            and is_bare(clause)
            and all(is_open(due, self._sentence) for due in last.dues)
        ):
            self.found[-1] = replace(last, end=end, dues=(*last.dues, *own), bare=True)
            self._touches = True
            return True
        if before is None:
            return False
        alone = bool(own) and _TERM_ALONE.fullmatch(clause.outside) is not None
        part = clause.text.startswith("其中") or ("其中" in clause.text and not clause.marked)
        more = not (before.bare or own) and clause.text.startswith(("争取", "力争", "并", "待"))
        if alone or part or more:
            dues = (before.dues or own) if part else (*before.dues, *own)
            self.found[-1] = replace(before, end=end, dues=dues)
        return alone or part or more

    def _begins(self, clause: Clause, first: int, end: int, waited: bool) -> bool:
        """Tell whether the clause is a promise, and add it."""
        text, before = clause.text, self._before
        supposed = supposes(text) and not clause.marked
        promised = (is_promise(clause, self._dated) and not supposed) or (
            not clause.done
            and (
                self._turns(clause, end)
                or upon_event(self._sentence, first, end)
                or (
                    waited
                    and (goes_ahead(text) or (self._sentence[first] == "待" and not supposes(text)))
                )
                or (before is not None and after_event(text))
                or (
                    before is None
                    and (self._ahead or looks_ahead(text) or self._planned)
                    and (
                        acts(text)
                        or any(due.loose for due in clause.own)
                        or (
                            self._planned
                            and _BEGINS_PLAN.match(self._sentence, first, end) is not None
                        )
                    )
                )
            )
        )
        if promised:
            bare = is_bare(clause)
            then = self._sentence[first:end]
            if undertakes(self._sentence[slice(*self._prior)], bare, then):
                first = self._prior[0]
            main = clause.begin if self._announced is None else self._announced
            self._announced = None
            self.found.append(Found(first, main, end, (*clause.framed, *clause.own), bare))
            self._touches = self._linked = True
        return promised

    def _turns(self, clause: Clause, end: int) -> bool:
        """Tell whether the clause turns to another deed than the last found."""
        before, begin = self._before, clause.begin
        prior = self._sentence[slice(*self._prior)]
        if decides(prior, clause.text) or (under_way(prior) and after_event(clause.text)):
            return True
        if before is None or before.bare:
            return False
        so_far = self._sentence[before.start : before.end]
        plans = acts(clause.text) or clause.marked or clause.text.startswith("考虑")
        apart = self._sentence.endswith(_ASIDES, 0, begin) and plans
        timed = bool(clause.own) and clause.own[0].start == begin
        return (
            apart
            or (timed and does(clause.behind))
            or passes_on(self._sentence, begin, end, so_far)
        )

    def _is_listed_behind(self, end: int) -> bool:
        return self._sentence[end : end + 1] in "：:" and bool(
            ENUMERATOR.match(self._sentence, end + 1)
        )

    def _goes_on(self, clause: Clause, end: int) -> None:
        """Add the clause to the last found where it says more of it."""
        before = self._before
        if before and continues(clause):
            self.found[-1] = replace(before, end=end, dues=(*before.dues, *clause.own))
        else:
            self._touches = False
            self._linked = self._linked and not clause.done


def _passes(reason: Intent, clause: str) -> bool:
    """Tell whether what bars a clause leaves those behind it open: 请您再等一等."""
    asks = reason is not Intent.ADVICE and clause.startswith("请")
    return asks or reason in (Intent.REFUSAL, Intent.FORMULA, Intent.FORECAST)


def _bars_next(clause: str, own: tuple[Due, ...]) -> Intent | None:
    """Return what the clauses behind this one are, unless they name the office again."""
    if clause.endswith("的") and not own:
        return Intent.RULE
    told = clause.endswith(("表示", "称")) and not _OFFICE_SAYS.search(clause)
    return Intent.OTHERS if told or of_firm(clause) or quotes(clause) else None
