"""Comparing evaluations: statistics against scipy and by hand, saved runs, and the commands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from typer.testing import CliRunner

from app.cli import application
from corpus.errors import InputError
from eval.data.qrels import load_qrels
from eval.ranking.compare import compare_runs
from eval.ranking.measured import MeasuredRun, load_measured, save_measured
from eval.ranking.measures import JUDGED
from eval.statistics import bootstrap_interval, draw, holm, randomisation_p


def a_run(name: str, values: Sequence[float], judged: float = 1.0, **others: Any) -> MeasuredRun:
    """Make a run whose queries q01, q02, … have these values of RR@10."""
    queries = [f"q{number:02}" for number in range(1, len(values) + 1)]
    return MeasuredRun(
        name,
        {
            "RR@10": dict(zip(queries, values, strict=True)),
            JUDGED: dict.fromkeys(queries, judged),
        },
        **others,
    )


def test_the_randomisation_test_by_hand() -> None:
    # Of the 8 ways to sign (1, 1, 1), two are as far from 0 as the one seen.
    assert randomisation_p(np.array([1.0, 1.0, 1.0])) == pytest.approx(2 / 8)
    # Queries without a difference change nothing.
    assert randomisation_p(np.array([0.0, 1.0, 0.0, 1.0, 1.0])) == pytest.approx(2 / 8)
    # (3, -1, 1): |sum| is at least 3 for (3,±1,±1) unless both are -1, and their opposites.
    assert randomisation_p(np.array([3.0, -1.0, 1.0])) == pytest.approx(6 / 8)
    assert randomisation_p(np.zeros(5)) == 1.0
    assert randomisation_p(np.array([0.5])) == 1.0


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=16, max_size=16))
def test_the_randomisation_test_agrees_with_scipys_paired_test(values: list[float]) -> None:
    ours, theirs = np.array(values[:8]), np.array(values[8:])
    paired = stats.permutation_test(
        (ours, theirs),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        n_resamples=np.inf,
    )
    assert randomisation_p(ours - theirs) == pytest.approx(paired.pvalue)


def test_many_queries_are_tested_by_chance_but_always_alike() -> None:
    gaps = np.random.default_rng(1).normal(0.1, 1.0, 200)
    like = stats.ttest_1samp(gaps, 0).pvalue
    assert randomisation_p(gaps) == randomisation_p(gaps) == pytest.approx(like, abs=0.02)
    assert randomisation_p(gaps + 1) == pytest.approx(2 / 10000)


def test_intervals_hold_the_mean_and_shrink_with_queries() -> None:
    few = bootstrap_interval(np.array([0.0, 1.0] * 10))
    many = bootstrap_interval(np.array([0.0, 1.0] * 200))
    assert few == bootstrap_interval(np.array([0.0, 1.0] * 10))
    # A mean of 20 fair coins has a standard error of .112, of 400 of .025.
    assert few == pytest.approx((0.5 - 1.96 * 0.112, 0.5 + 1.96 * 0.112), abs=0.035)
    assert many == pytest.approx((0.5 - 1.96 * 0.025, 0.5 + 1.96 * 0.025), abs=0.01)
    assert bootstrap_interval(np.array([0.25])) == (0.25, 0.25)
    assert bootstrap_interval(np.array([1.0, 1.0])) == (1.0, 1.0)


def test_holm_by_hand() -> None:
    # Sorted .01 .02 .03 .04 by 4 3 2 1: .04 .06 .06 .04, the last not below those before it.
    assert holm([0.03, 0.01, 0.04, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_identical_runs_differ_by_nothing() -> None:
    comparison = compare_runs([a_run("a", [0.2, 0.5, 1.0]), a_run("b", [0.2, 0.5, 1.0])])
    (only,) = comparison.differences
    assert (only.mean, only.low, only.high, only.p, only.corrected) == (0, 0, 0, 1, 1)
    assert (only.wins, only.ties, only.losses, only.open) == (0, 3, 0, 0)
    assert comparison.notes == ()


def test_a_worse_run_is_told_with_the_queries_it_harms() -> None:
    worse = [0.0, 0.5, 1.0, *([0.0] * 7)]
    comparison = compare_runs([a_run("a", [0.5, 0.25, *([1.0] * 8)]), a_run("b", worse, 0.3)])
    (only,) = comparison.differences
    assert (only.run, only.measure) == ("b", "RR@10")
    assert only.mean == pytest.approx((-0.5 + 0.25 - 7) / 10)
    assert (only.wins, only.ties, only.losses) == (1, 1, 8)
    assert only.significant
    assert only.p == only.corrected < 0.05
    assert [query for query, _ in only.queries[:2]] == ["q04", "q05"]
    assert only.queries[-1] == ("q02", 0.25)
    # b is worse in 8 queries, and only 3 in 10 of what it found there are judged.
    assert only.open == 8
    assert comparison.notes[0].endswith("b 的 RR@10（9 个中 8 个）。")
    assert comparison.means["b"][JUDGED].mean == pytest.approx(0.3)


def test_two_queries_have_the_spread_of_both_and_one_has_none() -> None:
    assert bootstrap_interval(np.array([0.0, 1.0])) == (0.0, 1.0)
    assert bootstrap_interval(np.array([0.5])) == (0.5, 0.5)


def test_a_lot_falls_the_same_everywhere() -> None:
    """Folds and samples that were drawn once must not change."""
    assert [draw(f"fold:q{n}", 10) for n in range(1, 5)] == [0, 1, 0, 6]


def test_p_values_are_corrected_over_all_runs() -> None:
    runs = [
        a_run(name, values) for name, values in (("a", [0] * 8), ("b", [1] * 8), ("c", [1] * 8))
    ]
    differences = compare_runs(runs).differences
    assert [each.run for each in differences] == ["b", "c"]
    for each in differences:
        assert (each.p, each.corrected) == pytest.approx((2 / 256, 4 / 256))


def test_what_cannot_be_compared_is_told() -> None:
    one = a_run("a", [0.5, 0.5], queries={"q01": "路灯", "q02": "停水"}, digests={"qrels": "1"})
    with pytest.raises(InputError, match=r"(?s)查询不同.*只有 b 有：q03"):
        compare_runs([one, a_run("b", [0.5, 0.5, 0.5])])
    with pytest.raises(InputError, match="文字不同：q02"):
        compare_runs([one, a_run("b", [0.5, 0.5], queries={"q01": "路灯", "q02": "公园"})])
    with pytest.raises(InputError, match="qrels"):
        compare_runs([one, a_run("b", [0.5, 0.5], digests={"qrels": "2"})])
    with pytest.raises(InputError, match="没有共同的指标"):
        compare_runs([one, MeasuredRun("b", {"AP": one.values["RR@10"], JUDGED: {}})])


def test_other_documents_are_noted() -> None:
    runs = [a_run(name, [0.5], digests={"documents": name, "qrels": "1"}) for name in "ab"]
    assert "文档不同" in compare_runs(runs).notes[0]


def test_runs_of_the_same_name_are_numbered() -> None:
    runs = [a_run("run", [0.5]), a_run("run", [0.5])]
    assert list(compare_runs(runs).means) == ["run#1", "run#2"]


def test_a_run_is_saved_and_loaded(tmp_path: Path) -> None:
    run = a_run("晚", [0.1, 1 / 3], settings={"leg": "dense"}, queries={"q01": "灯", "q02": "水"})
    save_measured(run, tmp_path / "晚.json")
    assert load_measured(tmp_path / "晚.json") == run
    with pytest.raises(InputError, match=r"没有指标 AP、P@5（有 RR@10）"):
        load_measured(tmp_path / "晚.json", names=["AP", "P@5"])
    with pytest.raises(InputError, match="写不了"):
        save_measured(run, tmp_path / "none" / "晚.json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{坏", "不是 dafu eval run --save 保存的结果"),
        ("{}", "format 不对"),
        ('{"format": 3}', "格式是 3，本版本能读 2"),
        ('{"format": 2}', "made、settings、digests、queries、values 不对"),
        (
            '{"format": 2, "made": "", "settings": {}, "digests": {}, "queries": {}, "values": {}}',
            "不完整",
        ),
        (
            '{"format": 2, "made": 1, "settings": {}, "digests": {}, "queries": {}, "values": 2}',
            "values、made 不对",
        ),
        ("q1 Q0 a 1 2.5 bm25", "请用 --qrels 指定判断"),
    ],
)
def test_other_files_are_no_saved_runs(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_measured(path)


def test_qrels_of_both_kinds(tmp_path: Path) -> None:
    path = tmp_path / "qrels"
    path.write_text("query-id\tcorpus-id\tscore\nq1\t灯 1\t2\n", encoding="utf-8")
    assert load_qrels(path) == {"q1": {"灯 1": 2}}
    path.write_text("q1 0 a 1\nq1 0 b 0\nq2 0 a 1\n", encoding="utf-8")
    assert load_qrels(path) == {"q1": {"a": 1, "b": 0}, "q2": {"a": 1}}
    path.write_text("q1 0 a 1\nq1 a\nq1 0 a 0\nq1 0 c 好\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"(?s)3 处问题.*第 2 行.*第 3 行.*重复.*第 4 行"):
        load_qrels(path)
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(InputError, match="没有判断"):
        load_qrels(path)


@pytest.fixture
def trec(tmp_path: Path) -> Path:
    """Qrels of two queries, and two TREC runs, of which the second finds nothing for q2."""
    (tmp_path / "qrels").write_text("q1 0 a 1\nq1 0 b 0\nq2 0 a 1\n", encoding="utf-8")
    (tmp_path / "old.run").write_text("q1 Q0 a 1 2 x\nq2 Q0 a 1 2 x\n", encoding="utf-8")
    (tmp_path / "new.run").write_text("q1 Q0 b 1 2 x\nq1 Q0 a 2 1 x\n", encoding="utf-8")
    return tmp_path


def test_trec_runs_are_compared(trec: Path) -> None:
    command = ["eval", "compare", str(trec / "old.run"), str(trec / "new.run")]
    command += ["--qrels", str(trec / "qrels"), "--measures", "RR@10"]
    result = CliRunner().invoke(application, [*command, "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["baseline"], found["queries"]) == ("old", 2)
    assert found["runs"][0]["measures"]["RR@10"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert found["runs"][1]["measures"]["RR@10"]["mean"] == 0.25
    (only,) = found["differences"]
    assert (only["mean"], only["p"], only["losses"]) == (-0.75, 0.5, 2)
    assert only["worst"] == [
        {"query": "q2", "difference": -1.0},
        {"query": "q1", "difference": -0.5},
    ]
    shown = CliRunner().invoke(application, command).stdout
    assert shown.startswith("2 个查询，基准 old\n\nRR@10\n  old  1.0000 [1.0000, 1.0000]\n")
    assert "差 -0.7500" in shown
    assert "胜 0 平 0 负 2" in shown
    assert "new 的 RR@10 比基准差得最多的查询：\n  -1.0000  q2\n  -0.5000  q1\n" in shown


def test_one_run_is_compared_with_nothing(trec: Path) -> None:
    command = ["eval", "compare", str(trec / "old.run"), "--qrels", str(trec / "qrels")]
    result = CliRunner().invoke(application, command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "错误：至少要有两个评测结果才能比较\n"


def test_a_trec_run_of_other_queries_is_told(trec: Path) -> None:
    (trec / "other.run").write_text("q9 Q0 a 1 2 x\n", encoding="utf-8")
    with pytest.raises(InputError, match="没有一个查询有判断"):
        load_measured(trec / "other.run", load_qrels(trec / "qrels"))


def save(folder: Path, name: str, values: list[float]) -> str:
    path = folder / f"{name}.json"
    save_measured(a_run(name, values), path)
    return str(path)


@pytest.mark.parametrize(
    ("new", "max_drop", "status"),
    [
        ([0.5] * 10, "0.01", 1),  # fell by .5 in every query: p = 2 / 1024
        ([0.5] * 10, "0.5", 0),  # fell by no more than is allowed
        ([0.5] * 5 + [1.0] * 5, "0.01", 0),  # p = 2 / 32
        ([0.5] * 6 + [1.0] * 4, "0.01", 1),  # p = 2 / 64
        ([1.0] * 10, "0", 0),
    ],
)
def test_a_gate_closes_on_a_significant_drop(
    tmp_path: Path, new: list[float], max_drop: str, status: int
) -> None:
    files = [save(tmp_path, "new", new), "--baseline", save(tmp_path, "old", [1.0] * 10)]
    command = ["eval", "gate", *files, "--max-drop", max_drop]
    shown = CliRunner().invoke(application, command)
    assert shown.exit_code == status
    assert ("没有通过：RR@10" in shown.stdout) == bool(status)
    result = CliRunner().invoke(application, [*command, "--json"])
    assert result.exit_code == status
    verdict = json.loads(result.stdout)
    assert verdict["passed"] == (not status)
    assert verdict["dropped"] == ["RR@10"] * status


def test_a_gate_lets_a_better_run_pass(tmp_path: Path) -> None:
    files = [save(tmp_path, "new", [1.0] * 10), "--baseline", save(tmp_path, "old", [0.0] * 10)]
    result = CliRunner().invoke(application, ["eval", "gate", *files])
    assert (result.exit_code, "通过" in result.stdout) == (0, True)
