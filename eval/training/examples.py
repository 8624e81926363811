"""Questions asked of replies that answer them, are kept away, or lack what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from rich.progress import track

from corpus.filters import ANY, Filters
from eval.training.reading import FOLDERS, Answered, Labelled, open_board, open_reading
from index.answers.answer import REPLIES_RANKED, gather, quote_replies
from index.answers.confidence import EVIDENCE
from index.answers.question import read_question
from index.answers.quotes import Excerpt
from index.engine import Engine

OF_THE_ANSWER = ("number", "kind")
"""Evidence that is learned where answers are known."""

_Q = TypeVar("_Q", Labelled, Answered)


class Case(StrEnum):
    """What a question is asked of: all replies, all but its own, all but its own's answer."""

    THERE = "there"
    AWAY = "away"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Example:
    """The evidence for what was quoted for the question of this number; whether it was right.

    `evidence` is that of `index.answers.confidence.EVIDENCE`.
    """

    question: int
    case: Case
    evidence: tuple[float, ...]
    right: bool


def collect_examples(data: Path) -> dict[str, list[Example]]:
    """Return the examples of the board and of the reading sets in a data folder, by their names.

    The board's are right where the right reply is quoted, the others where the answer is; what is
    asked of replies that are kept away or have been cut never is.
    """
    sets = {}
    with open_board(data) as board:
        sets["the board"] = [
            replace(example, evidence=_of_the_matter(example.evidence))
            for example in _ask(board.engine, board.queries, _quotes_reply)
        ]
    for name, folder in FOLDERS.items():
        if (path := data / "reading" / folder).is_dir():
            with open_reading(path) as reading:
                sets[name] = list(_ask(reading.engine, reading.questions, _quotes_answer))
            with open_reading(path, cut=True) as reading:
                sets[name].extend(_ask_cut(reading.engine, reading.questions))
    return sets


def _of_the_matter(evidence: tuple[float, ...]) -> tuple[float, ...]:
    """Return evidence without what tells whether the answer is there.

    That the board's right reply is quoted doesn't say so; and the restatement was taken out of it,
    with the numbers that the message names.
    """
    return tuple(
        0.0 if name in OF_THE_ANSWER else value
        for name, value in zip(EVIDENCE, evidence, strict=True)
    )


def _quotes_reply(query: Labelled, excerpts: Sequence[Excerpt]) -> bool:
    return any(excerpt.reply.id == query.reply_id for excerpt in excerpts)


def _quotes_answer(question: Answered, excerpts: Sequence[Excerpt]) -> bool:
    quoted = ("".join(e.reply.text[e.start : e.end].split()) for e in excerpts)
    answers = ["".join(answer.split()) for answer in question.answers]
    return any(answer in text for text in quoted for answer in answers)


def _ask(
    engine: Engine, questions: Sequence[_Q], is_right: Callable[[_Q, Sequence[Excerpt]], bool]
) -> Iterator[Example]:
    ids = engine.store.reply_ids()
    for number, question in enumerate(track(questions, "提问")):
        others = Filters(reply_ids=tuple(id for id in ids if id != question.reply_id))
        for case, filters in ((Case.THERE, ANY), (Case.AWAY, others)):
            for excerpts, evidence in _look(engine, question.text, filters):
                right = case is Case.THERE and is_right(question, excerpts)
                yield Example(number, case, evidence, right)


def _ask_cut(engine: Engine, questions: Sequence[Answered]) -> Iterator[Example]:
    for number, question in enumerate(track(questions, "提问")):
        for _, evidence in _look(engine, question.text, ANY):
            yield Example(number, Case.CUT, evidence, right=False)


def _look(
    engine: Engine, question: str, filters: Filters
) -> Iterator[tuple[Sequence[Excerpt], tuple[float, ...]]]:
    """Yield what is quoted and the evidence for it; nothing where nothing is quoted."""
    retriever = engine.retriever
    asked = read_question(retriever.analyse(question), retriever.analyser.encoders)
    ranked = retriever.rank_replies(asked.query, REPLIES_RANKED, filters)
    if excerpts := quote_replies(engine.store, asked, ranked):
        yield excerpts, gather(retriever, asked, ranked, excerpts)
