"""A head line (版头): number, class, disclosure, urgency and signer, beside each other or alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.fields.dates import DATE
from corpus.text.label_words import OUTCOME_LABEL
from corpus.text.numerals import DIGITS, read_numeral

_OPEN = r"[〔\[［（(【〖﹝{｛〈「『]"
_CLOSE = r"[〕\]］）)】〗﹞}｝〉」』]"
_YEAR = r"(?P<{}>(?:19|20)\d\d|二[〇○零Oo0][〇○零Oo0一二三四五六七八九]{{2}})(?: ?年度?)?"
_BODY = r"[\u4e00-\u9fffA-Za-z]{1,16}(?:[（(][\u4e00-\u9fff]{1,6}[）)][\u4e00-\u9fff]{0,4})?"
_SERIAL = (
    r"(?P<{}>第? ?[A-Za-z]?\d{{1,6}}(?: ?- ?\d{{1,4}})?|第? ?[一二三四五六七八九十百〇零]{{1,7}})"
)
_PART_OF = r"(?P<part>之[一二三四五六七八九十]{1,2}|[-—－]\d{1,2}(?![\d年月日./-]))?"
_NUMBER = (
    rf"(?P<body>{_BODY}) ?"
    rf"(?:{_OPEN} ?{_YEAR.format('year')} ?{_CLOSE}|{_OPEN} ?{_YEAR.format('opened')}"
    rf"|{_YEAR.format('closed')} ?{_CLOSE}) ?(?P<infix>[\u4e00-\u9fff]{{0,4}}?) ?"
    rf"(?:号 ?)?{_SERIAL.format('serial')}"
    rf"(?: ?号{_PART_OF})?(?![\dA-Za-z]{{0,6}}[年月、.])"
    rf"|{_OPEN} ?{_YEAR.format('before')} ?{_CLOSE} ?(?P<behind>{_BODY}) ?"
    rf"{_SERIAL.format('last')} ?号"
)
_WORDS = (
    r"(?:已?(?:采纳或解决|解决或采纳|解决采纳|采纳解决|采纳|解决)|正在解决|列入计划(?:拟解决)?"
    r"|留作参考)"
)
_CLASS = r"[“\"（(]?(?P<class>[A-D]\d?)[”\"）)]?"
_MARK = (
    r"(?:此件|本件|此回复件|可以?|同意|不同意|不宜|宜|主动|依申请|不予|免予|不|暂不|暂缓|部分|全文"
    r"|内部|是否){0,3}公开(?:发布|属性|方式|类别|类型|选项)?"
    r"(?:[：:] ?(?:主动公开|依申请公开|不予公开|不?公开|不?同意|是|否|可以|全文))?"
)
_SECRET = r"(?:绝密|机密|秘密)(?: ?[★☆] ?[\d一二三四五六七八九十]{0,3} ?[年月]?)?"
_SIGNER = r"[\u4e00-\u9fff]{1,4}(?![\u4e00-\u9fff〔\[［（(【〖﹝{｛〈「『\d])"
_PART = re.compile(
    rf"(?P<disclosure>{_MARK})"
    rf"|(?:(?:{OUTCOME_LABEL}) ?[：:（(] ?)?{_CLASS}"
    rf"(?: ?类件?(?![\u4e00-\u9fff])| ?类(?={_MARK})|(?=[\s（(，,）)】\]]|$))"
    rf"|(?:{OUTCOME_LABEL}) ?[：:] ?(?P<result>{_WORDS})|(?<=[（(])(?P<said>{_WORDS})(?=[）)])"
    r"|(?P<urgency>(?:紧急程度 ?[：:] ?)?(?:特急|加急|平急|急件|特提))"
    rf"|(?P<secrecy>(?:密级 ?[：:] ?)?{_SECRET}|密级 ?[：:] ?(?:公开|普通|无))"
    rf"|(?P<signer>签发人? ?[：:]? ?(?:{_SIGNER}(?:[ 、]{_SIGNER}){{0,3}}|$))"
    rf"|(?:(?:发文|公文|答复|复文|复函)?(?:字号|文号|编号) ?[：:] ?)?(?P<number>{_NUMBER})"
    r"|(?P<dated>(?:成文|发文|发布|印发|签发)(?:日期|时间) ?[：:])"
    r"|(?P<between>[\s（()）【】\[\]，,；;、|｜/“”\"—-])"
)
_HINT = re.compile(r"(?:19|20)\d\d|二[〇○零Oo0]|[A-D]|[急密]|签发")
_LIMIT = 90


@dataclass(frozen=True, slots=True)
class Part:
    """A value read from a head line; `start` and `end` count within the line."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HeadLine:
    """What a head line says."""

    number: Part | None = None
    letter: Part | None = None  # the class letter of the result: A, B, C (or D)


@lru_cache(maxsize=64)
def read_head_line(line: str) -> HeadLine | None:
    """Return what a head line says, or None for a line that holds anything else besides.

    Its parts may stand in any order, in brackets, with or without spaces between:
    `某教函〔2020〕7号A类 同意公开`. A number may be spaced out (`某 教 函〔2020〕7 号`).
    """
    if len(line) > _LIMIT or not _HINT.search(line):
        return None
    return _read(line) or (_spaced_out(line) if " " in line else None)


def _read(line: str) -> HeadLine | None:
    number = letter = None
    position = told = 0
    while position < len(line):
        match = _PART.match(line, position)
        dated = DATE.match(line, position)
        found = dated or match
        if found is None or found.end() == position:
            return None
        position = found.end()
        if match and match["between"]:
            continue
        told += 1
        if dated or match is None:
            continue
        if match["number"] and number is None:
            number = Part(_number(match), *match.span("number"))
        elif match["class"] and letter is None:
            letter = Part(match["class"][0], *match.span("class"))
    return HeadLine(number, letter) if told else None


def _spaced_out(line: str) -> HeadLine | None:
    """Read a line whose characters are set apart; the places found are those of the line."""
    places = [place for place, character in enumerate(line) if character != " "]
    read = _read(line.replace(" ", ""))
    return read and HeadLine(_moved(read.number, places), _moved(read.letter, places))


def _moved(part: Part | None, places: list[int]) -> Part | None:
    return part and Part(part.value, places[part.start], places[part.end - 1] + 1)


def _number(match: re.Match[str]) -> str:
    if match["before"]:
        return f"〔{_year(match['before'])}〕{match['behind']}{_serial(match['last'])}号"
    year = _year(match["year"] or match["opened"] or match["closed"])
    body = re.sub(r"\s", "", match["body"])
    part = (match["part"] or "").replace("—", "-").replace("－", "-")
    return f"{body}〔{year}〕{match['infix']}{_serial(match['serial'])}号{part}"


def _year(written: str) -> str:
    return "".join(str(DIGITS.get(character, character)) for character in written)


def _serial(written: str) -> str:
    """Return the running number in digits, with the 第 that some put before it.

    What is no number (十十) stays as it is written.
    """
    written = written.replace(" ", "")
    ordinal, numeral = written[: written.startswith("第")], written.removeprefix("第")
    if numeral[0] not in "一二三四五六七八九十百〇零":
        return written
    try:
        return f"{ordinal}{read_numeral(numeral)}"
    except ValueError:
        return written
