"""Evaluations of answers are kept, found again as they were, and removed."""

from __future__ import annotations

from math import isnan, nan
from pathlib import Path

import pytest

from corpus.errors import InputError, NotFound
from eval.answers.evaluate import AnswerEvaluation
from eval.answers.measures import AskedQuestion, Bin, Calibration, CheckedQuote
from eval.data.questions import AnswerSpan, ReferenceQuestion
from eval.history.answers import AnswerHistory
from eval.report.answers import as_section
from eval.statistics import Mean

QUESTION = ReferenceQuestion(
    "1", "补贴多少？", ("24万元",), (AnswerSpan("甲", 3, 7),), frozenset({"甲"})
)
ASKED = AskedQuestion(QUESTION, False, 0.25, (CheckedQuote("甲", "补贴24万元", True, True, True),))


def evaluation(auroc: float = 0.5) -> AnswerEvaluation:
    calibration = Calibration(
        Mean(auroc, 0.1, 0.9), Mean(0, 0, 0), 0.1, (Bin(0, 0.1, 1, 0.05, 1.0),), ((0.5, 0.0),)
    )
    measures = {"exact": Mean(1.0, 1.0, 1.0)}
    settings = {"threshold": 0.5, "model": "小"}
    return AnswerEvaluation("题", 1, 0, 1, 1, measures, calibration, settings, 0.5, (ASKED,))


def test_what_was_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    history = AnswerHistory(tmp_path)
    assert history.list_ids() == ()
    id = history.record(evaluation())
    assert AnswerHistory(tmp_path).list_ids() == (id,)
    kept = history.load(id)
    assert kept.evaluation == evaluation()
    assert kept.made.endswith("+00:00")
    assert "24万元" in as_section(kept.evaluation)
    history.remove(id)
    with pytest.raises(NotFound, match="没有这次回答评测"):
        history.load(id)


def test_what_could_not_be_measured_stays_so(tmp_path: Path) -> None:
    history = AnswerHistory(tmp_path)
    assert isnan(history.load(history.record(evaluation(nan))).evaluation.calibration.auroc.mean)


def test_a_spoilt_file_is_named_and_can_be_removed(tmp_path: Path) -> None:
    history = AnswerHistory(tmp_path)
    id = history.record(evaluation())
    (tmp_path / "evaluation" / "answers" / f"{id}.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=f"回答评测 {id} 的记录读不了"):
        history.load(id)
    history.remove(id)
    assert history.list_ids() == ()
