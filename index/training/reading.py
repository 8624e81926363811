"""Reading-comprehension questions over the documents that hold their answers."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corpus.parse import parse_text
from corpus.store import Store
from index.engine import Engine, open_engine
from index.training.pairs import iter_rows

MEASURED = 1500
"""The first questions are left for measuring."""

EVERY = 4
"""Of the others every fourth is asked: a document has about four."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, the id of the reply that answers it, and the words that do."""

    text: str
    reply_id: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """An engine over all documents, and questions to them."""

    engine: Engine
    questions: tuple[Answered, ...]


@contextmanager
def open_reading(folder: Path) -> Iterator[Reading]:
    """Index the documents of a reading folder (BEIR layout, with answers) in a temporary home."""
    qrels = (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]
    document_of = dict(line.split("\t")[:2] for line in qrels)
    with tempfile.TemporaryDirectory() as home, Store.open(Path(home)) as store:
        stored: dict[str, str] = {}
        with store.transaction():
            for row in iter_rows(folder / "corpus.jsonl"):
                columns = (("title", str(row["title"])),)
                parsed = parse_text(f"#{row['_id']}", str(row["text"]), columns)
                stored[str(row["_id"])] = store.put(parsed, "").reply_id
        lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
        questions = tuple(
            Answered(row["text"], stored[document_of[row["_id"]]], tuple(row["answers"]))
            for row in map(json.loads, islice(lines, MEASURED, None, EVERY))
        )
        engine = open_engine(Path(home), "bundled", store)
        engine.indexer.catch_up()
        try:
            yield Reading(engine, questions)
        finally:
            engine.close()
