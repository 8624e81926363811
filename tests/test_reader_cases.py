"""What a reader learns: windows of texts, and examples made by rule."""

from __future__ import annotations

import random

import pytest

from eval.training.pairs import find_restatement
from eval.training.reader.asked import Asked, Example, Kind
from eval.training.reader.cases import (
    answered,
    changed_alike,
    neighbour,
    opposite,
    other_asked,
    other_said,
    taken_out,
)
from eval.training.reader.cloze import make_cloze
from eval.training.reader.details import Names, draw_other, find_details, holds, swap
from eval.training.reader.examples import make_examples
from eval.training.reader.sources import read_annotated, stand_together
from eval.training.reader.windows import cut_units, window_around, window_away

NAMES = Names(frozenset({"望湖区", "临江区", "青山县"}), ("《停车办法》", "《物业条例》"))

TEXT = (
    "望湖区于2019年启动老旧小区加装电梯工作，由区住建局牵头，各街道负责组织居民协商。"
    "对符合条件的住宅，每台电梯最高补贴二十万元，资金由市、区两级财政分担。"
    "居民应当先就出资比例达成一致，再由业主委员会提出书面申请，街道在十五日内给出意见。"
    "目前全区已建成电梯三十六台，另有四十台正在施工，预计年底前交付使用。"
    "下一步，我区将继续完善审批流程，压缩办理时限，方便群众就近办事。"
)
ANSWER = (TEXT.index("二十万元"), TEXT.index("二十万元") + 4)
ASKED = Asked("2019年望湖区加装电梯每台最高补贴多少？", TEXT, (ANSWER,))


def chances(count: int = 30) -> list[random.Random]:
    return [random.Random(seed) for seed in range(count)]


def shown(example: Example | None) -> list[str]:
    assert example is not None
    return [example.passage[start:end] for start, end in example.answers]


def test_long_sentences_are_cut_behind_their_commas() -> None:
    text = "甲" * 80 + "，" + "乙" * 80 + "。丙丙。"
    assert [text[start:end] for start, end in cut_units(text)] == [
        "甲" * 80 + "，", "乙" * 80 + "。", "丙丙。",
    ]  # fmt: skip


def test_a_window_holds_the_span_and_keeps_within_its_length() -> None:
    text = TEXT * 4
    for chance in chances():
        window = window_around(text, ANSWER, chance)
        assert window is not None
        start, end = window
        assert start <= ANSWER[0]
        assert ANSWER[1] <= end
        assert 0 < end - start <= 320
        assert text[end - 1] in "。，"


def test_a_span_longer_than_a_passage_has_no_window() -> None:
    assert window_around(TEXT * 4, (0, len(TEXT) * 4), random.Random(0)) is None


def test_a_window_away_overlaps_no_span() -> None:
    for chance in chances():
        window = window_away(TEXT, [ANSWER], chance)
        assert window is not None
        assert window[1] <= ANSWER[0] or ANSWER[1] <= window[0]
        assert window[1] - window[0] >= 60
    assert window_away("只有这一句回答。", [(0, 3)], random.Random(0)) is None


def test_details_are_found_by_kind() -> None:
    text = "望湖区教育局2019年3月5日印发《停车办法》，A7县第三批补助1200户。"
    assert set(find_details(text, NAMES)) == {
        "《停车办法》", "教育局", "2019", "3月", "5日", "A7县", "第三批", "1200", "望湖区",
    }  # fmt: skip
    assert find_details("教育部门和2.5米", NAMES) == ["2.5"]


def test_a_detail_is_no_part_of_another() -> None:
    assert holds("补贴20万元", "20")
    assert not holds("2019年补贴", "20")
    assert swap("20户，2019年，120户，20户", "20", "35") == "35户，2019年，120户，35户"


