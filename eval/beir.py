"""Read a test set in BEIR layout: corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv.

The layout is that of https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError

MOST_PROBLEMS = 20
"""So many problems of a file are spelt out; of the rest only the number is given."""


@dataclass(frozen=True, slots=True)
class BeirDocument:
    """One document of a test set; `title` is empty where the set gives none."""

    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class BeirSet:
    """Documents, the judged queries (id → text), and their qrels (query id → document id → gain).

    Queries that have no judgment in this split are left out; `unjudged` counts them.
    """

    documents: tuple[BeirDocument, ...]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]
    unjudged: int


def load_beir(folder: Path, split: str = "test") -> BeirSet:
    """Load a test set from its folder; queries come in the order of their file.

    :raises InputError: where a file is missing or has lines that cannot be used; all such lines
        of a file are named together.
    """
    if not folder.is_dir():
        raise InputError(f"没有这个文件夹：{folder}（应是 BEIR 格式的测试集文件夹）")
    documents = _load_documents(folder / "corpus.jsonl")
    texts = _load_queries(folder / "queries.jsonl")
    known = {document.id for document in documents}
    qrels = _load_qrels(folder / "qrels" / f"{split}.tsv", texts, known)
    queries = {id: text for id, text in texts.items() if id in qrels}
    return BeirSet(documents, queries, qrels, unjudged=len(texts) - len(queries))


class _Problems:
    """Collects what is wrong with one file, to report it all at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[str] = []

    def add(self, number: int, reason: str) -> None:
        self.lines.append(f"  第 {number} 行：{reason}")

    def raise_if_any(self) -> None:
        if not self.lines:
            return
        shown = self.lines[:MOST_PROBLEMS]
        if len(self.lines) > len(shown):
            shown.append(f"  ……另有 {len(self.lines) - len(shown)} 处")
        raise InputError(f"{self.path} 有 {len(self.lines)} 处问题：\n" + "\n".join(shown))


def _iter_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank with their numbers, counted from 1."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"缺少文件 {path}（BEIR 测试集应有 corpus.jsonl、queries.jsonl 和 qrels/test.tsv）"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} 不是 UTF-8 编码（第 {error.start} 字节处）") from error
    except OSError as error:
        raise InputError(f"读不了 {path}：{error.strerror}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line.rstrip("\r")


def _iter_records(path: Path, problems: _Problems) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield line number, id and JSON object of each usable line; ids are new and writable."""
    seen: set[str] = set()
    for number, line in _iter_lines(path):
        try:
            record = json.loads(line)
        except ValueError as error:
            problems.add(number, f"不是合法的 JSON（{error}）")
            continue
        id = record.get("_id") if isinstance(record, dict) else None
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
    problems = _Problems(path)
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


def _load_queries(path: Path) -> dict[str, str]:
    problems = _Problems(path)
    queries = {}
    for number, id, record in _iter_records(path, problems):
        text = record.get("text")
        if isinstance(text, str) and text.strip():
            queries[id] = text
        else:
            problems.add(number, "text 应是不空的字符串")
    problems.raise_if_any()
    return queries


def _load_qrels(
    path: Path, queries: dict[str, str], documents: set[str]
) -> dict[str, dict[str, int]]:
    problems = _Problems(path)
    qrels: dict[str, dict[str, int]] = {}
    for index, (number, line) in enumerate(_iter_lines(path)):
        columns = line.split("\t")
        if index == 0 and columns[-1].strip() == "score":
            continue
        if len(columns) != 3:
            problems.add(
                number, f"应有用制表符分开的 3 列（查询、文档、得分），实有 {len(columns)} 列"
            )
            continue
        query, document, gain = columns
        if not gain.strip().removeprefix("-").isdecimal():
            problems.add(number, f"得分应是整数，却是 {gain!r}")
        elif query not in queries:
            problems.add(number, f"queries.jsonl 里没有查询 {query!r}")
        elif document not in documents:
            problems.add(number, f"corpus.jsonl 里没有文档 {document!r}")
        elif document in qrels.get(query, {}):
            problems.add(number, f"{query!r} 对 {document!r} 的判断重复")
        else:
            qrels.setdefault(query, {})[document] = int(gain)
    problems.raise_if_any()
    if not qrels:
        raise InputError(f"{path} 里没有判断")
    return qrels
