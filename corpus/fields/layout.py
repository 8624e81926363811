"""The parts of a reply: its head, its salutation and its opening."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from corpus.fields.dates import DATE
from corpus.fields.greeting import find_salutation, greets_citizen, is_salutation
from corpus.spans import Paragraph, iter_paragraphs, tidy
from corpus.text.furniture import LABEL_ALONE, is_furniture
from corpus.text.label_words import LABEL_WORD
from corpus.text.salutation import CITIZEN, Anchor, iter_anchors
from corpus.text.sides import ANSWER_LABEL, SENDER_SPEAKS
from corpus.text.unanswered import waits

_HEAD_LIMIT = 25
"""At most so many paragraphs are taken for the head; more is a text without paragraphs' shape."""
_ANCHOR_LIMIT = 120
"""Among so many paragraphs a letter is looked for below a page's furniture."""
_HEADLINE_LIMIT = 120
"""A paragraph longer than this is body; the longest titles of State Council documents have 60
characters."""
_OPENING_LIMIT = 500
"""So many characters of the body are searched for what the reply answers."""

_LONGEST_HEADING, _PROSE = 16, 40
_ANSWER_HEADING = re.compile(
    r"[【\[]?(?:(?:答复|回复|办理|复函)(?:内容|意见|情况|摘要|全文|正文)|复文)[】\]]?[：:]?"
)
_WITHIN = re.compile("结果|调查|核查|核实|调处|查处|整改|落实|处置|承接|解决")
"""What heads parts of an answer as well."""
_REPLIED = re.compile(r"[^，。：:\s您你]{3,30}(?:对此留言的)?(?:回复|答复)[：:]\s*")
_LABEL = re.compile(
    r"\s*[（(【\[]?(?:办理结果|公开|索引号|发布|发文|文号|来源|信息|答复|回复|签发|主办|会办|承办|协办|"
    r"成文|提案|建议|议案|案由|案号|届次|类别|分类|日期|时间|标题|名称|主题词|编号|联系|办理|关键词|"
    r"有效性|字号|浏览|作者|密级|紧急程度|生成|题目|满意度|状态|类型|编码|工单|诉求|留言对象|收信|发信|写信|ID|"
    r"(?:来信|留言|信件|提交|写信|受理|处理|办结)(?:编号|时间|日期|标题|类型|类别|主题|状态|单位|部门))[^：:，。；！？“《|]{0,10}[：:|]"
)
_LONGEST_LABEL = 60
_MARKED = re.compile("[：:|｜]")
_LABELLED = re.compile(rf"[\s（(【\[•●◆■▪]{{0,4}}{LABEL_WORD}[】\]]?\s?[：:|｜](?!\s?[您你]们?好)")
_BODY_MARK = re.compile(
    r"[。；!！]|[？?].|[：:]$|[您你]|收悉"
    r"|^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)])"
)
_TITLE = re.compile(r"(?:.{2,30})?(?:关于|对).{4,100}(?:答复|复函|回复|意见|通知|函|批复)")


_MARKS = re.compile(r"[\s：:，,！!]*")
_TO_CITIZEN = re.compile(rf"{CITIZEN}|[您你]好")


@dataclass(frozen=True, slots=True, eq=False)  # what is found in one can be kept by which it is
class Layout:
    """A reply's text with its parts found.

    `head` counts the paragraphs before the salutation or, without one, before the body.
    `salutation` and `opening` (what follows the salutation, the first paragraphs) are spans;
    the salutation may be empty; `to_citizen` tells that it greets a citizen. `anchored` tells that
    the salutation, or the opening, shows beyond doubt where the letter begins; `announced` is where
    it does below a heading of the page such as `答复内容`, 0 where there is none.
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    head: int
    salutation: tuple[int, int]
    opening: tuple[int, int]
    to_citizen: bool = False
    anchored: bool = False
    announced: int = 0

    @property
    def body(self) -> int:
        """Where the letter's body begins for certain; 0 where nothing shows it."""
        if not self.anchored:
            return self.announced
        start, end = self.salutation
        mark = _MARKS.match(self.text, end)
        after = mark.end() if mark else end
        # Within its line a salutation may lead a sentence of substance.
        return after if "\n" in self.text[end:after] or start == end else start

    @property
    def to_office(self) -> bool:
        """Whether this is plainly a letter to deputies, members or offices.

        These have titles that say so: what else stands above them belongs to the page.
        """
        start, end = self.salutation
        greeting = self.text[start:end] or self.text[self.opening[0] :][:2]
        return self.anchored and _TO_CITIZEN.search(greeting) is None

    @property
    def head_paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs of the head."""
        return self.paragraphs[: self.head]

    @property
    def body_paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs behind the head."""
        return self.paragraphs[self.head :]


def is_label(line: str) -> bool:
    """Tell whether the line is one of a document's particulars: `公开属性：主动公开`."""
    if not _MARKED.search(line, 0, _LONGEST_LABEL):
        return False  # as most lines
    return _LABEL.match(tidy(line)) is not None or _LABELLED.match(line) is not None


