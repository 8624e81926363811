"""Which replies answer the same matter, and which of those is the latest."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.types import FieldName, Reply

ALIKE = 0.3
"""Two titles name the same matter where they share this much of the shorter one's bigrams: 关于既有
多层住宅加装电梯的建议 and 一楼反对加装电梯怎么办. Set by hand on the samples' titles."""

_FORMAL = re.compile(
    r"[\d\W]|关于|进一步|加强|推进|促进|完善|提升|加快|推广|建设|建议|提案|答复|复函|意见|问题|留言|来信|工作|办理"
    r"|情况|服务|质量|水平|提高|小区|社区|居民|市民|群众|什么|怎么|为何|政协|人大|代表|委员|会议|全区|我区|本区|我市|的|在"
)
"""Characters of titles that say nothing of the matter."""


def is_outdated(reply: Reply, others: Iterable[Reply]) -> bool:
    """Tell whether one of the others is a later reply of the same region to the same matter.

    What another district answered since makes no reply outdated. Where a title is not known, all
    matters are taken for the same.
    """
    date, region = reply.value(FieldName.DATE), reply.value(FieldName.REGION)
    return bool(date) and any(
        (other.value(FieldName.DATE) or "") > (date or "")
        and other.value(FieldName.REGION) == region
        and are_alike(reply, other)
        for other in others
    )


def are_alike(one: Reply, other: Reply) -> bool:
    """Tell whether the titles of two replies name the same matter."""
    first, second = _bigrams(one), _bigrams(other)
    shorter = min(len(first), len(second))
    return not shorter or len(first & second) >= ALIKE * shorter


def _bigrams(reply: Reply) -> set[str]:
    title = reply.value(FieldName.MATTER_TITLE) or reply.value(FieldName.TITLE) or ""
    for region in reply.values(FieldName.REGION):
        title = title.replace(region, " ")
    parts = _FORMAL.sub(" ", title).split()
    return {part[n : n + 2] for part in parts for n in range(len(part) - 1)}
