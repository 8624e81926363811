"""Make the binary sample replies from `sources/`, and check the sample questions.

    python tools/make_samples.py           write the .docx, .pdf and .xlsx in replies/
    python tools/make_samples.py --check   check that every quote stands in its reply, and that
                                           the plain questions are of known kinds and halves

The text formats in `replies/` are originals and are edited there. The binary ones are made from
`sources/NAME.docx.txt`, `sources/NAME.pdf.txt` and `sources/NAME.xlsx.csv`, one paragraph a
line, where the start of a line says what it is:

    ^ centred   # heading   ## lower heading   < right-aligned   | table | row |
    % running header of every page (PDF only)

The same sources give the same bytes, whenever they are run. Needs python-docx, reportlab and
openpyxl; the check also needs pdfplumber.
"""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1] / "corpus" / "samples"
SOURCES = HERE / "sources"
REPLIES = HERE / "replies"
QUESTIONS = HERE / "questions.jsonl"
PLAIN_QUESTIONS = HERE / "questions-plain.jsonl"

CLOSING = "，。；：、！？”）》"
MARKS = ("^", "##", "#", "<", "|", "%")
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


def parse_source(text: str) -> Iterator[tuple[str, str]]:
    """Yield each line of a source as its mark ("" for a body paragraph) and its text."""
    for line in filter(None, (line.strip() for line in text.splitlines())):
        mark = next((mark for mark in MARKS if line.startswith(mark)), "")
        yield mark, line.removeprefix(mark).strip()


def table_cells(line: str) -> list[str]:
    """Return the cells of a `| table | row |`, whose first bar is already gone."""
    return [cell.strip() for cell in line.rstrip("|").split("|")]


def same_bytes(archive: bytes) -> bytes:
    """Return an Office file with the times of writing, which differ at every run, set to 2024."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]{8}", b"2024-01-01T00:00:00", content)
            entry = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return made.getvalue()


def make_docx(source: str) -> bytes:
    """Write a source as a Word document with heading styles."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "FangSong", Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    for mark, lines in groupby(parse_source(source), key=lambda line: line[0]):
        texts = [text for _, text in lines]
        if mark == "|":
            rows = [table_cells(text) for text in texts]
            table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
            continue
        for text in texts:
            if mark in ("#", "##"):
                document.add_heading(text, level=len(mark))
                continue
            paragraph = document.add_paragraph(text)
            if mark == "^":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            elif mark == "<":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            else:
                paragraph.paragraph_format.first_line_indent = Pt(32)
    made = io.BytesIO()
    document.save(made)
    return same_bytes(made.getvalue())


def wrap(text: str, width: float, font: str, size: int) -> list[str]:
    """Cut a paragraph into lines of `width` points; no line starts with closing punctuation."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines = [""]
    for piece in re.findall(r"[0-9A-Za-z.%-]+|.", text):
        if stringWidth(lines[-1] + piece, font, size) > width and piece not in CLOSING:
            lines.append("")
        lines[-1] += piece
    return lines


def make_pdf(source: str) -> bytes:
    """Write a source as PDF pages with a running header and page numbers below."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    font, size, leading, margin = "STSong-Light", 16, 28, 78
    pdfmetrics.registerFont(UnicodeCIDFont(font))
    width, height = A4
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=A4, invariant=1)
    lines = list(parse_source(source))
    header = next((text for mark, text in lines if mark == "%"), "")
    page, y = 0, 0.0
    for mark, text in lines:
        if mark == "%":
            continue
        indent = "" if mark in ("^", "<") else "　　"
        for line in wrap(indent + text, width - 2 * margin, font, size):
            if y < margin + leading:
                if page:
                    canvas.showPage()
                page, y = page + 1, height - margin
                canvas.setFont(font, 10)
                canvas.drawString(margin, height - 50, header)
                canvas.drawCentredString(width / 2, 45, f"— {page} —")
                canvas.setFont(font, size)
            y -= leading
            if mark == "^":
                canvas.drawCentredString(width / 2, y, line)
            elif mark == "<":
                canvas.drawRightString(width - margin, y, line)
            else:
                canvas.drawString(margin, y, line)
    canvas.save()
    return made.getvalue()


def make_xlsx(source: str) -> bytes:
    """Write a CSV as a workbook with one sheet."""
    from openpyxl import Workbook

    workbook = Workbook()
    for row in csv.reader(io.StringIO(source)):
        workbook.active.append(row)
    made = io.BytesIO()
    workbook.save(made)
    return same_bytes(made.getvalue())


MAKERS: dict[str, Callable[[str], bytes]] = {
    ".docx.txt": make_docx,
    ".pdf.txt": make_pdf,
    ".xlsx.csv": make_xlsx,
}


def make_all() -> None:
    """Write every binary sample reply."""
    for suffix, make in MAKERS.items():
        for path in sorted(SOURCES.glob(f"*{suffix}")):
            name = path.name.removesuffix(Path(suffix).suffix)
            (REPLIES / name).write_bytes(make(path.read_text("utf-8")))
            print(name)


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
    """Make the samples, or check the questions where `--check` is given."""
    if "--check" not in sys.argv[1:]:
        make_all()
        return 0
    faults = list(find_faults())
    print("\n".join(faults) or "every quote stands in its reply")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
