"""Judgments in files of their own: TREC qrels, and the qrels of BEIR folders."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import InputError
from eval.lines import Problems, iter_lines

Qrels = dict[str, dict[str, int]]
"""Query id → document id → gain."""


def load_qrels(path: Path) -> Qrels:
    """Load TREC qrels (query, 0, document, gain) or BEIR's (query, document, gain, a header).

    :raises InputError: where the file has lines of neither kind; they are named together.
    """
    problems = Problems(path)
    qrels: Qrels = {}
    for index, (number, line) in enumerate(iter_lines(path)):
        columns = line.split("\t") if "\t" in line else line.split()
        if index == 0 and len(columns) == 3 and columns[2].strip() == "score":
            continue
        if len(columns) not in (3, 4):
            problems.add(number, f"应有 4 列（查询 0 文档 得分）或 3 列，实有 {len(columns)} 列")
            continue
        query, document, gain = columns[0], columns[-2], columns[-1].strip()
        if not gain.removeprefix("-").isdecimal():
            problems.add(number, f"得分应是整数，却是 {gain!r}")
        elif document in qrels.get(query, {}):
            problems.add(number, f"{query!r} 对 {document!r} 的判断重复")
        else:
            qrels.setdefault(query, {})[document] = int(gain)
    problems.raise_if_any()
    if not qrels:
        raise InputError(f"{path} 里没有判断")
    return qrels
