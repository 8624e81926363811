"""Scans are read in reading order, and say that they were; without the extra they are reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.types import ReplyCard
from app.wording import cite
from corpus.errors import UnreadableFile
from corpus.parse import parse
from corpus.readers import iter_documents
from corpus.readers.printed import Printed
from corpus.readers.recognition import LEAST_SURE, is_installed, unsure
from corpus.text.clean import clean
from corpus.types import RECOGNISED, Document, FieldName, Line

needs_recognition = pytest.mark.skipif(
    not is_installed(), reason="the extra `ocr` is not installed"
)


def picture(*lines: str) -> Image.Image:
    """Print lines in the font that Pillow brings, which has Latin letters only."""
    page = Image.new("RGB", (900, 400), "white")
    face = ImageFont.load_default(40)
    for row, line in enumerate(lines):
        ImageDraw.Draw(page).text((60, 60 + 70 * row), line, font=face, fill="black")
    return page


def read(path: Path) -> str:
    (document,) = iter_documents(path)
    assert isinstance(document, Document), document
    assert document.recognised
    return clean(document.lines).text


@needs_recognition
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_picture_is_read_whichever_way_it_lies(tmp_path: Path, turns: int) -> None:
    path = tmp_path / "scan.png"
    picture("Reply No 0042 of 2024", "Lines opened 30").rotate(90 * turns, expand=True).save(path)
    assert read(path).split("\n") == ["Reply No 0042 of 2024", "Lines opened 30"]


@needs_recognition
def test_all_pages_of_a_fax_are_read(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    first, second = (
        picture("Page one of 2024").convert("1"),
        picture("Page two of 2025").convert("1"),
    )
    first.save(path, save_all=True, append_images=[second])
    assert read(path).split("\n") == ["Page one of 2024", "Page two of 2025"]


@needs_recognition
def test_a_pdf_page_without_text_layer_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    canvas = Canvas(str(path))
    canvas.drawImage(ImageReader(picture("Reply No 0042")), 60, 500, 450, 200)
    canvas.save()
    assert read(path) == "Reply No 0042"


def test_without_recognition_a_picture_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.readers.pictures.is_installed", lambda: False)
    path = tmp_path / "scan.png"
    picture("Reply").save(path)
    (report,) = iter_documents(path)
    assert isinstance(report, UnreadableFile)
    assert "pip install 'dafu[ocr]'" in report.reason


def test_lines_of_little_confidence_are_named() -> None:
    sure, doubtful = Printed("甲", 0, 1, 0.99), Printed("乙", 0, 1, LEAST_SURE - 0.1)
    assert unsure([sure, Printed("丙", 0, 1)]) is None
    assert "1 行没有把握" in str(unsure([sure, doubtful]))
    assert "“乙”" in str(unsure([sure, doubtful]))


def test_a_recognised_reply_says_so_and_so_do_its_citations() -> None:
    lines = (Line("云桥区商务委员会"), Line("您的提案收悉，现答复如下：夜间市场已经建成。"))
    reply = parse(Document("scan.png", lines, recognised=True)).reply
    assert reply.value(FieldName.MEDIUM) == RECOGNISED
    assert cite(ReplyCard.of(reply)).endswith("（文字识别，请核对原件）")
    plain = parse(Document("letter.txt", lines)).reply
    assert plain.value(FieldName.MEDIUM) is None
