"""The gate on this repository's own samples: no change may make search significantly worse.

Who changes ranking on purpose renews the baselines, and commits them with the change:

    DAFU_RENEW=1 python -m pytest tests/test_samples_gate.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.serialise import to_json
from eval.collection import Collection
from eval.data.beir import BeirSet
from eval.data.spans import Level
from eval.ranking.compare import compare_runs
from eval.ranking.evaluate import RankingSetup, evaluate_collection
from eval.ranking.gate import judge
from eval.ranking.measured import load_measured, save_measured
from eval.sets import JudgedSource, open_judged
from index.models.choice import Models

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
BASELINES = ROOT / "tests" / "baselines"
MAX_DROP = 0.01


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Collection, BeirSet]]:
    """The sample replies, indexed, and the sample questions with the places that answer them."""
    source = JudgedSource(ROOT / "corpus" / "samples", tmp_path_factory.mktemp("home"))
    models = Models("bundled", "at-once")
    with open_judged(source, models, lambda *_: None, level=Level.PASSAGE) as opened:
        yield opened


@pytest.mark.parametrize("level", Level)
def test_search_is_no_worse_than_it_was(samples: tuple[Collection, BeirSet], level: Level) -> None:
    evaluation = evaluate_collection(*samples, RankingSetup(level=level))
    assert (evaluation.queries, evaluation.unjudged, evaluation.documents) == (100, 22, 71)
    baseline = BASELINES / f"samples-{level}.json"
    if os.environ.get("DAFU_RENEW"):
        save_measured(replace(evaluation.measured, found={}), baseline)
    comparison = compare_runs([load_measured(baseline), replace(evaluation.measured, name="now")])
    verdict = judge(comparison, MAX_DROP)
    assert verdict.passed, to_json(verdict)
    assert comparison.runs[0].digests == evaluation.measured.digests, "renew the baselines"


def test_judgments_name_files_which_are_the_same_everywhere(
    samples: tuple[Collection, BeirSet],
) -> None:
    """Ids of replies are made of whole paths."""
    _, judged = samples
    assert [id.rpartition(":")[0] for id in judged.qrels["q001"]] == [
        "留言板.jsonl#yq-2021-0311",
        "关于一楼住户反对加装电梯的留言答复.txt",
        "云住建〔2021〕18号.txt",
    ]
    assert judged.categories["q001"] == "colloquial"
