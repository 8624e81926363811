"""Judgments in files of their own: TREC qrels, the qrels of BEIR folders, and tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpus.errors import InputError
from eval.data.lines import Problems, iter_lines, save_text
from eval.data.tables import (
    missing_columns,
    read_fields,
    read_table,
    reading,
    save_csv,
    save_workbook,
)

Qrels = dict[str, dict[str, int]]
"""Query id → document id → gain."""


COLUMNS: dict[str, tuple[str, ...]] = {
    "query": ("query-id", "query_id", "qid", "query", "查询编号", "问题编号", "题号", "查询"),
    "document": (
        *("corpus-id", "corpus_id", "document_id", "doc_id", "docid", "docno", "document", "doc"),
        *("文档编号", "答复编号", "段落编号", "文档"),
    ),
    "gain": ("score", "gain", "relevance", "rel", "grade", "得分", "分数", "相关度", "等级"),
}
"""The usual headings of a table of judgments, in the order in which they are preferred."""

NEEDED = {"query": "查询", "document": "文档", "gain": "得分"}

HEADINGS = ("查询编号", "文档编号", "得分")

TABLE_ENDINGS = (".csv", ".xlsx", ".xls")
"""Judgments in .tsv are lines, as BEIR has them: what looks like quotes there is part of an id."""

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
        if not query or not document:
            self.problems.add(number, f"没有{'文档' if query else '查询'}的编号")
        elif set("\t\r\n") & set(query + document):
            self.problems.add(number, f"编号 {query!r} 或 {document!r} 含有制表符或换行")
        elif not gain.strip().removeprefix("-").isdecimal():
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
    """Load TREC qrels (query, 0, document, gain), BEIR's (query, document, gain), or a table.

    BEIR's may have a heading; of .csv, .xlsx and .xls the columns are known by theirs.

    :raises InputError: where the file has lines of no such kind; they are named together.
    """
    judgments = Judgments(path)
    if path.suffix.lower() in TABLE_ENDINGS:
        with reading(path):
            rows = read_table(path, COLUMNS, NEEDED)
        for number, row in rows:
            fields = read_fields(row, COLUMNS)
            judgments.add(number, fields["query"], fields["document"], fields["gain"])
        return judgments.finish()
    for index, (number, line) in enumerate(iter_lines(path)):
        columns = line.split("\t") if "\t" in line else line.split()
        if index == 0 and is_heading(columns):
            continue
        if len(columns) not in (3, 4):
            found = f"实有 {len(columns)} 列"
            judgments.problems.add(number, f"应有 4 列（查询 0 文档 得分）或 3 列，{found}")
            continue
        judgments.add(number, columns[0], columns[-2], columns[-1].strip())
    return judgments.finish()


def is_heading(columns: Sequence[str]) -> bool:
    """Tell whether the columns of a line are headings: those of a query, a document and a gain."""
    return len(columns) == 3 and not any(
        missing_columns([name], COLUMNS, [key]) for name, key in zip(columns, COLUMNS, strict=True)
    )


def save_qrels(qrels: Qrels, path: Path) -> None:
    """Save judgments: a table in .csv and .xlsx, BEIR's qrels in .tsv, else TREC's.

    Columns are parted by tabs, which every TREC tool accepts; ids that contain spaces survive.

    :raises InputError: where the file cannot be written.
    """
    rows = [
        (query, document, str(gain))
        for query, documents in qrels.items()
        for document, gain in documents.items()
    ]
    match path.suffix.lower():
        case ".csv":
            save_csv([HEADINGS, *rows], path)
        case ".xlsx":
            save_workbook([HEADINGS, *rows], path)
        case ".xls":
            raise InputError(f"{path.name} 写不了旧式工作簿，请存为 .xlsx 或 .csv")
        case ".tsv":
            save_text(path, BEIR_HEADING + "".join("\t".join(row) + "\n" for row in rows))
        case _:
            save_text(path, "".join(f"{q}\t0\t{d}\t{gain}\n" for q, d, gain in rows))
