"""Fitting the fusion on a few rows: finite, positive weights, and no row kept for measuring."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.types import Reply
from eval.training import confidence, fusion
from eval.training.examples import (
    EVERY,
    MEASURED,
    AnsweredQuery,
    Case,
    collect_examples,
    cut_answers,
    quotes_sentence,
)
from eval.training.pairs import is_fusion_holdout
from index.answers.confidence import EVIDENCE
from index.answers.quotes import Excerpt
from index.learned import Regression, load_regression, save_regression
from index.ranking.fuse import FEATURES, load_fusion
from tests.fakes import parsed_reply

pytestmark = pytest.mark.slow

NAMES = """
    加装电梯 公交线路 社区食堂 路灯照明 垃圾分类 噪声扰民 停车收费 学校招生 医保报销 口袋公园
    共享单车 燃气管道 自来水压 小区绿化 快递柜子 养老床位 托育补贴 充电桩位 违章搭建 河道清淤
    宽带安装 物业收费 菜场改造 消防通道 公厕开放 广场舞声 幼儿入园 户口迁移 公积金贷 地铁换乘
"""
MATTERS = NAMES.split()


def row(number: int, matter: str, split: str = "train") -> dict[str, str]:
    return {
        "id": f"r{number}",
        "title": f"关于{matter}的问题",
        "question": f"我们小区的{matter}一直没有人管，请问什么时候能解决？",
        "reply": f"经核实，{matter}已经列入今年的计划，由街道牵头，年底以前完成第{number}批。",
        "split": split,
    }


def write_board(data: Path, rows: list[dict[str, str]]) -> Path:
    (data / "board").mkdir(parents=True)
    lines = [json.dumps(entry, ensure_ascii=False) + "\n" for entry in rows]
    (data / "board" / "replies.jsonl").write_text("".join(lines), "utf-8")
    return data


def train_rows() -> list[dict[str, str]]:
    return [row(number, matter) for number, matter in enumerate(MATTERS)]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Regression:
    return fusion.fit(write_board(tmp_path_factory.mktemp("数据"), train_rows()))


def test_both_legs_get_a_positive_weight(learned: Regression) -> None:
    weights = learned.coefficients
    assert tuple(weights) == FEATURES
    assert weights["lexical_relative"] > 0
    assert weights["cosine"] > 0
    assert weights["elsewhere"] == fusion.ELSEWHERE < 0


def test_all_numbers_are_finite_and_can_be_loaded(learned: Regression, tmp_path: Path) -> None:
    assert all(map(math.isfinite, (learned.intercept or math.nan, *learned.values)))
    path = tmp_path / "fusion.json"
    save_regression(learned, path)
    found = load_fusion(path)
    assert (found.intercept, found.coefficients) == (learned.intercept, learned.values)
    assert load_regression(path, FEATURES) == learned


def test_what_it_was_fitted_on_is_told(learned: Regression) -> None:
    held_out = [r for r in train_rows() if is_fusion_holdout(r["id"])]
    assert 3 < len(held_out) < 15
    assert learned.fitted_on == dict.fromkeys(["board titles", "board messages"], len(held_out))


def test_rows_kept_for_measuring_change_nothing(learned: Regression, tmp_path: Path) -> None:
    kept = [row(100 + number, matter, "dev") for number, matter in enumerate(MATTERS)]
    assert fusion.fit(write_board(tmp_path / "数据", train_rows() + kept)) == learned


# Confidence


def test_confidence_is_fitted_on_questions_with_their_replies_and_without(tmp_path: Path) -> None:
    data = write_board(tmp_path / "数据", train_rows())
    board = collect_examples(data)
    assert set(board) == {"the board"}
    assert {example.case for example in board["the board"]} == {Case.THERE, Case.AWAY}
    assert not any(e.right for e in board["the board"] if e.case is Case.AWAY)

    write_reading(data / "reading" / "cmrc2018", MEASURED + EVERY + 1)
    sets = collect_examples(data)
    assert [e.case for e in sets["CMRC 2018"]].count(Case.THERE) == 2
    assert [e.right for e in sets["CMRC 2018"] if e.case is Case.CUT] == [False]

    fitted = confidence.fit(sets)
    assert tuple(fitted.coefficients) == EVIDENCE
    assert all(map(math.isfinite, fitted.values))
    assert str(fitted.fitted_on).endswith("questions of the board, 2 questions of CMRC 2018")


def test_a_right_answer_is_told_from_what_is_quoted_without_its_reply(tmp_path: Path) -> None:
    sets = collect_examples(write_board(tmp_path / "数据", train_rows()))
    sure = confidence.estimate(sets, confidence.learned(EVIDENCE))["the board"]
    assert all(0 <= each <= 1 for each in sure)
    measured = confidence.measure(sets["the board"], sure)
    assert list(measured) == [Case.AWAY]
    assert 0.5 < measured[Case.AWAY] <= 1.0


def test_a_sentence_is_quoted_without_the_formula_that_it_begins_with() -> None:
    sentence = "现将有关情况回复如下：根据规定，直系亲属之间的赠予，不受限购政策限制。"
    reply = parsed_reply(f"{sentence}请您咨询窗口。", id="一").reply
    (passage,) = parsed_reply(reply.text).passages
    asked = AnsweredQuery("送给儿子的房子算限购吗", "一", (sentence,))

    def quoted(words: str, of: Reply = reply) -> bool:
        start = of.text.index(words)
        excerpt = Excerpt(of, passage, start, start + len(words), 0.0)
        return quotes_sentence(asked, [excerpt])

    assert quoted("根据规定，直系亲属之间的赠予，不受限购政策限制。")
    assert not quoted("请您咨询窗口。")
    assert not quoted("根据规定，直系亲属", replace(reply, id="二"))


def test_the_sentences_that_answer_are_cut_out() -> None:
    text = "江豚生活在长 江。江豚是哺乳动物。\n长江长6300公里。"
    assert cut_answers(text, ["长江"]) == "江豚是哺乳动物。\n"
    assert cut_answers(text, ["6300公里", "哺乳"]) == "江豚生活在长 江。\n"
    assert cut_answers(text, ["黄河"]) == text


def write_reading(folder: Path, questions: int) -> None:
    """Write one document, and so many questions to it."""
    (folder / "qrels").mkdir(parents=True)
    document = {"_id": "d/1", "title": "江豚", "text": "江豚生活在长江。江豚是哺乳动物。"}
    (folder / "corpus.jsonl").write_text(json.dumps(document), "utf-8")
    rows = [{"_id": f"q{n}", "text": "江豚住哪", "answers": ["长江"]} for n in range(questions)]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    lines = ["query-id\tcorpus-id\tscore", *(f"q{n}\td/1\t1" for n in range(questions))]
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines), "utf-8")
