"""Topics: the queries of an evaluation, as JSON lines, CSV or a workbook."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError
from corpus.readers.text import decode
from eval.data.lines import Problems, iter_objects, save_text
from eval.data.tables import (
    TABLES,
    missing_columns,
    read_fields,
    read_table,
    reading,
    save_csv,
    save_workbook,
)

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("_id", "id", "qid", "query_id", "编号", "序号", "题号", "查询编号", "问题编号"),
    "text": (
        *("text", "query", "question", "topic", "title"),
        *("问题", "查询", "提问", "检索词", "题目", "标题", "内容"),
    ),
    "category": ("category", "register", "类别", "分类", "类型", "种类"),
}
"""The usual headings of a topic's id, text and category, in the order in which they are preferred;
`_id` and `text` are BEIR's."""

NEEDED = {"text": "查询"}
"""A table of topics may do without the other columns."""

JSON_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Topic:
    """A query with its id; `category` is what results can be told apart by, empty where none."""

    id: str
    text: str
    category: str = ""


def load_topics(path: Path, expected: str = "") -> tuple[Topic, ...]:
    """Load topics from a .jsonl, .csv, .tsv or .xlsx file, in its order.

    Columns are known by the usual Chinese and English headings; of a workbook the first sheet with
    a column of queries is read. Where no topic has an id they are numbered from 1.

    :param expected: what is told where the file is missing.
    :raises InputError: where the file cannot be read, or has no queries or wrong lines, all of
        which are named.
    """
    ending = path.suffix.lower()
    problems = Problems(path)
    if ending not in (*JSON_LINES, *TABLES):
        raise InputError(f"{path} 不是查询文件：应以 {'、'.join((*JSON_LINES, *TABLES))} 结尾")
    with reading(path, expected):
        found = (
            read_table(path, COLUMNS, NEEDED)
            if ending in TABLES
            else list(iter_objects(_iter_decoded(path), problems))
        )
    rows = [(number, read_fields(row, COLUMNS)) for number, row in found]
    numbered = any(row["id"] for _, row in rows)
    topics: dict[str, Topic] = {}
    for order, (number, row) in enumerate(rows, 1):
        id = row["id"] if numbered else str(order)
        if not row["text"]:
            problems.add(number, f"没有查询的文字（列 {'、'.join(COLUMNS['text'][:7])} 等）")
        elif not id:
            problems.add(number, "没有编号，而别的行有")
        elif set("\t\r\n") & set(id):
            problems.add(number, f"编号 {id!r} 含有制表符或换行")
        elif id in topics:
            problems.add(number, f"编号 {id!r} 重复")
        else:
            topics[id] = Topic(id, row["text"], row["category"])
    problems.raise_if_any()
    if not topics:
        raise InputError(f"{path} 里没有查询")
    return tuple(topics.values())


def _iter_decoded(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(decode(path.read_bytes(), path.as_posix()).split("\n"), 1):
        if line.strip():
            yield number, line


def has_queries(names: Iterable[str]) -> bool:
    """Tell whether one of a table's headings is that of a column of queries."""
    return not missing_columns(names, COLUMNS, NEEDED)


HEADINGS = ("编号", "查询", "类别")


def save_topics(topics: Sequence[Topic], path: Path) -> None:
    """Save topics as BEIR's JSON lines, as CSV that Excel opens, or as a workbook.

    :raises InputError: where the name's ending is another, or the file cannot be written.
    """
    save = _WRITERS.get(path.suffix.lower())
    if save is None:
        raise InputError(f"查询应存为以 {'、'.join(_WRITERS)} 结尾的文件，却是 {path.name}")
    save(topics, path)


def _save_jsonl(topics: Sequence[Topic], path: Path) -> None:
    rows = (
        {"_id": topic.id, "text": topic.text}
        | ({"category": topic.category} if topic.category else {})
        for topic in topics
    )
    save_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _rows(topics: Sequence[Topic]) -> Iterator[tuple[str, str, str]]:
    yield HEADINGS
    yield from ((topic.id, topic.text, topic.category) for topic in topics)


_WRITERS: dict[str, Callable[[Sequence[Topic], Path], None]] = {
    ".jsonl": _save_jsonl,
    ".csv": lambda topics, path: save_csv(_rows(topics), path),
    ".xlsx": lambda topics, path: save_workbook(_rows(topics), path),
}
