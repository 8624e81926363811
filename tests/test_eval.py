"""Test sets in BEIR layout, TREC runs, and measures against hand-worked numbers."""

from __future__ import annotations

import json
from itertools import pairwise
from math import log2
from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli import application
from corpus.errors import InputError
from corpus.serialise import to_json
from eval.data.beir import load_beir
from eval.data.runs import load_run, rank, save_run
from eval.ranking.evaluate import RankingSetup, evaluate
from eval.ranking.measures import DEFAULT_MEASURES, depth_of, measure_run, parse_measures
from eval.ranking.search import WITHOUT_ENCODER, Leg
from eval.sets import JudgedSource


def write_set(
    folder: Path, corpus: list[object], queries: list[object], qrels: str, split: str = "test"
) -> Path:
    """Write a test set; its records are JSON values, or strings that stand as they are."""
    (folder / "qrels").mkdir(parents=True)
    for name, records in (("corpus", corpus), ("queries", queries)):
        lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "qrels" / f"{split}.tsv").write_text(qrels, encoding="utf-8")
    return folder


LIGHTS = {"_id": "灯/1 号", "title": "路灯", "text": "长青路路灯已修复。"}
WATER = {"_id": "w", "text": "停水是因为管道改造。"}
ASK_LIGHTS = {"_id": "q1", "text": "长青路路灯修复"}
ASK_OTHER = {"_id": "q2", "text": "公园几点开门"}
HEADER = "query-id\tcorpus-id\tscore\n"


def test_a_test_set_is_read(tmp_path: Path) -> None:
    folder = write_set(
        tmp_path / "set", [LIGHTS, WATER], [ASK_LIGHTS, ASK_OTHER], HEADER + "q1\t灯/1 号\t1\n"
    )
    loaded = load_beir(folder)
    assert [(d.id, d.title, d.text) for d in loaded.documents] == [
        ("灯/1 号", "路灯", "长青路路灯已修复。"),
        ("w", "", "停水是因为管道改造。"),
    ]
    assert loaded.queries == {"q1": "长青路路灯修复"}
    assert loaded.qrels == {"q1": {"灯/1 号": 1}}
    assert loaded.unjudged == 1


