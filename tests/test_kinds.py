"""Kinds of questions to fit on, and the fitting of term weights."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.training import importance
from eval.training.pairs import is_fusion_holdout, is_question_holdout
from eval.training.queries import Sample, load_query_sets
from index.ranking.importance import TRAITS

MATTERS = [
    "加装电梯",
    "公交线路",
    "社区食堂",
    "路灯照明",
    "垃圾分类",
    "噪声扰民",
    "停车收费",
    "学校招生",
    "医保报销",
]
SAMPLE = Sample(questions=50, documents=60, unseen=False)


def write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("数据")
    board: list[dict[str, object]] = [
        {
            "id": f"r{number}",
            "title": f"请问{matter}的问题",
            "question": "",
            "reply": f"{matter}已经列入今年的计划，由街道牵头办理，请放心。",
            "split": "dev" if number % 9 == 0 else "train",
        }
        for number, matter in enumerate(MATTERS * 4)
    ]
    write(folder / "board" / "replies.jsonl", board)
    web: list[dict[str, object]] = [
        {"query": matter, "title": f"{matter}{label}网", "label": label}
        for matter in MATTERS
        for label in (0, 1, 2)
    ]
    write(folder / "train" / "query_title.jsonl.gz", web)
    clauses = "".join(f"第{n}款由市人民政府对{m}作出规定；" for n, m in enumerate(MATTERS))
    write(folder / "train" / "law_articles.jsonl.gz", [{"text": clauses}, {"text": "附则。"}])
    return folder


def test_each_kind_has_its_questions_and_their_answers(data: Path) -> None:
    kinds = {kind.name: kind for kind in load_query_sets(data, SAMPLE)}

    assert list(kinds) == ["board titles", "web queries", "sentences of statutes"]
    web = kinds["web queries"]
    assert len(web.queries) == 9
    first = web.queries[0]
    assert sorted(web.documents[place] for place in first.answers) == [
        f"{first.text}1网",
        f"{first.text}2网",
    ]


def test_a_sentence_of_a_statute_is_cut_out_of_it(data: Path) -> None:
    statutes = load_query_sets(data, SAMPLE)[-1]

    (asked,) = statutes.queries
    (place,) = asked.answers
    assert asked.text not in statutes.documents[place]


def test_no_question_is_of_a_row_kept_for_measuring_or_known_to_the_encoder(data: Path) -> None:
    kinds = {kind.name: kind for kind in load_query_sets(data, Sample(50, 60, unseen=True))}

    held_out = [
        f"请问{matter}的问题"
        for number, matter in enumerate(MATTERS * 4)
        if number % 9 and is_fusion_holdout(f"r{number}")
    ]
    assert [question.text for question in kinds["board titles"].queries] == held_out
    asked = kinds["web queries"].queries if "web queries" in kinds else ()
    assert {question.text for question in asked} == set(filter(is_question_holdout, MATTERS))


def test_term_weights_are_fitted_on_all_kinds(data: Path) -> None:
    fitted = importance.fit(data)

    assert fitted.fitted_on == {
        "board titles": 32,
        "web queries": 9,
        "sentences of statutes": 1,
    }
    coefficients = fitted.coefficients
    assert tuple(coefficients) == TRAITS
    assert coefficients["norm"] > 0
