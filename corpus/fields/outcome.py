"""The result of a reply (办理结果) and the sender's role."""

from __future__ import annotations

import re

from corpus.fields.head_line import read_head_line
from corpus.fields.layout import Layout
from corpus.spans import Paragraph
from corpus.text.label_words import OUTCOME_LABEL
from corpus.types import OUTCOMES, Field, FieldName

_WORDS = (
    (r"采纳或解决|解决或采纳", r"已?(?:经)?(?:采纳|解决|采纳解决|解决采纳)", "采纳或解决"),
    (
        r"列入计划拟解决",
        r"已?列入计划(?:逐步解决|解决)?|计划(?:逐步)?解决|拟解决",
        "列入计划拟解决",
    ),
    (r"留作参考", r"(?:仅?供|作为?)(?:工作)?参考", "留作参考"),
)
"""For each result: what names it anywhere in a short text, what names it only as the whole."""
_LETTER = re.compile(
    r"(?:^|[（(“\"\u4e00-\u9fff])(?P<letter>[ABC])\d?[”\"）)]?类?件?[”\"）)】]?(?=$|[（(，,])"
)

_SAID = re.compile(
    r"(?:办理结果|办理类别|答复类别|办复类别)(?:分类)?(?:[：:]|为|是|属于?)\s*(?P<said>[^，。；：:\s|]{1,20})"
    rf"|(?:^|[\s|｜（(【\[])(?:{OUTCOME_LABEL})[：:]\s*(?P<labelled>[^，。；：:\s|]{{1,20}})"
)
_HINT = re.compile(r"办[理复结]|解决程度|答复|类别|分类|标记")
_MARK_LINE = re.compile(r"[（(【\[〔“\"]*([ABC])\d?[”\"]*类?[）)】\]〕”\"]*")
_NEAR = 10
_LINE_WITH_LETTER = re.compile(r"所提[^。，]{2,16}[（(]([ABC])类?[）)]")
_BEHIND_TITLE = re.compile(
    r"(?:答复|复函|函|意见|回复)\s?(?:[（(【\[]\s?([ABC])\d?\s?类?\s?[）)】\]]|\s([ABC])\d?类?|([ABC])\d?类)$"
)
"""The class letter behind a title: `……的答复【B】`, `……的答复 A类`."""

_BEFORE_TITLE = re.compile(r"[（(][^（()）]{4,30}号 ?([ABC])类?[）)](?=关于|对)")


def read_outcome(text: str) -> str | None:
    """Return the result that a short text names, one of OUTCOMES, or None where it is unknown.

    Words go before the class letter: `采纳或解决（A类）` is 采纳或解决, `所提问题已经解决（A）`
    and `“A”类` are A.
    """
    squeezed = re.sub(r"\s", "", text)
    for inside, whole, value in _WORDS:
        if re.search(inside, squeezed) or re.fullmatch(whole, squeezed.strip('“”"（）()')):
            return value
    letter = _LETTER.search(squeezed)
    return letter["letter"] if letter else None


def read_role(text: str) -> str | None:
    """Return 主办 or 会办 for a short text that begins with it (协办 is 会办), or None."""
    match = re.match(r"主办|会办|协办", text)
    return match.group().replace("协办", "会办") if match else None


def find_outcome(layout: Layout) -> tuple[Field, ...]:
    """Return the result of the reply: said in a sentence, or a class letter on a line."""
    for number, line in enumerate(layout.paragraphs):
        for match in _SAID.finditer(line.text) if _HINT.search(line.text) else ():
            group = match.lastgroup or "said"
            value = read_outcome(match[group])
            if value:
                return (_outcome(line, value, match.span(group)),)
        if layout.head + _NEAR < number < len(layout.paragraphs) - _NEAR:
            continue  # a letter alone is a mark near the ends; further in, a row of a table
        found = _class_letter(line, in_head=number < layout.head)
        if found:
            return (found,)
    return ()


def _class_letter(line: Paragraph, *, in_head: bool) -> Field | None:
    if not any(letter in line.text for letter in "ABC"):
        return None
    match = _MARK_LINE.fullmatch(line.text) or _LINE_WITH_LETTER.fullmatch(line.text)
    if match is None and in_head:
        head_line = read_head_line(line.text)
        letter = head_line.letter if head_line else None
        if letter and letter.value in OUTCOMES:
            return _outcome(line, letter.value, (letter.start, letter.end))
        match = _BEHIND_TITLE.search(line.text) or _BEFORE_TITLE.match(line.text)
    if match is None or match.lastindex is None:
        return None
    return _outcome(line, match[match.lastindex], match.span(match.lastindex))


def _outcome(line: Paragraph, value: str, span: tuple[int, int]) -> Field:
    return Field(FieldName.OUTCOME, value, line.start + span[0], line.start + span[1])
