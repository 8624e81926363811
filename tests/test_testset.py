"""Test sets made of a library: what is asked, what is cut out, and that they can be measured."""

from __future__ import annotations

import json
from collections import Counter
from math import log2
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import application
from corpus.errors import InputError
from corpus.parse import parse_text
from corpus.store.store import Store
from eval.data.beir import load_beir
from eval.data.spans import parse_span
from eval.data.topics import load_topics
from eval.making.made import BigramFinder, measure_leakage
from eval.making.queries import QueryKind, parse_kinds
from eval.making.testset import make_test_set
from eval.ranking.evaluate import RankingSetup, evaluate
from eval.sets import JudgedSource
from eval.statistics import draw

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
    assert (made.documents, made.empty, made.held_out) == (3, 0, 0)
    assert made.queries == {QueryKind.TITLE: 2, QueryKind.QUESTION: 2}
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
    assert "3 份答复，4 个查询" in result.stdout
    assert [line.split()[:3] for line in result.stdout.split("\n")[3:5]] == [
        ["title", "2", "11%"],
        ["question", "2", "7%"],
    ]
    evaluation = evaluate(JudgedSource(tmp_path / "set", Path()), RankingSetup(split="title"))
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


ELEVATOR = """关于加装电梯建议的答复

李明委员：

您提出的《关于推进加装电梯的建议》收悉，现答复如下：

一、关于财政补贴
六层以上每台补贴二十四万元，五层以下每台补贴二十万元。补贴在竣工验收合格以后一个月内拨付到位。

二、办理进展
今年已开工三十台，其中十二台已经投入使用。年底前再开工二十台电梯，优先安排老年人多的小区。

三、如何协调低层住户意见
由居委会组织协商，必要时请人民调解委员会到场主持。协商不成的可以依法向人民法院提起诉讼。
"""


@pytest.fixture
def elevators(tmp_path: Path) -> Path:
    """The reply on elevators beside that on the park."""
    home = tmp_path / "elevators"
    with Store.open(home) as store:
        replies = (("梯", ELEVATOR), ("园", PARK))
        parsed = [parse_text(id, text, (("id", id),)) for id, text in replies]
        store.put_file("all", None, parsed)
    return home


def make(home: Path, folder: Path, *kinds: QueryKind) -> dict[str, str]:
    """Make a set of these kinds; return the texts of its documents by their ids."""
    with Store.open(home) as store:
        make_test_set(store, folder, kinds)
    return {each.id: each.text for each in load_beir(folder).documents}


def test_question_like_headings_ask_for_their_sections(elevators: Path, tmp_path: Path) -> None:
    texts = make(elevators, tmp_path / "set", QueryKind.HEADING)
    loaded = load_beir(tmp_path / "set", "heading")
    assert loaded.queries == {
        "heading-园": "关于增设河滨公园夜间照明的提案：关于照明的改造",
        "heading-梯": "关于推进加装电梯的建议：关于财政补贴",
        "heading-梯-2": "关于推进加装电梯的建议：如何协调低层住户意见",
    }
    assert "关于财政补贴" not in texts["梯"]
    assert "二、办理进展" in texts["梯"]
    sections = {}
    for query, judged in loaded.qrels.items():
        span = parse_span(next(iter(judged)))
        assert span is not None
        sections[query] = texts[span.document][span.start : span.end]
    assert sections["heading-梯"].startswith("六层以上")
    assert sections["heading-梯"].endswith("拨付到位。")
    assert sections["heading-梯-2"].startswith("由居委会")
    found = evaluate(JudgedSource(tmp_path / "set", Path()), RankingSetup(split="heading"))
    assert (found.settings["level"], found.measures["R@100"]) == ("passage", 1.0)
    assert load_beir(tmp_path / "set").qrels["heading-梯"] == {"梯": 1}


def test_a_quoted_sentence_stays_and_a_cut_one_goes(elevators: Path, tmp_path: Path) -> None:
    texts = make(elevators, tmp_path / "set", QueryKind.QUOTATION, QueryKind.CLOZE)
    quotation = load_beir(tmp_path / "set", "quotation")
    cloze = load_beir(tmp_path / "set", "cloze")
    assert quotation.queries["quotation-梯"] in texts["梯"]
    assert not quotation.queries["quotation-梯"].endswith("。")
    assert cloze.queries["cloze-梯"] in ELEVATOR
    assert cloze.queries["cloze-梯"] not in texts["梯"]
    assert cloze.qrels["cloze-梯"] == {"梯": 1}


def test_unanswerable_questions_have_no_reply_left(tmp_path: Path) -> None:
    home = tmp_path / "many"
    with Store.open(home) as store:
        store.put_file(
            "all",
            None,
            [
                parse_text(
                    f"r#{number}",
                    f"第{number}号泵站已经修好，恢复供水。",
                    (
                        ("id", f"r{number}"),
                        ("title", f"第{number // 2}小区为什么停水"),
                        ("question", f"第{number}栋没有水了。"),
                    ),
                )
                for number in range(40)
            ],
        )
    texts = make(home, tmp_path / "set", QueryKind.TITLE, QueryKind.UNANSWERABLE)
    without = load_topics(tmp_path / "set" / "unanswerable.jsonl")
    asked = {topic.text for topic in load_topics(tmp_path / "set" / "queries.jsonl")}
    assert len(without) + len(asked) == 20
    assert 0 < len(without) < 10
    assert len(texts) == 2 * len(asked)
    assert asked.isdisjoint(topic.text for topic in without)
    assert not (tmp_path / "set" / "qrels" / "unanswerable.tsv").exists()


def test_the_same_library_gives_the_same_set(elevators: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        make(elevators, tmp_path / name, *QueryKind)
    files = [path for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        other = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert other.read_bytes() == path.read_bytes()


def test_leakage_by_hand() -> None:
    """Of 路灯 and 灯坏 (a query of three characters) a has one, b both, c none."""
    finder = BigramFinder({"a": "路灯在修", "b": "路灯坏了", "c": "停水"})
    assert finder.shares("路灯坏") == {"a": 0.5, "b": 1.0}
    queries = {"q1": "路灯坏", "q2": "停水了"}
    leaked = measure_leakage(finder, queries, {"q1": {"a": 1}, "q2": {"c": 1}})
    assert leaked.own == pytest.approx((0.5 + 0.5) / 2)
    assert leaked.other == pytest.approx((1.0 + 0.0) / 2)
    assert leaked.trivial == pytest.approx((1 / log2(3) + 1) / 2)
    unjudged = measure_leakage(finder, queries, {})
    assert (unjudged.own, unjudged.other, unjudged.trivial) == (0, pytest.approx(0.75), 0)


def test_unknown_kinds_are_named_together() -> None:
    assert parse_kinds(["title", "title"]) == (QueryKind.TITLE,)
    with pytest.raises(InputError, match=r"没有这些种类：标题、x；可以是 title、question、"):
        parse_kinds(["标题", "title", "x"])


def test_lots_fall_alike_everywhere_and_evenly() -> None:
    assert [draw(f"fold:q{n}", 5) for n in range(6)] == [4, 0, 1, 0, 1, 0]
    counts = Counter(draw(f"adapt:{n}", 5) for n in range(1000))
    assert sorted(counts) == [0, 1, 2, 3, 4]
    assert min(counts.values()) > 160
