"""Whether a clause is a promise: by its mark, or by a term in it that lies ahead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from corpus.statements.due import Due
from corpus.statements.intent import (
    acts,
    does,
    is_changed,
    is_effect,
    is_listed,
    is_ordered,
    is_soon,
    speaks_office,
)
from corpus.statements.telling import gives_cause, happened, is_title, names_deed, says_what_is

LATE = 60
"""Days: who writes so shortly before a year ends tells of it, unless a word says otherwise."""

_NOUN_BEHIND = re.compile(
    r"$|\s*\d{1,2}(?![\d时点:：])|\s*\d{3}|[的、和与第度份（(之]|以来|工资|期间|收到|接到|经|至今"
)
_ASKED = re.compile(r"申请|上报|考核")
"""What was only asked for, or is no plan, in the year that runs."""
_SET = re.compile(
    r"(?:时间|期限|时限|工期|日期|节点)[^，]{0,4}[为是]$|定[在于]$|[迟前延改放排][在至到]$|(?:延长|调整|顺延|不晚)[至到于]$"
)
"""What puts a term at the end of a clause: 开工时间为9月."""


@dataclass(slots=True)
class Clause:
    """A clause of a sentence, which begins at `begin` of it, with the terms that it is read by.

    :ivar own: the terms in it, by their places in the sentence.
    :ivar framed: those in clauses of their own before it.
    :ivar marked: whether it has a mark of promises (将, 计划), or a pledge stands before it.
    :ivar alone: whether it stands in a line of its own without a mark at its end, as titles do.
    :ivar done: whether it tells what was done.
    """

    text: str
    begin: int
    own: tuple[Due, ...]
    framed: tuple[Due, ...] = ()
    marked: bool = False
    alone: bool = False
    done: bool = False

    @property
    def before(self) -> str:
        """What stands before its first term."""
        return self.text[: self.own[0].start - self.begin] if self.own else self.text

    @property
    def behind(self) -> str:
        """What stands behind its last term."""
        return self.text[self.own[-1].end - self.begin :] if self.own else ""

    @property
    def outside(self) -> str:
        """What stands beside its terms."""
        places = [self.begin, *(at for due in self.own for at in (due.start, due.end))]
        cuts = [place - self.begin for place in (*places, self.begin + len(self.text))]
        return "".join(self.text[a:b] for a, b in zip(cuts[::2], cuts[1::2], strict=True))


def is_promise(clause: Clause, dated: date | None) -> bool:
    """Tell whether a clause that nothing speaks against is a promise, of a reply of this date."""
    text = clause.text
    if is_listed(text):
        years = [due.first or due.by or dated for due in clause.own]
        later = any(dated is None or (day and day.year > dated.year) for day in years) or any(
            due.by and dated and (due.by - dated).days > LATE and not _ASKED.search(text)
            for due in clause.own
        )
        return later or (clause.marked and not clause.done)
    if dated is None and not clause.marked:
        return False
    terms = (*clause.framed, *clause.own)
    past = any(due.by and dated and due.by < dated for due in terms)
    ahead = [due for due in terms if due.by and (dated is None or due.by > dated)]
    if clause.done:
        return bool(ahead) and is_ordered(text) and not past
    if (past or (is_changed(text) and not clause.marked)) and not ahead:
        return False
    if clause.marked:
        return bool(ahead) or text[0] == "待" or not is_effect(text)
    if is_soon(text) and (speaks_office(text) or acts(text)):
        return True
    if happened(text) or (gives_cause(text) and not _has_deed(clause)):
        return False
    if clause.framed and (ahead or any(not (due.by or due.loose) for due in clause.framed)):
        return True
    return not says_what_is(text) and any(
        _says_when(clause, due) and not (dated and _tells_of_year(due, dated))
        for due in clause.own
        if due in ahead or _is_tonight(clause, due, dated) or _lies_ahead(clause, due)
    )


def is_open(due: Due, sentence: str) -> bool:
    """Tell whether a term leaves open when: a whole year, 近期."""
    return due.yearly or (due.by is None and sentence[due.end - 1] not in "前后末")


def _has_deed(clause: Clause) -> bool:
    """Tell whether a clause goes on behind its term, or its cause, with what is done."""
    return does(clause.behind) or not clause.behind if clause.own else names_deed(clause.text[1:])


def _says_when(clause: Clause, due: Due) -> bool:
    """Tell whether a term says when something is done, and isn't part of what it is called."""
    text, start, end = clause.text, due.start - clause.begin, due.end - clause.begin
    if due.yearly and not (start == 0 or text[0] in "到至从自" or does(text, end)):
        return False
    if due.yearly and is_title(text[end:], clause.alone):
        return False
    if due.yearly and text[start - 1 : start] in ("是", "为", "属"):
        return False
    if due.counted and not (
        speaks_office(text) or "您" in text[end:] or (text[end - 1] == "后" and does(text, end))
    ):
        return False
    if text[end - 1] == "度" and text[end - 2] != "季":  # 2024年度
        return False
    return _NOUN_BEHIND.match(text, end) is None or _SET.search(text, 0, start) is not None


def _tells_of_year(due: Due, dated: date) -> bool:
    """Tell whether a term is a year that is nearly over: what was done in it is told."""
    return due.yearly and due.by is not None and (due.by - dated).days < LATE


def _is_tonight(clause: Clause, due: Due, dated: date | None) -> bool:
    """Tell whether a term is later on the day itself: 今晚, 即日起."""
    return due.by == dated is not None and clause.text[due.end - clause.begin - 1] in "晚起"


def _lies_ahead(clause: Clause, due: Due) -> bool:
    """Tell whether a term that no calendar tells lies ahead: 汛期前, 明春动工."""
    if due.by is not None or any(one.loose for one in clause.own):
        return False
    end = due.end - clause.begin
    last = clause.text[end - 1]
    doing = not due.counted and last not in "期日时" and does(clause.text, end)
    return doing or last in "前末起"
