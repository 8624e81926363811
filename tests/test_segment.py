"""Text is cut into the same tokens by both implementations, and folded so that forms match."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.simplified import simplify
from index.text.segment import (
    PUNCTUATION,
    USER_DICTIONARY,
    Segmenter,
    Tokens,
    load_user_dictionary,
    normalise,
)

IMPLEMENTATIONS = ("rjieba", "jieba")


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def segmenter(request: pytest.FixtureRequest) -> Segmenter:
    pytest.importorskip(request.param)
    return Segmenter(implementation=request.param)


@pytest.fixture(scope="module")
def both() -> tuple[Segmenter, Segmenter]:
    for name in IMPLEMENTATIONS:
        pytest.importorskip(name)
    return Segmenter(implementation="rjieba"), Segmenter(implementation="jieba")


def test_long_words_are_found_with_the_words_inside_them(segmenter: Segmenter) -> None:
    assert segmenter.words("为既有多层住宅加装电梯") == [
        "为", "既有", "多层", "住宅", "既有多层住宅", "加装", "电梯", "加装电梯",
    ]  # fmt: skip


def test_the_user_dictionary_keeps_departments_whole(segmenter: Segmenter) -> None:
    assert "商务委" in segmenter.words("区商务委的会办意见")
    assert "会办意见" in segmenter.words("区商务委的会办意见")


def test_what_begins_at_an_inner_place_cuts_a_word(segmenter: Segmenter) -> None:
    text = "5g基站，停车难题pm2.5"  # 5g 基站 ， 停车 难题 pm2.5
    assert segmenter.inner_places(text) == {1, 3, 6, 8, 10, 11, 12, 13}


def test_bigrams_stop_at_everything_that_is_not_chinese(segmenter: Segmenter) -> None:
    assert segmenter.bigrams("电梯、楼道，水") == ["电梯", "楼道", "水"]
    assert segmenter.bigrams("加装电梯") == ["加装", "装电", "电梯"]


def test_letters_and_digits_are_one_token_of_both_kinds(segmenter: Segmenter) -> None:
    tokens = segmenter.segment("5G基站 PM2.5 12345")
    assert tokens == Tokens(
        words=("基站", "5g", "pm2.5", "12345"), bigrams=("基站", "5g", "pm2.5", "12345")
    )


def test_full_width_and_upper_case_match_half_width_and_lower_case(segmenter: Segmenter) -> None:
    assert segmenter.segment("ＰＭ２.５") == segmenter.segment("pm2.5")


def test_radicals_match_the_characters_that_they_look_like(segmenter: Segmenter) -> None:
    assert segmenter.segment("⺠政局的⻝堂") == segmenter.segment("民政局的食堂")


def test_rare_characters_are_words_of_their_own(segmenter: Segmenter) -> None:
    assert segmenter.words("㙍街𠮷") == ["街", "㙍", "𠮷"]
    assert segmenter.bigrams("㙍街𠮷") == ["㙍街", "街𠮷"]


@pytest.mark.parametrize("text", ["", "  \n", "，。！", "\ue000"])
def test_text_without_words_has_no_tokens(segmenter: Segmenter, text: str) -> None:
    assert segmenter.segment(text) == Tokens((), ())


def test_segment_agrees_with_words_and_bigrams(segmenter: Segmenter) -> None:
    text = "2021年，区绿化市容局新建口袋公园3座。"
    tokens = segmenter.segment(text)
    assert list(tokens.words) == segmenter.words(text)
    assert list(tokens.bigrams) == segmenter.bigrams(text)


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("e\u0301Ａ１．，中①"), max_size=40))
def test_folding_is_nfkc_in_lower_case_but_for_punctuation(text: str) -> None:
    without = text.translate(dict.fromkeys(map(ord, PUNCTUATION), " "))
    assert normalise(without) == simplify(unicodedata.normalize("NFKC", without).lower())


@given(st.text(st.characters(codec="utf-8")))
def test_simplifying_keeps_the_length(text: str) -> None:
    assert len(simplify(text)) == len(text)


def test_traditional_characters_are_searched_as_simplified_ones() -> None:
    assert simplify("互聯網醫院怎麼發展") == "互联网医院怎么发展"
    assert _SHARED.segment("互聯網醫院") == _SHARED.segment("互联网医院")


def test_chinese_punctuation_stays() -> None:
    assert normalise("Ｂ区，（１２３４５）") == "b区，（12345）"


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_tokens_never_hold_white_space(text: str) -> None:
    """The lexical index keeps tokens apart by spaces."""
    tokens = _SHARED.segment(text)
    assert all(len(token.split()) == 1 and token for token in tokens.words + tokens.bigrams)


_SHARED = Segmenter()


@pytest.mark.slow
def test_both_implementations_give_the_same_tokens(both: tuple[Segmenter, Segmenter]) -> None:
    text = (
        "您好！您反映的“阳光花园小区电动自行车飞线充电”一事已收悉。经查，该小区2号楼至9号楼"
        "未设充电桩，区消防救援支队会同街道办事处、物业公司已于2022年3月整改完毕，"
        "二〇二二年底前再增设充电端口120个；二次供水改造列入计划拟解决。"
    )
    rust, python = both
    assert rust.segment(text) == python.segment(text)
    assert rust.fingerprint == python.fingerprint


def test_both_implementations_agree_on_real_replies(
    both: tuple[Segmenter, Segmenter], data: Path
) -> None:
    rust, python = both
    lines = (data / "board" / "replies.jsonl").read_text("utf-8").splitlines()[:150]
    texts = [json.loads(line)["reply"] for line in lines]
    assert [t for t in texts if rust.segment(t) != python.segment(t)] == []


def test_another_user_dictionary_has_another_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "userdict.txt"
    path.write_text("# 小区\n云栖苑 梧桐里\n", "utf-8")
    own = Segmenter(path)
    assert "云栖苑" in own.words("云栖苑的停车位")
    assert own.fingerprint != Segmenter().fingerprint


def test_the_user_dictionary_holds_chinese_words_only_once() -> None:
    words = load_user_dictionary(USER_DICTIONARY)
    assert [word for word in words if not re.fullmatch("[\u4e00-\u9fd5]{2,}", word)] == []
    assert len(words) == len(set(words)) > 300


def test_nothing_is_loaded_before_the_first_words() -> None:
    code = (
        "import sys; from index.text.segment import Segmenter; s = Segmenter(); s.fingerprint;"
        "s.bigrams('加装电梯'); print([m for m in ('jieba', 'rjieba') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
