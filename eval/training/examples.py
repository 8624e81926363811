"""Questions asked of replies that answer them, are kept away, or lack what is asked for.

The encoder has learned none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import islice
from pathlib import Path

from rich.progress import track

from corpus.filters import ANY, Filters
from corpus.text.sentences import sentence_spans
from eval.collection import index_documents
from eval.data.beir import BeirDocument, load_beir
from eval.data.questions import OVERLAP, iter_answers
from eval.training.pairs import is_fusion_holdout, iter_training_rows, strip_restatement
from eval.training.plain.questions import HELD, PlainQuestion, read_plain
from index.answers.answer import REPLIES_RANKED, gather, quote_replies
from index.answers.confidence import READ_EVIDENCE
from index.answers.question import read_question
from index.answers.quotes import Excerpt
from index.engine import Engine
from index.models.choice import Models

OF_THE_ANSWER = ("number", "kind")
"""Evidence that is learned where answers are known."""

MEASURED = 1500
"""The first questions of a reading set are left for measuring."""

EVERY = 16
"""Of the others one in so many is asked, of every fourth document one."""

FOLDERS = {"CMRC 2018": "cmrc2018"}
"""The sets in the folder `reading`."""


class Case(StrEnum):
    """What a question is asked of: all replies, all but its own, all where its own lacks it."""

    THERE = "there"
    AWAY = "away"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class EvidenceExample:
    """The evidence for what was quoted for the question of this number; whether it was right.

    `evidence` is that of `index.answers.confidence.READ_EVIDENCE`.
    """

    question: int
    case: Case
    evidence: tuple[float, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class AnsweredQuery:
    """A query, the id of the reply that answers it, and the words that do, where they are known.

    :ivar also: what other replies say that answers it.
    """

    text: str
    reply_id: str
    answers: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


Opened = tuple[Engine, tuple[AnsweredQuery, ...]]
"""An engine over replies, and queries to them."""


def collect_examples(
    data: Path, models: Models | str = "bundled"
) -> dict[str, list[EvidenceExample]]:
    """Return the examples of a data folder's sets, by their names.

    The board's are right where the right reply is quoted, the others where an answer is; what is
    asked of replies that are kept away or lack it is so where others are known to answer.
    """
    sets: dict[str, list[EvidenceExample]] = {}
    with open_plain(data, models) as (engine, queries):
        answered = [query for query in queries if query.answers]
        missed = [query for query in queries if not query.answers]
        found = [*_ask(engine, answered, quotes_sentence), *_ask_lacking(engine, missed)]
        if found:
            sets["plain questions"] = found
    with open_board(data, models) as (engine, queries):
        sets["the board"] = [
            replace(example, evidence=_of_the_matter(example.evidence))
            for example in _ask(engine, queries, _quotes_reply)
        ]
    for name, folder in FOLDERS.items():
        if (path := data / "reading" / folder).is_dir():
            with open_reading(path, models) as (engine, queries):
                sets[name] = list(_ask(engine, queries, _quotes_answer))
            with open_reading(path, models, cut=True) as (engine, queries):
                sets[name].extend(_ask_lacking(engine, queries))
    return sets


@contextmanager
def open_board(data: Path, models: Models | str = "bundled") -> Iterator[Opened]:
    """Index the replies of the training rows of a data folder's board.

    They are without their restatement of the message, so that a match must be found in the
    substance. The queries are the titles and the messages of the held-out quarter of the rows.
    """
    rows = list(iter_training_rows(data))
    documents = [
        BeirDocument(str(row["id"]), strip_restatement(str(row["reply"]), str(row["title"])))
        for row in rows
    ]
    with index_documents(documents, models) as collection:
        replies = collection.replies
        yield (
            collection.engine,
            tuple(
                AnsweredQuery(str(row[column]), replies[str(row["id"])])
                for row in rows
                if is_fusion_holdout(str(row["id"])) and str(row["id"]) in replies
                for column in ("title", "question")
                if row[column]
            ),
        )


@contextmanager
def open_plain(data: Path, models: Models | str = "bundled") -> Iterator[Opened]:
    """Index the board's training replies and the documents, which the plain questions are about.

    The queries are those that are held; those without answers are near misses.
    """
    asked = list(read_plain(HELD, data, all_there=False))
    texts = {f"board:{row['id']}": str(row["reply"]) for row in iter_training_rows(data)}
    texts |= {one.place: one.text for one in asked}
    with index_documents([BeirDocument(*item) for item in texts.items()], models) as collection:
        replies = collection.replies
        yield (
            collection.engine,
            tuple(
                AnsweredQuery(one.question, replies[one.place], tuple(_answers(one)), one.also)
                for one in asked
                if one.place in replies
            ),
        )


def _answers(one: PlainQuestion) -> Iterator[str]:
    """Yield the sentences that answer."""
    for start, end in one.answers:
        for first, last in sentence_spans(one.text, start, end):
            yield one.text[first:last]


@contextmanager
def open_reading(
    folder: Path, models: Models | str = "bundled", *, cut: bool = False
) -> Iterator[Opened]:
    """Index the documents of a reading folder (BEIR layout, with answers).

    With `cut`, one question of each document is asked, and the sentences that answer it are cut
    out: what is left is about the very matter, and does not say what is asked for.
    """
    judged = load_beir(folder)
    answers = dict(iter_answers(folder / "queries.jsonl"))
    document_of = {query: next(iter(gains)) for query, gains in judged.qrels.items()}
    asked = list(islice(judged.queries, MEASURED, None, EVERY))
    if cut:
        asked = list({document_of[id]: id for id in reversed(asked)}.values())
    cuts = {document_of[id]: answers[id] for id in asked} if cut else {}
    documents = [
        replace(document, text=cut_answers(document.text, cuts.get(document.id, ())))
        for document in judged.documents
    ]
    with index_documents(documents, models) as collection:
        replies = collection.replies
        yield (
            collection.engine,
            tuple(
                AnsweredQuery(judged.queries[id], replies[document_of[id]], answers[id])
                for id in asked
                if document_of[id] in replies
            ),
        )


def cut_answers(text: str, answers: Iterable[str]) -> str:
    """Return a text without the sentences that hold one of these answers."""
    wanted = [_squeeze(answer) for answer in answers]
    kept, last = [], 0
    for start, end in sentence_spans(text):
        if any(answer in _squeeze(text[start:end]) for answer in wanted):
            kept.append(text[last:start])
            last = end
    return "".join([*kept, text[last:]])


def _of_the_matter(evidence: tuple[float, ...]) -> tuple[float, ...]:
    """Return evidence without what tells whether the answer is there.

    That the board's right reply is quoted doesn't say so; and the restatement was taken out of it,
    with the numbers that the message names.
    """
    return tuple(
        0.0 if name in OF_THE_ANSWER else value
        for name, value in zip(READ_EVIDENCE, evidence, strict=True)
    )


def _quotes_reply(query: AnsweredQuery, excerpts: Sequence[Excerpt]) -> bool:
    return any(excerpt.reply.id == query.reply_id for excerpt in excerpts)


def _quotes_answer(question: AnsweredQuery, excerpts: Sequence[Excerpt]) -> bool:
    answers = [_squeeze(answer) for answer in question.answers]
    return any(answer in text for text in _quoted(excerpts) for answer in answers)


def quotes_sentence(question: AnsweredQuery, excerpts: Sequence[Excerpt]) -> bool:
    """Tell whether a quote of the right reply shares half of the shorter with a sentence.

    Whole a sentence isn't quoted where it begins with a formula (现将有关情况回复如下：根据…).
    """
    return _share([e for e in excerpts if e.reply.id == question.reply_id], question.answers)


def _quotes_others(question: AnsweredQuery, excerpts: Sequence[Excerpt]) -> bool:
    """Tell whether a quote shares half of the shorter with what else answers."""
    return _share(excerpts, question.also)


def _share(excerpts: Sequence[Excerpt], texts: Sequence[str]) -> bool:
    wanted = [_squeeze(text) for text in texts]
    return any(
        SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
        >= OVERLAP * min(len(one), len(other))
        for one in _quoted(excerpts)
        for other in wanted
    )


def _quoted(excerpts: Sequence[Excerpt]) -> Iterator[str]:
    return (_squeeze(each.reply.text[each.start : each.end]) for each in excerpts)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _ask(
    engine: Engine,
    questions: Sequence[AnsweredQuery],
    is_right: Callable[[AnsweredQuery, Sequence[Excerpt]], bool],
) -> Iterator[EvidenceExample]:
    ids = engine.store.reply_ids()
    for number, question in enumerate(track(questions, "提问")):
        others = Filters(reply_ids=tuple(id for id in ids if id != question.reply_id))
        for case, filters in ((Case.THERE, ANY), (Case.AWAY, others)):
            for excerpts, evidence in _look(engine, question.text, filters):
                right = case is Case.THERE and is_right(question, excerpts)
                right = right or _quotes_others(question, excerpts)
                yield EvidenceExample(number, case, evidence, right)


def _ask_lacking(engine: Engine, questions: Sequence[AnsweredQuery]) -> Iterator[EvidenceExample]:
    for number, question in enumerate(track(questions, "提问")):
        for excerpts, evidence in _look(engine, question.text, ANY):
            yield EvidenceExample(number, Case.CUT, evidence, _quotes_others(question, excerpts))


def _look(
    engine: Engine, question: str, filters: Filters
) -> Iterator[tuple[Sequence[Excerpt], tuple[float, ...]]]:
    """Yield what is quoted and the evidence for it; nothing where nothing is quoted."""
    retriever = engine.retriever
    asked = read_question(retriever.analyse(question), retriever.analyser.encoders)
    ranked = retriever.rank_replies(asked.query, REPLIES_RANKED, filters)
    if excerpts := quote_replies(retriever, asked, ranked):
        yield excerpts, gather(retriever, asked, ranked, excerpts)
