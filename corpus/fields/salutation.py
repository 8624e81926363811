"""How a reply addresses the one it is sent to."""

from __future__ import annotations

import re

from corpus.fields.spans import Paragraph

_SALUTATION = re.compile(
    r"(?!.*回复)(?!.*(?:如下|[列以]下|[为是]|答复|情况|留言)\s*[：:]$)[^。！？；：:您你]{1,600}[：:]$"
)
_INLINE_SALUTATION = re.compile(
    r"(?:尊敬的)?[\w、·“”\s]{2,40}?(?:委员|代表|委|局|政府|委员会|办公室|网友|网民)(?:们)?[：:]"
)
_CITIZEN = (
    r"(?:各位|广大|来信|问政)?(?:网友|网民|市民|居民|来信人|写信人|来信同志)(?:朋友|同志)?"
    r"(?:[ _：:]{0,3}[“\"][^”\"\n]{0,30}[”\"]|[ ：:]?[^\W您你]{1,12}(?=\s*[：:]|您好|你好))?"
)
_NICKNAME = (
    r"[“\"][^”\"\n]{1,30}[”\"] ?(?:网友|网民)?(?:朋友)?|[A-Za-z][A-Za-z0-9_-]{3,20}(?:网友)?"
)
_GREETING = r"(?:[您你]们?好|[您你]的|[您你](?:所)?反映|感谢|来信|收悉|首先)"
_MESSAGE_SALUTATION = re.compile(
    rf"(?:(?:尊敬|亲爱)的\s*)?(?:(?P<citizen>{_CITIZEN})(?: ?(?:先生|女士))?"
    rf"|(?P<nickname>{_NICKNAME}))(?=\s*[：:]|\s*[，,！!]?\s*(?:{_GREETING}|$))"
)


def is_salutation(paragraph: Paragraph) -> bool:
    """Tell whether the line is, or begins with, a salutation."""
    start, end = find_salutation(paragraph)
    return end > start


def greets_citizen(paragraph: Paragraph) -> bool:
    """Tell whether the line greets the writer of a message: `网友“……”：您好！`."""
    return _MESSAGE_SALUTATION.match(paragraph.text) is not None


def find_salutation(paragraph: Paragraph) -> tuple[int, int]:
    """Return where the salutation stands in the text; it is empty where there is none."""
    message = _MESSAGE_SALUTATION.match(paragraph.text)
    if message:
        start, end = message.span(message.lastgroup or 0)
        return paragraph.start + start, paragraph.start + end
    named = _SALUTATION.match(paragraph.text) or _INLINE_SALUTATION.match(paragraph.text)
    return paragraph.start, paragraph.start + (named.end() if named else 0)
