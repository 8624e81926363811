"""Convert files of an evaluation from one form to another."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from corpus.errors import InputError
from eval.files.lines import iter_lines
from eval.files.qrels import load_qrels, save_qrels
from eval.files.runs import load_run, save_run
from eval.files.saving import save_topics
from eval.files.topics import has_queries, load_topics

WORKBOOKS = {".csv", ".jsonl", ".ndjson", ".xls", ".xlsx"}
"""Endings that only files of queries have."""


class FileKind(StrEnum):
    """What a file holds; the value is what users see."""

    TOPICS = "查询"
    QRELS = "判断"
    RUN = "排序"


def convert(source: Path, target: Path) -> tuple[FileKind, int]:
    """Convert a file to the form that the target's ending names; return its kind and its queries.

    Queries become .jsonl, .csv or .xlsx; judgments BEIR's qrels where the target ends in .tsv,
    else TREC's; runs TREC's, sorted and with their ranks counted anew.

    :raises InputError: where a file cannot be read or written, or its kind not be told.
    """
    kind = kind_of(source)
    if kind is FileKind.TOPICS:
        topics = load_topics(source)
        save_topics(topics, target)
        return kind, len(topics)
    if target.suffix.lower() in WORKBOOKS:
        raise InputError(
            f"{source} 是{kind}，不能存为 {target.name}：判断应存为 .tsv（BEIR）或其他（TREC），"
            "排序应存为 TREC 格式，如 .run"
        )
    if kind is FileKind.QRELS:
        qrels = load_qrels(source)
        save_qrels(qrels, target)
        return kind, len(qrels)
    run = load_run(source)
    save_run(run, target)
    return kind, len(run)


def kind_of(path: Path) -> FileKind:
    """Tell what a file holds, by its ending or else the columns of its first line.

    :raises InputError: where it is none of the three.
    """
    if path.suffix.lower() in WORKBOOKS:
        return FileKind.TOPICS
    _, line = next(iter_lines(path), (0, ""))
    columns = line.split("\t") if "\t" in line else line.split()
    if len(columns) == 6:
        return FileKind.RUN
    if path.suffix.lower() == ".tsv" and has_queries(columns):
        return FileKind.TOPICS
    if len(columns) in (3, 4):
        return FileKind.QRELS
    raise InputError(
        f"看不出 {path} 是什么：查询应以 {'、'.join(sorted(WORKBOOKS))} 结尾；判断每行 4 列"
        f"（查询 0 文档 得分）或 3 列，排序每行 6 列，而第一行有 {len(columns)} 列"
    )
