"""Measure how well Dafu ranks the documents of a test set."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import UnreadableFile
from corpus.parse import parse_text
from corpus.store import Store
from corpus.types import ParsedReply
from eval.files.beir import BeirDocument, load_beir
from eval.files.runs import Run, rank
from eval.ranking.legs import Leg, rank_by
from eval.ranking.measured import MeasuredRun, measure_test_set
from eval.ranking.measures import DEFAULT_MEASURES, depth_of, measure_run, parse_measures
from index.engine import Engine, open_engine

Progress = Callable[[str, int, int | None], None]
"""Called with a stage in Chinese, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well the documents of a test set are ranked.

    `measures` are means over `queries` judged queries, by name; `unjudged` queries were left out.
    Of the `documents`, `empty` ones have no text to be found by. `seconds` is the time from
    reading the set to its measures, `indexing` the part of it until the first query. `measured` has
    the values of each query.
    """

    queries: int
    unjudged: int
    documents: int
    empty: int
    passages: int
    measures: dict[str, float]
    seconds: float
    indexing: float
    settings: dict[str, Any]
    run: Run
    measured: MeasuredRun

    def as_json(self) -> dict[str, Any]:
        """Return what `dafu eval run --json` prints: all but the run and the single queries."""
        return {
            "queries": self.queries,
            "unjudged": self.unjudged,
            "documents": self.documents,
            "empty": self.empty,
            "passages": self.passages,
            "measures": {name: round(value, 6) for name, value in self.measures.items()},
            "seconds": round(self.seconds, 3),
            "indexing": round(self.indexing, 3),
            "settings": self.settings,
        }


@dataclass(frozen=True, slots=True)
class Setup:
    """What is measured, and by which measures.

    :param model: an embedding model as `index.embed.open_embedder` takes it.
    """

    model: str = "bundled"
    split: str = "test"
    measures: tuple[str, ...] = DEFAULT_MEASURES
    leg: Leg = Leg.FUSED


def evaluate_folder(
    folder: Path, setup: Setup | None = None, progress: Progress | None = None
) -> Evaluation:
    """Index the documents of a test set in BEIR layout, search all its queries, and measure.

    The documents go the way of all replies, in a temporary home: parsed, stored, cut into
    passages, indexed by both legs. A document ranks by its best passage.

    :raises InputError: where the set or a measure's name cannot be used.
    :raises ModelError: where the model cannot be loaded.
    """
    setup = setup or Setup()
    report = progress or (lambda stage, done, total: None)
    began = time.perf_counter()
    wanted = parse_measures(setup.measures)
    judged = load_beir(folder, setup.split)
    with _open_engine(setup.model) as engine:
        names = _store(engine.store, judged.documents, report)
        engine.indexer.catch_up(report)
        engine.refresh()
        indexed = time.perf_counter()
        run: Run = {}
        for number, (query_id, text) in enumerate(judged.queries.items()):
            report("检索", number, len(judged.queries))
            replies = rank_by(engine.retriever, setup.leg, text, depth_of(wanted))
            run[query_id] = rank((id, score) for reply, score in replies for id in names[reply])
        report("检索", len(judged.queries), len(judged.queries))
        passages = len(engine.store.select_keys())
    settings = {
        "split": setup.split,
        "leg": str(setup.leg),
        "model": engine.embedder.name,
        "dimension": engine.embedder.dimension,
        "segmentation": engine.retriever.segmenter.fingerprint,
    }
    measured = measure_test_set(judged, run, wanted, settings)
    return Evaluation(
        queries=len(judged.queries),
        unjudged=judged.unjudged,
        documents=len(judged.documents),
        empty=len(judged.documents) - sum(map(len, names.values())),
        passages=passages,
        measures=measure_run(run, judged.qrels, wanted),
        seconds=time.perf_counter() - began,
        indexing=indexed - began,
        settings=measured.settings,
        run=run,
        measured=measured,
    )


@contextmanager
def _open_engine(model: str) -> Iterator[Engine]:
    """Open an engine over an empty home that lasts as long as it is used."""
    with (
        tempfile.TemporaryDirectory(prefix="dafu-eval-", ignore_cleanup_errors=True) as folder,
        Store.open(Path(folder)) as store,
        closing(open_engine(Path(folder), model, store)) as engine,
    ):
        yield engine


def _store(
    store: Store, documents: Sequence[BeirDocument], report: Progress
) -> dict[str, list[str]]:
    """Store the documents as replies; return the documents' ids by the id of their reply.

    Replies have ids of their own here, as the documents' may have any characters; documents of
    the same text share a reply. Documents without any text are left out.
    """
    parsed: list[ParsedReply] = []
    sources: dict[str, str] = {}
    for number, document in enumerate(documents):
        if number % 100 == 0:
            report("读取文档", number, len(documents))
        columns = (("title", document.title),) if document.title else ()
        try:
            parsed.append(parse_text(f"#{number}", document.text, columns))
        except UnreadableFile:
            continue
        sources[f"#{number}"] = document.id
    report("读取文档", len(documents), len(documents))
    names: dict[str, list[str]] = {}
    for result in store.put_file("corpus.jsonl", None, parsed).results:
        names.setdefault(result.reply_id, []).append(sources[result.source])
    return names