@lru_cache(maxsize=4)  # fields and passages of one parse ask for the same text
def lay_out(text: str) -> Layout:
    """Find the parts of a reply's text."""
    paragraphs = tuple(iter_paragraphs(text))
    anchor = _anchor(paragraphs)
    head = 0
    while head < min(len(paragraphs), _HEAD_LIMIT) and not _starts_body(paragraphs[head]):
        head += 1
    if anchor is not None and (
        not _agree(paragraphs, head, anchor)
        or (anchor.found and not is_salutation(paragraphs[min(head, anchor.salutation)]))
        or (anchor.found and anchor.found.start and SENDER_SPEAKS.match(paragraphs[head].text))
    ):
        return _anchored(text, paragraphs, anchor)
    if head == len(paragraphs):
        return Layout(text, paragraphs, head, (len(text), len(text)), (len(text), len(text)))
    at_head = anchor is not None and anchor.found is not None and anchor.salutation == head
    first = _without_sender(paragraphs[head] if at_head else _answer(paragraphs, head))
    salutation = find_salutation(first)
    start = salutation[1]
    citizen = greets_citizen(first.text)
    opening = (start, _opening_end(text, start))
    announced = first.start if first.start > paragraphs[head].start else 0
    return Layout(
        text, paragraphs, head, salutation, opening, citizen, anchor is not None, announced
    )


def _agree(paragraphs: Sequence[Paragraph], head: int, anchor: Anchor) -> bool:
    """Tell whether a letter begins where its head ends, and not at an anchor further below.

    Without a salutation the line above the anchor may be one. Prose below what looks like a
    salutation, or above a mere opening, belongs to the letter.
    """
    first = anchor.salutation if anchor.found else anchor.opening - 1
    if first <= head <= anchor.opening:
        return True
    if head >= first or (anchor.found and not is_salutation(paragraphs[head])):
        return False
    return any(
        len(line.text) >= _PROSE and "。" in line.text and not is_furniture(line.text)
        for line in paragraphs[head:first]
    )


def _anchor(paragraphs: Sequence[Paragraph]) -> Anchor | None:
    lines = [paragraph.text for paragraph in paragraphs[:_ANCHOR_LIMIT]]
    ours = (a for a in iter_anchors(lines) if not a.found or not a.found.to_leaders)
    first = next(ours, None)
    if first and waits(lines[first.opening]):  # an office that only passed the message on
        return next(ours, first)
    return first


def _anchored(text: str, paragraphs: tuple[Paragraph, ...], anchor: Anchor) -> Layout:
    """Lay out a letter whose salutation or opening was found, whatever stands above it."""
    if anchor.found is None:
        head, start = anchor.opening, paragraphs[anchor.opening].start
        salutation = (start, start)
    else:
        head, line = anchor.salutation, paragraphs[anchor.salutation]
        # Up to the mark, so that the salutation's span is the same with a colon and without.
        salutation = line.span(anchor.found.start, anchor.found.after)
        start = salutation[1]
    greeting = text[salutation[0] : paragraphs[head].end]
    citizen = anchor.found is not None and greets_citizen(greeting)
    opening = (start, _opening_end(text, start))
    return Layout(text, paragraphs, head, salutation, opening, citizen, anchored=True)


def _answer(paragraphs: Sequence[Paragraph], head: int) -> Paragraph:
    """Return the paragraph the answer begins with.

    That is the first behind the head, but on pages that show the question first the one behind
    the heading `答复内容`.
    """
    for line, following in pairwise(paragraphs[: head + _HEAD_LIMIT]):
        if _is_answer_heading(line):
            return following
    return paragraphs[head]


def _is_answer_heading(line: Paragraph) -> bool:
    return len(line.text) <= _LONGEST_HEADING and (
        _ANSWER_HEADING.fullmatch(line.tidy) is not None
        or (ANSWER_LABEL.fullmatch(line.text) is not None and not _WITHIN.search(line.text))
    )


def _without_sender(paragraph: Paragraph) -> Paragraph:
    """Drop the sender's `某某局回复：` before the salutation."""
    sender = _REPLIED.match(paragraph.text)
    if sender is None or sender.end() == len(paragraph.text):
        return paragraph
    return paragraph.part(sender.end(), len(paragraph.text))


def _starts_body(paragraph: Paragraph) -> bool:
    line = paragraph.text
    if is_furniture(line):
        return False
    if LABEL_ALONE.fullmatch(line):
        return greets_citizen(line)  # 来信人：
    if is_label(line) or DATE.fullmatch(line) or _is_answer_heading(paragraph):
        return False
    if _TITLE.fullmatch(line) and "。" not in line:
        return False
    return (
        len(line) > _HEADLINE_LIMIT
        or _BODY_MARK.search(line) is not None
        or is_salutation(paragraph)
    )


_LINE_BREAK = re.compile(r"\n\s*")


def _opening_end(text: str, start: int) -> int:
    """End the opening with the second paragraph that begins in it, or at its limit."""
    limit = min(len(text), start + _OPENING_LIMIT)
    seen = text[start:limit]
    lines = (len(seen[: gap.start()].rstrip()) for gap in _LINE_BREAK.finditer(seen))
    breaks = [end for end in lines if end]
    return start + breaks[2] if len(breaks) > 2 else limit
