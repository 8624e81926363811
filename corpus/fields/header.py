"""The head of a document: its letterhead, its number, its title and whom it is sent to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.fields.agency import AGENCY, read_agencies
from corpus.fields.dates import DATE
from corpus.fields.layout import Layout, Paragraph, is_label, squeeze, tidy
from corpus.types import Field, FieldName

_NUMBER = (
    r"(?P<body>[\u4e00-\u9fffA-Za-z]{1,16})[〔\[［（(【](?P<year>(?:19|20)\d\d)年?[〕\]］）)】]"
    r"(?P<number>第?[A-Za-z]?\d{1,6}(?:-\d{1,4})?号)"
)
_OWN_NUMBER = re.compile(rf"[（(]?(?P<all>{_NUMBER})[）)]?(?:签发人.*|[（(]?[A-D]类?[）)]?)?")
_LABELLED_NUMBER = re.compile(rf"(?:发文字号|发文文号|发文编号|文号|字号)[：:|]*(?P<all>{_NUMBER})")
_BEFORE_NUMBER = re.compile(r"^(?:[（(]?[A-D]类?[）)]?|主动公开|依申请公开|不予公开)\s+")
_DECREE = re.compile(
    r"(?:中华人民共和国)?(?P<body>[\u4e00-\u9fff]{2,20}?)令\s*(?P<number>第\d{1,5}号)"
)

_TITLE_END = re.compile(
    r"(?:答复|复函|回复|函复|函|批复|复文|意见|通知|决定|通报|公告|通告|报告|请示|纪要|说明|情况|"
    r"方案|办法|规定|条例|细则|规划|反馈)(?:[（(【][^（）()]{1,30}[）)】])?$"
)
_TITLE_LABEL = re.compile(
    r"\s*(?:标题|题目|主题|(?:留言|来信|信件|事项)(?:标题|主题|名称))\s*[：:]\s*"
)
_TITLE_START = re.compile(r"关于|对(?!外)|转发|印发")
_TITLE_LIMIT = 200
_NO_TITLE = re.compile(
    r"文件|[（(【\[“\"]?[A-D][”\"]?类?[）)】\]]?|[（(【\[].*[）)】\]]|[-—\d\s/]+|主动公开.*|依申请公开.*|不予公开.*"
    r"|.*[>|｜].*|附件.*|签发人.*|急件?|特急|内部.*"
)
_COURTESY = re.compile(r"(?:尊敬的|敬爱的)\s*")


@dataclass(slots=True)
class _Run:
    """Lines of the head that may be a title, one behind the other."""

    lines: list[Paragraph]

    @property
    def value(self) -> str:
        return "".join(line.tidy for line in self.lines)

    @property
    def complete(self) -> bool:
        return _TITLE_END.search(self.value) is not None


def find_number(layout: Layout) -> tuple[Field, ...]:
    """Return the document's own number: a line of the head, or behind a label `发文字号：`.

    Numbers cited in the title or in the body are not its own.
    """
    for number, paragraph in enumerate(layout.paragraphs):
        lead = _BEFORE_NUMBER.match(paragraph.text)
        start = paragraph.start + (lead.end() if lead else 0)
        line = squeeze(layout.text, start, paragraph.end)
        match = _LABELLED_NUMBER.search(line.text) if is_label(line.text) else None
        if match is None and number < layout.head:
            match = _OWN_NUMBER.fullmatch(line.text)
        if match:
            span = line.span(*match.span("all"))
            return (Field(FieldName.DOC_NUMBER, _bracketed(match), *span),)
    return _decree_number(layout)


def normal_number(text: str) -> str:
    """Return a 发文字号 with its spaces removed and its year in 〔〕, other text only tidied."""
    squeezed = re.sub(r"\s", "", text)
    match = re.fullmatch(rf"(?P<all>{_NUMBER})", squeezed)
    return _bracketed(match) if match else tidy(text)


def _bracketed(match: re.Match[str]) -> str:
    return f"{match['body']}〔{match['year']}〕{match['number']}"


def _decree(layout: Layout) -> tuple[re.Match[str], Paragraph, Paragraph] | None:
    for first, second in zip(layout.head_paragraphs, layout.paragraphs[1:], strict=False):
        for last in (first, second):
            joined = re.sub(r"\s", "", layout.text[first.start : last.end])
            match = _DECREE.fullmatch(joined)
            if match:
                return match, first, last
    return None


def _decree_number(layout: Layout) -> tuple[Field, ...]:
    decree = _decree(layout)
    if decree is None:
        return ()
    match, first, last = decree
    # 国令 is how the State Council's own register abbreviates 国务院令.
    body = "国令" if match["body"] == "国务院" else match["body"] + "令"
    return (Field(FieldName.DOC_NUMBER, body + match["number"], first.start, last.end),)


def find_letterhead(layout: Layout) -> tuple[Field, ...]:
    """Return the bodies named on lines of their own above the title."""
    decree = _decree(layout)
    if decree is not None:
        match, first, _ = decree
        squeezed = squeeze(layout.text, first.start, first.end)
        return (squeezed.field(FieldName.AGENCY, match, "body"),)
    return tuple(
        Field(FieldName.AGENCY, *name)
        for line, kind in _classify(layout)
        if kind == "letterhead"
        for name in read_agencies(line)
    )


def find_title(layout: Layout) -> tuple[Field, ...]:
    """Return the title, which may run over several lines or stand behind a label `标题：`."""
    decree = _decree(layout)
    if decree is not None:
        _, first, last = decree
        value = tidy(layout.text[first.start : last.end]).replace("\n", "")
        return (Field(FieldName.TITLE, value, first.start, last.end),)
    for line in layout.head_paragraphs:
        label = _TITLE_LABEL.match(line.text)
        if label and label.end() < len(line.text):
            value = line.text[label.end() :]
            return (Field(FieldName.TITLE, tidy(value), line.start + label.end(), line.end),)
    runs = _title_runs(layout)
    run = next((run for run in runs if run.complete), runs[0] if runs else None)
    if run is None or not 6 <= len(run.value) <= _TITLE_LIMIT:
        return ()
    return (Field(FieldName.TITLE, run.value, run.lines[0].start, run.lines[-1].end),)


def is_answer(title: Field) -> bool:
    """Tell whether the title is that of an answer (`关于……的答复`), not of a message."""
    return _TITLE_END.search(title.value) is not None


def title_agencies(layout: Layout, title: Field) -> tuple[Field, ...]:
    """Return the bodies that the title begins with: 国务院办公厅 in `国务院办公厅关于……`."""
    squeezed = squeeze(layout.text, title.start, title.end)
    match = re.match(rf"({AGENCY}(?:、{AGENCY})*)(?:关于|对(?!外)|转发|印发|批转)", squeezed.text)
    if match is None:
        return ()
    return tuple(
        Field(FieldName.AGENCY, part.group(), *squeezed.span(*part.span()))
        for part in re.finditer(r"[^、]+", match[1])
    )


def find_recipient(layout: Layout) -> tuple[Field, ...]:
    """Return the salutation without its colon and without 尊敬的."""
    start, end = layout.salutation
    text = layout.text[start:end]
    lead = _COURTESY.match(text)
    start += lead.end() if lead else 0
    kept = layout.text[start:end].rstrip(" ：:_\n")
    if not kept:
        return ()
    return (Field(FieldName.RECIPIENT, tidy(kept), start, start + len(kept)),)


def _classify(layout: Layout) -> list[tuple[Paragraph, str]]:
    """Say of each line of the head what it is: letterhead, title or neither ("")."""
    kinds: list[tuple[Paragraph, str]] = []
    open_run = _Run([])
    for line in layout.head_paragraphs:
        if _is_noise(line):
            kind = ""
        elif (not open_run.lines or open_run.complete) and read_agencies(line):
            kind = "letterhead"
        else:
            kind = "title"
            open_run.lines.append(line)
        if kind != "title":
            open_run = _Run([])
        kinds.append((line, kind))
    return kinds


def _is_noise(line: Paragraph) -> bool:
    number = re.sub(r"\s", "", _BEFORE_NUMBER.sub("", line.text))
    return (
        is_label(line.text)
        or DATE.fullmatch(line.text) is not None
        or _NO_TITLE.fullmatch(line.tidy) is not None
        or _OWN_NUMBER.fullmatch(number) is not None
    )


def _title_runs(layout: Layout) -> list[_Run]:
    runs: list[_Run] = []
    previous: tuple[Paragraph, str] | None = None
    for line, kind in _classify(layout):
        if kind == "title":
            if previous is None or previous[1] != "title" or _ends_run(runs[-1], line):
                runs.append(_Run([]))
                # The sender's name right above 关于…… is the title's first line.
                if previous is not None and _leads(previous, line):
                    runs[-1].lines.append(previous[0])
            runs[-1].lines.append(line)
        previous = (line, kind)
    return runs


def _leads(previous: tuple[Paragraph, str], line: Paragraph) -> bool:
    above, kind = previous
    return (
        kind == "letterhead"
        and not above.tidy.endswith("文件")
        and _TITLE_START.match(line.tidy) is not None
    )


def _ends_run(run: _Run, line: Paragraph) -> bool:
    """Tell whether `line` no longer belongs to a run that is a whole title already."""
    if not run.complete:
        return False
    return not (line.tidy.startswith("的") or _TITLE_END.fullmatch(line.tidy))
