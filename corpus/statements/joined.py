"""Whether a clause belongs with the one beside it, as 年内印发 does with what is drawn up."""

from __future__ import annotations

import re

from corpus.statements.agents import who_acts
from corpus.statements.ahead import Clause
from corpus.statements.intent import does, is_effect
from corpus.statements.waiting import after_event

_PURPOSE = re.compile(
    r"方便|但|不过|余下|以往|此前|并无|让|以便|接受|使|提供|给|请|敬请|具体|这|该|欢迎|以(?!.{0,6}方式)|不断|切实|真正|从而|为了|力求|满足|提请|因|由|[\u4e00-\u9fff]{2,4}后|目前|经|如|若|[^，]{0,8}可以?"
)
_UNDERTAKES = re.compile(
    r"正[在会与同联抓][^，]{0,14}?(?:起草|编制|制定|制订|修订|草拟|拟定|研究)|负责|^将|[由把].{1,20}(?:[建改降升提]|牵头|实施)"
    r"|放在|先(?![生进后锋])"
)
"""What a clause says whose term stands in the next: 街道负责拆除，国庆前完成."""
_UNDER_WAY = re.compile(r"(?<![公真])正(?![式常确规好因如面])|已[^，]{0,14}列[入进]")
_SETTLED = re.compile(r"(?:商定|约定|议定)$|明确由|正与.{1,14}(?:会商|对接|协商|协调|衔接)")
_THEN = re.compile(r"预[计期]|计划|力[争求]|争取|[将拟]|有望|确保|[^，]{2,8}后即")
_NO_DEED = re.compile(r"因|由于|鉴于|考虑|虽|但|经|按照")
_BARE_BEFORE = re.compile(r"(?:并|也|现|已|将|拟|计划|力争|争取|预计|确保|要求|定)?[在于]?")
_BARE = re.compile(r"(?:正式|全面|全部|对外|安装|印发|基本)?[\u4e00-\u9fff]{2,4}")
_DECIDES = re.compile(r"商定|约定|议定|决定")
_PASSES_ON = re.compile(r"(?:随后|然后|再|并|同时)?由?")
_ANNOUNCES = re.compile(
    r"(?:以下|下列|如下|[几两三四五六七八九十\d]{1,2})(?:个?方面|[项点件]|工作|措施|举措)"
)


def undertakes(clause: str, bare: bool, then: str) -> bool:
    """Tell whether a clause says what is undertaken or agreed, whose term stands in the next."""
    said = (
        _SETTLED.search(clause)
        or (bare and _UNDERTAKES.search(clause))
        or ((_THEN.match(then) or after_event(then)) and under_way(clause))
    )
    return bool(said) and then[0] != "由" and not _NO_DEED.match(clause)


def under_way(clause: str) -> bool:
    """Tell whether a clause says what is being done, or is put down to be: 正在招标."""
    return _UNDER_WAY.search(clause) is not None


def is_bare(clause: Clause) -> bool:
    """Tell whether there is only a term and a verb, whose object stands before: 年内印发."""
    return (
        _BARE_BEFORE.fullmatch(clause.before) is not None
        and _BARE.fullmatch(clause.behind) is not None
        and clause.behind[0] != "再"
    )


def continues(clause: Clause) -> bool:
    """Tell whether a clause without a mark of its own says more of what is promised."""
    dated = any(due.by or due.yearly for due in clause.own)
    text = clause.text
    return not (dated or clause.done or is_effect(text) or _PURPOSE.match(text))


def decides(clause: str, then: str) -> bool:
    """Tell whether a clause says that it was agreed what the next lays upon somebody: 由….."""
    return (
        then.startswith("由")
        and _DECIDES.search(clause) is not None
        and who_acts(then, 1, len(then)) is not None
    )


def announces(clause: str) -> bool:
    """Tell whether the clause only announces what is listed behind it: 将做好以下工作."""
    return _ANNOUNCES.search(clause) is not None


def passes_on(sentence: str, begin: int, end: int, so_far: str) -> bool:
    """Tell whether a clause says what another does than what was said so far: 再由住建局验收."""
    start = _PASSES_ON.match(sentence, begin, end).end()  # type: ignore[union-attr]
    named = who_acts(sentence, start, end)
    if named is None or sentence[slice(*named)] in so_far:
        return False
    return does(sentence[:end], named[1])
