"""Reading-comprehension questions over the documents that hold their answers."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corpus.parse import parse_text
from corpus.sentences import sentence_spans
from corpus.store import Store
from index.engine import Engine, open_engine
from index.training.pairs import iter_rows

MEASURED = 1500
"""The first questions are left for measuring."""

EVERY = 4
"""Of the others every fourth is asked: a document has about four."""

FOLDERS = {"CMRC 2018": "cmrc2018", "DRCD": "drcd-traditional"}
"""The sets in the folder `reading`; the second is in traditional characters."""


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
def open_reading(folder: Path, *, cut: bool = False) -> Iterator[Reading]:
    """Index the documents of a reading folder (BEIR layout, with answers) in a temporary home.

    With `cut`, one question of each document is asked, and the sentences that answer it are cut
    out: what is left is about the very matter, and does not say what is asked for.
    """
    qrels = (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]
    document_of = dict(line.split("\t")[:2] for line in qrels)
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in islice(lines, MEASURED, None, EVERY)]
    if cut:
        asked = list({document_of[row["_id"]]: row for row in reversed(asked)}.values())
    cuts = {document_of[row["_id"]]: row["answers"] for row in asked} if cut else {}
    with tempfile.TemporaryDirectory() as home, Store.open(Path(home)) as store:
        stored: dict[str, str] = {}
        with store.transaction():
            for row in iter_rows(folder / "corpus.jsonl"):
                id, columns = str(row["_id"]), (("title", str(row["title"])),)
                text = cut_answers(str(row["text"]), cuts.get(id, ()))
                if text.strip():
                    stored[id] = store.put(parse_text(f"#{id}", text, columns), "").reply_id
        questions = tuple(
            Answered(row["text"], stored[document_of[row["_id"]]], tuple(row["answers"]))
            for row in asked
            if document_of[row["_id"]] in stored
        )
        engine = open_engine(Path(home), "bundled", store)
        engine.indexer.catch_up()
        try:
            yield Reading(engine, questions)
        finally:
            engine.close()


def cut_answers(text: str, answers: Iterable[str]) -> str:
    """Return a text without the sentences that hold one of these answers."""
    wanted = ["".join(answer.split()) for answer in answers]
    kept, last = [], 0
    for start, end in sentence_spans(text):
        if any(answer in "".join(text[start:end].split()) for answer in wanted):
            kept.append(text[last:start])
            last = end
    return "".join([*kept, text[last:]])
