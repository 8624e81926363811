"""Where missed queries were lost: each cause by a small library in which it is the one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from corpus.serialise import to_json
from corpus.store.store import Store
from corpus.types import FieldName
from eval.collection import Collection
from eval.ranking.causes import Cause
from eval.ranking.failures import Ranks, analyse_failures, find_cause
from eval.ranking.joined import score_joined
from index.engine import Engine
from index.ranking.fuse import Fusion
from tests.fakes import HashEmbedder, Values, parsed_reply


@contextmanager
def a_library(
    home: Path, texts: Mapping[str, str], regions: Mapping[str, str]
) -> Iterator[Collection]:
    """Index replies; each line is a passage, one that begins with > is none of substance."""
    with Store.open(home) as store:
        for id, text in texts.items():
            values: Values = {FieldName.REGION: regions[id]} if id in regions else {}
            store.put(parsed_reply(text, f"/{id}.txt", id, values), "1")
        engine = Engine(home, store, HashEmbedder())
        engine.indexer.catch_up()
        engine.refresh()
        yield Collection(engine, {id: (id,) for id in texts}, len(texts), 0, "")
        engine.close()


def with_fusion(collection: Collection, *coefficients: float) -> Collection:
    engine = collection.engine.with_fusion(Fusion(0.0, coefficients))
    return replace(collection, engine=engine)


def cause(collection: Collection, text: str, relevant: str, depth: int = 1) -> Cause:
    query = collection.engine.retriever.analyse(text)
    return find_cause(collection, query, [relevant], depth).cause


LIGHTS = {
    "远": "东湖的路灯改造，路灯已经修好。",
    "近": "西湖的路灯改造。",
    "空": ">路灯的答复",
    "别": "公园早上六点开门，免费入园。",
}


def test_what_is_not_there_or_has_no_text(tmp_path: Path) -> None:
    with a_library(tmp_path, LIGHTS, {}) as collection:
        assert cause(collection, "路灯修好了吗", "没有") is Cause.ABSENT
        assert cause(collection, "路灯修好了吗", "空") is Cause.EMPTY
        # Nothing but punctuation proposes nothing.
        failure = find_cause(collection, collection.engine.retriever.analyse("？"), ["别"])
        assert (failure.cause, failure.shared, failure.document) == (Cause.UNPROPOSED, False, "别")
        assert failure.text == "公园早上六点开门，免费入园。"


def test_another_district_is_set_back(tmp_path: Path) -> None:
    regions = {"远": "东湖县", "近": "西湖县"}
    texts = {"远": "路灯改造，路灯已经修好，路灯更亮。", "近": "路灯改造。", "别": "公园开门。"}
    with a_library(tmp_path, texts, regions) as collection:
        query = collection.engine.retriever.analyse("西湖县的路灯修好了吗")
        fused = with_fusion(collection, 1.0, 0.0, 0.0, -5.0, 0.0)
        failure = find_cause(fused, query, ["远"], 1)
        assert (failure.rank, failure.unfiltered) == (3, 1)
        assert failure.cause is Cause.FILTERED


def test_one_leg_alone_would_have_found_it(tmp_path: Path) -> None:
    with a_library(tmp_path, LIGHTS, {}) as collection:
        retriever = collection.engine.retriever
        query = retriever.analyse("路灯修好了吗")
        found = find_cause(collection, query, ["远"], 1)
        assert (found.rank, found.lexical, found.cause) == (1, 1, Cause.RERANKED)
        failure = find_cause(with_fusion(collection, -1.0, 0.0, 0.0, 0.0, 0.0), query, ["远"], 1)
        assert (failure.lexical, failure.cause) == (1, Cause.FUSED)
        assert failure.rank != 1


def test_a_text_cut_between_what_answers(tmp_path: Path) -> None:
    """Each half of the answer says half of what is asked; the other reply says a bit more."""
    texts = {
        "切": "河滨公园的照明\n夜间巡查的安排",
        "整": "河滨公园的照明和夜间",
        **{f"别{n}": f"第{n}小学的招生安排和报名办法" for n in range(8)},
    }
    with a_library(tmp_path, texts, {}) as collection:
        retriever = collection.engine.retriever
        query = retriever.analyse("河滨公园的照明夜间巡查的安排")
        candidates = retriever.candidates(query)
        assert candidates is not None
        ranks = Ranks(collection.names, candidates, ["切"])
        scores = score_joined(collection, query, candidates, {"切"})
        assert scores is not None
        assert ranks.rank(scores) == 1
        cut = [passage.reply_id == "切" for passage in candidates.passages]
        assert scores[cut].max() > retriever.fusion.probabilities(candidates.features)[cut].max()
        assert score_joined(collection, query, candidates, {"整"}) is None


def test_ranks_count_documents_that_share_a_reply(tmp_path: Path) -> None:
    with a_library(tmp_path, LIGHTS, {}) as collection:
        retriever = collection.engine.retriever
        candidates = retriever.candidates(retriever.analyse("路灯修好了吗"))
        assert candidates is not None
        names = {**collection.names, "远": ("远1", "远2")}
        scores = np.array(
            [{"远": 3.0, "近": 2.0}.get(p.reply_id, -np.inf) for p in candidates.passages]
        )
        assert Ranks(names, candidates, ["近"]).rank(scores) == 3
        assert Ranks(names, candidates, ["远2"]).rank(scores) == 2
        assert Ranks(names, candidates, ["别"]).rank(scores) is None


def test_missed_queries_are_counted(tmp_path: Path) -> None:
    with a_library(tmp_path, LIGHTS, {}) as collection:
        failures = analyse_failures(
            collection,
            (
                {"q1": "路灯修好了吗", "q2": "请打13912345678", "q3": "公园", "q4": "无关"},
                {"q1": {"远": 1}, "q2": {"没有": 2, "近": 0}, "q3": {"空": 1}, "q4": {"近": 0}},
            ),
            {"q1": {"近": 0.9, "远": 0.8}, "q2": {"近": 0.5, "远": 0.4}, "q3": {"别": 0.5}},
            depth=2,
        )
    assert (failures.queries, failures.depth) == (3, 2)
    assert failures.counts == {
        **dict.fromkeys(Cause, 0),
        Cause.ABSENT: 1,
        Cause.EMPTY: 1,
    }
    assert failures.of(Cause.EMPTY) == ("q3",)
    assert failures.missed["q2"].unjudged == 1
    assert failures.texts["q2"] == "请打＊＊＊＊＊＊＊＊＊＊＊"
    shown = to_json(failures)
    assert (shown["missed"], shown["counts"]["absent"]) == (2, 1)
    assert shown["by_query"][0]["document"] == "没有"
