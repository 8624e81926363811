"""A question as it was typed, without what says nothing: courtesies, invisible characters, gaps."""

from __future__ import annotations

import re

from corpus.text.spelling import normalise
from index.text.language.numerals import read_number

_MOST = 500
"""Longer texts are letters: what they begin and end with is part of them."""
_GREETING = re.compile(
    r"(?:(?:您们?|你们?|大家|领导|老师)好|尊敬的领导|请问(?:一下)?|(?:我)?(?:想|要)?(?:请教|咨询|打听|问)一下|麻烦问一下|在吗|hi|hello)"
    r"[\s，,。.！!：:、]{0,5}",
    re.I,
)
_THANKS = re.compile(
    r"[\s，,。.！!；;]{0,5}(?:(?:非常|十分|万分|多)?(?:谢谢|感谢|多谢|谢了)(?:您|你|啦|了|大家|领导)?|麻烦(?:您|你)?了|辛苦了)"
    r"[\s。.！!~～]{0,5}$"
)
_ACKNOWLEDGED = re.compile(
    r"(?:[好行对是嗯哦噢你您的了啦吧啊呀哈\s，、。！,.!~～]|可以|知道|了解|清楚|明白|收到|没问题|[多感]?谢"
    r"|麻烦|辛苦|不用|没有|没事|算了|再见)+"
)
"""What answers an answer, and asks nothing: 好的，谢谢。"""
_AMOUNT = re.compile(r"\d[\d,.]{0,12}[万亿]")
_HAN = "一二三四五六七八九十百千两零〇"
_NUMERALS = re.compile(rf"(?<![\d.{_HAN}万亿几数第点])[{_HAN}]{{1,8}}(?=[万亿]?元|[万亿]$)")
"""An amount of money in numerals, as laws and old letters have it."""
_NUMBER = re.compile(r"[\d.,，、%％年月日号\s]+")
_HALVES = re.compile(r"[^？?]+[？?]*")
_LEAST_HALF = 5
_CLAUSE = re.compile(r"[^，,；;？?]+[，,；;？?]*")
_ASKS = re.compile(
    r"什么|怎[么样]|如何|咋|多[少久大长高远]|几|哪|谁|吗|是否|能否|可否|何时|为何|(?P<verb>[是有能会要可行让给])[不没](?:可以)?(?P=verb)"
    r"|可不可以|应不应该|允不允许|收不收费"
)
"""What a clause of its own asks by."""
_LEAST_CLAUSE = 4


def tidy(text: str) -> str:
    """Return a text as documents are read: without invisible characters, spaced ones closed up."""
    return "\n".join(map(normalise, text.split("\n"))).strip()


def tidy_question(text: str) -> str:
    """Return a question in `tidy` form without its courtesies; a bare amount is one of money.

    Amounts are written in digits, so that 十五万元 asks what 15万元 asks. What is nothing but
    courtesies stays.
    """
    text = tidy(text)
    if len(text) > _MOST:
        return text
    said = text
    while match := _GREETING.match(said):
        said = said[match.end() :]
    said = _NUMERALS.sub(_in_digits, _THANKS.sub("", said) or text)
    return f"{said}元" if _AMOUNT.fullmatch(said) else said


def _in_digits(match: re.Match[str]) -> str:
    value = read_number(match[0])
    return match[0] if value is None else f"{value:.0f}"


def says_nothing(text: str) -> bool:
    """Tell whether a text acknowledges, is a number alone, or one character over and over."""
    alone = acknowledges(text) or bool(_NUMBER.fullmatch(text))
    return alone or (len(text) > 2 and len(set(text) - set(" \n？?")) == 1)


def acknowledges(text: str) -> bool:
    """Tell whether a text, in simplified characters, only takes note of an answer, or thanks."""
    return bool(_ACKNOWLEDGED.fullmatch(text.strip()))


def halves(text: str) -> tuple[str, ...]:
    """Return the questions that a text asks one after the other; itself where it is one."""
    parts = tuple(
        part.strip() for part in _HALVES.findall(text) if len(part.strip()) >= _LEAST_HALF
    )
    return parts if 1 < len(parts) <= 3 else (text,)


def clauses(text: str) -> tuple[str, ...]:
    """Return what a question asks in clauses of one sentence, each with what leads to it.

    Nothing where fewer than two of them ask, or more than three: 几点开门，停车多少钱？
    """
    asking: list[str] = []
    lead = ""
    for clause in _CLAUSE.findall(text):
        lead += clause
        if _ASKS.search(clause) and len(clause.strip(" ，,；;？?")) >= _LEAST_CLAUSE:
            asking.append(lead.strip())
            lead = ""
    return tuple(asking) if 1 < len(asking) <= 3 else ()
