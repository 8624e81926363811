"""What labels say of a reply: particulars such as `文号 | 某字〔2021〕9号`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from corpus.fields.agency import AGENCY
from corpus.fields.dates import DATE, read_date
from corpus.fields.doc_number import read_doc_number
from corpus.fields.holders import read_role
from corpus.fields.layout import Layout, is_label
from corpus.fields.matter_number import read_matter_numbers
from corpus.fields.outcome import read_outcome
from corpus.fields.proposers import read_proposers
from corpus.fields.zones import fold
from corpus.spans import Paragraph, tidy
from corpus.text.label_words import LABEL_WORD, PAIRS
from corpus.text.unanswered import WAITS, waits
from corpus.types import Field, FieldName

_LINE_LIMIT = 300
"""A longer line is no line of particulars."""
_LONGEST_TITLE = 40
_LEAST_SPACED = 4
"""A shorter word with room behind it is a label only beside others."""
_NAMES = {f"p{number}": name for number, (name, _) in enumerate(PAIRS)}
_NAMED = "|".join(f"(?P<p{number}>{pattern})" for number, (_, pattern) in enumerate(PAIRS))
_LABEL = re.compile(
    rf"(?<![\u4e00-\u9fffA-Za-z\d])(?:(?:{_NAMED})|{LABEL_WORD})"
    r"(?:(?:[】\]]|\s?[：|｜])[\s：|｜]{0,6}| (?=[^\s|｜：]))"
)
_GLUED = re.compile(rf"(?<=[\u4e00-\u9fff])(?:来源|时间|{LABEL_WORD})[：:]")
"""A further label right behind a value: `某某局来源：`."""
_UNKNOWN_LABEL = re.compile(r"\s+[\u4e00-\u9fff]{2,8}：|\s*[|｜]")
_MARKED = re.compile(r"[：|｜】\]]")
_SEVERAL = 2
"""A line below the head that holds so many labels is a row of particulars."""
_LEAD = " /|｜•●◆■▪◇（(【["


def find_particulars(layout: Layout) -> tuple[Field, ...]:
    """Return the fields that labels announce, each label at the start of a line or cell.

    A value that cannot be read (an unknown result, a date no calendar has) gives no field.
    """
    fields: list[Field] = []
    lines = layout.paragraphs
    passed = _of_interim(lines) if WAITS.search(layout.text) else ()
    for number, line in enumerate(lines):
        if number in passed:
            continue
        in_head = number < layout.head
        if len(line.text) > _LINE_LIMIT or not (in_head or is_label(line.text) or " " in line.text):
            continue
        folded = fold(line.text)
        spaced = in_head or (
            _LABEL.match(folded) is not None
            and any(_LABEL.match(fold(near.text)) for near in _beside(lines, number))
        )
        for name, start, end in _labelled(folded, spaced=spaced):
            if all(field.name is not name for field in fields):
                fields.extend(_read(name, line, start, end))
    return tuple(fields)


def _of_interim(lines: Sequence[Paragraph]) -> set[int]:
    """Return which lines are the particulars of an answer that only says another is to come."""
    found: set[int] = set()
    for number, line in enumerate(lines):
        if not waits(line.text):
            continue
        above = number - 1
        while above >= 0 and is_label(lines[above].text):
            above -= 1
        if any(_LABEL.match(fold(below.text)) for below in lines[number + 1 :]):
            found.update(range(above + 1, number))
    return found


def _beside(lines: Sequence[Paragraph], number: int) -> Sequence[Paragraph]:
    return [
        line
        for line in (*lines[number - 1 : number], *lines[number + 1 : number + 2])
        if len(line.text) <= _LINE_LIMIT
    ]


def _labelled(line: str, *, spaced: bool) -> Iterator[tuple[FieldName, int, int]]:
    """Yield what is labelled in a line, and where each value stands.

    :param spaced: whether room alone may part a label from its value.
    """
    labels = list(_LABEL.finditer(line))
    if not spaced and len(labels) < _SEVERAL:
        labels = [label for label in labels if _MARKED.search(label.group())]
    if not labels or line[: labels[0].start()].strip(_LEAD):
        return  # what a line of prose calls so
    titled = labels[0].lastgroup and _NAMES[labels[0].lastgroup] is FieldName.TITLE
    lone = (
        not titled
        and len(labels) == 1
        and labels[0].group().endswith(" ")
        and "：" not in labels[0].group()
    )
    if lone and len(labels[0].group()) <= _LEAST_SPACED:
        return
    ends = [*(after.start() for after in labels[1:]), len(line)]
    for label, end in zip(labels, ends, strict=True):
        unknown = _UNKNOWN_LABEL.search(line, label.end(), end)
        end = unknown.start() if unknown else end
        glued = _GLUED.search(line, label.end() + 2, end) if label.lastgroup else None
        end = glued.start() if glued else end
        value = line[label.end() : end].rstrip(_LEAD)
        if label.lastgroup and value:
            yield _NAMES[label.lastgroup], label.end(), label.end() + len(value)


def _read(name: FieldName, line: Paragraph, start: int, end: int) -> Iterator[Field]:
    value = line.text[start:end]
    if name is FieldName.MATTER_NUMBER:
        for number, low, high in read_matter_numbers(value) or read_matter_numbers(
            value.split()[0]
        ):
            yield line.field(name, (start + low, start + high), number)
        return
    if name is FieldName.TITLE and _is_prose(value):
        return  # 信访请求, 投诉事由: the message itself
    if name is FieldName.ROLE and "类" in value and not read_role(value):
        name = FieldName.OUTCOME  # 办理类型：B类
    spans = [(start, end)]
    if name is FieldName.AGENCY and (bodies := _bodies(value)):
        spans = [(start + low, start + high) for low, high in bodies]
    if name is FieldName.PROPOSER:
        spans = [(start + low, start + high) for low, high in read_proposers(value)]
    read = _READERS.get(name, tidy)
    for low, high in spans:
        found = read(line.text[low:high])
        if found:
            yield line.field(name, (low, high), found)


def _is_prose(value: str) -> bool:
    return len(value) > _LONGEST_TITLE and ("。" in value or value.count("，") > 1)


def _bodies(value: str) -> list[tuple[int, int]]:
    """Return where the names of several bodies stand that a value holds, none for one name."""
    parts = [(part.start(), part.end()) for part in re.finditer(r"[^、，,；;\s]+", value)]
    named = all(re.fullmatch(AGENCY, value[low:high]) for low, high in parts)
    return parts if named and len(parts) > 1 else []


def _read_agency(text: str) -> str | None:
    """Return a sender's name without the brackets of its line and the date behind it."""
    dated = DATE.search(text)
    name = tidy(text[: dated.start()] if dated else text).strip("（）()[]【】")
    return name or None


_READERS: dict[FieldName, Callable[[str], str | None]] = {
    FieldName.AGENCY: _read_agency,
    FieldName.DOC_NUMBER: read_doc_number,
    FieldName.DATE: read_date,
    FieldName.ASKED: read_date,
    FieldName.OUTCOME: read_outcome,
    FieldName.ROLE: read_role,
    FieldName.SESSION: lambda text: tidy(text) if "届" in fold(text) else None,
}
