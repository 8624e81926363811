"""Test sets made of a library: what is asked, what is cut out, and that they can be measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import application
from corpus.errors import InputError
from corpus.parse import parse_text
from corpus.store import Store
from eval.files.beir import load_beir
from eval.ranking.evaluate import Setup, evaluate_folder
from eval.testsets.library import make_test_set

PARK = """对市政协三届二次会议第0012号提案的答复

王小明委员：

您提出的《关于增设河滨公园夜间照明的提案》收悉，现答复如下：

一、关于照明的改造
今年已在步道两侧安装灯杆六十根。围绕关于增设河滨公园
夜间照明的提案，还将增加巡查。

二、下一步打算
明年延长亮灯时间到晚上十点。
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A proposal's reply, and two messages of the same title with a question each."""
    home = tmp_path / "home"
    replies = [parse_text("提案", PARK)]
    for number, (question, text) in enumerate(
        (
            ("我家三天没有水，请打13912345678。", "您好！东桥泵站正在检修，周五恢复供水。"),
            ("西街什么时候来水？", "您好！您问西街什么时候来水？西街水管爆裂，今晚修好。"),
        )
    ):
        columns = (("id", f"m{number}"), ("title", "小区停水"), ("question", question))
        replies.append(parse_text(f"留言{number}", text, columns))
    with Store.open(home) as store:
        store.put_file("all", None, replies)
    return home


def test_titles_and_questions_ask_for_their_replies(home: Path, tmp_path: Path) -> None:
    with Store.open(home) as store:
        made = make_test_set(store, tmp_path / "set")
        (park,) = set(store.reply_ids()) - {"m0", "m1"}
    assert (made.documents, made.titles, made.questions, made.empty) == (3, 2, 2, 0)
    loaded = load_beir(tmp_path / "set")
    assert loaded.qrels == {
        f"title-{park}": {park: 1},
        "title-m0": {"m0": 1, "m1": 1},
        "question-m0": {"m0": 1},
        "question-m1": {"m1": 1},
    }
    assert loaded.queries["title-m0"] == "小区停水"
    assert loaded.queries["question-m0"] == "我家三天没有水，请打＊＊＊＊＊＊＊＊＊＊＊。"
    assert set(load_beir(tmp_path / "set", "question").qrels) == {"question-m0", "question-m1"}
    assert "3 份答复" in (tmp_path / "set" / "README.md").read_text(encoding="utf-8")


def test_documents_do_not_restate_what_is_asked(home: Path, tmp_path: Path) -> None:
    with Store.open(home) as store:
        make_test_set(store, tmp_path / "set")
    documents = {each.id: each for each in load_beir(tmp_path / "set").documents}
    assert {each.title for each in documents.values()} == {""}
    assert "什么时候来水" not in documents["m1"].text
    assert "西街水管爆裂，今晚修好。" in documents["m1"].text
    (park,) = (each.text for id, each in documents.items() if id not in ("m0", "m1"))
    assert "夜间照明" not in "".join(park.split())
    assert "收悉" not in park
    assert "灯杆六十根" in park
    assert "明年延长亮灯时间到晚上十点。" in park


def test_the_command_makes_what_run_measures(home: Path, tmp_path: Path) -> None:
    command = ["eval", "make-testset", "--out", str(tmp_path / "set"), "--home", str(home)]
    result = CliRunner().invoke(application, command)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 份答复，2 个标题，2 个来信" in result.stdout
    evaluation = evaluate_folder(tmp_path / "set", Setup(split="title"))
    assert (evaluation.queries, evaluation.unjudged, evaluation.empty) == (2, 2, 0)
    again = CliRunner().invoke(application, command)
    assert (again.exit_code, "已经存在" in again.stderr) == (2, True)


def test_a_library_without_matters_is_told(tmp_path: Path) -> None:
    with Store.open(tmp_path / "home") as store, pytest.raises(InputError, match="dafu ingest"):
        make_test_set(store, tmp_path / "set")
    assert not (tmp_path / "set").exists()


def test_records_are_readable_chinese(home: Path, tmp_path: Path) -> None:
    with Store.open(home) as store:
        make_test_set(store, tmp_path / "set")
    first = (tmp_path / "set" / "queries.jsonl").read_text(encoding="utf-8").split("\n")[0]
    assert "\\u" not in first
    assert json.loads(first)["text"]
