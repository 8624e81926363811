"""How replies, fields, dates, results and confidence are said in Chinese, wherever shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.types import NewerReply, ReplyCard, UnwrittenField
from corpus.clock import local
from corpus.filters import FILTER_FIELDS, UNMARKED
from corpus.outcomes import LETTERS
from corpus.store.changes import FieldChange
from corpus.text.redact import MASK
from corpus.types import Correction, FieldName
from index.text.language.fields import Unread
from index.text.language.reading import ReadAs

FIELDS = {
    FieldName.MATTER_TITLE: "事项",
    FieldName.TITLE: "标题",
    FieldName.AGENCY: "发文机关",
    FieldName.REGION: "地区",
    FieldName.DOC_NUMBER: "发文字号",
    FieldName.KIND: "种类",
    FieldName.MATTER_NUMBER: "提案（建议、信件）号",
    FieldName.SESSION: "届次",
    FieldName.PROPOSER: "提出人",
    FieldName.RECIPIENT: "主送",
    FieldName.ROLE: "主办或会办",
    FieldName.OUTCOME: "办理结果",
    FieldName.DISCLOSURE: "公开属性",
    FieldName.DATE: "成文日期",
    FieldName.ASKED: "留言日期",
    FieldName.CONTACT_PERSON: "联系人",
    FieldName.CONTACT_PHONE: "联系电话",
    FieldName.CONTACT_ADDRESS: "联系地址",
    FieldName.POSTCODE: "邮编",
    FieldName.WEB_ADDRESS: "网址",
    FieldName.MEDIUM: "文字来源",
}
"""The one name of each field on the page, in the terminal and in Word, in the order of a reply."""

UNREAD = {Unread.SIGNER: "签发人", Unread.CONTRIBUTORS: "会办单位"}
"""The same of what is asked for as fields are, and is not read from replies."""

FILTERS = {name: FIELDS[field] for name, field in FILTER_FIELDS.items()}
"""The one name of each filter by value, in the order they are offered."""

LATER_SAYS = {"done": "说已办", "again": "又作打算", "dropped": "说未办或推迟"}
"""What a later reply says of a promise, as far as its words tell."""

UNTITLED = "（无标题）"

CLASS_LETTERS = ("A", "B", "C")
"""Results that are given as a class letter only."""


def either(values: Sequence[str]) -> str:
    """Name what there is to choose from: a、b 或 c."""
    *others, last = values
    return f"{'、'.join(others)} 或 {last}" if others else last


def headline(card: ReplyCard) -> str:
    """Say what a reply is about: the matter that it answers, unless its title says so itself."""
    title = card.title or ""
    return card.matter if card.matter and card.matter not in title else title or UNTITLED


def formal_title(card: ReplyCard) -> str | None:
    """Return the reply's own title where it is not the headline already."""
    return card.title if card.title != headline(card) else None


def headings_above(path: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return the headings of a passage but for the one that its text begins with."""
    return path[:-1] if path and text.startswith(path[-1]) else path


def chinese_date(date: str | None) -> str:
    """Write an ISO 8601 date as 2021年3月11日; what is no such date stays as it is."""
    parts = (date or "").split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return date or ""
    year, month, day = map(int, parts)
    return f"{year}年{month}月{day}日"


def name_policy(name: str | None, number: str | None) -> str:
    """Write which policy is meant, by its name, its number or both."""
    title = f"《{name}》" if name else ""
    return f"{title}（{number}）" if title and number else title or number or ""


def cite(card: ReplyCard) -> str:
    """Write where a passage stands: agency, title, number and date, those that are known.

    Where the text was read from a picture the citation says so, and where it was fetched, whence.
    """
    title = f"《{card.title}》" if card.title else ""
    number = f"（{card.doc_number}）" if card.doc_number else ""
    named = f"{card.agency}：{title}" if card.agency and title else card.agency or title
    date = chinese_date(card.date)
    parts = (named + number, date, web_words(card))
    known = "，".join(part for part in parts if part) or "出处不详"
    return f"{known}（{card.medium}，请核对原件）" if card.medium else known


def web_words(card: ReplyCard) -> str:
    """Say at which address a reply stands, and when it was fetched there; empty for none."""
    if not card.web_address or MASK in card.web_address:
        return ""
    return card.web_address + (f"（{chinese_date(card.fetched)}取得）" if card.fetched else "")


def newer_words(newer: NewerReply) -> str:
    """Say where the newer reply stands that states otherwise what was quoted."""
    return f"较新的见：{cite(newer.card)}"


def outcome_words(outcome: str) -> str:
    """Say a result in words: `A` becomes `A 类`."""
    return f"{outcome} 类" if outcome in CLASS_LETTERS else outcome


def correction_words(correction: Correction, by: str = "") -> str:
    """Say what was corrected: when and by whom, what was there before, whether it still holds."""
    day = f"{local(correction.at).date()} {by}".rstrip()
    before = f"原识别为 {'、'.join(correction.found)}" if correction.found else "原未识别出"
    if not correction.holds:
        decided = "、".join(correction.values) or "无此项"
        return f"{day} 曾更正为 {decided}，正文已变动，更正失效"
    if correction.values == correction.found:
        return f"{day} 核对无误" if correction.values else f"{day} 核对，确无此项"
    return f"{day} 更正，{before}" if correction.values else f"{day} 更正为无此项，{before}"


def change_words(change: FieldChange) -> str:
    """Say what a change was: A → B; what was not there is 无."""
    before = "、".join(change.before) or "无"
    if change.after is None:
        return f"{before} → 撤销更正"
    return f"{before} → {'、'.join(change.after) or '确无此项'}"


def label_words(field: str) -> str:
    """Name a field that a question asks for."""
    return UNREAD[Unread(field)] if field in UNREAD else FIELDS[FieldName(field)]


def is_hidden(text: str) -> bool:
    """Tell whether nothing of a text is shown."""
    return bool(text) and not text.strip(MASK)


def recorded_words(unwritten: UnwrittenField) -> str:
    """Say what is known of a field that the text does not state; dates as they are written."""
    return chinese_date(unwritten.recorded)


def facet_words(name: str, value: str) -> str:
    """Say one value of a filter."""
    if value == UNMARKED:
        return "未标注"
    return outcome_words(value) if name == "outcomes" else value


def count_words(name: str, value: str) -> str:
    """Say one value of a filter where it is counted: 采纳或解决（A） counts both."""
    letter = LETTERS.get(value) if name == "outcomes" else None
    return f"{value}（{letter}）" if letter else facet_words(name, value)


def confidence_words(confidence: float) -> str:
    """Say a confidence in 0..1 in words: 把握较高 82%."""
    words = "较高" if confidence >= 0.75 else "一般" if confidence >= 0.5 else "较低"
    return f"把握{words} {confidence:.0%}" + ("，请核对原文" if words == "较低" else "")


def read_as_words(read_as: Iterable[ReadAs]) -> str:
    """Say what was looked up otherwise than it was typed: 已按“公积金”查找."""
    return f"已按{'、'.join(f'“{each.read}”' for each in read_as)}查找"


def share_words(share: float) -> str:
    """Write a share in 0..1 in whole per cent: 82%, and <1% for what is hardly anything."""
    return f"{share:.0%}" if share >= 0.01 else "<1%"
