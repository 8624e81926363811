"""Queries as people type them: misspelt by sound or shape, and in everyday words."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from eval.training.pairs import iter_rows

TYPOS = 0.06
"""The share of queries with wrong characters."""

COLLOQUIAL = 0.06
"""The share of queries in everyday words, as far as they hold any that has one."""

Confusions = Mapping[str, str]
"""For a character those that are mistaken for it; the likelier ones stand more often."""

EVERYDAY = (
    ("怎么办理", "咋办"),
    ("如何办理", "咋办"),
    ("为什么", "为啥"),
    ("什么时候", "啥时候"),
    ("多少钱", "几多钱"),
    ("怎么", "咋"),
    ("如何", "咋"),
    ("什么", "啥"),
    ("哪里", "哪儿"),
    ("是否", "是不是"),
    ("能否", "能不能"),
    ("没有", "没"),
    ("孩子", "娃"),
    ("无法", "没法"),
    ("申请", "弄"),
    ("缴纳", "交"),
)


def load_confusions(data: Path) -> dict[str, str]:
    """Read which characters are mistaken for which; none where a data folder lacks the table."""
    return {
        str(row["char"]): f"{row['same_sound']}" * 3 + f"{row['near_sound']}{row['similar_shape']}"
        for row in iter_rows(data / "train" / "typo_confusion.jsonl.gz")
    }


def add_noise(query: str, confusions: Confusions, chance: random.Random) -> str:
    """Return a query as it is, misspelt, or in everyday words."""
    drawn = chance.random()
    if drawn < TYPOS:
        return misspell(query, confusions, chance)
    if drawn < TYPOS + COLLOQUIAL:
        return in_everyday_words(query)
    return query


def misspell(query: str, confusions: Confusions, chance: random.Random) -> str:
    """Put a like character in the place of one, or of one in ten."""
    places = [place for place, character in enumerate(query) if confusions.get(character)]
    characters = list(query)
    for place in chance.sample(places, min(len(places), 1 + len(query) // 10)):
        characters[place] = chance.choice(confusions[characters[place]])
    return "".join(characters)


def in_everyday_words(query: str) -> str:
    """Replace the words of `EVERYDAY`, in its order."""
    for formal, everyday in EVERYDAY:
        query = query.replace(formal, everyday)
    return query
