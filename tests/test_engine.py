"""An engine finishes what a killed process has left undone."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from corpus.errors import IndexMismatch
from corpus.store.store import Store
from index.engine import Engine, open_engine
from index.stores.manifest import load_manifest, write_lock
from tests.fakes import HashEmbedder, parsed_reply

EMBEDDER = HashEmbedder(dimension=64)


def texts(engine: Engine, query: str) -> set[str]:
    return {hit.passage.text for hit in engine.retriever.search(query, 100)}


def test_what_was_stored_but_not_indexed_is_indexed(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, closing(Engine(tmp_path, store, EMBEDDER)) as engine:
        store.put(parsed_reply("加装电梯。", id="a"), "h")
        engine.recover()
        assert texts(engine, "电梯") == {"加装电梯。"}


def test_a_replacement_of_as_many_passages_is_seen(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, closing(Engine(tmp_path, store, EMBEDDER)) as engine:
        store.put(parsed_reply("加装电梯。", id="a"), "h")
        engine.indexer.catch_up()
        store.put(parsed_reply("社区食堂。", id="a"), "h2")
        engine.recover()
        assert texts(engine, "电梯") == {"社区食堂。"}


def test_while_another_writes_nothing_is_indexed(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, closing(Engine(tmp_path, store, EMBEDDER)) as engine:
        store.put(parsed_reply("加装电梯。", id="a"), "h")
        with write_lock(tmp_path):
            engine.recover()
            assert texts(engine, "电梯") == set()
        engine.recover()
        assert texts(engine, "电梯") == {"加装电梯。"}


def test_a_home_of_before_there_were_texts_gets_them(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, closing(Engine(tmp_path, store, EMBEDDER)) as engine:
        store.put(parsed_reply("加装电梯。", id="a"), "h")
        engine.recover()
        engine.legs.texts.remove(store.select_keys().tolist())
        assert texts(engine, "电梯") == {"加装电梯。"}  # made from the store
        engine.recover()
        assert engine.legs.texts.keys().tolist() == store.select_keys().tolist()


def test_another_model_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        Engine(tmp_path, store, EMBEDDER).close()
        with pytest.raises(IndexMismatch, match=r"hash（64 维）.*hash（32 维）.*dafu rebuild"):
            Engine(tmp_path, store, HashEmbedder(dimension=32))


def test_opening_an_engine_has_blas_compute_with_one_thread(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, threadpool_limits(2, user_api="blas"):
        assert blas_threads() == {2}
        with closing(open_engine(tmp_path, "bundled", store)):
            assert blas_threads() == {1}


def test_a_closed_engine_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = threading.active_count()
    with Store.open(tmp_path) as store, closing(Engine(tmp_path, store, EMBEDDER)) as engine:
        store.put(parsed_reply("加装电梯。", id="a"), "h")
        engine.recover()
        assert texts(engine, "电梯") == {"加装电梯。"}
        assert threading.active_count() > before
    assert threading.active_count() == before


def blas_threads() -> set[int]:
    return {
        library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"
    }


def test_an_engine_sees_what_another_commits(tmp_path: Path) -> None:
    with (
        Store.open(tmp_path) as store,
        closing(Engine(tmp_path, store, EMBEDDER)) as writer,
        closing(Engine(tmp_path, store, EMBEDDER)) as reader,
    ):
        store.put(parsed_reply("加装电梯。", id="a"), "h")
        writer.indexer.catch_up()
        assert texts(reader, "电梯") == set()
        assert reader.retriever.library.vocabulary.count("电梯") == 0
        reader.refresh()
        assert texts(reader, "电梯") == {"加装电梯。"}
        assert reader.retriever.library.vocabulary.count("电梯") == 1
        writer.indexer.rebuild()
        reader.refresh()
        assert texts(reader, "电梯") == {"加装电梯。"}
        manifest = load_manifest(tmp_path)
        assert manifest is not None
        assert manifest.folder == "index-2"


def test_after_a_small_load_of_a_large_library_nothing_is_measured_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is large is a matter of SETTLED: here ten passages, of which a fifth may change."""
    monkeypatch.setattr("index.ranking.library.SETTLED", 0.2)
    with Store.open(tmp_path) as store, closing(Engine(tmp_path, store, EMBEDDER)) as engine:
        library = engine.retriever.library

        def load(id: str, text: str) -> tuple[float, int]:
            store.put(parsed_reply(text, f"/{id}.txt", id=id), "h")
            engine.indexer.catch_up()
            return library.lengths.passage, library.vocabulary.count("电梯")

        for number in range(10):
            store.put(parsed_reply(f"第{number}次加装。", f"/{number}.txt", id=str(number)), "h")
        engine.indexer.catch_up()
        measured, count = library.lengths.passage, library.vocabulary.count("电梯")
        assert load("a", "电梯已经装好，请大家放心使用。") == (measured, count)
        assert load("b", "电梯。") == (measured, count)
        longer, counted = load("c", "三号楼的电梯也已经装好，请大家放心使用。")
        assert longer > measured
        assert counted == 3
