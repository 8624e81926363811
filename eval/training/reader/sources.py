"""Questions with the texts that answer them, of all the kinds that a reader learns.

Nothing here is of the board's split "dev", of the reading sets, held out for fusion, or of the rows
of the board that questions are asked of elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import cast

from eval.training.encoder.sources import citizens as citizens_pairs
from eval.training.encoder.sources import nearest_passage
from eval.training.pairs import (
    Row,
    find_restatement,
    is_question_holdout,
    iter_board_rows,
    iter_rows,
    strip_restatement,
)
from eval.training.plain.questions import LEARNED, iter_statutes, read_plain
from eval.training.queries import shuffled_rows
from eval.training.reader.asked import Asked, Kind
from eval.training.reader.cloze import make_cloze

Read = Callable[[Path, frozenset[str]], Iterator[Asked]]
"""Yields what is asked in a data folder but for the board's rows of these ids."""

_LONG_ANSWER = 150
"""Answers of at most so many characters stand among others, where a reader must find them."""

_AMONG = 5
"""Answers of one text."""

_TEXTS = 8000
"""Texts of a kind that questions are made of, at most."""

_READ = 1500
"""Characters of a text that a question is made of, at most."""

_HULL = 60
"""Several parts of an answer within so many characters are one."""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of questions; its share is of the batches, and of the bytes if there is too much."""

    name: str
    share: float
    read: Read


def read_annotated(row: Row) -> Asked | None:
    """Read a row of a reading set: answers as spans, yes or no, or nothing that answers.

    None where its spans are not those of its answers, or its parts far from each other.
    """
    question, text = str(row["question"]), str(row["context"])
    if not row["answerable"]:
        return Asked(question, text, kind=Kind.UNSAID)
    pairs = zip(cast(list[int], row["starts"]), cast(list[str], row["answers"]), strict=True)
    spans = tuple((s, s + len(word)) for s, word in pairs if text[s : s + len(word)] == word)
    if row.get("multi") and spans:
        hull = min(start for start, _ in spans), max(end for _, end in spans)
        spans = (hull,) if hull[1] - hull[0] <= _HULL else ()
    return Asked(question, text, spans) if spans or row.get("yes_no") else None


def _annotated(*files: str) -> Read:
    def read(data: Path, _: frozenset[str]) -> Iterator[Asked]:
        for file in files:
            for row in iter_rows(data / "train" / f"{file}.jsonl.gz"):
                asked = read_annotated(row)
                if asked and not is_question_holdout(asked.question):
                    yield asked

    return read


def _policy(data: Path, _: frozenset[str]) -> Iterator[Asked]:
    """Short answers stand among others, in texts that several questions are asked of."""
    short: list[Row] = []
    for row in shuffled_rows(data, "policy_question_answer"):
        if is_question_holdout(str(row["query"])):
            continue
        if len(str(row["positive"])) > _LONG_ANSWER:
            yield Asked(str(row["query"]), str(row["positive"]))
        else:
            short.append(row)
    for at in range(0, len(short), _AMONG):
        yield from stand_together(short[at : at + _AMONG])


def stand_together(rows: Sequence[Row]) -> Iterator[Asked]:
    """Make one text of the answers of several questions, and ask each of it."""
    text, spans = "", []
    for row in rows:
        answer = str(row["positive"]).strip().rstrip("。")
        spans.append((len(text), len(text) + len(answer)))
        text += f"{answer}。"
    for row, span in zip(rows, spans, strict=True):
        yield Asked(str(row["query"]), text, (span,))


def _legal(data: Path, _: frozenset[str]) -> Iterator[Asked]:
    for row in iter_rows(data / "train" / "qa_legalqa.jsonl.gz"):
        if not is_question_holdout(str(row["question"])):
            yield Asked(str(row["question"]), str(row["answer"]))
    for row in iter_rows(data / "train" / "rel_legalqa.jsonl.gz"):
        if not is_question_holdout(str(row["question"])):
            kind = Kind.ANSWERED if row["label"] == 1 else Kind.FOUND
            yield Asked(str(row["question"]), str(row["passage"]), kind=kind)


def _board(data: Path, barred: frozenset[str]) -> Iterator[Asked]:
    """Titles and messages are answered by the reply, not by what the reply restates of them."""
    for row in _board_rows(data, barred):
        reply = strip_restatement(row["reply"], row["title"])
        restated = find_restatement(row["reply"])
        for question in (row["title"], row["question"]):
            passage = nearest_passage(question, reply)
            yield Asked(question, passage, document=row["id"])
        for passage in filter(None, (restated, nearest_passage(row["title"], row["question"]))):
            yield Asked(row["title"], passage, kind=Kind.RESTATED, document=row["id"])


def _citizens(data: Path, barred: frozenset[str]) -> Iterator[Asked]:
    """A citizen's message says more of what its title asks, and answers nothing."""
    for pair in citizens_pairs(data, barred):
        title = str(pair.query)
        yield Asked(title, nearest_passage(title, pair.document), kind=Kind.RESTATED)


def _titles(data: Path, barred: frozenset[str]) -> Iterator[Asked]:
    yield from _board(data, barred)
    yield from _citizens(data, barred)


def _board_rows(data: Path, barred: frozenset[str]) -> Iterator[dict[str, str]]:
    return (row for row in iter_board_rows(data) if row["id"] not in barred)


def _replies(data: Path, barred: frozenset[str]) -> Iterator[Asked]:
    for row in _board_rows(data, barred):
        text = strip_restatement(row["reply"], row["title"])
        for asked in _make([text]):
            yield replace(asked, document=row["id"])


def _statutes(data: Path, _: frozenset[str]) -> Iterator[Asked]:
    yield from _make(islice(iter_statutes(data), 0, _TEXTS * 3, 3))


def _news(data: Path, _: frozenset[str]) -> Iterator[Asked]:
    rows = iter_rows(data / "train" / "news.jsonl.gz")
    yield from _make(str(row["text"]) for row in islice(rows, 0, _TEXTS * 8, 8))


def _headlines(data: Path, _: frozenset[str]) -> Iterator[Asked]:
    rows = iter_rows(data / "train" / "headline_body.jsonl.gz")
    yield from _make(str(row["positive"]) for row in islice(rows, 0, _TEXTS * 2, 2))


def _make(texts: Iterable[str]) -> Iterator[Asked]:
    """Make a question of each text; what is drawn depends on the text alone."""
    for text in texts:
        if asked := make_cloze(text[:_READ], random.Random(text)):
            yield asked


def _plain(data: Path, _: frozenset[str]) -> Iterator[Asked]:
    """What people wrote about a part of a text is asked of that part, which answers it or not."""
    for one in read_plain(LEARNED, data, all_there=False):
        start, end = one.part
        answers = tuple((first - start, last - start) for first, last in one.answers)
        kind = Kind.ANSWERED if answers else Kind.UNSAID
        yield Asked(one.question, one.text[start:end], answers, kind, one.place)


SOURCES = (
    Source("plain", 60, _plain),
    Source("encyclopedia", 20, _annotated("rc_cmrc2018_train")),
    Source("court", 14, _annotated("rc_cail2019", "rc_cail2021_small")),
    Source("translated", 4, _annotated("rc_xquad_zh")),
    Source("exams", 2, _annotated("rc_c3_evidence")),
    Source("policy", 8, _policy),
    Source("legal", 2, _legal),
    Source("board", 12, _titles),
    Source("replies", 6, _replies),
    Source("statutes", 8, _statutes),
    Source("headlines", 6, _headlines),
    Source("news", 8, _news),
)
