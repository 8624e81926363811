"""Topics: the queries of an evaluation, as JSON lines, CSV or a workbook."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corpus.errors import InputError, UnreadableFile
from corpus.readers.cells import cell_text, iter_csv
from corpus.readers.columns import spelling
from corpus.readers.sheets import iter_sheets
from corpus.readers.text import decode
from eval.files.lines import Problems

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

HEADING_ROWS = 10
"""Rows of a table among which the headings are looked for: a title may stand above them."""

Row = Mapping[str, object]


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
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise InputError(f"{path} 不是查询文件：应以 {'、'.join(_READERS)} 结尾")
    problems = Problems(path)
    try:
        rows = [(number, _fields(row)) for number, row in read(path, problems)]
    except FileNotFoundError:
        raise InputError(f"缺少文件 {path}{expected}") from None
    except OSError as error:
        raise InputError(f"读不了 {path}：{error.strerror}") from error
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


def _fields(row: Row) -> dict[str, str]:
    """Return the texts of the columns that a topic has, empty where it has not."""
    cells = {spelling(name): cell_text(cell) for name, cell in row.items()}
    return {
        key: next((cells[spelling(name)] for name in names if cells.get(spelling(name))), "")
        for key, names in COLUMNS.items()
    }


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


def _read_csv(path: Path, problems: Problems) -> Iterator[tuple[int, Row]]:
    rows = list(iter_csv(decode(path.read_bytes(), path.as_posix())))
    return iter(_named(path, [rows]))


def _read_workbook(path: Path, problems: Problems) -> Iterator[tuple[int, Row]]:
    return iter(_named(path, [rows for _, rows in iter_sheets(path)]))


_READERS: dict[str, Callable[[Path, Problems], Iterator[tuple[int, Row]]]] = {
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".xlsx": _read_workbook,
    ".xls": _read_workbook,
}


def _named(path: Path, tables: Iterable[Sequence[Sequence[object]]]) -> list[tuple[int, Row]]:
    """Return the rows, by their headings, of the first table that has a column of queries."""
    found: list[str] = []
    for rows in tables:
        for at, row in enumerate(islice(rows, HEADING_ROWS)):
            names = [cell_text(cell) for cell in row]
            if has_queries(names):
                return [
                    (number, dict(zip(names, cells, strict=False)))
                    for number, cells in enumerate(rows[at + 1 :], at + 2)
                    if any(cell_text(cell) for cell in cells)
                ]
            found = found or [name for name in names if name]
    listed = "、".join(COLUMNS["text"])
    raise UnreadableFile(
        path.as_posix(),
        f"没有认出查询的列（应是 {listed} 之一），第一行是：{'、'.join(found[:20])}",
    )


def has_queries(names: Iterable[str]) -> bool:
    """Tell whether one of a table's headings is that of a column of queries."""
    wanted = set(map(spelling, COLUMNS["text"]))
    return any(name and spelling(name) in wanted for name in names)
