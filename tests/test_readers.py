"""Readers make documents of files, and a report in Chinese of each file that is bad."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import Remark, UnreadableFile
from corpus.readers import SUFFIXES, iter_documents, iter_paths
from corpus.text.clean import clean
from corpus.types import Document, Line

REPLY = "云桥区商务委员会\n李委员：\n您的提案收悉，现答复如下：夜间市场已经建成，欢迎前往。"


def read(path: Path) -> Document:
    (item,) = iter_documents(path)
    assert isinstance(item, Document), item
    return item


def reason(path: Path) -> str:
    (item,) = iter_documents(path)
    assert isinstance(item, UnreadableFile)
    assert item.source == path.as_posix()
    return item.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "答复.txt"
    path.write_bytes(REPLY.encode(encoding))
    document = read(path)
    assert document.source == path.as_posix()
    assert clean(document.lines).text == REPLY


def test_a_form_feed_begins_a_page(tmp_path: Path) -> None:
    path = tmp_path / "答复.txt"
    path.write_text("第一页\f第二页", encoding="utf-8")
    assert read(path).lines == (Line("第一页"), Line("第二页", page=1))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "空的"),
        (b" \n\n", "没有读到文字"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG...", "图片"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "旧版 Word"),
        (bytes(range(256)) * 4, "二进制"),
        (("夜間市場的建設與管理" * 20).encode("big5"), "编码无法识别"),
        ("区商务委答复如下".encode() + b"\xff\xff", "第 25 个字节"),
    ],
)
def test_bad_text_is_reported(tmp_path: Path, content: bytes, found: str) -> None:
    path = tmp_path / "坏.txt"
    path.write_bytes(content)
    assert found in reason(path)


LONG = "\n".join(
    (REPLY, *(f"我区已建成夜间市场{number}处，增设摊位，市民可以前往。" for number in range(8)))
)


def both(path: Path) -> tuple[str, str]:
    """Return a file's cleaned text and the remark on it."""
    remark, document = iter_documents(path)
    assert isinstance(remark, Remark)
    assert isinstance(document, Document)
    return clean(document.lines).text, remark.reason


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_bad_byte_costs_one_character(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "答复.txt"
    before, after = LONG.split("夜间市场0处")
    path.write_bytes(before.encode(encoding) + b"\xff" + f"夜间市场0处{after}".encode(encoding))
    text, remark = both(path)
    assert text.count("\ufffd") == 1
    assert text.startswith(REPLY)
    assert remark == "有 1 处字节认不出，读作“\ufffd”；请对照原件核对"


def test_zero_bytes_at_the_end_go(tmp_path: Path) -> None:
    path = tmp_path / "答复.txt"
    path.write_bytes(LONG.encode("gb18030") + bytes(300))
    assert clean(read(path).lines).text == LONG


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_mark_is_known_by_its_zero_bytes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "答复.txt"
    path.write_bytes(LONG.encode(encoding))
    assert clean(read(path).lines).text == LONG


def test_lines_of_two_encodings_are_each_read_in_theirs(tmp_path: Path) -> None:
    path = tmp_path / "答复.txt"
    lines = LONG.split("\n")
    path.write_bytes("\n".join(lines[:6]).encode() + b"\n" + "\n".join(lines[6:]).encode("gb18030"))
    text, remark = both(path)
    assert text == LONG
    assert "编码不一" in remark


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("mistaken", ["latin-1", "cp1252"])
def test_what_was_taken_for_latin_letters_is_read_as_chinese(
    tmp_path: Path, encoding: str, mistaken: str
) -> None:
    path = tmp_path / "答复.txt"
    data = LONG.encode(encoding)
    seen = "".join(
        bytes([byte]).decode(mistaken, "ignore") or bytes([byte]).decode("latin-1") for byte in data
    )
    path.write_text(seen, encoding="utf-8", newline="")
    text, remark = both(path)
    assert text == LONG
    assert "已还原" in remark


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "us-ascii", "utf-16"])
def test_a_page_is_not_what_any_bytes_would_fit(
    tmp_path: Path, encoding: str, declared: str
) -> None:
    path = tmp_path / "答复.html"
    path.write_bytes(
        f'<meta charset="{declared}"><p>{LONG.replace(chr(10), "</p><p>")}</p>'.encode(encoding)
    )
    assert clean(read(path).lines).text == LONG


