"""Scans are read in reading order, and say that they were; without the extra they are reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.types import ReplyCard
from app.wording import cite
from corpus.errors import Remark, UnreadableFile
from corpus.parse import parse
from corpus.readers import iter_documents
from corpus.readers.order import Box
from corpus.readers.printed import Printed
from corpus.readers.recognition import LEAST_SURE, _merge, _Seen, is_installed, unsure
from corpus.store.corrections import find_doubts
from corpus.store.store import Store
from corpus.text.clean import clean
from corpus.types import RECOGNISED, UNSURE, Correction, Document, FieldName, Line

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


def test_a_page_of_little_confidence_is_remarked_and_its_reply_doubted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        Printed("李明委员：", 0, 1, 0.99),
        Printed("夜间公交已经开通。", 0, 1, LEAST_SURE - 0.1),
    ]
    monkeypatch.setattr("corpus.readers.pictures.is_installed", lambda: True)
    monkeypatch.setattr("corpus.readers.pictures.recognise", lambda _: found)
    path = tmp_path / "scan.png"
    picture().save(path)
    remark, document = iter_documents(path)
    assert isinstance(remark, Remark)  # so that the file isn't read again each time
    assert "“夜间公交已经开通。”" in remark.reason
    assert isinstance(document, Document)
    reply = parse(document).reply
    assert reply.value(FieldName.MEDIUM) == UNSURE
    assert FieldName.MEDIUM in find_doubts(reply, ())
    settled = Correction(FieldName.MEDIUM, (RECOGNISED,), (UNSURE,), "2026-11-27T09:30:00Z", "h")
    assert FieldName.MEDIUM not in find_doubts(reply, (settled,))
    with Store.open(tmp_path / "home") as store:
        id = store.put(parse(document), "h").reply_id
        assert FieldName.MEDIUM in find_doubts(store.corrections.doubtful(1).replies[0][0], ())
        rest = {FieldName.AGENCY: (), FieldName.TITLE: (), FieldName.DATE: ()}
        store.corrections.correct(id, {**rest, FieldName.KIND: ("留言答复",)})
        assert store.corrections.doubtful(1).total == 1
        store.corrections.correct(id, {FieldName.MEDIUM: (RECOGNISED,)})
        assert store.corrections.doubtful(1).total == 0


def test_a_line_of_which_a_seal_hides_a_part_is_not_sure() -> None:
    def seen(text: str, right: float, confidence: float = 0.99) -> _Seen:
        return _Seen(Box(100, right, 50, 70, text, 0), confidence, (0, 0, 1, 1))

    short, whole = seen("2024年1", 180), seen("2024年1_8日", 240)
    assert [s.confidence < LEAST_SURE for s in _merge([short], [whole])] == [True]
    assert [s.confidence < LEAST_SURE for s in _merge([whole], [whole])] == [False]


def test_a_recognised_reply_says_so_and_so_do_its_citations() -> None:
    lines = (Line("云桥区商务委员会"), Line("您的提案收悉，现答复如下：夜间市场已经建成。"))
    reply = parse(Document("scan.png", lines, recognised=True)).reply
    assert reply.value(FieldName.MEDIUM) == RECOGNISED
    assert cite(ReplyCard.of(reply)).endswith("（文字识别，请核对原件）")
    plain = parse(Document("letter.txt", lines)).reply
    assert plain.value(FieldName.MEDIUM) is None
