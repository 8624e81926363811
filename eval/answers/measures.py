"""What answers are measured by: quotes, citations, abstention, and how well confidence tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.errors import NotFound
from corpus.filters import ANY, Filters
from corpus.progress import Progress
from corpus.serialise import Figure
from corpus.store.store import Store
from eval.data.questions import ReferenceQuestion
from eval.statistics import CONFIDENCE, SEED, Mean
from index.answers.answer import Finding, find_answer
from index.answers.confidence import Confidence
from index.engine import Engine


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """One quote of an answer: whether it is verbatim, whether it supports the answer.

    `relevant` tells whether its reply is one that is known to hold the answer.
    """

    reply_id: str
    text: str
    exact: bool
    supports: bool
    relevant: bool


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """What came of a question.

    With `removed`, the replies that are known to hold its answer were taken out, so that nothing
    can support it.
    """

    question: ReferenceQuestion
    removed: bool
    confidence: float
    quotes: tuple[CheckedQuote, ...]

    @property
    def answerable(self) -> bool:
        """Whether the replies that were searched hold an answer."""
        return self.question.answerable and not self.removed

    @property
    def supported(self) -> bool:
        """Whether one of the quotes supports the answer."""
        return any(quote.supports for quote in self.quotes)

    def is_shown(self, threshold: float) -> bool:
        """Tell whether there is an answer to show, of at least so much confidence."""
        return bool(self.quotes) and self.confidence >= threshold

    def went_well(self, threshold: float) -> bool:
        """Tell whether a supported answer is shown, or none where the replies hold none."""
        return self.supported if self.is_shown(threshold) else not self.answerable


def ask_all(
    engine: Engine,
    confidence: Confidence,
    questions: Sequence[ReferenceQuestion],
    progress: Progress,
) -> Iterator[AskedQuestion]:
    """Ask each question, and those with an answer again with their sources taken out.

    Sources are kept away from the candidates of both legs by a filter, so ranking and confidence
    see no more of them than if they were not there; only the frequencies of terms still count
    them, as they do after a removal until the index is compacted.
    """
    all_ids = engine.store.reply_ids()
    for number, question in enumerate(questions):
        progress("提问", number, len(questions))
        yield _ask(engine, confidence, question, ANY, removed=False)
        if question.answerable:
            others = Filters(reply_ids=tuple(id for id in all_ids if id not in question.sources))
            yield _ask(engine, confidence, question, others, removed=True)
    progress("提问", len(questions), len(questions))


def _ask(
    engine: Engine,
    confidence: Confidence,
    question: ReferenceQuestion,
    filters: Filters,
    removed: bool,
) -> AskedQuestion:
    text = engine.retriever.analyser.complete(question.text, question.after)
    finding = find_answer(engine.retriever, confidence, text, filters)
    quotes = tuple(_iter_quotes(engine.store, question, finding, removed))
    return AskedQuestion(question, removed, finding.confidence, quotes)


def _iter_quotes(
    store: Store, question: ReferenceQuestion, finding: Finding, removed: bool
) -> Iterator[CheckedQuote]:
    for excerpt in finding.excerpts:
        reply, start, end = excerpt.reply, excerpt.start, excerpt.end
        text = reply.text[start:end]
        try:
            exact = bool(text) and store.reply(reply.id).text[start:end] == text
        except NotFound:
            exact = False
        supports = not removed and question.is_supported(reply, start, end)
        yield CheckedQuote(reply.id, text, exact, supports, reply.id in question.sources)


BINS = 10
"""Confidences are sorted into so many bins of equal width to compare them with what came true."""

RESAMPLES = 999

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: their number, mean confidence, and the share that is right."""

    low: Figure
    """把握从多少起"""
    high: Figure
    """把握到多少止"""
    count: int
    """回答数"""
    confidence: Figure
    """平均把握"""
    right: Figure
    """答对的份额"""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well confidence tells right answers from others, over all that was asked.

    An answer is right where one of its quotes supports it; where nothing can, none is.

    :ivar auroc: chance that a right answer has more confidence than another; nan where all or no
        answers are right.
    :ivar aurc: area under the risk-coverage curve (Geifman and El-Yaniv, NeurIPS 2017): the mean,
        over all shares of the surest answers that might be shown, of the share that is wrong.
    :ivar ece: expected calibration error (Guo et al., ICML 2017): the mean distance of the bins'
        confidence from the share that is right, weighed by their numbers. Without an interval:
        resampling adds to it.
    :ivar curve: coverage and risk, both 0..1, as more answers are shown, the surest first.
    """

    auroc: Mean
    """ROC 曲线下的面积；答对的全有或全无时为 null"""
    aurc: Mean
    """风险—覆盖曲线下的面积"""
    ece: Figure
    """校准误差：把握与答对的份额平均差多少"""
    bins: tuple[Bin, ...]
    """把握相近的回答各为一条"""
    curve: tuple[tuple[float, float], ...]
    """覆盖率与风险的点，从把握最大的回答起"""


def calibrate(asked: Sequence[AskedQuestion]) -> Calibration:
    """Measure confidence over everything that was asked, at least one question."""
    confidence = np.array([each.confidence for each in asked], np.float64)
    right = np.array([each.supported for each in asked], np.bool_)
    return Calibration(
        auroc=_with_interval(auroc, confidence, right),
        aurc=_with_interval(lambda c, r: float(risks(c, r).mean()), confidence, right),
        ece=expected_error(confidence, right),
        bins=tuple(reliability(confidence, right)),
        curve=_thin(risks(confidence, right)),
    )


def auroc(confidence: Floats, right: Booleans) -> float:
    """Return the area under the ROC curve; nan where all answers are alike."""
    from sklearn.metrics import roc_auc_score

    if right.all() or not right.any():
        return float("nan")
    return float(roc_auc_score(right, confidence))


def risks(confidence: Floats, right: Booleans) -> Floats:
    """Return the share that is wrong of the n surest answers, for n = 1, 2, …; float64 (n,).

    Answers of equal confidence are shown together: each counts as wrong as all of them on average.
    """
    order = np.argsort(-confidence, kind="stable")
    _, group = np.unique(-confidence[order], return_inverse=True)
    wrong = 1.0 - right[order]
    level = (np.bincount(group, wrong) / np.bincount(group))[group]
    result: Floats = np.cumsum(level) / np.arange(1, len(level) + 1)
    return result


def reliability(confidence: Floats, right: Booleans) -> list[Bin]:
    """Sort answers into bins of equal width; empty bins are left out."""
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            count=int(inside.sum()),
            confidence=float(confidence[inside].mean()),
            right=float(right[inside].mean()),
        )
        for number in range(BINS)
        for inside in [place == number]
        if inside.any()
    ]


def expected_error(confidence: Floats, right: Booleans) -> float:
    """Return the expected calibration error, 0..1."""
    bins = reliability(confidence, right)
    return sum(b.count * abs(b.confidence - b.right) for b in bins) / len(confidence)


def _with_interval(
    measure: Callable[[Floats, Booleans], float], confidence: Floats, right: Booleans
) -> Mean:
    """Measure, with the percentiles of the same measure over resampled answers."""
    random = np.random.default_rng(SEED)
    samples = random.integers(0, len(right), (RESAMPLES, len(right)))
    values = np.array([measure(confidence[s], right[s]) for s in samples])
    value = measure(confidence, right)
    if np.isnan(values).all():
        return Mean(value, value, value)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return Mean(value, float(low), float(high))


def _thin(risk: Floats, points: int = 200) -> tuple[tuple[float, float], ...]:
    """Return about `points` points of the risk-coverage curve, the last at full coverage."""
    count = len(risk)
    shown = np.unique(np.linspace(1, count, min(points, count)).round().astype(int))
    return tuple((round(int(n) / count, 4), round(float(risk[n - 1]), 4)) for n in shown)
