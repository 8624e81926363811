"""The kinds of queries that a library asks of itself, without annotation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus.errors import InputError
from corpus.text.outline import Section, find_sections
from corpus.text.redact import redact
from corpus.text.sentences import sentence_spans
from corpus.types import PassageRole
from eval.making.documents import MaskedReply, Range
from eval.statistics import draw


class QueryKind(StrEnum):
    """What asks for what; the value is what the command line takes, and begins the query's id."""

    TITLE = "title"
    QUESTION = "question"
    QUOTATION = "quotation"
    CLOZE = "cloze"
    HEADING = "heading"
    UNANSWERABLE = "unanswerable"


DEFAULT_KINDS = (QueryKind.TITLE, QueryKind.QUESTION)

WORDING = {
    QueryKind.TITLE: "提案、建议、来信的标题，找对它的答复",
    QueryKind.QUESTION: "来信正文，找对它的答复",
    QueryKind.QUOTATION: "答复中的一句话（长句只取后半），找它的出处；这句话仍在答复里",
    QueryKind.CLOZE: "答复中的一句话，找它的出处；这句话已从答复中删去，只能凭其余内容找",
    QueryKind.HEADING: "标题加上提问式的小标题（关于……、如何……），找它下面的那一节；小标题已删去",
    QueryKind.UNANSWERABLE: "答复已整份抽掉的标题或来信，应当不作回答",
}
"""What each kind is, as users are told."""

SENTENCE = (16, 80)
"""Sentences of fewer characters say too little to be found by, longer ones are lists."""

QUOTED = 40
"""A longer sentence is quoted by its last clauses, as people do."""

_CLAUSE = re.compile(r"(?<=[，；：])")
_NUMBER = re.compile(
    r"^(?:第[一二三四五六七八九十]+[章节条]|[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[①-⑳]"
    r"|[一二三四五六七八九十]是)\s*"
)
_ASKS = re.compile(
    r"^关于.{3,}|如何|怎么|怎样|什么|是否|能否|可否|哪些|哪里|多少|为何|[？?]$|[吗呢]$|问题$"
)
_BODY = 30
"""A section with fewer characters below its heading is no answer to it."""


def parse_kinds(names: Sequence[str]) -> tuple[QueryKind, ...]:
    """Return the kinds of these names, each once.

    :raises InputError: where some are unknown; the message names them all.
    """
    unknown = [name for name in names if name not in tuple(QueryKind)]
    if unknown:
        raise InputError(f"没有这些种类：{'、'.join(unknown)}；可以是 {'、'.join(QueryKind)}")
    return tuple(dict.fromkeys(map(QueryKind, names)))


@dataclass(frozen=True, slots=True)
class MadeQuery:
    """A query that asks for a reply or, where `place` is given, for a span of its text.

    `cuts` is what must not stand in the reply's document, as it would give the answer away.
    """

    kind: QueryKind
    text: str
    reply_id: str
    place: Range | None = None
    cuts: tuple[Range, ...] = ()


def iter_queries(sources: Sequence[MaskedReply], kinds: Iterable[QueryKind]) -> Iterator[MadeQuery]:
    """Yield the questions of the wanted kinds, kind by kind, the replies in their order.

    Those of `UNANSWERABLE` ask for replies that the documents must do without.
    """
    sentences = _rare_sentences(sources)
    makers: dict[QueryKind, Callable[[MaskedReply], Iterator[MadeQuery]]] = {
        QueryKind.TITLE: _titles,
        QueryKind.QUESTION: _messages,
        QueryKind.QUOTATION: lambda source: _quotation(source, sentences),
        QueryKind.CLOZE: lambda source: _cloze(source, sentences),
        QueryKind.HEADING: _headings,
        QueryKind.UNANSWERABLE: _unanswerable,
    }
    for kind in dict.fromkeys(kinds):
        for source in sources:
            yield from makers[kind](source)


def _titles(source: MaskedReply) -> Iterator[MadeQuery]:
    title = redact((source.titles or ("",))[0]).strip()
    if title:
        yield MadeQuery(QueryKind.TITLE, title, source.reply.id)


def _messages(source: MaskedReply) -> Iterator[MadeQuery]:
    message = redact(source.reply.question).strip()
    if message:
        yield MadeQuery(QueryKind.QUESTION, message, source.reply.id)


def _unanswerable(source: MaskedReply) -> Iterator[MadeQuery]:
    question = next(iter([*_titles(source), *_messages(source)]), None)
    if question:
        yield MadeQuery(QueryKind.UNANSWERABLE, question.text, source.reply.id)


def _quotation(source: MaskedReply, sentences: dict[str, list[Range]]) -> Iterator[MadeQuery]:
    found = _choose(source, sentences, QueryKind.QUOTATION)
    if found:
        yield MadeQuery(QueryKind.QUOTATION, _shorten(source.text[slice(*found)]), source.reply.id)


def _cloze(source: MaskedReply, sentences: dict[str, list[Range]]) -> Iterator[MadeQuery]:
    others = sentences.get(source.reply.id, ())
    quoted = _choose(source, sentences, QueryKind.QUOTATION)
    found = _choose(
        source, {source.reply.id: [place for place in others if place != quoted]}, QueryKind.CLOZE
    )
    if found:
        text = source.text[slice(*found)]
        yield MadeQuery(QueryKind.CLOZE, text, source.reply.id, cuts=(found,))


def _headings(source: MaskedReply) -> Iterator[MadeQuery]:
    for section in find_sections(source.text):
        asked = _NUMBER.sub("", _heading(source, section)).strip("：: ")
        body = (section.heading_end, section.end)
        if (
            section.start >= source.start
            and _ASKS.search(asked)
            and len("".join(source.text[slice(*body)].split())) >= _BODY
        ):
            about = redact((source.titles or ("",))[0])
            text = f"{about}：{asked}" if about else asked
            heading = (section.start, section.heading_end)
            yield MadeQuery(QueryKind.HEADING, text, source.reply.id, body, (heading,))


def _heading(source: MaskedReply, section: Section) -> str:
    return source.text[section.start : section.heading_end]


def _rare_sentences(sources: Sequence[MaskedReply]) -> dict[str, list[Range]]:
    """Return the places of the sentences that stand in one reply only, by the reply's id."""
    places = {
        source.reply.id: {
            " ".join(source.text[start:end].split()): (start, end)
            for passage in source.passages
            if passage.role is PassageRole.SUBSTANCE
            for start, end in sentence_spans(source.text, passage.start, passage.end)
        }
        for source in sources
    }
    counts = Counter(sentence for found in places.values() for sentence in found)
    return {
        reply_id: [
            place
            for sentence, place in found.items()
            if counts[sentence] == 1
            and SENTENCE[0] <= len(sentence) <= SENTENCE[1]
            and "＊" not in sentence
        ]
        for reply_id, found in places.items()
    }


def _choose(
    source: MaskedReply, sentences: dict[str, list[Range]], kind: QueryKind
) -> Range | None:
    """Choose a sentence by chance that is the same each time."""
    places = sentences.get(source.reply.id, [])
    if not places:
        return None
    return places[draw(f"{kind}:{source.reply.id}", len(places))]


def _shorten(sentence: str) -> str:
    """Leave out the first clauses of a long sentence, its number and its last stop."""
    clauses = _CLAUSE.split(_NUMBER.sub("", " ".join(sentence.split())))
    while len("".join(clauses)) > QUOTED and len("".join(clauses[1:])) >= SENTENCE[0]:
        del clauses[0]
    return "".join(clauses).rstrip("。；，！;")
