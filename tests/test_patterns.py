"""Patterns of many words match what an alternation of them would, and are quick to skip."""

from __future__ import annotations

import re

import pytest

from corpus.personal.patterns import any_of


def test_common_beginnings_are_written_once() -> None:
    assert any_of(["租户", "租客", "房东"]) == "租[户客]|房东"


@pytest.mark.parametrize("words", [["办人", "办人员"], ["办人员", "办人"]])
def test_the_longest_word_matches(words: list[str]) -> None:
    match = re.match(any_of(words), "办人员王伟")
    assert match is not None
    assert match.group() == "办人员"


def test_characters_may_stand_apart() -> None:
    pattern = re.compile(any_of(["联系人", "联系人员", "联络员"], " {0,2}"))
    assert [m.group() for m in pattern.finditer("联 系 人，联络  员，联系人员，联   系人")] == [
        "联 系 人",
        "联络  员",
        "联系人员",
    ]
