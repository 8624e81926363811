"""Who answers a citizen's message, as the page or the answer says without a label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.fields.agency import AGENCY, read_agencies
from corpus.fields.layout import Layout
from corpus.spans import Paragraph
from corpus.text.bylines import byline_at
from corpus.text.furniture import follows_answer, is_furniture
from corpus.text.label_words import LABEL
from corpus.text.sides import ANSWER_LABEL
from corpus.text.unanswered import is_step
from corpus.types import Field, FieldName

_NEAR = 6
"""Lines of particulars that may stand beside a message."""
_FOOT = 3
_SHORT = 80
"""A longer line beside a message is prose."""
_SEEN = 200
_SHORTEST = 2
_PARTS = re.compile(r"[^\s:：（）()\[\]【】·|，。]+")
_SPEAKS = re.compile(rf"(?P<agency>{AGENCY}|[\u4e00-\u9fff]{{2,10}}[区县市旗])[:：]\s?(?=\S{{4}})")
_SPEAKS_BELOW = re.compile(
    rf"(?P<agency>(?!.*(?:公司|集团|学校|大学|学院|小学|中学|医院|银行|社)[:：])(?!尊敬|敬爱){AGENCY})[:：]"
)
"""An office before its own words, which stand on the lines below."""
_AS_FOLLOWS = re.compile(
    rf"(?:^|(?<=[，,。：:\s])|(?<=现作)|(?<=现由)|(?<=以下[为是]))(?!现[作由]|以下)(?P<agency>{AGENCY})(?:(?:官方)?(?:作)?(?:回复|答复)?如下(?:回复|答复)?[:：]|的(?:回复|答复)[:：（(])"
)
_HANDLED_BY = re.compile(
    rf"[【\[（(](?:经办|承办|办理|回复|答复)(?:单位|部门)\s?[:：]\s?(?P<agency>{AGENCY})[】\]）)]"
)
_ASKS = re.compile("能|啥|何|怎|请|吗|到底|是否|要")
"""What the title of another message may have that ends like a body's name: `……啥时候能办`."""
_SENTENCE_END = frozenset("。！？!?~")


def find_signed(layout: Layout, place: int) -> list[Field]:
    """Read the sender on a line of its own below an answer, with a page's lines below it.

    :param place: where in the text the citizen's message stood.
    """
    body = [line for line in layout.paragraphs if line.start >= place]
    for above, line in zip(body[-2::-1], body[:0:-1], strict=True):
        if len(line.text) <= _SHORT and above.text.rstrip()[-1:] in _SENTENCE_END:
            read = [] if is_furniture(line.text) else read_agencies(line)
            if len(read) == 1 and len(read[0][0]) > 3 and not _ASKS.search(read[0][0]):
                return [Field(FieldName.AGENCY, *read[0])]
    return []


def find_answerer(layout: Layout, place: int) -> list[Field]:
    """Read the sender that an answer or its page names: `某某局：……`, `回复 2020-06-03 某某局`.

    :param place: where in the text the citizen's message stood.
    """
    below = [
        line for line in layout.paragraphs if line.start >= place and not is_furniture(line.text)
    ]
    told = [line for line in below if not is_step(line.text)]
    found = next(_said(told), None) or _last_official(below) or next(_beside(told), None)
    return [found] if found else []


def _said(below: Sequence[Paragraph]) -> Iterator[Field]:
    for line in below[:_NEAR]:
        seen = line.text[:_SEEN]
        follows = "如下" in seen or "以下" in seen
        match = _SPEAKS.match(seen) or (_AS_FOLLOWS.search(seen) if follows else None)
        label = None if match else ANSWER_LABEL.match(seen)
        match = _SPEAKS.match(seen, label.end()) if label else match
        match = match or _SPEAKS_BELOW.fullmatch(seen)
        if match and not LABEL.fullmatch(match["agency"]) and len(match["agency"]) > _SHORTEST:
            yield line.field(FieldName.AGENCY, match.span("agency"))
    for line in below:
        match = _HANDLED_BY.search(line.text, max(len(line.text) - _SHORT, 0))
        if match:
            yield line.field(FieldName.AGENCY, match.span("agency"))


def _last_official(below: Sequence[Paragraph]) -> Field | None:
    """Read who wrote the last of the posts, or took the last of the steps that say an answer."""
    found = None
    end = next((n for n, line in enumerate(below) if follows_answer(line.text)), len(below))
    texts = [line.text for line in below[:end]]
    for number in range(end):
        byline = byline_at(texts, number)
        if byline and byline.official and (byline.said or found is None):
            line = below[byline.first]
            start = line.text.index(byline.who)
            found = line.field(FieldName.AGENCY, (start, start + len(byline.who)))
    return found


def _beside(below: Sequence[Paragraph]) -> Iterator[Field]:
    for line in (*below[:_NEAR], *below[: -_FOOT - 1 : -1]):
        if len(line.text) > _SHORT:
            continue
        for part in _PARTS.finditer(line.text):
            if len(part.group()) > 3 and (read := read_agencies(line.part(*part.span()))):
                yield Field(FieldName.AGENCY, *read[0])


def without_speaker(recipients: Sequence[Field], layout: Layout) -> list[Field]:
    """Leave out what only seems to be greeted: the office before its own words on one line."""
    kept = []
    for field in recipients:
        end = layout.text.find("\n", field.end)
        line = layout.text[field.start : end if end >= 0 else len(layout.text)]
        if not (_SPEAKS.match(line[:_SEEN]) or _SPEAKS_BELOW.fullmatch(line[:_SEEN])):
            kept.append(field)
    return kept
