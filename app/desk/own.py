"""What a proposal says, as it may be shown: whoever writes one may tell of persons too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.export.draft import Proposal
from corpus.text.redact import find_redactions, mask, redact
from corpus.types import Field, FieldName


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A proposal's own words, and what it says of itself.

    :ivar shown: the text as it may be shown, sign for sign as long.
    :ivar hidden: what of it may not; None where nothing is masked.
    """

    text: str
    proposal: Proposal
    shown: str
    hidden: frozenset[str] | None

    @classmethod
    def of(cls, text: str, proposal: Proposal, redacted: bool) -> OwnWords:
        """Take a text and what was read of it; who proposes is public, and stays."""
        if not redacted:
            return cls(text, proposal, text, None)
        found = find_redactions(text, tuple(_fields(proposal)))
        hidden = frozenset(text[each.start : each.end] for each in found)
        own = cls(text, proposal, mask(text, found), hidden)
        title, number = proposal.title, proposal.number
        title = own.show(title, own.find(title)) if title else title
        return replace(
            own, proposal=replace(proposal, title=title, number=number and redact(number))
        )

    def find(self, words: str, after: int = 0) -> int:
        """Return where words stand, masked ones too, at best behind `after`; -1 where nowhere."""
        places = (
            text.find(words, begin) for begin in (after, 0) for text in (self.text, self.shown)
        )
        return next((place for place in places if place >= 0), -1)

    def show(self, words: str, start: int) -> str:
        """Return words as they may be shown: those at `start`, or at -1 what stands nowhere."""
        if self.hidden is None:
            return words
        return self.shown[start : start + len(words)] if start >= 0 else redact(words, self.hidden)


def _fields(proposal: Proposal) -> Iterator[Field]:
    yield Field(FieldName.KIND, proposal.kind)
    for name, value in (
        (FieldName.MATTER_NUMBER, proposal.number),
        (FieldName.SESSION, proposal.session),
        *((FieldName.PROPOSER, proposer) for proposer in proposal.proposers),
    ):
        if value:
            yield Field(name, value)
