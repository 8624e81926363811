"""Questions in people's own words, each with the part of a text that it was written about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.training.pairs import iter_rows, iter_training_rows
from eval.training.reader.asked import Span

FOLDER = Path(__file__).parent

LEARNED = "learned.jsonl"
HELD = "held.jsonl"
KEPT = "kept.jsonl"
"""What models learn, what confidence is fitted on and looked at, and what is only measured with."""


@dataclass(frozen=True, slots=True)
class PlainQuestion:
    """A question, and the part of a text that somebody wrote it about.

    :ivar register: how it is put: "colloquial", "dialect", "keywords" …
    :ivar place: the text, as "KIND:NAME": of "board" a row's id, of "document" and "letter" a
        file's name, of the other kinds the text's `digest`.
    :ivar text: the whole text.
    :ivar part: the part of it that was read.
    :ivar answers: the sentences that answer, each by itself; none where the part doesn't answer.
    :ivar hand: who wrote it.
    :ivar also: what else of all texts answers, as people judged of what the product quoted.
    """

    id: str
    question: str
    register: str
    place: str
    text: str
    part: Span
    answers: tuple[Span, ...]
    hand: str
    also: tuple[str, ...] = ()


def read_plain(file: str, data: Path, *, all_there: bool = True) -> Iterator[PlainQuestion]:
    """Yield the questions of a file in `FOLDER`.

    :param data: the folder of development data, where the texts stand.
    :param all_there: False passes over questions about a text that doesn't.
    :raises LookupError: where a text doesn't.
    """
    texts = _Texts(data)
    with (FOLDER / file).open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            text = texts.find(row["text"])
            if text is not None:
                also = (
                    (texts.find(place), start, end) for place, start, end in row.get("also", ())
                )
                yield _read(row, text, tuple(t[start:end] for t, start, end in also if t))
            elif all_there:
                raise LookupError(f"no text {row['text']} in {data}")


def _read(row: dict[str, Any], text: str, also: tuple[str, ...]) -> PlainQuestion:
    answers = tuple((start, end) for start, end in row["answers"])
    start, end = row["part"]
    return PlainQuestion(
        row["id"],
        row["question"],
        row["register"],
        row["text"],
        text,
        (start, end),
        answers,
        row["hand"],
        also,
    )


def digest(text: str) -> str:
    """Return what a text without a name is named by."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_COLUMNS = {
    "policy": ("policy_question_answer.jsonl.gz", "positive"),
    "headline": ("headline_body.jsonl.gz", "positive"),
    "news": ("news.jsonl.gz", "text"),
}
"""Where texts without names stand: a file of the folder `train`, and its column."""


class _Texts:
    """The texts of a data folder by their places, each kind read when first asked for."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._known: dict[str, dict[str, str]] = {}

    def find(self, place: str) -> str | None:
        kind, _, name = place.partition(":")
        if kind not in self._known:
            self._known[kind] = dict(self._read(kind))
        return self._known[kind].get(name)

    def _read(self, kind: str) -> Iterator[tuple[str, str]]:
        if kind == "board":
            board = iter_training_rows(self._data)
            return ((str(row["id"]), str(row["reply"])) for row in board)
        if kind == "document":
            files = (self._data / "documents").glob("*.txt")
            return ((file.name, file.read_text("utf-8")) for file in files)
        if kind == "letter":
            files = (self._data / "real" / "texts").glob("*.txt")
            return ((file.name, file.read_text("utf-8")) for file in files)
        if kind == "statute":
            return ((digest(text), text) for text in iter_statutes(self._data))
        file, column = _COLUMNS[kind]
        rows = iter_rows(self._data / "train" / file)
        return ((digest(text), text) for text in (str(row[column]) for row in rows))


_ARTICLES = 600
"""Characters of statutes that make one text."""


def iter_statutes(data: Path) -> Iterator[str]:
    """Yield texts of neighbouring articles of one statute."""
    law, articles = "", ""
    for row in iter_rows(data / "train" / "law_articles.jsonl.gz"):
        if articles and (row["law"] != law or len(articles) > _ARTICLES):
            yield articles
            articles = ""
        law, articles = str(row["law"]), f"{articles}{row['article']}　{row['text']}\n"
    yield articles
