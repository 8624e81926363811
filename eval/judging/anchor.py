"""Find judged places again in replies that may have changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from corpus.store import Store
from corpus.types import Reply
from eval.judging.types import Place


def anchor_places(store: Store, places: Collection[Place]) -> dict[Place, Place | None]:
    """Say where the places are now, by the places as they were; None: lost.

    A reply that was loaded from elsewhere has another id: it is known by its whole text. In a
    reply that changed, the place is where the same words stand, nearest to where they stood; else
    where they stand with other spaces and line breaks.
    """
    replies = store.replies({place.reply_id for place in places})
    found = {place: _find(place, replies.get(place.reply_id)) for place in places}
    homeless = {place.content for place, now in found.items() if now is None}
    moved = store.replies_with_content(homeless) if homeless else {}
    elsewhere = store.replies(moved.values())
    for place, now in found.items():
        if now is None and (reply := elsewhere.get(moved.get(place.content, ""))):
            found[place] = _find(place, reply)
    return found


def locate(text: str, wanted: str, start: int) -> tuple[int, int] | None:
    """Find words in a text nearest to an offset, spaces and line breaks aside if need be.

    Return where they begin and end, or None where they are not.
    """
    if text.startswith(wanted, start):
        return start, start + len(wanted)
    exact = list(_iter_starts(text, wanted))
    if exact:
        nearest = min(exact, key=lambda at: abs(at - start))
        return nearest, nearest + len(wanted)
    offsets = [at for at, character in enumerate(text) if not character.isspace()]
    squeezed = "".join(text[at] for at in offsets)
    sought = "".join(wanted.split())
    spans = [
        (offsets[at], offsets[at + len(sought) - 1] + 1) for at in _iter_starts(squeezed, sought)
    ]
    return min(spans, key=lambda span: abs(span[0] - start), default=None)


def _find(place: Place, reply: Reply | None) -> Place | None:
    if reply is None:
        return None
    span = locate(reply.text, place.text, place.start)
    return span and Place.of(reply, *span)


def _iter_starts(text: str, wanted: str) -> Iterator[int]:
    """Yield where the words begin, also where they overlap; never for no words."""
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)
