"""Measuring answers: what supports them, with their sources present and taken out."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from app.cli import application
from corpus.errors import InputError
from corpus.filters import Filters
from corpus.serialise import to_json
from corpus.store.store import Store
from corpus.types import Reply
from eval.answers.evaluate import MEASURES, AnswerEvaluation, AnswerSetup, evaluate_answers
from eval.answers.measures import (
    AskedQuestion,
    CheckedQuote,
    ask_all,
    auroc,
    calibrate,
    expected_error,
    reliability,
    risks,
)
from eval.data.questions import AnswerSpan, ReferenceQuestion, load_questions
from eval.report.answers import as_section, save_answer_report
from index.answers.answer import find_answer
from index.answers.confidence import load_confidence
from index.engine import Engine
from tests.fakes import HashEmbedder, parsed_reply
from tools import answers

TEXTS = {
    "lift": "加装电梯由业主自愿申请。\n每台电梯补贴24万元。",
    "canteen": "社区食堂的午餐每份12元。\n食堂周末照常开门。",
    "parking": "停车位夜间共享，每小时3元。",
}


def quiet(stage: str, done: int, total: int | None) -> None:
    pass


def fill(store: Store) -> None:
    for id, text in TEXTS.items():
        store.put(parsed_reply(text, f"/答复/{id}.txt", id), "h")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    home = tmp_path_factory.mktemp("资料夹")
    with (
        Store.open(home) as store,
        closing(Engine(home, store, HashEmbedder(dimension=256))) as opened,
    ):
        fill(store)
        opened.indexer.catch_up()
        yield opened


def write(path: Path, *rows: dict[str, Any] | str) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


# What supports an answer


def test_a_quote_supports_what_it_holds_whatever_its_spaces_and_width() -> None:
    question = ReferenceQuestion("1", "补贴多少", ("24 万元",), (), frozenset())
    reply = Reply("a", "每台补贴２４万元。竣工后拨付。", "/a.txt")
    assert question.is_supported(reply, 0, 9)
    assert not question.is_supported(reply, 9, 15)


def test_a_quote_supports_where_half_of_it_or_of_the_place_is_shared() -> None:
    question = ReferenceQuestion("1", "补贴多少", (), (AnswerSpan("a", 10, 20),), frozenset({"a"}))
    reply = Reply("a", "字" * 40, "/a.txt")
    assert question.is_supported(reply, 0, 40)
    assert question.is_supported(reply, 15, 25)
    assert not question.is_supported(reply, 16, 26)
    assert not question.is_supported(Reply("b", "字" * 40, "/b.txt"), 0, 40)


# Questions in a file


def test_questions_name_their_replies_by_id_or_file(engine: Engine, tmp_path: Path) -> None:
    path = write(
        tmp_path / "问题.jsonl",
        {
            "id": "q",
            "question": "电梯补贴多少",
            "relevant": [{"source": "lift", "quote": "补贴 24"}],
        },
        {"question": "午餐多少钱", "relevant": [{"source": "canteen.txt", "quote": "每份12元"}]},
        {"question": "停车多少钱", "answer": "3元"},
        {"question": "护照怎么办"},
    )
    first, second, third, fourth = load_questions(path, engine.store)
    assert (first.id, first.spans, first.sources) == ("q", (AnswerSpan("lift", 17, 21),), {"lift"})
    assert (second.id, second.sources) == ("2", {"canteen"})
    assert (third.answers, third.sources) == (("3元",), {"parking"})
    assert [q.answerable for q in (first, second, third, fourth)] == [True, True, True, False]


def test_all_lines_that_cannot_be_used_are_named(engine: Engine, tmp_path: Path) -> None:
    path = write(
        tmp_path / "问题.jsonl",
        "不是 JSON",
        {"question": " "},
        {"question": "问", "answers": "文字"},
        {"question": "问", "relevant": [{"source": "没有.txt", "quote": "文"}]},
        {"question": "问", "relevant": [{"source": "lift", "quote": "没有这一句"}]},
        {"question": "问", "relevant": ["lift"]},
        {"question": "问", "answer": "一千万元"},
        {"question": "问", "after": 7},
        "[" * 100_000,
    )
    with pytest.raises(InputError) as raised:
        load_questions(path, engine.store)
    message = str(raised.value)
    assert "9 处问题" in message
    for number in range(1, 10):
        assert f"第 {number} 行" in message
    assert "没有.txt" in message
    assert "没有这一句" in message


# Asking


def test_questions_are_asked_with_their_sources_and_without(engine: Engine) -> None:
    questions = [
        ReferenceQuestion("1", "每台电梯补贴多少元", ("24万元",), (), frozenset({"lift"})),
        ReferenceQuestion("2", "护照怎么办理", (), (), frozenset()),
    ]
    asked = list(ask_all(engine, load_confidence(), questions, quiet))
    assert [(a.question.id, a.removed, a.answerable) for a in asked] == [
        ("1", False, True),
        ("1", True, False),
        ("2", False, False),
    ]
    present, removed, _ = asked
    assert present.supported
    assert present.quotes[0].relevant
    assert all(quote.exact for each in asked for quote in each.quotes)
    assert not removed.supported
    assert "lift" not in {quote.reply_id for quote in removed.quotes}


def test_a_question_is_asked_after_the_one_that_it_leans_on(engine: Engine) -> None:
    leaning = ReferenceQuestion(
        "1", "多少钱", ("12元",), (), frozenset({"canteen"}), "食堂午餐怎么订"
    )
    alone = replace(leaning, after="")
    asked = ask_all(engine, load_confidence(), [leaning, alone], quiet)
    first, second = (each for each in asked if not each.removed)
    assert first.quotes[0].reply_id == "canteen"
    assert first.confidence > second.confidence


def test_a_reply_kept_away_is_as_one_that_is_not_there(tmp_path: Path) -> None:
    """But for the frequencies of terms, which here are the same without it."""
    homes = [tmp_path / "有", tmp_path / "没有"]
    found = []
    for home in homes:
        with (
            Store.open(home) as store,
            closing(Engine(home, store, HashEmbedder(dimension=256))) as engine,
        ):
            fill(store)
            if home is homes[0]:
                store.put(parsed_reply("鸬鹚翱翔。", "/四.txt", "other"), "h")
            engine.indexer.catch_up()
            filters = Filters(reply_ids=tuple(TEXTS))
            finding = find_answer(
                engine.retriever, load_confidence(), "食堂午餐多少钱，鸬鹚呢", filters
            )
            found.append(
                (
                    [ranked.reply_id for ranked in finding.ranked],
                    [(e.reply.id, e.start, e.end) for e in finding.excerpts],
                )
            )
    assert found[0] == found[1]
    assert found[0][0]


# Measures, by hand


def test_risk_is_the_share_of_wrong_answers_among_the_surest() -> None:
    confidence = np.array([0.9, 0.2, 0.8, 0.4])
    right = np.array([True, False, False, True])
    assert risks(confidence, right) == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])


def test_answers_of_equal_confidence_share_their_risk() -> None:
    right = np.array([True, False])
    assert risks(np.array([0.5, 0.5]), right) == pytest.approx([0.5, 0.5])
    assert risks(np.array([0.5, 0.5]), ~right) == pytest.approx([0.5, 0.5])


def test_auroc_is_the_chance_that_a_right_answer_is_surer() -> None:
    right = np.array([True, True, False, False])
    assert auroc(np.array([0.9, 0.3, 0.5, 0.1]), right) == pytest.approx(3 / 4)
    assert math.isnan(auroc(np.array([0.9, 0.3]), np.array([True, True])))


def test_calibration_error_is_the_mean_distance_of_confidence_and_truth() -> None:
    confidence = np.array([0.92, 0.98, 0.15, 1.0])
    right = np.array([True, False, False, True])
    low, high = reliability(confidence, right)
    assert (low.count, low.confidence, low.right) == (1, pytest.approx(0.15), 0)
    assert (high.count, high.low, high.high) == (3, 0.9, 1.0)
    assert high.confidence == pytest.approx(2.9 / 3)
    expected = (0.15 + 3 * (2.9 / 3 - 2 / 3)) / 4
    assert expected_error(confidence, right) == pytest.approx(expected)


def asked(confidence: float, supports: bool) -> AskedQuestion:
    question = ReferenceQuestion("1", "问", ("答",), (), frozenset({"a"}))
    return AskedQuestion(
        question, False, confidence, (CheckedQuote("a", "答", True, supports, True),)
    )


@pytest.mark.slow
def test_an_interval_holds_its_value() -> None:
    found = calibrate([asked(n / 40, n % 3 > 0) for n in range(40)])
    for mean in (found.auroc, found.aurc):
        assert mean.low <= mean.mean <= mean.high
    assert found.curve[-1] == (1.0, pytest.approx(14 / 40))


def test_where_all_is_right_there_is_nothing_to_tell_apart() -> None:
    found = calibrate([asked(0.5, True), asked(0.6, True)])
    assert math.isnan(found.auroc.mean)
    assert found.aurc.mean == 0


# Whole sets


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("阅读")
    write(
        folder / "corpus.jsonl", *({"_id": f"d/{id}", "text": text} for id, text in TEXTS.items())
    )
    write(
        folder / "queries.jsonl",
        {"_id": "1", "text": "每台电梯补贴多少元", "answers": ["24万元"]},
        {"_id": "2", "text": "社区食堂的午餐多少钱", "answers": ["12元", "12元"]},
        {"_id": "3", "text": "停车位夜间共享多少钱", "answers": ["3元"]},
    )
    (folder / "qrels").mkdir()
    rows = ["query-id\tcorpus-id\tscore", "1\td/lift\t1", "2\td/canteen\t1", "3\td/parking\t1"]
    write(folder / "qrels" / "test.tsv", *rows)
    return folder


@pytest.fixture(scope="module")
def evaluation(reading: Path) -> AnswerEvaluation:
    return evaluate_answers(reading, AnswerSetup(reading / "无", "bundled", threshold=0.0))


def test_a_reading_folder_is_measured(evaluation: AnswerEvaluation) -> None:
    assert (evaluation.questions, evaluation.unanswerable, evaluation.replies) == (3, 0, 3)
    means = {name: mean.mean for name, mean in evaluation.measures.items()}
    assert set(means) == set(MEASURES) - {"abstained"}  # no question is without an answer
    assert means["exact"] == means["any_quote"] == means["answered"] == 1
    assert means["abstained_removed"] == 0  # with a threshold of 0
    assert means["shown_supported"] == 1
    assert means["shown_supported_all"] == 0.5


def test_what_parts_do_for_answers_is_told_and_drawn(evaluation: AnswerEvaluation) -> None:
    wrong = [replace(each, quotes=()) for each in evaluation.asked]
    worse = replace(evaluation, asked=tuple(wrong))
    found = {"whole": evaluation, "without <it>": worse}
    table = answers.describe(found)
    assert "| one of 3 quotes supports it | 1.00 [1.00, 1.00] | 1.00 [1.00, 1.00] |" in table
    assert "without one: abstained" not in table
    assert table.count("\n| p of the difference |  | ") == 1
    picture = answers.draw(found)
    assert picture.count("<polyline") == 2
    assert "without &lt;it&gt;" in picture


def test_only_the_first_questions_are_asked(reading: Path) -> None:
    found = evaluate_answers(reading, AnswerSetup(reading / "无", "bundled", 0.5, limit=1))
    assert [(each.question.id, each.removed) for each in found.asked] == [("1", False), ("1", True)]


def test_a_report_says_it_all_and_asks_for_nothing(
    evaluation: AnswerEvaluation, tmp_path: Path
) -> None:
    save_answer_report(evaluation, tmp_path / "报告.html")
    page = (tmp_path / "报告.html").read_text("utf-8")
    assert as_section(evaluation).strip() in page
    assert "前 3 条引文中有一条能支持答案" in page
    assert "已抽去答复" in page
    assert page.count("<svg") == 2
    assert "http:" not in page
    assert "https:" not in page
    save_answer_report(evaluation, tmp_path / "报告.json")
    content = json.loads((tmp_path / "报告.json").read_text("utf-8"))
    assert content["measures"] == to_json(evaluation)["measures"]
    assert [row["question"] for row in content["asked"]][::2] == [
        "每台电梯补贴多少元",
        "社区食堂的午餐多少钱",
        "停车位夜间共享多少钱",
    ]
    with pytest.raises(InputError, match=r"\.html 或 \.json"):
        save_answer_report(evaluation, tmp_path / "报告.pdf")


def test_what_is_no_set_is_refused_saying_what_would_be(tmp_path: Path) -> None:
    setup = AnswerSetup(tmp_path / "家", "bundled", 0.5)
    with pytest.raises(InputError, match="没有这个文件或文件夹"):
        evaluate_answers(tmp_path / "没有", setup)
    with pytest.raises(InputError, match=r"questions\.jsonl"):
        evaluate_answers(tmp_path, setup)


def test_reading_questions_need_answers(reading: Path, tmp_path: Path) -> None:
    for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
        (tmp_path / "集" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "集" / name).write_bytes((reading / name).read_bytes())
    write(tmp_path / "集" / "queries.jsonl", *({"_id": n, "text": "问"} for n in "123"))
    with pytest.raises(InputError, match="answers"):
        evaluate_answers(tmp_path / "集", AnswerSetup(tmp_path, "bundled", 0.5))


# The command


def run(*words: str) -> Any:
    return CliRunner().invoke(application, ["eval", "answers", *words])


@pytest.mark.slow
def test_a_folder_of_replies_with_questions(tmp_path: Path) -> None:
    folder = tmp_path / "集"
    (folder / "replies").mkdir(parents=True)
    for id, text in TEXTS.items():
        (folder / "replies" / f"{id}.txt").write_text(text, "utf-8")
    write(
        folder / "questions.jsonl",
        {"question": "每台电梯补贴多少元", "relevant": [{"source": "lift.txt", "quote": "24万元"}]},
        {"question": "护照怎么办理", "answerable": False},
    )
    result = run(str(folder), "--json", "--home", str(tmp_path / "家"))
    assert result.exit_code == 0, result.output
    content = json.loads(result.stdout)
    assert (content["questions"], content["unanswerable"], content["replies"]) == (2, 1, 3)
    assert content["measures"]["any_quote"]["mean"] == 1
    assert not (tmp_path / "家").exists()


@pytest.mark.slow
def test_questions_to_the_library(tmp_path: Path) -> None:
    home, replies = tmp_path / "家", tmp_path / "答复"
    replies.mkdir()
    for id, text in TEXTS.items():
        (replies / f"{id}.txt").write_text(text, "utf-8")
    assert (
        CliRunner().invoke(application, ["ingest", str(replies), "--home", str(home)]).exit_code
        == 0
    )
    questions = write(tmp_path / "问题.jsonl", {"question": "午餐每份多少钱", "answer": "12元"})
    result = run(str(questions), "--home", str(home), "--out", str(tmp_path / "报告.html"))
    assert result.exit_code == 0, result.output
    assert "前 3 条引文中有一条能支持答案" in result.stdout
    assert "1 个问题" in result.stdout
    assert (tmp_path / "报告.html").is_file()
