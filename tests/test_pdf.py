"""A PDF is read as a person reads the page, and what cannot be read so is reported."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import UnreadableFile
from corpus.readers import iter_documents
from corpus.text.clean import clean
from corpus.types import Document

LEFT = (
    "李明代表：", "　　您提出的关于完善夜间公交的建",
    "议收悉。经会同区财政局研究，现将", "有关情况答复如下。目前全区有夜间",
    "公交线路十二条，日均运送乘客三千",
)  # fmt: skip
RIGHT = (
    "余人次，末班车为二十三时。下一步", "将在三个新建小区增设站点，并把末",
    "班车推迟到零时。", "　　感谢您对公交事业的关心，欢迎",
    "继续提出宝贵意见。",
)  # fmt: skip
COLUMNS = [
    "李明代表：",
    "您提出的关于完善夜间公交的建议收悉。经会同区财政局研究，现将有关情况答复如下。目前全区有夜间"
    "公交线路十二条，日均运送乘客三千余人次，末班车为二十三时。下一步将在三个新建小区增设站点，"
    "并把末班车推迟到零时。",
    "感谢您对公交事业的关心，欢迎继续提出宝贵意见。",
]
LETTER = (
    "云桥区交通局",
    "您提出的关于夜间公交的建议收悉，现答复如下。",
    "今年增加线路三条，延长末班车时间。",
)


@pytest.fixture(autouse=True)
def without_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.readers.pdf.is_installed", lambda: False)


@pytest.fixture
def canvas(tmp_path: Path) -> Canvas:
    registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(tmp_path / "答复.pdf"))
    canvas.setFont("STSong-Light", 12)
    return canvas


def saved(canvas: Canvas) -> list[Document | UnreadableFile]:
    canvas.save()
    return list(iter_documents(Path(canvas._filename)))


def text_of(canvas: Canvas) -> list[str]:
    (document,) = saved(canvas)
    assert isinstance(document, Document), document
    return clean(document.lines).text.split("\n")


def draw(canvas: Canvas, lines: tuple[str, ...], left: float, top: float = 700) -> None:
    for row, line in enumerate(lines):
        indent = len(line) - len(line.lstrip("　"))
        canvas.drawString(left + 12 * indent, top - 20 * row, line.lstrip("　"))


@pytest.mark.parametrize("lower", [0, 7])
def test_the_left_column_is_read_before_the_right_one(canvas: Canvas, lower: float) -> None:
    canvas.drawString(150, 750, "云桥区交通局关于第十二号建议的答复：全文刊登")
    draw(canvas, LEFT, 60)
    draw(canvas, RIGHT, 320, 700 - lower)
    canvas.drawString(150, 500, "云桥区交通局办公室印发二十份，抄送区人大代表工委")
    assert text_of(canvas) == [
        "云桥区交通局关于第十二号建议的答复：全文刊登",
        *COLUMNS,
        "云桥区交通局办公室印发二十份，抄送区人大代表工委",
    ]


def test_three_columns_are_read_one_after_the_other(canvas: Canvas) -> None:
    for left, text in ((40, "甲乙丙"), (220, "丁戊己"), (400, "庚辛壬")):
        draw(canvas, tuple(f"{sign}栏的文字，排满一行。" for sign in text), left)
    assert text_of(canvas) == [f"{sign}栏的文字，排满一行。" for sign in "甲乙丙丁戊己庚辛壬"]


def test_a_table_is_read_row_by_row(canvas: Canvas) -> None:
    draw(canvas, ("项目", "夜间公交", "站点改造", "无障碍设施"), 60)
    draw(canvas, ("进展", "已开通三条线路", "完成十二处", "正在施工"), 320)
    assert text_of(canvas)[1] == "夜间公交 已开通三条线路"


def test_what_rules_cross_is_a_table_and_no_columns(canvas: Canvas) -> None:
    draw(canvas, LEFT[1:], 60)
    draw(canvas, RIGHT[1:], 320)
    for row in range(5):
        canvas.line(50, 713 - 20 * row, 560, 713 - 20 * row)
    (document,) = saved(canvas)
    assert isinstance(document, Document)
    first, *_ = document.lines
    assert first.text.split() == [LEFT[1].strip(), RIGHT[1].strip()]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_turned_sideways_is_read_upright(canvas: Canvas, turn: int) -> None:
    canvas.translate(300, 400)
    canvas.rotate(turn)
    draw(canvas, LETTER, -250, 100)
    assert text_of(canvas) == list(LETTER)


def test_what_is_written_up_the_margin_comes_after_the_end(canvas: Canvas) -> None:
    draw(canvas, LETTER, 90)
    canvas.translate(40, 300)
    canvas.rotate(90)
    canvas.drawString(0, 0, "内部资料")
    assert text_of(canvas) == [*LETTER, "内部资料"]


def slanted(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.translate(80, 600)
    canvas.rotate(40)
    canvas.setFont("STSong-Light", 40)
    canvas.drawString(0, 0, "云桥区交通局内部资料")
    canvas.restoreState()


def light(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFont("STSong-Light", 30)
    canvas.setFillGray(0.85)
    canvas.drawString(90, 690, "仅供查阅")
    canvas.restoreState()


def tiled(canvas: Canvas) -> None:
    for top in range(8):
        for left in range(3):
            canvas.drawString(60 + 170 * left, 715 - 22 * top, "王小明二零二四")


@pytest.mark.parametrize("watermark", [slanted, light, tiled])
def test_a_watermark_is_left_out(canvas: Canvas, watermark: Callable[[Canvas], None]) -> None:
    watermark(canvas)
    draw(canvas, LETTER, 90)
    assert text_of(canvas) == list(LETTER)


def test_what_tiles_say_is_said_once(canvas: Canvas) -> None:
    tiled(canvas)
    draw(canvas, LETTER, 90)
    (document,) = saved(canvas)
    assert isinstance(document, Document)
    assert document.aside == ("王小明二零二四",)


def test_a_page_that_is_grey_as_a_whole_is_read(canvas: Canvas) -> None:
    canvas.setFillGray(0.8)
    draw(canvas, LETTER, 90)
    assert text_of(canvas) == list(LETTER)


def test_a_scan_with_the_scanners_own_line_is_a_scan(canvas: Canvas) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), "gray").save(buffer, "PNG")
    buffer.seek(0)
    canvas.drawImage(ImageReader(buffer), 0, 0, 595, 842)
    canvas.drawString(90, 30, "扫描王 扫描创建")
    (report,) = saved(canvas)
    assert isinstance(report, UnreadableFile)
    assert "没有文字层" in report.reason


def write_pdf(path: Path, lines: list[tuple[str, str]], mapped: dict[str, str]) -> None:
    """Write a page of lines, each in the font F1, which maps glyphs so, or F2, which does not.

    Glyphs are numbered by the code points of what is drawn.
    """
    pairs = "\n".join(f"<{ord(a):04X}> <{ord(b):04X}>" for a, b in mapped.items())
    table = (
        "/CIDInit /ProcSet findresource begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(mapped)} beginbfchar\n{pairs}\nendbfchar endcmap end"
    )
    drawn = "\n".join(
        f"BT /{font} 12 Tf 1 0 0 1 60 {780 - 20 * row} Tm <{text.encode('utf-16-be').hex()}> Tj ET"
        for row, (font, text) in enumerate(lines)
    )

    def font(name: str, extra: str) -> str:
        return (
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H{extra}"
            f"/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/DW 1000"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/FontDescriptor<</Type/FontDescriptor/FontName/{name}/Flags 4/ItalicAngle 0"
            "/FontBBox[0 -120 1000 880]/Ascent 880/Descent -120/CapHeight 800/StemV 80>>>>]>>"
        )

    def stream(content: str) -> str:
        return f"<</Length {len(content)}>>stream\n{content}\nendstream"

    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>",
        stream(drawn),
        font("ABCDEF+Song", "/ToUnicode 7 0 R"),
        font("ABCDEF+Hei", ""),
        stream(table),
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("ascii")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode()
    path.write_bytes(out)


BODY = [
    "云桥区交通局",
    "您提出的关于夜间公交的建议收悉，现答复如下。",
    "今年增加线路三条，每日运送乘客九百余人次。",
]


def test_a_line_whose_font_names_no_characters_is_reported_and_the_rest_read(
    tmp_path: Path,
) -> None:
    path = tmp_path / "答复.pdf"
    same = {sign: sign for sign in "".join(BODY)}
    write_pdf(path, [("F2", "关于第十二号建议的答复"), *(("F1", line) for line in BODY)], same)
    report, document = iter_documents(path)
    assert isinstance(report, UnreadableFile)
    assert report.source.endswith("答复.pdf#第1页")
    assert "1 行" in report.reason
    assert isinstance(document, Document)
    assert clean(document.lines).text.split("\n") == BODY


def test_a_text_layer_in_a_font_with_a_wrong_table_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "答复.pdf"
    lines = BODY * 3
    signs = {sign: chr(ord(sign) + 90 * ("一" <= sign <= "龥")) for sign in "".join(lines)}
    write_pdf(path, [("F1", line) for line in lines], signs)
    (report,) = iter_documents(path)
    assert isinstance(report, UnreadableFile)
    assert "乱码" in report.reason
    assert "OCR" in report.reason


def test_a_text_layer_without_characters_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "答复.pdf"
    write_pdf(path, [("F2", line) for line in BODY], {})
    (report,) = iter_documents(path)
    assert isinstance(report, UnreadableFile)
    assert "没有编码" in report.reason