@pytest.mark.parametrize(
    ("detail", "allowed"),
    [
        ("望湖区", {"临江区"}),
        ("《停车办法》", {"《物业条例》"}),
        ("2019", {str(year) for year in range(2014, 2025)}),
        ("3月", {f"{month}月" for month in range(1, 13)}),
        ("1200", {str(figure) for figure in range(1000, 10_000)}),
        ("A7县", {f"A{number}县" for number in range(1, 10)}),
    ],
)
def test_another_detail_is_of_the_same_kind(detail: str, allowed: set[str]) -> None:
    drawn = {draw_other(detail, f"只提到{detail}", NAMES, chance) for chance in chances()}
    assert drawn <= allowed - {detail}


def test_an_agency_gives_way_to_one_of_the_same_level() -> None:
    others = {draw_other("教育局", "教育局", NAMES, chance) or "" for chance in chances()}
    assert all(other.endswith("局") for other in others)
    assert len(others) > 5


def test_no_other_detail_is_one_that_the_text_has() -> None:
    assert draw_other("望湖区", "望湖区和临江区", NAMES, random.Random(0)) is None


def test_the_answered_example_shows_its_answer() -> None:
    for chance in chances():
        example = answered(ASKED, NAMES, chance)
        assert shown(example) == ["二十万元"]


def test_a_long_text_without_known_places_is_asked_where_all_of_the_question_stands() -> None:
    near = Asked("街道在几日内给出意见？", TEXT * 3)
    example = answered(near, NAMES, random.Random(0))
    assert example is not None
    assert "给出意见" in example.passage
    apart = Asked("望湖区的审批流程？", "甲" * 400 + "。" + TEXT[:40] + "乙" * 400 + "审批流程。")
    assert answered(apart, NAMES, random.Random(0)) is None


def test_the_answering_sentence_is_taken_out() -> None:
    for chance in chances():
        example = taken_out(ASKED, NAMES, chance)
        assert example is not None
        assert example.kind is Kind.TAKEN_OUT
        assert "二十万元" not in example.passage
        assert "最高补贴" not in example.passage
        assert len(example.passage) >= 60


def test_the_neighbouring_passage_does_not_say_it() -> None:
    for chance in chances():
        example = neighbour(ASKED, NAMES, chance)
        assert example is not None
        assert example.passage in TEXT
        assert "二十万元" not in example.passage
    twice = Asked("多少？", TEXT + "再说一次，是二十万元。", (ANSWER,))
    made = [neighbour(twice, NAMES, chance) for chance in chances()]
    assert all(example is None or "二十万元" not in example.passage for example in made)


def test_another_detail_is_asked() -> None:
    asked = {other_asked(ASKED, NAMES, chance) for chance in chances()} - {None}
    assert len(asked) > 5
    for example in asked:
        assert example is not None
        assert example.kind is Kind.OTHER_ASKED
        assert example.passage in TEXT
        assert example.question != ASKED.question
        assert "加装电梯每台最高补贴多少？" in example.question
        assert not example.answers


def test_another_detail_is_said() -> None:
    for chance in chances():
        example = other_said(ASKED, NAMES, chance)
        if example is None:
            continue
        assert example.question == ASKED.question
        assert not ("望湖区" in example.passage and "2019" in example.passage)


def test_what_is_changed_alike_still_answers() -> None:
    kept = 0
    for chance in chances():
        example = changed_alike(ASKED, NAMES, chance)
        if example is not None:
            kept += 1
            assert shown(example) == ["二十万元"]
            assert example.question != ASKED.question
            assert example.kind.answered
    assert kept > 5


def test_a_changed_answer_is_shown_where_it_stands() -> None:
    text = "本市补贴标准为每台1200元，其余由居民承担，街道负责审核材料并组织公示。"
    asked = Asked("补贴多少？", text, ((text.index("1200"), text.index("1200") + 5),))
    example = changed_alike(asked, NAMES, random.Random(1))
    (answer,) = shown(example)
    assert answer != "1200元"
    assert answer.endswith("元")
    assert len(answer) == 5


