"""A generated sentence counts only where what it says stands in what it cites."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.generating.check import Source, Sources, find_fault
from app.generating.numbers import find_days, find_numbers, in_digits
from app.generating.sentences import Splitter, Written, read_sentence
from index.models.static import BUNDLED_MODEL, StaticEmbedder
from tools.generated import decide, load_cases

PASSAGE = (
    "我局会同住房和城乡建设局出台办法：四层住宅每台补贴二十八万元，五层每台补贴三十万元。"
    "依据《青川区加装电梯办法》（青府规〔2021〕3号），明年6月底前再建40台。"
    "电梯费用由业主分摊，不收取管理费。"
)


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return StaticEmbedder(BUNDLED_MODEL)


def fault(said: str, embedder: StaticEmbedder, passage: str = PASSAGE) -> str:
    source = Source(1, "青川区财政局，2021年9月1日，加装电梯", passage, date(2021, 9, 1))
    return find_fault(said, Sources([source]), embedder.embed_passages)


@pytest.mark.parametrize(
    "said",
    [
        "四层住宅每台电梯补贴28万元",
        "五层住宅每台补贴300000元",
        "财政局会同住建局出台了办法",
        "2022年6月底前再建四十台",
        "依据《青川区加装电梯办法》，明年6月底前再建40台",
        "青府规〔2021〕3号规定四层住宅每台补贴28万元",
        "业主分摊电梯费用，不用交管理费",
    ],
)
def test_what_stands_there_is_taken(said: str, embedder: StaticEmbedder) -> None:
    assert fault(said, embedder) == ""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("四层住宅每台补贴38万元", "没有“38万元”"),
        ("四层住宅每台补贴30万元", "别的情形"),
        ("2023年6月底前再建40台", "日期与引文不符"),
        ("2022年底前再建40台", "没有“年底”"),
        ("已经再建40台", "打算"),
        ("青川区公安局出台了加装电梯办法", "没有“公安局”"),
        ("临山区的四层住宅每台补贴28万元", "没有“临山区”"),
        ("依据《青川区物业办法》再建40台", "没有《青川区物业办法》"),
        ("青府规〔2020〕8号规定四层住宅每台补贴28万元", "没有"),
        ("电梯费用由业主分摊，收取管理费", "肯定与否定"),
        ("办法说“谁受益谁出资”，四层每台补贴28万元", "没有“谁受益谁出资”"),
        ("加装电梯需要三分之二以上业主同意", "没有"),
        ("市民可以在网上预约办理居住证", "引文里没有这样说"),
    ],
)
def test_what_does_not_is_refused_with_the_reason(
    said: str, told: str, embedder: StaticEmbedder
) -> None:
    assert told in fault(said, embedder)


def test_numbers_are_read_however_they_are_written() -> None:
    for written in ("15万元", "十五万元", "150000元", "150,000元", "１５万元", "15万块"):
        (number,) = find_numbers(in_digits(written))
        assert (number.value, number.unit) == (150_000, "元")
    assert [n.value for n in find_numbers("3至5万元")] == [30_000, 50_000]
    assert in_digits("百分之三十五点五") == "35.5%"
    assert in_digits("二〇二四年") == "2024年"
    assert find_days(in_digits("二〇二四年五月")) == [(2024, 5, None)]
    assert find_numbers(in_digits("一方面要进一步统一认识，十分重视三农")) == []


@pytest.mark.parametrize("half", ["open"])
def test_the_labelled_sentences_are_told_as_documented(half: str, embedder: StaticEmbedder) -> None:
    decisions = list(decide(load_cases(half), embedder.embed_passages))
    lies = [d for d in decisions if not d.sentence["supported"]]
    true = [d for d in decisions if d.sentence["supported"]]
    assert sum(d.right for d in lies) >= 82
    assert sum(d.right for d in true) >= 61


def split(text: str, size: int) -> list[Written]:
    splitter = Splitter()
    found = [
        sentence
        for start in range(0, len(text), size)
        for sentence in splitter.add(text[start : start + size])
    ]
    return [*found, *splitter.end()]


WRITTEN = (
    "<think>先想一想。[9]</think>\n**一是**补贴28万元[1]。二是不收费。[1][2]\n"
    "3. 三是年底完工【引文2】！四是“先急后缓。”[1，2] 五是没有写完"
)
READ = [
    Written("一是补贴28万元。", (1,)),
    Written("二是不收费。", (1, 2)),
    Written("三是年底完工！", (2,)),
    Written("四是“先急后缓。”", (1, 2)),
    Written("五是没有写完", ()),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 500])
def test_sentences_are_cut_alike_in_whatever_pieces_they_come(size: int) -> None:
    assert split(WRITTEN, size) == READ


@given(st.text(alphabet="补贴。！\n[]1,2<think>/“”３.万", max_size=60), st.integers(1, 9))
def test_any_text_is_cut_alike(text: str, size: int) -> None:
    whole, pieces = split(text, 100), split(text, size)
    assert "".join(w.text for w in whole).split() == "".join(w.text for w in pieces).split() or (
        "<think>" in text
    )


def test_a_number_at_the_head_of_a_sentence_stays() -> None:
    assert read_sentence("3.5万元由财政承担[1]。").text == "3.5万元由财政承担。"
