"""Make the binary sample replies from `sources/`.

    python -m tools.make_samples

The text formats in `replies/` are originals and are edited there. The binary ones are made from
`sources/NAME.docx.txt`, `sources/NAME.pdf.txt` and `sources/NAME.xlsx.csv`, one paragraph a
line, where the start of a line says what it is:

    ^ centred   # heading   ## lower heading   < right-aligned   | table | row |
    % running header of every page (PDF only)

The same sources give the same bytes, whenever they are run. Needs python-docx, reportlab and
openpyxl.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "corpus" / "samples"
SOURCES = HERE / "sources"
REPLIES = HERE / "replies"

CLOSING = "，。；：、！？”）》"
MARKS = ("^", "##", "#", "<", "|", "%")


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


if __name__ == "__main__":
    make_all()
