"""Whether a made test set ranks the ways of ranking as judgments by hand do."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from app.cli import application
from corpus.serialise import to_json
from eval.making.agreement import LegMeans, compare_means
from eval.ranking.search import WITHOUT_ENCODER, Leg


def standing(means: list[float], apart: dict[tuple[Leg, Leg], int] | None = None) -> LegMeans:
    signs = dict.fromkeys(combinations(WITHOUT_ENCODER, 2), 0) | (apart or {})
    return LegMeans("组", 9, dict(zip(WITHOUT_ENCODER, means, strict=True)), signs)


FUSED, LEXICAL, DENSE, WORDS, BIGRAMS = WITHOUT_ENCODER
HAND = standing([0.9, 0.8, 0.7, 0.6, 0.5], {(FUSED, BIGRAMS): 1, (LEXICAL, WORDS): 1})


@pytest.mark.parametrize(
    ("means", "tau"),
    [
        ([0.5, 0.4, 0.3, 0.2, 0.1], 1.0),
        ([0.1, 0.2, 0.3, 0.4, 0.5], -1.0),
        ([0.9, 0.8, 0.7, 0.5, 0.6], 0.8),  # one pair of ten the other way round
    ],
)
def test_tau_by_hand(means: list[float], tau: float) -> None:
    assert compare_means(HAND, standing(means)).tau == pytest.approx(tau)


def test_only_pairs_that_judgments_tell_apart_are_counted() -> None:
    made = standing([0.5, 0.7, 0.6, 0.6, 0.9], {(FUSED, BIGRAMS): -1, (LEXICAL, DENSE): 1})
    found = compare_means(HAND, made)
    assert (found.told, found.same, found.against) == (2, 1, 1)


def test_few_queries_leave_tau_open_and_many_do_not() -> None:
    chance = np.random.default_rng(1)

    def drawn(queries: int) -> LegMeans:
        values = chance.random((5, queries)) + np.array([[0.4], [0.3], [0.2], [0.1], [0.0]])
        return replace(standing(values.mean(axis=1).tolist()), values=values)

    few = compare_means(drawn(8), drawn(8))
    many = compare_means(drawn(4000), drawn(4000))
    assert few.high - few.low > 0.5
    assert (many.tau, many.low, many.high) == pytest.approx((1.0, 1.0, 1.0))
    without = compare_means(HAND, HAND)
    assert to_json(without)["low"] is None


def write_set(folder: Path, texts: list[str]) -> Path:
    """Write a set in which the first words of each document ask for it."""
    (folder / "qrels").mkdir(parents=True)
    for name, records in (
        ("corpus", [{"_id": f"d{n}", "text": text} for n, text in enumerate(texts)]),
        ("queries", [{"_id": f"q{n}", "text": text[:5]} for n, text in enumerate(texts)]),
    ):
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    lines = "".join(f"q{n}\td{n}\t1\n" for n in range(len(texts)))
    (folder / "qrels" / "test.tsv").write_text(lines, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_the_command_compares_a_set_with_itself(tmp_path: Path) -> None:
    texts = ["长青路路灯已经修好。", "东桥泵站停水检修。", "河滨公园六点开门。", "西街菜场搬迁。"]
    folder = str(write_set(tmp_path / "set", texts))
    command = ["eval", "agreement", folder, folder, "--home", str(tmp_path)]
    result = CliRunner().invoke(application, command)
    assert (result.exit_code, result.stderr) == (0, "")
    heading, by_hand, made = (line.split() for line in result.stdout.split("\n")[:3])
    assert heading == ["查询", "fused", "lexical", "dense", "words", "bigrams", "τ", "同序"]
    assert by_hand[1:] == made[1:7]
    assert (by_hand[0], made[0], made[-1]) == ("set", "test", "0/0")
    found = json.loads(CliRunner().invoke(application, [*command, "--json"]).stdout)
    assert found["measure"] == "nDCG@10"
    assert found["hand"]["means"] == found["made"][0]["means"]
    assert found["made"][0]["tau"] is found["made"][0]["low"] is None  # all ways find all
    assert (found["made"][0]["told"], found["made"][0]["against"]) == (0, 0)
    refused = CliRunner().invoke(application, [*command, "--measures", "AP P@5"])
    assert (refused.exit_code, "一次只能比较一个指标" in refused.stderr) == (2, True)
