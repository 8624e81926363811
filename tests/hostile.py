"""Files made to hang, flood or break what reads them, by attacks known of their formats.

Small to write: what they ask of a reader is not.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.office_files import make_docx, paragraph

Maker = Callable[[Path], None]

_LETTER = "李某代表：您提出的建议收悉。现答复如下：老旧小区加装电梯已列入计划。"


def _docx_numbers(path: Path) -> None:
    """Numbers in letters and Roman signs that would be millions of characters long."""
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="2147483647"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{"%1%2" * 5000}"/></w:lvl>'
        for n, form in enumerate(("upperLetter", "lowerRoman"))
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    item = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        f"<w:r><w:t>{_LETTER}</w:t></w:r></w:p>"
    )
    make_docx(path, item * 300, {"numbering": numbering})


def _docx_large(path: Path) -> None:
    """99 MB of text, which deflate to a hundredth."""
    _deflated(path, f"<w:p><w:r><w:t>{'好' * 33_000_000}</w:t></w:r></w:p>")


def _docx_many(path: Path) -> None:
    """Paragraphs without end, within what one part may have."""
    _deflated(path, paragraph("好") * 700_000)


def _docx_entities(path: Path) -> None:
    """Entities of entities: a billion laughs."""
    names = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE w:document [<!ENTITY l0 "哈">{names}]>'
    _deflated(path, paragraph("&l9;"), head)


def _docx_nested(path: Path) -> None:
    """Tables in tables in tables."""
    table = "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>"
    inner = paragraph(_LETTER)
    for _ in range(3_000):
        inner = table.format(inner)
    _deflated(path, inner)


def _deflated(path: Path, body: str, head: str = "") -> None:
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f"{head}<w:document {names}><w:body>{body}</w:body></w:document>",
        )


def _html_attributes(path: Path) -> None:
    names = " ".join(f"a{n}=1" for n in range(100_000))
    path.write_text(f"<html><body><p {names}>{_LETTER}</p></body></html>", "utf-8")


def _html_wide(path: Path) -> None:
    row = "<tr>" + "<td>好</td>" * 200_000 + "</tr>"
    path.write_text(f"<html><body><table>{row * 3}</table></body></html>", "utf-8")


def _html_deep(path: Path) -> None:
    path.write_text(f"<html><body>{'<div>' * 400}{_LETTER}", "utf-8")


def _html_tags(path: Path) -> None:
    path.write_text(f"<html><body>{'<p><b><i>' * 300_000}{_LETTER}", "utf-8")


def _markdown_quotes(path: Path) -> None:
    path.write_text(f"{'> ' * 200}{_LETTER}\n", "utf-8")


def _csv_one_id(path: Path) -> None:
    rows = "".join(f'7,"{_LETTER}{n}"\n' for n in range(100_000))
    path.write_text(f"编号,答复内容\n{rows}", "utf-8")


def _csv_field(path: Path) -> None:
    path.write_text(f'编号,答复内容\n1,"{"（" * 400_000}"\n', "utf-8")


def _csv_open_quote(path: Path) -> None:
    path.write_text("编号,答复内容\n" + '1,"好\n' * 200_000, "utf-8")


def _csv_columns(path: Path) -> None:
    path.write_text((",".join(["答复内容"] * 50_000) + "\n") * 20, "utf-8")


def _json_deep(path: Path) -> None:
    path.write_text('{"答复内容": ' + "[" * 200_000 + "]" * 200_000 + "}", "utf-8")


def _json_number(path: Path) -> None:
    path.write_text('{"编号": ' + "9" * 500_000 + f', "答复内容": "{_LETTER}"}}', "utf-8")


def _workbook(path: Path, cells: str, merged: str = "") -> None:
    """Write a workbook whose only sheet has these rows."""
    import openpyxl

    packed = io.BytesIO()
    openpyxl.Workbook().save(packed)
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData>{merged}</worksheet>"
    )
    with (
        zipfile.ZipFile(packed) as made,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in made.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            archive.writestr(name, sheet.encode() if is_sheet else made.read(name))


def _text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


_TABLE = (
    f'<row r="1">{_text_cell("A1", "编号")}{_text_cell("B1", "答复内容")}</row>'
    f'<row r="2">{_text_cell("A2", "7")}{_text_cell("B2", _LETTER)}</row>'
)


def _xlsx_far(path: Path) -> None:
    far = f'<row r="1048576">{_text_cell("XFD1048576", "远")}</row>'
    _workbook(path, _TABLE + far)


def _xlsx_bad_places(path: Path) -> None:
    bad = "".join(_text_cell(place, "错") for place in ("ZZZZZZZZ9", "A99999999999", "1A", "A0"))
    _workbook(path, f'{_TABLE}<row r="0">{bad}</row><row r="-5">{_text_cell("A-5", "错")}</row>')


def _xlsx_bad_strings(path: Path) -> None:
    _workbook(path, f'{_TABLE}<row r="3"><c r="A3" t="s"><v>4294967295</v></c></row>')


def _xlsx_merged(path: Path) -> None:
    merged = '<mergeCell ref="A1:XFD1048576"/>' * 1000
    _workbook(path, _TABLE, f"<mergeCells>{merged}</mergeCells>")


def _xlsx_rows(path: Path) -> None:
    _workbook(path, "".join(f'<row r="{n}">{_text_cell(f"SF{n}", "远")}</row>' for n in range(
        1, 1_000_000, 9_000)))  # fmt: skip


def make_pdf(objects: dict[int, str | bytes], path: Path) -> None:
    """Write a PDF of these objects; the first is its catalogue."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = {}
    for number, content in objects.items():
        places[number] = out.tell()
        data = content.encode("latin-1") if isinstance(content, str) else content
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, data))
    table = out.tell()
    size = max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        at = places.get(number)
        out.write(b"%010d 00000 %c \n" % (at or 0, b"n" if at else b"f"))
    out.write(b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, table))
    path.write_bytes(out.getvalue())


