"""Open test sets: what is asked, what is known of the answers, and what it is asked of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import InputError
from corpus.progress import Progress
from eval.collection import Collection, index_documents, index_replies, open_library
from eval.data.beir import BeirSet, load_beir, load_judged
from eval.data.lines import name_some
from eval.data.qrels import Qrels
from eval.data.questions import ReferenceQuestion, iter_answers, load_questions
from eval.data.spans import Level, Span, document_of, judge_documents, parse_span
from eval.data.topics import load_topics
from index.models.choice import Models

QUESTIONS_FILE = "questions.jsonl"

# Questions with known answers

ANSWER_LAYOUTS = (
    "应是以下之一：有 corpus.jsonl、queries.jsonl（带 answers）和 qrels/test.tsv 的文件夹；"
    "有 questions.jsonl 和 replies/ 的文件夹；或向文库提问的 .jsonl 文件"
)


@contextmanager
def open_questions(
    path: Path, home: Path, model: Models | str, progress: Progress
) -> Iterator[tuple[Collection, tuple[ReferenceQuestion, ...]]]:
    """Open questions with known answers and what they are asked of, for as long as it is used.

    :param home: the library that is asked where they are a file.
    :raises InputError: where the path is none of the known layouts or cannot be used.
    """
    if (path / "queries.jsonl").is_file():
        judged = load_beir(path)
        with index_documents(judged.documents, model, progress) as collection:
            yield collection, _reading_questions(path, judged, collection)
    elif (path / QUESTIONS_FILE).is_file() and (path / "replies").is_dir():
        with index_replies(path / "replies", model, progress) as collection:
            yield collection, load_questions(path / QUESTIONS_FILE, collection.engine.store)
    elif path.is_file():
        with open_library(home, model) as collection:
            yield collection, load_questions(path, collection.engine.store)
    else:
        found = "没有这个文件或文件夹" if not path.exists() else "不是能用来评测回答的问题"
        raise InputError(f"{found}：{path}。{ANSWER_LAYOUTS}")


def _reading_questions(
    path: Path, judged: BeirSet, collection: Collection
) -> tuple[ReferenceQuestion, ...]:
    replies = collection.replies
    answers = dict(iter_answers(path / "queries.jsonl"))
    return tuple(
        ReferenceQuestion(
            id,
            text,
            answers[id],
            (),
            frozenset(
                replies[document]
                for document, gain in judged.qrels[id].items()
                if gain > 0 and document in replies
            ),
        )
        for id, text in judged.queries.items()
    )


# Queries with judgments

LAYOUTS = (
    "应是 BEIR 格式的文件夹；有 questions.jsonl 和 replies/ 的文件夹；"
    "或向文库提问的查询文件，用 --qrels 给出判断（.jsonl 也可以每行自带 relevant）"
)


@dataclass(frozen=True, slots=True)
class JudgedSource:
    """Where a test set stands: a folder, or a file of queries for the library in `home`.

    :param qrels: the judgments of a file of queries that has none itself.
    """

    path: Path
    home: Path
    qrels: Path | None = None


@contextmanager
def open_judged(
    source: JudgedSource,
    model: Models | str,
    progress: Progress,
    split: str = "test",
    level: Level | None = None,
) -> Iterator[tuple[Collection, BeirSet]]:
    """Open a test set with what it is asked of, for as long as it is used.

    :param split: which judgments of a BEIR folder.
    :param level: what is to be ranked; None for what is judged, of questions with marked answers
        the replies.
    :raises InputError: where it is of no known layout, or cannot be used.
    :raises ModelError: where the model cannot be loaded.
    :raises IndexMismatch: where the library's indexes were made with another model.
    """
    path = source.path
    if source.qrels is not None:
        if path.is_dir():
            raise InputError(f"测试集文件夹 {path} 自带判断，不用 --qrels；要选哪一份，用 --split")
        judged = load_judged(path, source.qrels)
        with open_library(source.home, model) as collection:
            yield collection, _note_lost(collection, judged)
    elif (path / QUESTIONS_FILE).is_file() or path.suffix.lower() == ".jsonl":
        with open_questions(path, source.home, model, progress) as (collection, questions):
            file = path / QUESTIONS_FILE if path.is_dir() else path
            judged = _judge_questions(questions, file, collection)
            if level is not Level.PASSAGE:
                judged = replace(judged, qrels=judge_documents(judged.qrels))
            yield collection, judged
    elif path.is_dir():
        judged = load_beir(path, split)
        with index_documents(judged.documents, model, progress) as collection:
            if level is not Level.REPLY:
                _check_places(collection, judged)
            yield collection, judged
    else:
        found = "没有判断" if path.is_file() else "没有这个文件夹"
        raise InputError(f"{found}：{path}。{LAYOUTS}")


def _check_places(collection: Collection, judged: BeirSet) -> None:
    """See that spans of a test set's documents are spans of the texts that are searched.

    :raises InputError: where cleaning changes a document that has judged spans, so that their
        offsets are none of the cleaned text's; all such documents are named.
    """
    replies = collection.replies
    spans = {
        span.document
        for gains in judged.qrels.values()
        for id in gains
        if id not in replies and (span := parse_span(id))
    }
    given = {document.id: document.text for document in judged.documents if document.id in spans}
    stored = collection.engine.store.replies({replies[id] for id in given if id in replies})
    changed = [
        id for id, text in given.items() if id in replies and stored[replies[id]].text != text
    ]
    if changed:
        raise InputError(
            f"这些文档有按段落的判断，但载入时文字经过清理，与 corpus.jsonl 里的不同，位置对不上："
            f"{name_some(changed)}；请用清理后的文字重做测试集，或用 --level reply 按整份评测"
        )


def _note_lost(collection: Collection, judged: BeirSet) -> BeirSet:
    """Note which relevant documents or passages a library does not hold; they count as not found.

    :raises InputError: where it holds none of what is judged.
    """
    ids = {document_of(id) for gains in judged.qrels.values() for id in gains}
    known = {id: len(r.text) for id, r in collection.engine.store.replies(ids).items()}
    if not known:
        raise InputError(
            f"判断里的答复没有一份在文库里，如 {name_some(sorted(ids)[:3])}；"
            "编号应是答复的编号，可用 dafu list 查看"
        )
    lost = {
        id: None
        for gains in judged.qrels.values()
        for id, gain in gains.items()
        if gain > 0 and not _holds(known, id)
    }
    if not lost:
        return judged
    note = (
        f"有 {len(lost)} 份判为相关的答复（或段落）不在文库里，按没有找到计："
        f"{name_some(list(lost))}。请载入这些答复，或从判断中删去。"
    )
    return replace(judged, notes=(*judged.notes, note))


def _holds(lengths: dict[str, int], id: str) -> bool:
    """Tell whether a reply of these lengths, or a span of one, has this id."""
    span = parse_span(id)
    return id in lengths or (span is not None and span.end <= lengths.get(span.document, 0))


def _judge_questions(
    questions: Sequence[ReferenceQuestion], path: Path, collection: Collection
) -> BeirSet:
    """Return questions as queries; the places of their answers, or else the replies, as judged."""
    names = {id: documents[0] for id, documents in collection.names.items()}
    qrels: Qrels = {}
    for question in questions:
        spans = [str(Span(names[s.reply_id], s.start, s.end)) for s in question.spans]
        judged = spans or sorted(names[id] for id in question.sources)
        if judged:
            qrels[question.id] = dict.fromkeys(judged, 1)
    if not qrels:
        raise InputError(
            f"{path} 里没有一个问题标出了答案在哪份答复里（relevant），不能评测检索；{LAYOUTS}"
        )
    asked = [question for question in questions if question.id in qrels]
    complete = collection.engine.retriever.analyser.complete
    topics = [topic for topic in load_topics(path) if topic.id in qrels]
    without = len(questions) - len(qrels)
    return BeirSet(
        documents=(),
        queries={each.id: complete(each.text, each.after) for each in asked},
        qrels=qrels,
        unjudged=without,
        categories={topic.id: topic.category for topic in topics if topic.category},
        notes=(f"有 {without} 个问题没有答案，检索评测不计入。",) if without else (),
    )
