"""What was found: passages read, ranked, and joined over a query's requests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.store.store import Store
from corpus.types import Passage, Reply
from index.stores.texts import Readable, Texts, make_readables, read_items


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its fused probability, its BM25 and its cosine, not yet read from the store.

    `asked_for` tells whether the query names its reply's number.
    """

    passage: Readable
    score: float
    lexical: float
    dense: float
    asked_for: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that matches a query.

    `score` is the fused probability of relevance, 0..1; `lexical` its exact BM25 (>= 0, in nats of
    inverse document frequency), `dense` the cosine of query and passage, -1..1: of a query that
    lists requests, those of the one that the passage is nearest to.
    """

    key: int
    passage: Passage
    reply: Reply
    score: float
    lexical: float
    dense: float


@dataclass(frozen=True, slots=True)
class RankedReply:
    """A reply with its matching passages, best first; its score is that of the best one."""

    reply_id: str
    score: float
    hits: tuple[Hit, ...]


def rank_either(parts: Iterable[Iterable[Ranked]]) -> list[Ranked]:
    """Rank passages, best first, by the probability that they answer any part of a query.

    Parts are taken for independent, so a passage's odds grow with each that it has to do with.
    Otherwise it is what it is to the part that it is nearest to. Ties keep the order of keys.
    """
    best: dict[int, Ranked] = {}
    for part in parts:
        for each in part:
            other = best.setdefault(each.passage.key, each)
            if other is not each:
                nearer = max(other, each, key=lambda ranked: ranked.score)
                either = 1 - (1 - other.score) * (1 - each.score)
                asked_for = other.asked_for or each.asked_for
                best[each.passage.key] = replace(nearer, score=either, asked_for=asked_for)
    return sorted(best.values(), key=lambda r: (not r.asked_for, -r.score, r.passage.key))


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
