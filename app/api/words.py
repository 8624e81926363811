"""What is said in Chinese and in English, and which of the two is wanted."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]

LONGEST_HEADER = 500
"""Characters of `Accept-Language` that are looked at."""


class Words(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """Return it in one of them."""
        return self.zh if language == "zh" else self.en

    def fill(self, **values: object) -> Words:
        """Return it with values in the places that are named for them."""
        return Words(self.zh.format(**values), self.en.format(**values))


_RANGE = re.compile(
    r"\s{0,9}([A-Za-z*]{1,8})(?:-[A-Za-z0-9-]{1,40})?(?:\s?;\s?q=([01](?:\.\d{0,3})?))?\s{0,9}"
)


def choose_language(accepted: str | None) -> Language:
    """Return the language of `Accept-Language`: Chinese unless English is wanted more.

    Its form is that of RFC 9110, 12.5.4.
    """
    weights = {"zh": 0.0, "en": 0.0, "*": 0.0}
    for given in (accepted or "")[:LONGEST_HEADER].split(","):
        if match := _RANGE.fullmatch(given):
            name = match[1].lower()
            if name in weights:
                weights[name] = max(weights[name], float(match[2] or 1))
    return "en" if weights["en"] > max(weights["zh"], weights["*"]) else "zh"
