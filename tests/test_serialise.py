"""Values as JSON: keys in order, one object's beside another's, rounded and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import nan
from typing import Annotated

from corpus.serialise import (
    FLAT,
    Figure,
    Named,
    Rounded,
    Seconds,
    as_counts,
    keys_of,
    shown,
    to_json,
)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Card:
    """What a thing is."""

    title: str
    colour: Colour | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found."""

    rank: int
    card: Annotated[Card, FLAT]
    score: Figure
    path: tuple[str, ...] = ()


@shown("best hit.card.title missed measures", "kinds seconds")
@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and what was not."""

    hit: Annotated[Hit, Named("first")]
    missed: Annotated[Mapping[str, str], len]
    measures: Annotated[Mapping[str, float], Rounded()]
    kinds: Annotated[tuple[tuple[int, int], ...], as_counts]
    seconds: Seconds

    @property
    def best(self) -> Annotated[Figure, Named("highest")]:
        """The highest score."""
        return self.hit.score


HIT = Hit(1, Card("甲", Colour.RED), 1 / 3, ("一", "二"))


def test_the_keys_are_the_fields_those_of_a_flat_one_beside_them() -> None:
    assert list(to_json(HIT).items()) == [
        ("rank", 1),
        ("title", "甲"),
        ("colour", "red"),
        ("score", 0.333333),
        ("path", ["一", "二"]),
    ]


def test_the_keys_are_what_is_named_in_that_order() -> None:
    found = Found(HIT, {"q1": "乙"}, {"AP": 2 / 3, "τ": nan}, ((2021, 3),), 1.23456)
    assert list(to_json(found).items()) == [
        ("highest", 0.333333),
        ("title", "甲"),
        ("missed", 1),
        ("measures", {"AP": 0.666667, "τ": None}),
        ("kinds", {"2021": 3}),
        ("seconds", 1.235),
    ]


def test_objects_within_arrays_and_mappings() -> None:
    card = {"title": "甲", "colour": None}
    assert to_json({Colour.RED: [Card("甲", None)]}) == {"red": [card]}


def test_a_key_tells_whose_attribute_it_is() -> None:
    keys = {key.name: (key.owner, key.attribute) for key in keys_of(Found)}
    assert keys["highest"] == (Found, "best")
    assert keys["title"] == (Card, "title")
    assert {key.owner for key in keys_of(Hit)} == {Hit, Card}
