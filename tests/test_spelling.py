"""Misspelt words are looked up as those that the library uses; what is right stays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.language.sounds import is_spelt, near_readings, pairs_spelt, syllables
from index.text.language.spelling import (
    TRAITS,
    Likeness,
    Vocabulary,
    describe_guesses,
    find_misspelt,
    lookalikes,
)
from index.text.segment import Segmenter

SEGMENTER = Segmenter()

PASSAGES = 200


def know(counts: Mapping[str, int], pairs: Mapping[str, int] | None = None) -> Vocabulary:
    """The words of a library of 200 passages, and how often pairs stand there that are no words."""
    known = dict(pairs or {})
    for word, count in counts.items():
        for start in range(len(word) - 1):
            known[word[start : start + 2]] = max(count, known.get(word[start : start + 2], 0))
    return Vocabulary(counts, PASSAGES, lambda pair: known.get(pair, 0))


LIBRARY = know(
    {"充电桩": 20, "充电": 24, "公积金": 15, "小区": 40, "登记": 12, "等级": 12, "互联网医院": 6,
     "滨江": 6, "河道": 9, "银行": 9}
)  # fmt: skip


def read(text: str, vocabulary: Vocabulary = LIBRARY) -> list[tuple[str, str]]:
    return [(each.typed, each.meant) for each in find_misspelt(text, vocabulary, SEGMENTER)]


# Sounds


def test_characters_have_their_usual_readings() -> None:
    assert syllables("桥") == {"qiao"}
    assert syllables("行") == {"xing", "hang"}
    assert syllables("有") == {"you"}  # wei is archaic
    assert syllables("女") == {"nv"}
    assert syllables("㐀") == frozenset()


def test_near_sounds_are_one() -> None:
    assert set(near_readings("正宁")) == {("zen", "lin")}
    assert set(near_readings("曾林")) & set(near_readings("正宁")) == {("zen", "lin")}
    assert set(near_readings("张")) == set(near_readings("赞"))
    assert set(near_readings("宗")) != set(near_readings("尊"))


def test_names_are_known_by_their_spelling() -> None:
    assert is_spelt("云桥", "yunqiao")
    assert is_spelt("长沙", "changsha")
    assert not is_spelt("云桥", "yunqia")
    assert "云桥" in set(pairs_spelt("yunqiao"))
    assert {"西安", "先"} & set(pairs_spelt("xian")) == {"西安"}


# What is misspelt


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("冲电桩坏了找谁", [("冲电桩", "充电桩")]),  # the same sound
        ("公鸡金怎么提取", [("公鸡金", "公积金")]),
        ("小去里面能停车吗", [("小去", "小区")]),
        ("怎么登计", [("登计", "登记")]),  # 等级 differs in both characters
        ("互联医院能开药吗", [("互联医院", "互联网医院")]),  # one is missing
        ("充电庄坏了", [("充电庄", "充电桩")]),
        ("公织金怎么提取", [("公织金", "公积金")]),
        ("冲电桩在哪个小去", [("冲电桩", "充电桩"), ("小去", "小区")]),
    ],
)
def test_a_word_that_nobody_uses_is_taken_for_one_like_it(
    typed: str, found: list[tuple[str, str]]
) -> None:
    assert read(typed) == found


@pytest.mark.parametrize(
    "right",
    [
        "小区的充电桩坏了",
        "年纪大了怎么办",  # a word, though the library has none of it
        "我是这里的居民",
        "",
        "how do I apply",
    ],
)
def test_what_may_be_right_stays(right: str) -> None:
    assert read(right) == []


def test_what_the_library_has_itself_is_right() -> None:
    assert read("登计", know({"登记": 12})) == [("登计", "登记")]
    assert read("登计", know({"登记": 12}, {"登计": 3})) == []
    assert read("登计", know({"登记": 1})) == []  # too rare to be meant


def test_a_word_of_the_dictionary_is_right() -> None:
    assert find_misspelt("怎么登计", LIBRARY, SEGMENTER, lambda word: word == "登计") == ()


def test_a_long_text_is_left_as_it_is() -> None:
    assert read("冲电桩" + "，" * 97) != []
    assert read("冲电桩" + "，" * 98) == []


def test_the_same_sound_is_likelier_than_a_near_one() -> None:
    assert read("支金", know({"资金": 12})) == [("支金", "资金")]
    assert read("支金", know({"资金": 12, "芝金": 12})) == [("支金", "芝金")]


def test_a_guess_is_told_by_its_traits() -> None:
    ((guess, traits),) = describe_guesses("我登计", know({"登记": 20, "我": 100}), SEGMENTER)
    assert (guess.typed, guess.meant) == ("登计", "登记")
    assert dict(zip(TRAITS, traits, strict=True)) == pytest.approx(
        {"near": 0, "shape": 0, "gap": 0, "three": 0, "more": 0, "frequency": math.log(0.1),
         "surprise": math.log(0.1) - 2 * math.log(0.5 / PASSAGES), "seen": 0, "cut": 0,
         "alone": 1, "strangers": 0}
    )  # fmt: skip


def test_places_are_those_of_the_text() -> None:
    (found,) = find_misspelt("请问冲电桩坏了", LIBRARY, SEGMENTER)
    assert (found.start, found.end, found.wrong, found.likeness) == (
        2, 5, (2,), Likeness.SAME_SOUND,
    )  # fmt: skip
    (gap,) = find_misspelt("请问互联医院", LIBRARY, SEGMENTER)
    assert (gap.gap, gap.wrong, gap.likeness) == (4, (), Likeness.GAP)


@given(st.text("小区充电冲桩庄公积鸡金登计的吗， a", max_size=30))
def test_corrections_stand_apart_and_are_words(text: str) -> None:
    found = find_misspelt(text, LIBRARY, SEGMENTER)
    assert all(text[each.start : each.end] == each.typed for each in found)
    assert all(LIBRARY.count(each.meant) for each in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_lookalikes_are_mutual_and_no_character_is_its_own() -> None:
    for character, others in lookalikes().items():
        assert len(character) == 1
        assert character not in others
        assert all(character in lookalikes()[other] for other in others)
