"""The language that a page speaks: what is written in Chinese is the source, the rest a catalogue.

Only the interface is translated. Replies, quotes, names and what is exported stay as they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from app.wording import chinese_date
from eval.report.saying import fill

CHINESE, ENGLISH = "zh-CN", "en"

LANGUAGES = {CHINESE: "中文", ENGLISH: "English"}
"""The languages, each with its own name for itself."""

WORDS = Path(__file__).parent / "words"

_spoken: ContextVar[str] = ContextVar("language", default=CHINESE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language in what is rendered within."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """Return the language that is spoken now."""
    return _spoken.get()


def other_language() -> str:
    """Return the language that one can switch to."""
    return CHINESE if spoken() == ENGLISH else ENGLISH


def translate(text: str) -> str:
    """Say a sentence of the interface in the language that is spoken now."""
    return text if spoken() == CHINESE else load_words(spoken()).get(text, text)


def say(text: object, mark: Callable[[str], str] = str) -> str:
    """Translate what was put together elsewhere, as errors are, by the sentences with {} in them.

    What stands in these may be a sentence itself, unless it stands in quotation marks. What is in
    no catalogue stays as it is: better told in Chinese than not at all.

    :param mark: what is done with what stands in a sentence and is none.
    """
    whole = str(text)
    return whole if spoken() == CHINESE else _say(whole, mark) or whole


_SEPARATORS = ("；", "; "), ("、", ", ")
"""Between what is wrong and what to do, and between the words of a list."""


def _say(whole: str, mark: Callable[[str], str]) -> str:
    """Say a sentence of the catalogue; nothing where it is none."""
    if whole in load_words(spoken()):
        return translate(whole)
    if "\n" in whole:
        lines = (line.strip() for line in whole.split("\n"))
        return "\n".join(_say(line, mark) or mark(line) for line in lines)
    for separator, said in _SEPARATORS:
        parts = whole.split(separator)
        listed = [_say(part, mark) for part in parts] if parts[1:] and all(parts) else [""]
        if all(listed):
            return said.join(listed)
    for pieces, said in _sentences(spoken()):
        given = _find_between(pieces, whole)
        if given:
            quoted = (piece.endswith("“") for piece in pieces)
            values = zip(given, quoted, strict=False)
            return fill(
                said, *((not q and _say(value, mark)) or mark(value) for value, q in values)
            )
    return ""


def _find_between(pieces: tuple[str, ...], text: str) -> list[str]:
    """Return what stands between pieces of a text, each as early as can be; nothing: no match.

    A regular expression would take ever so long for some texts, and people load what they like.
    """
    first, *others, last = pieces
    at, end = len(first), len(text) - len(last)
    if at >= end or not (text.startswith(first) and text.endswith(last)):
        return []
    found = []
    for piece in others:
        place = text.find(piece, at + 1, end)
        if place < 0:
            return []
        found.append(text[at:place])
        at = place + len(piece)
    return [*found, text[at:end]] if at < end else []


def say_date(date: str | None) -> str:
    """Write an ISO 8601 date as the language has it."""
    return chinese_date(date) if spoken() == CHINESE else date or ""


_named: set[str] = set()


def name(text: str) -> str:
    """Note that a text is a name in the page's frame, as of a tab or a button, and return it.

    The frame is built once, in Chinese, for all who come; what is noted is translated on its way
    to each of them, see `app.web.server.document`.
    """
    _named.add(text)
    return text


def list_named() -> frozenset[str]:
    """Return what has been noted."""
    return frozenset(_named)


@cache
def load_words(language: str) -> dict[str, str]:
    """Load the catalogue of a language: Chinese to what it says."""
    with (WORDS / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _sentences(language: str) -> list[tuple[tuple[str, ...], str]]:
    """List what is said with something in it, as pieces; what says the most itself is first."""
    words = load_words(language).items()
    found = [(tuple(text.split("{}")), said) for text, said in words if "{}" in text]
    return sorted(found, key=lambda each: -sum(map(len, each[0])))
