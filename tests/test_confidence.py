"""Fusion and confidence: probabilities that grow with the evidence, from a file that must fit."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Passage, Reply
from index.confidence import CONFIDENCE_FILE, EVIDENCE, Confidence, gather_evidence, load_confidence
from index.fuse import FEATURES, FUSION_FILE, Fusion, load_fusion
from index.quotes import Excerpt
from index.retrieve import Hit, RankedReply

REPLY = Reply("a", "加装电梯。", "/a.txt")
OTHER = Reply("b", "社区食堂。", "/b.txt")


def ranked(reply: Reply, score: float) -> RankedReply:
    passage = Passage(reply.id, 0, 5, reply.text)
    return RankedReply(reply.id, score, (Hit(1, passage, reply, score, 1.0, 0.5),))


def excerpt(reply: Reply) -> Excerpt:
    return Excerpt(reply, Passage(reply.id, 0, 5, reply.text), 0, 5, 3.0)


# Fusion


def test_probabilities_are_those_of_the_logistic_function() -> None:
    fusion = Fusion(-2.0, (1.0, 2.0, -4.0))
    features = np.array([[1.0, 0.5, 0.0], [1.0, 0.5, 1.0], [0.0, 1.0, 0.0]])
    assert fusion.logits(features) == pytest.approx([0.0, -4.0, 0.0])
    assert fusion.probabilities(features) == pytest.approx([0.5, 0.0179862, 0.5])


def test_no_candidates_have_no_probabilities() -> None:
    assert load_fusion().probabilities(np.zeros((0, len(FEATURES)))).shape == (0,)


RELATIVE = st.floats(0, 1)
COSINE = st.floats(-1, 1)


@given(RELATIVE, RELATIVE, COSINE, COSINE, st.sampled_from([0.0, 1.0]))
def test_what_is_better_in_both_legs_is_never_ranked_lower(
    one: float, other: float, near: float, far: float, elsewhere: float
) -> None:
    better = [max(one, other), max(near, far), elsewhere]
    worse = [min(one, other), min(near, far), elsewhere]
    first, second = load_fusion().probabilities(np.array([better, worse]))
    assert 0 < second <= first < 1


@given(RELATIVE, COSINE)
def test_another_districts_reply_is_less_probable(relative: float, cosine: float) -> None:
    here, there = load_fusion().probabilities(np.array([[relative, cosine, e] for e in (0.0, 1.0)]))
    assert there < here


# Confidence


def test_confidence_is_of_the_reply_that_is_quoted_first() -> None:
    replies = [ranked(OTHER, 0.9), ranked(REPLY, 0.2)]
    (evidence,) = gather_evidence(replies, [excerpt(REPLY), excerpt(OTHER)])
    assert evidence == pytest.approx(math.log(0.2 / 0.8))


def test_the_surest_scores_still_have_finite_evidence() -> None:
    for score in (0.0, 1.0):
        (evidence,) = gather_evidence([ranked(REPLY, score)], [excerpt(REPLY)])
        assert math.isfinite(evidence)
        assert 0 <= load_confidence().estimate([evidence]) <= 1


def test_confidence_is_that_of_the_logistic_function() -> None:
    assert Confidence(0.0, (1.0,)).estimate([math.log(3)]) == pytest.approx(0.75)
    assert Confidence(1.0, (2.0,)).estimate([-0.5]) == pytest.approx(0.5)
    assert Confidence(0.0, (1.0,)).estimate([1e9]) == pytest.approx(1.0)


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_a_better_score_never_gives_less_confidence(one: float, other: float) -> None:
    confidence = load_confidence()
    low, high = (
        confidence.estimate(gather_evidence([ranked(REPLY, score)], [excerpt(REPLY)]))
        for score in sorted([one, other])
    )
    assert 0 < low <= high < 1


# The file


def test_the_bundled_files_hold_what_the_program_expects() -> None:
    content = json.loads(FUSION_FILE.read_text("utf-8"))
    assert tuple(content["coefficients"]) == FEATURES
    confidence = json.loads(CONFIDENCE_FILE.read_text("utf-8"))
    assert tuple(confidence["coefficients"]) == EVIDENCE
    weights = dict(zip(FEATURES, load_fusion().coefficients, strict=True))
    assert weights["lexical_relative"] > 0
    assert weights["cosine"] > 0
    assert weights["elsewhere"] < 0


def test_a_file_with_other_features_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fusion.json"
    other = {"intercept": 0, "coefficients": {"cosine": 1, "lexical_relative": 1}}
    path.write_text(json.dumps(other), "utf-8")
    with pytest.raises(ValueError, match="cosine"):
        load_fusion(path)
    with pytest.raises(ValueError, match="cosine"):
        load_confidence(path)
