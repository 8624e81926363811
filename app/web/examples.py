"""Questions that a newcomer may try: made of matters that this library answers, of nothing else.

A matter is asked in its own words. What reads as a question stays; a citizen's complaint asks
怎么办, a proposal what is planned. What fits none of these forms is not offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from app.types import ReplyCard
from corpus.text.redact import MASK
from corpus.types import Kind

if TYPE_CHECKING:
    from app.service import Service

EXAMPLES = 6
RECENT = 200
"""So many of the newest replies are looked at."""

TRIED = 12
"""So many questions are asked at most."""

LENGTHS = range(6, 31)
"""Characters of a question that says enough and fits its button."""

_ASKS = re.compile(
    r"怎么|怎样|如何|什么|多少|多久|几[点时天月年个]|何时|哪|谁|为啥|[能可会是有要]不[能可会是要]|可不可以"
    r"|有没有|是否|[吗呢]$"
)
_NO_COMPLAINT = re.compile(r"感谢|表扬|点赞|咨询|反映|反馈|诉求|求助|投诉|建议|意见|有关|关于|问题")
"""Titles that name a form, or thank: nobody asks 怎么办 of these."""

_PROPOSED = re.compile(r"关于(.{2,60}?)的(?:提案|建议|议案|意见|答复|复函)")
_COMPLETE = re.compile(r"[^，、。；：！\s“”‘’《》（）()＊]{4,24}")
_MEANS = re.compile(
    r"(?:持续|进一步|加快|大力|着力|切实|全面|推|促进|加强|加大|优化|完善|改善|提升|提高|健全|建设|建立"
    r"|扩大|增[加设]|补齐|破解|解决|缓解|整治|规范|发展|支持|保障|打造|统筹|在.{2,12}(?:增设|设立|设置|推广))"
)


def find_examples(service: Service) -> tuple[str, ...]:
    """Choose questions of recent matters, as many as `EXAMPLES`, that this library answers.

    The same library gives the same examples; what the role may not see is not among them.
    """
    chosen: list[str] = []
    questions = iter_questions(service.list_replies(limit=RECENT).cards)
    for question, _ in zip(questions, range(TRIED), strict=False):
        if len(chosen) < EXAMPLES and service.ask(question).status == "answered":
            chosen.append(question)
    return tuple(chosen)


def iter_questions(cards: Iterable[ReplyCard]) -> Iterator[str]:
    """Yield questions in the order of the cards, one of each agency, none twice."""
    agencies: set[str | None] = set()
    questions: set[str] = set()
    for card in cards:
        question = make_question(card)
        if question is None or question in questions or card.agency in agencies:
            continue
        agencies.add(card.agency)
        questions.add(question)
        yield question


def make_question(card: ReplyCard) -> str | None:
    """Ask for the matter of a reply as a citizen would; None where it does not read so."""
    matter = (card.matter or "").strip().rstrip("？?。！!")
    proposed = _PROPOSED.fullmatch(matter)
    if proposed or card.kind != Kind.MESSAGE:
        about = re.split("[，、；]", proposed[1] if proposed else matter)[0]
        asked = f"{about}有什么安排" if _MEANS.match(about) else ""
        question = matter if not proposed and _ASKS.search(matter) else asked
        complete = bool(_COMPLETE.fullmatch(about))
    elif _ASKS.search(matter):
        question, complete = matter, MASK not in matter
    else:
        question = f"{matter}怎么办"
        complete = bool(_COMPLETE.fullmatch(matter)) and not _NO_COMPLAINT.search(matter)
    return f"{question}？" if question and complete and len(question) in LENGTHS else None