def test_radicals_are_the_characters_that_they_look_like(tmp_path: Path) -> None:
    path = tmp_path / "答复.txt"
    path.write_text("云桥区⺠政局：⻝堂和⽼年⻋站已建成。", encoding="utf-8")
    assert clean(read(path).lines).text == "云桥区民政局：食堂和老年车站已建成。"


def test_markdown_keeps_headings_numbers_and_rows(tmp_path: Path) -> None:
    path = tmp_path / "答复.md"
    path.write_text(
        "---\n发文机关: 云桥区商务委\n---\n# 关于夜市的答复\n\n李委员：\n\n"
        "　　您的提案**收悉**。\n\n"
        "## 一、进展\n\n1. 建成市场。\n2. 增设*摊位*。\n\n- 延长时间\n\n| 年份 | 摊位 |\n|--|--|\n"
        "| 2022 | 30 |\n\n云桥区商务委员会\n2022年3月1日\n",
        encoding="utf-8",
    )
    document = read(path)
    assert clean(document.lines).text.split("\n") == [
        *("发文机关: 云桥区商务委", "关于夜市的答复", "李委员：", "您的提案收悉。", "一、进展"),
        *("1.建成市场。", "2.增设摊位。", "延长时间", "年份 | 摊位", "2022 | 30"),
        *("云桥区商务委员会", "2022年3月1日"),
    ]
    assert [line.heading for line in document.lines if line.heading] == [1, 2]


PAGE = """<html><head><meta charset="gbk"><title>答复</title><style>p {}</style></head><body>
<header><a href="/">云桥区人民政府</a><h1>云桥区人民政府网</h1></header>
<nav><ul><li><a href="/">首页</a></li></ul></nav>
<div class="breadcrumb">当前位置：<a href="/">首页</a> &gt; 建议提案</div>
<div class="content">
<h2>对区政协第42号提案的答复</h2>
<table><tr><th>索引号：</th><td>YQ-1</td><th>发文机关：</th><td>区商务委</td></tr></table>
<p>李委员：</p>
<p>　　您的提案收悉，
   现答复如下：<b>夜间市场</b>已建成。<br>　　今年增设摊位。</p>
<p style="display:none">看不见</p>
<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a></div>
<div class="foot">联系人：顾言 联系电话：62180000</div>
</div>
<ul><li><a href="1">通知一</a></li><li><a href="2">通知二</a></li><li><a href="3">三</a></li></ul>
<footer>云桥区人民政府 版权所有 网站标识码 1</footer><script>var x = 1;</script>
</body></html>"""


def test_html_keeps_the_reply_and_drops_the_page(tmp_path: Path) -> None:
    path = tmp_path / "答复.html"
    path.write_bytes(PAGE.encode("gbk"))
    document = read(path)
    assert clean(document.lines).text.split("\n") == [
        "对区政协第42号提案的答复",
        "索引号：YQ-1 | 发文机关：区商务委",
        "李委员：",
        "您的提案收悉，现答复如下：夜间市场已建成。",
        "今年增设摊位。",
        "联系人：顾言 联系电话：62180000",
    ]
    assert document.lines[0].heading == 2


def test_html_never_drops_a_long_text_for_its_class(tmp_path: Path) -> None:
    path = tmp_path / "答复.html"
    text = "夜间市场已经建成，欢迎市民前往。" * 20
    path.write_text(f'<div class="position footer">{text}</div>', encoding="utf-8")
    assert clean(read(path).lines).text == text


def test_html_without_text_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "空.html"
    path.write_text("<html><nav>首页</nav><script>1</script></html>", encoding="utf-8")
    assert "没有正文" in reason(path)


@pytest.mark.parametrize(
    "shown",
    ['<iframe src="a.pdf"></iframe>', '<p>附件：<a href="/2023/a.docx">答复.docx</a></p>'],
)
def test_a_page_that_only_shows_another_file_is_reported(tmp_path: Path, shown: str) -> None:
    path = tmp_path / "答复.html"
    path.write_text(f"<h1>对区政协第42号提案的答复</h1>{shown}", encoding="utf-8")
    assert "只有标题" in reason(path)


