"""Read and write test sets in BEIR layout: corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv.

The layout is that of https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.errors import InputError
from corpus.files import say_trouble
from eval.data.lines import Problems, iter_lines, iter_objects, name_some, save_text
from eval.data.qrels import Judgments, Qrels, load_qrels, save_qrels
from eval.data.spans import document_of
from eval.data.topics import Topic, load_topics, save_topics

LAYOUT = "（BEIR 测试集应有 corpus.jsonl、queries.jsonl 和 qrels/test.tsv）"


@dataclass(frozen=True, slots=True)
class BeirDocument:
    """One document of a test set; `title` is empty where the set gives none."""

    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class BeirSet:
    """Documents, the judged queries (id → text), and their qrels (query id → document id → gain).

    Judged are documents, or spans of their texts (see `eval.data.spans`). Queries that have no
    judgment in this split are left out; `unjudged` counts them. `categories` are those queries'
    that have one, by the query's id. `notes` say in Chinese what was left out, and what to do.
    """

    documents: tuple[BeirDocument, ...]
    queries: dict[str, str]
    qrels: Qrels
    unjudged: int
    categories: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def load_beir(folder: Path, split: str = "test") -> BeirSet:
    """Load a test set from its folder; queries come in the order of their file.

    :raises InputError: where a file is missing or has lines that cannot be used; all such lines
        of a file are named together.
    """
    if not folder.is_dir():
        raise InputError(f"没有这个文件夹：{folder}（应是 BEIR 格式的测试集文件夹）")
    documents = _load_documents(folder / "corpus.jsonl")
    topics = load_topics(folder / "queries.jsonl", LAYOUT)
    known = {document.id for document in documents}
    asked = {topic.id for topic in topics}
    qrels = _load_qrels(folder / "qrels" / f"{split}.tsv", asked, known)
    return join_judged(topics, qrels, documents)


def join_judged(
    topics: Sequence[Topic], qrels: Qrels, documents: tuple[BeirDocument, ...] = ()
) -> BeirSet:
    """Put together the queries that have judgments, and note those that have none."""
    judged = [topic for topic in topics if topic.id in qrels]
    left = [topic.id for topic in topics if topic.id not in qrels]
    note = f"有 {len(left)} 个查询没有判断，未计入：{name_some(left)}。请补上判断，或从查询中删去。"
    return BeirSet(
        documents=documents,
        queries={topic.id: topic.text for topic in judged},
        qrels=qrels,
        unjudged=len(left),
        categories={topic.id: topic.category for topic in judged if topic.category},
        notes=(note,) if left else (),
    )


def _iter_records(path: Path, problems: Problems) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield line number, id and JSON object of each usable line; ids are new and writable."""
    seen: set[str] = set()
    for number, record in iter_objects(iter_lines(path, LAYOUT), problems):
        id = record.get("_id")
        if not isinstance(id, str) or not id:
            problems.add(number, "应是带有字符串 _id 的 JSON 对象")
        elif not id.strip() or set("\t\r\n") & set(id):
            problems.add(number, f"_id {id!r} 是空白，或含有制表符、换行")
        elif id in seen:
            problems.add(number, f"_id {id!r} 重复")
        else:
            seen.add(id)
            yield number, id, record


def _load_documents(path: Path) -> tuple[BeirDocument, ...]:
    problems = Problems(path)
    documents = []
    for number, id, record in _iter_records(path, problems):
        text, title = record.get("text"), record.get("title") or ""
        if isinstance(text, str) and isinstance(title, str):
            documents.append(BeirDocument(id, text, title))
        else:
            problems.add(number, "text 和 title 应是字符串（title 可以没有）")
    problems.raise_if_any()
    if not documents:
        raise InputError(f"{path} 里没有文档")
    return tuple(documents)


def _load_qrels(path: Path, queries: set[str], documents: set[str]) -> Qrels:
    judgments = Judgments(path)
    for index, (number, line) in enumerate(iter_lines(path, LAYOUT)):
        columns = line.split("\t")
        if index == 0 and columns[-1].strip() == "score":
            continue
        if len(columns) != 3:
            judgments.problems.add(
                number, f"应有用制表符分开的 3 列（查询、文档、得分），实有 {len(columns)} 列"
            )
            continue
        query, document, gain = columns
        unknown = None
        if query not in queries:
            unknown = f"queries.jsonl 里没有查询 {query!r}"
        elif document not in documents and document_of(document) not in documents:
            unknown = f"corpus.jsonl 里没有文档 {document!r}"
        judgments.add(number, query, document, gain, unknown)
    return judgments.finish()


def check_new_folder(folder: Path) -> None:
    """See that a folder is new or empty.

    :raises InputError: where it is not.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} 已经存在，请给出一个新的或空的文件夹")


def save_beir(
    folder: Path,
    documents: Iterable[BeirDocument],
    topics: Sequence[Topic],
    splits: Mapping[str, Qrels],
) -> None:
    """Save a test set in a new or empty folder; `splits` are the qrels by their names.

    :raises InputError: where the folder has something in it or cannot be written.
    """
    check_new_folder(folder)
    try:
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"写不了 {folder}：{say_trouble(error)}") from error
    records = (
        {"_id": document.id, "text": document.text}
        | ({"title": document.title} if document.title else {})
        for document in documents
    )
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    save_text(folder / "corpus.jsonl", "".join(lines))
    save_topics(topics, folder / "queries.jsonl")
    for name, qrels in splits.items():
        save_qrels(qrels, folder / "qrels" / f"{name}.tsv")


def load_judged(topics: Path, qrels: Path) -> BeirSet:
    """Load queries and their judgments; a test set without documents.

    Judgments of other queries are left out and noted.

    :raises InputError: where a file cannot be used, or no query has a judgment.
    """
    asked = load_topics(topics)
    everything = load_qrels(qrels)
    ids = {topic.id for topic in asked}
    ours = {query: judged for query, judged in everything.items() if query in ids}
    if not ours:
        raise InputError(
            f"{topics} 里没有一个查询在 {qrels} 里有判断：两个文件的查询编号应一致，现在前者如 "
            f"{name_some(sorted(ids)[:3])}，后者如 {name_some(sorted(everything)[:3])}"
        )
    joined = join_judged(asked, ours)
    others = [query for query in everything if query not in ids]
    note = f"判断里有 {len(others)} 个查询不在 {topics.name} 里，未计入：{name_some(others)}。"
    return replace(joined, notes=(*joined.notes, note)) if others else joined
