"""Columns: which column of a table holds what."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from corpus.errors import InputError

HEADINGS: dict[str, tuple[str, ...]] = {
    "id": (
        *("id", "_id", "编号", "留言编号", "信件编号", "来信编号", "受理编号", "问题编号"),
        *("提案编号", "建议编号", "提案号", "建议号", "案号", "流水号", "number"),
    ),
    "title": (
        *("title", "标题", "留言标题", "留言主题", "主题", "信件标题", "信件主题", "来信标题"),
        *("来信主题", "问题标题", "咨询标题", "提案标题", "提案名称", "提案题目", "建议标题"),
        *("建议名称", "案由", "题目", "subject"),
    ),
    "question": (
        *("question", "留言内容", "留言详情", "留言正文", "问题内容", "问题描述", "提问内容"),
        *("咨询内容", "来信内容", "信件内容", "诉求内容", "反映内容", "投诉内容", "提案内容"),
        *("建议内容", "问题", "提问", "留言", "诉求", "message"),
    ),
    "reply": (
        *("reply", "答复内容", "答复意见", "答复正文", "回复内容", "回复意见", "回复正文"),
        *("官方回复", "部门回复", "部门答复", "答复情况", "回复情况", "答复详情", "回复详情"),
        *("办理意见", "处理意见", "反馈内容", "答复", "回复", "回答", "answer", "response"),
    ),
    "date": (
        *("date", "replied", "答复时间", "答复日期", "回复时间", "回复日期", "反馈时间"),
        *("办结时间", "办结日期", "成文日期", "发文日期", "replied_at", "reply_time", "reply_date"),
    ),
    "asked": (
        *("asked", "留言时间", "留言日期", "提问时间", "提问日期", "咨询时间", "来信时间"),
        *("来信日期", "写信时间", "写信日期", "提交时间", "提交日期", "投诉时间", "反映时间"),
        *("asked_at", "ask_time", "ask_date"),
    ),
    "agency": (
        *("agency", "答复单位", "答复部门", "答复机构", "回复单位", "回复部门", "回复机构"),
        *("办理单位", "办理部门", "承办单位", "承办部门", "主办单位", "处理单位", "发文机关"),
        *("发文单位", "department"),
    ),
    "doc_number": ("doc_number", "发文字号", "文号", "发文文号", "答复文号"),
    "outcome": ("outcome", "办理结果", "办理结果分类", "答复类别", "答复类型"),
    "disclosure": (
        *("disclosure", "公开属性", "信息公开属性", "政务公开属性", "公开方式", "信息公开方式"),
        *("公开类型", "公开类别", "信息公开类别", "公开形式", "公开范围", "公开状态", "公开选项"),
        *("信息公开选项", "公开意见", "是否公开", "是否同意公开", "是否主动公开", "是否可以公开"),
        *("是否宜公开", "是否对外公开", "是否网上公开", "能否公开", "可否公开", "公开与否", "密级"),
    ),
}
"""The usual headings of each column, in the order in which they are preferred."""
_NOT_NAME = re.compile(r"[\s*＊:：]|[（(\[【].*?[）)\]】]")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The headings of a table's columns; None = find it among the usual headings.

    `date` is when the reply was given, `asked` when the question was.
    """

    reply: str
    """答复内容；写了对应表就必须有"""
    id: str | None = None
    """固定不变的编号，用作答复的编号"""
    title: str | None = None
    """留言、建议或提案的标题"""
    question: str | None = None
    """留言、建议或提案的内容"""
    date: str | None = None
    """答复日期"""
    asked: str | None = None
    """留言日期"""
    agency: str | None = None
    """答复单位"""
    doc_number: str | None = None
    """发文字号"""
    outcome: str | None = None
    """办理结果"""
    disclosure: str | None = None
    """公开属性"""


def load_mapping(path: Path) -> ColumnMapping:
    """Load a mapping from a JSON or TOML file such as `{"reply": "答复内容", "id": "编号"}`.

    :raises InputError: where the file is not of this form.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise InputError(f"列对应表读不出来：{path}（{error}）；应为 JSON 或 TOML 文件") from error
    return parse_mapping(values, str(path))


def parse_mapping(values: object, source: str) -> ColumnMapping:
    """Check a mapping that came from outside; `source` says from where, for the message.

    :raises InputError: where it is not of this form.
    """
    known = [field.name for field in fields(ColumnMapping)]
    form = f'应为 {{"reply": "答复内容所在的列名", …}}，可用的键：{"、".join(known)}'
    if not isinstance(values, Mapping):
        raise InputError(f"列对应表 {source} 不是键值表；{form}")
    wrong = [str(key) for key, name in values.items() if key not in known or not _is_name(name)]
    if wrong:
        raise InputError(
            f"列对应表 {source} 有不认识的键或不是列名的值：{'、'.join(wrong)}；{form}"
        )
    if "reply" not in values:
        raise InputError(f"列对应表 {source} 没有 reply（答复内容的列）；{form}")
    return ColumnMapping(**values)


def match_columns(names: Iterable[str], mapping: ColumnMapping | None) -> dict[str, str]:
    """Return which key each of a table's columns answers to: key → column's own heading.

    Declared headings come first; the others are found among the usual ones. A key that no
    column answers to is absent.
    """
    by_spelling: dict[str, str] = {}
    for name in names:
        by_spelling.setdefault(spelling(name), name)
    matched: dict[str, str] = {}
    for key, aliases in HEADINGS.items():
        declared = getattr(mapping, key) if mapping else None
        wanted = (declared,) if declared else aliases
        found = (by_spelling.get(spelling(name)) for name in wanted)
        column = next((name for name in found if name is not None), None)
        if column is not None and column not in matched.values():
            matched[key] = column
    return matched


def missing_columns(names: Iterable[str], mapping: ColumnMapping | None) -> list[str]:
    """Return the declared headings that a table does not have."""
    if mapping is None:
        return []
    spellings = {spelling(name) for name in names}
    declared = (getattr(mapping, field.name) for field in fields(mapping))
    return [name for name in declared if name and spelling(name) not in spellings]


def spelling(name: str) -> str:
    """Reduce a heading to what matters: “回复时间 （必填）” is 回复时间."""
    return _NOT_NAME.sub("", name).lower() or name.strip()


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
