"""A text's parts are found in the lines of the pages that it was read from."""

from __future__ import annotations

import random
import time

from corpus.text.clean import clean
from corpus.text.placing import place_lines
from corpus.types import Line

EDGES = (0.1, 0.2, 0.9, 0.3)


def line(text: str, page: int = 0) -> Line:
    return Line(text, page=page, edges=EDGES)


def parts(text: str, lines: list[Line]) -> list[str | None]:
    """What of the text stands in each line, None for nothing."""
    placed = place_lines(text, lines)
    return [text[x.start : x.end] if x.start >= 0 else None for x in placed]


def test_wrapped_lines_are_parts_of_their_paragraph() -> None:
    lines = [
        line("李明委员："),
        line("　　您提出的关于夜间公交的提案收悉，"),
        line("今年新增线路三条，延长末班车时间。"),
    ]
    text = clean(lines).text
    assert text.count("\n") == 1
    assert parts(text, lines) == [
        "李明委员：",
        "您提出的关于夜间公交的提案收悉，",
        "今年新增线路三条，延长末班车时间。",
    ]


def test_running_headers_and_page_numbers_are_in_no_text() -> None:
    lines = [
        line("云桥区交通局答复"),
        line("李明委员：", 0),
        line("今年新增夜间公交线路，从三条增加到"),
        line("— 1 —"),
        line("云桥区交通局答复", 1),
        line("十二条，末班车为二十三时。", 1),
        line("— 2 —", 1),
    ]
    found = parts(clean(lines).text, lines)
    assert found[1:4] == ["李明委员：", "今年新增夜间公交线路，从三条增加到", None]
    assert found[5:] == ["十二条，末班车为二十三时。", None]


def test_a_line_that_comes_twice_is_the_one_beside_its_neighbours() -> None:
    first = [line("云桥区交通局"), line("新增线路三条。"), line("云桥区交通局")]
    second = [line("云桥区交通局", 1), line("新增泊位八十个。", 1), line("云桥区交通局", 1)]
    text = "云桥区交通局\n新增泊位八十个。\n云桥区交通局"
    placed = place_lines(text, [*first, *second])
    assert {x.page for x in placed} == {1}
    assert [text[x.start : x.end] for x in placed] == text.split("\n")


def test_spaces_and_borders_of_tables_do_not_matter() -> None:
    lines = [line("| 线路 | 首末班 |"), line("1路  6 : 30")]
    assert parts("线路 | 首末班\n1路 6:30", lines)[0] == "线路 | 首末班"


def test_lines_without_a_place_are_left_out() -> None:
    assert place_lines("今年新增线路。", [Line("今年新增线路。")]) == ()


def test_a_long_text_of_like_lines_takes_no_time() -> None:
    chance = random.Random(1)
    lines = [line("新增线路" + chance.choice("一二三"), n // 40) for n in range(4_000)]
    text = "".join(each.text for each in lines)
    began = time.process_time()
    place_lines(text, lines)
    assert time.process_time() - began < 10
