"""A turn is the last until its visit begins another."""

from __future__ import annotations

from app.web.turns import VISITS, Turns


def test_a_turn_ends_with_the_next_of_its_visit_alone() -> None:
    turns = Turns(0)
    first = turns.begin("a")
    other = turns.begin("b")
    assert first()
    assert other()
    second = turns.begin("a")
    assert (first(), second(), other()) == (False, True, True)


def test_a_visit_of_long_ago_is_forgotten() -> None:
    turns = Turns(0)
    first = turns.begin("old")
    for number in range(VISITS):
        turns.begin(str(number))
    assert len(turns._last) == VISITS
    assert first()


def test_what_is_asked_again_stands_back_behind_what_is_asked_meanwhile() -> None:
    turns = Turns(0)
    assert turns.latest("a") == 0
    first, is_first = turns.take("a", lambda before: before + 1000)
    again, is_again = turns.take("a", lambda before: before)
    assert (first, again, turns.latest("a")) == (1000, 1000, 1000)
    assert (is_first(), is_again()) == (True, True)
    other, is_other = turns.take("a", lambda before: before + 1)
    assert (other, turns.latest("a"), turns.latest("b")) == (1001, 1001, 0)
    assert (is_first(), is_again(), is_other()) == (False, False, True)
    same, is_same = turns.take("b", lambda before: before)
    turns.take("b", lambda before: before + 1000)
    assert (same, is_same()) == (0, False)
