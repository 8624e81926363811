"""What a run keeps of each query: the first documents with excerpts, and its categories."""

from __future__ import annotations

from pathlib import Path

from eval.collection import index_documents
from eval.data.beir import BeirDocument, BeirSet
from eval.ranking.evaluate import RankingSetup, evaluate_collection
from eval.ranking.found import FoundDocument, excerpt
from eval.ranking.measured import MeasuredRun, load_measured, save_measured

PARK = """关于加强河滨公园照明的提案的答复

江城市园林绿化局

王小明委员：

您提出的《关于加强河滨公园照明的提案》收悉，现答复如下：

一、照明的改造
步道两侧已安装灯杆六十根，值班电话13912345678。

二、下一步打算
明年延长亮灯时间。
"""


def test_an_excerpt_is_where_the_query_stands() -> None:
    assert excerpt("路灯\n已修复。", "路灯") == "路灯 已修复。"
    text = "甲" * 200 + "路灯已经修复" + "乙" * 200
    cut = excerpt(text, "路灯修复了没有", 20)
    assert "路灯已经修复" in cut
    assert (cut[0], cut[-1], len(cut)) == ("…", "…", 22)
    assert excerpt(text, "无关", 20) == "甲" * 20 + "…"
    assert excerpt("甲" * 25, "乙", 20) == "甲" * 20 + "…"


def test_what_was_found_and_of_which_category(tmp_path: Path) -> None:
    documents = [BeirDocument("公园", PARK), BeirDocument("水", "停水是因为管道改造。")]
    judged = BeirSet((), {"q": "公园照明怎么改造"}, {"q": {"水": 0, "公园": 2}}, 0, {"q": "口语"})
    with index_documents(documents, "bundled", lambda *_: None) as collection:
        evaluation = evaluate_collection(collection, judged, RankingSetup())
        replies = collection.engine.store.replies(collection.names)
    measured = evaluation.measured
    assert [each.document for each in measured.found["q"]] == ["公园", "水"]
    park, water = measured.found["q"]
    reply = next(reply for reply in replies.values() if "河滨公园" in reply.text)
    assert "灯杆六十根" in reply.text[park.start : park.end]
    assert park.title == "关于加强河滨公园照明的提案的答复"
    assert park.headings == ("一、照明的改造",)
    assert "值班电话＊＊＊＊＊＊＊＊＊＊＊。" in park.text
    assert water.text == "停水是因为管道改造。"
    assert park.score == evaluation.run["q"]["公园"]
    assert measured.qrels == {"q": {"水": 0, "公园": 2}}
    assert measured.categories == {
        "q": {"category": "口语", "agency": "江城市园林绿化局", "kind": "提案答复"}
    }
    save_measured(measured, tmp_path / "run.json")
    loaded = load_measured(tmp_path / "run.json")
    assert (loaded.found, loaded.categories) == (measured.found, measured.categories)


def test_a_trec_run_keeps_documents_and_scores(tmp_path: Path) -> None:
    (tmp_path / "a.run").write_text("q1 Q0 a 1 2 x\nq1 Q0 b 2 1 x\n", encoding="utf-8")
    run = load_measured(tmp_path / "a.run", {"q1": {"b": 1}})
    assert run.found == {"q1": (FoundDocument("a", 2.0), FoundDocument("b", 1.0))}


def test_queries_are_masked_when_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(
        '{"format": 2, "made": "", "settings": {}, "digests": {},'
        ' "queries": {"q": "请打13912345678"},'
        ' "values": {"AP": {"q": 1.0}, "Judged@10": {"q": 0.1}}}',
        encoding="utf-8",
    )
    run = load_measured(path)
    assert run == MeasuredRun(
        "run", {"AP": {"q": 1.0}, "Judged@10": {"q": 0.1}}, {"q": "请打＊＊＊＊＊＊＊＊＊＊＊"}
    )
