"""How a clause speaks: whether it says what should be done, tells what is, or asks a question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.statements.doing import DOES

Span = tuple[int, int]

_DOES = re.compile(DOES)
READ = 3
"""So many clauses tell how a point speaks."""

_TOWARDS = re.compile(
    r"(?:[将把对向给为让由在从以与同凡]|按照?|依托|通过|围绕|根据|结合|借助|参照|针对|允许|明确|探索"
    r"|研究制|落实|利用)[\u4e00-\u9fff“\d]"
)
"""What leads to what is done: 对…, 由…, 通过…."""
_SHOULD = re.compile(
    r"(?<![适反响相对效供报答])应(?:当|该|尽快|由|及时|予以)?(?![急用对付聘届邀有变])|必须|务必|理应"
    r"|须(?!知)|不[应得能](?:再)?|不宜|限期|至少|一律|视[为同]|予以|给予|可[以由]|实行|能[否不]"
    r"|[\u4e00-\u9fff]?要(?=[有把让对给在由从与同向建设加增减用])"
)
_STATE = re.compile(
    r"(?:[不没][\u4e00-\u9fff]{1,4}|难|[偏过较很太][\u4e00-\u9fff]{1,2}|[^提升降减调][高低少差乱慢弱短]"
    r"|缺[失位乏口]|滞后|薄弱|严重|突出|单一|混乱|拥堵|超负荷|困难|不足|无序|脱节|隐患|问题|现象|矛盾"
    r"|空白|下[滑降]|[了过])$"
)
"""How a clause ends that tells a state: 审批环节多, 管理不到位."""
_TELLS = re.compile(
    r"没有(?![^，。]{0,12}的[^，。])|不足|不够|缺乏|缺少|严重|了(?![解结])|已[经有被成]?|仍|只有|普遍|往往"
    r"|经常|常常|长期|目前|现有|近[几两]?年|[去前]年|上[周月半个]|以来|同比|至今|反映|投诉|抱怨|发现|导致"
    r"|造成|不少|有[的人]|很多|许多|屡|其中|分别|占[\u4e00-\u9fff\d]{0,6}[成%]"
    r"|[\d一二三四五六七八九十百千万][余多](?:[件人名个条]|万)|担心|不[让敢愿肯]|太|[％%](?!以[上内下])"
)
_QUOTE = re.compile(r"[说问称道][：:]?[“□]")
_CLAUSE = re.compile(r"[，。；：:！？!?;\n—]")

MODAL = re.compile(r"能不能|能否|可否|可不可以|可唔可以|是否(?:可以|能)|是不是(?:可以|能|该)")
"""What a request is put into as a question."""
_INTERROGATIVE = (
    r"([\u4e00-\u9fff])[不勿唔没](?:\1)|(?:什么|啥[子个]?)(?:时候|辰光)|几时|何时|[怎咋]么?个?[办整弄]"
    r"|归谁管|归哪[个里]|[找归]哪个部门|点样|系咪"
)
"""Words of questions; of all dialects 好不好, 好勿好, 得唔得."""
SURE = re.compile(
    rf"[？?]\s*[”’」]?$|[吗么呢伐㗎][^\w\s，。]{{0,8}}$|{_INTERROGATIVE}|{MODAL.pattern}"
    r"|请问|想问问|想咨询|不知[^，。]{0,10}是否"
)
"""A question, also in a text that ends other questions with a mark."""
QUESTION = re.compile(
    rf"{SURE.pattern}|[吗么呢伐嘛㗎不](?:[。！!…～~]*$|(?=[\s，]))|归[啥边]|想了解|哪[个些里]"
    r"|几[耐多]|怎么[申办]|如何"
)
"""A question in a text without a question mark."""
_ASKS = re.compile(
    rf"{SURE.pattern}|(?:^|[，,])(?:希望|建议|恳请|请|求|[望盼](?!着)|呼吁|要求|麻烦)"
)


def mood(text: str, start: int = 0, end: int | None = None) -> int:
    """Return 1 where `text[start:end]` says what should be done, -1 where it tells what is, or 0.

    What it begins with counts, not what it goes on with.
    """
    clauses = _clauses(text, start, len(text) if end is None else end)
    if not clauses:
        return 0
    first = text[slice(*clauses[0])]
    if _STATE.search(first) and not _SHOULD.search(first):
        return -1
    score, weight = 0.0, 1.0
    for number, (begin, stop) in enumerate(clauses):
        clause = text[begin:stop]
        whom = clause.endswith("的") and number + 1 < len(clauses)  # 拒不改正的，…
        score += weight * (0.7 if whom else _direct(clause))
        weight = 0.6
    return 1 if score >= 0.5 else -1 if score <= -0.5 else 0


def _direct(clause: str) -> float:
    score = 1.0 if _DOES.match(clause) else 0.6 if _TOWARDS.match(clause) else 0.0
    if _SHOULD.search(clause):
        score += 0.7
    if _TELLS.search(clause) or _STATE.search(clause):
        score -= 1.0
    if _QUOTE.search(clause):
        score -= 1.0
    return score


def leaning(text: str, spans: Sequence[Span]) -> float:
    """Return how points speak on the whole, between -1 (all tell) and 1; a question asks too."""
    moods = [1 if _ASKS.search(text[start:end]) else mood(text, start, end) for start, end in spans]
    return sum(moods) / len(moods) if moods else 0.0


def _clauses(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    while start < end and len(spans) < READ:
        cut = _CLAUSE.search(text, start, end)
        begin, stop = start, cut.start() if cut else end
        while begin < stop and text[begin].isspace():
            begin += 1
        if stop - begin > 1:
            spans.append((begin, stop))
        start = cut.end() if cut else end
    return spans