def test_the_opposite_is_asked() -> None:
    example = opposite(ASKED, NAMES, random.Random(0))
    assert example is not None
    assert example.question == "2019年望湖区加装电梯每台最低补贴多少？"
    assert opposite(Asked("补贴多少？", TEXT, (ANSWER,)), NAMES, random.Random(0)) is None


def test_rules_leave_alone_what_is_not_answered() -> None:
    unsaid = Asked("2019年最高补贴由谁领取？", TEXT, kind=Kind.UNSAID)
    ((example,),) = make_examples([unsaid], NAMES, 1)
    assert example.kind is Kind.UNSAID


def test_a_passage_is_found_that_is_of_another_text_and_does_not_say_it() -> None:
    other = Asked(
        "临江区加装电梯谁牵头？",
        "临江区加装电梯工作由区发改委牵头，补贴标准另行公布，居民可向街道咨询。",
        ((11, 15),),
    )
    made = make_examples([ASKED, other], NAMES, 1)
    (found,) = (example for example in made[0] if example.kind is Kind.FOUND)
    assert found == Example(ASKED.question, other.text, Kind.FOUND)
    same = Asked(
        "电梯最高补贴？", "临江区加装电梯每台最高补贴二十万元。", ((13, 17),), document="另"
    )
    made = make_examples([ASKED, same], NAMES, 1)
    assert not [example for example in made[0] if example.kind is Kind.FOUND]


def test_sentences_are_asked_for_what_they_say() -> None:
    questions = {
        asked.question: asked.text[slice(*asked.answers[0])]
        for chance in chances()
        if (asked := make_cloze(TEXT, chance))
    }
    assert (
        questions["目前全区已建成电梯多少台，另有四十台正在施工，预计年底前交付使用？"]
        == "三十六台"
    )
    assert "二十万元" in questions.values()
    assert all(question.endswith("？") for question in questions)
    assert make_cloze("没有数字也没有机关的一句话，说得很长很长。", random.Random(0)) is None


def test_articles_and_dates_are_not_asked_by_their_parts() -> None:
    text = "第一百一十八条　本条例自2016年3月14日起施行，过去的规定同时停止执行。"
    asked = {made.question for chance in chances() if (made := make_cloze(text, chance))}
    assert {question.replace("何时", "什么时候") for question in asked} <= {
        f"{lead}本条例自{words}起施行，过去的规定同时停止执行？"
        for lead in ("", "　")
        for words in ("什么时候", "哪一天", "几号")
    }


def test_rows_of_reading_sets_are_read() -> None:
    row: dict[str, object] = {"question": "谁？", "context": "甲和乙。", "answerable": True}
    spans = read_annotated({**row, "answers": ["乙", "丙"], "starts": [2, 0]})
    assert spans == Asked("谁？", "甲和乙。", ((2, 3),))
    assert read_annotated({**row, "answers": ["丙"], "starts": [0]}) is None
    yes = read_annotated({**row, "answers": [], "starts": [], "yes_no": "YES"})
    assert yes == Asked("谁？", "甲和乙。")
    parts = read_annotated({**row, "answers": ["甲", "乙"], "starts": [0, 2], "multi": True})
    assert parts == Asked("谁？", "甲和乙。", ((0, 3),))
    none = read_annotated({**row, "answers": [], "starts": [], "answerable": False})
    assert none == Asked("谁？", "甲和乙。", kind=Kind.UNSAID)


def test_short_answers_stand_together_in_one_text() -> None:
    rows: list[dict[str, object]] = [
        {"query": "多少钱？", "positive": "一百元。"}, {"query": "谁办？", "positive": "街道"},
    ]  # fmt: skip
    first, second = stand_together(rows)
    assert first == Asked("多少钱？", "一百元。街道。", ((0, 3),))
    assert second == Asked("谁办？", "一百元。街道。", ((4, 6),))


def test_the_restatement_ends_where_the_reply_begins() -> None:
    opening = "网友您好！您反映的停车难问题已收悉，现答复如下："
    assert find_restatement(f"{opening}一、已增设车位三十个。") == opening
    assert find_restatement("已增设车位三十个。") == ""
