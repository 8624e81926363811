"""Questions with the texts that they are asked of, and the examples made of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Span = tuple[int, int]
"""Half-open, in characters."""


class Kind(StrEnum):
    """How an example came about; only the first two are answered."""

    ANSWERED = "answered"
    CHANGED_ALIKE = "changed alike"
    UNSAID = "unsaid"
    RESTATED = "restated"
    TAKEN_OUT = "taken out"
    NEIGHBOUR = "neighbour"
    OTHER_ASKED = "other asked"
    OTHER_SAID = "other said"
    OPPOSITE = "opposite"
    FOUND = "found"

    @property
    def answered(self) -> bool:
        """Tell whether the passage answers the question."""
        return self in (Kind.ANSWERED, Kind.CHANGED_ALIKE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the text that it is asked of.

    :ivar answers: where the text answers, if the places are known; each answers by itself.
    :ivar kind: `ANSWERED` where the text answers; with no answers, as a whole.
    :ivar document: what it is held out with; the text where this is empty.
    """

    question: str
    text: str
    answers: tuple[Span, ...] = ()
    kind: Kind = Kind.ANSWERED
    document: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage.

    :ivar answers: where the passage answers, if the places are known; the first is learned.
    """

    question: str
    passage: str
    kind: Kind
    answers: tuple[Span, ...] = ()
