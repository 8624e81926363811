"""From what retrieval found to what people get: masked and cited.

All text shown is cut from the reply itself, by spans that were checked when they were read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.types import (
    Answer,
    Citation,
    Precedent,
    Quote,
    ReplyCard,
    ReplyView,
    SearchHit,
)
from corpus.text.redact import MASK, mask, redact
from corpus.types import PERSONAL_FIELDS, Field, FieldName, Passage, Reply
from index.answers.answer import Finding
from index.answers.quotes import Excerpt
from index.ranking.hits import Hit, RankedReply

ALIKE = 0.3
"""Two titles name the same matter where they share this much of the shorter one's bigrams: 关于既有
多层住宅加装电梯的建议 and 一楼反对加装电梯怎么办. Set by hand on the samples' titles."""

_FORMAL = re.compile(
    r"[\d\W]|关于|进一步|加强|推进|促进|完善|提升|加快|推广|建设|建议|提案|答复|复函|意见|问题|留言|来信|工作|办理"
    r"|情况|服务|质量|水平|提高|小区|社区|居民|市民|群众|什么|怎么|为何|政协|人大|代表|委员|会议|全区|我区|本区|我市|的|在"
)
"""Characters of titles that say nothing of the matter."""


def is_outdated(reply: Reply, others: Iterable[Reply]) -> bool:
    """Tell whether one of the others is a later reply of the same region to the same matter.

    What another district answered since makes no reply outdated. Where a title is not known, all
    matters are taken for the same.
    """
    date, region = reply.value(FieldName.DATE), reply.value(FieldName.REGION)
    return bool(date) and any(
        (other.value(FieldName.DATE) or "") > (date or "")
        and other.value(FieldName.REGION) == region
        and are_alike(reply, other)
        for other in others
    )


def are_alike(one: Reply, other: Reply) -> bool:
    """Tell whether the titles of two replies name the same matter."""
    first, second = _bigrams(one), _bigrams(other)
    shorter = min(len(first), len(second))
    return not shorter or len(first & second) >= ALIKE * shorter


def _bigrams(reply: Reply) -> set[str]:
    title = reply.value(FieldName.MATTER_TITLE) or reply.value(FieldName.TITLE) or ""
    for region in reply.values(FieldName.REGION):
        title = title.replace(region, " ")
    parts = _FORMAL.sub(" ", title).split()
    return {part[n : n + 2] for part in parts for n in range(len(part) - 1)}


NEAREST = 5
"""How many replies that were not quoted are shown beside an answer."""

LEAST_NEAR = 0.01
"""Below this probability of relevance a passage is near in name only; one is shown anyway."""

PRECEDENT_PASSAGES = 3


@dataclass(frozen=True, slots=True)
class Presenter:
    """Dress results for people; `redacted` masks personal data character by character."""

    redacted: bool

    def card(self, reply: Reply) -> ReplyCard:
        """Say what a reply is; citizens write their telephone numbers even into titles."""
        card = ReplyCard.of(reply)
        if not self.redacted:
            return card
        title, matter = (text and redact(text) for text in (card.title, card.matter))
        return replace(card, title=title, matter=matter)

    def hit(self, hit: Hit, rank: int) -> SearchHit:
        """Show a passage that was found."""
        return SearchHit(
            rank=rank,
            score=hit.score,
            card=self.card(hit.reply),
            heading_path=self._headings(hit.passage),
            start=hit.passage.start,
            end=hit.passage.end,
            text=self.span(hit.reply, hit.passage.start, hit.passage.end),
        )

    def precedent(self, ranked: RankedReply, rank: int) -> Precedent:
        """Show a reply with the passages that match best."""
        best = ranked.hits[:PRECEDENT_PASSAGES]
        return Precedent(
            rank=rank,
            score=ranked.score,
            card=self.card(best[0].reply),
            passages=tuple(self.hit(hit, n) for n, hit in enumerate(best, start=1)),
        )

    def answer(self, finding: Finding, threshold: float) -> Answer:
        """Show what was found as an answer, or abstain where confidence is below `threshold`."""
        answered = bool(finding.excerpts) and finding.confidence >= threshold
        excerpts = finding.excerpts if answered else ()
        quoted = {excerpt.reply.id for excerpt in excerpts}
        others = [r.hits[0] for r in finding.ranked if r.reply_id not in quoted][:NEAREST]
        nearest = [hit for hit in others if hit.score >= LEAST_NEAR] or others[:1]
        citations = self._citations(excerpts, finding.ranked)
        number = {citation.card.reply_id: citation.number for citation in citations}
        return Answer(
            question=finding.query.text,
            status="answered" if answered else "abstained",
            confidence=finding.confidence,
            quotes=tuple(self._quote(e, number[e.reply.id]) for e in excerpts),
            citations=citations,
            nearest=tuple(self.hit(hit, n) for n, hit in enumerate(nearest, start=1)),
            changes=finding.query.changes,
        )

    def reply(self, reply: Reply, passages: Sequence[Passage]) -> ReplyView:
        """Show a whole reply."""
        fields = tuple(replace(field, value=self._value(field)) for field in reply.fields)
        return ReplyView(
            card=self.card(reply),
            text=self.span(reply, 0, len(reply.text)),
            question=redact(reply.question) if self.redacted else reply.question,
            fields=fields,
            passages=tuple(
                replace(
                    passage,
                    text=self.span(reply, passage.start, passage.end),
                    heading_path=self._headings(passage),
                )
                for passage in passages
            ),
        )

    def span(self, reply: Reply, start: int, end: int) -> str:
        """Return `reply.text[start:end]`, masked where that is asked for."""
        text = reply.text[start:end]
        return mask(text, reply.redactions, start) if self.redacted else text

    def _headings(self, passage: Passage) -> tuple[str, ...]:
        return tuple(map(redact, passage.heading_path)) if self.redacted else passage.heading_path

    def _value(self, field: Field) -> str:
        if not self.redacted:
            return field.value
        personal = field.name in PERSONAL_FIELDS
        return MASK * len(field.value) if personal else redact(field.value)

    def _quote(self, excerpt: Excerpt, citation: int) -> Quote:
        return Quote(
            text=self.span(excerpt.reply, excerpt.start, excerpt.end),
            reply_id=excerpt.reply.id,
            start=excerpt.start,
            end=excerpt.end,
            citation=citation,
            heading_path=self._headings(excerpt.passage),
        )

    def _citations(
        self, excerpts: Sequence[Excerpt], ranked: Sequence[RankedReply]
    ) -> tuple[Citation, ...]:
        cited = {excerpt.reply.id: excerpt.reply for excerpt in excerpts}
        found = [*cited.values(), *(entry.hits[0].reply for entry in ranked)]
        return tuple(
            Citation(number, self.card(reply), newest=not is_outdated(reply, found))
            for number, reply in enumerate(cited.values(), start=1)
        )
