"""Rank replies by one leg alone, as a yardstick for what fusion makes of both."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from index.retrieve import DENSE_CANDIDATES, LEXICAL_CANDIDATES, Retriever


class Leg(StrEnum):
    """What replies are ranked by; the value is what the command line takes."""

    FUSED = "fused"
    LEXICAL = "lexical"
    DENSE = "dense"


def rank_by(retriever: Retriever, leg: Leg, text: str, k: int) -> Sequence[tuple[str, float]]:
    """Return the `k` best replies of a query with their scores, each ranked by its best passage.

    A single leg ranks as many passages as it proposes to the fusion, by the lexical score or the
    cosine that the fusion sees, whichever leg proposed them. The lexical leg leaves out those that
    share no term with the query.
    """
    if leg is Leg.FUSED:
        return [(reply.reply_id, reply.score) for reply in retriever.rank_replies(text, k)]
    query = retriever.analyse(text)
    candidates = retriever.candidates(query) if query.terms.weights else None
    if candidates is None:
        return []
    if leg is Leg.LEXICAL:
        scores, most = candidates.lexical, LEXICAL_CANDIDATES
    else:
        scores, most = candidates.dense, DENSE_CANDIDATES
    keys = np.array([passage.key for passage in candidates.passages])
    best: dict[str, float] = {}
    for i in np.lexsort((keys, -scores))[:most]:
        if leg is Leg.DENSE or scores[i] > 0:
            best.setdefault(candidates.passages[i].reply.id, float(scores[i]))
    return list(best.items())[:k]
