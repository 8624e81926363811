"""What is said in several ways is found by each of them."""

from __future__ import annotations

import pytest

from index.language.alternative import Alternative, Rewriting
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
