"""Evaluation in one's own library, with queries and judgments from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import application
from corpus.errors import InputError
from corpus.parse import parse_text
from corpus.store.store import Store
from eval.data.qrels import Qrels, save_qrels
from eval.data.spans import Level
from eval.data.topics import Topic, save_topics
from eval.ranking.evaluate import Evaluation, RankingSetup
from eval.ranking.evaluate import evaluate as evaluate_source
from eval.sets import JudgedSource

LIGHTS = "长青路的路灯因电缆被盗熄灭，已于三月五日修复。"
WATER = "停水是因为云桥水厂的管道改造，预计周五恢复供水。"
PARK = "望湖公园每天早上六点开门，晚上九点关门，免费入园。"
TOPICS = (
    Topic("q1", "长青路路灯电缆修复", "口语"),
    Topic("q2", "水厂管道改造停水", "口语"),
    Topic("q3", "望湖公园开门"),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A library of three replies: 灯, 水 and 园."""
    home = tmp_path / "home"
    with Store.open(home) as store:
        store.put_file(
            "all",
            None,
            [
                parse_text(f"r#{id}", text, (("id", id), ("agency", agency)))
                for id, text, agency in (
                    ("灯", LIGHTS, "云桥区城市管理局"),
                    ("水", WATER, "云桥区水务局"),
                    ("园", PARK, "望湖区园林局"),
                )
            ],
        )
    return home


@pytest.fixture
def topics(tmp_path: Path) -> Path:
    save_topics(TOPICS, tmp_path / "题.xlsx")
    return tmp_path / "题.xlsx"


def evaluate(
    home: Path, topics: Path, qrels: Qrels, setup: RankingSetup | None = None
) -> Evaluation:
    path = topics.with_name("判断.txt")
    save_qrels(qrels, path)
    return evaluate_source(JudgedSource(topics, home, path), setup)


def test_the_library_is_searched_as_it_stands(home: Path, topics: Path) -> None:
    found = evaluate(home, topics, {"q1": {"灯": 2, "园": 0}, "q2": {"水": 1}})
    assert (found.queries, found.unjudged, found.documents, found.empty) == (2, 1, 3, 0)
    assert found.measures["Success@1"] == 1.0
    assert list(found.run) == ["q1", "q2"]
    assert found.measured.values["Judged@10"]["q1"] == pytest.approx(2 / 3)
    assert found.settings["level"] == "reply"
    assert "split" not in found.settings
    assert found.notes == ("有 1 个查询没有判断，未计入：q3。请补上判断，或从查询中删去。",)
    categories = found.measured.categories["q1"]
    assert categories.items() >= {"category": "口语", "agency": "云桥区城市管理局"}.items()


def test_passages_are_measured_where_passages_are_judged(home: Path, topics: Path) -> None:
    start = LIGHTS.index("已于三月五日修复")
    quote = f"灯:{start}-{start + 8}"
    found = evaluate(home, topics, {"q1": {quote: 1}, "q2": {"园:0-9": 1}})
    assert found.settings["level"] == "passage"
    assert next(iter(found.run["q1"])) == quote
    assert f"水:0-{len(WATER)}" in found.run["q1"]
    assert found.measured.values["RR@10"]["q1"] == 1.0
    assert found.measured.values["RR@10"]["q2"] < 1
    assert found.measured.found["q1"][0].text == LIGHTS
    assert found.measured.categories["q1"]["agency"] == "云桥区城市管理局"


def test_passages_count_for_their_replies(home: Path, topics: Path) -> None:
    setup = RankingSetup(level=Level.REPLY)
    found = evaluate(home, topics, {"q1": {"灯:0-5": 1, "水": 0}}, setup)
    assert next(iter(found.run["q1"])) == "灯"
    assert found.measures["RR@10"] == 1.0
    with pytest.raises(InputError, match="--level reply"):
        evaluate(home, topics, {"q1": {"灯:0-5": 1, "水": 0}})
    with pytest.raises(InputError, match="没有段落"):
        evaluate(home, topics, {"q1": {"灯": 1}}, RankingSetup(level=Level.PASSAGE))


