"""A question as it was typed, and what of it is looked up."""

from __future__ import annotations

import pytest

from index.text.language.document_numbers import without_numbers
from index.text.language.numerals import find_numerals, read_number
from index.text.language.typed import clauses, halves, says_nothing, tidy_question


@pytest.mark.parametrize(
    "typed",
    [
        "公交卡怎么退？",
        "您好，请问一下，公交卡怎么退？谢谢！",
        "公交卡怎么退？ 谢谢",
        "公\u200b交\u200b卡\u200b怎么退？",
        "公 交 卡 怎 么 退 ？",
    ],
)
def test_courtesies_gaps_and_invisible_characters_say_nothing(typed: str) -> None:
    assert tidy_question(typed).rstrip("？") == "公交卡怎么退"


def test_what_is_nothing_but_a_courtesy_stays() -> None:
    assert tidy_question("谢谢！") == "谢谢！"


def test_a_bare_amount_is_one_of_money() -> None:
    assert tidy_question("15万") == "15万元"
    assert tidy_question("15万人") == "15万人"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("十五万", "15万元"),
        ("补贴二十四万元吗", "补贴24万元吗"),
        ("两千万元", "2000万元"),
        ("三四万元", "三四万元"),
        ("三点五万元", "三点五万元"),
        ("几百万元", "几百万元"),
        ("第五元素", "第五元素"),
        ("百元", "百元"),
    ],
)
def test_amounts_in_numerals_ask_what_those_in_digits_ask(typed: str, asked: str) -> None:
    assert tidy_question(typed) == asked


@pytest.mark.parametrize("text", ["24", "2024年", "3.5%", "啊啊啊啊", "（" * 500])
def test_numbers_and_repeated_characters_ask_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["好", "好的，收到", "嗯嗯！", "可以", "没有了", "好，" * 500])
def test_acknowledgements_ask_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["15万元", "公交卡", "梯", "可以吗", "好处", "好" * 1000 + "吗"])
def test_words_ask_something(text: str) -> None:
    assert not says_nothing(text)


def test_a_question_of_two_halves() -> None:
    assert halves("公交卡怎么退？图书馆几点开门？") == ("公交卡怎么退？", "图书馆几点开门？")
    assert halves("公交卡怎么退？谢谢") == ("公交卡怎么退？谢谢",)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("食堂几点开饭，80岁的人打几折", ("食堂几点开饭，", "80岁的人打几折")),
        (
            "我家老人九十了，送饭怎么申请，能不能送上门？",
            ("我家老人九十了，送饭怎么申请，", "能不能送上门？"),
        ),
        ("公园要不要预约；能带狗吗", ("公园要不要预约；", "能带狗吗")),
        ("装电梯，多少户同意才行", ()),
        ("几点开，几点关，多少钱，能带狗吗", ()),  # a letter's, not a question's
        ("停车怎么收费", ()),
    ],
)
def test_clauses_that_ask_something_each(text: str, asked: tuple[str, ...]) -> None:
    assert clauses(text) == asked


def test_a_question_about_a_document_is_asked_without_its_number() -> None:
    number = "望建函〔2022〕40号"
    assert without_numbers(f"{number}里居民怎么分摊费用", number) == "居民怎么分摊费用"
    assert without_numbers(f"装电梯的费用在{number}里怎么说", number) == "装电梯的费用怎么说"
    assert without_numbers("第0123号代表建议中，停车怎么收费？", "") == "停车怎么收费?"
    for whole in (number, f"是不是违反了{number}？", "停车怎么收费？"):
        assert without_numbers(whole, number) in (whole, "是不是违反了?")


def test_a_number_of_hundreds_of_digits_is_none() -> None:
    assert read_number("9" * 400) is None
    assert list(find_numerals("9" * 400 + "元")) == []
