"""Passages that answer one request, by matters: the newest of each first, with what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from corpus.store.store import Store
from corpus.text.sentences import sentence_spans
from corpus.types import Reply
from index.answers.answer import substance_of
from index.answers.matter import Embed, Quoted, date_of, share_subject
from index.answers.newest import Change, Newer, find_changes, find_newer
from index.answers.question import Question
from index.ranking.hits import Hit
from index.stores.texts import searchable_text
from index.text.segment import normalise


@dataclass(frozen=True, slots=True)
class Standing:
    """A passage beside the others of its matter.

    :ivar matter: the number of its matter, from 1; the matter of the best passage is the first.
    :ivar newer: a newer reply that states otherwise what it says, if one was found.
    :ivar older: the next passage of its matter, which is of an older reply; None of the last.
    :ivar changes: what the two state otherwise.
    """

    hit: Hit
    matter: int
    newer: Newer | None
    older: Hit | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Standings:
    """Tells how what was found stands to each other.

    :ivar request: what the passages answer.
    :ivar replies: where what is newer is looked for.
    """

    store: Store
    embed: Embed
    request: Question
    replies: Sequence[Reply]

    def order(self, best: Sequence[Hit], others: Iterable[Hit]) -> list[Standing]:
        """Put passages of one matter together, newest first; matters as their best passages stand.

        A passage that states otherwise what one of the best says is taken in with them.

        :param best: passages, best first.
        :param others: what else may be shown.
        """
        newer = {hit.key: self._newer(hit) for hit in best}
        stated = {(each.reply.id, each.passage.start) for each in newer.values() if each}
        known = [hit for hit in others if (hit.reply.id, hit.passage.start) in stated]
        added = [hit for hit in known if hit.key not in newer]
        newer |= {hit.key: self._newer(hit) for hit in added}
        matters = self._part([*best, *added])
        return [
            standing
            for number, matter in enumerate(matters, 1)
            for standing in self._stand(number, matter, newer)
        ]

    def _newer(self, hit: Hit) -> Newer | None:
        passages_of = partial(substance_of, self.store)
        return find_newer(self._answering(hit), self.replies, passages_of, self.embed)

    def _answering(self, hit: Hit) -> Quoted:
        """Return the sentence of a passage that is most like the request.

        What else the passage states may have changed without any bearing on the request.
        """
        reply, passage = hit.reply, hit.passage
        spans = list(sentence_spans(reply.text, passage.start, passage.end))
        if not spans:
            return _span(hit)
        texts = [normalise(searchable_text(reply, *span)) for span in spans]
        start, end = spans[int(self.request.similarity(texts).argmax())]
        return Quoted(reply, passage, start, end)

    def _part(self, hits: Sequence[Hit]) -> list[list[Hit]]:
        matters: list[list[Hit]] = []
        for hit in hits:
            own = (m for m in matters if share_subject(_span(m[0]), _span(hit), self.embed))
            matter = next(own, None)
            if matter is None:
                matters.append([hit])
            else:
                matter.append(hit)
        return [sorted(matter, key=_date, reverse=True) for matter in matters]

    def _stand(
        self, number: int, matter: Sequence[Hit], newer: dict[int, Newer | None]
    ) -> Iterator[Standing]:
        for hit, after in zip(matter, [*matter[1:], None], strict=True):
            older = after if after and _date(after) < _date(hit) else None
            changes = find_changes(_span(older), _span(hit), self.embed) if older else ()
            yield Standing(hit, number, newer[hit.key], older, changes)


def _span(hit: Hit) -> Quoted:
    return Quoted(hit.reply, hit.passage, hit.passage.start, hit.passage.end)


def _date(hit: Hit) -> str:
    return date_of(hit.reply)
