"""What a reply promises: who will do what, and by when, each as it stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from corpus.statements.agents import skip_hinge, who_acts
from corpus.statements.clauses import ENUMERATOR
from corpus.statements.due import Due
from corpus.statements.intent import heads_plans
from corpus.statements.sentence import Found, read_sentence
from corpus.text.sentences import sentence_spans

Span = tuple[int, int]

LONGEST = 600
"""Characters: nobody promises in a longer sentence, and a table's row may be one."""
_CUE = re.compile(
    r"[将拟会待前后起底末旬内季春秋冬元节庆]|[年月周日天学暑假]|[计规谋]划|力争|争取|预计|定于|下一?[步阶轮批次]"
    r"|接下来|今后|承诺|答应|保证|打算|准备|有望|确保|尽快|适时|最[迟晚快]|马上|随后|考虑|决定|即|再"
)
_SECTION = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|下一?步|下阶段|今后)")
_ASIDE = re.compile(
    r"《[^《》\n]{0,100}》|[（(](?![一二三四五六七八九十\d]{1,3}[）)])[^（）()\n]{0,100}[）)]"
)
"""What is blanked before anything is read: titles and asides, with the dates in them."""
_TOLD = re.compile(r"已?经?(?:要求|责[令成]|督促|敦促)")
_LEAD = re.compile(
    r"(?:下一?步|今后|接下来|后续|近期|目前|当前|但是?|不过|然而|因此|为此|由(?!于)|[\u4e00-\u9fff]{2,8}后(?=我)|[，、：:]|并|也|还|现|同时|届时|已|将|拟|计划|力争|争取|预计|定于|打算"
    r"|准备|保证|有望|同意|要求|承诺|答应|明确|责令|会(?=尽快|及时)|[在于用](?=\Z))"
)


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


def _iter_promises(text: str, places: Iterable[Span], dated: date | None) -> Iterator[Promise]:
    """Yield the promises, of each sentence in the light of those before it.

    Below 下一步工作打算, behind 做好以下工作： and behind a promise with a semicolon, what is done
    needs no mark of the future.
    """
    section = planned = joined = False
    speaker: Span | None = None
    for begin, stop in chain.from_iterable(sentence_spans(text, *place) for place in places):
        if stop - begin > LONGEST:
            planned = False
            continue
        sentence = _ASIDE.sub(lambda aside: "□" * len(aside[0]), text[begin:stop])
        if _SECTION.match(sentence):
            section = heads_plans(sentence)
        listed = ENUMERATOR.match(sentence) is not None
        bare = section or (planned and (listed or joined))
        found: list[Found] = []
        if bare or _CUE.search(sentence):
            found = read_sentence(sentence, dated, bare)
        promises = [_promise(sentence, one, begin) for one in found]
        if promises and not promises[0].who and (joined or bare):
            promises[0] = replace(promises[0], who=speaker)
        yield from promises
        speaker = next((one.who for one in promises if one.who), None)
        joined = sentence[-1] in "；;：:"
        planned = (joined and bool(found)) or (bare and listed)


def _promise(sentence: str, found: Found, offset: int) -> Promise:
    """Read who, what and by when from the clauses of a promise."""
    end = found.end
    start = skip_hinge(sentence, found.start, end)
    who: Span | None = None
    at = start
    terms = {due.start: due for due in found.dues}
    while at < end:
        if at in terms:
            at = terms[at].end
        elif lead := _LEAD.match(sentence, at, end):
            at = lead.end()
        elif who is None and (named := who_acts(sentence, at, end)):
            who = _who_is_told(sentence, named, end)
            at = who[1]
        elif at + 1 in terms and sentence[at] in "在于用到":
            at += 1
        else:
            break
    if who is None and found.main != start:
        who = who_acts(sentence, found.main, end)
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


def _who_is_told(sentence: str, who: Span, end: int) -> Span:
    """Return who does what somebody tells them to do: 施工队 of 我们要求施工队."""
    told = _TOLD.match(sentence, who[1], end)
    return (told and who_acts(sentence, told.end(), end)) or who


def _moved(span: Span, offset: int) -> Span:
    return span[0] + offset, span[1] + offset


def _last_day(due: Due) -> date:
    return due.by or date.min
