"""Lines that an export or a page ran together, parted again where a letter shows its joints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus.text.bylines import read_byline
from corpus.text.days import DAY, TIME_OF_DAY
from corpus.text.label_words import ANSWERS, ASKED, CONTENT, FINDING, OF_MESSAGE
from corpus.text.salutation import is_opening
from corpus.text.sides import MESSAGE_LABEL
from corpus.types import BETWEEN_CELLS

_LEAST = 120
"""A shorter line is no letter run together."""
_MOST_LINES = 6
"""A document of more lines than this is not run together."""
_WIDE = re.compile(r"[ \t]*(?:\u3000{2,8}|\u3000?[ \t]{2,40}\u3000?)[ \t]*")
_SALUTATION = re.compile(
    r"(?:^|[\s\u3000])(?P<name>(?:尊敬的)?[^\s。；：:！!？?|>/您你，]{2,80}?(?:委员|代表|先生|女士|同志|网友|市民|朋友|委|局|政府)(?:们)?\s?[:：])"
    r"\s{0,8}(?=[您你贵])"
)
_ANSWERED = re.compile(
    r"(?<=[。！？!?…])\s?(?=[【\[]?(?:(?:官方|部门|单位)?(?:回复|答复)(?:内容|意见)?|答|[办处]理(?:结果|情况|意见)"
    r"|[\u4e00-\u9fff]{2,16}(?:局|政府|镇|乡|街道|中心|办)(?:回复|答复)(?:如下)?)[】\]]?[：:])"
)
_BETWEEN = " \t\u3000|"
_LONGEST = 6_000
_OF_SIDES = re.compile(rf"[【\[]?(?:{ASKED}{CONTENT}|{ANSWERS}{FINDING})(?:[】\]]|\s?[：:])")
_LABEL = re.compile(
    rf"(?:(?<=[\s|])(?=\S)(?:{OF_MESSAGE}|{ASKED}{CONTENT}|{ANSWERS}{FINDING})\s?[：:]"
    rf"|【(?:{OF_MESSAGE}|{ASKED}{CONTENT}|{ANSWERS}{FINDING})】)"
)
_HOLDS_CONTENT = re.compile(
    r"[\s|][\u4e00-\u9fff]{2,6}(?:内容|正文|详情|描述|意见|结果|情况)\s?[：:]"
)
"""Every line that is parted has this, or brackets."""
_DATED = re.compile(rf"[【\[（(]?{DAY}\s{TIME_OF_DAY}[】\]）)]?\s?")
"""When something was written, before it on its line."""
_DATED_FOOT = re.compile(
    rf"{DAY}[ \t\u3000|]+(?=(?:承\s?办|经\s?办|联\s?系|抄\s?[送报]|主题词|附\s?件|签\s?发))"
)
"""A letter's date, before the lines below it."""
_SENDER = re.compile(
    r"[\u4e00-\u9fff]{2,24}(?:局|委员会|政府|办公室|街道|中心|大队|支队|公司|集团|镇|乡)[:：]\s?(?=\S{4})"
)
_TIMED = rf"{DAY}(?:\s{TIME_OF_DAY})?"
_DATED_BEHIND = re.compile(
    rf"[（(](?:[^\s（()）。，]{{1,16}}[\s，,])?{_TIMED}[）)]$|(?:——|--)\s?(?:[^\s。，！？—-]{{2,24}}\s)?{_TIMED}$"
)
_COLON = re.compile("[:：]")
_FEWEST_WORDS = 20
_JOINTS = re.compile(
    r"(?<=[。！？；：:])[ \u3000]+(?=\S)|(?<=[。！？；：:][”’）》])[ \u3000]+(?=\S)"
    r"|(?<![ \u3000])[ \u3000]+(?=[一二三四五六七八九十]{1,3}、"
    r"|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}、)"
    r"|(?<=如下[:：])(?=[一二三四五六七八九十]、)"
    r"|(?<![ \u3000])[ \u3000]+(?=(?:(?:19|20)\d\d年\d{1,2}月\d{1,2}日"
    r"|[二一][〇○零OＯ一二三四五六七八九]{3}年[^，。\s]{2,6}日)[\s|]*$)"
)


