"""Whether the sender leads (主办) in answering a matter or contributes (会办)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.fields.agency import same_agency
from corpus.fields.holders import find_holders
from corpus.fields.layout import Layout
from corpus.fields.zones import Zone, iter_zones, read_zone
from corpus.types import Field, FieldName

_ROLES = re.compile(
    r"作为(?:本?[件提建]?[案议]?的?)?(?P<as>主办|会办|协办)(?:单位|部门)?"
    r"|我(?:[局委办厅部镇乡院会处]{1,2}|单位|公司|中心|街道)(?:负责|为|系|是)?(?P<we>主办|会办|协办)"
    r"|(?P<opinion>会办|协办|分办)(?:工作|件|提案|建议)?的?(?:意见|情况|复?函|回复|答复|单(?!位))"
    r"|[由转]我[局委办厅部镇乡院会处]{1,2}(?P<passed>会办|协办|分办)"
)


def find_role(layout: Layout, title: Field | None, agencies: Sequence[Field]) -> tuple[Field, ...]:
    """Return whether the sender leads (主办) or contributes (会办), where the text says so."""
    zones = list(iter_zones(layout, title))
    zones += [
        read_zone(layout.text, line.start, line.end)
        for line in layout.head_paragraphs
        if "办" in line.text
    ]
    for zone in (zone for zone in zones if "办" in zone.text):
        match = _ROLES.search(zone.text)
        if match and match.lastgroup:
            return (_role(zone, match, match.lastgroup),)
    for side, holder in find_holders(layout):
        if side and any(same_agency(holder.value, agency.value) for agency in agencies):
            return (replace(holder, name=FieldName.ROLE, value=side),)
    return ()


def _role(zone: Zone, match: re.Match[str], group: str) -> Field:
    value = re.sub("协办|分办", "会办", match[group])
    return zone.field(FieldName.ROLE, *match.span(group), value)
