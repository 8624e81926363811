"""Another model beside the bundled one: what both vectors mean together, a home with both."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexMismatch
from corpus.store.store import Store
from index.engine import Engine, open_engine, rebuild_engine
from index.models.choice import Models
from index.models.embed import JointEmbedder, open_embedder
from index.models.hub import SentenceTransformerEmbedder
from index.models.static import BUNDLED_MODEL, StaticEmbedder
from index.stores.verify import verify
from tests.fakes import bert_folder, parsed_reply

pytestmark = pytest.mark.slow

TEXTS = ["停车难", "电梯谁出资", "这个句子", "相关文章", "停车电梯", "检索用于生成"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bert_folder(tmp_path_factory.mktemp("joint"))


@pytest.fixture(scope="module")
def joint(folder: Path) -> JointEmbedder:
    return JointEmbedder(StaticEmbedder(BUNDLED_MODEL), SentenceTransformerEmbedder(folder))


def test_a_model_joins_the_bundled_one_unless_it_is_to_stand_alone(folder: Path) -> None:
    both = open_embedder(Models(str(folder)))
    assert isinstance(both, JointEmbedder)
    assert both.name == f"bge-small-zh-v1.5+{StaticEmbedder(BUNDLED_MODEL).name}"
    assert both.dimension == 384 + 8 + 2
    alone = open_embedder(Models(str(folder), alone=True))
    assert isinstance(alone, SentenceTransformerEmbedder)
    assert isinstance(open_embedder(Models()), StaticEmbedder)


def test_vectors_have_unit_length(joint: JointEmbedder) -> None:
    for vectors in (joint.embed_passages(TEXTS), joint.embed_queries(TEXTS)):
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(TEXTS), joint.dimension)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert joint.embed_passages([]).shape == (0, joint.dimension)


def test_an_aimed_query_gives_the_mean_of_both_cosines(joint: JointEmbedder) -> None:
    passages, query = joint.embed_passages(TEXTS), joint.embed_queries(["停车难谁出资"])[0]
    found = passages @ joint.aim(query, passages.mean(axis=0))

    own = joint.own.embed_passages(TEXTS) @ joint.own.embed_queries(["停车难谁出资"])[0]
    others = joint.other.embed_passages(TEXTS)
    mean = others.mean(axis=0)
    away = joint.other.embed_queries(["停车难谁出资"])[0] - mean
    away /= np.linalg.norm(away)
    spread = np.sqrt(((others - mean) ** 2).sum(axis=1).mean())  # the root mean square length
    expected = (own + (others - mean) @ away / spread) / 2
    np.testing.assert_allclose(found, expected, atol=1e-5)
    # Of what is away from the mean, nothing is near or far on the whole.
    assert (found - own / 2).mean() == pytest.approx(0, abs=1e-5)


def test_one_passage_leaves_the_bundled_models_cosine(joint: JointEmbedder) -> None:
    (passage,) = joint.embed_passages(["电梯谁出资"])
    (query,) = joint.embed_queries(["停车难"])
    (alone,) = joint.own.embed_queries(["停车难"]) @ joint.own.embed_passages(["电梯谁出资"]).T
    assert passage @ joint.aim(query, passage) == pytest.approx(alone[0] / 2, abs=1e-5)
    empty = joint.aim(query, np.zeros(joint.dimension, np.float32))
    assert np.isfinite(empty).all()


def test_a_home_with_both_models(folder: Path, tmp_path: Path) -> None:
    models = Models(str(folder))
    with Store.open(tmp_path) as store:
        for id, text in enumerate(TEXTS):
            store.put(parsed_reply(f"{text}。", f"/{id}.txt"), str(id))
        with closing(open_engine(tmp_path, models, store)) as engine:
            assert isinstance(engine.embedder, JointEmbedder)
            found = engine.retriever.search("停车难", 6)
            assert {hit.passage.text for hit in found} == {f"{text}。" for text in TEXTS}
            assert verify(engine.indexer).problems == ()
            # Sentences are compared by the bundled model, which is fast.
            assert engine.retriever.analyser.encoders.sentences is engine.embedder.own
        with pytest.raises(IndexMismatch, match=r"dafu rebuild"):
            open_engine(tmp_path, Models(str(folder), alone=True), store)
        alone = Models(str(folder), alone=True)
        with closing(rebuild_engine(tmp_path, alone, store)) as engine:
            assert engine.legs.dense.dimension == 8
            assert len(engine.retriever.search("停车难", 6)) == len(TEXTS)


def test_the_mean_follows_the_library(joint: JointEmbedder, tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, closing(Engine(tmp_path, store, joint)) as engine:
        assert not engine.legs.dense.mean().any()
        for id, text in enumerate(TEXTS):
            store.put(parsed_reply(f"{text}。", f"/{id}.txt"), str(id))
            engine.indexer.catch_up()
            keys = engine.legs.dense.keys()
            expected = engine.legs.dense.vectors(keys).mean(axis=0)
            np.testing.assert_allclose(engine.legs.dense.mean(), expected, atol=1e-6)
