"""Ask questions with known answers, with what answers them present and taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.errors import NotFound
from corpus.filters import ANY, Filters
from corpus.store import Store
from eval.answers.questions import Question
from eval.ranking.collection import Progress
from index.answer import Finding, find_answer
from index.confidence import Confidence
from index.engine import Engine


@dataclass(frozen=True, slots=True)
class Quoted:
    """One quote of an answer: whether it is verbatim, whether it supports the answer.

    `relevant` tells whether its reply is one that is known to hold the answer.
    """

    reply_id: str
    text: str
    exact: bool
    supports: bool
    relevant: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question.

    With `removed`, the replies that are known to hold its answer were taken out, so that nothing
    can support it.
    """

    question: Question
    removed: bool
    confidence: float
    quotes: tuple[Quoted, ...]

    @property
    def answerable(self) -> bool:
        """Whether the replies that were searched hold an answer."""
        return self.question.answerable and not self.removed

    @property
    def supported(self) -> bool:
        """Whether one of the quotes supports the answer."""
        return any(quote.supports for quote in self.quotes)


def ask_all(
    engine: Engine, confidence: Confidence, questions: Sequence[Question], progress: Progress
) -> Iterator[Asked]:
    """Ask each question, and those with an answer again with their sources taken out.

    Sources are kept away from the candidates of both legs by a filter, so ranking and confidence
    see no more of them than if they were not there; only the frequencies of terms still count
    them, as they do after a removal until the index is compacted.
    """
    all_ids = engine.store.reply_ids()
    for number, question in enumerate(questions):
        progress("提问", number, len(questions))
        yield _ask(engine, confidence, question, ANY, removed=False)
        if question.answerable:
            others = Filters(reply_ids=tuple(id for id in all_ids if id not in question.sources))
            yield _ask(engine, confidence, question, others, removed=True)
    progress("提问", len(questions), len(questions))


def _ask(
    engine: Engine, confidence: Confidence, question: Question, filters: Filters, removed: bool
) -> Asked:
    finding = find_answer(engine.retriever, confidence, question.text, filters)
    quotes = tuple(_iter_quotes(engine.store, question, finding, removed))
    return Asked(question, removed, finding.confidence, quotes)


def _iter_quotes(
    store: Store, question: Question, finding: Finding, removed: bool
) -> Iterator[Quoted]:
    for excerpt in finding.excerpts:
        reply, start, end = excerpt.reply, excerpt.start, excerpt.end
        text = reply.text[start:end]
        try:
            exact = bool(text) and store.reply(reply.id).text[start:end] == text
        except NotFound:
            exact = False
        supports = not removed and question.is_supported(reply, start, end)
        yield Quoted(reply.id, text, exact, supports, reply.id in question.sources)
