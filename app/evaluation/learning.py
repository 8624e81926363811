"""How a home learns: the model from its replies, the fusion from judgments, where that gains."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from app.home import Home
from app.keeping.adapting import drop_model, use_model
from corpus.errors import InputError
from corpus.progress import Progress
from corpus.serialise import Figure, Rounded, shown
from corpus.temporary import hold_folder
from eval.collection import index_documents
from eval.data.beir import BeirSet, load_beir
from eval.data.spans import Level
from eval.making.testset import make_test_set
from eval.ranking.compare import Comparison, Difference, compare_runs
from eval.ranking.evaluate import RankingSetup, evaluate_collection
from eval.ranking.measured import MeasuredRun
from eval.sets import JudgedSource, open_judged
from eval.statistics import draw
from eval.training.fit import Fitting, fit_to_judgments
from eval.training.pairs import Pair
from index.models.choice import adapted_model
from index.models.static import BUNDLED_MODEL
from index.ranking.fuse import open_fusion, save_fusion

LOGGER = logging.getLogger(__name__)

MEASURE = "nDCG@10"
"""What decides whether the model is kept: fused search, on questions it has not learned."""

HELD_OUT = 5
"""One document in so many is kept from the training, with all questions it answers."""

FEWEST, MOST = 50, 500
"""How many of their questions are needed for a verdict, and how many are asked at most."""


@shown("kept better before after difference queries pairs documents seconds")
@dataclass(frozen=True, slots=True)
class Adaptation:
    """What came of adapting the model to a library.

    `comparison` is of the model before and the one after over the held-out `queries`; `pairs` and
    `documents` are what was learned from. `kept` tells whether the new model is now in use.
    """

    comparison: Comparison
    pairs: int
    """学了多少对问题和答复"""
    documents: int
    """学了多少份答复"""
    queries: int
    """用多少个没有学过的问题检验"""
    seconds: Annotated[float, Rounded(1)]
    """用了多少秒"""
    kept: bool
    """是否已换用训练后的模型"""

    @property
    def difference(self) -> Difference:
        """训练后减原来；平均大于 0 才换用"""
        return next(each for each in self.comparison.differences if each.measure == MEASURE)

    @property
    def better(self) -> bool:
        """训练后的模型找到的是否更多"""
        return self.difference.mean > 0

    @property
    def before(self) -> Figure:
        """原来的 nDCG@10（融合检索）"""
        return self.comparison.means[self.comparison.runs[0].name][MEASURE].mean

    @property
    def after(self) -> Figure:
        """训练后的 nDCG@10"""
        return self.comparison.means[self.comparison.runs[1].name][MEASURE].mean


def adapt_library(home: Home, progress: Progress, *, keep: bool = True) -> Adaptation:
    """Train the bundled model on the library's titles and messages and the replies to them.

    Where the new model finds more of the held-out replies than the model before, it is saved in
    the home, and the indexes are made anew with it beside the old ones; else nothing changes.

    :param keep: False only measures.
    :raises InputError: where the settings name another model, or the library has too few replies
        that name what they answer.
    :raises HomeBusy: where another process is writing.
    """
    began = time.monotonic()
    if home.settings.model != "bundled":
        raise InputError(
            f"只能在自带模型的基础上训练，设置里的模型却是 {home.settings.model}；请先改回 bundled"
        )
    with hold_folder("adapt") as place:
        progress("生成测试集", 0, None)
        make_test_set(home.store, place / "set")
        judged = load_beir(place / "set")
        learned, asked = _split(judged)
        if len(asked.queries) < FEWEST:
            raise InputError(
                f"文库里写明所答事项的答复太少：留作检验的问题只有 {len(asked.queries)} 个，"
                f"至少要有 {FEWEST} 个（约 {FEWEST * HELD_OUT // 2} 份带标题和来信的答复）"
            )
        _train(learned, place / "model", progress)
        models = home.settings.models
        runs = [
            _measure(name, asked, model, progress)
            for name, model in (("原来的", models.embedding), ("训练后的", str(place / "model")))
        ]
        adaptation = Adaptation(
            comparison=compare_runs(runs),
            pairs=len(learned[0]),
            documents=len(learned[1]),
            queries=len(asked.queries),
            seconds=time.monotonic() - began,
            kept=False,
        )
        LOGGER.info(
            "训练 %d 对，检验 %d 个问题，%s 的变化 %+.4f，%.0f 秒",
            *(adaptation.pairs, adaptation.queries, MEASURE),
            *(adaptation.difference.mean, adaptation.seconds),
        )
        if not (keep and adaptation.better):
            return adaptation
        use_model(home, place / "model", progress)
        LOGGER.info("已换用训练后的模型")
    return replace(adaptation, seconds=time.monotonic() - began, kept=True)


def forget_adaptation(home: Home, progress: Progress) -> bool:
    """Go back to the bundled model as it came; tell whether there was another.

    :raises HomeBusy: where another process is writing.
    """
    if not adapted_model(home.folder).exists():
        return False
    drop_model(home, progress)
    return True


def _split(judged: BeirSet) -> tuple[tuple[list[Pair], list[str]], BeirSet]:
    """Part what is learned, pairs and texts, from the questions that tell what came of it."""
    held = {document.id for document in judged.documents if _is_held_out(document.id)}
    texts = {document.id: document.text for document in judged.documents}
    pairs = [
        Pair(judged.queries[query], texts[document])
        for query, found in judged.qrels.items()
        if not held & found.keys()
        for document in found
    ]
    asked = [query for query, found in judged.qrels.items() if held & found.keys()][:MOST]
    questions = BeirSet(
        documents=judged.documents,
        queries={query: judged.queries[query] for query in asked},
        qrels={query: judged.qrels[query] for query in asked},
        unjudged=0,
    )
    return (pairs, [text for id, text in texts.items() if id not in held]), questions


def _is_held_out(id: str) -> bool:
    return draw(f"adapt:{id}", HELD_OUT) == 0


def _train(learned: tuple[list[Pair], list[str]], out: Path, progress: Progress) -> None:
    from eval.training.adapt import adapt_model  # with torch

    adapt_model(BUNDLED_MODEL, out, *learned, report=lambda *done: progress("训练模型", *done))


def _measure(name: str, asked: BeirSet, model: str, progress: Progress) -> MeasuredRun:
    setup = RankingSetup(model, measures=(MEASURE, "R@100"), test_set="adapt")
    with index_documents(asked.documents, model, progress) as collection:
        measured = evaluate_collection(collection, asked, setup, progress).measured
    return replace(measured, name=name)


def fit_library(
    home: Home, source: JudgedSource, split: str, progress: Progress
) -> tuple[Fitting, Path | None]:
    """Fit the fusion to judgments, and keep it where held-out queries are ranked better.

    :return: what came of it, and where the new fusion was saved; None where it is not kept.
    :raises InputError: where the test set cannot be used, or teaches too little.
    :raises ModelError: where the model cannot be loaded.
    """
    opened = open_judged(source, home.settings.models, progress, split, Level.REPLY)
    with opened as (collection, judged):
        model = collection.engine.embedder.name
        engine = collection.engine.with_fusion(open_fusion(home.folder, model))
        fitting = fit_to_judgments(replace(collection, engine=engine), judged, progress)
    if not fitting.better:
        return fitting, None
    home.folder.mkdir(parents=True, exist_ok=True)
    return fitting, save_fusion(home.folder, fitting.fusion, f"{fitting.taught} queries", model)
