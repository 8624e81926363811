"""BM25 by hand: weights, saturation, context, bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ranking.match import CONTEXT_WEIGHT, QueryTerms, score_texts

FREQUENCIES = {"电梯": 1, "小区": 4}


def weigh(*terms: str, found: Mapping[str, int] = FREQUENCIES, passages: int = 9) -> QueryTerms:
    return QueryTerms.weigh(terms, lambda term: found.get(term, 0), passages)


def bm25(query: QueryTerms, text: str, context: str, average_length: float) -> float:
    (score,) = score_texts(query, [text], [context], average_length)
    return float(score)


# Weights


def test_a_term_weighs_the_more_the_fewer_passages_hold_it() -> None:
    query = weigh("小区", "电梯", "飞船")
    # ln(1 + 5.5 / 4.5), ln(1 + 8.5 / 1.5), ln(1 + 9.5 / 0.5)
    assert query.weights == {
        "小区": pytest.approx(0.798508),
        "电梯": pytest.approx(1.897120),
        "飞船": pytest.approx(2.995732),
    }
    assert query.heaviest(2) == ["飞船", "电梯"]
    assert query.heaviest(9) == ["飞船", "电梯", "小区"]


def test_a_repeated_term_counts_once() -> None:
    assert weigh("电梯", "小区", "电梯") == weigh("电梯", "小区")


def test_a_term_that_removed_passages_still_count_for_weighs_nothing_less_than_zero() -> None:
    # tantivy counts removed passages in a term's frequency until it merges its segments
    assert weigh("电梯", found={"电梯": 9}, passages=2).weights["电梯"] > 0


def test_the_saturation_grows_from_1_2_to_2_with_the_number_of_terms() -> None:
    for count, expected in ((0, 1.2), (1, 1.208), (50, 1.6), (100, 2.0), (300, 2.0)):
        assert weigh(*map(str, range(count))).saturation == pytest.approx(expected)


# Scores


def test_a_passage_of_mean_length_is_scored_by_the_formula() -> None:
    query = QueryTerms({"电梯": 2.0, "小区": 1.0}, 3.0, saturation=1.2)
    text = "小区装电梯，电梯好。"
    # norm = 1.2; 电梯 twice: 2 · 2 · 2.2 / 3.2; 小区 once: 1 · 1 · 2.2 / 2.2
    assert bm25(query, text, "", len(text)) == pytest.approx(2.75 + 1.0)


def test_a_long_passage_scores_less() -> None:
    query = QueryTerms({"电梯": 2.0}, 2.0, saturation=1.2)
    # b = 1, twice the mean length: norm = 2.4, so 2 · 1 · 2.2 / 3.4
    assert bm25(query, "电梯在楼里", "", 2.5) == pytest.approx(1.294118)


def test_an_occurrence_in_the_context_counts_less_than_one_in_the_text() -> None:
    query = QueryTerms({"电梯": 2.0}, 2.0, saturation=1.2)
    part = CONTEXT_WEIGHT
    beside = bm25(query, "小区", "关于电梯", 2)
    assert 0 < part < 1
    assert beside == pytest.approx(2 * part * 2.2 / (part + 1.2))
    assert beside < bm25(query, "电梯", "", 2) < bm25(query, "电梯", "关于电梯", 2)


def test_what_holds_no_term_scores_nothing() -> None:
    query = weigh("电梯")
    assert bm25(query, "公园", "绿地", 10) == 0
    assert bm25(query, "", "", 10) == 0
    assert bm25(query, "电梯", "", 0) == 0  # an empty index has no mean length
    assert bm25(weigh(), "电梯", "", 2) == 0


@pytest.mark.parametrize("mean", [1.0, 5.0])
def test_many_texts_are_scored_as_each_alone(mean: float) -> None:
    query = weigh("电梯", "小区")
    texts = ["小区装电梯，电梯好。", "小", "", "电梯"]
    counts = np.array([[text.count(term) for term in query.weights] for text in texts], float)
    scores = query.score(counts, [len(text) for text in texts], mean)
    assert scores.tolist() == pytest.approx([bm25(query, text, "", mean) for text in texts])
    assert scores[0] > 0


ALPHABET = st.text("电梯小区费用", max_size=30)


@given(st.lists(st.sampled_from(["电梯", "小区", "费用", "梯"]), max_size=4), ALPHABET, ALPHABET)
def test_scores_stay_within_their_bounds(terms: list[str], text: str, context: str) -> None:
    query = weigh(*terms)
    score = bm25(query, text, context, 12.0)
    assert score >= 0
    assert score < query.total * (query.saturation + 1) or score == query.total == 0
    assert math.isclose(query.total, sum(query.weights.values()))


@given(st.lists(st.sampled_from(["电梯", "小区", "费用", "梯"]), max_size=4), ALPHABET, ALPHABET)
def test_leaving_out_absent_terms_changes_no_score(
    terms: list[str], text: str, context: str
) -> None:
    query = weigh(*terms)
    found = query.found_in(f"{context}\n{text}")
    assert bm25(found, text, context, 12.0) == pytest.approx(bm25(query, text, context, 12.0))
    assert (found.total, found.saturation) == (query.total, query.saturation)
