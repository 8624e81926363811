"""Factors of query terms, from the lengths of the bundled model's vectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.models.static import BUNDLED_MODEL, StaticEmbedder
from index.ranking.importance import TRAITS, Importance, describe_terms, load_importance
from index.ranking.match import QueryTerms


def norms(text: str) -> list[tuple[int, int, float]]:
    """请问 counts 1, 电梯 4, each where it stands; everything else is unknown."""
    found = []
    for word, norm in (("请问", 1.0), ("电梯", 4.0)):
        place = text.find(word)
        if place >= 0:
            found.append((place, place + 2, norm))
    return found


def only(**coefficients: float) -> Importance:
    return Importance(tuple(coefficients.get(name, 0.0) for name in TRAITS))


def test_factors_follow_the_lengths_of_vectors_and_keep_the_sum_of_weights() -> None:
    # Over the four known characters the mean is (1 + 1 + 4 + 4) / 4 = 2.5.
    weights = dict.fromkeys(["请问", "问电", "电梯"], 2.0)

    factors = only(norm=1.0).factors("请问电梯", weights, norms)

    assert factors == pytest.approx({"请问": 0.4, "问电": 1.0, "电梯": 1.6})
    assert sum(2.0 * factor for factor in factors.values()) == pytest.approx(6.0)


def test_traits_of_terms() -> None:
    traits = describe_terms("电梯电梯app", {"电梯": 1.0, "梯电": 1.0, "app": 0.95}, norms)

    by_name = dict(zip(TRAITS, traits.T.round(3).tolist(), strict=True))
    assert by_name["repeated"] == [0.693, 0.0, 0.0]
    assert by_name["within_token"] == [1.0, 0.0, 0.0]
    assert by_name["latin"] == [0.0, 0.0, 1.0]
    assert by_name["rarity"] == [0.049, 0.049, 0.0]


def test_terms_of_unknown_characters_count_as_before() -> None:
    assert only(norm=1.0).factors("某某", {"某某": 3.0}, norms) == {"某某": 1.0}
    assert only(norm=1.0).factors("", {}, norms) == {}


def test_times_multiplies_weights_and_their_total() -> None:
    query = QueryTerms({"电梯": 2.0, "请问": 1.0}, 3.0, 1.2)

    assert query.times({"电梯": 3.0}) == QueryTerms({"电梯": 6.0, "请问": 1.0}, 7.0, 1.2)


def test_the_bundled_model_has_learned_what_matters() -> None:
    model = StaticEmbedder(BUNDLED_MODEL)
    weights = dict.fromkeys(["请问", "电梯", "怎么"], 3.0)

    factors = load_importance().factors("请问电梯怎么申请", weights, model.token_norms)

    assert factors["电梯"] > factors["请问"]
    assert factors["电梯"] > factors["怎么"]


def test_coefficients_of_other_traits_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "importance.json"
    path.write_text(json.dumps({"coefficients": {"norm": 1.0}}), "utf-8")

    with pytest.raises(ValueError, match="norm"):
        load_importance(path)