def test_what_cannot_be_used_is_noted_with_a_remedy(home: Path, topics: Path) -> None:
    qrels = {"q1": {"灯": 1, "旧": 1}, "q2": {"水:0-9999": 1}, "q3": {"园": 1}, "q9": {"灯": 1}}
    found = evaluate(home, topics, qrels, RankingSetup(level=Level.REPLY))
    assert found.notes == (
        "判断里有 1 个查询不在 题.xlsx 里，未计入：q9。",
        "有 2 份判为相关的答复（或段落）不在文库里，按没有找到计：旧、水:0-9999。"
        "请载入这些答复，或从判断中删去。",
    )
    assert found.measured.values["R@100"]["q1"] == 0.5


@pytest.mark.parametrize(
    ("qrels", "message"),
    [
        ({"别的": {"灯": 1}}, "查询编号应一致.*如 q1、q2、q3.*如 别的"),
        ({"q1": {"旧": 1}}, "没有一份在文库里，如 旧.*dafu list"),
    ],
)
def test_files_that_do_not_fit_are_refused(
    home: Path, topics: Path, qrels: Qrels, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        evaluate(home, topics, qrels)


def test_an_empty_library_is_told(tmp_path: Path, topics: Path) -> None:
    with pytest.raises(InputError, match="dafu ingest"):
        evaluate(tmp_path / "new", topics, {"q1": {"灯": 1}})


def run(*arguments: object) -> Result:
    return CliRunner().invoke(application, ["eval", "run", *map(str, arguments)])


def test_the_command(home: Path, topics: Path, tmp_path: Path) -> None:
    qrels, saved = tmp_path / "j.tsv", tmp_path / "saved.json"
    save_qrels({"q1": {"灯": 1}, "q2": {"水": 1}, "q3": {"园": 1}}, qrels)
    command = (topics, "--qrels", qrels, "--home", home, "--json")
    result = run(*command, "--save", saved, "--run", tmp_path / "found.run")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert (found["measures"]["Success@1"], found["notes"]) == (1.0, [])
    assert json.loads(saved.read_text(encoding="utf-8"))["queries"]["q2"] == "水厂管道改造停水"
    assert "q1\tQ0\t灯\t1\t" in (tmp_path / "found.run").read_text(encoding="utf-8")
    for wrong, message in (
        ((topics, "--home", home), "用 --qrels 给出判断"),
        ((home, "--qrels", qrels), "自带判断，不用 --qrels"),
        ((*command, "--level", "句子"), "--level 应是 reply、passage 之一"),
    ):
        refused = run(*wrong)
        assert (refused.exit_code, message in refused.stderr) == (2, True)


def write_set(folder: Path, text: str, qrels: str) -> Path:
    (folder / "qrels").mkdir(parents=True)
    for name, record in (
        ("corpus", {"_id": "d/1", "text": text}),
        ("queries", {"_id": "q", "text": "长青路路灯电缆修复"}),
    ):
        line = json.dumps(record, ensure_ascii=False) + "\n"
        (folder / f"{name}.jsonl").write_text(line, encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_passages_of_a_test_set_are_measured(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", LIGHTS, "q\td/1:0-10\t1\n")
    found = evaluate_source(JudgedSource(folder, Path()))
    assert (found.settings["level"], found.run["q"].keys()) == ("passage", {"d/1:0-10"})
    changed = write_set(tmp_path / "other", f"{LIGHTS}\n\n \n{WATER}", "q\td/1:0-10\t1\n")
    with pytest.raises(InputError, match=r"位置对不上：d/1；"):
        evaluate_source(JudgedSource(changed, Path()))
    unknown = write_set(tmp_path / "third", LIGHTS, "q\td/2:0-10\t1\n")
    with pytest.raises(InputError, match=r"corpus.jsonl 里没有文档 'd/2:0-10'"):
        evaluate_source(JudgedSource(unknown, Path()))
