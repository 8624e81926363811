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
    does,
    heads_plans,
    is_changed,
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
    r"[将拟会待前后起底末旬内季春秋冬]|[年月周日天学暑假]|计划|力争|争取|预计|定于|下一?[步阶轮批次]"
    r"|接下来|今后|承诺|答应|保证|打算|准备|有望|确保|尽快|适时|最[迟晚快]|马上|随后|考虑|决定|即|再"
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
    r"方便|但|不过|让|以便|接受|使|提供|给|请|敬请|具体|这|该|欢迎|以(?!.{0,6}方式)|不断|切实|真正|从而|为了|力求|满足|提请|因|由|[\u4e00-\u9fff]{2,4}后|目前|经|如|若|[^，]{0,8}可以?"
)
_FRAME = re.compile(
    r"(?:我们|[\u4e00-\u9fff]{1,8}[局委镇乡县区市府办])?(?:目标是?|预计|力争|争取|计划|准备|打算|将|要)?[在于到至用]?(?:[\u4e00-\u9fff]{2,8}后)?(?:左右|时间|期间)?"
)
_NOUN_BEHIND = re.compile(r"$|[的、和与第度份（(之]|以来|工资|期间|收到|接到|经|至今")
_UNDERTAKES = re.compile(
    r"正在(?:抓紧)?(?:起草|编制|制定|制订|修订|草拟|拟定|研究制定)|负责|^将|[由把].{1,20}(?:[建改降升提]|牵头|实施)"
    r"|放在"
)
"""What a clause says whose term stands in the next: 街道负责拆除，国庆前完成."""
_SETTLED = re.compile(r"(?:商定|约定|议定)$|明确由|正与.{1,14}(?:会商|对接|协商|协调|衔接)")
_NO_DEED = re.compile(r"因|由于|鉴于|考虑|虽|但|经|按照")
_SUPPOSED = re.compile(r"若|如(?!期|实|数|下|今)|一旦|倘|假如|假设")
"""What begins a condition; a term counted from it has no date."""
_UPON = (
    r"[^，]{0,14}(?:到位|[批答]复|审批|获批|中标|验收|完成|完工|竣工|开通|通车|建成|出来|成熟|具备|出台"
    r"|公布|通过|结束|下达|落实|确定|明确|一致)(?:[之以]?后|时)?"
)
_PLEDGES = ("承诺", "保证", "答应", "同意", "决定", "考虑")
_EVENT = re.compile(
    rf"待.{{2,30}}[后时熟]|(?!因|由于|经)(?:{_UPON}(?<=[后时])|[^，]{{2,14}}一[到下出])"
)
_THEN = re.compile(
    r"(?:我[们局委镇]|街道|[\u4e00-\u9fff]{2,8}[局委办])?(?:再|就|即|立即|马上|随即|一并|及时|尽快|第一时间|优先|同步|视|逐步|分批|统筹)"
)
_THEREUPON = re.compile(
    rf"{_UPON}(?:(?<=[后时])[我们就将]{{0,3}}(?:随即|立即|即可|再|马上|及时|尽快|第一时间|就|优先|统筹|分批)|即(?!可|使|将))"
)
_AFTER = re.compile(rf"{_UPON}(?<=后)(?![^，]{{0,8}}[将可能会])")
"""What is done as soon as something else has come about: 批复后随即招标."""
_SET = re.compile(
    r"(?:时间|期限|时限|工期|日期|节点)[^，]{0,4}[为是]$|定[在于]$|[迟前延改放排][在至到]$|(?:延长|调整|顺延|不晚)[至到于]$"
)
"""What puts a term at the end of a clause: 开工时间为9月."""
_BARE_BEFORE = re.compile(r"(?:并|也|现|已|将|拟|计划|力争|争取|预计|确保|要求|定)?[在于]?")
_TERM_ALONE = re.compile(r"(?:最[晚迟快])?(?:不[超晚迟][过于])?[在于为]?")
"""What stands beside a term that is all of its clause: 最晚不超过10月20日."""
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
    prior: Span | None = None
    ahead = touches = linked = supposed = False
    for position, (begin, end) in enumerate(iter_clauses(sentence)):
        clause = sentence[begin:end]
        own = tuple(due for due in dues if begin <= due.start and due.end <= end)
        supposed = supposed or _SUPPOSED.match(clause) is not None
        if supposed:
            own = tuple(
                replace(due, by=None, counted=False) if due.by and due.counted else due
                for due in own
            )
        if speaks_office(clause) and bars is not Intent.OFFER and clause[0] != "由":
            bars = None
        waits = clause[-1] in "时后" and not MARKER.search(clause)
        if looks_ahead(clause) and (len(clause) <= AHEAD or waits) and not own:
            ahead, bars = True, None
            continue
        if _is_frame(clause, own, begin):
            frame = (frame[0] if frame else begin, end)
            continue
        pledged = bool(frame) and sentence[:begin].rstrip("，,：: ").endswith(_PLEDGES)
        framed = tuple(d for d in dues if frame and frame[0] <= d.start < frame[1])
        waited = frame is not None and sentence[frame[1] - 1] in "后时到熟"
        first, frame = frame[0] if frame else begin, None
        marked = MARKER.search(clause)
        marks = [due.start - begin for due in own] + ([marked.start()] if marked else [])
        reason = bars or against(clause, clause[: min(marks, default=0)])
        if reason:
            bars = bars or (None if _passes(reason, clause) else reason)
            touches = linked = False
            prior = None
            continue
        rest = clause[own[-1].end - begin :] if own else ""
        bare = bool(own) and _is_bare(clause[: own[0].start - begin], rest)
        before = found[-1] if found and touches else None
        open_ended = found[-1] if found and linked and not found[-1].bare else None
        done = is_done(clause)
        if (
            open_ended
            and bare
            and not done
            and all(_is_open(due, sentence) for due in open_ended.dues)
        ):
            found[-1] = _Found(
                open_ended.start, open_ended.main, end, (*open_ended.dues, *own), bare
            )
            touches = True
        elif before and own and _TERM_ALONE.fullmatch(clause[: own[0].start - begin] + rest):
            found[-1] = replace(before, end=end, dues=(*before.dues, *own))
        elif before and clause.startswith("其中") and not done:
            found[-1] = replace(before, end=end)
        elif (
            before
            and not (before.bare or own or done)
            and clause.startswith(("争取", "力争", "并", "待"))
        ):
            found[-1] = _Found(before.start, before.main, end, before.dues, bare)
        elif (
            _is_promise(clause, own, framed, dated, begin, bool(marked) or pledged)
            or (
                not done
                and (
                    _THEREUPON.match(sentence, first, end)
                    or (waited and _THEN.match(clause))
                    or (before and _AFTER.match(clause))
                )
            )
            or (
                not before
                and (ahead or looks_ahead(clause) or (planned and position == 0))
                and acts(clause)
                and not done
            )
        ):
            if prior and _undertakes(sentence[slice(*prior)], bare):
                first = prior[0]
            found.append(_Found(first, begin, end, (*framed, *own), bare))
            touches = linked = True
        elif before and _continues(clause, own):
            found[-1] = replace(before, end=end, dues=(*before.dues, *own))
        else:
            touches = False
            linked = linked and not done
        prior = None if found and found[-1].end == end else (begin, end)
        bars = _bars_next(clause, own)
    return found


