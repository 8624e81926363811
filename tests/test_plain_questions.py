"""Questions in people's own words: their form, their halves, the quotes that answer them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpus.parse import parse
from corpus.progress import say_nothing
from corpus.readers import iter_documents, iter_paths
from corpus.store.store import Store
from corpus.types import Document
from eval.data.questions import load_questions
from eval.sets import JudgedSource, open_judged
from tools.board_questions import QUESTIONS as BOARD
from tools.board_questions import iter_quoted
from tools.make_samples import REPLIES
from tools.sample_questions import PLAIN_QUESTIONS, QUESTIONS, find_faults_in_kind

FILES = {"p": PLAIN_QUESTIONS, "b": BOARD}


def read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def fill(store: Store, folder: Path) -> None:
    for path in iter_paths([folder]):
        assert isinstance(path, Path)
        documents = [found for found in iter_documents(path) if isinstance(found, Document)]
        store.put_file(path.as_posix(), None, list(map(parse, documents)))


@pytest.mark.parametrize("letter", FILES)
def test_ids_count_up_and_decide_the_halves(letter: str) -> None:
    questions = read(FILES[letter])
    assert [q["id"] for q in questions] == [
        f"{letter}{number:03}" for number in range(1, len(questions) + 1)
    ]
    for question in questions:
        number = int(hashlib.sha256(question["id"].encode()).hexdigest(), 16)
        assert question["half"] == ("open", "kept")[number % 2], question["id"]


@pytest.mark.parametrize("letter", FILES)
def test_kinds_and_misses_are_of_the_documented_ones(letter: str) -> None:
    for question in read(FILES[letter]):
        assert list(find_faults_in_kind(question)) == [], question["id"]
        assert question["answerable"] == bool(question["relevant"])


def test_no_question_is_asked_twice() -> None:
    asked = Counter(
        (q["question"], q.get("after")) for path in (QUESTIONS, *FILES.values()) for q in read(path)
    )
    assert asked.most_common(1)[0][1] == 1


def test_quotes_stand_in_the_sample_replies(tmp_path: Path) -> None:
    """What is quoted is found where `dafu ingest` put it, and holds the answer."""
    with Store.open(tmp_path) as store:
        fill(store, REPLIES)
        loaded = load_questions(PLAIN_QUESTIONS, store)
    rows = read(PLAIN_QUESTIONS)
    assert [question.id for question in loaded] == [row["id"] for row in rows]
    for question, row in zip(loaded, rows, strict=True):
        assert question.answerable == row["answerable"]
        assert question.after == row.get("after", "")
        assert len(question.spans) == len(row["relevant"]), row["id"]
        assert not row["answerable"] or any(
            row["answer"] in entry["quote"] for entry in row["relevant"]
        )


def test_a_follow_up_is_searched_with_the_matter_of_the_question_before(tmp_path: Path) -> None:
    rows = [row for row in read(PLAIN_QUESTIONS) if row["id"] == "p060"]
    (tmp_path / "replies").symlink_to(REPLIES)
    write(tmp_path / "questions.jsonl", rows)
    with open_judged(JudgedSource(tmp_path, Path()), "bundled", say_nothing) as (_, judged):
        assert judged.queries == {"p060": "地铁4号线，鹭港有站吗"}


def test_the_boards_text_is_not_in_the_repository() -> None:
    for question in read(BOARD):
        assert "answer" not in question
        assert all(place.keys() == {"source", "start", "end"} for place in question["relevant"])


def test_places_on_the_board_are_answers_in_its_training_rows(data: Path, tmp_path: Path) -> None:
    board = data / "board" / "replies.jsonl"
    named = {place["source"] for question in read(BOARD) for place in question["relevant"]}
    questions = list(iter_quoted(board))
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / board.name, [row for row in read(board) if row["id"] in named])
    with Store.open(tmp_path / "home") as store:
        fill(store, tmp_path / "in")
        loaded = load_questions(write(tmp_path / "questions.jsonl", questions), store)
    for question, row in zip(loaded, questions, strict=True):
        assert len(question.spans) == len(row["relevant"]), row["id"]
        assert question.answerable == row["answerable"]
        for span, entry in zip(question.spans, row["relevant"], strict=True):
            assert 8 <= span.end - span.start <= 160, entry["quote"]
