"""Judgments in files of their own: TREC qrels, and the qrels of BEIR folders."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import InputError
from eval.files.lines import Problems, iter_lines, save_text

Qrels = dict[str, dict[str, int]]
"""Query id → document id → gain."""


BEIR_HEADING = "query-id\tcorpus-id\tscore\n"


class Judgments:
    """Collects the judgments of one file, and what is wrong with its lines."""

    def __init__(self, path: Path) -> None:
        self.problems = Problems(path)
        self.qrels: Qrels = {}

    def add(
        self, number: int, query: str, document: str, gain: str, unknown: str | None = None
    ) -> None:
        """Add the judgment of a line; `unknown` says what is wrong with its query or document."""
        if not gain.strip().removeprefix("-").isdecimal():
            self.problems.add(number, f"得分应是整数，却是 {gain!r}")
        elif unknown:
            self.problems.add(number, unknown)
        elif document in self.qrels.get(query, {}):
            self.problems.add(number, f"{query!r} 对 {document!r} 的判断重复")
        else:
            self.qrels.setdefault(query, {})[document] = int(gain)

    def finish(self) -> Qrels:
        """Return the judgments.

        :raises InputError: where lines are wrong, all of them named, or there is no judgment.
        """
        self.problems.raise_if_any()
        if not self.qrels:
            raise InputError(f"{self.problems.path} 里没有判断")
        return self.qrels


def load_qrels(path: Path) -> Qrels:
    """Load TREC qrels (query, 0, document, gain) or BEIR's (query, document, gain, a header).

    :raises InputError: where the file has lines of neither kind; they are named together.
    """
    judgments = Judgments(path)
    for index, (number, line) in enumerate(iter_lines(path)):
        columns = line.split("\t") if "\t" in line else line.split()
        if index == 0 and len(columns) == 3 and columns[2].strip() == "score":
            continue
        if len(columns) not in (3, 4):
            found = f"实有 {len(columns)} 列"
            judgments.problems.add(number, f"应有 4 列（查询 0 文档 得分）或 3 列，{found}")
            continue
        judgments.add(number, columns[0], columns[-2], columns[-1].strip())
    return judgments.finish()


def save_qrels(qrels: Qrels, path: Path) -> None:
    """Save judgments: BEIR's qrels where the name ends in .tsv, else TREC's.

    Columns are parted by tabs, which every TREC tool accepts; ids that contain spaces survive.

    :raises InputError: where the file cannot be written.
    """
    beir = path.suffix.lower() == ".tsv"
    between = "\t" if beir else "\t0\t"
    lines = [
        f"{query}{between}{document}\t{gain}\n"
        for query, documents in qrels.items()
        for document, gain in documents.items()
    ]
    save_text(path, "".join([BEIR_HEADING * beir, *lines]))
