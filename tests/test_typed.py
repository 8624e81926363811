"""A question as it was typed, and what of it is looked up."""

from __future__ import annotations

import pytest

from index.text.language.numerals import find_numerals, read_number
from index.text.language.typed import halves, says_nothing, tidy_question


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


def test_a_number_of_hundreds_of_digits_is_none() -> None:
    assert read_number("9" * 400) is None
    assert list(find_numerals("9" * 400 + "元")) == []
