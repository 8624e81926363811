"""RTF, OpenDocument and OFD; what lies in archives and mails."""

from __future__ import annotations

import random
import shutil
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from openpyxl import Workbook

from corpus.errors import Remark, UnreadableFile
from corpus.readers import iter_documents
from corpus.text.clean import clean
from corpus.types import Document
from tests.office_files import make_doc, make_docx, make_odt, make_ofd, paragraph

LINES = ["云桥区商务局", "顾委员：", "夜市已建成。"]


def read(path: Path) -> list[str]:
    (document,) = iter_documents(path)
    assert isinstance(document, Document), document
    return [line.text for line in document.lines]


def said(path: Path) -> dict[str, str]:
    """Return what is told of each part of a file that was not read, by its name."""
    return {
        item.source.removeprefix(path.as_posix()): item.reason
        for item in iter_documents(path)
        if isinstance(item, UnreadableFile)
    }


def texts(path: Path) -> dict[str, list[str]]:
    return {
        item.source.removeprefix(path.as_posix()): [line.text for line in item.lines]
        for item in iter_documents(path)
        if isinstance(item, Document)
    }


def unicode(text: str) -> str:
    return "".join(f"\\u{ord(sign)}?" for sign in text)


def hexed(text: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gb18030"))


FONTS = (
    r"{\fonttbl{\f0\fnil\fcharset134 SimSun;}{\f1\fnil\fcharset2 Symbol;}"
    r"{\f2\froman\fcharset0 Times{\*\falt x};}}"
)


def write_rtf(path: Path, body: str) -> None:
    path.write_bytes(rf"{{\rtf1\ansi\ansicpg936{FONTS}{body}}}".encode("gb18030"))


@pytest.mark.parametrize("spell", [unicode, hexed, str])
def test_rtf_is_read_however_its_characters_are_spelt(tmp_path: Path, spell) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.doc"
    write_rtf(path, "".join(rf"\pard\f0 {spell(line)}\par " for line in LINES))
    assert read(path) == LINES


def test_rtf_has_rows_numbers_headings_boxes_and_margins(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    merged = r"\trowd\clvmgf\cellx100\cellx200", r"\trowd\clvmrg\cellx100\cellx200"
    write_rtf(
        path,
        rf"{{\header {unicode('云商函〔2023〕8号')}\par}}"
        rf"{{\footer {{\field{{\*\fldinst PAGE }}{{\fldrslt 3}}}}\par}}"
        rf"\pard {{\shp{{\*\shpinst{{\shptxt \pard {unicode('不予公开')}\par}}}}"
        rf"{{\shprslt {{\*\do\dobxpage{{\dptxbxtext\pard x\par}}}}}}}}{unicode('顾委员：')}\par"
        rf"\pard\outlinelevel0 {{\listtext\pard {unicode('一、')}\tab}}{unicode('进展')}\par"
        rf"\pard {unicode('长')}12{{\f1\'b4}}8{unicode('米')}{{\v hidden}}\par"
        rf"{merged[0]}\pard\intbl {unicode('18时')}\cell 40\cell\row"
        rf"{merged[1]}\pard\intbl \cell 25\cell\row\pard {unicode('云桥区商务局')}\par",
    )
    (document,) = iter_documents(path)
    assert isinstance(document, Document)
    assert [line.text for line in document.lines] == [
        *("云商函〔2023〕8号", "不予公开", "顾委员：", "一、进展", "长12×8米"),
        *("18时 | 40", "18时 | 25", "云桥区商务局"),
    ]
    assert [line.text for line in document.lines if line.heading] == ["一、进展"]


def test_rtf_cut_off_or_nested_without_end_is_read_or_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_bytes((rf"{{\rtf1\pard {unicode('夜市已建成。')}\par{{\b ").encode())
    assert read(path) == ["夜市已建成。"]
    path.write_bytes(b"{\\rtf1" + b"{" * 100_000)
    assert "已损坏" in said(path)[""]


ODT_STYLES = (
    '<office:font-face-decls><style:font-face style:name="S1" svg:font-family="Symbol"/>'
    "</office:font-face-decls><office:automatic-styles>"
    '<style:style style:name="T1"><style:text-properties style:font-name="S1"/></style:style>'
    '<style:style style:name="T2"><style:text-properties text:display="none"/></style:style>'
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1"'
    ' style:num-format="一, 二, 三, ..." style:num-suffix="、"/><text:list-level-style-number'
    ' text:level="2" style:num-format="1" text:display-levels="2"/></text:list-style>'
    "</office:automatic-styles>"
)


def test_open_document_is_read_with_numbers_rows_frames_and_header(tmp_path: Path) -> None:
    path = tmp_path / "a.odt"
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{item.format('东市', '')}</text:list>"
    make_odt(
        path,
        "<text:p><draw:custom-shape><text:p>不予公开</text:p></draw:custom-shape>顾委员：</text:p>"
        f'<text:list text:style-name="L1">{item.format("摊位", inner)}{item.format("时间", "")}'
        '</text:list><text:h text:outline-level="2">打算</text:h>'
        '<text:p>长12<text:span text:style-name="T1">\uf0b4</text:span>8米'
        '<text:span text:style-name="T2">草稿</text:span><text:line-break/>宽<text:s/>3米</text:p>'
        '<table:table><table:table-row><table:table-cell table:number-rows-spanned="2">'
        "<text:p>18时</text:p></table:table-cell><table:table-cell><text:p>40</text:p>"
        "</table:table-cell></table:table-row><table:table-row><table:covered-table-cell/>"
        "<table:table-cell><text:p>25</text:p></table:table-cell></table:table-row></table:table>",
        ODT_STYLES,
        "<style:header><text:p>云商函〔2023〕8号</text:p></style:header>"
        "<style:footer><text:p><text:page-number>1</text:page-number></text:p></style:footer>",
    )
    assert read(path) == [
        *("云商函〔2023〕8号", "不予公开", "顾委员：", "一、摊位", "一.1东市", "二、时间", "打算"),
        *("长12×8米", "宽 3米", "18时 | 40", "18时 | 25"),
    ]


def test_ofd_is_read_page_by_page_and_its_lines_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "a.ofd"
    first = [
        (60.0, "云桥区商务委员会"),
        (40.0, "您提出的关于发展夜间经济促进消费的提案收悉，经会"),
        (30.0, "同区城管局、区市场监管局和各街道办事处研究，现答复"),
        (30.0, "如下。"),
        (40.0, "去年建成夜间市场三处，新增摊位一百二十个，带动就"),
        (30.0, "业四百余人，市场周边道路照明和排水设施全部更新，停"),
    ]
    make_ofd(path, [first, [(30.0, "车泊位增加到二百个。")]])
    (document,) = iter_documents(path)
    assert isinstance(document, Document)
    assert [line.page for line in document.lines] == [0, 0, 0, 0, 0, 0, 1]
    assert clean(document.lines).text.split("\n") == [
        "云桥区商务委员会",
        "您提出的关于发展夜间经济促进消费的提案收悉，经会同区城管局、区市场监管局和各街道办事处"
        "研究，现答复如下。",
        "去年建成夜间市场三处，新增摊位一百二十个，带动就业四百余人，市场周边道路照明和排水设施"
        "全部更新，停车泊位增加到二百个。",
    ]


def test_ofd_of_pictures_and_pages_without_text_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.ofd"
    make_ofd(path, [[], []])
    assert "扫描件" in said(path)[""]
    make_ofd(path, [[(30.0, "夜市已建成。")], []])
    assert list(said(path)) == ["#第2页"]
    assert texts(path) == {"": ["夜市已建成。"]}


def test_an_archive_is_read_file_by_file_whatever_the_names_code(tmp_path: Path) -> None:
    inner = tmp_path / "a.docx"
    make_docx(inner, paragraph("夜市已建成。"))
    path = tmp_path / "答复.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("商务局/一.docx", inner.read_bytes())
        archive.writestr("二.csv", "编号,答复内容\nA7,摊位已增设。\n")
        archive.writestr("__MACOSX/._一.docx", b"x")
        archive.writestr("图.gif", b"\x89PNG")
        archive.writestr("XX.txt", "顾委员：夜市延时。")
    # Windows writes names in its own code, and the sign that they are in UTF-8 is missing.
    path.write_bytes(path.read_bytes().replace(b"XX.txt", "名.txt".encode("gb18030")))
    assert list(texts(path)) == ["#二.csv#A7", "#名.txt", "#商务局/一.docx"]
    assert texts(path)["#商务局/一.docx"] == ["夜市已建成。"]
    assert said(path) == {"#图.gif": "跳过：格式不支持（.gif）"}
    assert all(isinstance(item, Document | Remark) for item in iter_documents(path))


def test_archives_may_not_lie_without_end_nor_lead_out_nor_swell(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"

    def pack(name: str, content: bytes) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)

    pack("答复.txt", "夜市已建成。".encode())
    for _ in range(2):
        pack("内.zip", path.read_bytes())
    assert "太深" in said(path)["#内.zip#内.zip"]
    pack("../../a.txt", b"x")
    assert "压缩包之外" in said(path)["#../../a.txt"]
    pack("a.txt", bytes(201 << 20))
    assert "太大" in said(path)["#a.txt"]
    path.write_bytes(b"PK\x03\x04 and no more")
    assert "已损坏" in said(path)[""]


@pytest.mark.parametrize("name", ["答复.et", "答复.docx", "答复.txt"])
def test_a_workbook_is_read_as_a_table_whatever_its_name(tmp_path: Path, name: str) -> None:
    book = Workbook()
    for row in (["编号", "答复内容"], ["A7", "夜市已建成。"]):
        book.active.append(row)
    path = tmp_path / name
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(path)
    assert texts(path) == {"#A7": ["夜市已建成。"]}


@pytest.mark.parametrize("form", ["docx", "doc", "rtf", "odt", "ofd", "zip", "eml"])
def test_no_reader_raises_for_files_with_damage(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)  # no LibreOffice
    path = tmp_path / f"a.{form}"
    if form == "rtf":
        write_rtf(path, r"\trowd\cellx9\pard\intbl 40\cell\row\pard x\par")
    elif form == "doc":
        make_doc(path, "夜市已建成。", ["不予公开"])
    elif form == "odt":
        make_odt(path, "<text:p>夜市已建成。</text:p>", ODT_STYLES)
    elif form == "ofd":
        make_ofd(path, [[(30.0, "夜市已建成。")]])
    elif form == "eml":
        path.write_bytes(letter("答复", "夜市已建成。").as_bytes())
    else:
        make_docx(path, paragraph("夜市已建成。"))
    if form == "zip":
        whole = path.read_bytes()
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.docx", whole)
    whole = path.read_bytes()
    chance = random.Random(form)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 5, 50))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(bytes(damaged))
        assert list(iter_documents(path))


