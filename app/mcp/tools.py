"""The tools: what each takes, what it gives, and what of the Service stands behind it.

As in `app.types`, all text that is given is as it may be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from app.narrowing import FilterModel
from app.patience import PROPOSAL, QUESTION, Kind
from app.service import Service
from app.types import Answer, Precedents, ReplyCard, SearchResult
from corpus.errors import InputError
from corpus.serialise import FLAT
from corpus.types import Field as ReplyField

MOST_HITS = 30
MOST_PRECEDENTS = 20
LONGEST_PART = 20_000
"""Passages, replies, and characters of one reply that one call may ask for: what is answered goes
into the memory of a model, which is short."""

LONGEST_MESSAGE = 2_000
"""Characters of a citizen's message that come with a reply."""

WORDS = Path(__file__).parent / "words"
"""What models are told of the server and of each tool, in Chinese and English."""


@cache
def read_words(name: str) -> str:
    """Return what is told of a tool, or as `instructions` of all."""
    return (WORDS / f"{name}.txt").read_text(encoding="utf-8").strip()


class Arguments(BaseModel):
    """What a tool is called with; what is not known is refused, so that no filter is lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Narrowed(FilterModel, Arguments):
    """Filters; models often give one word as it is, and for none an empty one."""

    @field_validator(*FilterModel.model_fields, mode="before")
    @classmethod
    def _read_one(cls, given: Any, info: ValidationInfo) -> Any:
        if not isinstance(given, str) or info.field_name == "year":
            return given
        return [given] if given.strip() else []


class SearchArguments(Narrowed):
    """For `search`."""

    query: str = Field(description="要查的话，用中文 / what to look for, best in Chinese")
    k: int = Field(8, ge=1, le=MOST_HITS, description="最多几段 / passages at most")
    exactly: bool = Field(
        False, description="按原文查，不改错别字、不译英文 / neither respelt nor translated"
    )


class AskArguments(Narrowed):
    """For `ask`."""

    question: str = Field(description="完整的问题，用中文 / one whole question, best in Chinese")
    after: str = Field(
        "", max_length=2_000, description="上一问，本问承接它时才给 / the question before, if any"
    )
    exactly: bool = Field(
        False, description="按原文查，不改错别字、不译英文 / neither respelt nor translated"
    )


class PrecedentArguments(Narrowed):
    """For `precedents`."""

    text: str = Field(description="提案、建议或来信的全文 / the whole proposal or letter")
    k: int = Field(5, ge=1, le=MOST_PRECEDENTS, description="最多几份 / replies at most")


class ReadArguments(Arguments):
    """For `read_reply`."""

    reply_id: str = Field(max_length=64, description="答复的编号（reply_id） / the reply's id")
    start: int = Field(0, ge=0, le=100_000_000, description="从第几个字起 / first character")
    length: int = Field(
        6_000, ge=1, le=LONGEST_PART, description="读多少字 / how many characters to read"
    )


class FacetArguments(Arguments):
    """For `list_facets`."""

    contains: str = Field(
        "", max_length=100, description="只列含有这些字的取值 / only values that contain this"
    )
    k: int = Field(30, ge=1, le=200, description="每个条件最多列几个 / values of each at most")


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
    fields: tuple[ReplyField, ...]
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


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool; `call` takes its arguments as they were read, and gives a value of type `gives`."""

    name: str
    title: str
    arguments: type[Arguments]
    gives: type
    call: Callable[[Service, Any], Any]
    kind: Kind = QUESTION
    desk: bool = False
    """Whether it is only there for who has a desk."""

    @property
    def description(self) -> str:
        """When to use it and what comes back."""
        return read_words(self.name)


def _search(service: Service, given: SearchArguments) -> SearchResult:
    return service.search(given.query, given.resolve(service), given.k, given.exactly)


def _ask(service: Service, given: AskArguments) -> Answer:
    filters = given.resolve(service)
    return service.ask(given.question, filters, given.after, given.exactly)


def _precedents(service: Service, given: PrecedentArguments) -> Precedents:
    return Precedents(service.precedents(given.text, given.resolve(service), given.k))


def _read(service: Service, given: ReadArguments) -> ReplyPart:
    view = service.show(given.reply_id)
    characters = len(view.text)
    if given.start >= characters:
        raise InputError(f"这份答复有 {characters:,} 字，没有第 {given.start:,} 字。")
    end = min(characters, given.start + given.length)
    question = view.question[:LONGEST_MESSAGE] or None
    text = view.text[given.start : end]
    return ReplyPart(view.card, given.start, end, characters, text, question, view.fields)


def _list_facets(service: Service, given: FacetArguments) -> LibraryFacets:
    stats = service.stats()
    fitting = {
        name: [(value, count) for value, count in values if given.contains in value]
        for name, values in stats.facets.items()
    }
    left_out = {name: len(values) - given.k for name, values in fitting.items()}
    return LibraryFacets(
        replies=stats.replies,
        passages=stats.passages,
        facets={name: dict(values[: given.k]) for name, values in fitting.items()},
        years={str(year): count for year, count in stats.years},
        left_out={name: count for name, count in left_out.items() if count > 0},
    )


TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "search",
            "检索段落 / Search passages",
            SearchArguments,
            SearchResult,
            _search,
        ),
        Tool(
            "ask",
            "提问 / Ask a question",
            AskArguments,
            Answer,
            _ask,
        ),
        Tool(
            "precedents",
            "查先例 / Find precedents",
            PrecedentArguments,
            Precedents,
            _precedents,
            PROPOSAL,
            desk=True,
        ),
        Tool(
            "read_reply",
            "读答复 / Read a reply",
            ReadArguments,
            ReplyPart,
            _read,
        ),
        Tool(
            "list_facets",
            "文库概况 / What the library holds",
            FacetArguments,
            LibraryFacets,
            _list_facets,
        ),
    )
}
"""All tools by their names, in the order that they are listed in."""
