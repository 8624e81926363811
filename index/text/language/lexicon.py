"""The dictionary: what each term may also be called, and the notation that says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.text.segment import normalise

LONGEST = 24
"""Characters of a term. What is longer is a sentence, which nobody types twice."""

SWITCH_OFF = "停用"

_SWITCH_OFF = re.compile(rf"{SWITCH_OFF}(?:[：:]\s*|\s+)(?P<terms>.+)")
_ARROW = re.compile("→|⇒|->|=>")
_EQUALS = re.compile("[=＝]")
_LIST = re.compile("[、，,]")
_TERM = re.compile(r"[^\W_](?:[^\W_]|[-.·%+〇○]|(?<=[a-z\d]) (?=[a-z\d]))*")


@dataclass(frozen=True, slots=True)
class TermGroup:
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


Entry = TermGroup | SwitchOff | Fault


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
    return TermGroup(number, groups[0], groups[-1])


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


SHIPPED = tuple(Path(__file__).with_name(name) for name in ("terms.txt", "english.txt"))
"""The dictionary that comes with the program."""


class Lexicon:
    """The groups of a dictionary, to be looked up. Never changes once it is made."""

    def __init__(self, groups: Iterable[TermGroup]) -> None:
        self.groups = tuple(groups)
        others: dict[str, dict[str, None]] = {}
        for group in self.groups:
            for term in group.terms:
                # 噪音扰民 is 扰民 too, but of all that is 扰民 little is about noise. (商务委, the
                # beginning of 商务委员会, is short for it.)
                found = dict.fromkeys(o for o in group.others if not term.endswith(o))
                others.setdefault(term, {}).update(found)
        self._others = {term: tuple(found) for term, found in others.items()}
        self._by_beginning: dict[str, list[str]] = {}
        for term in sorted(self._others, key=len, reverse=True):
            self._by_beginning.setdefault(term[:2], []).append(term)

    def others(self, term: str) -> tuple[str, ...]:
        """Return what a normalised term may also be called, in the order of the groups."""
        return self._others.get(term, ())

    def terms_at(self, text: str, place: int) -> list[str]:
        """Return the terms that stand at a place of a normalised text, longest first."""
        terms = self._by_beginning.get(text[place : place + 2], ())
        return [term for term in terms if text.startswith(term, place)]


@cache
def shipped_groups() -> tuple[TermGroup, ...]:
    """Load the groups of the shipped dictionary."""
    entries = (entry for file in SHIPPED for entry in parse(file.read_text(encoding="utf-8")))
    return tuple(entry for entry in entries if isinstance(entry, TermGroup))


@cache
def shipped_lexicon() -> Lexicon:
    """Return the shipped dictionary."""
    return make_lexicon("")


def make_lexicon(own: str) -> Lexicon:
    """Put the text of a user's own file before the shipped groups that it leaves on.

    Lines that can't be read are left out: search goes on with the others.
    """
    entries = list(parse(own))
    off = {term for entry in entries if isinstance(entry, SwitchOff) for term in entry.terms}
    mine = (entry for entry in entries if isinstance(entry, TermGroup))
    shipped = (group for group in shipped_groups() if off.isdisjoint(_every_term(group)))
    return Lexicon((*mine, *shipped))


def find_faults(own: str) -> tuple[Fault, ...]:
    """Return what is wrong with the text of a user's own file, in the order of its lines."""
    return tuple(fault for entry in parse(own) for fault in _faults_of(entry))


def _faults_of(entry: Entry) -> Iterator[Fault]:
    if isinstance(entry, Fault):
        yield entry
    elif isinstance(entry, SwitchOff):
        for term in entry.terms:
            if not any(term in _every_term(group) for group in shipped_groups()):
                yield Fault(entry.line, f"自带的用语里没有“{term}”，不用停用")


def _every_term(group: TermGroup) -> tuple[str, ...]:
    return (*group.terms, *group.others)
