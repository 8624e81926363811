"""Precedents as a Word document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from app.export.precedents import save_precedents
from app.types import Precedent, ReplyCard, SearchHit
from app.wording import chinese_date, cite, formal_title, headline
from tests.cards import BARE, CARD


def precedent(rank: int, card: ReplyCard, text: str) -> Precedent:
    hit = SearchHit(1, 0.8, card, ("一、扩大供给", "1、布点"), 0, len(text), text)
    return Precedent(rank, 0.8, card, (hit,))


def words_of(path: Path) -> list[str]:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_precedents_with_their_facts_and_verbatim_passages(tmp_path: Path) -> None:
    path = tmp_path / "先例.docx"
    save_precedents(path, [precedent(1, CARD, "今年新增助餐点十二处。")])
    words = words_of(path)
    assert "1. 完善社区助餐服务" in words
    assert words[words.index("标题") + 1] == "对区政协第0058号提案的答复"
    assert "今年新增助餐点十二处。" in words
    assert "一、扩大供给 › 1、布点" in words
    assert (
        "——云溪区民政局：《对区政协第0058号提案的答复》（云民〔2022〕7号），2022年4月9日"
    ) in words
    assert words[words.index("办理结果") + 1] == "B 类"
    assert "公开属性" not in words


def test_heading_that_the_passage_begins_with_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "先例.docx"
    save_precedents(path, [precedent(1, CARD, "1、布点\n今年新增助餐点十二处。")])
    words = words_of(path)
    assert "一、扩大供给" in words
    assert "1、布点\n今年新增助餐点十二处。" in words


def test_precedent_of_which_nothing_is_known(tmp_path: Path) -> None:
    path = tmp_path / "先例.docx"
    save_precedents(path, [precedent(1, BARE, "正文。")])
    assert "1. （无标题）" in words_of(path)
    assert "——出处不详" in words_of(path)


def test_text_that_word_cannot_hold_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "先例.docx"
    save_precedents(path, [precedent(1, CARD, "甲\x00乙\x0b丙\ud800丁\uffff戊𠀀<b>")])
    assert "甲乙丙丁戊𠀀<b>" in words_of(path)


def test_file_has_a_title_an_author_and_a_language(tmp_path: Path) -> None:
    path = tmp_path / "先例.docx"
    save_precedents(path, [])
    properties = Document(str(path)).core_properties
    told = (properties.title, properties.author, properties.language, properties.comments)
    assert told == ("同类事项答复先例", "Dafu", "zh-CN", "")


@pytest.mark.parametrize(
    ("title", "matter", "names"),
    [
        ("对第0058号提案的答复", "完善社区助餐服务", ("完善社区助餐服务", "对第0058号提案的答复")),
        (
            "关于完善社区助餐服务的提案的答复",
            "完善社区助餐服务",
            ("关于完善社区助餐服务的提案的答复", None),
        ),
        ("食堂几点开", "食堂几点开", ("食堂几点开", None)),
        ("对第0058号提案的答复", None, ("对第0058号提案的答复", None)),
        (None, None, ("（无标题）", None)),
    ],
)
def test_reply_is_named_by_its_matter_unless_the_title_tells_it(
    title: str | None, matter: str | None, names: tuple[str, str | None]
) -> None:
    card = replace(CARD, title=title, matter=matter)
    assert (headline(card), formal_title(card)) == names


@pytest.mark.parametrize(
    ("date", "words"),
    [("2021-03-11", "2021年3月11日"), ("2021", "2021"), (None, "")],
)
def test_dates_are_written_out(date: str | None, words: str) -> None:
    assert chinese_date(date) == words


def test_citation_leaves_out_what_is_unknown() -> None:
    assert cite(BARE) == "出处不详"
    bare = ReplyCard("r", None, None, "云溪区民政局", None, "2022-04-09", None, None, None, "a")
    assert cite(bare) == "云溪区民政局，2022年4月9日"
