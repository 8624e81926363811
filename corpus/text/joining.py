"""Joining: put together the sentences that page breaks and hard wraps cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.text.wrapping import Wrapping, find_wrapping
from corpus.types import BETWEEN_CELLS

_TERMINAL = "。！？；：…!?;:"
_NEVER_FIRST = ("如下：", "如下:", "如下。")
"""What only ends a sentence: 现答复⏎如下："""
_CLOSERS = {"（": "）", "“": "”", "《": "》", "〔": "〕", "【": "】", "(": ")"}
_NUMERAL = "一二三四五六七八九十百"
_MARK = re.compile(
    rf"[{_NUMERAL}]{{1,4}}[、．.]|[（(](?:[{_NUMERAL}]{{1,4}}|\d{{1,2}})[）)]"
    rf"|\d{{1,2}}[、，；)）]|\d{{1,2}}\.(?!\d)|\d{{1,2}}(?:\.\d{{1,2}})+ |[①-⑳●■◆•]"
    rf"|第[{_NUMERAL}\d]{{1,4}}[条章节编]"
)
"""Numbering at the head of a paragraph."""
_APART = re.compile(
    r"附件|附[:：表]|抄送|主送|此页无正文|[（(]此件|[（(]联系"
    r"|(?:联系|承办|经办|签发|办理|公开|索引|发文|成文|主题)[^，。]{0,6}[:：]"
    r"|(?=[【\[问答提发追留来复回解官])[【\[]?(?:[问答]|[提发]问|追问|留言|[来复回]信|[回解]答|[回答]复|官方[回答]复)(?:内容)?[】\]]?\s?[:：]"
    r"|(?:电话|手机|传真|地址|邮编|邮政编码|特此|以上意见|此复)"
    r"|(?:网[友民]|市民|群众|居民|业主|读者)[^，。：:]{0,20}[:：]$"
    r"|[\u4e00-\u9fff]{2,20}(?:局|委|办|府|厅|处|院|镇|乡|街道|中心|公司|集团|[区县市])(?:回复|答复|回应|解答|回答|答)[:：]$"
    r"|\d{4}年\d{1,2}月\d{1,2}日$|[一二][一二三四五六七八九十〇○零]{3}年[^，。]{2,6}日$"
)
"""Lines of the form that stand on their own."""
_NUMBERED_OR_POINT = re.compile(rf"{_MARK.pattern}|[{_NUMERAL}]是")
_SALUTATION = re.compile(r"[^，。]{2,20}(?:委员|代表|同志|先生|女士|网友|市民|单位|领导|书记)[，,]")
_ADDRESSED = re.compile(
    r"[^，。；：]{1,30}(?:委员|代表|同志|先生|女士|网友|市民|单位|领导|书记|[委局办厅]|政府)们?[：:]"
)
_TITLE_START = re.compile(
    r"(?:[^，。：；]{0,24}[院厅委办局府部会市县区镇处室司署队组社团]|)(?:关于|对|转发|印发)[^，。：；]{2,}"
)
_TITLE_END = re.compile(
    r"(?:答复|回复|复函|函|意见|建议|提案|通知|批复|报告|决定|通报|公告|请示|方案|办法|规定)"
    r"(?:[（(][^（）()]{1,12}[）)])?$"
)
_LONGEST_TITLE_END = 16
_TITLE_TAIL = re.compile(
    r"(?:办理|落实|处理|承办)?(?:情况|结果|意见|工作)?的(?:会办|协办|办理|书面)?"
    r"(?:答复|回复|函复|复函|函|报告|意见)[函书]?(?:意见书?)?(?:[（(【][^（()）【】]{1,12}[）)】])?"
)
"""What a title's last line begins with where the matter fills those above: 办理情况的答复."""
_TITLE_MATTER = re.compile(r"[（(](?:关于|对)[^（()）。；！？：|]{2,34}[）)]")
_DOCUMENT_NUMBER = re.compile(r"[〔\[［﹝（(]\d{4}[〕\]］﹞）)]\d+号$")
_BEGINNING = re.compile(
    r"\d|[我您你他她请现据经因为另但今]|目前|近期|根据|关于|由于|同时|此外|希望|下一步|首先|其次|最后|再次|以上"
)
_REMARK = re.compile(r"(?:[（(][^（(]*(?:[（(][^（()）]*[）)][^（(]*)*[）)])$")
"""A remark in brackets after the last sentence: 。（教育部负责）"""
_LONGEST_REMARK = 200
_TITLE_LINES = 4
_TITLE_WIDTH = 36
"""A title's line holds no more characters than this."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line on its way to becoming a paragraph; `text` is normalised and not empty.

    `indent` is the white space before it in columns; `gap` tells that an empty line is above.
    """

    text: str
    heading: int = 0
    page: int = 0
    paragraph_end: bool = False
    indent: int = 0
    gap: bool = False


