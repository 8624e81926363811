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

_NAMED_AFTER = "[路街道巷镇乡村桥站湖江河山园苑里坊庄湾岛]|公园|广场|小区|社区|大道|花园"
"""What follows a short name where something is named after the place: 望湖路."""

_LEAST_LEFT = 4

_MOST_PLACES = 3

_COMPARED = re.compile(
    "^(?:这?两[个地]?[区县市]?)?(?:的|相比|比起来|[哪谁]个?边?更|哪[个边](?=.*[高低多少贵快慢大小好][？?]?$))*"
    "|(?:分别|各自?)(?=是|为|多少|怎么|如何|几|收|补)"
)
"""What only compares places: 望湖区和云桥区分别怎么收费."""


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


def without_place(text: str, region: str) -> str:
    """Return a question as those ask it who are in the region, which then goes without saying.

    The same where it does not name the region, or says little else.
    """
    if _stem(region, _ENDINGS + _WIDE) not in text:
        return text  # as nearly all of a library's regions, each of which has a pattern of its own
    left = re.sub(
        rf"(?:(?<![现正存])在|我们|咱们?)?{_named(region)}"
        r"(?:[这那][边里儿]|当地|境内|里(?!弄|程))?(?:的(?!士))?",
        "",
        text,
    )
    return left if len(left) >= _LEAST_LEFT else text


def each_place(text: str, regions: Sequence[str]) -> tuple[str, ...]:
    """Return a question of several districts as one of each; nothing where it names fewer than two.

    望湖区和云桥区停车怎么收费 asks 望湖区停车怎么收费 and 云桥区停车怎么收费.
    """
    named = [each for each in regions if without_place(text, each) != text]
    if not 1 < len(named) <= _MOST_PLACES:
        return ()
    between = rf"(?:{'|'.join(map(_named, named))})"
    listed = re.search(rf"{between}(?:\s*[、，和与跟同及]\s*{between})+", text)
    if listed is None:
        return ()
    rest = _COMPARED.sub("", text[listed.end() :])
    within = (place for place in named if re.search(_named(place), listed[0]))
    return tuple(f"{text[: listed.start()]}{place}{rest}" for place in within)


def is_elsewhere(passage: Readable, places: Sequence[str]) -> bool:
    """Tell whether a passage is of a reply by another district than the query names.

    Where the query names no place, or the reply's region is unknown, a city or mentioned in the
    query, or where the reply's text mentions one of the places, it is not.
    """
    region = passage.region
    if not places or not region or region.endswith(_WIDE) or _stem(region) in places:
        return False
    return not any(place in passage.whole or place in passage.context for place in places)


def _named(region: str) -> str:
    """Return a pattern of a region's names."""
    short = _stem(region, _ENDINGS + _WIDE)
    if _COMMON_WORDS.fullmatch(short):
        return re.escape(region)
    return f"(?:{re.escape(region)}|{re.escape(short)}(?!{_NAMED_AFTER}))"


def _stem(region: str, endings: tuple[str, ...] = _ENDINGS) -> str:
    if len(region) > 3 and region.endswith("新区"):
        return region[:-2]
    ending = next((each for each in endings if region.endswith(each)), "")
    return region.removesuffix(ending) if len(region) - len(ending) >= 2 else region