def unfold(lines: list[str]) -> list[str]:
    """Part the long lines of a text that is a letter run together; others stay as they are."""
    lines = [
        piece
        for line in _bylines_apart(lines)
        for one in _labels_apart(line)
        for part in _asked_and_answered(one)
        for piece in _without_dates(part)
    ]
    if len(lines) > _MOST_LINES or all(len(line) < _LEAST for line in lines):
        return lines
    return [piece for line in lines for piece in _pieces(line)]


_FURTHEST_TOLD = 60
_FEWEST_TOLD = 12


def _bylines_apart(lines: list[str]) -> list[str]:
    """Put who said what stands behind it, and when, on a line of its own: `某某局5月9日回复：……`.

    That is where somebody speaks so, and then an office.
    """
    told: dict[int, tuple[str, str]] = {}
    speakers = []
    for number, line in enumerate(lines):
        mark = _COLON.search(line, 0, _FURTHEST_TOLD) if "日" in line[:_FURTHEST_TOLD] else None
        byline = read_byline(line[: mark.end()]) if mark else None
        if mark and byline and byline.said:
            speakers.append(byline.official)
            if len(line) - mark.end() >= _FEWEST_TOLD:
                told[number] = line[: mark.end()], line[mark.end() :].lstrip()
    if not told or not any(asked < answered for asked, answered in pairwise(speakers)):
        return lines
    return [piece for number, line in enumerate(lines) for piece in told.get(number, (line,))]


def _labels_apart(line: str) -> list[str]:
    """Put the labels of a page that runs them together on lines of their own.

    That is where one of them announces a message or an answer, or they stand in brackets.
    """
    brackets = line.count("】") > 1
    if not (brackets or (len(line) <= _LONGEST and _HOLDS_CONTENT.search(line))):
        return [line]
    starts = [
        match.start() for match in _LABEL.finditer(line) if line[: match.start()].strip(_BETWEEN)
    ]
    if not starts or not (brackets or any(_OF_SIDES.match(line, start) for start in starts)):
        return [line]
    bounds = [0, *starts, len(line)]
    return [line[low:high].strip(_BETWEEN) for low, high in pairwise(bounds)]


def _asked_and_answered(line: str) -> list[str]:
    """Part a message from its answer where one line holds both, each announced."""
    may_answer = "复" in line or "答" in line or "理" in line
    found = _ANSWERED.search(line) if may_answer and MESSAGE_LABEL.match(line) else None
    return [line[: found.start()], line[found.start() :].lstrip()] if found else [line]


def _without_dates(line: str) -> list[str]:
    """Put the date that a page prints before or behind what somebody wrote on a line of its own.

    The sender's name stays beside the date: `【2024-03-02 09:10:00】某局：`.
    """
    may_end = line[-1:] in "）)" or "—" in line[-60:] or "--" in line[-60:]
    if may_end and (behind := _DATED_BEHIND.search(line, max(len(line) - 60, 0))):
        written = line[: behind.start()]
        return [written, behind.group()] if len(written) >= _FEWEST_WORDS else [line]
    dated = _DATED_FOOT.match(line) if line[:1] in "12" else None
    if dated:
        return [line[: dated.end()].rstrip(_BETWEEN), line[dated.end() :]]
    before = _DATED.match(line) if line[:1] in "12【[（(" else None
    if before is None or len(line) - before.end() < 4:
        return [line]
    sender = _SENDER.match(line, before.end())
    end = sender.end() if sender else before.end()
    if sender is None and (len(line) - end < _FEWEST_WORDS or "。" not in line):
        return [line]
    return [line[:end].rstrip(), line[end:]]


def _cells(line: str) -> list[str]:
    return [cell.strip(" |") for cell in line.split(BETWEEN_CELLS.rstrip()) if cell.strip(" |")]


def _pieces(line: str) -> Iterator[str]:
    if len(line) < _LEAST:
        yield from _cells(line)
        return
    wide = [piece for piece in _WIDE.split(line) if piece]
    if len(wide) > 4:
        yield from wide
        return
    for cell in _cells(line):
        found = _SALUTATION.search(cell)
        if found is None or not is_opening(cell[found.end() :]):
            yield cell
            continue
        if cell[: found.start()].strip():
            yield cell[: found.start()].strip()
        yield found["name"]
        yield from (piece for piece in _JOINTS.split(cell[found.end() :]) if piece.strip())
