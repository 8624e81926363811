"""What stands before a promise in a clause of its own: 到2025年，, 待批复后，, 公交公司承诺，."""

from __future__ import annotations

import re

_UPON = (
    r"[^，]{0,14}(?:到[位岗账]|[批答]复|审[批核定议]|[核批]准|获批|论证|评审|中标|验收|完[成工毕]|竣工|开通|通车|建成|出来|成熟"
    r"|具备|出台|公布|通过|结束|下达|落实|确定|明确|一致|签[订署]|交付|移交|腾[空退]|征[收拆]|恢复|稳定|回暖)(?:[之以]?后|时)?"
)
_NOW = r"(?:再|就|即|立即|马上|随即|一并|及时|尽快|第一时间|优先|同步|视|逐步|分批|统筹)"
"""How what waits goes on, as soon as it may."""
_FRAME = re.compile(
    r"(?:我们|(?!即|再|就|先)[\u4e00-\u9fff]{1,8}[局委镇乡县区市府办])?(?:目标是?|预计|力争|争取|计划|准备|打算|将|要)?"
    r"[在于到至用]?(?:[\u4e00-\u9fff]{2,8}后)?(?:左右|时间|期间)?"
)
_PLEDGE = re.compile(r"(?:承诺|保证|答应|(?<!经.)(?<!征得)同意|决定|我们(?:初步)?考虑|初步考虑)$")
_GRANTED = re.compile(r"^已?商|不?要求|经(?![营理办济])|[须需征]|[由来].{0,12}决定|得到|没有|未")
_EVENT = re.compile(
    rf"待.{{2,30}}[后时熟]|一旦(?!.{{2,12}}{_NOW}).{{2,14}}|等.{{2,20}}(?:后|时|到位)|(?!因|由于|经)(?:{_UPON}(?<=[后时])|[^，]{{2,14}}一[到下出])"
)
_AWAITED = re.compile(r"待.{2,30}[后时]")
_THEN = re.compile(rf"(?:我[们局委镇]|街道|[\u4e00-\u9fff]{{2,8}}[局委办])?{_NOW}")
_THEREUPON = re.compile(
    rf"一旦[^，]{{2,16}}?(?:{_NOW}(?!可|使|将))|{_UPON}(?:(?<=[后时])[我们将]{{0,2}}{_NOW}|即(?!可|使|将))|[^，]{{1,8}}下来就"
)
_AFTER = re.compile(rf"(?!报|经){_UPON}(?<=后)(?![^，]{{0,8}}[将可能会日年])")
_SUPPOSED = re.compile(r"若|如(?!期|实|数|下|今)|一旦|倘|假如|假设")


def is_frame(clause: str, outside: str | None) -> bool:
    """Tell whether the clause only says when, upon what or who promises what the next one says.

    `outside` is what stands beside its terms, None where it has none.
    """
    if outside is None:
        return is_pledge(clause) or _EVENT.fullmatch(clause) is not None
    return _FRAME.fullmatch(outside) is not None or _AWAITED.fullmatch(clause) is not None


def is_pledge(clause: str) -> bool:
    """Tell whether the clause says that what follows was promised: 公交公司答应，."""
    return _PLEDGE.search(clause) is not None and _GRANTED.search(clause) is None


def supposes(clause: str) -> bool:
    """Tell whether the clause begins a condition; a term counted from it has no date."""
    return _SUPPOSED.match(clause) is not None


def goes_ahead(clause: str) -> bool:
    """Tell whether a clause says what is done once the event before it has come: 再推广."""
    return _THEN.match(clause) is not None


def upon_event(sentence: str, start: int, end: int) -> bool:
    """Tell whether something is done as soon as something else has come about: 批复后随即招标."""
    return _THEREUPON.match(sentence, start, end) is not None


def after_event(clause: str) -> bool:
    """Tell whether the clause says what comes after what the one before it says."""
    return _AFTER.match(clause) is not None
