"""What the lexical leg holds of passages, made of what is indexed of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.filters import FILTER_FIELDS
from corpus.store.selection import year_of
from corpus.types import Reply
from index.stores.lexical_schema import NO_TOKENS, LexicalEntry
from index.stores.texts import Readable
from index.text.segment import Segmenter


def iter_entries(
    passages: Iterable[tuple[Reply, Readable]], segmenter: Segmenter
) -> Iterator[LexicalEntry]:
    """Yield what the lexical leg holds of passages, each given with its reply."""
    context: str | None = None
    tokens = NO_TOKENS
    for reply, readable in passages:
        if readable.context != context:  # neighbours mostly share theirs
            context = readable.context
            tokens = segmenter.segment_normalised(context)
        yield LexicalEntry(
            key=readable.key,
            reply_id=reply.id,
            text=segmenter.segment_normalised(readable.text),
            context=tokens,
            values={name: reply.values(name) for name in FILTER_FIELDS.values()},
            year=year_of(reply),
        )
