"""Topics: the queries of an evaluation, as JSON lines, CSV or a workbook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError
from corpus.readers.text import decode
from eval.files.lines import Problems
from eval.files.tables import TABLES, Row, missing_columns, read_fields, read_table, reading

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
            else list(_read_jsonl(path, problems))
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


def _read_jsonl(path: Path, problems: Problems) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(decode(path.read_bytes(), path.as_posix()).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.add(number, f"不是合法的 JSON（{error}）")
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            problems.add(number, "不是 JSON 对象（应为 {…}）")


def has_queries(names: Iterable[str]) -> bool:
    """Tell whether one of a table's headings is that of a column of queries."""
    return not missing_columns(names, COLUMNS, NEEDED)