def _stream(data: bytes, words: str = "") -> bytes:
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(data), words.encode(), data)


def _one_page(
    path: Path, contents: bytes, font: str = "", more: dict[int, str | bytes] | None = None
) -> None:
    font = font or "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    make_pdf(
        {
            1: "<</Type/Catalog/Pages 2 0 R>>",
            2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            "/Resources<</Font<</F 5 0 R>>/XObject<</X 10 0 R>>>>>>",
            4: contents,
            5: font,
            10: _stream(b"", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"),
            **(more or {}),
        },
        path,
    )


def _pdf_flate(path: Path) -> None:
    """A gigabyte of blanks, deflated twice."""
    deflate = zlib.compressobj(9)
    chunk = b" " * (1 << 20)
    once = b"".join(deflate.compress(chunk) for _ in range(1024)) + deflate.flush()
    _one_page(path, _stream(zlib.compress(once, 9), "/Filter[/FlateDecode/FlateDecode]"))


def _pdf_forms(path: Path) -> None:
    """Forms that draw ten forms that draw ten forms: 10 to the 12th."""
    forms: dict[int, str | bytes] = {
        n: _stream(
            b"/X Do " * 10,
            f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {n + 1} 0 R>>>>",
        )
        for n in range(10, 22)
    }
    last = _stream(b"BT /F 9 Tf (a) Tj ET", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    _one_page(path, _stream(b"/X Do"), more={**forms, 22: last})


def _pdf_form_loop(path: Path) -> None:
    loop = _stream(
        b"/X Do", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 10 0 R>>>>"
    )
    _one_page(path, _stream(b"/X Do"), more={10: loop})


def _pdf_page_loop(path: Path) -> None:
    make_pdf(
        {
            1: "<</Type/Catalog/Pages 2 0 R>>",
            2: "<</Type/Pages/Kids[3 0 R 2 0 R]/Count 9>>",
            3: "<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>",
        },
        path,
    )


def _pdf_length_loop(path: Path) -> None:
    _one_page(path, b"<</Length 6 0 R>>\nstream\nBT ET\nendstream", more={6: "7 0 R", 7: "6 0 R"})


def _pdf_codes(path: Path) -> None:
    """A map of characters whose ranges span all that four bytes can say."""
    ranges = b"<00000000> <FFFFFFFF> <0041>\n" * 100
    codes = b"begincmap 1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange\n"
    codes += b"100 beginbfrange\n" + ranges + b"endbfrange endcmap"
    font = "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R"
    font += "/DescendantFonts[7 0 R]>>"
    _one_page(
        path,
        _stream(b"BT /F 9 Tf <00410042> Tj ET"),
        font,
        {6: _stream(codes), 7: "<</Type/Font/Subtype/CIDFontType2/BaseFont/A>>"},
    )


def _pdf_widths(path: Path) -> None:
    """A width for each of two billion characters."""
    font = "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[7 0 R]>>"
    descendant = "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/W[0 2147483647 500]>>"
    _one_page(path, _stream(b"BT /F 9 Tf <00410042> Tj ET"), font, {7: descendant})


def _pdf_letters(path: Path) -> None:
    _one_page(
        path, _stream(zlib.compress(b"BT /F 9 Tf (a) Tj ET " * 400_000), "/Filter/FlateDecode")
    )


def _png_large(path: Path) -> None:
    """A white picture of 60,000 by 60,000 pixels."""

    def part(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    size = 60_000
    deflate = zlib.compressobj(1)
    row = bytes(1 + size // 8)
    data = b"".join(deflate.compress(row) for _ in range(size)) + deflate.flush()
    head = struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", data) + part(b"IEND", b"")
    )


def _zip_ratio(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("大.txt", "好" * 80_000_000)


def _zip_in_zip(path: Path) -> None:
    inner = _LETTER.encode()
    name = "信.txt"
    for depth in range(8):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, inner)
        inner, name = packed.getvalue(), f"{depth}.zip"
    path.write_bytes(inner)


def _zip_overlapping(path: Path) -> None:
    """One member of 100 MB that two thousand entries of the directory name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "好" * 30_000_000)
        item = archive.filelist[0]
        archive.filelist *= 2000
        archive.NameToInfo[item.filename] = item
    path.write_bytes(packed.getvalue())


def _zip_names(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../../外.txt", "/etc/外.txt", "C:\\外.txt", "长" * 5000 + ".txt", "a\nb.txt"):
            archive.writestr(name, _LETTER)


def _rtf_deep(path: Path) -> None:
    path.write_text("{\\rtf1" + "{\\b" * 300_000 + " a", "ascii")


def _rtf_binary(path: Path) -> None:
    path.write_text("{\\rtf1 a\\bin2147483647 b\\u-99999999999?}", "ascii")


def _odt(path: Path, body: str) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    names = " ".join(f'xmlns:{n}="{office}{n}:1.0"' for n in ("office", "text", "table"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:text>{body}</office:text>"
            "</office:body></office:document-content>",
        )


def _odt_spaces(path: Path) -> None:
    _odt(path, f'<text:p>{_LETTER}<text:s text:c="2000000000"/>完</text:p>')


def _odt_cells(path: Path) -> None:
    cell = f'<table:table-cell table:number-columns-repeated="2000000000"><text:p>{_LETTER}'
    cell += "</text:p></table:table-cell>"
    row = f'<table:table-row table:number-rows-repeated="2000000000">{cell}</table:table-row>'
    _odt(path, f"<table:table>{row}</table:table>")


def _mail_deep(path: Path) -> None:
    heads = "".join(
        f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(2_000)
    )
    path.write_text(f"MIME-Version: 1.0\n{heads}\n{_LETTER}\n", "utf-8")


def _text_brackets(path: Path) -> None:
    path.write_text("关于电梯的答复\n" + "（" * 60_000, "utf-8")


def _text_spaces(path: Path) -> None:
    path.write_text(f"{_LETTER}{' ' * 2_000_000}完", "utf-8")


def _text_line(path: Path) -> None:
    path.write_text(_LETTER * 100_000, "utf-8")


def _text_blank_lines(path: Path) -> None:
    path.write_text(_LETTER + "\n" * 3_000_000 + "完", "utf-8")


FILES: dict[str, Maker] = {
    "编号.docx": _docx_numbers,
    "大.docx": _docx_large,
    "多段.docx": _docx_many,
    "实体.docx": _docx_entities,
    "套表.docx": _docx_nested,
    "属性.html": _html_attributes,
    "宽表.html": _html_wide,
    "深.html": _html_deep,
    "不闭.html": _html_tags,
    "引用.md": _markdown_quotes,
    "同号.csv": _csv_one_id,
    "长格.csv": _csv_field,
    "引号.csv": _csv_open_quote,
    "多列.csv": _csv_columns,
    "深.json": _json_deep,
    "数.jsonl": _json_number,
    "远格.xlsx": _xlsx_far,
    "坏址.xlsx": _xlsx_bad_places,
    "坏串.xlsx": _xlsx_bad_strings,
    "合并.xlsx": _xlsx_merged,
    "散格.xlsx": _xlsx_rows,
    "压缩流.pdf": _pdf_flate,
    "套图.pdf": _pdf_forms,
    "图环.pdf": _pdf_form_loop,
    "页环.pdf": _pdf_page_loop,
    "长度环.pdf": _pdf_length_loop,
    "字码.pdf": _pdf_codes,
    "字宽.pdf": _pdf_widths,
    "多字.pdf": _pdf_letters,
    "大图.png": _png_large,
    "高比.zip": _zip_ratio,
    "套包.zip": _zip_in_zip,
    "重叠.zip": _zip_overlapping,
    "名字.zip": _zip_names,
    "深.rtf": _rtf_deep,
    "二进制.rtf": _rtf_binary,
    "空格.odt": _odt_spaces,
    "格.odt": _odt_cells,
    "深.eml": _mail_deep,
    "括号.txt": _text_brackets,
    "空格.txt": _text_spaces,
    "一行.txt": _text_line,
    "空行.txt": _text_blank_lines,
}
"""What writes each hostile file, by its name."""


def lay_traps(folder: Path) -> None:
    """Put into a folder what is no file: a pipe, and links to a device, to itself and out of it."""
    outside = folder.parent / "外面.txt"
    outside.write_text(_LETTER, "utf-8")
    os.mkfifo(folder / "管道.txt")
    (folder / "设备.txt").symlink_to("/dev/zero")
    (folder / "自己.txt").symlink_to(folder / "自己.txt")
    (folder / "上面").symlink_to(folder)
    (folder / "出去.txt").symlink_to(outside)
    (folder / "死路.txt").symlink_to(folder / "没有.txt")
    with open(os.fsencode(folder) + b"/\xb4\xf0\xb8\xb4.txt", "wb") as file:  # 答复 in GBK
        file.write(_LETTER.encode())
