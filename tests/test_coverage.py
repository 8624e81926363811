"""How much of a question a text says too, in the same words or in like ones."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from index.answers.question import Coverage, cover, find_tokens
from index.models.static import no_tokens
from index.text.language.language import Alternative

WORDS = {
    "食堂": (2.0, 0.0, 0.0),
    "晚饭": (0.0, 1.0, 0.0),
    "晚餐": (0.0, 0.8, 0.6),
    "几点": (0.0, 0.0, 1.0),
    "多少": (0.0, 0.0, 1.0),
    "开放": (0.0, 0.0, 1.0),
}


def vectors_of(text: str) -> tuple[list[tuple[int, int]], NDArray[np.float32]]:
    """Take a text apart into words of two characters."""
    places = [(n, n + 2) for n in range(0, len(text), 2)]
    rows = [WORDS.get(text[start:end], (0.0, 0.0, 0.0)) for start, end in places]
    return places, np.array(rows, np.float32).reshape(-1, 3)


def coverage(question: str, text: str) -> Coverage:
    return cover(find_tokens(question, vectors_of), text, vectors_of)


def test_what_makes_a_question_is_not_looked_for() -> None:
    asked = find_tokens("食堂晚饭几点", vectors_of)
    assert asked.tokens == ("食堂", "晚饭")
    assert asked.shares == pytest.approx([2 / 3, 1 / 3])


def test_the_same_words_cover_whole() -> None:
    assert coverage("食堂晚饭多少", "晚饭开放食堂") == Coverage(1.0, 0.0)


def test_a_like_word_covers_as_much_as_it_is_like() -> None:
    found = coverage("食堂晚饭", "食堂晚餐")
    assert found.covered == pytest.approx(2 / 3 + 0.8 / 3)
    assert found.missing == pytest.approx(0.2 / 3)


def test_another_way_to_say_a_word_covers_it_whole() -> None:
    others = {"晚饭": (Alternative("夜宵", 0.5),)}
    asked = find_tokens("食堂晚饭", vectors_of, others)
    assert cover(asked, "食堂夜宵", vectors_of) == Coverage(1.0, 0.0)
    assert cover(asked, "夜宵", vectors_of).covered == pytest.approx(1 / 3)


def test_one_word_of_a_question_covers_no_other() -> None:
    others = {"晚饭": (Alternative("食堂", 0.5),)}
    asked = find_tokens("食堂晚饭", vectors_of, others)
    assert cover(asked, "食堂", vectors_of).covered == pytest.approx(2 / 3)


def test_the_weightiest_word_is_missed_most() -> None:
    found = coverage("食堂晚饭", "晚饭开放")
    assert (found.covered, found.missing) == (pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_an_empty_text_covers_nothing() -> None:
    assert coverage("食堂", "") == Coverage(0.0, 1.0)


def test_a_question_that_says_nothing_is_not_covered() -> None:
    assert coverage("几点", "几点") == Coverage(0.0, 1.0)
    assert cover(find_tokens("食堂", no_tokens), "食堂", no_tokens) == Coverage(0.0, 1.0)
