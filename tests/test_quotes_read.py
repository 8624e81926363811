"""What the reader says of sentences: those that answer come first, and tell how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from index.answers.quotes import Reading
from index.models.reader import Found
from tests.fakes import parsed_reply
from tests.test_quotes import long, read_found

FEES = parsed_reply(
    "\n".join((long("停车收费标准另行公布"), long("夜间八点以后泊位免缴"), long("绿化养护"))),
    "/一.txt",
)
ODDS = 9.0
PARKS = parsed_reply(f"{long('停车场收费')}\n{long('停车泊位')}", "/二.txt")


def answered(reading: Reading, says: dict[str, float], unlikely: str = "\0") -> Reading:
    """Return a reading with a reader that knows by a word of them how likely sentences answer.

    :param unlikely: of what has this word it says that it doesn't.
    """

    def read(passages: Sequence[str]) -> list[Found]:
        found = []
        for passage in passages:
            begins = np.zeros(len(passage), np.float32)
            for word, share in says.items():
                if word in passage:
                    begins[passage.index(word)] = share
            odds = -ODDS if unlikely in passage else ODDS
            found.append(Found(odds, np.arange(len(passage)), begins))
        return found

    return reading.answered(read)


def quotes(reading: Reading) -> list[str]:
    return [e.reply.text[e.start : e.end] for e in reading.choose(3)]


def test_what_answers_comes_first_whatever_its_words() -> None:
    reading = read_found("停车收费标准", (FEES, 0.5))
    assert "标准另行公布" in quotes(reading)[0]
    assert "泊位免缴" in quotes(answered(reading, {"夜间八点": 0.9, "停车收费": 0.05}))[0]


def test_an_excerpt_tells_how_likely_its_passage_answers() -> None:
    reading = read_found("停车收费标准", (FEES, 0.5))
    assert math.isnan(reading.choose(1)[0].answers)
    assert answered(reading, {"夜间八点": 0.9}).choose(1)[0].answers == ODDS


def test_what_hardly_answers_is_quoted_alone_at_most() -> None:
    reading = read_found("停车收费标准", (FEES, 0.5))
    says = {"停车收费": 0.5, "夜间八点": 0.5}
    assert len(quotes(answered(reading, says))) > 1
    assert len(quotes(answered(reading, says, "夜间八点"))) == 1
    assert len(quotes(answered(reading, says, "一"))) > 1


def test_what_was_not_read_never_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.answers.quotes.READ", 1)
    reading = read_found("停车收费", (FEES, 0.9), (PARKS, 0.1))
    best = quotes(reading)[0]
    assert quotes(answered(reading, {}))[0] == best


def test_nothing_to_read_stays_nothing() -> None:
    assert quotes(answered(read_found("停车收费"), {})) == []


def test_neighbours_that_are_quoted_together_are_as_likely_as_both() -> None:
    halves = "路灯电缆被盗。路灯灯泡到了年限。"
    reply = parsed_reply(f"{halves}\n{long('路灯检修另行通知')}", "/三.txt")
    reading = read_found("灯泡检修", (reply, 0.5))
    says = {"路灯电缆": 0.3, "路灯灯泡": 0.3, "另行通知": 0.31}
    assert "另行通知" in quotes(reading)[0]
    assert quotes(answered(reading, says))[0] == halves