def letter(subject: str, body: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "a@example.org"
    message.set_content(body)
    return message


def test_a_mail_is_read_with_its_subject_and_its_attachments(tmp_path: Path) -> None:
    inner = tmp_path / "a.docx"
    make_docx(inner, paragraph("夜市已建成。"))
    message = letter("关于夜市的答复", "顾委员：\n详见附件。")
    message.add_attachment(
        inner.read_bytes(), maintype="application", subtype="msword", filename="答复.docx"
    )
    message.add_attachment(b"x", maintype="application", subtype="x", filename="印章.esl")
    message.add_attachment(letter("转发", "摊位已增设。"))
    path = tmp_path / "来信.eml"
    path.write_bytes(message.as_bytes())
    assert texts(path) == {
        "": ["关于夜市的答复", "顾委员：", "详见附件。"],
        "#答复.docx": ["夜市已建成。"],
        "#附件3.eml": ["转发", "摊位已增设。"],
    }
    assert said(path) == {"#印章.esl": "附件跳过：格式不支持（.esl）"}


@pytest.mark.parametrize("name", ["网页.mht", "网页.doc"])
def test_a_page_saved_in_one_file_is_read_as_a_page(tmp_path: Path, name: str) -> None:
    message = EmailMessage()
    message["Subject"] = "云桥区人民政府网站"
    page = '<html><meta charset="gb2312"><body><p>顾委员：</p><p>夜市已建成。</p></body></html>'
    message.add_related(page.encode("gb18030"), maintype="text", subtype="html")
    message.add_related(b"\x89PNG", maintype="image", subtype="png")
    path = tmp_path / name
    path.write_bytes(message.as_bytes())
    assert read(path) == ["顾委员：", "夜市已建成。"]


def test_a_mail_without_text_or_broken_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "空.eml"
    path.write_bytes(letter("空", "").as_bytes())
    assert "没有正文" in said(path)[""]
