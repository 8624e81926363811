"""The runs that a home keeps: recorded, listed, found by a short id, removed, and their trend."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import application
from corpus.errors import InputError, NotFound
from corpus.serialise import to_json
from eval.history.history import History
from eval.history.trend import make_trends
from eval.ranking.found import FoundDocument
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
    assert to_json(new.means["RR@10"]) == {"mean": 0.75, "low": 0.75, "high": 0.75}
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


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with two kept runs over the same queries, the first the better one."""
    kept = History(tmp_path / "home")
    for day, value in ((1, 1.0), (2, 0.25)):
        found: dict[str, tuple[FoundDocument, ...]] = {
            "q1": (FoundDocument("甲", 0.5), FoundDocument(f"乙{day}", 0.4))
        }
        kept.record(replace(a_run(day, value), found=found, qrels={"q1": {"甲": 1}}))
    return tmp_path / "home"


def dafu(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(application, ["eval", *arguments, "--home", str(home)])


def test_runs_are_listed_and_removed_by_the_command_line(home: Path) -> None:
    new, old = (card.id for card in History(home).list_runs().cards)
    lines = dafu(home, "history").stdout.split("\n")
    assert lines[0].startswith(f"{new}  2026-01-0")
    assert lines[0].endswith("问答  fused")
    assert lines[1] == "  2 个查询  RR@10 0.2500  Judged@10 0.1000"
    listed = json.loads(dafu(home, "history", "--json", "--trend", "RR@10").stdout)
    assert [run["id"] for run in listed["runs"]] == [new, old]
    assert [p["mean"] for p in listed["trends"][0]["series"][0]["points"]] == [1.0, 0.25]
    shown = dafu(home, "history", "--trend", "RR@10").stdout.split("\n")
    assert shown[0] == "问答  RR@10  fused  小"
    assert shown[1].endswith(f"{old}  1.0000 [1.0000, 1.0000]")
    assert "没有含这个指标" in dafu(home, "history", "--trend", "AP").stdout
    removed = dafu(home, "history", "--keep", "1")
    assert removed.stderr == f"已删除 1 次评测的记录：{old}\n"
    assert old not in removed.stdout
    missing = dafu(home, "history", "--remove", old)
    assert (missing.exit_code, "没有编号以" in missing.stderr) == (2, True)
    dafu(home, "history", "--remove", new[:5])
    assert dafu(home, "history").stdout == "还没有评测记录。\n"


def test_runs_are_compared_by_their_ids(home: Path) -> None:
    new, old = (card.id for card in History(home).list_runs().cards)
    compared = json.loads(dafu(home, "compare", old, "latest", "--json").stdout)
    assert compared["baseline"] == f"fused {old}"
    assert compared["differences"][0]["mean"] == -0.75
    assert dafu(home, "gate", new, "--baseline", old[:6]).exit_code == 0
    laid = dafu(home, "compare", old, new, "--query", "q1").stdout
    assert " 1     相关 甲" in laid
    assert " 2 新  未判 乙2" in laid
    assert "不再出现：乙1（原第 2 名未判）" in laid
    unknown = dafu(home, "compare", old, "zz")
    assert (unknown.exit_code, "没有编号以 'zz' 开头" in unknown.stderr) == (2, True)
    missing = dafu(home, "compare", old, "zz.json")
    assert (missing.exit_code, "读不了 zz.json" in missing.stderr) == (2, True)


def test_a_report_of_kept_runs_has_their_trend(home: Path, tmp_path: Path) -> None:
    result = dafu(home, "report", "latest", "--out", str(tmp_path / "report.html"))
    assert result.exit_code == 0, result.stderr
    assert "历次评测" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_failures_are_told_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "小集"
    (folder / "qrels").mkdir(parents=True)
    texts = {"甲": "长青路路灯已修复。", "空": " "}
    for name, records in (
        ("corpus", [{"_id": id, "text": text} for id, text in texts.items()]),
        ("queries", [{"_id": "q1", "text": "路灯修好了吗"}, {"_id": "q2", "text": "公园开门"}]),
    ):
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("q1\t甲\t1\nq2\t空\t1\n", encoding="utf-8")
    home = tmp_path / "home"
    found = json.loads(dafu(home, "failures", str(folder), "--json").stdout)
    assert (found["queries"], found["missed"], found["counts"]["absent"]) == (2, 1, 1)
    assert found["by_query"][0]["query"] == "q2"
    shown = dafu(home, "failures", found["id"]).stdout
    assert shown.startswith("2 个查询中，1 个在前 10 名里没有找到（50.0%）。\n\n不在库里")
    assert json.loads(dafu(home, "history", "--json").stdout)["runs"][0]["test_set"] == "小集"
    run = json.loads(dafu(home, "run", str(folder), "--json").stdout)
    plain = dafu(home, "failures", run["id"])
    assert (plain.exit_code, "没有找过漏掉的原因" in plain.stderr) == (2, True)
