"""Fusion and confidence: probabilities that grow with the evidence, from a file that must fit."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Passage, Reply
from index.answers.confidence import (
    CONFIDENCE_FILE,
    ENCODED_EVIDENCE,
    EVIDENCE,
    READ_EVIDENCE,
    Confidence,
    gather_evidence,
    load_confidence,
)
from index.answers.question import Coverage, Question
from index.answers.quotes import Excerpt
from index.models.static import Vectors
from index.ranking.fuse import (
    ENCODED,
    FEATURES,
    FUSION_FILE,
    LEAST,
    Fusion,
    load_fusion,
    log_odds,
    make_features,
    shortness,
)
from index.ranking.hits import Hit, RankedReply
from tests.fakes import query_of

REPLY = Reply("a", "加装电梯。", "/a.txt")
OTHER = Reply("b", "社区食堂。", "/b.txt")


def ranked(reply: Reply, score: float) -> RankedReply:
    passage = Passage(reply.id, 0, 5, reply.text)
    return RankedReply(reply.id, score, (Hit(1, passage, reply, score, 1.0, 0.5),))


def excerpt(reply: Reply) -> Excerpt:
    return Excerpt(reply, Passage(reply.id, 0, 5, reply.text), 0, 5, 3.0)


# Fusion


def test_probabilities_are_those_of_the_logistic_function() -> None:
    fusion = Fusion(-2.0, (1.0, 2.0, 0.0, -4.0, 1.0))
    features = np.array(
        [[1.0, 0.5, 0.7, 0.0, 0.0], [1.0, 0.5, 0.7, 1.0, 0.0], [0.0, 0.5, 0.7, 0.0, 1.0]]
    )
    assert fusion.logits(features) == pytest.approx([0.0, -4.0, 0.0])
    assert fusion.probabilities(features) == pytest.approx([0.5, 0.0179862, 0.5])


def test_no_candidates_have_no_probabilities() -> None:
    assert load_fusion().probabilities(np.zeros((0, len(FEATURES)))).shape == (0,)


RELATIVE = st.floats(0, 1)
COSINE = st.floats(-1, 1)
SHORT = st.floats(0, 1)


@given(RELATIVE, RELATIVE, COSINE, COSINE, st.sampled_from([0.0, 1.0]), SHORT)
def test_what_is_better_in_both_legs_is_never_ranked_lower(
    one: float, other: float, near: float, far: float, elsewhere: float, short: float
) -> None:
    near, far = max(near, far), min(near, far)
    better = [max(one, other), near, 0.0, elsewhere, short * near]
    worse = [min(one, other), far, 0.0, elsewhere, short * far]
    first, second = load_fusion().probabilities(np.array([better, worse]))
    assert 0 < second <= first < 1


def test_queries_are_the_shorter_the_fewer_terms_they_have() -> None:
    assert [round(shortness(n), 3) for n in (0, 8, 49, 300, 5000)] == [1, 1, 0.5, 0, 0]


def test_bm25_counts_as_a_share_of_the_best_and_cosines_less_in_long_queries() -> None:
    lexical, cosine = np.array([0.4, 0.2]), np.array([0.5, -0.25])
    phrases, elsewhere = np.array([0.3, 0.0]), np.array([0.0, 1.0])
    features = make_features(lexical, cosine, 49, phrases, elsewhere)
    known = features[:, : len(FEATURES)].round(3).tolist()
    assert np.isnan(features[:, len(FEATURES) :]).all()
    assert known == [[1, 0.5, 0.3, 0, 0.25], [0.5, -0.25, 0, 1, -0.125]]
    assert make_features(0 * lexical, cosine, 49)[:, 0].tolist() == [0, 0]


@given(RELATIVE, COSINE)
def test_another_districts_reply_is_less_probable(relative: float, cosine: float) -> None:
    here, there = load_fusion().probabilities(
        np.array([[relative, cosine, 0.0, e, cosine] for e in (0.0, 1.0)])
    )
    assert there < here


# Confidence


def _nowhere(texts: Sequence[str]) -> Vectors:
    return np.zeros(len(texts), np.float32)


def evidence_of(
    ranked_replies: list[RankedReply], best: Excerpt, question: str = "加装电梯"
) -> dict[str, float]:
    def cover(text: str) -> Coverage:
        found = sum(character in text for character in question) / len(question)
        return Coverage(found, 1 - found)

    asked = Question(query_of(question), 0.5, (), _nowhere, cover)
    values = gather_evidence(asked, ranked_replies, best, elsewhere=best.reply is OTHER)
    return dict(zip(READ_EVIDENCE, values, strict=True))


def test_evidence_is_of_the_excerpt_and_of_its_reply() -> None:
    replies = [ranked(OTHER, 0.9), ranked(REPLY, 0.5)]
    found = evidence_of(replies, excerpt(REPLY))
    assert (found["sentence"], found["covered"], found["missing"]) == (3.0, 1.0, 0.0)
    other = evidence_of(replies, excerpt(OTHER))
    assert (other["covered"], other["missing"]) == (0.0, 1.0)
    assert (found["elsewhere"], other["elsewhere"]) == (0.0, 1.0)


def test_other_replies_are_those_after_the_best() -> None:
    replies = [ranked(REPLY, 0.9), ranked(OTHER, 0.5), ranked(OTHER, 0.5)]
    assert evidence_of(replies, excerpt(REPLY))["others"] == pytest.approx(0.0)
    assert evidence_of(replies[:1], excerpt(REPLY))["others"] == LEAST


LINE = Reply("c", "地铁4号线明年通车。票价另行公布，不高于3元。", "/c.txt")


def line(start: int, end: int) -> dict[str, dict[str, float]]:
    """Return the evidence of one quote of a reply, for several questions."""
    best = Excerpt(LINE, Passage(LINE.id, 0, len(LINE.text), LINE.text), start, end, 3.0)
    questions = ("地铁4号线何时通车", "地铁5号线通车了吗", "地铁4号线票价多少钱")
    return {question: evidence_of([ranked(LINE, 0.9)], best, question) for question in questions}


def test_a_number_that_the_question_names_must_stand_in_the_reply() -> None:
    found = line(0, 10)
    assert found["地铁4号线何时通车"]["number"] == 0.0
    assert found["地铁5号线通车了吗"]["number"] == 0.5  # as much as the question is short


def test_the_kind_of_words_that_is_asked_for_must_stand_in_the_quote() -> None:
    assert line(0, 10)["地铁4号线票价多少钱"]["kind"] == 0.5
    assert line(10, len(LINE.text))["地铁4号线票价多少钱"]["kind"] == 0.0
    assert line(0, 10)["地铁5号线通车了吗"]["kind"] == 0.0


def test_log_odds_are_finite() -> None:
    assert log_odds(0.75) == pytest.approx(math.log(3))
    assert log_odds(0.0) == pytest.approx(LEAST)
    assert log_odds(1.0) == pytest.approx(-LEAST)


def test_confidence_is_that_of_the_logistic_function() -> None:
    assert Confidence(0.0, (1.0,)).estimate([math.log(3)]) == pytest.approx(0.75)
    assert Confidence(1.0, (2.0,)).estimate([-0.5]) == pytest.approx(0.5)
    assert Confidence(0.0, (1.0,)).estimate([1e9]) == pytest.approx(1.0)


def test_more_evidence_gives_more_confidence() -> None:
    """Coefficients that say otherwise would be chance, and hard to explain."""
    confidence = load_confidence()
    assert confidence.encoded
    assert confidence.read
    for names, part in (
        (EVIDENCE, confidence),
        (ENCODED_EVIDENCE, confidence.encoded),
        (READ_EVIDENCE, confidence.read),
    ):
        weights = dict(zip(names, part.coefficients, strict=True))
        speaking_for = {name for name, weight in weights.items() if weight > 0}
        assert speaking_for == {"sentence", "covered", "meaning", "answers"} & set(names)


def test_with_an_encoder_another_regression_judges() -> None:
    plain = tuple(0.0 for _ in EVIDENCE)
    both = Confidence(-1.0, plain, Confidence(0.0, (*plain, 2.0)))
    known = [0.0] * len(EVIDENCE)
    assert both.estimate([*known, math.log(3) / 2]) == pytest.approx(0.75)
    without = Confidence(-1.0, plain).estimate(known)
    assert both.estimate([*known, math.nan]) == both.estimate(known) == pytest.approx(without)


def test_with_a_reader_too_a_third_judges() -> None:
    plain = tuple(0.0 for _ in EVIDENCE)
    encoded, read = Confidence(0.0, (*plain, 2.0)), Confidence(0.0, (*plain, 0.0, 1.0))
    every = Confidence(-1.0, plain, encoded, read)
    known = [*(0.0 for _ in EVIDENCE), 0.0]
    assert every.estimate([*known, math.log(3)]) == pytest.approx(0.75)
    assert every.estimate([*known, math.nan]) == every.estimate(known) == pytest.approx(0.5)


# The file


def test_the_bundled_files_hold_what_the_program_expects() -> None:
    content = json.loads(FUSION_FILE.read_text("utf-8"))
    assert tuple(content["coefficients"]) == FEATURES
    confidence = json.loads(CONFIDENCE_FILE.read_text("utf-8"))
    assert tuple(confidence["coefficients"]) == EVIDENCE
    fusion = load_fusion()
    assert fusion.encoded
    for names, part in (FEATURES, fusion), (ENCODED, fusion.encoded):
        weights = dict(zip(names, part.coefficients, strict=True))
        assert weights.pop("elsewhere") < 0
        assert all(weight >= 0 for weight in weights.values())
        assert weights["lexical_relative"] > 0


def test_a_file_with_other_features_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fusion.json"
    other = {"intercept": 0, "coefficients": {"cosine": 1, "lexical_relative": 1}}
    path.write_text(json.dumps(other), "utf-8")
    with pytest.raises(ValueError, match="cosine"):
        load_fusion(path)
    with pytest.raises(ValueError, match="cosine"):
        load_confidence(path)
