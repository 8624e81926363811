"""Read the dictionary's notation: one line says of some terms that they mean the same.

    # a comment
    商务委 = 商务委员会             a query with either finds the other
    没暖气、不供暖 → 集中供暖        a query with one on the left finds those on the right
    停用 停车难                     (in a user's own file) nothing shipped holds for 停车难

Terms are separated by = or by 、 where several stand on one side of an arrow; -> is an arrow too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.segment import normalise

LONGEST = 24
"""Characters of a term. What is longer is a sentence, which nobody types twice."""

SWITCH_OFF = "停用"

_SWITCH_OFF = re.compile(rf"{SWITCH_OFF}(?:[：:]\s*|\s+)(?P<terms>.+)")
_ARROW = re.compile("→|⇒|->|=>")
_EQUALS = re.compile("[=＝]")
_LIST = re.compile("[、，,]")
_TERM = re.compile(r"[^\W_](?:[^\W_]|[-.·%+〇○])*")


@dataclass(frozen=True, slots=True)
class Group:
    """Terms and what is searched beside each of them.

    `terms` are normalised; each finds all of `others`, and itself. `line` counts from 1.
    """

    line: int
    terms: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """Terms for which no shipped group holds."""

    line: int
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that can't be read, and why, in Chinese."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.reason}"


Entry = Group | SwitchOff | Fault


def parse(text: str) -> Iterator[Entry]:
    """Yield what each line says; lines with nothing but a comment say nothing."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        content = re.split("[#＃]", line, maxsplit=1)[0].strip()
        if content:
            yield _parse_line(number, content)


def _parse_line(number: int, content: str) -> Entry:
    off = _SWITCH_OFF.fullmatch(content)
    sides = _ARROW.split(content)
    if off:
        groups = [_terms(off["terms"], _LIST)]
    elif len(sides) > 2:
        return Fault(number, "只能有一个箭头“→”")
    elif len(sides) == 2:
        groups = [_terms(side, _LIST) for side in sides]
        if any(_EQUALS.search(side) for side in sides):
            return Fault(number, "“=”和“→”不能写在同一行，请分作两行")
    else:
        groups = [_terms(content, _EQUALS)]
    problem = _problem(groups, least=1 if off or len(sides) == 2 else 2)
    if problem:
        return Fault(number, problem)
    if off:
        return SwitchOff(number, groups[0])
    return Group(number, groups[0], groups[-1])


def _terms(text: str, separator: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(normalise(term.strip()) for term in separator.split(text))


def _problem(groups: Iterable[tuple[str, ...]], least: int) -> str | None:
    """Say what is wrong with the terms of a line, in Chinese; None where nothing is."""
    every = [term for group in groups for term in group]
    if "" in every:
        return "有一边或两个分隔号之间没有词"
    if len(every) < least:
        return "只有一个词：请写成“甲 = 乙”或“甲 → 乙”"
    for term in every:
        if not _TERM.fullmatch(term):
            return f"“{term}”里有不能用的符号：一个词只由汉字、字母、数字组成，词间用“=”“→”或“、”"
        if not 2 <= len(term) <= LONGEST:
            return f"“{term}”有 {len(term)} 个字：一个词应有 2 到 {LONGEST} 个字"
    twice = [term for term in dict.fromkeys(every) if every.count(term) > 1]
    return f"“{twice[0]}”写了两次" if twice else None
