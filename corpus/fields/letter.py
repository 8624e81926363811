"""What a page's labels say of a citizen's message itself: its number, and who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from corpus.fields.layout import Layout
from corpus.spans import Paragraph
from corpus.text.bylines import read_byline
from corpus.text.label_words import LABEL, LETTER_NUMBERS, WRITERS
from corpus.text.sides import ANSWER_LABEL
from corpus.types import Field, FieldName

_LINE_LIMIT = 300
_BEGINS = r"(?:^|(?<=[\s|｜【\[（(•·●◆■▪◇]))"
_MARK = r"[】\]]?(?:\s?[：:|｜][\s|｜]{0,6}|(?<=[】\]])\s?|\s+)"
_YEAR = r"[〔\[（(]\d{2,6}[〕\]）)]"
_NUMBER = re.compile(
    rf"{_BEGINS}(?P<label>{LETTER_NUMBERS}){_MARK}(?:N[Oo][.:：]\s?|[\[【（(](?!\d{{2,6}}[\]】）)]))?"
    rf"(?P<number>[A-Za-z\d\u4e00-\u9fff-]{{0,12}}?(?:{_YEAR}|\d)(?:[A-Za-z\d—_-]|{_YEAR}){{0,39}}"
    r"(?:第?\s?\d{1,8}\s?号|号)?)(?![\d*＊·.:：年/])"
)
_HASH = re.compile(r"[#＃]\s?(?P<number>\d{4,16})(?=\s)")
_PLAIN = re.compile(r"(?:编\s*号|编\s*码|序\s*号|ID|No)")
_FEWEST_DIGITS = 3
_WRITER = re.compile(
    rf"{_BEGINS}(?P<label>{WRITERS}){_MARK}"
    r"(?P<name>(?![您你])[^\s|｜：:，,。；;（）()【】\[\]/]{2,16})(?=[\s|｜，,。；;（）()【】\[\]/]|$)"
)
_WRITTEN = re.compile(rf"[【\[]?{WRITERS}")
_NOBODY = re.compile(
    r"[*＊×xX某]+|匿名.{0,3}|未?公开|不公开|保密|无|系统.*|管理员|.*(?:信箱|时间|日期|单位|部门|方式|标题|状态)$"
)


def find_letter_number(layout: Layout, place: int) -> tuple[Field, ...]:
    """Return the number that a page labels as the message's own: `受理编号：2023-118`.

    A mere 编号 is it where no label says more. One that is hidden in part (`670214****`) is not.

    :param place: where in the text the message stood.
    """
    found = [
        (
            bool(_PLAIN.fullmatch(match["label"])),
            line.start >= place,
            line.field(FieldName.MATTER_NUMBER, match.span("number")),
        )
        for line in layout.paragraphs
        if len(line.text) <= _LINE_LIMIT
        for match in _NUMBER.finditer(line.text)
        if sum(map(str.isdigit, match["number"])) >= _FEWEST_DIGITS
    ]
    if found:
        return (min(found, key=lambda each: each[:2])[2],)
    hashed = (_HASH.match(line.text) for line in layout.paragraphs if line.end <= place)
    lines = (line for line in layout.paragraphs if line.end <= place)
    return tuple(
        line.field(FieldName.MATTER_NUMBER, match.span("number"))
        for line, match in zip(lines, hashed, strict=False)
        if match
    )[:1]


def find_writer(layout: Layout, place: int) -> tuple[Field, ...]:
    """Return who wrote the message, as a label or the line above it says; nobody who hides.

    :param place: where in the text the message stood.
    """
    return tuple(_writers(layout.paragraphs, place))[:1]


def _writers(lines: Iterable[Paragraph], place: int) -> Iterator[Field]:
    bylines = []
    for line in lines:
        if len(line.text) > _LINE_LIMIT:
            continue
        for match in _WRITER.finditer(line.text):
            if not _NOBODY.fullmatch(match["name"]):
                yield line.field(FieldName.RECIPIENT, match.span("name"))
        labelled = LABEL.match(line.text.lstrip("【[")) and not _WRITTEN.match(line.text)
        byline = read_byline(line.text) if line.start <= place and not labelled else None
        if byline and not byline.official and not ANSWER_LABEL.match(line.text):
            bylines.append((line, byline))  # above the message, or right below it
    for line, byline in bylines[-1:]:
        at = line.text.find(byline.who)
        if not _NOBODY.fullmatch(byline.who) and at >= 0:
            yield line.field(FieldName.RECIPIENT, (at, at + len(byline.who)))
