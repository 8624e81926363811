"""What only programs get: a stretch of a reply, and what can be filtered for.

As in `app.types`, all text is as it may be shown; all else that the tools give are those types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from app.types import ReplyCard
from corpus.serialise import FLAT
from corpus.types import Field


@dataclass(frozen=True, slots=True)
class ReplyPart:
    """A stretch of a reply: `text` is the reply's own text from `start` to `end`."""

    card: Annotated[ReplyCard, FLAT]
    start: int
    """从全文的第几个字起"""
    end: int
    """到全文的第几个字止（不含）"""
    characters: int
    """全文共有多少字；end 小于它的，从 end 起接着读"""
    text: str
    """这一段的原文，逐字"""
    question: str | None
    """来信的原文（长的只有开头）；来源没有的为 null"""
    fields: tuple[Field, ...]
    """识别出的各个字段"""


@dataclass(frozen=True, slots=True)
class LibraryFacets:
    """What the library holds, as far as it may be seen."""

    replies: int
    """答复的份数"""
    passages: int
    """段落数"""
    facets: Mapping[str, Mapping[str, int]]
    """每个筛选条件的各个取值，各有多少份，多的在前"""
    years: Mapping[str, int]
    """每年各有多少份"""
    left_out: Mapping[str, int]
    """取值太多而没有列出的，各有多少个"""
