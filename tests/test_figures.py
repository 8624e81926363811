"""Figures and dates of sentences: how they are read, and which can be held against each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answers.figures import Figure, find_figures, without_figures


def figures(sentence: str) -> list[Figure]:
    return find_figures(sentence, 0, len(sentence))


def words(sentence: str) -> list[str]:
    return [sentence[figure.start : figure.end] for figure in figures(sentence)]


def one(sentence: str) -> Figure:
    (figure,) = figures(sentence)
    return figure


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("按施工金额的40%补贴，每台最高不超过20万元。", ["40%", "20万元"]),
        ("开放时间为9时至17时30分。", ["9时至17时30分"]),
        ("开放时间为9:00-17:30，门票1,200元。", ["9:00-17:30", "1,200元"]),
        ("网上报名时间为6月10日至6月20日。", ["6月10日至6月20日"]),
        ("接种年龄为16至26周岁。", ["16至26周岁"]),
        ("80周岁及以上老人享受八折，降低三成。", ["80周岁", "八折", "三成"]),
        ("冷静期延长到十五日。", ["十五日"]),
        ("管理服务费全部免费办理。", ["全部免费"]),
        ("补助占百分之六十。", ["百分之六十"]),
    ],
)
def test_figures_are_read_with_what_they_count(sentence: str, found: list[str]) -> None:
    assert words(sentence) == found


@pytest.mark.parametrize(
    "sentence",
    [
        "乘坐62路到第3站下车。",
        "位于望松路218号6楼。",
        "依据云住建〔2021〕18号文件办理。",
        "栏杆间距符合GB50096-2011的要求。",
        "一九九六年二月五日",
        "一是加强宣传，二是落实责任。",
        "经查，工作人员于5月8日到场核实。",
        "本办法自2019年1月1日起施行。",
    ],
)
def test_names_and_what_merely_happened_are_no_figures(sentence: str) -> None:
    assert words(sentence) == []


def test_a_date_that_people_go_by_is_kept() -> None:
    assert words("计划2022年9月底完工通车。") == ["2022年9月底"]


def test_what_held_before_is_left_out() -> None:
    assert words("审查时限由30个工作日压缩至15个工作日，公示期仍为10日。") == ["15个工作日", "10日"]


@pytest.mark.parametrize(
    ("one_way", "other_way"),
    [
        ("补贴标准12000元。", "补贴标准1.2万元。"),
        ("限期15日办结。", "限期十五日办结。"),
        ("收取服务费免收。", "收取服务费0元。"),
        ("计划9月1日开学。", "计划2024年9月1日开学。"),
        ("早上9:30开放。", "早上9时半开放。"),
    ],
)
def test_the_same_is_the_same_however_it_is_written(one_way: str, other_way: str) -> None:
    assert one(one_way).says_the_same(one(other_way))


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("限期20个工作日办结。", "限期20日办结。"),
        ("计划2023年9月开学。", "计划2024年9月开学。"),
        ("开放时间为9时至17时。", "开放时间为9时至20时。"),
    ],
)
def test_what_differs_is_of_one_kind_and_not_the_same(older: str, newer: str) -> None:
    assert one(older).is_comparable(one(newer))
    assert not one(older).says_the_same(one(newer))


@pytest.mark.parametrize(
    ("one_clause", "other_clause"),
    [
        ("每台补贴20万元。", "每户补贴20万元。"),
        ("二价疫苗每针329元。", "九价疫苗每针1318元。"),
        ("第一阶梯水价2.45元。", "第二阶梯水价4.10元。"),
        ("其中省级补助800元。", "其中县级补助600元。"),
        ("补贴标准20万元。", "接种人数20万人。"),
    ],
)
def test_figures_under_other_conditions_are_not_comparable(
    one_clause: str, other_clause: str
) -> None:
    assert not one(one_clause).is_comparable(one(other_clause))


def test_ages_are_conditions_of_sums() -> None:
    young, old = (
        next(f for f in figures(text) if f.kind == "元")
        for text in ("80至89周岁老人每月100元。", "90至99周岁老人每月200元。")
    )
    assert not young.is_comparable(old)


def test_what_a_sentence_names_first_holds_on() -> None:
    dose = figures("九价疫苗全程3针，14周岁以下2针。")[-1]
    assert dose.conditions["第几价"] == {"九"}


def test_a_clause_that_says_nothing_is_read_with_the_one_before() -> None:
    assert "最低工资标准" in one("收入应当低于最低工资标准，即2200元。").about


@given(st.text(alphabet="每台补贴二十4万元，至年月日9时：第号、。%由到 \n", max_size=40))
def test_spans_lie_in_their_clauses(text: str) -> None:
    for figure in figures(text):
        assert 0 <= figure.clause_start <= figure.start < figure.end <= figure.clause_end
        assert figure.clause_end <= len(text)
        clause = text[figure.clause_start : figure.clause_end]
        assert clause == clause.strip()


@given(st.text(alphabet="每台补贴二十4万元，9时：。%", max_size=40))
def test_no_figure_is_left_where_they_are_taken_out(text: str) -> None:
    assert len(without_figures(text)) <= len(text)


def test_a_figure_knows_what_it_took_over_from() -> None:
    text = "审核时限由30日缩短到15日，费用为20元。"
    later, fee = find_figures(text, 0, len(text))
    (before,) = find_figures("审核时限为三十日。", 0, 9)
    assert later.takes_over_from(before)
    assert not fee.takes_over_from(before)
    assert not before.takes_over_from(before)


def test_the_most_is_not_held_against_the_least() -> None:
    most, least = one("每台最高不超过20万元。"), one("每台保额不低于500万元。")
    assert not most.is_comparable(least)
    assert most.is_comparable(one("每台最高补助24万元。"))
    assert most.is_comparable(one("每台补助24万元。"))
    assert not one("面积在90平方米以下的，每户补助。").is_comparable(
        one("面积在90平方米以上的，每户补助。")
    )
