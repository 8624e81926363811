"""Make a test set of a library without annotation: what its replies themselves ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from corpus.errors import InputError
from corpus.progress import Progress, say_nothing
from corpus.store.store import Store
from eval.data.beir import BeirDocument, check_new_folder, save_beir
from eval.data.lines import save_text
from eval.data.qrels import Qrels
from eval.data.spans import Span, judge_documents
from eval.data.topics import Topic, save_topics
from eval.making.documents import (
    MaskedReply,
    Range,
    TestDocument,
    cut_document,
    mask_reply,
    restatements,
)
from eval.making.made import BigramFinder, MadeTestSet, measure_leakage, write_readme
from eval.making.queries import DEFAULT_KINDS, MadeQuery, QueryKind, iter_queries
from eval.statistics import draw

ONE_HELD_OUT_OF = 5
"""Of so many matters one is held out where unanswerable questions are wanted."""

UNANSWERABLE_FILE = "unanswerable.jsonl"


def make_test_set(
    store: Store,
    folder: Path,
    kinds: Iterable[QueryKind] = DEFAULT_KINDS,
    progress: Progress = say_nothing,
) -> MadeTestSet:
    """Write a BEIR folder of all replies of a library, and a README that says what leaks.

    `qrels/test.tsv` has all judgments, by replies, `qrels/KIND.tsv` those of one kind, of headings
    by passages. Unanswerable questions have a file of their own. The same text asked by several
    replies is one query that all of them answer. Personal data is masked. The same library always
    gives the same set.

    :raises InputError: where the folder has something in it or cannot be written, or no reply of
        the library has anything to ask.
    """
    check_new_folder(folder)
    wanted = tuple(dict.fromkeys(kinds))
    replies = sorted(store.replies(store.reply_ids()).values(), key=lambda reply: reply.id)
    sources = []
    for number, reply in enumerate(replies):
        progress("阅读答复", number, len(replies))
        sources.append(mask_reply(reply, store.passages_of(reply.id).values()))
    progress("出题", 0, None)
    held, kept = _hold_out(sources) if QueryKind.UNANSWERABLE in wanted else ([], sources)
    questions = list(
        iter_queries(kept, [kind for kind in wanted if kind != QueryKind.UNANSWERABLE])
    )
    documents = _cut_documents(kept, questions)
    queries = _Queries()
    for question in questions:
        queries.add(question, documents.get(question.reply_id))
    without = [] if not held else list(iter_queries(held, [QueryKind.UNANSWERABLE]))
    for question in without:
        queries.add_unanswerable(question)
    if not queries.topics:
        raise InputError(
            "文库里没有可以用来提问的标题、来信或语句，做不成测试集；请先用 dafu ingest 载入答复"
        )
    finder = BigramFinder({document.id: document.text for document in documents.values()})
    leakage = {}
    for number, kind in enumerate(kinds := [kind for kind in wanted if queries.texts[kind]]):
        progress("检查题目有没有送分", number, len(kinds))
        qrels = judge_documents(queries.qrels[kind])
        leakage[kind] = measure_leakage(finder, queries.texts[kind], qrels)
    made = MadeTestSet(
        documents=len(documents),
        empty=len(kept) - len(documents),
        held_out=len(held),
        queries={kind: len(queries.texts[kind]) for kind in wanted},
        leakage=leakage,
    )
    _save(folder, documents, queries)
    save_text(folder / "README.md", write_readme(made))
    return made


def _hold_out(sources: Sequence[MaskedReply]) -> tuple[list[MaskedReply], list[MaskedReply]]:
    """Part the replies that are to be missing from the rest; those of one title stay together."""
    held: list[MaskedReply] = []
    kept: list[MaskedReply] = []
    for source in sources:
        matter = (source.titles or (source.reply.id,))[0]
        asks = bool(source.titles or source.reply.question)
        chosen = asks and draw(f"{QueryKind.UNANSWERABLE}:{matter}", ONE_HELD_OUT_OF) == 0
        (held if chosen else kept).append(source)
    return held, kept


def _cut_documents(
    sources: Sequence[MaskedReply], questions: Sequence[MadeQuery]
) -> dict[str, TestDocument]:
    cuts: defaultdict[str, list[Range]] = defaultdict(list)
    for question in questions:
        cuts[question.reply_id] += question.cuts
    made = (
        cut_document(source, [*restatements(source), *cuts[source.reply.id]]) for source in sources
    )
    return {document.id: document for document in made if document}


class _Queries:
    """The queries of each kind with their judgments, as they come."""

    def __init__(self) -> None:
        self.topics: dict[str, Topic] = {}
        self.texts: defaultdict[QueryKind, dict[str, str]] = defaultdict(dict)
        self.qrels: defaultdict[QueryKind, Qrels] = defaultdict(dict)
        self._ids: dict[tuple[QueryKind, str], str] = {}

    def add(self, question: MadeQuery, document: TestDocument | None) -> None:
        """Add a question, unless nothing is left in its document that could answer it."""
        answer = document and _answer(question, document)
        if answer:
            id = self._id_of(question)
            self.topics[id] = Topic(id, question.text, question.kind)
            self.qrels[question.kind].setdefault(id, {})[answer] = 1

    def add_unanswerable(self, question: MadeQuery) -> None:
        """Add a question that no document answers."""
        self._id_of(question)

    def _id_of(self, question: MadeQuery) -> str:
        """Return the id of a query of this kind and text; a new one is named after its reply."""
        key = (question.kind, question.text)
        if key not in self._ids:
            name = unused = f"{question.kind}-{question.reply_id}"
            number = 1
            while unused in self.texts[question.kind]:
                number += 1
                unused = f"{name}-{number}"
            self._ids[key] = unused
            self.texts[question.kind][unused] = question.text
        return self._ids[key]


def _answer(question: MadeQuery, document: TestDocument) -> str | None:
    """Return the id of what answers a question in its document, None where it is cut out."""
    if question.kind is QueryKind.QUOTATION:
        quoted, text = ("".join(each.split()) for each in (question.text, document.text))
        return document.id if quoted in text else None
    if question.place is None:
        return document.id
    place = document.span_of(question.place)
    return str(Span(document.id, *place)) if place else None


def _save(folder: Path, documents: Mapping[str, TestDocument], queries: _Queries) -> None:
    everything = {
        query: judged
        for qrels in queries.qrels.values()
        for query, judged in judge_documents(qrels).items()
    }
    save_beir(
        folder,
        [BeirDocument(document.id, document.text) for document in documents.values()],
        list(queries.topics.values()),
        {"test": everything, **{str(kind): part for kind, part in queries.qrels.items() if part}},
    )
    without = queries.texts[QueryKind.UNANSWERABLE]
    if without:
        topics = [Topic(id, text, QueryKind.UNANSWERABLE) for id, text in without.items()]
        save_topics(topics, folder / UNANSWERABLE_FILE)
