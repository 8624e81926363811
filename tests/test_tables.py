"""Tables make one document a row, by declared or usual headings."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from corpus.errors import InputError, UnreadableFile
from corpus.readers import ColumnMapping, iter_documents, load_mapping
from corpus.types import Document, Line


def split(path: Path, mapping: ColumnMapping | None = None) -> tuple[list[Document], list[str]]:
    """Return the documents of a file, and its reports with their place behind the file name."""
    items = list(iter_documents(path, mapping))
    reports = [
        f"{item.source.removeprefix(path.as_posix())} {item.reason}"
        for item in items
        if isinstance(item, UnreadableFile)
    ]
    return [item for item in items if isinstance(item, Document)], reports


def test_json_lines_are_read_and_bad_ones_named_by_their_number(tmp_path: Path) -> None:
    path = tmp_path / "留言.jsonl"
    rows = [
        '{"id": "m1", "title": "路灯", "question": "不亮", "reply": "已修复。",'
        ' "asked": "2022-03-01", "replied": "2022-03-05", "split": "train"}',
        "",
        "{not json",
        "[1]",
        '{"id": "m2", "reply": "  "}',
        '{"title": "停车", "reply": "第一行\\n第二行"}',
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    documents, reports = split(path)
    assert documents[0] == Document(
        f"{path.as_posix()}#m1",
        (Line("已修复。"),),
        (
            ("id", "m1"),
            ("title", "路灯"),
            ("question", "不亮"),
            ("date", "2022-03-05"),
            ("asked", "2022-03-01"),
        ),
        (
            ("id", "id"),
            ("title", "title"),
            ("question", "question"),
            ("date", "replied"),
            ("asked", "asked"),
        ),
    )
    assert documents[1].source == f"{path.as_posix()}#6"
    assert documents[1].lines == (Line("第一行"), Line("第二行"))
    assert reports == [
        "#3 第 3 行不是合法的 JSON；请改正这一行",
        "#4 第 4 行不是 JSON 对象（应为 {…}）；请改正这一行",
        "#m2 第 5 行的“reply”是空的，已跳过",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_by_its_usual_headings(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "留言.csv"
    rows = [
        ["编号", "留言主题", "留言时间", "答复意见", "答复单位", "回复时间 （必填）"],
        ["7", "路灯不亮", "2022/3/1", '"您好：\n已修复。"', "区城管局", "2022/3/5"],
    ]
    path.write_bytes("\n".join(delimiter.join(row) for row in rows).encode(encoding))
    (document,), reports = split(path)
    assert not reports
    assert document.source == f"{path.as_posix()}#7"
    assert document.lines == (Line("您好："), Line("已修复。"))
    assert dict(document.columns) == {
        "id": "7",
        "title": "路灯不亮",
        "asked": "2022/3/1",
        "date": "2022/3/5",
        "agency": "区城管局",
    }
    assert dict(document.column_names)["date"] == "回复时间 （必填）"


def test_workbook_sheets_titles_dates_and_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "一月"
    first.append(["2022年留言汇总"])
    first.append(["序号", "留言编号", "留言内容", "回复内容", "回复时间", "办理结果"])
    first.append([1, 101.0, "路灯不亮", "已修复。", date(2022, 3, 5), "采纳或解决"])
    first.append([None] * 6)
    first.append([2, None, "停车难", "正在研究。", datetime(2022, 3, 6, 9, 30), None])
    book.create_sheet("空表")
    book.create_sheet("说明").append(["本表由系统导出"])
    path = tmp_path / "留言.xlsx"
    book.save(path)
    documents, reports = split(path)
    assert [document.source.rpartition("#")[2] for document in documents] == ["101", "一月!5"]
    assert dict(documents[0].columns) == {
        "id": "101",
        "question": "路灯不亮",
        "date": "2022-03-05",
        "outcome": "采纳或解决",
    }
    assert dict(documents[1].columns)["date"] == "2022-03-06 09:30:00"
    assert len(reports) == 1
    assert reports[0].startswith("#说明 没有认出答复内容的列；文件里的列是：本表由系统导出；")


def test_declared_columns_are_used_and_missing_ones_named(tmp_path: Path) -> None:
    path = tmp_path / "导出.csv"
    path.write_text("案由,正文甲,正文乙\n路灯,不亮,已修复。\n", encoding="utf-8")
    _, reports = split(path)
    assert reports == [
        " 没有认出答复内容的列；文件里的列是：案由、正文甲、正文乙；"
        '请声明列对应表，例如 {"reply": "答复内容所在的列名"}'
    ]
    (document,), _ = split(path, ColumnMapping(reply="正文乙", question="正文甲"))
    assert document.lines == (Line("已修复。"),)
    assert dict(document.columns) == {"matter_title": "路灯", "question": "不亮"}
    _, reports = split(path, ColumnMapping(reply="正文丙"))
    assert reports == [" 没有声明的列：正文丙；文件里的列是：案由、正文甲、正文乙；请改正列对应表"]


def test_rows_with_one_id_keep_apart(tmp_path: Path) -> None:
    path = tmp_path / "留言.csv"
    path.write_text("编号,答复内容\n1,甲。\n1,乙。\n", encoding="utf-8")
    documents, _ = split(path)
    assert [document.source.rpartition("#")[2] for document in documents] == ["1", "1-2"]


def test_a_reply_that_lost_its_line_breaks_gets_them_back(tmp_path: Path) -> None:
    path = tmp_path / "留言.csv"
    path.write_text(
        "答复内容\n网友： 您好！ 现回复如下： 一、关于路灯 已修复。 二、关于停车 在研究。 区城管局"
        " 2022年3月5日\n",
        encoding="utf-8",
    )
    (document,), _ = split(path)
    assert [line.text for line in document.lines] == [
        *("网友：", "您好！", "现回复如下：", "一、关于路灯 已修复。", "二、关于停车 在研究。"),
        *("区城管局", "2022年3月5日"),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("m.json", '{"reply": "答复内容", "date": "答复时间"}'),
        ("m.toml", 'reply = "答复内容"\ndate = "答复时间"\n'),
    ],
)
def test_a_mapping_is_loaded(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert load_mapping(path) == ColumnMapping(reply="答复内容", date="答复时间")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("{", "读不出来"),
        ("[]", "不是键值表"),
        ('{"reply": "答", "回复": "x"}', "回复"),
        ('{"reply": 3}', "reply"),
        ('{"title": "标题"}', "没有 reply"),
    ],
)
def test_a_bad_mapping_is_refused(tmp_path: Path, content: str, found: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=found):
        load_mapping(path)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("空.csv", "\n\n", "没有内容"),
        ("空.jsonl", "\n", "没有一行是 JSON 对象"),
        ("坏.xlsx", "PK", "已损坏"),
        ("坏.xls", "abc", "已损坏"),
        ("标记.csv", "<b></b>\n<b></b>\n", "没有认出"),
    ],
)
def test_bad_tables_are_reported(tmp_path: Path, name: str, content: str, found: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    _, reports = split(path)
    assert found in reports[0]


def test_the_board_loads_with_question_title_and_dates(data: Path) -> None:
    path = data / "board" / "replies.jsonl"
    documents, reports = split(path)
    assert (len(documents), reports) == (1476, [])
    keys = {"id", "title", "question", "date", "asked"}
    assert all(keys == dict(document.columns).keys() for document in documents)
    first = json.loads(path.read_text(encoding="utf-8").partition("\n")[0])
    assert dict(documents[0].columns)["date"] == first["replied"]
