"""Fit the confidence on questions whose reply is present, or has been kept away.

    python -m index.training.confidence --data DIR

writes `index/confidence.json`, in a few minutes. Questions are the titles and messages of the
board's held-out training rows, right where the right reply is quoted, and those of CMRC 2018 but
for the first 1,500, right where the answer is quoted. Fit it anew whenever the model, the fusion or
the choice of quotes has changed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from rich.progress import track

from corpus.filters import ANY, Filters
from index.answer import REPLIES_RANKED, gather, quote_replies
from index.confidence import CONFIDENCE_FILE, EVIDENCE
from index.engine import Engine
from index.quotes import Excerpt
from index.training.board import Labelled, open_board
from index.training.reading import Answered, open_reading
from index.training.regression import named, regress, save_fitted

_Q = TypeVar("_Q", Labelled, Answered)

ELSEWHERE = -2.0
"""The coefficient of `elsewhere`, set by hand as in the fusion: these replies name no district."""

Example = tuple[tuple[float, ...], bool]
"""The evidence for an answer, and whether it was right."""


def fit(data: Path) -> dict[str, object]:
    """Return the content of the confidence file: coefficients, and what they were fitted on."""
    fitted_on = []
    with open_board(data) as board:
        examples = [list(_iter_examples(board.engine, board.queries, _quotes_reply))]
        fitted_on.append(f"{len(board.queries)} titles and messages of the board")
        model = board.engine.embedder.name
    if (folder := data / "reading" / "cmrc2018").is_dir():
        with open_reading(folder) as reading:
            examples.append(list(_iter_examples(reading.engine, reading.questions, _quotes_answer)))
            fitted_on.append(f"{len(reading.questions)} questions of CMRC 2018")
    return {
        "fitted_on": ", ".join(fitted_on),
        "model": model,
        **named(_regress_alike(examples), EVIDENCE),
    }


def _quotes_reply(query: Labelled, excerpts: Sequence[Excerpt]) -> bool:
    return any(excerpt.reply.id == query.reply_id for excerpt in excerpts)


def _quotes_answer(question: Answered, excerpts: Sequence[Excerpt]) -> bool:
    quoted = ("".join(e.reply.text[e.start : e.end].split()) for e in excerpts)
    answers = ["".join(answer.split()) for answer in question.answers]
    return any(answer in text for text in quoted for answer in answers)


def _iter_examples(
    engine: Engine, questions: Sequence[_Q], is_right: Callable[[_Q, Sequence[Excerpt]], bool]
) -> Iterator[Example]:
    """Yield each question's evidence with its reply there, and kept away: then nothing is right."""
    retriever = engine.retriever
    ids = engine.store.reply_ids()
    for question in track(questions, "提问"):
        query = retriever.analyse(question.text)
        others = Filters(reply_ids=tuple(id for id in ids if id != question.reply_id))
        for filters in (ANY, others):
            ranked = retriever.rank_replies(query, REPLIES_RANKED, filters)
            if excerpts := quote_replies(retriever, query, ranked):
                right = filters is ANY and is_right(question, excerpts)
                yield gather(retriever, query, ranked, excerpts), right


def _regress_alike(sets: Sequence[Sequence[Example]]) -> tuple[float, tuple[float, ...]]:
    """Fit over sets of examples that weigh alike, however many each has."""
    total = sum(map(len, sets))
    learned = len(EVIDENCE) - 1
    intercept, coefficients = regress(
        [evidence[:learned] for examples in sets for evidence, _ in examples],
        [right for examples in sets for _, right in examples],
        [total / len(sets) / len(examples) for examples in sets for _ in examples],
    )
    return intercept, (*coefficients, ELSEWHERE)


def main() -> None:
    """Fit, and write the confidence file."""
    parser = argparse.ArgumentParser(description="Fit the confidence.")
    parser.add_argument("--data", type=Path, required=True, help="data folder, see the model card")
    parser.add_argument("--out", type=Path, default=CONFIDENCE_FILE)
    options = parser.parse_args()
    save_fitted(fit(options.data), options.out)


if __name__ == "__main__":
    main()
