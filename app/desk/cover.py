"""What answers one request: passages of a matter newest first, and what was superseded."""

from __future__ import annotations

from typing import NamedTuple

from app.desk.types import Covering, State
from app.present import Presenter
from app.types import SearchHit
from corpus.filters import Filters
from index.ranking.retrieve import Retriever

THRESHOLD = 0.3


class Found(NamedTuple):
    """What was found for a request, see `app.desk.types.Covered`."""

    state: State
    confidence: float
    passages: tuple[Covering, ...]
    near: tuple[SearchHit, ...]


def cover_request(
    retriever: Retriever, presenter: Presenter, text: str, filters: Filters, k: int
) -> Found:
    """Return what answers a request."""
    hits = retriever.search(retriever.analyse(text, exactly=True), k, filters)
    shown = tuple(presenter.hit(hit, n) for n, hit in enumerate(hits, 1))
    confidence = shown[0].score if shown else 0.0
    if confidence < THRESHOLD:
        return Found("none", confidence, (), shown)
    covering = tuple(Covering(hit, n, None, ()) for n, hit in enumerate(shown, 1))
    return Found("answered", confidence, covering, ())
