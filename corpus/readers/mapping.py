"""Mapping: which column of a table holds what, where its owner declares it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.files import say_fault


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The headings of a table's columns; None = find it, an empty name = the table has none.

    What may be in several columns may have several names. `date` is when the reply was given,
    `asked` when the question was.
    """

    reply: str | tuple[str, ...]
    """答复内容；写了对应表就必须有，分在几列的写成列表"""
    id: str | None = None
    """固定不变的编号，用作答复的编号"""
    title: str | None = None
    """答复的标题，或留言的标题"""
    question: str | tuple[str, ...] | None = None
    """留言、建议或提案的内容"""
    date: str | None = None
    """答复日期"""
    asked: str | None = None
    """留言日期"""
    agency: str | tuple[str, ...] | None = None
    """答复单位"""
    doc_number: str | None = None
    """发文字号"""
    outcome: str | None = None
    """办理结果"""
    disclosure: str | tuple[str, ...] | None = None
    """公开属性"""
    matter_number: str | None = None
    """提案或建议的编号"""
    matter_title: str | None = None
    """提案或建议的标题（案由）"""
    session: str | None = None
    """届次"""
    proposer: str | None = None
    """提案人、领衔代表"""
    recipient: str | None = None
    """主送机关"""
    role: str | None = None
    """主办或会办"""
    kind: str | None = None
    """种类：提案、建议、留言等"""
    contact_person: str | None = None
    """答复单位的联系人"""
    contact_phone: str | None = None
    """答复单位的联系电话"""
    contact_address: str | None = None
    """答复单位的地址"""
    postcode: str | None = None
    """答复单位的邮编"""

    def declared(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each key that is declared, with its headings: none for one that has no column."""
        for field in fields(self):
            names = getattr(self, field.name)
            if names is not None:
                names = (names,) if isinstance(names, str) else names
                yield field.name, tuple(filter(None, names))


KEYS = tuple(field.name for field in fields(ColumnMapping))
"""All that a column can hold."""

SEVERAL = frozenset(["reply", "question", "agency", "disclosure"])
"""What may be in several columns, 回复内容1 and 回复内容2; of all else the first is taken."""


def load_mapping(path: Path) -> ColumnMapping:
    """Load a mapping from a JSON or TOML file such as `{"reply": "答复内容", "id": "编号"}`.

    :raises InputError: where the file is not of this form.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise InputError(
            f"列对应表读不出来：{path}（{say_fault(error)}）；应为 JSON 或 TOML 文件"
        ) from error
    return parse_mapping(values, str(path))


def parse_mapping(values: object, source: str) -> ColumnMapping:
    """Check a mapping that came from outside; `source` says from where, for the message.

    :raises InputError: where it is not of this form.
    """
    form = f'应为 {{"reply": "答复内容所在的列名", …}}，可用的键：{"、".join(KEYS)}'
    if not isinstance(values, Mapping):
        raise InputError(f"列对应表 {source} 不是键值表；{form}")
    wrong = [str(key) for key, name in values.items() if not _fits(key, name)]
    if wrong:
        raise InputError(
            f"列对应表 {source} 有不认识的键或不是列名的值：{'、'.join(wrong)}；{form}"
        )
    if "reply" not in values:
        raise InputError(f"列对应表 {source} 没有 reply（答复内容的列）；{form}")
    names: dict[str, Any] = {
        key: tuple(name) if isinstance(name, list) else name for key, name in values.items()
    }
    return ColumnMapping(**names)


def _fits(key: object, name: object) -> bool:
    if key not in KEYS:
        return False
    if isinstance(name, list) and key in SEVERAL:
        return bool(name) and all(isinstance(each, str) and each.strip() for each in name)
    return isinstance(name, str) and (key != "reply" or bool(name.strip()))
