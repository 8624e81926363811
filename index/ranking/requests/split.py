"""Split a long query into the requests that it lists."""

from __future__ import annotations

from corpus.text.simplified import simplify

SHORT = 60
"""A text of fewer characters is a query as a whole."""

MOST = 8
"""So many requests of a query are looked for on their own; each costs as much as a query."""


def split_query(text: str) -> tuple[str, ...]:
    """Return the requests that a long query lists, the first `MOST`, to be looked for one by one.

    Fewer than two are none: what asks for one thing is a query as a whole.
    """
    if len(text) < SHORT:
        return ()
    from index.ranking.requests.listed import find_points  # whose patterns take long to compile

    points = [text[start:end].rstrip("；;") for start, end in find_points(simplify(text))]
    return tuple(points[:MOST]) if len(points) > 1 else ()
