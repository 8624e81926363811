"""What is said in several ways is found by each of them."""

from __future__ import annotations

import pytest

from index.language.alternative import Alternative, Rewriting
from index.language.keys import find_keys
from index.score import QueryTerms

# Alternatives of terms


def test_an_alternative_counts_as_each_term_that_it_does_not_hold() -> None:
    rewriting = Rewriting("加装电梯", ("加装", "装电", "电梯"), (Alternative("增设电梯", 0.5),))
    plain = QueryTerms({"加装": 2.0, "装电": 3.0, "电梯": 1.0}, 6.0, 1.2)
    query = plain.rewritten([rewriting])
    text = "老楼增设电梯"
    # norm = 1.2; 电梯 once: 1 · 2.2 / 2.2; 加装 and 装电 half: (2 + 3) · 0.5 · 2.2 / 1.7
    assert query.bm25(text, "", len(text)) == pytest.approx(1.0 + 5 * 0.5 * 2.2 / 1.7)
    assert list(query.found_in(text).weights) == ["加装", "装电", "电梯"]
    assert list(plain.found_in(text).weights) == ["电梯"]
    assert query.times({"加装": 2.0}).alternatives == query.alternatives


def test_a_number_does_not_stand_within_a_longer_one() -> None:
    assert Alternative("3万元", 1.0).count_in("3万元，13万元，2.3万元") == 1
    assert Alternative("第32", 0.5).count_in("第32条，第321条") == 0.5
    assert Alternative("欠薪", 1.0).count_in("欠薪和欠薪") == 2


# Numbers of documents


@pytest.mark.parametrize(
    "query",
    [
        "普商务〔2021〕9号",
        "普商务[2021]9号",
        "普商务(2021)9号",
        "普商务（2021）9号",
        "普商务【2021】9号",
        "普商务［２０２１］９号",
        "普商务 〔2021〕 9 号",
        "普商务2021年9号",
        "普商务〔2021〕第09号",
        "请问普商务〔2021〕9号说了什么",
        "普商务〔2021〕9",
    ],
)
def test_a_document_number_is_known_in_any_brackets(query: str) -> None:
    keys = find_keys(query)
    assert "普商务〔2021〕9号" in keys.documents
    assert "普商务〔2021〕19号" not in keys.documents
    assert keys.matters == ()


@pytest.mark.parametrize(
    "query",
    ["第0142号提案", "142号建议", "建议第142号", "提案0142", "区十五届二次会议第142号代表建议",
     "142号", "第０１４２号", "提案 142 号"],
)  # fmt: skip
def test_the_number_of_a_proposal_is_known_with_zeros_or_without(query: str) -> None:
    assert {"142", "0142"} <= set(find_keys(query).matters)


@pytest.mark.parametrize(
    "query",
    ["2号线什么时候开通", "2021年12号楼", "5号楼", "第3条建议改为", "建议2021年完成", "电梯"],
)
def test_other_numbers_ask_for_no_document(query: str) -> None:
    keys = find_keys(query)
    assert keys.matters == ()
    assert not any(value.endswith("〕12号") for value in keys.documents)
