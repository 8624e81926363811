"""Counting terms and phrases in many texts at once: as counting one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.store.selection import MeanLengths
from index.ranking.counting import JoinedTexts, apart, count_terms
from index.ranking.match import CONTEXT_WEIGHT, LENGTH_WEIGHT, QueryTerms, match_passages
from index.stores.texts import Readable
from index.text.language.language import Alternative, Rewriting

TERMS = {"电梯": 2.0, "梯费": 1.0, "app": 1.0, "梯": 0.5, "3.5": 1.0, "𠮷田": 1.0}


def test_each_term_is_counted_in_each_text() -> None:
    texts = ["电梯费与电梯", "梯费app3.5", "", "电", "梯𠮷田"]

    counts = count_terms(TERMS, [], JoinedTexts(texts, TERMS), 0).terms

    assert counts.tolist() == [
        [2, 1, 0, 2, 0, 0],
        [0, 1, 1, 1, 1, 0],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],  # and no pair with the next text's 梯
        [0, 0, 0, 1, 0, 1],
    ]


def test_phrases_are_runs_of_five_characters() -> None:
    query = "老旧小区加装电梯"
    weights = {query[i : i + 2]: 1.0 for i in range(len(query) - 1)}

    texts = ["老旧小区加装电梯", "旧小区加装，电梯", "老旧小区，加装电梯", "", "区"]
    shares = count_terms(weights, [query], JoinedTexts(texts, weights), len(texts)).phrases

    assert shares.tolist() == [1.0, 0.25, 0.0, 0.0, 0.0]
    for first in range(len(texts)):  # what isn't asked for changes nothing
        some = count_terms(weights, [query], JoinedTexts(texts, weights), first).phrases
        assert some.tolist() == shares[:first].tolist()


def test_a_query_shorter_than_a_phrase_has_none() -> None:
    lifts = JoinedTexts(["电梯电梯电梯"], ["电梯"])
    assert count_terms({"电梯": 1.0}, ["电梯"], lifts, 1).phrases.tolist() == [0.0]
    assert count_terms({}, [], JoinedTexts(["电梯"], []), 1).terms.shape == (1, 0)
    assert count_terms({"电梯": 1.0}, ["电梯"], JoinedTexts([], ["电梯"]), 0).terms.shape == (0, 1)


def bm25(terms: QueryTerms, text: str, context: str, average_length: float) -> float:
    """Score one text by the formula, term by term."""
    relative = max(len(text), 1) / average_length
    norm = terms.saturation * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * relative)
    score = 0.0
    for term, weight in terms.weights.items():
        others = terms.alternatives.get(term, ())
        inner, outer = (
            each.count(term) + sum(other.count_in(each) for other in others)
            for each in (text, context)
        )
        count = inner + CONTEXT_WEIGHT * outer
        score += weight * count * (terms.saturation + 1) / (count + norm)
    return score


TEXT = st.text("电梯小区费a3 ，", max_size=40)


def test_an_alternative_is_counted_where_no_longer_number_holds_it() -> None:
    numbers = Alternative("3万3", 0.5)
    terms = QueryTerms({"33": 1.0}, 1.0, 1.2, {"33": (numbers,)})
    text = "费13万3万3，3万3万3万，3万3"
    match = match_passages("33", terms, [Readable(1, "a", None, text, "", text)], MeanLengths(9, 9))
    assert numbers.count_in(text) > 0
    assert match.scores == pytest.approx([bm25(terms, text, "", 9.0)])


def test_of_overlapping_places_the_first_counts() -> None:
    joined = JoinedTexts(["333 33333"], ["33"])
    assert joined.places("33").tolist() == [0, 1, 4, 5, 6, 7]
    assert apart(joined.places("33"), 2).tolist() == [0, 4, 6]


COUNTED = ["电梯", "小区", "区费", "梯", "a3", "3", "33", "a3a", "3a33", "电梯费"]


@given(st.lists(st.sampled_from(COUNTED), unique=True), st.lists(TEXT))
def test_counts_are_those_of_str_count(terms: list[str], texts: list[str]) -> None:
    counts = count_terms(dict.fromkeys(terms, 1.0), [], JoinedTexts(texts, terms), 0).terms
    assert counts.tolist() == [[text.count(term) for term in terms] for text in texts]


@given(TEXT, TEXT, TEXT)
def test_scores_are_those_of_the_formula(text: str, context: str, other: str) -> None:
    weights = {"电梯": 2.0, "小区": 1.0, "a3": 0.5}
    plain = QueryTerms(weights, 3.5, 1.2)
    terms = plain.rewritten([Rewriting("电梯", ("电梯",), (Alternative("小费", 0.5),))])
    lengths = MeanLengths(reply=30.0, passage=12.0)
    whole = f"{context}\n{text}\n{other}"

    match = match_passages(
        "电梯小区", terms, [Readable(1, "lift", None, text, context, whole)], lengths
    )

    own = bm25(terms, text, context, 12.0)
    assert match.scores == pytest.approx([(own + bm25(terms, whole, "", 30.0)) / 2])
