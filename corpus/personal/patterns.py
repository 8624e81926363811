"""Patterns of many words, each common beginning written once.

`re` tries the words of an alternation one by one, and compiles each anew wherever the pattern is
used. As a tree both take a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Iterable


def any_of(words: Iterable[str], between: str = "") -> str:
    """Return a pattern of the words, ready to stand in an alternation.

    Of words that begin alike the longest matches, whatever their order. As each alternative begins
    with a character, and none with a group, `re` skips to the next such character at once.

    :param between: a pattern of what may stand between two characters of a word.
    """
    behind: dict[str, list[str]] = {}
    for word in words:
        behind.setdefault(word[0], []).append(word[1:])
    return "|".join(first + _rest(rests, between) for first, rests in behind.items())


def _rest(rests: list[str], between: str) -> str:
    longer = [rest for rest in rests if rest]
    if not longer:
        return ""
    if len(longer) == len(rests) == 1:
        return between + between.join(longer[0])
    if not between and all(len(rest) == 1 for rest in longer):
        pattern = f"[{''.join(longer)}]"
    else:
        pattern = f"(?:{between}(?:{any_of(longer, between)}))"
    return pattern if len(longer) == len(rests) else f"{pattern}?"
