"""Which district a question is about, and which replies are another district's."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import FieldName
from index.reading import Readable

_WIDE = ("市", "省", "自治区", "州", "盟")
"""Endings of places whose replies may speak for any district within them."""

_ENDINGS = ("区", "县", "旗")


def named_places(query: str, regions: Sequence[str]) -> tuple[str, ...]:
    """Return the short names (望湖 of 望湖区) of those districts that a query names.

    Cities and provinces are none: a question about all of a city is about each of its districts.
    """
    stems = (_stem(region) for region in regions if not region.endswith(_WIDE))
    return tuple(dict.fromkeys(stem for stem in stems if stem in query))


def is_elsewhere(passage: Readable, places: Sequence[str]) -> bool:
    """Tell whether a passage is of a reply by another district than the query names.

    Where the query names no place, or the reply's region is unknown, a city or mentioned in the
    query, or where the reply's text mentions one of the places, it is not.
    """
    region = passage.reply.value(FieldName.REGION)
    if not places or not region or region.endswith(_WIDE) or _stem(region) in places:
        return False
    return not any(place in passage.whole or place in passage.context for place in places)


def _stem(region: str) -> str:
    if len(region) > 3 and region.endswith("新区"):
        return region[:-2]
    return region[:-1] if len(region) > 2 and region.endswith(_ENDINGS) else region