def test_a_page_that_would_be_cut_or_take_minutes_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "答复.html"
    path.write_text("<html>" + "<div>" * 400 + "夜市已建成。", encoding="utf-8")
    assert "256 层" in reason(path)
    attributes = " ".join(f"a{number}=1" for number in range(20_000))
    path.write_text(f"<html><p {attributes}>夜市已建成。</p></html>", encoding="utf-8")
    assert "属性" in reason(path)
    picture = f'<img src="data:image/png;base64,{"A" * 200_000}">'
    path.write_text(f"<html>{picture}<p>夜市已建成。</p></html>", encoding="utf-8")
    assert clean(read(path).lines).text == "夜市已建成。"


def number(paragraph: Paragraph, numbering: int, level: int) -> None:
    properties = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", level), ("w:numId", numbering)):
        element = OxmlElement(tag)
        element.set(qn("w:val"), str(value))
        properties.append(element)
    paragraph._p.get_or_add_pPr().append(properties)


def test_word_keeps_order_headings_tables_and_makes_its_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    root = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, form, text in (
            (0, "chineseCounting", "%1、"),
            (1, "chineseCounting", "（%2）"),
            (2, "decimal", "%3."),
        )
    )
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'
    root.insert(0, parse_xml(abstract))
    root.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>',
        )
    )
    document.add_heading("关于夜市的答复", level=0)
    for text, level in (
        ("进展", 0),
        ("市场", 1),
        ("摊位", 1),
        ("打算", 0),
        ("时间", 1),
        ("细则", 2),
    ):
        number(document.add_paragraph(text), 90, level)
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("年份", "摊位"), ("2022", "30")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    run = document.add_paragraph().add_run("云桥区商务")
    run.add_break(WD_BREAK.PAGE)
    run.add_text("委员会")
    run.add_break()
    run.add_text("2022年3月1日")
    document.sections[0].header.paragraphs[0].text = "页眉"
    path = tmp_path / "答复.docx"
    document.save(str(path))

    read_lines = read(path).lines
    assert [line.text for line in read_lines] == [
        *(
            "页眉",
            "关于夜市的答复",
            "一、进展",
            "（一）市场",
            "（二）摊位",
            "二、打算",
            "（一）时间",
            "1.细则",
        ),
        *("年份 | 摊位", "2022 | 30", "云桥区商务委员会", "2022年3月1日"),
    ]
    assert read_lines[1].heading == 1
    assert [line.paragraph_end for line in read_lines[-2:]] == [False, True]


def test_bad_word_files_are_reported(tmp_path: Path) -> None:
    broken = tmp_path / "坏.docx"
    broken.write_bytes(b"PK\x03\x04 and no more")
    assert "已损坏" in reason(broken)
    locked = tmp_path / "密.docx"
    locked.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "加密" in reason(locked)
    other = tmp_path / "别的.docx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert "已损坏" in reason(other)
    bomb = tmp_path / "弹.docx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(120 << 20))
    assert "大得反常" in reason(bomb)


def draw(path: Path, pages: list[list[tuple[float, str]]], password: str | None = None) -> None:
    """Draw pages of lines, each with its left edge, and a page number at the foot."""
    registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), encrypt=password)
    for page_number, lines in enumerate(pages, 1):
        canvas.setFont("STSong-Light", 16)
        for row, (left, text) in enumerate(lines):
            canvas.drawString(left, 780 - 28 * row, text)
        canvas.drawString(280, 40, f"— {page_number} —")
        canvas.showPage()
    canvas.save()


def test_pdf_lines_are_joined_across_lines_and_pages(tmp_path: Path) -> None:
    path = tmp_path / "答复.pdf"
    first: list[tuple[float, str]] = [
        *((200, "云桥区商务委员会"), (122, "您提出的关于发展夜间经济促进消费的提案收悉，经会"),
        (90, "同区城管局、区市场监管局和各街道办事处研究，现答复"), (90, "如下。"),
        (122, "一、已经开展的工作"), (122, "去年建成夜间市场三处，新增摊位一百二十个，带动就"),
        (90, "业四百余人，市场周边道路照明和排水设施全部更新，停")),
    ]  # fmt: skip
    second: list[tuple[float, str]] = [
        *((90, "车泊位增加到二百个。"), (122, "二、下一步打算"), (122, "今年继续完善管理办法。"),
        (350, "云桥区商务委员会"), (350, "2022年3月1日")),
    ]  # fmt: skip
    draw(path, [first, second])
    assert clean(read(path).lines).text.split("\n") == [
        "云桥区商务委员会",
        "您提出的关于发展夜间经济促进消费的提案收悉，经会同区城管局、区市场监管局和各街道办事处"
        "研究，现答复如下。",
        "一、已经开展的工作",
        "去年建成夜间市场三处，新增摊位一百二十个，带动就业四百余人，市场周边道路照明和排水设施"
        "全部更新，停车泊位增加到二百个。",
        "二、下一步打算",
        "今年继续完善管理办法。",
        "云桥区商务委员会",
        "2022年3月1日",
    ]