def test_another_split_without_a_header(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", [WATER], [ASK_LIGHTS], "q1\tw\t2\r\n", split="dev")
    assert load_beir(folder, "dev").qrels == {"q1": {"w": 2}}
    with pytest.raises(InputError, match=r"缺少文件 .*test\.tsv"):
        load_beir(folder)


def test_all_bad_lines_of_a_file_are_named_together(tmp_path: Path) -> None:
    folder = write_set(
        tmp_path / "set",
        [WATER, "{坏", {"text": "没有编号"}, WATER, {"_id": "x", "text": 3}, {"_id": " "}],
        [ASK_LIGHTS],
        "q1\tw\t1\n",
    )
    with pytest.raises(InputError) as raised:
        load_beir(folder)
    first, *lines = str(raised.value).split("\n")
    assert first == f"{folder / 'corpus.jsonl'} 有 5 处问题："
    assert [line.split("：")[0] for line in lines] == [
        "  第 2 行",
        "  第 3 行",
        "  第 4 行",
        "  第 5 行",
        "  第 6 行",
    ]
    assert "'w' 重复" in lines[2]


def test_bad_judgments_are_named_together(tmp_path: Path) -> None:
    qrels = HEADER + "q1 w 1\nq1\tw\t一\nq9\tw\t1\nq1\tv\t1\nq1\tw\t1\nq1\tw\t0\n"
    folder = write_set(tmp_path / "set", [WATER], [ASK_LIGHTS], qrels)
    with pytest.raises(InputError) as raised:
        load_beir(folder)
    assert str(raised.value).split("\n")[1:] == [
        "  第 2 行：应有用制表符分开的 3 列（查询、文档、得分），实有 1 列",
        "  第 3 行：得分应是整数，却是 '一'",
        "  第 4 行：queries.jsonl 里没有查询 'q9'",
        "  第 5 行：corpus.jsonl 里没有文档 'v'",
        "  第 7 行：'q1' 对 'w' 的判断重复",
    ]


@pytest.mark.parametrize(
    ("corpus", "queries", "qrels", "message"),
    [
        ([], [ASK_LIGHTS], "q1\tw\t1", "里没有文档"),
        ([WATER], [{"_id": "q1", "text": "  "}], "q1\tw\t1", "第 1 行：没有查询的文字"),
        ([WATER], [ASK_LIGHTS], HEADER, "里没有判断"),
    ],
)
def test_empty_parts(
    tmp_path: Path, corpus: list[object], queries: list[object], qrels: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        load_beir(write_set(tmp_path / "set", corpus, queries, qrels))


def test_no_such_folder_and_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个文件夹"):
        load_beir(tmp_path / "none")
    folder = write_set(tmp_path / "set", [WATER], [ASK_LIGHTS], "q1\tw\t1")
    (folder / "corpus.jsonl").write_bytes("停水是因为管道改造。".encode("gb18030"))
    with pytest.raises(InputError, match="不是 UTF-8 编码"):
        load_beir(folder)


def test_measures_by_hand() -> None:
    run = {
        "first": {"a": 0.9, "b": 0.8, "c": 0.7},
        "third": {"b": 0.9, "c": 0.8, "a": 0.7},
        "two of three": {"x": 3.0, "a": 2.0, "y": 1.0, "b": 0.5},
    }
    qrels = {
        "first": {"a": 1},
        "third": {"a": 1},
        "two of three": {"a": 2, "b": 1, "z": 1},
        "nothing found": {"a": 1},
    }
    ideal = 2 + 1 / log2(3) + 1 / log2(4)
    found = 2 / log2(3) + 1 / log2(5)
    assert measure_run(run, qrels, parse_measures(DEFAULT_MEASURES)) == pytest.approx(
        {
            "nDCG@10": (1 + 1 / log2(4) + found / ideal + 0) / 4,
            "R@100": (1 + 1 + 2 / 3 + 0) / 4,
            "RR@10": (1 + 1 / 3 + 1 / 2 + 0) / 4,
            "Success@1": (1 + 0 + 0 + 0) / 4,
        }
    )


def test_ties_are_measured_in_the_order_they_were_ranked() -> None:
    qrels = {"q": {"b": 1}}
    for order, expected in (
        (["b", "a", "c"], 1.0),
        (["c", "b", "a"], 0.5),
        (["a", "c", "b"], 1 / 3),
    ):
        run = {"q": rank((document, 0.5) for document in order)}
        assert list(run["q"]) == order
        measured = measure_run(run, qrels, parse_measures(["RR", "RR@10"]))
        assert measured == pytest.approx({"RR": expected, "RR@10": expected})


@given(
    st.dictionaries(
        st.sampled_from(["q1", "q2", "q3"]),
        st.lists(
            st.tuples(st.sampled_from("abcdefgh"), st.sampled_from([1.0, 0.5, 0.25, 0.0])),
            min_size=1,
        ),
        min_size=1,
    )
)
def test_measures_agree_with_ir_measures(
    found: dict[str, list[tuple[str, float]]],
) -> None:
    qrels = {"q1": {"a": 1, "b": 2}, "q2": {"c": 1, "h": 0}, "q3": {"z": 1}}
    run = {
        query: rank(sorted(documents, key=lambda entry: -entry[1]))
        for query, documents in found.items()
    }
    for documents in run.values():
        scores = list(documents.values())
        assert all(better > worse for better, worse in pairwise(scores))
    scored = [ir_measures.ScoredDoc(q, d, s) for q, ds in run.items() for d, s in ds.items()]
    judged = [ir_measures.Qrel(q, d, gain) for q, ds in qrels.items() for d, gain in ds.items()]
    for name in (*DEFAULT_MEASURES, "AP", "P@5", "RR(rel=2)@10"):
        (measure,) = parse_measures([name])
        expected = ir_measures.calc_aggregate([measure], judged, scored)[measure]
        assert measure_run(run, qrels, [measure]) == pytest.approx({name: expected})


def test_unknown_measures_are_named_together() -> None:
    names = ["nDCG@10", "精度", "R", "P@0", "AP", "__import__('os')"]
    with pytest.raises(InputError) as raised:
        parse_measures(names)
    assert str(raised.value).startswith("不认识这些指标：精度、R、P@0、__import__('os')。")


def test_depth_of_measures() -> None:
    assert depth_of(parse_measures(["nDCG@10", "R@100"])) == 100
    assert depth_of(parse_measures(["nDCG@10", "AP"])) == 1000


def test_a_run_file_keeps_ids_and_order(tmp_path: Path) -> None:
    run = {"问 1": rank([("灯/1 号", 0.5), ("b", 0.5), ("b", 0.4)]), "q2": rank([("w", 1 / 3)])}
    path = tmp_path / "found.run"
    save_run(run, path, name="test")
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[0] == "问 1\tQ0\t灯/1 号\t1\t0.5\ttest"
    assert lines[1].startswith("问 1\tQ0\tb\t2\t0.4999999")
    loaded = load_run(path)
    assert loaded == run
    assert list(loaded["问 1"]) == ["灯/1 号", "b"]


def test_a_run_file_of_another_tool(tmp_path: Path) -> None:
    path = tmp_path / "other.run"
    path.write_text("q1 Q0 b 2 1.5 bm25\nq1 Q0 a 1 2.5e0 bm25\n\n", encoding="utf-8")
    assert load_run(path) == {"q1": {"a": 2.5, "b": 1.5}}
    path.write_text("q1 Q0 b 2 1.5 bm25\nq1 b 2\nq1 Q0 a 1 高 bm25\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"(?s)2 处问题.*第 2 行.*第 3 行"):
        load_run(path)
    with pytest.raises(InputError, match="缺少文件"):
        load_run(tmp_path / "none.run")
    with pytest.raises(InputError, match="写不了"):
        save_run({}, tmp_path / "none" / "found.run")


@pytest.fixture
def small_set(tmp_path: Path) -> Path:
    """Five documents (two of the same text, one empty) and three queries, one not judged."""
    return write_set(
        tmp_path / "set",
        [
            LIGHTS,
            {"_id": "停水#1", "text": "停水是因为云桥水厂的管道改造，预计周五恢复供水。"},
            {"_id": "停水 2", "text": "停水是因为云桥水厂的管道改造，预计周五恢复供水。"},
            {
                "_id": "公园",
                "title": "公园开放时间",
                "text": "望湖公园每天早上六点开门，免费入园。",
            },
            {"_id": "空", "text": " "},
        ],
        [
            ASK_LIGHTS,
            ASK_OTHER,
            {"_id": "q3", "text": "什么时候恢复供水"},
        ],
        HEADER + "q1\t灯/1 号\t1\nq3\t停水 2\t1\n",
    )


def test_a_folder_is_evaluated_with_its_own_ids(small_set: Path) -> None:
    stages: dict[str, int | None] = {}
    evaluation = evaluate(
        JudgedSource(small_set, Path()),
        progress=lambda stage, done, total: stages.update({stage: total}),
    )
    assert to_json(evaluation).keys() >= {"queries", "measures", "seconds"}
    assert (evaluation.queries, evaluation.unjudged) == (2, 1)
    assert (evaluation.documents, evaluation.empty, evaluation.passages) == (5, 1, 3)
    assert next(iter(evaluation.run["q1"])) == "灯/1 号"
    assert list(evaluation.run["q3"])[:2] == ["停水#1", "停水 2"]
    assert list(evaluation.measures) == list(DEFAULT_MEASURES)
    assert evaluation.measures["RR@10"] == pytest.approx((1 + 1 / 2) / 2)
    assert evaluation.measures["R@100"] == 1.0
    assert stages["读取文档"] == 5
    assert stages["检索"] == 2


@pytest.mark.slow
def test_other_measures_and_a_run_file_by_the_command_line(small_set: Path, tmp_path: Path) -> None:
    command = [
        "eval",
        "run",
        str(small_set),
        "--measures",
        "Success@1 P@2",
        "--home",
        str(tmp_path),
    ]
    saved = tmp_path / "found.run"
    result = CliRunner().invoke(application, [*command, "--json", "--run", str(saved)])
    assert (result.exit_code, result.stderr) == (
        0,
        ("有 1 个查询没有判断，未计入：q2。请补上判断，或从查询中删去。\n"),
    )
    assert json.loads(result.stdout)["measures"] == {"Success@1": 0.5, "P@2": 0.5}
    qrels = load_beir(small_set).qrels
    assert measure_run(load_run(saved), qrels, parse_measures(["P@2"])) == {"P@2": 0.5}
    shown = CliRunner().invoke(application, command).stdout
    assert shown.startswith("Success@1  0.5000\nP@2        0.5000\n2 个查询，5 篇文档（3 段）")


def test_bad_sets_and_measures_end_with_a_message(small_set: Path, tmp_path: Path) -> None:
    for arguments in (
        [str(tmp_path / "none")],
        [str(small_set), "--split", "dev"],
        [str(small_set), "--measures", "精度"],
        [str(small_set), "--leg", "bm25"],
    ):
        result = CliRunner().invoke(application, ["eval", "run", *arguments, "--json"])
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("错误：")


@pytest.mark.slow
def test_legs_are_measured_alone(tmp_path: Path) -> None:
    """Only the dense leg finds a document without a common character."""
    folder = write_set(
        tmp_path / "set",
        [LIGHTS, WATER],
        [{"_id": "q1", "text": "路灯"}],
        HEADER + "q1\t灯/1 号\t1\n",
    )
    legs = WITHOUT_ENCODER
    found = {leg: evaluate(JudgedSource(folder, Path()), RankingSetup(leg=leg)) for leg in legs}
    ranked = {leg: list(each.run["q1"]) for leg, each in found.items()}
    assert ranked[Leg.LEXICAL] == ranked[Leg.WORDS] == ranked[Leg.BIGRAMS] == ["灯/1 号"]
    assert ranked[Leg.DENSE] == ranked[Leg.FUSED] == ["灯/1 号", "w"]
    assert -1 <= found[Leg.DENSE].run["q1"]["w"] < found[Leg.DENSE].run["q1"]["灯/1 号"] <= 1
    assert {each.settings["leg"] for each in found.values()} == set(legs)


@pytest.mark.slow
def test_a_saved_run_is_compared_with_itself(small_set: Path, tmp_path: Path) -> None:
    saved = [str(tmp_path / name) for name in ("old.json", "new.json")]
    for path in saved:
        command = ["eval", "run", str(small_set), "--save", path, "--home", str(tmp_path)]
        assert CliRunner().invoke(application, command).exit_code == 0
    content = json.loads(Path(saved[0]).read_text(encoding="utf-8"))
    assert content["queries"] == {"q1": "长青路路灯修复", "q3": "什么时候恢复供水"}
    assert content["values"]["RR@10"] == {"q1": 1.0, "q3": 0.5}
    assert content["settings"].keys() >= {"model", "segmentation", "leg", "code"}
    result = CliRunner().invoke(application, ["eval", "compare", *saved, "--json"])
    compared = json.loads(result.stdout)
    assert [(each["mean"], each["p"]) for each in compared["differences"]] == [(0.0, 1.0)] * 4
    assert compared["runs"][1]["measures"]["Judged@10"]["mean"] == pytest.approx(1 / 3, abs=0.2)
    shown = CliRunner().invoke(application, ["eval", "compare", *saved]).stdout
    assert shown.startswith("2 个查询，基准 old\n\nnDCG@10\n")
