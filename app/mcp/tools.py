"""The tools: what each takes, what it gives, and what of the Service stands behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.mcp.arguments import (
    Arguments,
    AskArguments,
    FacetArguments,
    PrecedentArguments,
    ReadArguments,
    SearchArguments,
)
from app.mcp.types import LibraryFacets, ReplyPart
from app.patience import PROPOSAL, QUESTION, Kind
from app.service import Service
from app.types import Answer, Precedents, SearchResult
from corpus.errors import InputError

LONGEST_MESSAGE = 2_000
"""Characters of a citizen's message that come with a reply."""

WORDS = Path(__file__).parent / "words"
"""What models are told of the server and of each tool, in Chinese and English."""


@cache
def read_words(name: str) -> str:
    """Return what is told of a tool, or as `instructions` of all."""
    return (WORDS / f"{name}.txt").read_text(encoding="utf-8").strip()


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
