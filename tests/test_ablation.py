"""Leaving parts of search out, one by one."""

from __future__ import annotations

from eval.collection import index_documents
from eval.data.beir import BeirDocument, BeirSet
from eval.ranking.search import Leg
from tools.ablation import ablate, describe, iter_variants, take_first

MATTERS = ["加装电梯", "公交线路", "社区食堂", "路灯照明"]


def test_each_part_is_left_out_and_the_whole_is_whole_again_afterwards() -> None:
    documents = tuple(
        BeirDocument(f"d{n}", f"经核实，{matter}由街道牵头，年底以前完成。")
        for n, matter in enumerate(MATTERS)
    )
    queries = {f"q{n}": f"{matter}什么时候完成" for n, matter in enumerate(MATTERS)}
    judged = BeirSet(documents, queries, {f"q{n}": {f"d{n}": 1} for n in range(4)}, 0)
    assert take_first(judged, 1).qrels == {"q0": {"d0": 1}}
    assert take_first(judged, None) == judged
    with index_documents(documents, "bundled", lambda stage, done, total: None) as collection:
        retriever = collection.engine.retriever
        comparison = ablate(collection, judged)
        assert collection.engine.retriever is retriever

    # There is no encoder here.
    names = [variant.name for variant in iter_variants() if variant.leg is not Leg.ENCODED]
    assert [run.name for run in comparison.runs] == names
    assert {"whole", "lexical alone", "without cosine", "without importance"} < set(names)
    table = describe("小样", comparison)
    assert "| whole | 1.0000 |" in table
    assert "加装电梯" not in table
