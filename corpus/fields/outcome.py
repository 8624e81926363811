"""The result of a reply (办理结果) and the sender's role."""

from __future__ import annotations

import re

from corpus.fields.layout import Layout
from corpus.spans import Paragraph
from corpus.types import Field, FieldName

_WORDS = (
    (r"采纳或解决|解决或采纳", r"已?采纳|已?(?:经)?解决", "采纳或解决"),
    (
        r"列入计划拟解决",
        r"已?列入计划(?:逐步解决|解决)?|计划(?:逐步)?解决|拟解决",
        "列入计划拟解决",
    ),
    (r"留作参考", r"(?:仅?供|作为?)(?:工作)?参考", "留作参考"),
)
"""For each result: what names it anywhere in a short text, what names it only as the whole."""
_LETTER = re.compile(
    r"(?:^|[（(“\"\u4e00-\u9fff])(?P<letter>[ABC])[”\"）)]?类?[”\"）)】]?(?=$|[（(，])"
)

_SAID = re.compile(
    r"(?:办理结果|办理类别|答复类别|办复类别)(?:分类)?(?:[：:]|为|是|属于?)\s*(?P<value>[^，。；：:\s|]{1,20})"
)
_MARK_LINE = re.compile(r"[（(【\[“\"]*([ABC])[”\"]*类?[）)】\]”\"]*")
_LINE_WITH_LETTER = re.compile(r"所提[^。，]{2,16}[（(]([ABC])类?[）)]")
_HEAD_LETTER = re.compile(
    r"(?:答复|复函|函|意见|回复)[（(]([ABC])类?[）)]$|号[（(]([ABC])类?[）)]$|^[（(]?([ABC])类[）)]?\s"
)


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
        for match in _SAID.finditer(line.text):
            value = read_outcome(match["value"])
            if value:
                return (_outcome(line, value, match.span("value")),)
        letter = _MARK_LINE.fullmatch(line.text) or _LINE_WITH_LETTER.fullmatch(line.text)
        if letter is None and number < layout.head:
            letter = _HEAD_LETTER.search(line.text)
        if letter and letter.lastindex:
            return (_outcome(line, letter[letter.lastindex], letter.span(letter.lastindex)),)
    return ()


def _outcome(line: Paragraph, value: str, span: tuple[int, int]) -> Field:
    return Field(FieldName.OUTCOME, value, line.start + span[0], line.start + span[1])
