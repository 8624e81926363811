"""Whether a line greets somebody, and where: what stands before a reply's opening."""

from __future__ import annotations

import re

from corpus.spans import Paragraph
from corpus.text.bylines import read_byline
from corpus.text.label_words import LABEL
from corpus.text.sides import ANSWER_LABEL, MESSAGE_LABEL

_SALUTATION = re.compile(
    r"(?!.*回复)(?!.*(?:如下|[列以]下|[为是]|答复|情况|留言)\s*[：:]$)[^。！？；：:您你]{1,600}[：:]$"
)
_NO_SALUTATION = re.compile(
    r"(?:说明|问题|提示|须知|指南|反馈|意见|结果|摘要|信息|内容|诉求|来信|事项)[：:]$"
)
"""A line that ends in a colon as salutations do, but heads a part of a page."""
_INLINE_SALUTATION = re.compile(
    r"(?:尊敬的)?[\w、·“”\s]{2,40}?(?:委员|代表|委|局|政府|委员会|办公室|网友|网民)(?:们)?[：:]"
)
_CITIZEN = (
    r"(?:各位|广大|来信|问政)?(?:网友|网民|市民(?![政宗族生防航])|居民|来信人|写信人|来信同志)(?:朋友|同志)?"
    r"(?:[ _：:]{0,3}[“\"][^”\"\n]{0,30}[”\"]|[ ：:]?[^\W您你]{1,12}(?=\s*[：:]|您好|你好))?"
)
_NICKNAME = (
    r"[“\"][^”\"\n]{1,30}[”\"] ?(?:网友|网民)?(?:朋友)?|[A-Za-z][A-Za-z0-9_-]{3,20}(?:网友)?"
)
_GREETING = r"(?:[您你]们?好|[您你]的|[您你](?:所)?反映|感谢|来信|收悉|首先)"
_MESSAGE_SALUTATION = re.compile(
    rf"(?:(?:尊敬|亲爱)的\s*)?(?:(?P<citizen>{_CITIZEN})(?: ?(?:先生|女士))?(?=\s*[：:]"
    rf"|\s*[，,！!]?\s*(?:{_GREETING}|$))"
    rf"|(?P<nickname>{_NICKNAME})(?=\s*[：:]?\s*[，,！!]?\s*(?:{_GREETING}|$)|(?<=[友”\"\w])(?<![\u4e00-\u9fff][”\"])\s*[：:]))"
)
_NAME_BEHIND = re.compile(r"\s*[:：]\s?(?![您你感谢])[^\s。，！？：:您你]{2,16}")
"""`网友：云中客` says who wrote, and greets nobody."""


def is_salutation(paragraph: Paragraph) -> bool:
    """Tell whether the line is, or begins with, a salutation."""
    start, end = find_salutation(paragraph)
    return end > start


def greets_citizen(line: str) -> bool:
    """Tell whether the line greets the writer of a message: `网友“……”：您好！`."""
    return _MESSAGE_SALUTATION.match(line) is not None


def _heads_part(line: str) -> bool:
    """Tell whether a line heads a part of a page: `网友留言：` is no salutation."""
    marked = ":" in line or "：" in line
    return marked and bool(MESSAGE_LABEL.match(line) or ANSWER_LABEL.match(line))


def _heads_particulars(line: str) -> bool:
    """Tell whether a line begins with a label, or is one: `【来信时间】`, `办理情况说明：`."""
    start = 1 if line.startswith(("【", "[")) else 0
    return LABEL.match(line, start) is not None or _NO_SALUTATION.search(line) is not None


def find_salutation(paragraph: Paragraph) -> tuple[int, int]:
    """Return where the salutation stands in the text; it is empty where there is none."""
    if _heads_part(paragraph.text) or read_byline(paragraph.text):
        return paragraph.start, paragraph.start
    message = _MESSAGE_SALUTATION.match(paragraph.text)
    if message and _NAME_BEHIND.fullmatch(paragraph.text, message.end()):
        return paragraph.start, paragraph.start
    if message:
        return paragraph.span(*message.span(message.lastgroup or 0))
    named = _INLINE_SALUTATION.match(paragraph.text)
    if named is None and not _heads_particulars(paragraph.text):
        named = _SALUTATION.match(paragraph.text)
    return paragraph.span(0, named.end() if named else 0)