def _undertakes(clause: str, bare: bool) -> bool:
    """Tell whether a clause says what is undertaken or agreed, whose term stands in the next."""
    undertakes = _SETTLED.search(clause) or (bare and _UNDERTAKES.search(clause))
    return bool(undertakes) and not _NO_DEED.match(clause)


def _is_open(due: Due, sentence: str) -> bool:
    """Tell whether a term leaves open when: a whole year, 近期."""
    return due.yearly or (due.by is None and sentence[due.end - 1] not in "前后末")


def _passes(reason: Intent, clause: str) -> bool:
    """Tell whether what bars a clause leaves those behind it open: 请您再等一等."""
    return reason in (Intent.REFUSAL, Intent.FORMULA) or clause.startswith("请")


def _bars_next(clause: str, own: tuple[Due, ...]) -> Intent | None:
    """Return what the clauses behind this one are, unless they name the office again."""
    if clause.endswith("的") and not own:
        return Intent.RULE
    return Intent.OTHERS if clause.endswith(("表示", "称")) else None


def _is_frame(clause: str, own: tuple[Due, ...], begin: int) -> bool:
    """Tell whether the clause is a term alone that the next one belongs to: 到2025年，."""
    if not own:
        return clause.endswith(_PLEDGES) or _EVENT.fullmatch(clause) is not None
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
    past = any(due.by and dated and due.by < dated for due in (*framed, *own))
    ahead = [due for due in (*framed, *own) if due.by and (dated is None or due.by > dated)]
    if dated is None and not marked:
        return False
    if is_done(clause):
        return bool(ahead) and is_ordered(clause) and not past
    if (past or is_changed(clause)) and not ahead:
        return False
    if marked:
        return bool(ahead) or clause[0] == "待" or not is_effect(clause)
    if is_soon(clause) and speaks_office(clause):
        return True
    if framed and (ahead or any(due.by is None for due in framed)):
        return True
    return any(
        (
            not due.yearly
            or due.start == begin
            or does(clause, due.end - begin)
            or (due.start > begin and clause[0] in "到至从自")
        )
        and (
            not _NOUN_BEHIND.match(clause, due.end - begin)
            or _SET.search(clause, 0, due.start - begin)
        )
        and not _of_year(clause, due.end - begin)
        and (not due.counted or speaks_office(clause) or _is_later(clause, due, begin))
        for due in own
        if due in ahead or (due.by is None and _is_ahead(clause, due, begin))
    )


def _of_year(clause: str, end: int) -> bool:
    """Tell whether a term ends as a year's name does: 2024年度."""
    return clause[end - 1] == "度" and clause[end - 2] != "季"


def _is_later(clause: str, due: Due, begin: int) -> bool:
    """Tell whether something is done so many days later: 一个月后再评估."""
    behind = due.end - begin
    return clause[behind - 1] == "后" and does(clause, behind)


def _is_ahead(clause: str, due: Due, begin: int) -> bool:
    """Tell whether a term that no calendar tells lies ahead: 汛期前, 明春动工."""
    last, behind = clause[due.end - begin - 1], due.end - begin
    doing = not due.counted and last not in "期日时" and does(clause, behind)
    return doing or last in "前后末"


def _continues(clause: str, own: tuple[Due, ...]) -> bool:
    """Tell whether a clause without a mark of its own says more of what is promised."""
    dated = any(due.by or due.yearly for due in own)
    return not (dated or is_done(clause) or is_effect(clause) or _PURPOSE.match(clause))


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
