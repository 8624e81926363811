"""What of a page that holds a proposal or a message are not the words of whoever asks."""

from __future__ import annotations

import re

from corpus.text.furniture import is_furniture
from corpus.text.label_words import LABEL, mark_behind_label
from corpus.text.sides import ANSWER_LABEL, ANSWER_PARTICULAR, CITIZEN_SPEAKS, MESSAGE_LABEL

LONGEST = 80
"""A line of particulars has no more characters."""

PROSE = 12
"""A line of fewer characters is none of what somebody tells."""

_BORDERS = " \t\u3000\xa0|｜"
_BODY = re.compile(
    r"[\s|｜>•·【\[]{0,8}[\u4e00-\u9fff]{0,4}(?:内\s{0,3}容|正\s?文|全\s?文|详情)[】\]]?"
    r"(?:\s{0,3}[：:|｜][\s|｜]{0,8}|[^\S\n]{1,8}(?=\S{8})|\s{0,8}$)"
)
"""What heads the words themselves: 建议内容：, 信件留言."""
_TITLE = re.compile(
    r"[\s|｜>•·【\[]{0,8}[\u4e00-\u9fff]{0,4}(?:标\s{0,3}题|题\s{0,3}目|主\s{0,3}题)[】\]]?[：:\s|｜]"
)
_APART = re.compile(r"\s{0,3}[\s|｜]\s{0,8}\S")
_SHORT_LABEL = 2
"""A label of so many characters before another cell may name a table's column: 序号 | 建议."""
_SAYS = re.compile(r"[\u4e00-\u9fff]")
_ENDS = re.compile(r"[。！!？?；;]")
_REPLIES = re.compile(
    r"[您你]{1,2}[^。\n]{0,80}(?:收悉|(?:答复|回复|办复|反馈)如下)|(?:答复|回复|办复|反馈)如下[：:。]?\s*$"
)
_REPORTED = re.compile(r"[^。，：:]{1,16}(?:反映|咨询|投诉|留言|来电|求助|问)[：:]")


def keep_asker(text: str) -> str:
    """Return a text of the same length in which all but the asker's own words is blank.

    Blank are a page's furniture, titles and particulars (承办单位：…), the label before the words,
    and an answer below them up to the next message of the page.
    """
    kept: list[str] = []
    told = answered = False
    for line in text.splitlines(keepends=True):
        words = line.lstrip(_BORDERS).rstrip()
        if words and _answers(words, told):
            answered = True
        elif answered and _asks_anew(words):
            answered = False
        if answered:
            kept.append(_blank(line))
            continue
        body = _BODY.match(line)
        if body and body.end() < len(line):
            line = _blank(line[: body.end()]) + line[body.end() :]
        elif _is_particular(words):
            line = _blank(line)
        told = told or (len(line.strip()) >= PROSE and bool(_ENDS.search(line)))
        kept.append(line)
    return "".join(kept)


def find_parts(text: str) -> list[int]:
    """Return where the messages of a page begin that holds several; else the text's beginning."""
    starts, start = [], 0
    for line in text.splitlines(keepends=True):
        words = line.lstrip(_BORDERS).rstrip()
        if words and _asks_anew(words):
            starts.append(start)
        start += len(line)
    return [0, *starts[1:]]


def _answers(words: str, told: bool) -> bool:
    if ANSWER_LABEL.match(words):
        return True
    return told and bool(ANSWER_PARTICULAR.match(words) or _REPLIES.search(words))


def _asks_anew(words: str) -> bool:
    return bool(MESSAGE_LABEL.match(words) or CITIZEN_SPEAKS.match(words) or _REPORTED.match(words))


def _is_particular(words: str) -> bool:
    """Tell whether a line says of a page or a proposal when, who, or what it is called."""
    if not words or len(words) > LONGEST:
        return False
    if (
        _ENDS.search(words, 0, len(words) - 1)
        or not _SAYS.search(words)
        or words[0] in "一二三四五六七八九十0123456789①（("
    ):
        return False
    if mark_behind_label(words) in (":", "："):
        return True
    if _ENDS.match(words[-1]):
        return False
    if is_furniture(words) or _TITLE.match(words):
        return True
    label = LABEL.match(words)
    return bool(label and label.end() > _SHORT_LABEL and _APART.match(words, label.end()))


def _blank(line: str) -> str:
    return re.sub(r"[^\n]", " ", line)
