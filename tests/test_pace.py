"""The more ask at once, the less is done for each; what was asked lately is remembered."""

from __future__ import annotations

import threading
import time

import pytest

from app.running import pace, remembered
from app.running.pace import AT_A_TIME, Pace
from app.running.remembered import Remembered
from index.ranking.retrieve import READING


def test_two_share_the_encoders_time_and_more_have_none() -> None:
    counted = Pace()
    with counted.asking() as first:
        assert first == READING
        with counted.asking() as second:
            assert second == READING / 2
    with counted.asking() as alone:
        assert alone == READING


def test_those_who_wait_are_counted_and_get_their_turn() -> None:
    counted, given, go = Pace(), [], threading.Event()

    def ask() -> None:
        with counted.asking() as seconds:
            given.append(seconds)
            go.wait(20)

    askers = [threading.Thread(target=ask) for _ in range(AT_A_TIME + 3)]
    for asker in askers:
        asker.start()
    until = time.monotonic() + 20
    while counted._asking < len(askers) and time.monotonic() < until:
        time.sleep(0.001)
    assert len(given) == AT_A_TIME
    go.set()
    for asker in askers:
        asker.join(20)
    assert len(given) == len(askers)
    assert given[AT_A_TIME] == 0.0


def test_an_error_gives_the_turn_back() -> None:
    counted = Pace()
    for _ in range(AT_A_TIME + 1):
        with pytest.raises(ValueError, match="x"), counted.asking():
            raise ValueError("x")
    with counted.asking() as seconds:
        assert seconds == READING


def test_work_behind_waits_for_those_who_ask_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "PATIENCE", 0.05)
    counted = Pace()
    with counted.asking():
        began = time.monotonic()
        counted.give_way()
        assert time.monotonic() - began >= 0.05
    counted.give_way()


def test_what_was_found_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []

    def find() -> str:
        found.append("x")
        return f"{len(found)}"

    kept = Remembered[str](2)
    assert [kept.find(key, find) for key in "aabab"] == ["1", "1", "2", "1", "2"]
    assert [kept.find(key, find) for key in "cba"] == ["3", "2", "4"]
    assert kept.find("d", find, keep=False) == "5"
    assert kept.find("d", find) == "6"
    monkeypatch.setattr(remembered, "SECONDS", 0.0)
    assert kept.find("d", find) == "7"
