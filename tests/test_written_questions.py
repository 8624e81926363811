"""Questions written about real texts: their form, and that no set shares a text with another."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from eval.training.encoder.pack import QUESTIONS
from eval.training.encoder.sources import load_barred
from eval.training.pairs import is_fusion_holdout
from eval.training.plain.questions import FOLDER, HELD, KEPT, LEARNED, digest, read_plain
from eval.training.reader.asked import Kind
from eval.training.reader.sources import SOURCES

FILES = (LEARNED, HELD, KEPT)
REGISTERS = {
    "colloquial", "plain", "keywords", "how-to", "yes or no", "official", "misspelt", "dialect",
    "English", "traditional", "pair", "met", "almost",
}  # fmt: skip


def rows(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / file).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("file", FILES)
def test_each_question_names_its_text_and_where_that_answers(file: str) -> None:
    found = rows(file)
    assert len({row["id"] for row in found}) == len(found)
    for row in found:
        assert row["question"] == row["question"].strip() != ""
        assert row["register"] in REGISTERS
        start, end = row["part"]
        places = [0, *(place for answer in row["answers"] for place in answer)]
        assert places == sorted(places), row["id"]
        assert all(start <= first < last <= end for first, last in row["answers"]), row["id"]
    some = sum(bool(row["answers"]) for row in found)
    assert 0.5 < some / len(found) < 0.8


def test_no_text_is_in_two_sets() -> None:
    texts = {file: {row["text"] for row in rows(file)} for file in (LEARNED, HELD)}
    assert not texts[LEARNED] & texts[HELD]
    texts[KEPT] = {row["text"] for row in rows(KEPT)}
    for one, other in combinations(FILES, 2):
        assert not texts[one] & texts[other], (one, other)


def test_what_is_held_is_kept_from_the_models_and_what_is_asked_elsewhere_from_all() -> None:
    barred = load_barred(QUESTIONS)
    for file in FILES:
        for row in rows(file):
            kind, _, name = row["text"].partition(":")
            if kind == "board":
                assert is_fusion_holdout(name) == (file != LEARNED)
                assert name not in barred


@pytest.mark.parametrize("file", FILES)
def test_all_texts_are_there_and_answer_in_whole_sentences(file: str, data: Path) -> None:
    for one in read_plain(file, data):
        assert one.part[1] <= len(one.text)
        for start, end in one.answers:
            assert one.text[start:end].strip() == one.text[start:end] != ""


def test_what_else_answers_a_held_question_is_named_by_its_place(data: Path) -> None:
    named = {row["id"]: row.get("also", []) for row in rows(HELD)}
    also = {one.id: one.also for one in read_plain(HELD, data) if one.also}
    assert len(also) > 100
    assert {id: len(texts) for id, texts in also.items()} == {
        id: len(places) for id, places in named.items() if places
    }
    assert all(text.strip() for texts in also.values() for text in texts)


def test_a_reader_is_asked_about_the_part_that_was_read(data: Path) -> None:
    plain = next(source for source in SOURCES if source.name == "plain")
    asked = list(plain.read(data, frozenset()))
    assert {one.kind for one in asked} == {Kind.ANSWERED, Kind.UNSAID}
    for one, row in zip(asked, rows(LEARNED), strict=True):
        assert one.question == row["question"]
        assert (one.kind is Kind.ANSWERED) == bool(one.answers) == bool(row["answers"])
        assert len(one.text) == row["part"][1] - row["part"][0]


def test_a_text_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "board").mkdir()
    (tmp_path / "board" / "replies.jsonl").write_text("", "utf-8")
    with pytest.raises(LookupError, match="board:"):
        list(read_plain(KEPT, tmp_path))


def test_a_text_without_a_name_is_told_by_what_it_says() -> None:
    assert digest("答复") == digest("答复") != digest("答覆")
    assert len(digest("答复")) == 16
