"""Check the sample questions: python -m tools.sample_questions

Every quote must stand in its reply, and the plain questions be of known kinds and halves. Quotes
in PDFs are looked for with pdfplumber, so that the reader that they measure is not used.
"""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.make_samples import HERE, REPLIES

QUESTIONS = HERE / "questions.jsonl"
PLAIN_QUESTIONS = HERE / "questions-plain.jsonl"

REPLY_COLUMNS = ("reply", "答复内容", "回复内容")
ID_COLUMNS = ("id", "编号", "序号")
KINDS = (
    "colloquial",
    "dialect",
    "typo",
    "keywords",
    "yesno",
    "howto",
    "followup",
    "english",
    "traditional",
    "outdated",
    "double",
    "comparison",
)
"""The kinds of plain questions, which `README.md` describes."""

MISSES = ("district", "year", "detail", "agency")
"""What is another in a plain question without an answer than in the replies nearest to it."""

PAGE_NUMBER = re.compile(r"[—\-] ?\d+ ?[—\-]|第 ?\d+ ?页(?:，?共 ?\d+ ?页)?")


def read_text(path: Path) -> str:
    """Return the text of a text file in one of the encodings that the samples use."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def read_docx(path: Path) -> str:
    """Return the paragraphs and then the rows of tables of a Word document."""
    from docx import Document

    document = Document(str(path))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    lines = [" | ".join(filter(None, cells)) for cells in rows]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + lines)


def read_pdf(path: Path) -> str:
    """Return the lines of a PDF without the running header of its pages."""
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        return "\n".join(page.extract_text().partition("\n")[2] for page in pdf.pages)


def iter_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a table file under its column headings."""
    if path.suffix == ".jsonl":
        yield from map(json.loads, read_text(path).splitlines())
    elif path.suffix == ".csv":
        yield from csv.DictReader(io.StringIO(read_text(path)))
    else:
        from openpyxl import load_workbook

        heading, *rows = load_workbook(path).active.iter_rows(values_only=True)
        yield from (dict(zip(heading, row, strict=True)) for row in rows)


def read_reply(source: str) -> str:
    """Return the text that quotes of `source` (a file name, or FILE#ROW) must stand in."""
    name, _, row_id = source.partition("#")
    path = REPLIES / name
    if row_id:
        for row in iter_rows(path):
            if str(next(row[key] for key in ID_COLUMNS if key in row)) == row_id:
                return next(row[key] for key in REPLY_COLUMNS if key in row)
        raise LookupError(f"{name} has no row {row_id}")
    if path.suffix == ".docx":
        return read_docx(path)
    text = read_pdf(path) if path.suffix == ".pdf" else read_text(path)
    if path.suffix == ".html":
        return html.unescape(re.sub(r"<[^>]+>", "", text))
    lines = (line for line in text.splitlines() if not PAGE_NUMBER.fullmatch(line.strip()))
    return "\n".join(lines).replace("**", "")


def half_of(id: str) -> str:
    """Return the half of the plain questions that an id is in: `open`, or `kept` from tuning."""
    return "kept" if int(hashlib.sha256(id.encode()).hexdigest(), 16) % 2 else "open"


def find_faults() -> Iterator[str]:
    """Yield what is wrong with the sample questions."""
    for path in (QUESTIONS, PLAIN_QUESTIONS):
        seen: set[str] = set()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            question = json.loads(line)
            place = f"{path.name}, line {number} ({question['id']})"
            if question["id"] in seen:
                yield f"{place}: the id was used before"
            seen.add(question["id"])
            for fault in _find_faults_in_quotes(question):
                yield f"{place}: {fault}"
            if path == PLAIN_QUESTIONS:
                for fault in find_faults_in_kind(question):
                    yield f"{place}: {fault}"


def _find_faults_in_quotes(question: dict[str, Any]) -> Iterator[str]:
    if question["answerable"] != bool(question["relevant"]):
        yield "answerable and relevant disagree"
    for relevant in question["relevant"]:
        quote = relevant["quote"]
        if re.search(r"\s", quote):
            yield "white space in the quote"
        if quote not in re.sub(r"\s", "", read_reply(relevant["source"])):
            yield f"not in {relevant['source']}: {quote}"
    quotes = [relevant["quote"] for relevant in question["relevant"]]
    if quotes and not any(question["answer"] in quote for quote in quotes):
        yield "the answer is in none of the quotes"


def find_faults_in_kind(question: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the kind and half of a plain question, of samples or the board."""
    if question["register"] not in KINDS:
        yield f"unknown kind: {question['register']}"
    if question["half"] != half_of(question["id"]):
        yield "not in the half of its id"
    if question["answerable"] == (question.get("miss") in MISSES):
        yield "miss does not say why the question has no answer, or says it of one that has"
    if (question["register"] == "followup") != bool(question.get("after")):
        yield "after belongs to follow-up questions, and to all of them"


def main() -> int:
    """Print what is wrong with the questions."""
    faults = list(find_faults())
    print("\n".join(faults) or "every quote stands in its reply")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
