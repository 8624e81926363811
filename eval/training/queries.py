"""Questions of several kinds with the documents that answer them, to fit what ranks documents.

What is fitted on one kind of question alone loses on others, so all kinds have a part in it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from eval.training.pairs import (
    Row,
    is_fusion_holdout,
    is_question_holdout,
    iter_rows,
    iter_training_rows,
    strip_restatement,
)

SEED = 1


@dataclass(frozen=True, slots=True)
class LabelledQuery:
    """A question, and the places among a kind's documents of those that answer it."""

    text: str
    answers: frozenset[int]


@dataclass(frozen=True, slots=True)
class QuerySet:
    """Questions of one kind over the documents that they are looked for in."""

    name: str
    documents: tuple[str, ...]
    queries: tuple[LabelledQuery, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """How many questions and documents a kind may have, and whether the encoder may know them.

    With `unseen` only questions that are held out of the encoder's training are taken. Sentences
    of statutes always are: training draws others of the same articles.
    """

    questions: int
    documents: int
    unseen: bool


def load_query_sets(data: Path, sample: Sample) -> tuple[QuerySet, ...]:
    """Load the kinds that a data folder has questions of, always the same."""
    kinds = (
        _board(data, "board titles", "title", sample),
        _board(data, "board messages", "question", sample),
        _pairs(data, "citizens' titles", "citizen_title_message", sample),
        _pairs(data, "headlines", "headline_body", sample),
        _pairs(data, "policy questions", "policy_question_answer", sample),
        _pairs(data, "legal questions", "legal_question_answer", sample),
        _pairs(data, "web queries", "query_title", sample),
        _statutes(data, sample),
    )
    return tuple(kind for kind in kinds if kind.queries)


def _board(data: Path, name: str, column: str, sample: Sample) -> QuerySet:
    rows = list(iter_training_rows(data))
    documents = tuple(strip_restatement(str(row["reply"]), str(row["title"])) for row in rows)
    questions = tuple(
        LabelledQuery(str(row[column]), frozenset([place]))
        for place, row in enumerate(rows)
        if row[column] and (is_fusion_holdout(str(row["id"])) or not sample.unseen)
    )
    return QuerySet(name, documents, questions[: sample.questions])


def _pairs(data: Path, name: str, file: str, sample: Sample) -> QuerySet:
    """Take questions first, then the documents that answer others, until there are enough."""
    rows = [row for row in shuffled_rows(data, file) if row.get("label") != 0]
    answers: dict[str, dict[str, None]] = {}
    for row in rows:
        if is_question_holdout(str(row["query"])) or not sample.unseen:
            answers.setdefault(str(row["query"]), {})[_document(row)] = None
    chosen = dict(list(answers.items())[: sample.questions])
    documents = dict.fromkeys(
        document
        for group in (*chosen.values(), (_document(row) for row in rows))
        for document in group
    )
    kept = tuple(documents)[: max(sample.documents, len(chosen))]
    places = {document: place for place, document in enumerate(kept)}
    questions = tuple(
        LabelledQuery(query, frozenset(places[d] for d in group if d in places))
        for query, group in chosen.items()
    )
    return QuerySet(name, kept, tuple(q for q in questions if q.answers))


def _statutes(data: Path, sample: Sample) -> QuerySet:
    """Ask for an article by one of its sentences, which is cut out of it."""
    documents: list[str] = []
    questions: list[LabelledQuery] = []
    chance = random.Random(SEED)
    for row in shuffled_rows(data, "law_articles"):
        text = str(row["text"])
        sentences = [s for s in re.split(r"(?<=[。；])", text) if len(s) > 12]
        if len(documents) == sample.documents:
            break
        if len(questions) < sample.questions and len(sentences) > 2 and len(text) > 120:
            asked = sentences[chance.randrange(1, len(sentences))]
            text = text.replace(asked, "")
            questions.append(LabelledQuery(asked[:60].strip("。；"), frozenset([len(documents)])))
        documents.append(text)
    return QuerySet("sentences of statutes", tuple(documents), tuple(questions))


def shuffled_rows(data: Path, file: str) -> Iterable[Row]:
    """Read the rows of a file of `train/` in an order by chance, which is always the same."""
    rows = list(iter_rows(data / "train" / f"{file}.jsonl.gz"))
    random.Random(SEED).shuffle(rows)
    return rows


def _document(row: Row) -> str:
    return str(row.get("positive") or row["title"])