def join_rows(rows: Sequence[Row]) -> list[Row]:
    """Join the rows that are pieces of one paragraph or of one title.

    A row is joined to the one before where that one shows that its sentence goes on (it ends
    in a comma, in an open bracket or quote, or in the middle of prose), or where the whole text
    is wrapped at one width and the line before is full.
    """
    wrapping = find_wrapping([(row.text, row.indent) for row in rows if not row.paragraph_end])
    titled = _join_titles(rows)
    if wrapping:
        wrapping = wrapping.with_layout([(row.indent, row.gap) for row, _ in titled])
    paragraphs: list[Row] = []
    for at, (row, _) in enumerate(titled):
        if at and _continues(paragraphs[-1].text, titled[at - 1][1], row, wrapping):
            text = join_text(paragraphs[-1].text, row.text)
            paragraphs[-1] = replace(paragraphs[-1], text=text, paragraph_end=row.paragraph_end)
        else:
            paragraphs.append(row)
    return paragraphs


def join_text(left: str, right: str) -> str:
    """Join two pieces of a line: a space between Latin words, nothing between others."""
    words = left[-1:].isascii() and right[:1].isascii()
    if words and right[:1].isalpha() and (left[-1:].isalpha() or left[-1:] in ",.;:!?)"):
        return f"{left} {right}"
    return left + right


def _continues(paragraph: str, last: Row, row: Row, wrapping: Wrapping | None) -> bool:
    """Tell whether `row` goes on with `paragraph`, whose last line is `last`."""
    if last.heading or row.heading or BETWEEN_CELLS in last.text or BETWEEN_CELLS in row.text:
        return False
    if _open_sentence(paragraph, row.text):
        return True
    full = wrapping and wrapping.full(last.text, last.indent, row.text)
    if wrapping and full and not last.paragraph_end:
        if _MARK.match(row.text) or _APART.match(row.text):
            return False
        if _TITLE_END.search(last.text) and _ADDRESSED.fullmatch(row.text):
            return False
        return wrapping.goes_on(last.text, row.indent, row.gap)
    return _cut_prose(paragraph, row.text) and _tail_of_prose(row.text)


def _open_sentence(text: str, following: str) -> bool:
    """Tell whether punctuation shows that `text` is not at its end."""
    if following[0] in "，。、；：！？）”》〕】%‰":
        return text[-1] not in "。！？；：" or following[0] in "）”》〕】"
    if _MARK.match(following) or _APART.match(following):
        return False
    if following.startswith(_NEVER_FIRST):
        return text[-1] not in _TERMINAL
    if text[-1] in "，、（“《〔【":
        return not _SALUTATION.fullmatch(text)
    return text[-1] not in _TERMINAL and _closes_bracket(text[-60:], following[:40])


def _closes_bracket(text: str, following: str) -> bool:
    """Tell whether `text` leaves a bracket or quote open that `following` is first to close."""
    for opener, closer in _CLOSERS.items():
        if text.rfind(opener) > text.rfind(closer) and closer in following:
            head = following[: following.index(closer)]
            if opener not in head:
                return True
    return False


def _cut_prose(text: str, following: str) -> bool:
    """Tell whether `text` reads as prose that stops in mid-sentence.

    Prose that has not one full stop may be a message that does without: there the first word
    of what follows must not be one that sentences begin with.
    """
    sentence = text[-_LONGEST_REMARK:]
    if sentence.endswith(("）", ")")):
        sentence = _REMARK.sub("", sentence)
    sentence = sentence.rstrip("”’》】")
    if sentence[-1:] in ("", *_TERMINAL) or _TITLE_END.search(text[-_LONGEST_TITLE_END:]):
        return False
    if any(mark in text for mark in "。；！？"):
        return True
    needed = 50 if _MARK.match(text) or _APART.match(text) else 26
    return "，" in text and len(text) >= needed and not _BEGINNING.match(following)


def _tail_of_prose(text: str) -> bool:
    """Tell whether `text` can be the rest of a cut sentence."""
    if _NUMBERED_OR_POINT.match(text) or _APART.match(text):
        return False
    return any(mark in text for mark in "，。；！？") or text[-1] == "："


def _join_titles(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Join the lines of a title that was broken over several lines; each row with its last line."""
    joined: list[tuple[Row, Row]] = []
    at = 0
    while at < len(rows):
        size = _title_size(rows[at : at + _TITLE_LINES])
        text = rows[at].text
        for row in rows[at + 1 : at + size]:
            text = join_text(text, row.text)
        row = replace(rows[at], text=text) if size > 1 else rows[at]
        joined.append((row, rows[at + size - 1]))
        at += size
    return joined


def _title_size(rows: Sequence[Row]) -> int:
    """Return how many of `rows` make up one title, 1 where the first begins no broken title."""
    if not _TITLE_START.fullmatch(rows[0].text):
        return 1
    for size, row in enumerate(rows, 1):
        if len(row.text) > _TITLE_WIDTH or row.heading != rows[0].heading:
            return 1
        if size > 1 and (_DOCUMENT_NUMBER.search(row.text) or _MARK.match(row.text)):
            return 1
        if any(mark in row.text for mark in "。；！？：|"):
            return 1
        if _TITLE_END.search(row.text):
            return size + _tail_size([below.text for below in rows[size:]])
    return 1


def _tail_size(below: Sequence[str]) -> int:
    """Return how many lines go on with a title that seems whole, with the matter's name or not."""
    named = 1 if below and _TITLE_MATTER.fullmatch(below[0]) else 0
    return named + 1 if below[named:] and _TITLE_TAIL.fullmatch(below[named]) else 0
