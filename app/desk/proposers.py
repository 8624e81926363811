"""Who put a proposal, by its labels, or by its signature where no label says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.export.draft import COUNT, is_person
from corpus.fields.proposers import read_proposers
from corpus.text.label_words import LABEL, PROPOSED
from corpus.text.numerals import read_numeral

_LONGEST_VALUE, _LONGEST_SIGNATURE, _MOST_SIGNED = 240, 60, 8
_PUTS = re.compile(
    rf"{PROPOSED}|(?:第[一二三四五六七八九十\d]{{1,2}}|其他|其它|其余|联合|联署)?"
    r"(?:(?:提案|建议|议案)?(?:提交|附议|联名|联署|领衔)|提案|建议|议案|提出)"
    r"(?:人|者|委员|代表|单位|提案人|建议人)|附议|联名|联署|领衔"
)
_OFFICE = r"(?:[\u4e00-\u9fff]{0,12}(?:政协|人大))?(?:委员|代表)"
_HOLDS = re.compile(rf"(?!各|[^：:]*的){_OFFICE}")

_ASIDE = re.compile(r"[（(](?!\s?[等共])[^（）()]{0,40}(?:[）)]|$)")
_OTHERS = re.compile(
    r"[（(]?(?:等|共|(?:以?及|和|与)?(?P<besides>其他|其它|另外?))"
    rf"(?:共|其他|其它)?(?:(?P<count>{COUNT})|若干|[多数几])?[名位人]?(?:{_OFFICE})?[）)]?$"
)
_NOBODY = re.compile(
    r"(?:[无没有暂见附详略]{1,2}|无其[他它]|[见详附].?[见附后名件表].*|[以如]下.*)$"
)
_SPACED = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[^\S\n]+(?=[\u4e00-\u9fff](?![\u4e00-\u9fff]))"
)
"""Room within a name of two signs."""

_BEFORE = re.compile(r"[\u4e00-\u9fff]{0,12}(?:政协委员|人大代表)(?:[、，]\S{2,20}\s)?[\s：:]*")
_BEHIND = re.compile(r"[\s（(][\u4e00-\u9fff]{0,12}(?:政协委员|人大代表)[）)]?$")
_DATED = re.compile(r"\s*(?:\d{4}|[一二][〇○零0-9一二三四五六七八九]{3})\s?[年./-].*$")
_SENTENCE = re.compile(r"[。；;！!？?，,：:]$")


@dataclass(frozen=True, slots=True)
class Named:
    """Those whom one label names; `others` says how many there are with those it does not name.

    It is None where all are named, and "" where nothing says how many.
    """

    names: tuple[str, ...]
    others: str | None = None


def puts(label: str) -> bool:
    """Tell whether a label announces who put a proposal."""
    return _PUTS.fullmatch(label) is not None or holds_office(label)


def holds_office(label: str) -> bool:
    """Tell whether a label is but an office, `市人大代表`, which may address its holders too."""
    return _HOLDS.fullmatch(label) is not None


def read_named(value: str, strict: bool = False) -> Named | None:
    """Return those whom a label's value names, None where it names nobody.

    :param strict: whether only what looks like persons' names counts.
    """
    who = _SPACED.sub(r"\1", _ASIDE.sub("", value[:_LONGEST_VALUE])).strip("、，, \t\u3000。")
    plain = "".join(who.split())
    others = _OTHERS.search(plain)
    if others:  # the room within its words says nothing, that between names parts them
        keep, place = others.start(), 0
        for sign in who:
            if not keep:
                break
            keep, place = keep - (not sign.isspace()), place + 1
        who = who[:place].rstrip("、，, \t\u3000")
    names = tuple(who[start:end] for start, end in read_proposers(who))
    if not names or any(_NOBODY.match(name) for name in names):
        return None
    if strict and not all(is_person(name) and not LABEL.fullmatch(name) for name in names):
        return None
    if others is None:
        return Named(names)
    count = others["count"] or ""
    if others["besides"] and count:
        count = str(len(names) + _number(count)) if _number(count) else ""
    return Named(names) if _number(count) == len(names) else Named(names, count)


def list_proposers(named: Sequence[Named]) -> tuple[str, ...]:
    """Return all who are named, once each, the last as `某某等5人` where there are others.

    How many there are is said only where the label says so that names the first: what 附议人 counts
    may be without whom they join.
    """
    names = list(dict.fromkeys(name for each in named for name in each.names))
    counts = [each for each in named if each.others is not None]
    if not counts:
        return tuple(names)
    wholes = [each.others or "" for each in counts if each.names[0] == names[0]]
    whole = max(wholes, key=_number) if len(wholes) == len(counts) else ""
    if _number(whole) == len(names):
        return tuple(names)
    told = whole if _number(whole) > len(names) else ""
    return (*names[:-1], f"{names[-1]}等{told}人")


def find_signed(lines: Sequence[str]) -> Iterator[Named]:
    """Yield who signs with an office: beneath the last sentence, or between title and text."""
    below: list[str] = []
    for line in reversed(lines[1:][-_MOST_SIGNED:]):
        if len(line) > _LONGEST_SIGNATURE or _SENTENCE.search(line):
            break
        below.insert(0, line)
    for line in dict.fromkeys([*lines[1:4], *below]):
        if len(line) > _LONGEST_SIGNATURE or _SENTENCE.search(line):
            continue
        signed = _DATED.sub("", line)
        before, behind = _BEFORE.match(signed), _BEHIND.search(signed)
        if before or behind:
            who = signed[before.end() :] if before else signed[: behind.start() if behind else 0]
            if named := read_named(who, strict=True):
                yield named


def _number(count: str) -> int:
    """Return how many a count says, 0 where it is none; 10余 are more than anybody lists."""
    if not count:
        return 0
    digits = count.removesuffix("余")
    number = int(digits) if digits.isdecimal() else read_numeral(digits)
    return number + (digits != count)
