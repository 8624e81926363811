"""JSON is read in every form it comes in; what can't be read is told with its place or path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import UnreadableFile
from corpus.readers import ColumnMapping, iter_documents
from corpus.types import Document

ROWS: list[dict[str, Any]] = [
    {"id": "a1", "title": "井盖", "reply": "您好：\n已更换。", "date": 1680739200000},
    {"id": "a2", "title": "桥", "reply": "已通车。", "date": None},
]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path, mapping: ColumnMapping | None = None) -> list[Document]:
    return [item for item in iter_documents(path, mapping) if isinstance(item, Document)]


def told(path: Path, mapping: ColumnMapping | None = None) -> list[tuple[str, str]]:
    return [
        (item.source.rpartition("#")[2], item.reason)
        for item in iter_documents(path, mapping)
        if isinstance(item, UnreadableFile)
    ]


ANSWER = "网友您好：您反映的路灯问题收悉，经查系电缆故障，已修复十二盏。"


@pytest.mark.parametrize(
    "nested",
    [
        {"answers": [{"organization": "市城管局", "dateline": 1651449600, "content": ANSWER}]},
        {"replies": [{"department": "市城管局", "reply_time": "2022-05-02", "content": ANSWER}]},
        {"reply": {"organization": "市城管局", "dateline": 1651449600, "content": ANSWER}},
    ],
)
def test_who_answered_when_is_read_beside_the_answer(tmp_path: Path, nested: Any) -> None:
    row = {"title": "路灯", "dateline": 1650000000, "question": "路灯不亮三周了", **nested}
    (document,) = read(write(tmp_path / "a.json", json.dumps([row])))
    columns = dict(document.columns)
    assert (columns["agency"], columns["date"][:10]) == ("市城管局", "2022-05-02")
    assert columns["asked"][:10] == "2022-04-15"


@pytest.mark.parametrize("ending", [".json", ".jsonl", ".ndjson", ".csv"])
@pytest.mark.parametrize(
    "text",
    [
        "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS),
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        "\n".join(json.dumps(row, indent=4) for row in ROWS),
        json.dumps({"code": 200, "message": "ok", "data": {"total": 2, "list": ROWS}}),
        json.dumps({"RECORDS": ROWS}),
        "\n".join(json.dumps({"_index": "x", "_source": row}) for row in ROWS),
    ],
    ids=["lines", "array", "pretty array", "pretty objects", "wrapped", "records", "source"],
)
def test_objects_are_rows_however_they_are_laid_out(tmp_path: Path, text: str, ending: str) -> None:
    path = write(tmp_path / f"导出{ending}", text)
    assert told(path) == []
    first, second = read(path)
    assert [line.text for line in first.lines] == ["您好：", "已更换。"]
    assert dict(first.columns) == {"id": "a1", "title": "井盖", "date": "2023-04-06 08:00:00"}
    assert dict(second.columns) == {"id": "a2", "title": "桥"}


def test_what_is_nested_is_read_by_its_path(tmp_path: Path) -> None:
    row = {
        "id": "a1",
        "question": {"title": "井盖", "content": "松了", "time": "2023-04-01"},
        "reply": {"content": "已更换。", "dept": "区住建局", "time": {"$date": "2023-04-06"}},
    }
    (document,) = read(write(tmp_path / "a.jsonl", json.dumps(row)))
    assert [line.text for line in document.lines] == ["已更换。"]
    assert dict(document.columns) == {
        "id": "a1",
        "title": "井盖",
        "question": "松了",
        "date": "2023-04-06",
        "asked": "2023-04-01",
        "agency": "区住建局",
    }
    assert dict(document.column_names)["agency"] == "reply.dept"


def test_several_replies_of_one_message_are_several(tmp_path: Path) -> None:
    row = {
        "id": "a1",
        "title": "井盖",
        "reply": [
            {"unit": "区住建局", "content": "已更换。"},
            {"unit": "区水务局", "content": "已疏通。"},
        ],
    }
    first, second = read(write(tmp_path / "a.jsonl", json.dumps(row)))
    assert [dict(d.columns)["agency"] for d in (first, second)] == ["区住建局", "区水务局"]
    assert [d.source.rpartition("#")[2] for d in (first, second)] == ["a1", "a1-2"]
    assert dict(second.columns)["title"] == "井盖"


def test_paragraphs_in_a_list_are_one_text(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", json.dumps({"reply": ["您好：", "已更换。"]}))
    assert [line.text for line in read(path)[0].lines] == ["您好：", "已更换。"]


def test_a_structure_of_no_known_form_is_told_with_its_path(tmp_path: Path) -> None:
    row = {
        "id": "a1",
        "title": "井盖",
        "reply": [{"x": "已更换。", "y": 1}, {"x": "已疏通。", "y": 2}],
    }
    path = write(tmp_path / "a.jsonl", json.dumps(row))
    assert read(path) == []
    assert told(path) == [
        (
            "1",
            "第 1 行的“reply[]”是嵌套的结构（里面有：x、y）；"
            '请在列对应表里写出路径，如 {"reply": "reply[].x"}',
        )
    ]
    declared = ColumnMapping(reply="reply[].x")
    assert [d.lines[0].text for d in read(path, declared)] == ["已更换。", "已疏通。"]


def test_a_programs_notation_is_never_a_text(tmp_path: Path) -> None:
    cell = "[{'unit': '区住建局', 'content': '已更换。'}]"
    path = write(tmp_path / "a.csv", f'编号,回复内容\n1,"{cell}"\n2,已通车。\n')
    assert [d.lines[0].text for d in read(path)] == ["已通车。"]
    assert told(path)[0][1].startswith("第 2 行的“回复内容”是程序的数据结构，不是文字")


def test_one_broken_object_is_one_report(tmp_path: Path) -> None:
    pretty = [json.dumps(row, indent=2) for row in ROWS]
    broken = pretty[0].replace('"title"', "title")
    path = write(tmp_path / "a.jsonl", f"{broken}\n{pretty[1]}")
    assert [dict(d.columns)["id"] for d in read(path)] == ["a2"]
    assert told(path) == [("1", "第 1 到 6 行不是合法的 JSON；请改正这几行")]
    array = json.dumps([1, 2, *ROWS], indent=1)
    assert len(read(write(tmp_path / "b.json", array))) == 2
    assert [place for place, _ in told(tmp_path / "b.json")] == ["1", "2"]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 50_000, '{"a":\n' * 5_000, "[\n" + "1,\n" * 50_000 + "]"]
)
def test_hostile_nesting_is_told_at_once(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "a.json", text)
    assert read(path) == []
    assert told(path)
