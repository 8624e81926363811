"""What the lexical index holds of a passage, and how it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import tantivy
from tantivy import Occur, Query

from corpus.filters import FILTER_FIELDS, UNMARKED, Filters
from corpus.types import FieldName
from index.text.segment import Tokens


class LexicalField(StrEnum):
    """The token fields; context is what stands around a passage: title, headings, question."""

    WORDS = "words"
    BIGRAMS = "bigrams"
    CONTEXT_WORDS = "context_words"
    CONTEXT_BIGRAMS = "context_bigrams"


@dataclass(frozen=True, slots=True)
class LexicalTerm:
    """One term of a query: a token in a field; its BM25 score is multiplied by `boost` (> 0)."""

    field: LexicalField
    token: str
    boost: float = 1.0


NO_TOKENS = Tokens((), ())


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """What the index holds of one passage; `values` and `year` are what filters look at."""

    key: int
    reply_id: str
    text: Tokens
    context: Tokens = NO_TOKENS
    values: Mapping[FieldName, Sequence[str]] | None = None
    year: int | None = None


def _build_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", indexed=True, fast=True)
    builder.add_integer_field("year", indexed=True, fast=True)
    for field in LexicalField:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    for name in ("reply_id", *FILTER_FIELDS.values()):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    return builder.build()


SCHEMA = _build_schema()


def document_of(entry: LexicalEntry) -> tantivy.Document:
    """Return what tantivy stores of a passage."""
    document = tantivy.Document()
    document.add_integer("key", entry.key)
    if entry.year is not None:
        document.add_integer("year", entry.year)
    document.add_text(LexicalField.WORDS, " ".join(entry.text.words))
    document.add_text(LexicalField.BIGRAMS, " ".join(entry.text.bigrams))
    document.add_text(LexicalField.CONTEXT_WORDS, " ".join(entry.context.words))
    document.add_text(LexicalField.CONTEXT_BIGRAMS, " ".join(entry.context.bigrams))
    document.add_text("reply_id", entry.reply_id)
    values = entry.values or {}
    for name in FILTER_FIELDS.values():
        for value in values.get(name, ()):
            document.add_text(name, value)
    if not values.get(FieldName.DISCLOSURE):
        document.add_text(FieldName.DISCLOSURE, UNMARKED)
    return document


def term_query(term: LexicalTerm) -> Query:
    """Match the passages that hold a term."""
    query = Query.term_query(SCHEMA, term.field, term.token, "freq")
    return query if term.boost == 1.0 else Query.boost_query(query, term.boost)


def all_of(queries: Iterable[Query]) -> Query:
    """Match what all the queries match, scored by their sum; none match everything."""
    must = [(Occur.Must, query) for query in queries]
    return Query.boolean_query(must) if must else Query.all_query()


def entry_queries(entry: LexicalEntry) -> list[Query]:
    """Return queries that together match a passage indexed as this entry says."""
    tokens = {
        LexicalField.WORDS: entry.text.words,
        LexicalField.BIGRAMS: entry.text.bigrams,
        LexicalField.CONTEXT_WORDS: entry.context.words,
        LexicalField.CONTEXT_BIGRAMS: entry.context.bigrams,
    }
    values = entry.values or {}
    given = ((name, value) for name in FILTER_FIELDS.values() for value in values.get(name, ()))
    year = [any_of("year", [entry.year])] if entry.year is not None else []
    return [
        any_of("key", [entry.key]),
        any_of("reply_id", [entry.reply_id]),
        *(term_query(LexicalTerm(field, t)) for field, held in tokens.items() for t in set(held)),
        *(any_of(name, [value]) for name, value in given),
        *year,
    ]


def any_of(field: str, values: Sequence[str | int]) -> Query:
    """Match passages whose field has one of the values; no values match nothing."""
    return Query.term_set_query(SCHEMA, field, values)


def filter_queries(filters: Filters) -> list[Query]:
    """Return queries that all must match what the filters allow."""
    queries = [any_of(field_name, allowed) for field_name, allowed in filters.by_value()]
    if filters.reply_ids is not None:
        queries.append(any_of("reply_id", filters.reply_ids))
    if filters.years is not None:
        first, last = filters.years
        queries.append(
            Query.range_query(
                SCHEMA,
                "year",
                tantivy.FieldType.Integer,
                -1 if first is None else first,
                1_000_000 if last is None else last,
            )
        )
    return queries
