"""Measure answers on questions whose answers are known."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from corpus.progress import Progress, say_nothing
from corpus.serialise import Named, Seconds, shown
from eval.answers.measures import AskedQuestion, Calibration, ask_all, calibrate
from eval.sets import open_questions
from eval.statistics import Mean, mean_of
from index.answers.answer import QUOTES
from index.answers.confidence import load_confidence
from index.models.choice import Models


@dataclass(frozen=True, slots=True)
class AnswerSetup:
    """What answers are measured with.

    :param home: the library that questions in a file are asked of.
    :param model: an embedding model as `index.models.choice.Models` names it.
    :param threshold: answers of less confidence than this are not shown.
    :param limit: ask only so many questions, the first; None = all.
    """

    home: Path
    model: Models | str
    threshold: float
    limit: int | None = None


@shown("name questions unanswerable replies quotes measures calibration settings seconds")
@dataclass(frozen=True, slots=True)
class AnswerEvaluation:
    """How good answers are.

    `measures` are those of `MEASURES` that something could be measured for, each the mean of so
    many zeros and ones with its interval. `questions` counts them, of which `unanswerable` have
    no known answer; each of the others was `asked` twice, with its sources and without.
    """

    name: Annotated[str, Named("set")]
    """问题集"""
    questions: int
    """问题数"""
    unanswerable: int
    """其中没有答案的"""
    replies: int
    """答复的份数"""
    quotes: int
    """引文的条数"""
    measures: Mapping[str, Mean]
    """各个指标"""
    calibration: Calibration
    """把握能否区分对错"""
    settings: Mapping[str, Any]
    """设置"""
    seconds: Seconds
    """用了多少秒"""
    asked: tuple[AskedQuestion, ...]


MEASURES = {
    "exact": "引文与原文逐字相同",
    "first_quote": "第一条引文能支持答案",
    "any_quote": f"前 {QUOTES} 条引文中有一条能支持答案",
    "quote_precision": "能支持答案的引文的份额",
    "citation_precision": "含有答案的出处的份额",
    "answered": "有答案的，给出了回答",
    "abstained": "没有答案的，没有回答",
    "abstained_removed": "抽去有答案的答复后，没有回答",
    "shown_supported": "给出的回答中，有引文支持的",
    "shown_supported_all": "同上，连同抽去答复后仍给出的",
}
"""Every measure, and what it is called."""


def evaluate_answers(
    path: Path, setup: AnswerSetup, progress: Progress = say_nothing
) -> AnswerEvaluation:
    """Ask all questions of a set, and measure the answers.

    :raises InputError: where the set cannot be used.
    :raises ModelError: where the model cannot be loaded.
    """
    began = time.perf_counter()
    confidence = load_confidence()
    with open_questions(path, setup.home, setup.model, progress) as (collection, known):
        engine, questions = collection.engine, known[: setup.limit]
        asked = tuple(ask_all(engine, confidence, questions, progress))
        replies = len(engine.store.reply_ids())
        model = engine.embedder.name
    progress("计算", 0, None)
    return AnswerEvaluation(
        name=path.name,
        questions=len(questions),
        unanswerable=sum(not question.answerable for question in questions),
        replies=replies,
        quotes=sum(len(each.quotes) for each in asked),
        measures=_measure(asked, setup.threshold),
        calibration=calibrate(asked),
        settings={"threshold": setup.threshold, "model": model},
        seconds=time.perf_counter() - began,
        asked=asked,
    )


def _measure(asked: Sequence[AskedQuestion], threshold: float) -> dict[str, Mean]:
    present = [each for each in asked if not each.removed]
    known = [each for each in present if each.answerable]
    quotes = [quote for each in known for quote in each.quotes]
    cited = [
        any(quote.supports or quote.relevant for quote in each.quotes if quote.reply_id == id)
        for each in known
        for id in {quote.reply_id for quote in each.quotes}
    ]

    def shown(among: Sequence[AskedQuestion]) -> list[AskedQuestion]:
        return [each for each in among if each.is_shown(threshold)]

    def shares(among: Sequence[AskedQuestion], wanted: bool) -> list[bool]:
        return [each.is_shown(threshold) is wanted for each in among]

    values: dict[str, Sequence[bool]] = {
        "exact": [quote.exact for each in asked for quote in each.quotes],
        "first_quote": [any(q.supports for q in each.quotes[:1]) for each in known],
        "any_quote": [each.supported for each in known],
        "quote_precision": [quote.supports for quote in quotes],
        "citation_precision": cited,
        "answered": shares(known, True),
        "abstained": shares([each for each in present if not each.answerable], False),
        "abstained_removed": shares([each for each in asked if each.removed], False),
        "shown_supported": [each.supported for each in shown(present)],
        "shown_supported_all": [each.supported for each in shown(asked)],
    }
    return {name: mean_of([float(v) for v in values[name]]) for name in MEASURES if values[name]}
