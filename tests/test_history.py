"""The runs that a home keeps: recorded, listed, found by a short id, removed, and their trend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InputError, NotFound
from eval.history.history import History
from eval.history.trend import make_trends
from eval.ranking.measured import MeasuredRun

JUDGED = "Judged@10"


def a_run(day: int, value: float, test_set: str = "问答", **settings: Any) -> MeasuredRun:
    """Make a run of that day of January whose two queries have this value of RR@10."""
    return MeasuredRun(
        "",
        {"RR@10": {"q1": value, "q2": value}, JUDGED: {"q1": 0.1, "q2": 0.1}},
        {"q1": "路灯", "q2": "停水"},
        {"leg": "fused", "split": "test", "model": "小-0123456789ab", "code": "1", **settings},
        {"documents": "d", "queries": "q", "qrels": "r"},
        f"2026-01-{day:02}T00:00:00+00:00",
        test_set,
    )


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "none" / "yet")


def test_a_home_without_runs(history: History) -> None:
    assert history.list_runs().cards == ()
    with pytest.raises(NotFound, match="还没有评测记录"):
        history.find("latest")
    with pytest.raises(NotFound, match="没有编号以 'ab' 开头"):
        history.load("ab")


def test_runs_are_listed_newest_first_with_their_measures(history: History) -> None:
    old = history.record(a_run(1, 0.5))
    new = history.record(a_run(3, 0.75, split="title"))
    other = history.record(a_run(2, 1.0, test_set="留言"))
    assert [card.id for card in history.list_runs().cards] == [new.id, other.id, old.id]
    assert [card.id for card in history.list_runs("问答").cards] == [new.id, old.id]
    assert [card.id for card in history.list_runs("问答/title").cards] == [new.id]
    assert new.means["RR@10"].as_json() == {"mean": 0.75, "low": 0.75, "high": 0.75}
    assert (new.set_name, new.queries, new.leg) == ("问答/title", 2, "fused")
    assert history.list_runs("问答").cards[1] == old


def test_a_run_is_found_by_the_start_of_its_id(history: History, tmp_path: Path) -> None:
    card = history.record(a_run(1, 0.5))
    assert history.find(card.id[:4]) == history.find("latest") == card.id
    loaded = history.load(card.id[:4])
    assert loaded == replace(a_run(1, 0.5), name=f"fused {card.id}")
    runs = tmp_path / "none" / "yet" / "evaluation" / "runs"
    for name in ("x1", "x2"):
        (runs / f"{name}.json").write_bytes((runs / f"{card.id}.json").read_bytes())
    with pytest.raises(InputError, match="不止一个：x1、x2"):
        history.find("x")
    assert history.find("x1") == "x1"


def test_files_that_are_no_runs_are_named(history: History, tmp_path: Path) -> None:
    card = history.record(a_run(1, 0.5))
    folder = tmp_path / "none" / "yet" / "evaluation"
    (folder / "runs" / "bad.json").write_text("{", encoding="utf-8")
    (folder / "cards" / f"{card.id}.json").write_text("{", encoding="utf-8")
    listing = history.list_runs()
    assert listing.cards == (card,)
    (problem,) = listing.unreadable
    assert "bad.json" in problem


def test_old_runs_are_removed(history: History) -> None:
    cards = [history.record(a_run(day, 0.5)) for day in (1, 2, 3)]
    dense = history.record(a_run(1, 0.5, leg="dense"))
    with pytest.raises(NotFound):
        history.remove([cards[0].id, "zz"])
    assert history.keep_newest(2) == (cards[0].id,)
    assert history.remove([cards[1].id]) == (cards[1].id,)
    assert {card.id for card in history.list_runs().cards} == {cards[2].id, dense.id}


def test_a_trend_tells_what_changed(history: History) -> None:
    history.record(a_run(3, 0.75, model="小-ffffffffffff", code="2"))
    history.record(a_run(1, 0.5))
    history.record(a_run(2, 0.25, leg="dense"))
    history.record(a_run(4, 1.0, test_set="留言"))
    asked, messages = make_trends(history.list_runs().cards, "RR@10")
    assert (asked.test_set, messages.test_set, asked.runs) == ("留言", "问答", 1)
    dense, fused = sorted(messages.series, key=lambda series: series.leg)
    assert [point.mean.mean for point in dense.points] == [0.25]
    assert (fused.model, [point.mean.mean for point in fused.points]) == ("小", [0.5, 0.75])
    assert [point.changed for point in fused.points] == [(), ("模型", "程序")]
    assert make_trends(history.list_runs().cards, "AP") == ()
