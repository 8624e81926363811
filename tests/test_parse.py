"""From a document to a reply with its passages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import UnreadableFile
from corpus.parse import parse, parse_text
from corpus.types import Document, FieldName, Line, ParsedReply, PassageRole


def row(declared: str, **columns: str) -> Document:
    pairs = (("id", declared), *columns.items())
    return Document("/data/board.csv#7", (Line("该路10月通车。"),), columns=pairs)


def substance(parsed: ParsedReply) -> list[tuple[tuple[str, ...], str]]:
    return [(p.heading_path, p.text) for p in parsed.passages if p.role is PassageRole.SUBSTANCE]


def test_a_document_becomes_a_reply_with_passages() -> None:
    lines = (
        Line("关于东溪治理的答复", heading=1, paragraph_end=True),
        Line("王小明委员：", paragraph_end=True),
        Line("您提出的关于“治理东溪”的提案收悉，现答复如下：", paragraph_end=True),
        Line("截污", heading=2, paragraph_end=True),
        Line("封堵排口41处。", paragraph_end=True),
        Line("绿化", heading=2, paragraph_end=True),
        Line("种树900棵。", paragraph_end=True),
        Line("南坪区水务局", paragraph_end=True),
        Line("2022年5月9日", paragraph_end=True),
    )
    parsed = parse(Document("/data/a.docx", lines))
    assert substance(parsed) == [
        (("截污",), "截污\n封堵排口41处。"),
        (("绿化",), "绿化\n种树900棵。"),
    ]
    assert parsed.reply.value(FieldName.DATE) == "2022-05-09"
    assert [p.role for p in parsed.passages][::3] == [PassageRole.OPENING, PassageRole.CLOSING]
    assert {p.reply_id for p in parsed.passages} == {parsed.reply.id}


@pytest.mark.parametrize("declared", ["17", "tipdm4-2549", "城建_2021.8", "a" * 64])
def test_a_declared_id_is_kept(declared: str) -> None:
    assert parse(row(declared)).reply.id == declared


@pytest.mark.parametrize("declared", ["", "a b", "../x", "a" * 65, "1\n"])
def test_any_other_id_comes_from_the_source(declared: str) -> None:
    assert parse(row(declared)).reply.id == "3218fb46ac89"


def test_the_question_is_cleaned() -> None:
    assert parse(row("1", question="  何时\u3000通车？ \n\n")).reply.question == "何时 通车？"
    assert parse(row("1")).reply.question == ""


def test_nothing_left_is_an_error() -> None:
    with pytest.raises(UnreadableFile, match=r"/data/b\.txt：没有正文"):
        parse_text("/data/b.txt", " \n\u3000\n")


PIECES = st.sampled_from([
    "王小明委员：", "您好！", "提案收悉，", "现答复如下：", "感谢您的关心。", "特此回复。",
    "南坪区水务局", "2021年3月11日", "联系人：张三 电话：60001234", "一、道路", "二、桥梁",
    "（一）", "（二）", "1、", "2、", "一是", "二是", "该路已经通车。", "很长，" * 30,
    "“", "”", "？", "；", "\n", "\n", " ", "\u3000",
])  # fmt: skip


@given(st.lists(PIECES, min_size=20).map("".join))
def test_parsing_a_parsed_text_changes_nothing(text: str) -> None:
    try:
        first = parse_text("a", text)
    except UnreadableFile:
        return
    if not first.reply.question:  # else it was cut out of the text, and isn't found there again
        assert parse_text("a", first.reply.text) == first


def test_a_letter_run_together_by_joining_lines_is_parted() -> None:
    hard_wrapped = (
        "王小明委员：您好！" + "王小明委员：" * 15 + "提案收悉，电话：60001234\n王小明委员："
    )
    text = parse_text("a", hard_wrapped).reply.text
    assert text.startswith("王小明委员：\n您好！")
    assert parse_text("a", text).reply.text == text


def test_reference_reply(data: Path) -> None:
    source = data / "documents" / "普商务〔2021〕9号.txt"
    parsed = parse_text(str(source), source.read_text(encoding="utf-8"))
    roles = [passage.role for passage in parsed.passages]
    assert (roles[0], roles[-1]) == (PassageRole.OPENING, PassageRole.CLOSING)
    paths = [path for path, _ in substance(parsed)]
    assert paths[0] == ()
    assert [len(path) for path in paths[1:]] == [2, 1, 1, 2, 2, 1]
    assert [path[0][:2] for path in paths[1:]] == ["一、", "一、", "二、", "二、", "三、", "三、"]
    assert all(len(text) <= 400 for _, text in substance(parsed))


def test_board_replies(data: Path) -> None:
    rows = (data / "board" / "replies.jsonl").read_text(encoding="utf-8").splitlines()[::20]
    assert rows
    for number, line in enumerate(rows):
        values = json.loads(line)
        columns = (("id", values["id"]), ("question", values["question"]))
        parsed = parse_text(f"board#{number}", values["reply"], columns)
        assert parsed.reply.id == values["id"]
        assert substance(parsed)
        assert parsed.reply.question
