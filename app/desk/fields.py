"""What a proposal says of itself: of what kind it is, its title, number, session and proposers."""

from __future__ import annotations

from app.export.draft import Proposal
from corpus.types import Kind


def read_fields(text: str) -> Proposal:
    """Return the proposal that a text is, by its own words; what it does not say is None."""
    title = text.strip().partition("\n")[0].strip()
    kinds = {"提案": Kind.PROPOSAL, "建议": Kind.SUGGESTION}
    for ending, kind in kinds.items():
        if title.endswith(ending):
            return Proposal(kind, title)
    return Proposal(Kind.MESSAGE)
