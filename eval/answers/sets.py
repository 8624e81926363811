"""Open what answers are measured on: a reading test set, a folder of replies, or the library."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError, UnreadableFile
from corpus.parse import parse
from corpus.progress import Progress
from corpus.readers import iter_documents, iter_paths
from corpus.store.store import Store
from corpus.types import ParsedReply
from eval.answers.questions import Question, iter_answers, load_questions
from eval.collection import index_documents
from eval.data.beir import BeirSet, load_beir
from index.engine import Engine, open_engine
from index.models.choice import Models

LAYOUTS = (
    "应是以下之一：有 corpus.jsonl、queries.jsonl（带 answers）和 qrels/test.tsv 的文件夹；"
    "有 questions.jsonl 和 replies/ 的文件夹；或向文库提问的 .jsonl 文件"
)


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """Questions with known answers, and the engine over the replies they are asked of."""

    name: str
    engine: Engine
    questions: tuple[Question, ...]


@contextmanager
def open_answer_set(
    path: Path, home: Path, model: Models | str, progress: Progress
) -> Iterator[AnswerSet]:
    """Open a set; what it brings along is indexed in a temporary home for as long as it is used.

    :param home: the library that is asked where the set is a file of questions.
    :raises InputError: where the set is none of the known layouts or cannot be used.
    """
    if (path / "queries.jsonl").is_file():
        judged = load_beir(path)
        with index_documents(judged.documents, model, progress) as collection:
            questions = _reading_questions(path, judged, collection.names)
            yield AnswerSet(path.name, collection.engine, questions)
    elif (path / "questions.jsonl").is_file() and (path / "replies").is_dir():
        with (
            tempfile.TemporaryDirectory(prefix="dafu-eval-", ignore_cleanup_errors=True) as folder,
            Store.open(Path(folder)) as store,
            closing(open_engine(Path(folder), model, store)) as engine,
        ):
            _load_replies(store, path / "replies", progress)
            engine.indexer.catch_up(progress)
            engine.refresh()
            yield AnswerSet(path.name, engine, load_questions(path / "questions.jsonl", store))
    elif path.is_file():
        with Store.open(home) as store, closing(open_engine(home, model, store)) as engine:
            yield AnswerSet(path.name, engine, load_questions(path, store))
    else:
        found = "没有这个文件或文件夹" if not path.exists() else "不是能用来评测回答的问题"
        raise InputError(f"{found}：{path}。{LAYOUTS}")


def _reading_questions(
    path: Path, judged: BeirSet, names: Mapping[str, Sequence[str]]
) -> tuple[Question, ...]:
    replies = {document: reply for reply, documents in names.items() for document in documents}
    answers = dict(iter_answers(path / "queries.jsonl"))
    return tuple(
        Question(
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


def _load_replies(store: Store, folder: Path, progress: Progress) -> None:
    """Load a folder's replies as `dafu ingest` does; what can't be read is an error here."""
    paths = list(iter_paths([folder]))
    for number, path in enumerate(paths):
        progress("读取文件", number, len(paths))
        if isinstance(path, UnreadableFile):
            continue  # a README beside the replies
        parsed: list[ParsedReply] = []
        for document in iter_documents(path):
            if isinstance(document, UnreadableFile):
                raise InputError(f"{document.source}：{document.reason}")
            try:
                parsed.append(parse(document))
            except UnreadableFile as error:
                raise InputError(f"{error.source}：{error.reason}") from error
        store.put_file(path.as_posix(), None, parsed)
    progress("读取文件", len(paths), len(paths))
