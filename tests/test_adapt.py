"""Adapting the bundled model to a library: what it learns from, and when it is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from app.evaluation import learning
from app.evaluation.learning import Adaptation, adapt_library, forget_adaptation
from app.home import Home
from app.service import open_service
from app.settings import Settings, load_settings
from corpus.errors import InputError
from corpus.serialise import to_json
from eval.data.beir import BeirDocument, BeirSet
from eval.ranking.compare import compare_runs
from eval.ranking.measured import MeasuredRun
from eval.training.adapt import ADAPTING, adapt_model
from eval.training.pairs import Pair
from index.models.static import BUNDLED_MODEL, StaticEmbedder

pytestmark = pytest.mark.slow

SLANG = {
    "小黄筒": "分类垃圾桶",
    "铁疙瘩": "健身器材",
    "黑窟窿": "破损井盖",
    "亮眼睛": "路灯",
    "红绿眼": "信号灯",
    "水老虎": "内涝积水点",
}
"""Words that nobody says but this town, and what its departments call the same."""

NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃宿列张寒来"
ROADS = tuple(f"{name}路" for name in NAMES)


def silent(stage: str, done: int, total: int | None) -> None:
    pass


def write_board(path: Path, roads: Sequence[str] = ROADS) -> Path:
    """Write a board on which citizens speak slang and departments don't."""
    rows = [
        {
            "标题": f"{road}的{slang}怎么没人管",
            "留言": f"我住{road}，门口的{slang}坏了半年，没人管。",
            "答复": f"经核查，{road}的{word}已列入本年度维修计划，预计月底前完成更换。",
        }
        for road in roads
        for slang, word in SLANG.items()
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = load_settings(tmp_path / "home")
    with open_service(settings) as service:
        report = service.ingest([write_board(tmp_path / "留言.jsonl")])
        assert {file.status for file in report.files} == {"added"}
    return settings


def test_a_librarys_own_words_are_learned_and_used(settings: Settings) -> None:
    stages: set[str] = set()
    with open_service(settings) as running:
        assert running.search("黑窟窿").hits
        adaptation = adapt_library(Home(settings), lambda stage, done, total: stages.add(stage))
        assert adaptation.better
        assert adaptation.kept
        assert {"训练模型", "检索", "建立索引"} <= stages
        embedder = StaticEmbedder(Path(settings.models.embedding))
        slang, word, other = embedder.embed_queries(["黑窟窿", "破损井盖", "健身器材"])
        assert slang @ word > slang @ other + 0.2
        # One that was running all the while goes over to the new model.
        assert "井盖" in running.search("黑窟窿没人管").hits[0].text
        assert running.stats().model == embedder.name
    assert open_service(settings).verify().problems == ()


def test_a_model_that_finds_no_more_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    gentle = replace(ADAPTING, steps=1, rate=0.0)
    monkeypatch.setattr(
        "eval.training.adapt.adapt_model",
        partial(adapt_model, options=gentle),
    )
    adaptation = adapt_library(Home(settings), silent)
    assert adaptation.difference.mean == 0
    assert not adaptation.kept
    assert settings.models.embedding == "bundled"
    assert not (settings.home / "model").exists()


def test_a_trial_changes_nothing_and_a_reset_goes_back(settings: Settings) -> None:
    assert not adapt_library(Home(settings), silent, keep=False).kept
    assert settings.models.embedding == "bundled"
    assert not forget_adaptation(Home(settings), silent)
    assert adapt_library(Home(settings), silent).kept
    assert forget_adaptation(Home(settings), silent)
    assert settings.models.embedding == "bundled"
    with open_service(settings) as service:
        assert service.verify().problems == ()
        assert service.stats().model == StaticEmbedder(BUNDLED_MODEL).name


def test_held_out_replies_are_not_learned() -> None:
    documents = tuple(BeirDocument(str(n), f"答复{n}") for n in range(100))
    queries = {f"q{n}": f"问题{n}" for n in range(100)}
    qrels = {f"q{n}": {str(n): 1} for n in range(100)}
    qrels["q0"] = {str(n): 1 for n in range(100)}  # also of documents that are held out
    (pairs, texts), asked = learning._split(BeirSet(documents, queries, qrels, 0))
    held = {document.text for document in documents} - set(texts)
    assert 10 <= len(held) <= 30
    assert not held & {pair.document for pair in pairs}
    assert len(pairs) == 100 - len(asked.queries)
    assert "q0" in asked.queries


def test_too_few_replies_are_told(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "home")
    with open_service(settings) as service:
        service.ingest([write_board(tmp_path / "留言.jsonl", ROADS[:8])])
    with pytest.raises(InputError, match="文库里写明所答事项的答复太少：留作检验的问题只有"):
        adapt_library(Home(settings), silent)


def test_another_model_cannot_be_adapted(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, model="BAAI/bge-m3")
    with pytest.raises(InputError, match="设置里的模型却是 BAAI/bge-m3"):
        adapt_library(Home(settings), silent)


def test_one_text_teaches_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fewer than two texts"):
        adapt_model(BUNDLED_MODEL, tmp_path, [Pair("问", "答")], ["答"])


def test_a_model_that_learned_nothing_is_the_same_model(tmp_path: Path) -> None:
    pairs = [Pair(f"{road}的路灯", f"{road}的路灯已修复") for road in ROADS]
    adapt_model(BUNDLED_MODEL, tmp_path / "m", pairs, [], replace(ADAPTING, steps=1, rate=0.0))
    before, after = StaticEmbedder(BUNDLED_MODEL), StaticEmbedder(tmp_path / "m")
    texts = ["老旧小区加装电梯", "公交站"]
    np.testing.assert_allclose(before.embed_queries(texts), after.embed_queries(texts), atol=1e-3)
    assert after.name.startswith("dafu-static-zh-1-adapted-")


def test_what_is_printed_as_json() -> None:
    runs = [
        MeasuredRun(name, {"nDCG@10": {"q": value}, "Judged@10": {"q": 0.1}})
        for name, value in (("原来的", 0.5), ("训练后的", 0.75))
    ]
    shown = to_json(Adaptation(compare_runs(runs), 8, 4, 1, 2.0, kept=True))
    assert (shown["before"], shown["after"], shown["kept"]) == (0.5, 0.75, True)
    assert shown["difference"]["mean"] == 0.25
