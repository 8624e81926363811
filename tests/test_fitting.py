"""Fitting the fusion to judgments: what is kept, what is refused, and going back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import HomeError, InputError
from eval.collection import index_documents
from eval.data.beir import BeirDocument, BeirSet
from eval.training.fit import fit_to_judgments
from index.ranking.fuse import (
    ENCODED,
    FEATURES,
    Fusion,
    load_fusion,
    open_fusion,
    reset_fusion,
    save_fusion,
)

NAMES = """
    加装电梯 公交线路 社区食堂 路灯照明 垃圾分类 噪声扰民 停车收费 学校招生 医保报销 口袋公园
    共享单车 燃气管道 自来水压 小区绿化 快递柜子 养老床位 托育补贴 充电桩位 违章搭建 河道清淤
    宽带安装 物业收费 菜场改造 消防通道
"""
MATTERS = NAMES.split()
FUSION = Fusion(-3.0, tuple(float(n) for n, _ in enumerate(FEATURES)))


def make_set(matters: list[str]) -> BeirSet:
    documents = tuple(
        BeirDocument(
            id=f"d{n}", title="", text=f"经核实，{matter}由街道牵头，年底以前完成第{n}批。"
        )
        for n, matter in enumerate(MATTERS)
    )
    queries = {f"q{n}": f"{matter}什么时候完成" for n, matter in enumerate(matters)}
    return BeirSet(documents, queries, {f"q{n}": {f"d{n}": 1} for n, _ in enumerate(matters)}, 0)


def quiet(stage: str, done: int, total: int | None) -> None:
    pass


def test_a_fusion_that_looks_away_from_the_words_is_mended() -> None:
    judged = make_set(MATTERS)
    with index_documents(judged.documents, "bundled", quiet) as collection:
        blind = Fusion(0.0, tuple(-5.0 if f == "lexical_relative" else 0.0 for f in FEATURES))
        blinded = replace(collection, engine=collection.engine.with_fusion(blind))
        fitting = fit_to_judgments(blinded, judged, quiet)

        assert blinded.engine.retriever.fusion == blind
        assert fitting.better
        assert (fitting.queries, fitting.taught) == (24, 24)
        assert fitting.before < 0.5 < fitting.after
        weights = dict(zip(FEATURES, fitting.fusion.coefficients, strict=True))
        assert weights["lexical_relative"] > 0


def test_what_ranks_all_right_already_is_kept() -> None:
    judged = make_set(MATTERS)
    with index_documents(judged.documents, "bundled", quiet) as collection:
        fitting = fit_to_judgments(collection, judged, quiet)
    assert not fitting.better
    assert fitting.before == fitting.after == 1.0


def test_too_few_queries_are_refused_with_a_remedy() -> None:
    judged = make_set(MATTERS[:3])
    with (
        index_documents(judged.documents, "bundled", quiet) as collection,
        pytest.raises(InputError, match=r"只有 3 个查询能用来拟合.*至少要 20 个"),
    ):
        fit_to_judgments(collection, judged, quiet)


# The file in the home


def test_a_homes_fusion_is_used_with_its_model_only(tmp_path: Path) -> None:
    path = save_fusion(tmp_path, FUSION, "24 queries", "model-1")

    assert json.loads(path.read_text("utf-8"))["fitted_on"] == "24 queries"
    # What judges encoded passages was not fitted, so it is the bundled one.
    bundled = load_fusion().encoded
    assert open_fusion(tmp_path, "model-1") == replace(FUSION, encoded=bundled)
    own = replace(FUSION, encoded=Fusion(-1.0, tuple(float(n) for n, _ in enumerate(ENCODED))))
    save_fusion(tmp_path, own, "24 queries", "model-1")
    assert open_fusion(tmp_path, "model-1") == own
    assert open_fusion(tmp_path, "model-2") == load_fusion()
    assert reset_fusion(tmp_path)
    assert not reset_fusion(tmp_path)
    assert open_fusion(tmp_path, "model-1") == load_fusion()


@pytest.mark.parametrize("content", ["{", "{}", '{"model": "m", "coefficients": {"old": 1}}'])
def test_a_file_that_cannot_be_used_is_named_with_the_way_back(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "fusion.json").write_text(content, "utf-8")
    with pytest.raises(HomeError, match=r"fusion\.json 用不了.*eval fit --reset"):
        open_fusion(tmp_path, "m")
