"""The head of a document: its letterhead, its title and whom it is sent to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.fields.agency import AGENCY, read_agencies
from corpus.fields.dates import DATE
from corpus.fields.doc_number import find_decree, is_doc_number
from corpus.fields.layout import Layout, is_label
from corpus.spans import Paragraph, squeeze, tidy
from corpus.text.bylines import read_byline
from corpus.text.furniture import LABEL_ALONE, is_furniture, is_menu
from corpus.text.label_words import LABEL_WORD, WRITERS
from corpus.text.sides import ANSWER_LABEL, ANSWER_PARTICULAR, MESSAGE_LABEL, SECTION, is_byline
from corpus.types import Field, FieldName

_TITLE_END = re.compile(
    r"(?:答复|复函|回复|函复|函|批复|复文|意见|通知|决定|通报|公告|通告|报告|请示|纪要|说明|情况|"
    r"方案|办法|规定|条例|细则|规划|反馈|答复件|回复件|答复的函摘要|函摘要|答复摘要|办结报告|汇报|复函件|办理结果|复文公开|答复稿|答复单|回复单|办理单|办复单|反馈单|意见书|答复书|复函单)(?:[（(【][^（）()]{1,30}[）)】])?$"
)
_TITLE_START = re.compile(r"关于|对(?!外)|转发|印发")
_OF_MATTER = re.compile(r"关于|对(?!外)|转发|印发|第.{1,12}号|届.{0,12}次")
_OF_ANSWER = re.compile(r"关于|对(?!外)|转发|印发|第.{1,12}号|提案|建议|议案|政协|人大|信访")
"""What the title of an answer speaks of; lines above it in a row are a page's furniture."""
_TITLE_SENDERS = re.compile(
    r"(?P<names>(?:(?!关于|转发|印发|批转|对(?!外))[^“”《》]){2,80}?)\s*(?:关\s*于|对(?!外)|转发|印发|批转)"
)
_TITLE_LIMIT = 200
_NO_TITLE = re.compile(
    r"[（(]?(?:19|20)\d\d年度?第\d{1,5}号[）)]?|"
    r"文件|[（(【\[“\"]?[A-D][”\"]?类?[）)】\]]?|[（(【\[].*[）)】\]]|[-—\d\s/]+|主动公开.*|依申请公开.*|不予公开.*"
    r"|.*[>|｜].*|附件.*|签发人.*|急件?|特急|内部.*"
)
_COURTESY = re.compile(r"(?:尊敬|敬爱|亲爱)的\s*")


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

    def without_furniture(self) -> _Run:
        """Leave out the lines above the first that speaks of what is answered."""
        said = (
            next((n for n, line in enumerate(self.lines) if pattern.search(line.tidy)), -1)
            for pattern in (_OF_MATTER, _OF_ANSWER)
        )
        at = next((n for n in said if n >= 0), 0)
        if at and read_agencies(self.lines[at - 1]) and _TITLE_START.match(self.lines[at].tidy):
            at -= 1
        return _Run(self.lines[at:])


def find_letterhead(layout: Layout) -> tuple[Field, ...]:
    """Return the bodies named on lines of their own above the title."""
    decree = find_decree(layout)
    if decree is not None:
        squeezed = squeeze(layout.text, decree.first.start, decree.first.end)
        return (squeezed.field(FieldName.AGENCY, decree.match.span("body")),)
    return _sender_of_answer(layout) or tuple(
        Field(FieldName.AGENCY, *name)
        for line, kind in _classify(layout)
        if kind == "letterhead"
        for name in read_agencies(line)
    )


_SPEAKS = re.compile(
    rf"({AGENCY}|[\u4e00-\u9fff]{{2,10}}[省市县区旗])(?:对此留言的)?(?:官方)?(?:回复|答复)[：:]"
)


def _sender_of_answer(layout: Layout) -> tuple[Field, ...]:
    """Return the sender of an answer that begins `某某局回复：`."""
    for line in layout.paragraphs[max(layout.head - 2, 0) : layout.head + 2]:
        match = _SPEAKS.match(line.text)
        if match:
            return (line.field(FieldName.AGENCY, match.span(1)),)
    return ()


def find_title(layout: Layout) -> tuple[Field, ...]:
    """Return the title, which may run over several lines, its spaces removed."""
    decree = find_decree(layout)
    if decree is not None:
        start, end = decree.first.start, decree.last.end
        return (Field(FieldName.TITLE, tidy(layout.text[start:end]), start, end),)
    runs = _title_runs(layout)
    complete = [run for run in runs if run.complete]
    run = next(iter(complete), None)
    if layout.anchored:
        answers = [run for run in complete if _OF_ANSWER.search(run.value)]
        run = answers[-1] if answers else run
    if run is None and runs and layout.head < len(layout.paragraphs) and not layout.to_office:
        run = runs[0]
    if run is not None:
        run = run.without_furniture()
    if run is None or not 6 <= len(run.value) <= _TITLE_LIMIT:
        return ()
    return (Field(FieldName.TITLE, run.value, run.lines[0].start, run.lines[-1].end),)


def is_answer(title: Field) -> bool:
    """Tell whether the title is that of an answer (`关于……的答复`), not of a message."""
    return _TITLE_END.search(title.value) is not None


