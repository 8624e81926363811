"""Convert files of an evaluation from one form to another."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from corpus.errors import InputError
from eval.data import qrels as judgments
from eval.data.lines import iter_lines
from eval.data.qrels import is_heading, load_qrels, save_qrels
from eval.data.runs import load_run, save_run
from eval.data.tables import has_columns, reading
from eval.data.topics import JSON_LINES, has_queries, load_topics, save_topics

TABULAR = (*judgments.TABLE_ENDINGS, *JSON_LINES)
"""Endings that runs don't have, nor, as JSON lines, judgments."""


class FileKind(StrEnum):
    """What a file holds; the value is what users see."""

    TOPICS = "查询"
    QRELS = "判断"
    RUN = "排序"


def convert(source: Path, target: Path) -> tuple[FileKind, int]:
    """Convert a file to the form that the target's ending names; return its kind and its queries.

    Queries become .jsonl, .csv or .xlsx; judgments .csv or .xlsx, BEIR's qrels where the target
    ends in .tsv, else TREC's; runs TREC's, sorted and with their ranks counted anew.

    :raises InputError: where a file cannot be read or written, or its kind not be told.
    """
    kind = kind_of(source)
    if kind is FileKind.TOPICS:
        topics = load_topics(source)
        save_topics(topics, target)
        return kind, len(topics)
    wrong = JSON_LINES if kind is FileKind.QRELS else TABULAR
    if target.suffix.lower() in wrong:
        raise InputError(
            f"{source} 是{kind}，不能存为 {target.name}：判断应存为 .csv、.xlsx、.tsv（BEIR）"
            "或其他（TREC），排序应存为 TREC 格式，如 .run"
        )
    if kind is FileKind.QRELS:
        qrels = load_qrels(source)
        save_qrels(qrels, target)
        return kind, len(qrels)
    run = load_run(source)
    save_run(run, target)
    return kind, len(run)


def kind_of(path: Path) -> FileKind:
    """Tell what a file holds, by its ending, or its headings, or the columns of its first line.

    A table with columns for a query, a document and a gain holds judgments, any other queries.

    :raises InputError: where it is none of the three, or cannot be read.
    """
    ending = path.suffix.lower()
    if ending in judgments.TABLE_ENDINGS:
        with reading(path):
            judged = has_columns(path, judgments.COLUMNS, judgments.NEEDED)
        return FileKind.QRELS if judged else FileKind.TOPICS
    if ending in JSON_LINES:
        return FileKind.TOPICS
    _, line = next(iter_lines(path), (0, ""))
    columns = line.split("\t") if "\t" in line else line.split()
    if len(columns) == 6:
        return FileKind.RUN
    if ending == ".tsv" and not is_heading(columns) and has_queries(columns):
        return FileKind.TOPICS
    if len(columns) in (3, 4):
        return FileKind.QRELS
    raise InputError(
        f"看不出 {path} 是什么：查询应以 {'、'.join(TABULAR)} 结尾；判断每行 4 列"
        f"（查询 0 文档 得分）或 3 列，排序每行 6 列，而第一行有 {len(columns)} 列"
    )
