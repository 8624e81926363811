"""Proposals made of short queries, to measure how long ones are searched."""

from __future__ import annotations

from eval.data.beir import BeirSet
from index.ranking.requests.split import split_query
from tools.proposals import USUAL, make_proposals


def test_three_queries_make_a_proposal_whose_points_are_found_again() -> None:
    queries = {"q1": "加装电梯谁来审批？", "q2": "公交几点收班", "q3": "路灯不亮", "q4": "多余"}
    judged = BeirSet((), queries, {id: {f"d{id}": 1} for id in queries}, 0)
    proposals = make_proposals(judged, ["新闻" * 200])
    (name,) = proposals.queries
    *points, usual = split_query(proposals.queries[name])
    chosen = name.split("+")
    assert points == [queries[id].strip("？") + "。" for id in chosen]
    assert usual.strip("。") in USUAL
    assert proposals.qrels == {name: {f"d{id}": 1 for id in chosen}}
    assert len(proposals.queries[name]) > 700
