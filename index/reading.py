"""Read the passages that are to be scored, and those that are found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpus.store import Store
from corpus.types import Passage, Reply
from index.content import read_items
from index.texts import Readable, Texts, make_readables


@dataclass(frozen=True, slots=True)
class Original:
    """A passage and its reply as the store holds them."""

    passage: Passage
    reply: Reply


class PassageReader:
    """Read passages by key, as scoring needs them or as they are. May be shared by threads."""

    def __init__(self, store: Store, texts: Texts) -> None:
        self._store = store
        self._texts = texts

    def read(self, keys: Sequence[int]) -> list[Readable]:
        """Return what scoring reads of these keys in their order; unknown keys are left out.

        It may be of passages that another process has just removed: `originals` tells.
        """
        found = self._texts.read(keys)
        if missing := set(keys) - found.keys():  # a home of before there were any is not done yet
            items = read_items(self._store, sorted(missing)).values()
            found |= {each.key: each for each in make_readables(items)}
        return [found[key] for key in keys if key in found]

    def originals(self, keys: Collection[int]) -> dict[int, Original]:
        """Return passages with their replies; those that the store has lost are left out."""
        passages = self._store.passages(keys)
        replies = self._store.replies({passage.reply_id for passage in passages.values()})
        return {
            key: Original(passage, reply)
            for key, passage in passages.items()
            if (reply := replies.get(passage.reply_id)) and passage.stands_in(reply)
        }
