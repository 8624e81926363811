"""What a reply promises: who will do what, and by when, each as it stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from corpus.statements.clauses import ENUMERATOR, iter_clauses
from corpus.statements.due import Due, find_due
from corpus.statements.intent import (
    MARKER,
    Intent,
    acts,
    against,
    heads_plans,
    is_done,
    is_effect,
    is_listed,
    is_ordered,
    is_soon,
    looks_ahead,
    speaks_office,
)
from corpus.text.sentences import sentence_spans

Span = tuple[int, int]

AHEAD = 8
"""Characters: a clause no longer than this is 下一步， and the like, and no promise itself."""
LONGEST = 600
"""Characters: nobody promises in a longer sentence, and a table's row may be one."""
_CUE = re.compile(
    r"[将拟]|计划|力争|争取|预计|定于|下一?[步阶]|接下来|今后|承诺|答应|保证|打算|准备|有望|确保|尽快|适时|会[把将]|待|[年月周]|日内|前"
)
_SECTION = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|下一?步|下阶段|今后)")
_ASIDE = re.compile(
    r"《[^《》\n]{0,100}》|[（(](?![一二三四五六七八九十\d]{1,3}[）)])[^（）()\n]{0,100}[）)]"
)
"""What is blanked before anything is read: titles and asides, with the dates in them."""
_WHO = re.compile(
    r"(?:我们|(?:我|本|全|[A-Z]?\d?(?:(?![将拟对在把于会])[\u4e00-\u9fff]){0,14}?)(?:局|委|部门|机构|村委会|管委会|办|厅|部|镇|乡|街道|政府|财政|社区|支队|大队|中心"
    r"|专班|公司|企业|单位|[省市县区镇乡]里?|院|所))"
    r"(?=将|拟|计划|已|会|为|正在|每|于|在|对|从|自|今|明|年|\d|上半|下半|力争|承诺|答应|同意|明确|争取|\Z|基本"
    r"|尽快|适时|近期|继续|进一步|积极|重点|定于|打算|准备|保证|有望)"
)
_LEAD = re.compile(
    r"(?:下一?步|今后|接下来|[，、：:]|并|也|还|现|同时|届时|已|将|拟|计划|力争|争取|预计|定于|打算"
    r"|准备|保证|有望|同意|要求|承诺|答应|明确|责令|会(?=尽快|及时)|[在于用](?=\Z))"
)
_PURPOSE = re.compile(
    r"方便|让|以便|接受|使|提供|给|请|敬请|具体|这|该|欢迎|以(?!.{0,6}方式)|不断|切实|真正|从而|为了|力求|满足|提请|因|由|[\u4e00-\u9fff]{2,4}后|目前|经|如|若|[^，]{0,8}可以?"
)
_FRAME = re.compile(r"[在于到至用]?(?:[\u4e00-\u9fff]{2,8}后)?(?:左右|时间|期间)?")
_NOUN_BEHIND = re.compile(r"$|[的、和与第度份（(之]|以来|工资|期间|收到|接到|经|至今")
_DRAFTED = re.compile(r"正在(?:抓紧)?(?:起草|编制|制定|制订|修订|草拟|拟定|研究制定)")
_BARE_BEFORE = re.compile(r"(?:并|也|现|已|将|拟|计划|力争|争取|预计|确保|要求|定)?[在于]?")
_BARE = re.compile(r"(?:正式|全面|全部|对外|安装|印发|基本)?[\u4e00-\u9fff]{2,4}")


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that will be done; all spans are half-open and of the text that was read.

    `who` is None where the sender itself promises and isn't named, `by_text` where no term is;
    `by` is the last day (ISO 8601), None also where the term has no date, like 汛期前.
    """

    start: int
    end: int
    what: Span
    who: Span | None = None
    by: str | None = None
    by_text: Span | None = None


def find_promises(
    text: str, dated: str | None = None, within: Iterable[Span] | None = None
) -> tuple[Promise, ...]:
    """Find the promises in a reply's text, in order.

    `dated` is the reply's own date (ISO 8601), which 年底前 and 明年 are read by; `within` are the
    places of what the office itself says, None = all of the text. What was done, what is only
    wished, rules, refusals and what others plan are no promises.
    """
    day = date.fromisoformat(dated) if dated else None
    places = [(0, len(text))] if within is None else within
    return tuple(_iter_promises(text, places, day))


@dataclass(frozen=True, slots=True)
class _Found:
    """A promise's clauses so far, with the terms in them and whether one is all that is said.

    `main` is where the clause begins that a term or condition stands before: 待批准后，我局…….
    """

    start: int
    main: int
    end: int
    dues: tuple[Due, ...]
    bare: bool


def _iter_promises(text: str, places: Iterable[Span], dated: date | None) -> Iterator[Promise]:
    """Yield the promises, of each sentence in the light of those before it.

    Below 下一步工作打算, behind 做好以下工作： and behind a promise with a semicolon, what is done
    needs no mark of the future.
    """
    section = planned = joined = False
    for begin, stop in chain.from_iterable(sentence_spans(text, *place) for place in places):
        if stop - begin > LONGEST:
            planned = False
            continue
        sentence = _ASIDE.sub(lambda aside: "□" * len(aside[0]), text[begin:stop])
        if _SECTION.match(sentence):
            section = heads_plans(sentence)
        listed = ENUMERATOR.match(sentence) is not None
        bare = section or (planned and (listed or joined))
        found: list[_Found] = []
        if bare or _CUE.search(sentence):
            found = _read_sentence(sentence, dated, bare)
        yield from (_promise(sentence, one, begin) for one in found)
        joined = sentence[-1] in "；;：:"
        planned = (joined and bool(found)) or (bare and listed)


def _read_sentence(sentence: str, dated: date | None, planned: bool) -> list[_Found]:
    """Go through the clauses: each is a promise, goes on with the one before it, or neither."""
    dues = list(find_due(sentence, dated))
    found: list[_Found] = []
    bars: Intent | None = None
    frame: Span | None = None
    drafted: Span | None = None
    ahead = touches = False
    for position, (begin, end) in enumerate(iter_clauses(sentence)):
        clause = sentence[begin:end]
        own = tuple(due for due in dues if begin <= due.start and due.end <= end)
        if speaks_office(clause) and bars is not Intent.OFFER and clause[0] != "由":
            bars = None
        if looks_ahead(clause) and len(clause) <= AHEAD and not own:
            ahead, bars = True, None
            continue
        if _is_frame(clause, own, begin):
            frame = (frame[0] if frame else begin, end)
            continue
        pledged = bool(frame) and sentence[:begin].rstrip("，,：: ").endswith("承诺")
        framed = tuple(d for d in dues if frame and frame[0] <= d.start < frame[1])
        first, frame = frame[0] if frame else begin, None
        marked = MARKER.search(clause)
        marks = [due.start - begin for due in own] + ([marked.start()] if marked else [])
        reason = bars or against(clause, clause[: min(marks, default=0)])
        if reason:
            bars = bars or (reason if reason not in (Intent.REFUSAL, Intent.FORMULA) else None)
            touches = False
            continue
        rest = clause[own[-1].end - begin :] if own else ""
        bare = bool(own) and _is_bare(clause[: own[0].start - begin], rest)
        before = found[-1] if found and touches else None
        if (
            before
            and not before.bare
            and (
                (bare and all(due.yearly or due.by is None for due in before.dues))
                or (not own and clause.startswith(("争取", "力争", "并", "待")))
            )
            and not is_done(clause)
        ):
            found[-1] = _Found(before.start, before.main, end, (*before.dues, *own), bare)
        elif _is_promise(clause, own, framed, dated, begin, bool(marked) or pledged) or (
            not before
            and (ahead or looks_ahead(clause) or (planned and position == 0))
            and acts(clause)
            and not is_done(clause)
        ):
            if bare and drafted and begin <= drafted[1] + 2:
                first = drafted[0]
            found.append(_Found(first, begin, end, (*framed, *own), bare))
            touches = True
        elif before and _continues(clause, own):
            found[-1] = replace(before, end=end)
        else:
            touches = False
        drafted = (begin, end) if _DRAFTED.search(clause) else None
        bars = _bars_next(clause, own)
    return found


def _bars_next(clause: str, own: tuple[Due, ...]) -> Intent | None:
    """Return what the clauses behind this one are, unless they name the office again."""
    if clause.endswith("的") and not own:
        return Intent.RULE
    return Intent.OTHERS if clause.endswith(("表示", "称")) else None


def _is_frame(clause: str, own: tuple[Due, ...], begin: int) -> bool:
    """Tell whether the clause is a term alone that the next one belongs to: 到2025年，."""
    if not own:
        return clause.endswith("承诺") or (clause[0] == "待" and clause[-1] in "后时")
    rest = clause[: own[0].start - begin] + clause[own[-1].end - begin :]
    return _FRAME.fullmatch(rest) is not None


def _is_bare(before: str, rest: str) -> bool:
    """Tell whether there is only a term and a verb, whose object stands before: 年内印发."""
    return _BARE_BEFORE.fullmatch(before) is not None and _BARE.fullmatch(rest) is not None


def _is_promise(
    clause: str,
    own: tuple[Due, ...],
    framed: tuple[Due, ...],
    dated: date | None,
    begin: int,
    marked: bool,
) -> bool:
    if is_listed(clause):
        return any(
            dated is None or (due.first or due.by or dated).year > dated.year for due in own
        ) or bool(marked and not is_done(clause))
    past = any(due.by and dated and due.by < dated for due in own)
    ahead = [due for due in (*framed, *own) if due.by and (dated is None or due.by > dated)]
    if dated is None and not marked:
        return False
    if is_done(clause):
        return bool(ahead) and is_ordered(clause) and not past
    if past and not ahead:
        return False
    if marked:
        return bool(ahead) or not is_effect(clause)
    if is_soon(clause) and speaks_office(clause):
        return True
    if framed and (ahead or any(due.by is None for due in framed)):
        return True
    return any(
        (not due.yearly or due.start == begin or (due.start > begin and clause[0] in "到至从自"))
        and not _NOUN_BEHIND.match(clause, due.end - begin)
        and clause[due.end - begin - 1] != "度"
        and (not due.counted or speaks_office(clause))
        for due in own
        if due in ahead or (due.by is None and clause[due.end - begin - 1] == "前")
    )


def _continues(clause: str, own: tuple[Due, ...]) -> bool:
    """Tell whether a clause without a mark of its own says more of what is promised."""
    return not (own or is_done(clause) or is_effect(clause) or _PURPOSE.match(clause))


def _promise(sentence: str, found: _Found, offset: int) -> Promise:
    """Read who, what and by when from the clauses of a promise."""
    start, end = found.start, found.end
    who: Span | None = None
    at = start
    terms = {due.start: due for due in found.dues}
    while at < end:
        if at in terms:
            at = terms[at].end
        elif lead := _LEAD.match(sentence, at, end):
            at = lead.end()
        elif who is None and (named := _WHO.match(sentence, at, end)):
            who, at = named.span(), named.end()
        elif at + 1 in terms and sentence[at] in "在于用到":
            at += 1
        else:
            break
    if who is None and found.main > start and (named := _WHO.match(sentence, found.main, end)):
        who = named.span()
    dues = [due for due in found.dues if not due.yearly] or found.dues
    last = max((due for due in dues if due.by), key=_last_day, default=dues[-1] if dues else None)
    return Promise(
        start + offset,
        end + offset,
        _moved((at, end) if at < end else (start, end), offset),
        _moved(who, offset) if who else None,
        last.by.isoformat() if last and last.by else None,
        _moved((last.start, last.end), offset) if last else None,
    )


def _moved(span: Span, offset: int) -> Span:
    return span[0] + offset, span[1] + offset


def _last_day(due: Due) -> date:
    return due.by or date.min
