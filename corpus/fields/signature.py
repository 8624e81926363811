"""The signature below a document: who sends it, and its date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.fields.agency import AGENCY, read_agencies
from corpus.fields.dates import DATE, TIME, to_iso
from corpus.fields.layout import Layout
from corpus.spans import Paragraph
from corpus.text.furniture import follows_answer, is_furniture
from corpus.types import Field, FieldName

_SENDERS = 5
"""At most so many lines of joint senders are read above the date."""
_TAIL = 12
"""At most so many lines of contacts, copies and marks stand below a signature."""
_RUNNING = 3
_PROSE = 80
"""So many of the last paragraphs may end in a signature without a line of its own."""

_DATE_LINE = re.compile(r"[（(|｜\s]*(?:日期[：:]\s*)?$")
_AFTER_DATE = re.compile(
    rf"(?:{TIME})?\s*(?:[（(][^（）()]{{0,4}}章[^（）()]{{0,2}}[）)]|[复印]?[。）)]|[复印])?[\s|｜]*"
)
_LAST = frozenset(
    "日号章复印。）)Z0123456789〇○零一二三四五六七八九十元廿卄卅壹贰叁肆伍陆柒捌玖拾貳參陸"
)
"""What a line that ends in a date, a time or a seal's remark ends with."""
_FIRST_HALF = re.compile(
    r".{0,30}?[\d一二三四五六七八九〇○零OoO壹贰叁肆伍陆柒捌玖]{2,4} ?(?:年|年.{1,3}月)"
)
_SECOND_HALF = re.compile(r"[\d一二三四五六七八九十元壹贰叁肆伍陆柒捌玖拾卅廿 ]{1,5}[月日].{0,12}")
"""A date over two lines: its year, or year and month, ends the first, the rest is the second."""
_EDGE = " |｜"
"""What is left of a table's cells about a line."""
_BELOW = re.compile(
    r"[\s（(【|]*(?:联系|承办|经办|责任人|填表人|电\s*话|手机|传真|地\s*址|邮\s*编|邮政编码|抄\s*送|抄\s*报|主\s*送"
    r"|附\s*件|此件|公开|主动公开|依申请公开|不予公开|签发)"
)
"""What may stand below a signature that has no date."""
_YEAR = re.compile(r"[年\d](?:(?<=年)|[-./])")
"""Every date has one of these; the whole patterns take long."""
_END = 60
_GOES_ON = re.compile("网友|网民|尊敬的|留言已|”")
"""What may stand behind a signature on its line."""
_CLASS = re.compile(r"[（(]?[A-D]\d?类?[）)]?")
_SIGNATURE = 60
_BROKEN_DATE = re.compile(r"20\d\d ?年? ?\d{0,4} ?月? ?\d{0,2} ?日?")
"""A date that lost its 年 and 月 on the way: `2022526`."""
_RUNNING_END = re.compile(
    rf"(?P<before>[。！？!；;~～”）).]\s*|\s|此复|特此[回答]复)(?:(?P<agency>{AGENCY})|[（(](?P<boxed>{AGENCY})[）)])?(?:[（(]公?章[）)])?\s*(?P<date>{DATE.pattern})"
    r"(?=[\s。.]*$|\s*(?:网友|网民|尊敬的|[您你]的留言已|“[^”]{2,20}”\s*(?:网友)?[：:]?\s*[您你]))",
    re.MULTILINE,
)
_ATTACHED = re.compile(r"附\s*件")
_AGENCY_END = re.compile(rf"[。！？!；;]\s*(?P<agency>{AGENCY})(?:[（(]公?章[）)])?$")


def find_signature(layout: Layout) -> tuple[Field, ...]:
    """Return the senders and the date (成文日期) of the signature, each where it is found.

    The first date on a line of its own below a sender's name is taken, so that signatures in
    attachments do not count; else a date on a line of its own before any attachment; else the
    end of one of the last paragraphs. Dates in the body are never taken.
    """
    found = _on_lines(layout) or _running(layout)
    if any(field.name is FieldName.DATE for field in found) or not layout.to_office:
        return found
    above = _in_head(layout)
    names = {field.name for field in found}
    return (*found, *(field for field in above if field.name not in names))


def _in_head(layout: Layout) -> tuple[Field, ...]:
    """Return the signature of a letter that has it above its salutation, on a line of its own."""
    for line in reversed(layout.head_paragraphs):
        match = DATE.search(line.text[:_SIGNATURE])
        value = to_iso(match) if match and match["year"] else None
        if match is None or value is None:
            continue
        before = line.part(0, len(line.text[: match.start()].rstrip()))
        senders = _senders(before) if before.text else ()
        behind = line.text[match.end() :].strip()
        if (senders or not before.text) and (not behind or _CLASS.fullmatch(behind)):
            return (*senders, line.field(FieldName.DATE, match.span(), value))
    return ()


