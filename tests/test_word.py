"""Word documents as Word, WPS and other programs write them, and those of before 2007."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from corpus.errors import Remark, UnreadableFile
from corpus.readers import iter_documents
from corpus.readers.doc import careful_profile
from corpus.types import Document
from tests.office_files import STRICT, make_doc, make_docx, paragraph, run

LETTER = "".join(map(paragraph, ("云桥区商务局", "顾委员：", "夜市已建成。")))
TEXT = ["云桥区商务局", "顾委员：", "夜市已建成。"]


def read(path: Path) -> list[str]:
    """Return the lines of the one document in a file, whatever is remarked of it."""
    items = [item for item in iter_documents(path) if not isinstance(item, Remark)]
    (document,) = items
    assert isinstance(document, Document), document
    assert document.source == path.as_posix()
    return [line.text for line in document.lines]


def remarks(path: Path) -> list[str]:
    return [item.reason for item in iter_documents(path) if isinstance(item, Remark)]


@pytest.mark.parametrize("target", ["NULL", "#_top", "../../../gone.xml"])
def test_a_relation_that_leads_nowhere_matters_to_nobody(tmp_path: Path, target: str) -> None:
    path = tmp_path / "a.docx"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    make_docx(
        path, LETTER, extra_relation=f'<Relationship Id="9" Type="{kind}" Target="{target}"/>'
    )
    assert read(path) == TEXT


@pytest.mark.parametrize("name", ["a.docx", "a.docm", "a.dotx", "a.doc", "a.wps", "a.txt"])
def test_what_is_in_it_counts_not_its_ending(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    make_docx(path, LETTER)
    assert read(path) == TEXT


def test_strict_open_xml_is_the_same_under_other_names(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    make_docx(path, LETTER, namespace=STRICT)
    assert read(path) == TEXT


def test_a_page_named_docx_is_read_as_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    page = "<html><body><p>顾委员：</p><p>夜市已建成。</p></body></html>"
    path.write_text(page, encoding="utf-8")
    assert read(path) == ["顾委员：", "夜市已建成。"]
    assert remarks(path) == ["内容是网页，不是 .docx；已按网页读入"]


def test_a_page_wrapped_in_a_document_is_read(tmp_path: Path) -> None:
    page = "<html><body><p>顾委员：</p><p>夜市已建成。</p></body></html>"
    saved = f"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}"
    path = tmp_path / "a.docx"
    for content in (page, saved):
        make_docx(path, '<w:altChunk r:id="aFChunk"/>', {"aFChunk": content})
        assert read(path) == ["顾委员：", "夜市已建成。"]


def test_rubbish_named_docx_is_reported_and_text_is_read_with_a_remark(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    for rubbish in (bytes(range(256)) * 8, b"404 not found"):
        path.write_bytes(rubbish)
        (report,) = iter_documents(path)
        assert isinstance(report, UnreadableFile)
        assert "不是 .docx 文件" in report.reason
    path.write_text("顾委员：\n夜市已建成。", encoding="utf-8")
    assert read(path) == ["顾委员：", "夜市已建成。"]
    assert remarks(path) == ["内容不是 .docx，而是纯文字；已按文字读入"]


NUMBERS = (
    '<w:abstractNum w:abstractNumId="1"><w:styleLink w:val="Articles"/><w:lvl w:ilvl="0">'
    '<w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '</w:abstractNum><w:abstractNum w:abstractNumId="2"><w:numStyleLink w:val="Articles"/>'
    '</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="2"/></w:num>'
)


def numbered(text: str) -> str:
    properties = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr></w:pPr>'
    return paragraph(properties + run(text))


def test_a_list_defined_by_a_style_is_numbered(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    make_docx(path, numbered("摊位") + numbered("时间"), {"numbering": NUMBERS})
    assert read(path) == ["一、摊位", "二、时间"]


@pytest.mark.parametrize(
    ("form", "text", "start", "expected"),
    [
        ("upperLetter", "%1.", "2000000000", "A.摊位"),  # no such number: the list begins at 1
        ("upperLetter", "%1.", "32000", "32000.摊位"),
        ("lowerLetter", "%1.", "28", "bb.摊位"),
        ("upperRoman", "%1.", "32000", "32000.摊位"),
        ("upperRoman", "%1.", "1999", "MCMXCIX.摊位"),
        ("decimal", "附" * 5000 + "%1", "1", "摊位"),
    ],
)
def test_no_number_grows_beyond_bounds(
    tmp_path: Path, form: str, text: str, start: str, expected: str
) -> None:
    numbers = NUMBERS.replace("chineseCounting", form).replace("%1、", text)
    numbers = numbers.replace('<w:start w:val="1"/>', f'<w:start w:val="{start}"/>')
    path = tmp_path / "a.docx"
    make_docx(path, numbered("摊位"), {"numbering": numbers})
    assert read(path) == [expected]


def box(*lines: str) -> str:
    inner = "".join(map(paragraph, lines))
    return (
        "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
        f"{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def test_text_boxes_stand_above_the_letter_and_below_it(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    body = paragraph(box("云桥区商务局文件", "云商函〔2023〕8号"))
    body += LETTER + paragraph(run("2023年3月1日") + box("公开属性：不予公开"))
    make_docx(path, body)
    assert read(path) == [
        *("云桥区商务局文件", "云商函〔2023〕8号", *TEXT, "2023年3月1日", "公开属性：不予公开"),
    ]


def test_a_box_that_stands_twice_for_older_programs_is_read_once(tmp_path: Path) -> None:
    drawn = box("云商函〔2023〕8号")
    both = (
        f"<mc:AlternateContent><mc:Choice>{drawn}</mc:Choice>"
        f"<mc:Fallback>{drawn}</mc:Fallback></mc:AlternateContent>"
    )
    path = tmp_path / "a.docx"
    make_docx(path, f"<w:p><w:r>{both}</w:r></w:p>" + LETTER)
    assert read(path) == ["云商函〔2023〕8号", *TEXT]


def test_the_first_pages_header_and_footer_are_read_without_page_numbers(tmp_path: Path) -> None:
    header = paragraph("云商函〔2023〕8号") + paragraph("云桥区商务局")
    footer = paragraph(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("7")}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    ) + paragraph("内部资料")
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header"/>'
        '<w:footerReference w:type="default" r:id="footer"/></w:sectPr>'
    )
    path = tmp_path / "a.docx"
    make_docx(path, LETTER + section, {"header": header, "footer": footer})
    assert read(path) == ["云商函〔2023〕8号", *TEXT, "内部资料"]


def cell(*lines: str, properties: str = "") -> str:
    inner = "".join(map(paragraph, lines)) or "<w:p/>"
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def test_a_letter_in_a_cell_of_a_form_keeps_its_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    rows = (
        cell("主办单位") + cell("云桥区商务局") + cell("办理结果") + cell("A"),
        cell("答复内容") + cell("顾委员：", "夜市已建成。", "云桥区商务局", "2023年3月1日"),
    )
    make_docx(path, table(*rows))
    assert read(path) == [
        *("主办单位 | 云桥区商务局 | 办理结果 | A", "答复内容"),
        *("顾委员：", "夜市已建成。", "云桥区商务局", "2023年3月1日"),
    ]


def test_what_cells_share_by_being_merged_is_said_in_each_row(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    first, rest = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        cell("东市") + cell("18时", properties=first) + cell("40"),
        cell("西市") + cell(properties=rest) + cell("25"),
        cell("南市") + cell("19时") + cell("30"),
        cell("共", properties='<w:gridSpan w:val="2"/>') + cell("95"),
    )
    make_docx(path, table(*rows))
    assert read(path) == ["东市 | 18时 | 40", "西市 | 18时 | 25", "南市 | 19时 | 30", "共 | 95"]


def symbol(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def test_signs_of_symbol_fonts_are_characters_and_unknown_ones_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    body = paragraph(run("长12") + symbol("Symbol", "F0B4") + run("8米"))
    body += paragraph(symbol("Wingdings 2", "F052") + run("主动公开"))
    body += paragraph(symbol("Wingdings", "F0A8") + run("不予公开"))
    make_docx(path, body)
    assert read(path) == ["长12×8米", "☑主动公开", "□不予公开"]
    assert remarks(path) == []
    make_docx(path, paragraph(run("长12") + symbol("某厂符号", "F041") + run("8米")))
    assert read(path) == ["长12\ufffd8米"]
    assert "1 个符号" in remarks(path)[0]


def test_ruby_hidden_text_ticked_boxes_and_formulas(tmp_path: Path) -> None:
    ruby = (
        f"<w:r><w:ruby><w:rt>{run('shi')}</w:rt><w:rubyBase>{run('市')}</w:rubyBase></w:ruby></w:r>"
    )
    ticked = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/>'
        '</w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    ring = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>eq \\o\\ac(○,2)'
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = (
        paragraph(run("夜") + ruby + run("已建成。") + run("草稿", "<w:vanish/>"))
        + paragraph(ticked + run("主动公开"))
        + paragraph(ring + run("延长时间"))
        + paragraph(run("面积") + "<m:oMath><m:r><m:t>3×5</m:t></m:r></m:oMath>")
    )
    path = tmp_path / "a.docx"
    make_docx(path, body)
    assert read(path) == ["夜市已建成。", "☑主动公开", "②延长时间", "面积3×5"]


def test_what_is_struck_out_is_not_the_letters_and_notes_are_told_of(tmp_path: Path) -> None:
    note = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    style = (
        '<w:style w:type="character" w:styleId="D"><w:rPr><w:dstrike/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="S"><w:rPr><w:strike/></w:rPr></w:style>'
    )
    body = paragraph(
        run("整改率")
        + run("百分之六十", "<w:strike/>")
        + run("七十", '<w:rStyle w:val="D"/>')
        + run("百分之九十五", '<w:rStyle w:val="S"/><w:strike w:val="0"/>')
        + note
    )
    path = tmp_path / "a.docx"
    make_docx(path, body, {"styles": style})
    assert read(path) == ["整改率百分之九十五"]
    assert [reason[:8] for reason in remarks(path)] == ["有 1 条脚注或", "有 2 处划去的"]


@pytest.mark.parametrize("name", ["a.doc", "a.wps", "a.docx"])
def test_word_97_is_read_with_its_boxes(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)  # no LibreOffice
    path = tmp_path / name
    make_doc(path, "\r".join(TEXT), ["公开属性：不予公开"])
    assert read(path) == ["公开属性：不予公开", *TEXT]


def test_broken_and_encrypted_documents_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    path = tmp_path / "a.doc"
    make_doc(path, "夜市已建成。")
    whole = path.read_bytes()
    path.write_bytes(whole[:3000])
    (report,) = iter_documents(path)
    assert isinstance(report, UnreadableFile)
    assert "已损坏" in report.reason
    path.write_bytes(whole.replace(b"1\x00T\x00a\x00b\x00", b"x\x00T\x00a\x00b\x00"))
    (report,) = iter_documents(path)
    assert isinstance(report, UnreadableFile)
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"))
    (report,) = iter_documents(path)
    assert isinstance(report, UnreadableFile)
    assert "已加密" in report.reason


def test_libreoffice_is_forbidden_macros_and_links(tmp_path: Path) -> None:
    folder = careful_profile(tmp_path / "profile")
    (profile,) = folder.rglob("*.xcu")
    for name in ("DisableMacrosExecution", "DisableActiveContent", "BlockUntrustedRefererLinks"):
        assert f'oor:name="{name}" oor:op="fuse"><value>true</value>' in profile.read_text("utf-8")
