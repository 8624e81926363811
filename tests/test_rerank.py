"""Rerankers: how their scores are joined to the fused ones, and a real tiny cross-encoder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.service import open_service
from app.settings import load_settings
from corpus.errors import InputError, ModelError
from corpus.parse import parse_text
from corpus.store.store import Store
from corpus.types import Passage, PassageRole, Reply
from index.engine import Engine
from index.models.hub import load_sentence_transformer
from index.ranking.hits import Hit
from index.ranking.rerank import CrossEncoderReranker, Reranking
from tests.fakes import HashEmbedder, save_bert

pytestmark = pytest.mark.slow


class Liking:
    """Reads nothing but whether a word is there: log odds 4 or -4."""

    name = "liking"

    def __init__(self, word: str) -> None:
        self.word = word
        self.read: list[str] = []

    def score(self, query: str, passages: Sequence[str]) -> NDArray[np.float64]:
        self.read += passages
        return np.array([4.0 if self.word in passage else -4.0 for passage in passages])


def hit(key: int, text: str, score: float) -> Hit:
    reply = Reply(f"{key:032d}", text, f"{key}.txt")
    passage = Passage(reply.id, 0, len(text), text, (), PassageRole.SUBSTANCE)
    return Hit(key, passage, reply, score, 1.0, 0.5)


def test_log_odds_are_averaged_and_the_rest_stays_behind() -> None:
    hits = [hit(1, "路灯", 0.9), hit(2, "电梯", 0.5), hit(3, "公厕", 0.4), hit(4, "电梯", 0.3)]
    ranked = Reranking(Liking("电梯"), 3).rank("问", hits)
    assert [each.key for each in ranked] == [2, 1, 3, 4]
    assert ranked[0].score == pytest.approx(1 / (1 + math.exp(-2)))
    assert ranked[1].score == pytest.approx(1 / (1 + math.exp(-(math.log(9) - 4) / 2)))
    assert ranked[3].score == ranked[2].score < 0.3


def test_nothing_found_is_not_read() -> None:
    liking = Liking("电梯")
    assert Reranking(liking, 3).rank("问", []) == []
    assert liking.read == []


def test_a_search_reads_the_passages_with_what_stands_around_them(tmp_path: Path) -> None:
    liking = Liking("增设电梯")
    texts = ("关于停车的答复\n停车位不足，正在增设电梯旁的车位。", "关于停车位的答复\n停车位够。")
    with Store.open(tmp_path) as store:
        store.put_file("a.txt", None, [parse_text(str(n), text) for n, text in enumerate(texts)])
        with closing(
            Engine(tmp_path, store, HashEmbedder(dimension=64), reranking=Reranking(liking, 10))
        ) as engine:
            engine.recover()
            found = engine.retriever.search("停车位够不够")
    assert "增设电梯" in found[0].passage.text
    assert any("关于停车位的答复" in text for text in liking.read)


def test_what_is_asked_for_by_number_stays_first(tmp_path: Path) -> None:
    texts = (
        "区文旅局文件\n区文旅〔2021〕9号\n关于戏台的答复\n戏台正在维修。",
        "区文旅局文件\n区文旅〔2021〕8号\n关于电梯的答复\n9号楼正在增设电梯。",
    )
    with Store.open(tmp_path) as store:
        store.put_file("a.txt", None, [parse_text(str(n), text) for n, text in enumerate(texts)])
        with closing(
            Engine(
                tmp_path, store, HashEmbedder(dimension=64), reranking=Reranking(Liking("电梯"), 10)
            )
        ) as engine:
            engine.recover()
            found = engine.retriever.search("区文旅〔2021〕9号")
    assert "戏台" in found[0].passage.text


@pytest.fixture(scope="module")
def reranker_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT of 2 layers and 8 dimensions with one output, saved as rerankers are."""
    return save_cross_encoder(tmp_path_factory.mktemp("models") / "tiny-reranker", outputs=1)


def save_cross_encoder(folder: Path, outputs: int) -> Path:
    from transformers import BertForSequenceClassification

    settings = {"num_labels": outputs, "initializer_range": 1.0}
    return save_bert(folder, BertForSequenceClassification, "停车难电梯谁出资补贴", 7, **settings)


def test_a_cross_encoder_is_loaded_from_a_folder(reranker_folder: Path) -> None:
    reranker = CrossEncoderReranker(reranker_folder)
    assert reranker.name == "tiny-reranker"
    together = reranker.score("电梯谁出资", ["电梯补贴", "停车难", "电梯补贴"])
    assert together.dtype == np.float64
    assert together[0] == pytest.approx(together[2])
    assert together[0] != pytest.approx(together[1])
    alone = reranker.score("电梯谁出资", ["停车难"])
    assert alone[0] == pytest.approx(together[1], abs=1e-5)
    assert reranker.score("电梯谁出资", []).shape == (0,)


def test_scores_are_log_odds_and_no_probabilities(reranker_folder: Path) -> None:
    from sentence_transformers import CrossEncoder

    expected = CrossEncoder(str(reranker_folder)).predict([("停车难", "停车难")])
    (found,) = CrossEncoderReranker(reranker_folder).score("停车难", ["停车难"])
    assert 1 / (1 + math.exp(-found)) == pytest.approx(float(expected[0]), abs=1e-5)


def test_the_settings_name_it(tmp_path: Path, reranker_folder: Path) -> None:
    source = tmp_path / "答复.txt"
    source.write_text("关于加装电梯的答复\n加装电梯由业主出资，政府补贴十万元。", encoding="utf-8")
    plain = load_settings(tmp_path / "home")
    with open_service(plain) as service:
        service.ingest([source])
        (before,) = service.search("电梯谁出资").hits
    with open_service(load_settings(plain.home, reranker=str(reranker_folder))) as service:
        (after,) = service.search("电梯谁出资").hits
    assert (before.start, before.end) == (after.start, after.end)
    assert before.score != pytest.approx(after.score)


def test_a_classifier_is_refused(tmp_path: Path) -> None:
    folder = save_cross_encoder(tmp_path / "classifier", outputs=3)
    with pytest.raises(ModelError, match="有 3 个输出，不是重排模型"):
        CrossEncoderReranker(folder).score("问", ["答"])


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="找不到模型文件夹"):
        CrossEncoderReranker(tmp_path / "none").score("问", ["答"])


def test_a_backend_that_is_not_installed_is_named() -> None:
    for backend, library in (("onnx", "onnxruntime"), ("openvino", "openvino")):
        try:
            __import__(library)
        except ImportError:
            with pytest.raises(ModelError, match=f"没有安装 {library}"):
                load_sentence_transformer("BAAI/bge-small-zh-v1.5", backend)  # type: ignore[arg-type]


def test_settings_out_of_range_are_named_together(tmp_path: Path) -> None:
    expected = r"dimensions.*8 的倍数.*rerank_depth.*1 到 200 的整数.*backend.*torch、onnx"
    with pytest.raises(InputError, match=expected):
        load_settings(tmp_path, dimensions=100, rerank_depth=0, backend="tensorrt")
