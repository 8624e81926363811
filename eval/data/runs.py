"""TREC run files: which documents were found for each query, with their scores."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from corpus.errors import InputError
from eval.data.lines import Problems, iter_lines, save_text

Run = dict[str, dict[str, float]]
"""Query id → document id → score; higher is better, best first."""


def rank(found: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Make one query's part of a run from (document id, score) pairs, best first.

    Equal scores are pulled apart by the least step of a float32 each, so that every tool reads
    the same ranking: trec_eval puts ties in descending order of document ids, MS MARCO's script
    in ascending order, and both disregard the rank column. A document that comes again is
    dropped.
    """
    ranked: dict[str, float] = {}
    previous = math.inf
    for document, score in found:
        if document in ranked:
            continue
        below = float(np.nextafter(np.float32(previous), np.float32(-np.inf)))
        previous = min(float(np.float32(score)), below)
        ranked[document] = previous
    return ranked


def save_run(run: Run, path: Path, name: str = "dafu") -> None:
    """Save a run as a TREC run file: query, Q0, document, rank from 1, score, name.

    Columns are parted by tabs, which every TREC tool accepts; ids that contain spaces survive.

    :raises InputError: where the file cannot be written.
    """
    lines = [
        f"{query}\tQ0\t{document}\t{position}\t{score!r}\t{name}\n"
        for query, documents in run.items()
        for position, (document, score) in enumerate(documents.items(), 1)
    ]
    save_text(path, "".join(lines))


def load_run(path: Path) -> Run:
    """Load a TREC run file; each query's documents come by descending score.

    :raises InputError: where the file cannot be read or has lines that are not of a run; they are
        named together.
    """
    problems = Problems(path)
    run: Run = {}
    for number, line in iter_lines(path):
        columns = line.split("\t") if "\t" in line else line.split()
        if len(columns) != 6:
            found = f"实有 {len(columns)} 列"
            problems.add(number, f"应有 6 列（查询 Q0 文档 名次 得分 名称），{found}")
            continue
        query, _, document, _, score, _ = columns
        if document in run.get(query, {}):
            problems.add(number, f"{query!r} 的 {document!r} 重复")
        elif (value := _number(score)) is None:
            problems.add(number, f"得分应是数，却是 {score!r}")
        else:
            run.setdefault(query, {})[document] = value
    problems.raise_if_any()
    if not run:
        raise InputError(f"{path} 里没有排序")
    return {
        query: dict(sorted(documents.items(), key=lambda entry: -entry[1]))
        for query, documents in run.items()
    }


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isnan(value) else value