def picture() -> ImageReader:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), "gray").save(buffer, "PNG")
    buffer.seek(0)
    return ImageReader(buffer)


def test_bad_pdf_files_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.readers.pdf.is_installed", lambda: False)
    locked = tmp_path / "密.pdf"
    draw(locked, [[(90, "您的提案收悉")]], password="secret")
    assert "加密" in reason(locked)
    broken = tmp_path / "坏.pdf"
    broken.write_bytes(b"%PDF-1.4\n1 0 obj <<")
    assert "已损坏" in reason(broken)
    scanned = tmp_path / "扫描.pdf"
    canvas = Canvas(str(scanned))
    canvas.drawImage(picture(), 0, 0, 500, 700)
    canvas.save()
    assert "没有文字层" in reason(scanned)


def test_a_scanned_page_among_others_is_reported_and_the_rest_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.readers.pdf.is_installed", lambda: False)
    path = tmp_path / "半扫描.pdf"
    registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path))
    canvas.setFont("STSong-Light", 16)
    canvas.drawString(90, 700, "您的提案收悉。")
    canvas.showPage()
    canvas.drawImage(picture(), 0, 0, 500, 700)
    canvas.save()
    report, document = iter_documents(path)
    assert isinstance(report, UnreadableFile)
    assert report.source.endswith("半扫描.pdf#第2页")
    assert isinstance(document, Document)
    assert clean(document.lines).text == "您的提案收悉。"


def test_paths_are_walked_in_order_and_what_is_no_reply_is_reported(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.docx", "a/~$c.docx", ".git/d.txt", "a/.e.txt", "旧.7z", "会.mp4"):
        path = tmp_path / "夹" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    folder = tmp_path / "夹"
    items = list(iter_paths([folder, tmp_path / "没有.txt", folder / "b.txt"]))
    files = [item.relative_to(folder).as_posix() for item in items if isinstance(item, Path)]
    assert files == ["b.txt", "a/c.docx"]
    reports = [item.reason for item in items if isinstance(item, UnreadableFile)]
    assert reports[0].startswith("跳过：格式不支持（.mp4）")
    assert reports[1] == "跳过：格式不支持（.7z）；请先解压"
    assert reports[2] == "没有这个文件或文件夹；请检查路径"


@pytest.mark.parametrize(
    "name",
    [
        *("Thumbs.db", "ehthumbs.db", "Desktop.ini", "~WRL0003.tmp", ".DS_Store"),
        *("$RECYCLE.BIN/a.txt", "System Volume Information/a.txt", "@eaDir/a.txt"),
    ],
)
def test_what_systems_leave_in_folders_is_passed_over(tmp_path: Path, name: str) -> None:
    left, told = tmp_path / name, tmp_path / "我的thumbs.db"
    left.parent.mkdir(exist_ok=True)
    for path in (left, told):
        path.write_bytes(b"x")
    (item,) = iter_paths([tmp_path])
    assert isinstance(item, UnreadableFile)
    assert item.source == told.as_posix()


def test_a_file_that_is_gone_or_a_folder_is_reported(tmp_path: Path) -> None:
    assert "没有这个文件" in reason(tmp_path / "没有.txt")
    assert "是文件夹" in reason(tmp_path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_reader_raises_for_rubbish(tmp_path: Path, suffix: str) -> None:
    for number, content in enumerate(
        (b"\x00\xff" * 50, b"{", b"PK\x03\x04", "答复".encode("big5"))
    ):
        path = tmp_path / f"{number}{suffix}"
        path.write_bytes(content)
        assert list(iter_documents(path))