def title_agencies(layout: Layout, title: Field) -> tuple[Field, ...]:
    """Return the bodies that the title begins with: 国务院办公厅 in `国务院办公厅关于……`."""
    match = _TITLE_SENDERS.match(layout.text, title.start, title.end)
    if match is None:
        return ()
    line = Paragraph(*match.span("names"), match["names"])
    return tuple(Field(FieldName.AGENCY, *name) for name in read_agencies(line))


def find_recipient(layout: Layout) -> tuple[Field, ...]:
    """Return the salutation without its colon and without 尊敬的."""
    start, end = layout.salutation
    text = layout.text[start:end]
    lead = _COURTESY.match(text)
    start += lead.end() if lead else 0
    kept = layout.text[start:end].rstrip(" ：:，,_\n")
    if not kept:
        return ()
    return (Field(FieldName.RECIPIENT, tidy(kept), start, start + len(kept)),)


@lru_cache(maxsize=2)  # letterhead and title are looked for in the same lines
def _classify(layout: Layout) -> tuple[tuple[Paragraph, str], ...]:
    """Say of each line of the head what it is: letterhead, title or neither ("")."""
    kinds: list[tuple[Paragraph, str]] = []
    open_run = _Run([])
    for line in map(headline, layout.head_paragraphs):
        if is_noise(line):
            kind = ""
        elif (
            not open_run.lines or open_run.complete or line.tidy.endswith("文件")
        ) and read_agencies(line):
            kind = "letterhead"
        else:
            kind = "title"
            open_run.lines.append(line)
        if kind != "title":
            open_run = _Run([])
        kinds.append((line, kind))
    return tuple(kinds)


_BEHIND_TITLE = re.compile(
    r"(?<=[复函见])(?:\s+[\[【（(]?(?:来源|信息来源|发布|时间|日期|作者|浏览|点击|字体|字号|(?:19|20)\d\d\s?[-年/.]).*"
    r"|\s*[-_—|–]{1,3}\s*[^-_—|，。]{2,24}|\.(?:docx?|pdf|wps))$"
)
"""What a page writes behind a title on the same line: its source and date, or the site's name."""
_BULLETED = re.compile(r"[•·◆■]\s*[^:：，。]{1,12}[:：]")


_PAGE_LABELS = (
    MESSAGE_LABEL,
    ANSWER_LABEL,
    ANSWER_PARTICULAR,
    SECTION,
    re.compile(rf"{LABEL_WORD}(?:\s*[:：|]|\s\S)"),
    re.compile(rf"{WRITERS}\s?[:：]"),
    re.compile(
        r"[^，。]{1,60}发[表布]于|[^，。]{0,30}(?:19|20)\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?\s*\d{1,2}:\d\d"
    ),
)
"""What heads the parts of a page that shows a message and its answer."""


def headline(line: Paragraph) -> Paragraph:
    """Return a line of the head without what a page has added to it."""
    line = _bare_title(line)
    behind = _BEHIND_TITLE.search(line.text) if len(line.text) <= _TITLE_LIMIT else None
    if behind is None or _TITLE_END.search(line.text[: behind.start()].strip()) is None:
        return line
    return line.part(0, len(line.text[: behind.start()].rstrip()))


_BEFORE_TITLE = re.compile(r"[•·\s]{0,3}[\[【]?[\u4e00-\u9fff ]{2,8}[\]】]\s?(?=[^\s：:]{4})")
"""`[投诉]` before a title: what kind of message it heads."""
_STATE = re.compile(
    r"(?:\s{1,3}|(?<=[^\s]))(?:[\[【]?复制链接[\]】]?$|(?:[\[【（(]?已(?:回复|答复|办结|办理|受理)[\]】）)]?(?=\s|$))"
    r"|(?:来源|类型|分类|状态)[:：])"
)
"""What became of a message, behind its title on the same line."""


def _bare_title(line: Paragraph) -> Paragraph:
    """Leave out what a list of messages writes before and behind the title of one."""
    before = _BEFORE_TITLE.match(line.text) if "]" in line.text or "】" in line.text else None
    low = before.end() if before else 0
    may_end = "复制" in line.text or "已" in line.text or "型" in line.text or "源" in line.text
    behind = _STATE.search(line.text, low) if may_end and len(line.text) <= _TITLE_LIMIT else None
    high = behind.start() if behind and behind.start() > low + 3 else len(line.text)
    if high - low == len(line.text):
        return line
    text = line.text[low:high].strip()
    start = line.text.index(text)
    return line.part(start, start + len(text))


def is_noise(line: Paragraph) -> bool:
    """Tell whether a line of the head is no part of a title or letterhead."""
    return (
        is_label(line.text)
        or _BULLETED.match(line.text) is not None
        or is_furniture(line.text)
        or is_menu(line.text)
        or is_byline(line.text)
        or read_byline(line.text) is not None
        or LABEL_ALONE.fullmatch(line.text) is not None
        or any(label.match(line.text) for label in _PAGE_LABELS)
        or DATE.fullmatch(line.text) is not None
        or _NO_TITLE.fullmatch(line.tidy) is not None
        or is_doc_number(line)
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
