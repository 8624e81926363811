"""The board's training rows as a home to search, and the questions that its replies answer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.parse import parse_text
from corpus.store import Store
from index.engine import Engine, open_engine
from index.training.pairs import is_fusion_holdout, iter_rows, strip_restatement


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
