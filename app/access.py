"""Which replies are meant: those that a role may see, and those that a user filters for."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypedDict

from app.settings import Settings
from corpus.errors import InputError, NotAllowed
from corpus.filters import UNMARKED, Filters
from corpus.outcomes import in_words
from corpus.types import Disclosure, FieldName, Reply


class Role(StrEnum):
    """What somebody may see and do; each may what those before it may.

    Who is not signed in is a reader; whoever sits at the command line is an administrator.
    """

    READER = "reader"
    """Reads what is public, masked."""
    STAFF = "staff"
    """Sees replies whatever their mark says."""
    EDITOR = "editor"
    """Loads, corrects, removes and judges."""
    ADMINISTRATOR = "administrator"
    """Says who may what, and sees who did what."""

    @property
    def rank(self) -> int:
        """How much it may: more than roles of a lower rank."""
        return list(Role).index(self)

    @property
    def sees_all(self) -> bool:
        """Whether replies that are not public are seen."""
        return self is not Role.READER

    @property
    def edits(self) -> bool:
        """Whether the library may be changed."""
        return self in (Role.EDITOR, Role.ADMINISTRATOR)

    @property
    def administers(self) -> bool:
        """Whether accounts may be changed and the audit be seen."""
        return self is Role.ADMINISTRATOR


def is_local(host: str) -> bool:
    """Tell whether only this machine reaches a page served on `host`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def allowed_disclosures(role: Role, settings: Settings) -> tuple[str, ...] | None:
    """Return the disclosure marks that a role may see; None = any.

    A reader sees no replies with another mark than 主动公开, whatever it says.
    """
    if role.sees_all:
        return None
    unmarked = (UNMARKED,) if settings.serve_unmarked else ()
    return (Disclosure.PUBLIC.value, *unmarked)


def masks(role: Role, settings: Settings) -> bool:
    """Tell whether personal data is masked for a role: always for readers."""
    return settings.redact or not role.sees_all


def may_see(reply: Reply, allowed: tuple[str, ...] | None) -> bool:
    """Tell whether all that marks a reply's disclosure is allowed (None = any)."""
    marks = reply.values(FieldName.DISCLOSURE) or (UNMARKED,)
    return allowed is None or all(mark in allowed for mark in marks)


def check_edits(role: Role) -> None:
    """Refuse what changes the library to a role that does not edit.

    :raises NotAllowed: for such a role.
    """
    if not role.edits:
        raise NotAllowed("只有编辑和管理员能改动文库：请用有这个权限的帐号登录。")


NO_DESK = "查先例只给工作人员用：请用有这个权限的帐号登录。"


def may_use_desk(role: Role, settings: Settings, alone: bool = False) -> bool:
    """Tell whether a role may look for precedents and draft replies: staff, else as settings say.

    For one proposal that takes as long as for dozens of questions, and readers answer none.

    :param alone: whether nobody but whoever sits at this machine uses the library.
    """
    if role.sees_all:
        return True
    return alone if settings.reader_desk is None else settings.reader_desk


def may_rate(role: Role, settings: Settings, alone: bool = False) -> bool:
    """Tell whether a role may say what was useful, 👍 and 👎: staff, else as settings say."""
    if settings.feedback is None:
        return role.sees_all or alone
    return settings.feedback


def check_desk(may: bool) -> None:
    """Refuse what only who may use the desk gets; NotAllowed."""
    if not may:
        raise NotAllowed(NO_DESK)


class FilterWords(TypedDict, total=False):
    """What users say of the replies they mean, None for any; a word may be part of a value."""

    agency: Sequence[str] | None
    region: Sequence[str] | None
    kind: Sequence[str] | None
    outcome: Sequence[str] | None
    session: Sequence[str] | None
    disclosure: Sequence[str] | None
    year: str | None


FILTER_WORDS = {
    "agencies": "agency",
    "regions": "region",
    "kinds": "kind",
    "outcomes": "outcome",
    "sessions": "session",
    "disclosures": "disclosure",
}
"""What users call each filter of `corpus.filters.Filters` but that of years, which has a form."""


Facets = Mapping[str, Sequence[tuple[str, int]]]
"""The values of each filter, with their counts of replies."""


def make_filters(words: FilterWords, count: Callable[[], Facets]) -> Filters:
    """Make filters of a user's words.

    :param count: says which values there are; called only where there are words.
    :raises InputError: where `year` is no year or range of years.
    """
    said: Mapping[str, Any] = words
    given = {name: said.get(word) or () for name, word in FILTER_WORDS.items()}
    given["outcomes"] = tuple(map(in_words, given["outcomes"]))
    facets = count() if any(given.values()) else {}
    known = {name: [value for value, _ in values] for name, values in facets.items()}
    return Filters(
        **{name: resolve_words(wanted, known.get(name, ())) for name, wanted in given.items()},
        years=parse_years(words.get("year")),
    )


def resolve_words(words: Sequence[str], known: Sequence[str]) -> tuple[str, ...] | None:
    """Turn a user's words into the exact field values that contain any of them.

    No words = any (None); words that no value contains give an empty tuple, which finds nothing.
    A value that equals a word wins over values that merely contain it.
    """
    if not words:
        return None
    found: dict[str, None] = {}
    for word in words:
        if word in known:
            found[word] = None
        else:
            found.update((value, None) for value in known if word and word in value)
    return tuple(found)


def parse_years(text: str | None) -> tuple[int | None, int | None] | None:
    """Read a year or a range of years: 2021, 2019-2022, 2019-, -2022; None = any.

    :raises InputError: for anything else.
    """
    if not text or not text.strip():
        return None
    match = _YEARS.fullmatch("".join(text.split()))
    if not match or not (match["first"] or match["last"]):
        raise InputError(f"年份读不懂：{text}。请写成 2021、2019-2022、2019- 或 -2022。")
    begin = int(match["first"]) if match["first"] else None
    end = int(match["last"]) if match["last"] else None
    if not match["dash"]:
        end = begin
    if begin is not None and end is not None and begin > end:
        raise InputError(f"年份范围颠倒：{text}。请把较早的年份写在前面。")
    return begin, end


_YEARS = re.compile(r"(?:(?P<first>\d{4})年?)?(?:(?P<dash>[-－—–～~至到])(?:(?P<last>\d{4})年?)?)?")


def year_words(years: tuple[int | None, int | None] | None) -> str:
    """Write a range of years as `parse_years` reads it: 2021, 2019-2022, 2019-, -2022."""
    first, last = years or (None, None)
    if first is not None and first == last:
        return str(first)
    return "" if years is None else f"{first or ''}-{last or ''}"
