"""Measures of passages: which retrieved passage counts as which judged span."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.data.runs import rank
from eval.data.spans import Span, parse_span
from eval.ranking.measures import measure_run, parse_measures
from eval.ranking.search import name_judged, same_passage


@pytest.mark.parametrize(
    ("judged", "passage", "same"),
    [
        ("r:100-120", "r:0-300", True),  # the passage holds a judged sentence
        ("r:0-1000", "r:300-600", True),  # the passage is out of a judged section
        ("r:100-200", "r:150-450", True),  # half of the judged span
        ("r:100-200", "r:151-451", False),  # less than half of it
        ("r:100-200", "r:200-300", False),
        ("other:100-200", "r:100-200", False),
    ],
)
def test_what_overlaps_by_half_of_the_shorter_counts(judged: str, passage: str, same: bool) -> None:
    one, other = parse_span(judged), parse_span(passage)
    assert one is not None
    assert other is not None
    assert (same_passage(one, other), same_passage(other, one)) == (same, same)


def named(passages: list[str], judged: dict[str, int]) -> list[str]:
    spans = [span for id in passages if (span := parse_span(id))]
    scored = [(span, float(-place)) for place, span in enumerate(spans)]
    return [id for id, _ in name_judged(scored, judged)]


def test_a_judged_span_is_found_once() -> None:
    """The second half of the judged section is no second find."""
    assert named(["r:0-300", "r:300-600"], {"r:0-600": 2}) == ["r:0-600", "r:300-600"]


def test_a_passage_stands_for_every_relevant_span_that_it_holds() -> None:
    judged = {"r:10-20": 1, "r:50-80": 3, "r:100-110": 0, "s:0-5": 1}
    assert named(["r:0-300", "t:0-9"], judged) == ["r:50-80", "r:10-20", "t:0-9"]


def test_what_was_judged_not_relevant_is_judged() -> None:
    assert named(["r:0-300", "r:310-400"], {"r:20-30": 0}) == ["r:20-30", "r:310-400"]


def test_measures_of_passages_by_hand() -> None:
    """The answer stands in the second passage, of two judged spans one is found."""
    qrels = {"q": {"r:40-60": 1, "s:0-30": 1}}
    ranked = [(Span("t", 0, 90), 3.0), (Span("r", 0, 90), 2.0), (Span("r", 90, 99), 1.0)]
    run = {"q": rank(name_judged(ranked, qrels["q"]))}
    measures = parse_measures(["RR@10", "R@10", "P@2", "Judged@10"])
    assert measure_run(run, qrels, measures) == pytest.approx(
        {"RR@10": 1 / 2, "R@10": 1 / 2, "P@2": 1 / 2, "Judged@10": 1 / 3}
    )


SPANS = st.tuples(st.integers(0, 50), st.integers(1, 30)).map(
    lambda place: f"r:{place[0]}-{place[0] + place[1]}"
)


@given(st.sets(st.integers(0, 80), min_size=2), st.dictionaries(SPANS, st.integers(0, 3)))
def test_every_id_comes_once_and_no_passage_is_lost(cuts: set[int], judged: dict[str, int]) -> None:
    """Whatever is judged, of passages that do not overlap, as those of an index."""
    passages = [f"r:{start}-{end}" for start, end in pairwise(sorted(cuts))]
    found = named(passages, judged)
    assert len(found) == len(set(found))
    assert len(found) >= len(passages)
