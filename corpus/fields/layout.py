"""Where things stand in a reply: its paragraphs, its head, its salutation and its opening."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.fields.dates import DATE
from corpus.types import Field, FieldName

_HEAD_LIMIT = 25
"""At most so many paragraphs are taken for the head; more is a text without paragraphs' shape."""
_HEADLINE_LIMIT = 120
"""A paragraph longer than this is body; the longest titles of State Council documents have 60
characters."""
_OPENING_LIMIT = 500
"""So many characters of the body are searched for what the reply answers."""

_ANSWER_HEADING = re.compile(r"[【\[]?(?:答复|回复|办理)(?:内容|意见|情况)[】\]]?[：:]?")
_SPACE = re.compile(r"(?<![A-Za-z])\s+|\s+(?![A-Za-z])")
_LABEL = re.compile(
    r"\s*[（(【\[]?(?:办理结果|公开|索引号|发布|发文|文号|来源|信息|答复|回复|签发|主办|会办|承办|协办|"
    r"成文|提案|建议|议案|案由|案号|届次|类别|分类|日期|时间|标题|名称|主题词|编号|联系|办理|关键词|"
    r"有效性|字号|浏览|作者|密级|紧急程度|生成|题目)[^：:，。；！？“《]{0,10}[：:]"
)
_BODY_MARK = re.compile(
    r"[。！？；!?]|[：:]$|[您你]|我[们局市县区镇乡委办院司]|收悉"
    r"|^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)])"
)
_SALUTATION = re.compile(r"(?!.*(?:如下|列|以下)\s*[：:]$)[^。！？；：:]{1,600}[：:]$")
_INLINE_SALUTATION = re.compile(
    r"(?:尊敬的)?[\w、·“”\s]{2,40}?(?:委员|代表|委|局|政府|委员会|办公室|网友|网民)(?:们)?[：:]"
)
_CITIZEN = (
    r"(?:来信)?(?:网友|网民|市民|居民|来信人|写信人|来信同志)(?:朋友|同志)?"
    r"(?:[ _：:]{0,3}[“\"][^”\"\n]{0,30}[”\"])?"
)
_NICKNAME = r"[“\"][^”\"\n]{1,30}[”\"] ?(?:网友)?|[A-Za-z][A-Za-z0-9_-]{3,20}(?:网友)?"
_GREETING = r"(?:[您你]们?好|[您你]的|[您你](?:所)?反映|感谢|来信|收悉|首先)"
_MESSAGE_SALUTATION = re.compile(
    rf"(?:尊敬的\s*)?(?:(?P<citizen>{_CITIZEN})(?: ?(?:先生|女士))?"
    rf"(?=\s*[：:，,！!]?\s*(?:{_GREETING}|$))"
    rf"|(?P<nickname>{_NICKNAME})(?=\s*[：:，,！!]?\s*(?:{_GREETING})|\s*[：:]?$))"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of the text, without the spaces around it."""

    start: int
    end: int
    text: str

    @property
    def tidy(self) -> str:
        """The paragraph with its inner spaces removed."""
        return tidy(self.text)


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A part of the text without its spaces; `offsets[i]` is where character i stands."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the text of the characters from `start` up to `end`."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def field(self, name: FieldName, match: re.Match[str], group: int | str = 0) -> Field:
        """Make a field of a group of `match`, its value as it stands but for the spaces."""
        return Field(name, match[group], *self.span(*match.span(group)))


@dataclass(frozen=True, slots=True)
class Layout:
    """A reply's text with its parts found.

    `head` counts the paragraphs before the salutation or, without one, before the body.
    `salutation` and `opening` (what follows the salutation, the first paragraphs) are spans;
    the salutation may be empty; `to_citizen` tells that it greets a citizen.
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    head: int
    salutation: tuple[int, int]
    opening: tuple[int, int]
    to_citizen: bool = False

    @property
    def head_paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs of the head."""
        return self.paragraphs[: self.head]

    @property
    def body_paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs behind the head."""
        return self.paragraphs[self.head :]


def tidy(text: str) -> str:
    """Remove all spaces but those between two Latin words."""
    return _SPACE.sub("", text.strip())


def squeeze(text: str, start: int, end: int) -> Squeezed:
    """Return `text[start:end]` without spaces."""
    offsets = tuple(i for i in range(start, end) if not text[i].isspace())
    return Squeezed("".join(text[i] for i in offsets), offsets)


def is_label(line: str) -> bool:
    """Tell whether the line is one of a document's particulars: `公开属性：主动公开`."""
    return _LABEL.match(line) is not None


def lay_out(text: str) -> Layout:
    """Find the parts of a reply's text."""
    paragraphs = tuple(_iter_paragraphs(text))
    head = 0
    while head < min(len(paragraphs), _HEAD_LIMIT) and not _starts_body(paragraphs[head]):
        head += 1
    if head == len(paragraphs):
        return Layout(text, paragraphs, head, (len(text), len(text)), (len(text), len(text)))
    first = _answer(paragraphs, head)
    salutation = _salutation(first)
    start = salutation[1]
    citizen = _MESSAGE_SALUTATION.match(first.text) is not None
    return Layout(text, paragraphs, head, salutation, (start, _opening_end(text, start)), citizen)


def _answer(paragraphs: Sequence[Paragraph], head: int) -> Paragraph:
    """Return the paragraph the answer begins with.

    That is the first behind the head, but on pages that show the question first the one behind
    the heading `答复内容`.
    """
    for line, following in pairwise(paragraphs[: head + _HEAD_LIMIT]):
        if _ANSWER_HEADING.fullmatch(line.tidy):
            return following
    return paragraphs[head]


def _iter_paragraphs(text: str) -> Iterator[Paragraph]:
    position = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            start = position + line.index(stripped)
            yield Paragraph(start, start + len(stripped), stripped)
        position += len(line) + 1


def _starts_body(paragraph: Paragraph) -> bool:
    line = paragraph.text
    if is_label(line) or DATE.fullmatch(line) or _ANSWER_HEADING.fullmatch(line):
        return False
    return (
        len(line) > _HEADLINE_LIMIT
        or _BODY_MARK.search(line) is not None
        or _SALUTATION.match(line) is not None
        or _INLINE_SALUTATION.match(line) is not None
        or _MESSAGE_SALUTATION.match(line) is not None
    )


def _salutation(paragraph: Paragraph) -> tuple[int, int]:
    message = _MESSAGE_SALUTATION.match(paragraph.text)
    if message:
        start, end = message.span(message.lastgroup or 0)
        return paragraph.start + start, paragraph.start + end
    named = _SALUTATION.match(paragraph.text) or _INLINE_SALUTATION.match(paragraph.text)
    if named:
        return paragraph.start, paragraph.start + named.end()
    return paragraph.start, paragraph.start


def _opening_end(text: str, start: int) -> int:
    """End the opening with the paragraph that says what was received, or two paragraphs on."""
    limit = min(len(text), start + _OPENING_LIMIT)
    lines = text[start:limit].strip("\n")
    lead = text.index(lines, start) if lines else start
    breaks = [m.start() for m in re.finditer(r"\n+", lines)]
    return lead + breaks[1] if len(breaks) > 1 else limit
