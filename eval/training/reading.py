"""Questions with known answers that the encoder has not learned, and homes to ask them of."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corpus.parse import parse_text
from corpus.store.store import Store
from corpus.text.sentences import sentence_spans
from eval.training.pairs import is_fusion_holdout, iter_rows, strip_restatement
from index.engine import Engine, open_engine


@dataclass(frozen=True, slots=True)
class Labelled:
    """A query and the id of the reply that answers it."""

    text: str
    reply_id: str


@dataclass(frozen=True, slots=True)
class Board:
    """An engine over all training rows' replies, and queries that the encoder has not seen.

    The replies are without their restatement of the message, so that a match must be found in the
    substance. The queries are the titles and the messages of the held-out quarter of the rows.
    """

    engine: Engine
    queries: tuple[Labelled, ...]
    replies: int


@contextmanager
def open_board(data: Path) -> Iterator[Board]:
    """Index the training rows of a data folder's board in a temporary home."""
    rows = [row for row in iter_rows(data / "board" / "replies.jsonl") if row["split"] == "train"]
    queries = tuple(
        Labelled(str(row[column]), str(row["id"]))
        for row in rows
        if is_fusion_holdout(str(row["id"]))
        for column in ("title", "question")
        if row[column]
    )
    with tempfile.TemporaryDirectory() as home, Store.open(Path(home)) as store:
        with store.transaction():
            for number, row in enumerate(rows):
                text = strip_restatement(str(row["reply"]), str(row["title"]))
                if text.strip():
                    id_column = (("id", str(row["id"])),)
                    store.put(parse_text(f"{number}", text, id_column), "")
        engine = open_engine(Path(home), "bundled", store)
        engine.indexer.catch_up()
        try:
            yield Board(engine, queries, len(rows))
        finally:
            engine.close()


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
