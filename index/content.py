"""Which text of a passage is indexed: without personal data, and with what stands around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.redact import mask, redact
from corpus.store import Store
from corpus.types import FieldName, Passage, Reply
from index.simplify import simplify

QUESTION_CHARACTERS = 300
"""How much of a citizen's question is part of the context of each passage that answers it."""


@dataclass(frozen=True, slots=True)
class IndexedText:
    """The text of a passage, and its context: the matter, who answered, headings, the question."""

    context: str
    text: str

    @property
    def embedded(self) -> str:
        """Return what the dense leg embeds."""
        return simplify(f"{self.context}\n{self.text}")


@dataclass(frozen=True, slots=True)
class Item:
    """A passage on its way into the indexes."""

    key: int
    reply: Reply
    content: IndexedText


def read_items(store: Store, keys: Iterable[int]) -> dict[int, Item]:
    """Read passages, with what is indexed of them, by their keys."""
    passages = store.passages(keys)
    replies = store.replies({passage.reply_id for passage in passages.values()})
    contexts = {id: reply_context(reply) for id, reply in replies.items()}
    return {
        key: Item(key, reply, indexed_text(reply, passage, contexts[reply.id]))
        for key, passage in passages.items()
        if (reply := replies.get(passage.reply_id))
    }


def indexed_text(reply: Reply, passage: Passage, around: str | None = None) -> IndexedText:
    """Return what is indexed of a passage.

    `around` is what `reply_context` says of its reply, where that is known already.
    Personal data is masked, so that no search can tell whether a telephone number is there.
    """
    return IndexedText(
        context=_join(around or reply_context(reply), *map(redact, passage.heading_path)),
        text=searchable_text(reply, passage.start, passage.end),
    )


def reply_context(reply: Reply) -> str:
    """Return what stands around every passage of a reply, personal data masked."""
    return redact(
        _join(
            *(value for name in _CONTEXT_FIELDS for value in reply.values(name)),
            # Cut after masking: half a telephone number would not be known as one.
            redact(reply.question)[:QUESTION_CHARACTERS],
        )
    )


_CONTEXT_FIELDS = (
    FieldName.TITLE,
    FieldName.MATTER_TITLE,
    FieldName.AGENCY,
    FieldName.DOC_NUMBER,
    FieldName.MATTER_NUMBER,
)


def _join(*parts: str) -> str:
    return "\n".join(dict.fromkeys(part for part in parts if part))


def searchable_text(reply: Reply, start: int = 0, end: int | None = None) -> str:
    """Return a span of a reply's text as searches may see it: personal data masked."""
    return mask(reply.text[start:end], reply.redactions, start)
