"""Questions to start from, taken from what is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from app.types import ReplyCard

if TYPE_CHECKING:
    from app.service import Service

EXAMPLES = 6
RECENT = 200
"""So many of the newest replies are looked at."""

TRIED = 12
"""So many matters are asked at most: each takes as long as a question does."""

LENGTHS = range(6, 31)
"""Characters of a matter that reads as a question and fits its button."""


def find_examples(service: Service) -> tuple[str, ...]:
    """Choose matters of recent replies, as many as `EXAMPLES`, that this library answers.

    The same library gives the same examples; what the audience may not see is not among them.
    """
    matters = list(iter_matters(service.list_replies(limit=RECENT).cards))[:TRIED]
    answered = (matter for matter in matters if service.ask(matter).status == "answered")
    return tuple(matter for matter, _ in zip(answered, range(EXAMPLES), strict=False))


def iter_matters(cards: Iterable[ReplyCard]) -> Iterator[str]:
    """Yield matters in the order of the cards, one of each agency, none twice."""
    agencies: set[str | None] = set()
    matters: set[str] = set()
    for card in cards:
        matter = card.matter
        if not matter or len(matter) not in LENGTHS or matter in matters:
            continue
        if card.agency not in agencies:
            agencies.add(card.agency)
            matters.add(matter)
            yield matter
