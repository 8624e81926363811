"""Tables are read by what they are, whatever their ending, and what is hidden is left out."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from corpus.errors import Remark, UnreadableFile
from corpus.readers import iter_documents
from corpus.types import Document
from tests.workbooks import make_xls

ROOT = Path(__file__).resolve().parents[1]

HEAD = ["来信编号", "来信标题", "回复单位", "回复时间", "回复内容"]
ROWS = [
    ["501", "井盖松动", "区住建局", "2023-05-09", "您好！井盖已更换。"],
    ["502", "健身器材", "区体育局", "2023-05-11", "您好！器材，下周维修。"],
]


def read(path: Path) -> list[Document]:
    return [item for item in iter_documents(path) if isinstance(item, Document)]


def told(path: Path) -> list[tuple[str, str]]:
    """Return the reports of a file: whether a remark or a failure, and what it says."""
    return [
        ("remark" if isinstance(item, Remark) else "failure", item.reason)
        for item in iter_documents(path)
        if isinstance(item, UnreadableFile)
    ]


def texts(path: Path) -> list[str]:
    return ["\n".join(line.text for line in document.lines) for document in read(path)]


def as_xlsx(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_html(rows: list[list[str]]) -> bytes:
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    page = f'<html><head><meta charset="gbk"></head><body><table>{cells}</table></body></html>'
    return page.encode("gbk")


def as_xml(rows: list[list[str]]) -> bytes:
    cells = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{c}</Data></Cell>' for c in row) + "</Row>"
        for row in rows
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="甲"><Table>{cells}</Table></Worksheet></Workbook>'
    ).encode()


def as_tabs(rows: list[list[str]]) -> bytes:
    return "\r\n".join("\t".join(row) for row in rows).encode("gb18030")


@pytest.mark.parametrize("ending", [".xls", ".xlsx", ".csv", ".tsv"])
@pytest.mark.parametrize("make", [as_xlsx, as_html, as_xml, as_tabs, make_xls])
def test_the_content_decides_not_the_ending(
    tmp_path: Path, make: Callable[[list[list[str]]], bytes], ending: str
) -> None:
    path = tmp_path / f"导出{ending}"
    path.write_bytes(make([HEAD, *ROWS]))
    assert told(path) == []
    assert [dict(document.columns)["id"] for document in read(path)] == ["501", "502"]
    assert texts(path) == ["您好！井盖已更换。", "您好！器材，下周维修。"]
    assert dict(read(path)[1].columns)["agency"] == "区体育局"


def test_a_row_whose_cell_does_not_end_is_left_out_and_said_to_be(tmp_path: Path) -> None:
    whole = as_xml([HEAD, *ROWS]).decode()
    last = whole.rindex("</Data>")
    end = whole.rindex("</Data>", 0, last)
    path = tmp_path / "导出.xls"
    path.write_text(whole[:end] + whole[end:].replace("</Data></Cell>", "", 1), encoding="utf-8")
    assert [dict(document.columns)["id"] for document in read(path)] == ["501"]
    ((_, said),) = told(path)
    assert said.startswith("有 1 行已损坏，没有读（第 3 行）；")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，", "^"])
def test_the_separator_gives_all_rows_as_many_cells(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "导出.csv"
    head = ["来信编号", "来信标题（限20字,勿含;号|空格）", *HEAD[2:]]
    rows = [[f'"{c}"' if separator in c else c for c in row] for row in [head, *ROWS]]
    path.write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8")
    assert texts(path) == ["您好！井盖已更换。", "您好！器材，下周维修。"]
    assert dict(read(path)[0].columns)["title"] == "井盖松动"


def test_a_title_above_the_headings_does_not_choose_the_separator(tmp_path: Path) -> None:
    path = tmp_path / "导出.csv"
    path.write_text(
        "五月来信,含电话,含网络\n来信标题;回复内容\n井盖;已更换,请放心,谢谢\n路灯;已修复\n桥;在建\n",
        encoding="utf-8",
    )
    assert texts(path) == ["已更换,请放心,谢谢", "已修复", "在建"]


def test_escapes_of_a_database_are_undone(tmp_path: Path) -> None:
    path = tmp_path / "导出.csv"
    path.write_text(
        '编号,标题,回复内容\n1,"\\"东\\"门井盖","您好：\\n已更换。\\r\\n谢谢\\t您"\n2,"桥","C:\\new"\n'
    )
    assert texts(path) == ["您好：\n已更换。\n谢谢 您", "C:\\new"]
    assert dict(read(path)[0].columns)["title"] == '"东"门井盖'


def test_a_row_with_too_many_cells_is_reported_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "导出.csv"
    path.write_text("编号,回复内容\n1,已更换。\n2,已更换,请放心\n3,已修。\n", encoding="utf-8")
    assert texts(path) == ["已更换。", "已修。"]
    ((kind, reason),) = told(path)
    assert kind == "failure"
    assert reason.startswith("第 3 行有 3 格，列名只有 2 个，没有读")


def test_a_quote_without_its_end_swallows_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "导出.csv"
    path.write_text('编号,回复内容\n1,已更换。\n2,"已修\n3,已通。\n', encoding="utf-8")
    assert texts(path) == ["已更换。"]
    assert told(path)[0][1].startswith("第 3 行有引号没有配对，从这一行起没有读")


def test_hidden_sheets_and_rows_of_a_workbook_are_left_out_and_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "来信"
    for row in (["来信标题", "回复内容"], ["桥", "已通。"], ["井", "内部讨论。"], ["路", "已修。"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    secret = book.create_sheet("暂不公布")
    secret.append(["来信标题", "回复内容"])
    secret.append(["举报", "已移交。"])
    secret.sheet_state = "hidden"
    path = tmp_path / "导出.xlsx"
    book.save(path)
    assert texts(path) == ["已通。", "已修。"]
    assert told(path) == [
        ("remark", "隐藏的 1 行没有读（第 3 行）；要读入请先取消隐藏或筛选"),
        ("remark", "工作表是隐藏的，没有读；要读入请先取消隐藏"),
    ]
    path = tmp_path / "导出.xls"
    path.write_bytes(make_xls([HEAD, *ROWS], hidden=[1]))
    assert texts(path) == ["您好！器材，下周维修。"]
    assert told(path)[0] == ("remark", "隐藏的 1 行没有读（第 2 行）；要读入请先取消隐藏或筛选")


def test_a_row_under_merged_cells_belongs_to_their_matter(tmp_path: Path) -> None:
    rows = [HEAD, ROWS[0], ["", "", "区水务局", "2023-05-10", "您好！排水也已疏通。"]]
    merged = [(1, 2, 0, 0), (1, 2, 1, 1)]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([cell or None for cell in row])
    for top, bottom, left, right in merged:
        book.active.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
    book.save(tmp_path / "新.xlsx")
    (tmp_path / "旧.xls").write_bytes(make_xls(rows, merged=merged))
    (tmp_path / "网页.xls").write_text(
        "<table><tr>" + "".join(f"<th>{name}</th>" for name in HEAD) + "</tr>"
        "<tr><td rowspan=2>501</td><td rowspan=2>井盖松动</td><td>区住建局</td><td>2023-05-09</td>"
        "<td>您好！井盖已更换。</td></tr>"
        "<tr><td>区水务局</td><td>2023-05-10</td><td>您好！排水<br>也已疏通。</td></tr></table>",
        encoding="utf-8",
    )
    (tmp_path / "失去合并.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    for name in ("新.xlsx", "旧.xls", "网页.xls", "失去合并.csv"):
        first, second = read(tmp_path / name)
        assert dict(first.columns)["id"] == "501"
        assert dict(second.columns) == {
            "id": "501-2",
            "title": "井盖松动",
            "agency": "区水务局",
            "date": "2023-05-10",
        }


def test_names_over_two_rows_are_read_together(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2023年来信办理表"])
    sheet.append(["编号", "来信", None, "回复", None, None])
    sheet.append([None, "标题", "时间", "单位", "时间", "内容"])
    sheet.append(["501", "井盖松动", "2023-05-01", "区住建局", "2023-05-09", "井盖已更换。"])
    sheet.append(["合计", 1])
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("D2:F2")
    path = tmp_path / "导出.xlsx"
    book.save(path)
    assert told(path) == []
    (document,) = read(path)
    assert dict(document.columns) == {
        "id": "501",
        "title": "井盖松动",
        "date": "2023-05-09",
        "asked": "2023-05-01",
        "agency": "区住建局",
    }


def test_a_far_cell_costs_nothing_and_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["标题", "回复内容", "日期"], ["桥", "已通。", "2023-05-09"]):
        book.active.append(row)
    book.active["XFD1048576"] = "误"
    path = tmp_path / "导出.xlsx"
    book.save(path)
    assert texts(path) == ["已通。"]
    assert told(path)[0] == (
        "remark",
        "离表格很远的 1 格没有读（500 列以外，或隔着一万个空行）",
    )


@pytest.mark.parametrize(
    "changes",
    [
        (),
        ((b'<row r="3">', b""), (b"</row></sheetData>", b"</sheetData>")),
        ((b"/relationships/worksheet", b"/relationships/other"),),
        ((b"worksheets/sheet1.xml", b"worksheets/SHEET1.xml"),),
    ],
    ids=["another row", "no row", "another relation", "another spelling"],
)
def test_no_far_cell_hides_from_the_outline(
    tmp_path: Path, changes: tuple[tuple[bytes, bytes], ...]
) -> None:
    written = io.BytesIO(as_xlsx([["标题", "回复内容"], ["桥", "已通。"], ["误"]]))
    path = tmp_path / "导出.xlsx"
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for before, after in ((b'r="A3"', b'r="XFD1048576"'), *changes):
                content = content.replace(before, after)
            new.writestr(name, content)
    script = "import sys; from pathlib import Path; from corpus.readers import iter_documents;"
    script += "list(iter_documents(Path(sys.argv[1])))"
    # A panic of Rust would end this process too.
    done = subprocess.run([sys.executable, "-c", script, path], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("reference", [b'r="AAAAAAAAAA3"', b'r="3"', b'r="A0"', b'r=""'])
def test_broken_references_are_told_in_our_words(tmp_path: Path, reference: bytes) -> None:
    written = io.BytesIO(as_xlsx([["标题", "回复内容"], ["桥", "已通。"], ["误"]]))
    path = tmp_path / "导出.xlsx"
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'r="A3"', reference))
    items = list(iter_documents(path))
    assert items
    for item in items:
        assert isinstance(item, Document) or "工作簿已损坏" in item.reason


def test_what_a_workbook_is_instead_is_named(tmp_path: Path) -> None:
    path = tmp_path / "导出.xlsx"
    for part, what in (("word/document.xml", "Word 文档"), ("content.xml", "OpenDocument")):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(part, "<x/>")
        assert what in told(path)[0][1]


def test_formulas_without_a_value_are_told(tmp_path: Path) -> None:
    path = tmp_path / "导出.xlsx"
    path.write_bytes(as_xlsx([["标题", "回复内容"], ["桥", "已通。"], ["井", "=B2"]]))
    assert texts(path) == ["已通。"]
    assert told(path)[0][1].startswith("1 格只有公式，没有算出的值，没有读")


def test_rows_with_one_id_and_long_cells_take_no_more_than_their_share(tmp_path: Path) -> None:
    path = tmp_path / "导出.csv"
    path.write_text("编号,回复内容\n" + "7,已修。\n" * 20_000, encoding="utf-8")
    documents = read(path)
    assert len({document.source for document in documents}) == 20_000
    spaces = " " * 100_000
    path.write_text(f"编号,回复内容\n1,您好{spaces}已修{spaces}。\n", encoding="utf-8")
    assert len(read(path)) == 1


@pytest.mark.parametrize("half", ["&#xD800;", "&#55296;", "&#57343;"])
def test_half_a_character_in_a_spreadsheet_costs_that_character(tmp_path: Path, half: str) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(as_xml([HEAD, ["501", "井盖", "区城管局", "2023-06-08", f"已{half}更换。"]]))
    assert texts(path) == ["已\ufffd更换。"]


def test_a_workbook_with_a_part_that_does_not_unpack_is_told_in_our_words(tmp_path: Path) -> None:
    whole = as_xlsx([HEAD, *ROWS])
    told_of = set()
    for at in range(0, len(whole), 43):
        damaged = bytearray(whole)
        damaged[at] ^= 0x5A
        path = tmp_path / "导出.xlsx"
        path.write_bytes(bytes(damaged))
        told_of |= {kind for kind, _ in told(path)}
    assert told_of == {"failure"}
