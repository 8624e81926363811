"""Tables on the pages of a PDF are read cell by cell, and over the breaks of pages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from corpus.parse import parse
from corpus.readers import iter_documents
from corpus.text.clean import clean
from corpus.types import Document

COLUMNS = (60, 120, 300, 540)
OPENING = ("云桥区交通局", "李明委员：", "您提出的关于夜间公交的提案收悉，办理情况见下表。")
HEAD = (("序号",), ("线路",), ("首末班",))

Row = Sequence[Sequence[str]]
"""The cells of a row, each with its printed lines."""


class Printer:
    """Prints lines and ruled tables on the pages of a PDF, from top to bottom."""

    def __init__(self, path: Path) -> None:
        registerFont(UnicodeCIDFont("STSong-Light"))
        self.path = path
        self.canvas = Canvas(str(path), pagesize=(600, 800))
        self.turn()

    def turn(self, first: bool = True) -> None:
        if not first:
            self.canvas.showPage()
        self.canvas.setFont("STSong-Light", 12)
        self.y = 740.0

    def lines(self, *lines: str) -> None:
        for line in lines:
            self.canvas.drawString(60, self.y, line)
            self.y -= 24

    def table(self, *rows: Row, columns: Sequence[float] = COLUMNS) -> None:
        top = self.y + 16
        for row in rows:
            height = 20 * max(map(len, row)) + 4
            for (left, right), cell in zip(pairwise(columns), row, strict=True):
                self.canvas.rect(left, top - height, right - left, height)
                for number, line in enumerate(cell):
                    self.canvas.drawString(left + 5, top - 16 - 20 * number, line)
            top -= height
        self.y = top - 24

    def read(self) -> Document:
        self.canvas.save()
        (document,) = iter_documents(self.path)
        assert isinstance(document, Document), document
        return document

    def text(self) -> list[str]:
        return clean(self.read().lines).text.split("\n")


@pytest.fixture
def printer(tmp_path: Path) -> Printer:
    return Printer(tmp_path / "答复.pdf")


def route(number: int) -> Row:
    return ((str(number),), (f"夜间{number}路",), (f"22:{number:02}—4:00",))


def test_no_line_crosses_the_cells_of_a_row(printer: Printer) -> None:
    printer.lines(*OPENING)
    route = ("夜间1路，由火车站开往云桥新", "城南站")
    times = ("二十二时至次日四时，每三十分钟一班", "逢周六加密")
    printer.table(HEAD, (("1",), route, times))
    printer.lines("感谢您的关心。")
    assert printer.text() == [
        *OPENING,
        "序号 | 线路 | 首末班",
        "1 | 夜间1路，由火车站开往云桥新城南站 | 二十二时至次日四时，每三十分钟一班 逢周六加密",
        "感谢您的关心。",
    ]


def test_a_table_goes_on_over_pages_without_its_head(printer: Printer) -> None:
    printer.lines(*OPENING)
    printer.table(HEAD, *map(route, range(1, 4)))
    printer.lines("— 1 —")
    printer.turn(first=False)
    printer.lines("云桥区交通局答复")
    printer.table(HEAD, *map(route, range(4, 7)))
    printer.turn(first=False)
    printer.lines("云桥区交通局答复")
    printer.table(HEAD, *map(route, range(7, 9)))
    printer.lines("感谢您的关心。")
    rows = [line for line in printer.text() if "|" in line]
    assert rows[0] == "序号 | 线路 | 首末班"
    assert rows[1:] == [f"{n} | 夜间{n}路 | 22:{n:02}—4:00" for n in range(1, 9)]


def test_a_row_that_a_page_cuts_is_one(printer: Printer) -> None:
    printer.lines(*OPENING)
    printer.table(
        HEAD, route(1), (("2",), ("夜间2路",), ("二十二时至次日四时，逢周六、周日和法定",))
    )
    printer.turn(first=False)
    printer.table((("",), ("",), ("节假日加密",)), route(3))
    assert "2 | 夜间2路 | 二十二时至次日四时，逢周六、周日和法定节假日加密" in printer.text()


def test_another_table_keeps_its_head(printer: Printer) -> None:
    printer.lines(*OPENING)
    printer.table(HEAD, route(1))
    printer.turn(first=False)
    printer.table(HEAD, route(2), columns=(60, 200, 350, 500))
    assert printer.text().count("序号 | 线路 | 首末班") == 2


def test_a_letter_in_a_form_keeps_its_paragraphs(printer: Printer) -> None:
    letter = (
        "李明委员：",
        "您提出的关于夜间公交的提案收悉。",
        "今年新增夜间线路三条。",
        "云桥区交通局",
        "2024年5月6日",
    )
    printer.lines("提案办理情况登记表")
    printer.table((("提案编号",), ("第0042号",)), (("答复内容",), letter), columns=(60, 140, 540))
    lines = printer.text()
    assert "提案编号 | 第0042号" in lines
    assert lines[-5:] == list(letter)


def test_a_frame_around_the_page_is_no_table(printer: Printer) -> None:
    printer.canvas.rect(40, 40, 520, 730)
    printer.canvas.line(40, 600, 560, 600)
    printer.lines(*OPENING, "今年新增夜间线路三条。")
    assert printer.text() == [*OPENING, "今年新增夜间线路三条。"]


def test_rows_of_a_table_lead_to_their_place(printer: Printer) -> None:
    printer.lines(*OPENING)
    printer.table(HEAD, route(1), route(2))
    parsed = parse(printer.read())
    assert parsed.original
    text = parsed.reply.text
    (line,) = [x for x in parsed.original.lines if text[x.start : x.end].startswith("2 |")]
    assert line.edges[1] == pytest.approx(1 - (740 - 72 - 48) / 800, abs=0.02)


def test_a_drawing_of_a_thousand_lines_is_no_table(printer: Printer) -> None:
    for n in range(1600):
        printer.canvas.line(
            40 + n % 40 * 12, 40 + n // 40 * 15, 52 + n % 40 * 12, 40 + n // 40 * 15
        )
    printer.lines(*OPENING)
    assert printer.text() == list(OPENING)
