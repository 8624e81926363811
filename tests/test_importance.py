"""Factors of query terms, from the lengths of the bundled model's vectors."""

from __future__ import annotations

import pytest

from index.embed import BUNDLED_MODEL, StaticEmbedder
from index.importance import weigh_terms
from index.score import QueryTerms


def norms(text: str) -> list[tuple[int, int, float]]:
    """请问 counts 1, 电梯 4, each where it stands; everything else is unknown."""
    found = []
    for word, norm in (("请问", 1.0), ("电梯", 4.0)):
        place = text.find(word)
        if place >= 0:
            found.append((place, place + 2, norm))
    return found


def test_factors_are_square_roots_of_lengths_over_their_mean() -> None:
    # Over the four known characters the mean is (1 + 1 + 4 + 4) / 4 = 2.5.
    factors = weigh_terms("请问电梯", ["请问", "问电", "电梯"], norms)

    assert factors == pytest.approx(
        {"请问": (1 / 2.5) ** 0.5, "问电": 1.0, "电梯": (4 / 2.5) ** 0.5}
    )


def test_terms_of_unknown_characters_count_as_before() -> None:
    assert weigh_terms("某某", ["某某"], norms) == {"某某": 1.0}
    assert weigh_terms("请问某某", ["某某"], norms) == {"某某": 1.0}


def test_times_multiplies_weights_and_their_total() -> None:
    query = QueryTerms({"电梯": 2.0, "请问": 1.0}, 3.0, 1.2)

    assert query.times({"电梯": 3.0}) == QueryTerms({"电梯": 6.0, "请问": 1.0}, 7.0, 1.2)


def test_the_bundled_model_has_learned_what_matters() -> None:
    model = StaticEmbedder(BUNDLED_MODEL)

    factors = weigh_terms("请问电梯怎么申请", ["请问", "电梯", "怎么"], model.token_norms)

    assert factors["电梯"] > factors["请问"]
    assert factors["电梯"] > factors["怎么"]
