"""A turn is the last until its visit begins another."""

from __future__ import annotations

from app.web.turns import VISITS, Turns


def test_a_turn_ends_with_the_next_of_its_visit_alone() -> None:
    turns = Turns()
    first = turns.begin("a")
    other = turns.begin("b")
    assert first()
    assert other()
    second = turns.begin("a")
    assert (first(), second(), other()) == (False, True, True)


def test_a_visit_of_long_ago_is_forgotten() -> None:
    turns = Turns()
    first = turns.begin("old")
    for number in range(VISITS):
        turns.begin(str(number))
    assert len(turns._last) == VISITS
    assert first()
