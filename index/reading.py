"""Read the passages that are to be scored, and keep those read last at hand."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from corpus.store import Store
from corpus.types import Passage, Reply
from index.content import indexed_text, reply_context, searchable_text
from index.segment import normalise

KEPT = 20_000
"""How many passages are kept at hand: some 60 MB. Reading them anew doubles a query's time."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A passage with all that its scores are computed from, normalised and without personal data.

    `text` is the passage's own, `context` what stands around it, `whole` the reply's text
    with what stands around all of its passages.
    """

    key: int
    passage: Passage
    reply: Reply
    text: str
    context: str
    whole: str


class PassageReader:
    """Read passages by key. A passage never changes, so what was read once stays right.

    May be shared between threads.
    """

    def __init__(self, store: Store, kept: int = KEPT) -> None:
        self._store = store
        self._kept = kept
        self._cache: dict[int, Readable] = {}
        self._lock = threading.Lock()

    def read(self, keys: Sequence[int]) -> list[Readable]:
        """Return the passages of these keys in their order, without those the store has lost.

        A reader's indexes may still hold what another process has just removed.
        """
        known = self._store.known_keys(keys)
        with self._lock:
            found = {key: self._cache[key] for key in keys if key in self._cache}
        missing = [key for key in keys if key in known and key not in found]
        if missing:
            found |= self._load(missing)
            self._keep(found)
        return [found[key] for key in keys if key in known and key in found]

    def _load(self, keys: Sequence[int]) -> dict[int, Readable]:
        passages = self._store.passages(keys)
        replies = self._store.replies({passage.reply_id for passage in passages.values()})
        contexts = {id: reply_context(reply) for id, reply in replies.items()}
        wholes = {
            id: normalise(f"{contexts[id]}\n{searchable_text(reply)}")
            for id, reply in replies.items()
        }
        loaded = {}
        for key, passage in passages.items():
            reply = replies.get(passage.reply_id)
            if reply and passage.stands_in(reply):
                indexed = indexed_text(reply, passage, contexts[reply.id])
                loaded[key] = Readable(
                    key=key,
                    passage=passage,
                    reply=reply,
                    text=normalise(indexed.text),
                    context=normalise(indexed.context),
                    whole=wholes[reply.id],
                )
        return loaded

    def _keep(self, found: dict[int, Readable]) -> None:
        with self._lock:
            for key, readable in found.items():
                self._cache.pop(key, None)  # what is read again moves to the end
                self._cache[key] = readable
            for key in list(islice(self._cache, max(0, len(self._cache) - self._kept))):
                del self._cache[key]