def _on_lines(layout: Layout) -> tuple[Field, ...]:
    lonely: tuple[Field, ...] = ()
    attached = False
    body = _up_to_afterwards(layout.body_paragraphs)
    for number, line in enumerate(body):
        if line.text.endswith(("年", "月")):
            line = _over_two_lines(layout, line, body[number + 1 : number + 2])
        attached = attached or _ATTACHED.match(line.text) is not None
        dated = _date_line(line)
        if not dated:
            continue
        above = body[:number]
        senders = _senders_beside(line, dated[0]) or _senders_above(above) or _sender_at_end(above)
        if senders:
            return (*senders, *dated)
        if not lonely and not attached and number:
            lonely = dated
    return lonely


def _up_to_afterwards(body: Sequence[Paragraph]) -> Sequence[Paragraph]:
    """Leave out what a page writes below an answer, where citizens' dates stand."""
    end = next((n for n, line in enumerate(body) if n and follows_answer(line.text)), len(body))
    return body[:end]


def _over_two_lines(layout: Layout, line: Paragraph, following: Sequence[Paragraph]) -> Paragraph:
    """Return the line with the next where a date begins on it that the next one ends."""
    for second in following:
        if _FIRST_HALF.fullmatch(line.text) and _SECOND_HALF.fullmatch(second.text):
            text = re.sub(r"\s", " ", layout.text[line.start : second.end])
            return Paragraph(line.start, second.end, text)
    return line


def _date_line(line: Paragraph) -> tuple[Field, ...]:
    """Return the date of a line that holds nothing else but perhaps the sender's name."""
    if not _may_end_in_date(line.text):  # as most of the body: to look for dates takes long
        return ()
    match = DATE.search(line.text)
    if match is None or _AFTER_DATE.fullmatch(line.text, match.end()) is None:
        return ()
    before = line.text[: match.start()].rstrip()
    if not _DATE_LINE.match(before) and not re.fullmatch(AGENCY, re.sub(r"\s", "", before)):
        return ()
    value = to_iso(match)
    if value is None:
        return ()
    return (line.field(FieldName.DATE, match.span(), value),)


def _may_end_in_date(line: str) -> bool:
    end = line.rstrip("|｜ \u3000")[-2:]
    last = end[-1:]
    return last in _LAST and (last != "。" or end[:1] in _LAST)


def _senders_beside(line: Paragraph, dated: Field) -> tuple[Field, ...]:
    before = line.text[: dated.start - line.start].rstrip()
    return _senders(line.part(0, len(before)))


def _senders_above(lines: Sequence[Paragraph]) -> tuple[Field, ...]:
    found: list[tuple[Field, ...]] = []
    for line in reversed(lines[-_SENDERS:]):
        senders = _senders(line)
        if not senders:
            break
        found.append(senders)
    return tuple(sender for senders in reversed(found) for sender in senders)


def _senders(line: Paragraph) -> tuple[Field, ...]:
    text = line.text.strip(_EDGE)
    if text != line.text:
        start = len(line.text) - len(line.text.lstrip(_EDGE))
        line = line.part(start, start + len(text))
    return tuple(Field(FieldName.AGENCY, *name) for name in read_agencies(line))


def _running(layout: Layout) -> tuple[Field, ...]:
    for line in _last(_up_to_afterwards(layout.body_paragraphs)):
        if not (_YEAR.search(line.text[-_END:]) or _GOES_ON.search(line.text)):
            continue  # as mostly; the whole pattern takes long
        for match in _RUNNING_END.finditer(line.text):
            value = to_iso(match)
            if value is None:
                continue
            return (*_agency(line, match), line.field(FieldName.DATE, match.span("date"), value))
    return _unsaid_date(layout)


def _last(body: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the last paragraphs, and the last of prose, which a page's lines may stand below."""
    prose = next((n for n in range(len(body) - 1, -1, -1) if len(body[n].text) > _PROSE), len(body))
    return [*body[prose : min(prose + 1, len(body) - _RUNNING)], *body[-_RUNNING:]]


def _unsaid_date(layout: Layout) -> tuple[Field, ...]:
    """Return the senders of a signature without a date, above what may stand below one.

    They are the last line, or stand behind its last sentence.
    """
    lines = list(layout.paragraphs)
    body = len(layout.body_paragraphs) - 1
    for _ in range(min(_TAIL, body)):
        text = lines[-1].text
        if not (_BELOW.match(text) or _BROKEN_DATE.fullmatch(text) or is_furniture(text)):
            break
        lines.pop()
    senders = _senders_above(lines[layout.head + 1 :])
    return senders or _sender_at_end(lines)


def _sender_at_end(lines: Sequence[Paragraph]) -> tuple[Field, ...]:
    """Return the sender that the last line ends with behind its last sentence."""
    match = _AGENCY_END.search(lines[-1].text) if lines else None
    return _agency(lines[-1], match) if match else ()


def _agency(line: Paragraph, match: re.Match[str]) -> tuple[Field, ...]:
    group = "agency" if match["agency"] else "boxed"
    if match.groupdict().get(group) is None:
        return ()
    return (line.field(FieldName.AGENCY, match.span(group), "".join(match[group].split())),)
