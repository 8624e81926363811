"""Which district a question is about, and which replies are another district's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.stores.texts import Readable

_WIDE = ("市", "省", "自治区", "州", "盟")
"""Endings of places whose replies may speak for any district within them."""

_ENDINGS = ("区", "县", "旗")

_COMMON_WORDS = re.compile(
    "高新|经开|开发|保税|和平|光明|朝阳|向阳|前进|友好|东方|东风|红旗|建设|解放|工农|新华|长安|中山"
    "|城区|城中|城关|郊区|示范|合作|平安|安定|新城|老城"
)
"""Short names that are words as well: 高新企业 is no firm of 高新区."""


def named_places(query: str, regions: Sequence[str]) -> tuple[str, ...]:
    """Return the short names (望湖 of 望湖区) of those districts that a query names.

    A short name will do where it is no common word as well. Cities and provinces are none: a
    question about all of a city is about each of its districts.
    """
    stems = ((region, _stem(region)) for region in regions if not region.endswith(_WIDE))
    return tuple(
        dict.fromkeys(
            stem
            for region, stem in stems
            if (region if _COMMON_WORDS.fullmatch(stem) else stem) in query
        )
    )


def is_elsewhere(passage: Readable, places: Sequence[str]) -> bool:
    """Tell whether a passage is of a reply by another district than the query names.

    Where the query names no place, or the reply's region is unknown, a city or mentioned in the
    query, or where the reply's text mentions one of the places, it is not.
    """
    region = passage.region
    if not places or not region or region.endswith(_WIDE) or _stem(region) in places:
        return False
    return not any(place in passage.whole or place in passage.context for place in places)


def _stem(region: str) -> str:
    if len(region) > 3 and region.endswith("新区"):
        return region[:-2]
    return region[:-1] if len(region) > 2 and region.endswith(_ENDINGS) else region
