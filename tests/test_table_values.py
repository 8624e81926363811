"""What cells say is read without the markup, escapes and numbers of programs."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from corpus.readers.values import cell_lines, cell_paragraphs, cell_words, date_text, read_cell


def lines(text: str) -> list[str]:
    return [line.text.strip() for line in cell_lines(text)]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (
            "<p>您好：</p><p>&nbsp;&nbsp;费用&ldquo;全免&rdquo;。<br/>谢谢&amp;再见</p>",
            ["您好：", "费用“全免”。", "谢谢&再见"],
        ),
        ("&lt;p&gt;您好：&lt;/p&gt;&lt;p&gt;已修。&lt;/p&gt;", ["您好：", "已修。"]),
        ("第一行\n<b>第二</b>行", ["第一行", "第二行"]),
        ("PM2.5<35，且>10，A&B", ["PM2.5<35，且>10，A&B"]),
        ("您好：\\n一、已修。\\r\\n二、已通。", ["您好：", "一、已修。", "二、已通。"]),
        ("您好：_x000D_\n已修。_x005F_", ["您好：", "已修。_"]),
        ("见C:\\new\\table", ["见C:\\new\\table"]),
        (
            "网友： 您好！ 一、已修。 城管局 2022年3月5日",
            ["网友：", "您好！", "一、已修。", "城管局", "2022年3月5日"],
        ),
    ],
)
def test_a_text_is_cut_into_its_lines(cell: str, found: list[str]) -> None:
    assert lines(cell) == found


def test_a_plain_text_stays_as_it_is() -> None:
    text = "您好！  A 区　的路灯。 一、不亮"
    assert cell_paragraphs(text) == text
    assert cell_words("<b>东门</b>\n路灯") == "东门 路灯"


@pytest.mark.parametrize("cell", [None, "", " NULL ", "None", "nan", "(null)", "\\N", float("nan")])
def test_what_programs_write_for_nothing_is_nothing(cell: object) -> None:
    assert read_cell(cell) == ""


def test_a_number_kept_as_text_is_the_number() -> None:
    assert read_cell('="0042"') == "0042"
    assert read_cell(20230401000017.0) == "20230401000017"
    assert (read_cell(True), read_cell(False)) == ("是", "否")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (45022, "2023-04-06"),
        ("45022.5", "2023-04-06 12:00:00"),
        (1680739200, "2023-04-06 08:00:00"),
        ("1680739200000", "2023-04-06 08:00:00"),
        ("/Date(1680739200000)/", "2023-04-06 08:00:00"),
        ("20230406", "2023-04-06"),
        ("20230406153000", "2023-04-06 15:30:00"),
        ("2023-04-05T16:30:00.000Z", "2023-04-06 00:30:00"),
        ("2023-04-06T09:30:00+08:00", "2023-04-06 09:30:00"),
        ("2023年4月6日", "2023年4月6日"),
        ("20231345", "20231345"),
        ("12", "12"),
        (date(2023, 4, 6), "2023-04-06"),
        (datetime(2023, 4, 6, 9, 5), "2023-04-06 09:05:00"),
        (None, ""),
    ],
)
def test_dates_are_read_from_what_programs_count(cell: object, found: str) -> None:
    assert date_text(cell) == found


@pytest.mark.parametrize("unit", ["<b ", "&", "&amp;", "\\n", " ", "　", "_x000D_", "<p", "。 "])
def test_cells_of_any_length_take_time_in_proportion(unit: str) -> None:
    assert cell_lines(unit * 100_000) is not None
    assert cell_words(unit * 100_000) is not None
