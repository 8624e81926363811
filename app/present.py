"""From what retrieval found to what people get: masked and cited.

All text shown is cut from the reply itself, by spans that were checked when they were read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.types import (
    Answer,
    Change,
    Citation,
    NewerReply,
    Precedent,
    Quote,
    ReplyCard,
    ReplyView,
    SearchHit,
    Stated,
    UnwrittenField,
)
from corpus.store.changes import FieldChange
from corpus.store.corrections import find_doubts
from corpus.text.redact import MASK, mask, redact_about
from corpus.types import PERSONAL_FIELDS, Correction, Field, FieldName, Passage, Reply
from index.answers import newest
from index.answers.answer import Finding, Unwritten
from index.answers.figures import Figure
from index.answers.newest import Newer
from index.answers.quotes import Excerpt
from index.ranking.hits import Hit, RankedReply

NEAREST = 5
"""How many replies that were not quoted are shown beside an answer."""

LEAST_NEAR, LEAST_RELATED = 0.01, 0.015
"""Below this probability of relevance a passage is near in name only, in place of an answer (where
one is shown anyway) and beside one: what reads 1 % tells nobody that it is related."""

PRECEDENT_PASSAGES = 3


@dataclass(frozen=True, slots=True)
class Presenter:
    """Dress results for people; `redacted` masks personal data character by character."""

    redacted: bool

    def card(self, reply: Reply) -> ReplyCard:
        """Say what a reply is; citizens write their telephone numbers even into titles.

        Its id and date stay what they are: by the id it is found again, and none that holds
        personal data is given, see `corpus.parse`.
        """
        card = ReplyCard.of(reply)
        if not self.redacted:
            return card
        folder, slash, name = card.source.rpartition("/")
        return replace(
            card,
            title=self._about(reply, card.title),
            matter=self._about(reply, card.matter),
            agency=self._about(reply, card.agency),
            doc_number=self._about(reply, card.doc_number),
            kind=self._about(reply, card.kind),
            outcome=self._about(reply, card.outcome),
            disclosure=self._about(reply, card.disclosure),
            web_address=self._about(reply, card.web_address),
            source=folder + slash + (self._about(reply, name) or ""),
        )

    def hit(self, hit: Hit, rank: int) -> SearchHit:
        """Show a passage that was found."""
        return SearchHit(
            rank=rank,
            score=hit.score,
            card=self.card(hit.reply),
            heading_path=self._headings(hit.reply, hit.passage),
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
        # What asks nothing is sure by nothing, and not answered by any threshold.
        answered = bool(finding.confidence) and finding.confidence >= threshold
        excerpts = finding.excerpts if answered else ()
        quoted = {excerpt.reply.id for excerpt in excerpts}
        others = [r.hits[0] for r in finding.ranked if r.reply_id not in quoted][:NEAREST]
        least = LEAST_RELATED if answered else LEAST_NEAR
        nearest = [hit for hit in others if hit.score >= least] or others[: not answered]
        citations = self._citations(excerpts)
        number = {citation.card.reply_id: citation.number for citation in citations}
        return Answer(
            question=finding.query.text,
            status="answered" if answered else "abstained",
            confidence=finding.confidence,
            quotes=tuple(self._quote(e, number[e.reply.id]) for e in excerpts),
            citations=citations,
            nearest=tuple(self.hit(hit, n) for n, hit in enumerate(nearest, start=1)),
            read_as=finding.query.read_as,
            unwritten=tuple(map(self._unwritten, finding.unwritten)),
        )

    def reply(
        self,
        reply: Reply,
        passages: Sequence[Passage],
        corrections: Sequence[Correction] = (),
        history: Sequence[FieldChange] = (),
    ) -> ReplyView:
        """Show a whole reply."""
        fields = tuple(replace(field, value=self._value(reply, field)) for field in reply.fields)
        return ReplyView(
            card=self.card(reply),
            text=self.span(reply, 0, len(reply.text)),
            question=self._about(reply, reply.question) or "",
            fields=fields,
            passages=tuple(
                replace(
                    passage,
                    text=self.span(reply, passage.start, passage.end),
                    heading_path=self._headings(reply, passage),
                )
                for passage in passages
            ),
            corrections=tuple(self.correction(reply, each) for each in corrections),
            doubts=find_doubts(reply, corrections),
            history=tuple(self._past(reply, each) for each in history),
        )

    def correction(self, reply: Reply, correction: Correction) -> Correction:
        """Show what was corrected."""
        values, found = (
            tuple(self._value(reply, Field(correction.name, value)) for value in given)
            for given in (correction.values, correction.found)
        )
        return replace(correction, values=values, found=found)

    def _past(self, reply: Reply, change: FieldChange) -> FieldChange:
        def shown(values: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(self._value(reply, Field(change.name, value)) for value in values)

        after = None if change.after is None else shown(change.after)
        return replace(change, before=shown(change.before), after=after)

    def district(self, reply: Reply, name: str) -> str:
        """Show the name of a reply's district, which may be read from its agency's."""
        return self._about(reply, name) or ""

    def change(self, older: Reply, newer: Reply, change: newest.Change) -> Change:
        """Show a figure that one reply states and a newer one otherwise."""
        return Change(self._stated(older, change.older), self._stated(newer, change.newer))

    def newer(self, older: Reply, newer: Newer) -> NewerReply:
        """Show a newer reply that states otherwise what stands in an older one."""
        changes = (self.change(older, newer.reply, each) for each in newer.changes)
        return NewerReply(
            card=self.card(newer.reply),
            start=newer.start,
            end=newer.end,
            text=self.span(newer.reply, newer.start, newer.end),
            changes=tuple(changes),
        )

    def span(self, reply: Reply, start: int, end: int) -> str:
        """Return `reply.text[start:end]`, masked where that is asked for."""
        text = reply.text[start:end]
        return mask(text, reply.redactions, start) if self.redacted else text

    def _about(self, reply: Reply, text: str | None) -> str | None:
        """Return what is said of a reply, masked: persons, and all that its text hides."""
        return redact_about(reply, text) if self.redacted and text else text

    def _headings(self, reply: Reply, passage: Passage) -> tuple[str, ...]:
        return tuple(self._about(reply, heading) or "" for heading in passage.heading_path)

    def _value(self, reply: Reply, field: Field) -> str:
        if self.redacted and field.name in PERSONAL_FIELDS and not _is_open(reply, field):
            return MASK * len(field.value)
        if field.start >= 0 and field.value == reply.text[field.start : field.end]:
            return self.span(reply, field.start, field.end)
        return self._about(reply, field.value) or ""

    def _quote(self, excerpt: Excerpt, citation: int) -> Quote:
        return Quote(
            text=self.span(excerpt.reply, excerpt.start, excerpt.end),
            reply_id=excerpt.reply.id,
            start=excerpt.start,
            end=excerpt.end,
            citation=citation,
            heading_path=self._headings(excerpt.reply, excerpt.passage),
            newer=self.newer(excerpt.reply, excerpt.newer) if excerpt.newer else None,
            field=excerpt.field,
        )

    def _unwritten(self, found: Unwritten) -> UnwrittenField:
        values = "、".join(self._value(found.reply, field) for field in found.recorded)
        return UnwrittenField(found.field, values or None, self.card(found.reply))

    def _stated(self, reply: Reply, figure: Figure) -> Stated:
        start, end = figure.clause_start, figure.clause_end
        return Stated(
            figure=self.span(reply, figure.start, figure.end),
            text=self.span(reply, start, end),
            start=start,
            end=end,
        )

    def _citations(self, excerpts: Sequence[Excerpt]) -> tuple[Citation, ...]:
        cited = {excerpt.reply.id: excerpt.reply for excerpt in excerpts}
        outdated = {excerpt.reply.id for excerpt in excerpts if excerpt.newer}
        return tuple(
            Citation(number, self.card(reply), newest=reply.id not in outdated)
            for number, reply in enumerate(cited.values(), start=1)
        )


def _is_open(reply: Reply, field: Field) -> bool:
    """Tell whether a telephone is an office's own, which stands in the text for all to read."""
    return (
        field.name is FieldName.CONTACT_PHONE
        and 0 <= field.start < field.end
        and not any(r.start < field.end and field.start < r.end for r in reply.redactions)
    )
