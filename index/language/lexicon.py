"""What each term of the dictionary may also be called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from index.language.notation import Entry, Fault, Group, SwitchOff, parse

SHIPPED = Path(__file__).with_name("terms.txt")
"""The dictionary that comes with the program."""


class Lexicon:
    """The groups of a dictionary, to be looked up. Never changes once it is made."""

    def __init__(self, groups: Iterable[Group]) -> None:
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
def shipped_groups() -> tuple[Group, ...]:
    """Load the groups of the shipped dictionary."""
    entries = parse(SHIPPED.read_text(encoding="utf-8"))
    return tuple(entry for entry in entries if isinstance(entry, Group))


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
    mine = (entry for entry in entries if isinstance(entry, Group))
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


def _every_term(group: Group) -> tuple[str, ...]:
    return (*group.terms, *group.others)
