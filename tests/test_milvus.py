"""Indexes on Milvus: they follow the store, are shared by homes, and say in Chinese what fails."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import HomeBusy, HomeError, IndexDamaged, IndexMismatch
from corpus.filters import Filters
from corpus.store.store import Store
from corpus.types import FieldName
from index.engine import Engine
from index.stores.indexer import CatchUp, stamp_of
from index.stores.lexical_schema import LexicalEntry, LexicalField, LexicalTerm
from index.stores.milvus import client as client_module
from index.stores.milvus.client import Client
from index.stores.milvus.counts import Counted, TokenCounts
from index.stores.milvus.filtering import MOST_BYTES, expression_of
from index.stores.milvus.indexer import MilvusIndexer, rebuild_on
from index.stores.milvus.legs import MilvusLegs
from index.stores.milvus.lexical import MilvusLexical
from index.stores.milvus.rows import PREFIX, Rows, new_name
from index.stores.milvus.weights import MEANS
from index.stores.place import Place
from index.stores.verify import verify
from index.text.segment import Segmenter, Tokens
from tests.fakes import HashEmbedder, parsed_reply

SEGMENTER = Segmenter()
EMBEDDER = HashEmbedder()

LIFT = ">提案收悉。\n老旧小区加装电梯三十台。\n费用由业主分摊。"
PARK = "口袋公园年底开放。"
CANTEEN = "社区食堂已开门。"


class Home:
    """A home whose legs are on Milvus, over a store of its own or one that others share."""

    def __init__(self, path: Path, place: Place, store: Store | None = None) -> None:
        self.path = path
        self.place = place
        self.store = store or Store.open(path)
        self.legs = MilvusLegs.open(path, stamp_of(EMBEDDER, SEGMENTER), place, self.store)
        self.indexer = MilvusIndexer(self.store, self.legs, EMBEDDER, SEGMENTER)

    def load(self, id: str, text: str, **values: str) -> None:
        given = {FieldName(name): value for name, value in values.items()}
        self.store.put(parsed_reply(text, f"/{id}.txt", id=id, values=given), "h")

    def found(self, query: str, filters: Filters | None = None) -> tuple[set[str], set[str]]:
        """Return the texts of what each leg finds that matches well."""
        filters = filters or Filters()
        terms = [LexicalTerm(LexicalField.BIGRAMS, token) for token in SEGMENTER.bigrams(query)]
        lexical = self.legs.lexical.search(terms, 9, filters)
        dense = self.legs.find_near(EMBEDDER.embed_queries([query])[0], 9, None, filters)
        return self.texts(lexical), self.texts([hit for hit in dense if hit[1] > 0.3])

    def texts(self, hits: list[tuple[int, float]]) -> set[str]:
        return {passage.text for passage in self.store.passages(key for key, _ in hits).values()}

    def close(self) -> None:
        self.legs.close()
        self.store.close()


@pytest.fixture
def home(tmp_path: Path, milvus: Place) -> Iterator[Home]:
    opened = Home(tmp_path / "资料夹", milvus)
    yield opened
    opened.close()


@pytest.fixture
def indexed(home: Home) -> Home:
    home.load("a", LIFT, agency="云栖区房管局")
    home.load("b", PARK)
    home.indexer.catch_up()
    return home


def collections(home: Home) -> list[str]:
    return [n for n in home.legs.rows.client.call("list_collections") if n.startswith(PREFIX)]


def compares_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(rows: Rows, expression: str = "") -> None:
        raise AssertionError("compared all keys")

    monkeypatch.setattr(Rows, "keys", fail)


# Following the store


def test_both_legs_follow_what_comes_and_goes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    compares_no_keys(monkeypatch)
    home.load("a", LIFT)
    home.load("b", PARK)
    assert not home.indexer.is_up_to_date()
    assert home.indexer.catch_up() == CatchUp(added=3, removed=0)
    assert home.found("老旧小区加装电梯") == ({"老旧小区加装电梯三十台。"},) * 2
    home.store.remove(["a"])
    home.load("b", CANTEEN)
    assert home.indexer.catch_up() == CatchUp(added=1, removed=3)
    assert home.indexer.catch_up() == CatchUp(0, 0)
    assert home.indexer.is_up_to_date()
    monkeypatch.undo()
    assert home.found("老旧小区加装电梯") == (set(), set())
    assert home.found("社区食堂") == ({CANTEEN},) * 2
    assert home.legs.counts.document_frequency(LexicalField.BIGRAMS, "电梯") == 0
    found = verify(home.indexer)
    assert found.problems == ()
    assert (found.counts["lexical"], found.counts["dense"]) == (1, 1)


def test_a_load_is_indexed_while_it_goes_on(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.stores.milvus.indexer.BATCH", 2)
    with home.indexer.keeping_up() as keep_up:
        home.load("a", LIFT)
        keep_up()
    assert home.legs.rows.count == 2
    assert home.indexer.catch_up() == CatchUp(0, 0)
    assert verify(home.indexer).problems == ()


def test_filters_reach_both_legs(indexed: Home) -> None:
    filters = Filters(agencies=("云栖区房管局",))
    assert indexed.found("口袋公园", filters) == (set(), set())
    assert indexed.found("加装电梯", filters) == ({"老旧小区加装电梯三十台。"},) * 2


@pytest.mark.parametrize("step", ["texts", "counts", "words", "delete", "here", "there"])
@pytest.mark.parametrize("after", [False, True])
def test_a_kill_at_any_step_costs_only_time(
    indexed: Home, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    legs = indexed.legs
    steps: dict[str, tuple[Any, str]] = {
        "texts": (legs.texts, "add"),
        "counts": (legs.counts, "add"),
        "words": (legs.rows, "_write_whole"),
        "delete": (legs.rows, "commit"),
        "here": (legs, "note_here"),
        "there": (legs, "note_there"),
    }
    owner, name = steps[step]
    whole: Callable[..., Any] = getattr(owner, name)

    def die(*given: Any, **named: Any) -> None:
        if after:
            whole(*given, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(owner, name, die)
    indexed.load("b", CANTEEN)  # as many passages as before
    indexed.store.remove(["a"])
    with pytest.raises(KeyboardInterrupt):
        indexed.indexer.catch_up()
    monkeypatch.undo()
    with closing(Home(indexed.path, indexed.place)) as again:
        again.indexer.catch_up()
        assert again.indexer.is_up_to_date()
        assert verify(again.indexer).problems == ()
        assert again.found("老旧小区加装电梯") == (set(), set())
        assert again.found("社区食堂") == ({CANTEEN},) * 2


def test_verify_sees_what_is_missing_too_much_or_other(indexed: Home) -> None:
    keys = indexed.legs.rows.keys()
    first, last = int(keys[0]), int(keys[-1])
    row = indexed.legs.rows.read([first], "*")[first]
    client, name = indexed.legs.rows.client, indexed.legs.rows.name
    client.call("delete", name, ids=[last])
    client.call("upsert", name, [{**row, "key": 999}])
    client.call("upsert", name, [{**row, "agency": ["别的局"], "dense": -np.array(row["dense"])}])
    problems = "\n".join(verify(indexed.indexer).problems)
    for said in ("词语索引缺少 1 段", "向量索引多出 1 段", "词语索引与文库", "向量索引与文库"):
        assert said in problems
    indexed.indexer.rebuild()
    assert verify(indexed.indexer).problems == ()


# Mean lengths


def test_mean_lengths_are_measured_once_for_a_collection(
    tmp_path: Path, milvus: Place, library: str
) -> None:
    with pair(tmp_path, milvus, library) as (one, other):
        assert one.legs.means() == other.legs.means() == MEANS
        one.load("a", LIFT)
        one.indexer.catch_up()
        first = one.legs.means()
        assert 1 <= first[LexicalField.WORDS] < 20  # of these few words
        one.load("b", PARK * 9)
        one.indexer.catch_up()
        other.indexer.catch_up()
        assert one.legs.means() == other.legs.means() == first
        assert verify(other.indexer).problems == ()
        before = one.legs.rows.name
        one.indexer.rebuild()
        assert one.legs.means()[LexicalField.WORDS] > first[LexicalField.WORDS]
        assert one.legs.directory.load_means(before) is None
        assert verify(one.indexer).problems == ()


def test_a_collection_without_measured_means_keeps_those_it_was_made_with(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MilvusLegs, "note_means", lambda *_: None)  # as it was once
    home.load("a", LIFT)
    home.indexer.catch_up()
    monkeypatch.undo()
    home.load("b", PARK)
    home.indexer.catch_up()
    assert home.legs.means() == MEANS
    assert verify(home.indexer).problems == ()


# Making anew


def test_a_rebuild_switches_to_a_new_collection_and_drops_the_old(indexed: Home) -> None:
    before = indexed.legs.rows.name
    with closing(Home(indexed.path, indexed.place)) as reader:
        indexed.indexer.rebuild()
        assert collections(indexed) == [indexed.legs.rows.name] != [before]
        assert reader.found("加装电梯")[0] == {"老旧小区加装电梯三十台。"}  # of what has its place
        assert reader.legs.rows.name == indexed.legs.rows.name
    assert [path.name for path in indexed.path.glob("index-*")] == [indexed.legs.folder.name]
    assert indexed.indexer.is_up_to_date()


def test_a_rebuild_that_fails_leaves_the_old_indexes(
    indexed: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    before = collections(indexed)
    monkeypatch.setattr(Rows, "add_vectors", fail)
    with pytest.raises(KeyboardInterrupt):
        indexed.indexer.rebuild()
    assert collections(indexed) == before
    assert indexed.found("加装电梯")[0] == {"老旧小区加装电梯三十台。"}
    assert verify(indexed.indexer).problems == ()


def test_other_models_and_lost_collections_are_told(indexed: Home) -> None:
    with pytest.raises(IndexMismatch, match="dafu rebuild"):
        MilvusLegs.open(
            indexed.path,
            replace(stamp_of(EMBEDDER, SEGMENTER), model="另一个"),
            indexed.place,
            indexed.store,
        )
    indexed.legs.rows.client.call("drop_collection", indexed.legs.rows.name)
    with pytest.raises(IndexDamaged, match="不见了"):
        indexed.found("加装电梯")
    with pytest.raises(IndexDamaged, match="不见了"):
        Home(indexed.path, indexed.place)
    rebuild_on(indexed.place, indexed.path, indexed.store, EMBEDDER, SEGMENTER)
    with closing(Home(indexed.path, indexed.place)) as again:
        assert verify(again.indexer).problems == ()


def test_an_older_store_is_noticed(indexed: Home) -> None:
    note = indexed.legs.followed_there()
    assert note is not None
    assert not indexed.indexer.overtakes_store
    until = replace(note.until, key=note.until.key + 9)
    indexed.legs.directory.save_followed(indexed.legs.rows.name, replace(note, until=until))
    assert indexed.indexer.overtakes_store


def test_a_home_goes_to_milvus_and_back(tmp_path: Path, milvus: Place) -> None:
    with Store.open(tmp_path) as store:
        store.put(parsed_reply(LIFT, "/a.txt", id="a"), "h")
        found = []
        for place in (None, milvus, None):
            with closing(Engine(tmp_path, store, EMBEDDER, place=place)) as engine:
                engine.recover()
                found.append([hit.passage.text for hit in engine.retriever.search("加装电梯")])
                assert verify(engine.indexer).problems == ()
    assert found[0] == found[1] == found[2]
    assert found[0]


# Several homes


def test_another_library_is_left_alone(indexed: Home, tmp_path: Path) -> None:
    with Store.open(tmp_path / "别的") as store:
        store.put(parsed_reply(PARK, "/z.txt", id="z"), "h")
        stamp = stamp_of(EMBEDDER, SEGMENTER)
        with pytest.raises(HomeError, match="另一个文库的索引"):
            MilvusLegs.open(tmp_path / "别的", stamp, indexed.place, store)
        with pytest.raises(HomeError, match="另一个文库的索引"):
            rebuild_on(indexed.place, tmp_path / "别的", store, EMBEDDER, SEGMENTER)
    assert verify(indexed.indexer).problems == ()


class Embeddings(HashEmbedder):
    """Counts what is embedded."""

    embedded = 0

    def embed_passages(self, texts: Any, *given: Any) -> Any:
        self.embedded += len(texts)
        return super().embed_passages(texts, *given)


def test_a_second_home_embeds_nothing_again(tmp_path: Path, milvus: Place, library: str) -> None:
    with pair(tmp_path, milvus, library) as (one, other):
        counting = Embeddings()
        other.indexer = MilvusIndexer(other.store, other.legs, counting, SEGMENTER)
        one.load("a", LIFT)
        one.indexer.catch_up()
        other.indexer.catch_up()
        assert counting.embedded == 0
        assert other.found("加装电梯") == ({"老旧小区加装电梯三十台。"},) * 2
        one.load("b", PARK)
        one.store.remove(["a"])
        other.indexer.catch_up()  # who comes first writes
        one.indexer.catch_up()
        assert counting.embedded == 1
        for each in (one, other):
            assert each.indexer.is_up_to_date()
            assert verify(each.indexer).problems == ()


def test_one_home_writes_at_a_time_and_the_other_leaves_it_the_rest(
    tmp_path: Path, milvus: Place, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pair(tmp_path, milvus, library) as (one, other):
        compares_no_keys(monkeypatch)
        with one.indexer.keeping_up():
            other.load("a", LIFT)
            other.indexer.catch_up()
            assert other.indexer.behind
            assert (other.legs.texts.count, other.legs.rows.count) == (2, 0)
            with pytest.raises(HomeBusy, match="另一个资料夹正在写入 Milvus"):
                rebuild_on(milvus, other.path, other.store, EMBEDDER, SEGMENTER)
        one.indexer.catch_up()
        other.indexer.catch_up()
        assert not other.indexer.behind
        monkeypatch.undo()
        for each in (one, other):
            assert verify(each.indexer).problems == ()


@pytest.fixture
def library(postgres_library: str) -> str:
    """A library in PostgreSQL without any reply."""
    from tests.postgres import empty

    empty(postgres_library)
    return postgres_library


@contextmanager
def pair(tmp_path: Path, place: Place, address: str) -> Iterator[tuple[Home, Home]]:
    """Open two homes over one library in PostgreSQL and one Milvus."""
    with (
        closing(Home(tmp_path / "一", place, Store.open(tmp_path / "一", address))) as one,
        closing(Home(tmp_path / "二", place, Store.open(tmp_path / "二", address))) as other,
    ):
        yield one, other


# The lexical leg alone


@pytest.fixture
def lexical(tmp_path: Path, milvus: Place) -> Iterator[MilvusLexical]:
    """The passages that the contract of tantivy's leg is tested with, of two words in the mean."""
    client = Client(milvus)
    rows, counts = Rows.create(client, new_name(), 2), TokenCounts(tmp_path / "counts.sqlite")
    index = MilvusLexical(rows, counts, lambda: dict.fromkeys(LexicalField, 2.0))
    texts = [("加装 电梯", "住房"), ("加装 电梯 电梯", ""), ("公园", "加装 住房")]
    cut = [[Tokens(tuple(text.split()), ()) for text in pair] for pair in texts]
    entries = [LexicalEntry(key, "r", text, context) for key, (text, context) in enumerate(cut)]
    index.add(entries)
    counts.add(Counted(each.key, each.text, each.context) for each in entries)
    rows.add_vectors(range(3), np.zeros((3, 2), np.float32))
    rows.commit()
    yield index
    counts.close()
    client.close()


def word(token: str, boost: float = 1.0) -> LexicalTerm:
    return LexicalTerm(LexicalField.WORDS, token, boost)


def test_scores_are_bm25(lexical: MilvusLexical) -> None:
    """Computed by hand in tests/test_index_contract.py."""
    found = lexical.search([word("加装")], 9)
    assert [key for key, _ in found] == [0, 1]
    assert [score for _, score in found] == pytest.approx([0.470004, 0.390192], abs=1e-5)
    boosted = dict(lexical.search([word("加装", 2.5), word("加装", 2.5)], 9))
    assert boosted[0] == pytest.approx(2.5 * 0.470004, abs=1e-5)
    assert lexical.scores([word("加装")], [1, 2, 99]) == {1: pytest.approx(0.390192, abs=1e-5)}
    assert lexical.search([], 9) == lexical.search([word("没有的词")], 9) == []


def test_tokens_are_counted(lexical: MilvusLexical) -> None:
    assert lexical.document_frequency("words", "电梯") == 2
    assert lexical.document_frequency("words", "住房") == 0
    assert lexical.document_frequency("context_words", "住房") == 2
    assert list(lexical.frequent_words(9).items()) == [("加装", 2), ("电梯", 2), ("公园", 1)]


def test_an_entry_is_held_with_all_of_it(lexical: MilvusLexical) -> None:
    entry = LexicalEntry(2, "r", Tokens(("公园",), ()), Tokens(("加装", "住房"), ()))
    assert lexical.holds(entry)
    for other in (
        replace(entry, key=9),
        replace(entry, reply_id="s"),
        replace(entry, text=Tokens(("公园", "公园"), ())),
        replace(entry, context=Tokens(("食堂",), ())),
        replace(entry, values={FieldName.AGENCY: ("云栖区房管局",)}),
        replace(entry, year=2021),
    ):
        assert not lexical.holds(other)


def test_values_that_nobody_should_have_are_filtered_by_all_the_same(
    tmp_path: Path, milvus: Place
) -> None:
    values = ('引"号', "反\\斜\\", "单'号", "换\n行", "长" * MOST_BYTES, "] or key > 0 //")
    with closing(Home(tmp_path, milvus)) as home:
        for number, value in enumerate(values):
            home.load(f"r{number}", f"第{number}件已办。", agency=value)
        home.indexer.catch_up()
        for value in values:
            wanted = home.store.select_keys(Filters(agencies=(value,)))
            assert len(wanted) == 1
            assert home.legs.lexical.keys(Filters(agencies=(value,))).tolist() == wanted.tolist()
    assert expression_of(Filters(agencies=("甲",), reply_ids=())) is None


# What fails


def test_a_server_that_cannot_be_reached_is_told() -> None:
    pytest.importorskip("pymilvus")
    with pytest.raises(HomeError, match=r"连不上 Milvus http://127\.0\.0\.1:1/dafu。") as told:
        Client(Place("http://someone:geheim@127.0.0.1:1/dafu", "geheim"))
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize(
    ("code", "said", "told"),
    [
        (1400, "privilege", "不接受所给的口令"),
        (65535, "auth check failure, please check username", "不接受所给的口令"),
        (1, "Retry timeout: 60s", "没有答复"),
        (2, "Fail connecting to server", "连不上"),
        (1100, "invalid parameter", "代码 1100"),
    ],
)
def test_what_a_server_refuses_is_told(milvus: Place, code: int, said: str, told: str) -> None:
    client = Client(milvus)
    error = client.library.MilvusException(code, said)
    client._client = type("Refusing", (), {"query": staticmethod(_raising(error))})()
    with pytest.raises(HomeError, match=told) as found:
        client.call("query", "dafu")
    assert said not in str(found.value)


def _raising(error: Exception) -> Callable[..., None]:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("DEADLINE_EXCEEDED", "没有答复"),
        ("UNAUTHENTICATED", "不接受所给的口令"),
        ("UNAVAILABLE", "连不上"),
    ],
)
def test_what_grpc_says_is_told(milvus: Place, code: str, told: str) -> None:
    import grpc

    class Failing(grpc.RpcError):  # type: ignore[misc]
        def code(self) -> Any:
            return grpc.StatusCode[code]

    client = Client(milvus)
    client._client = type("Failing", (), {"query": staticmethod(_raising(Failing()))})()
    with pytest.raises(HomeError, match=told):
        client.call("query", "dafu")


def test_without_pymilvus_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(HomeError, match=r"pip install 'dafu\[milvus\]'"):
        Client(Place("http://127.0.0.1:19530"))


def test_a_file_in_no_folder_is_told(tmp_path: Path) -> None:
    pytest.importorskip("pymilvus")
    with pytest.raises(HomeError, match="文件打不开"):
        Client(Place(str(tmp_path / "没有" / "milvus.db")))


def test_something_else_called_dafu_is_told(milvus: Place, tmp_path: Path) -> None:
    client = Client(milvus)
    client.call("create_collection", "dafu", dimension=2)
    client.close()
    with Store.open(tmp_path) as store, pytest.raises(HomeError, match="不是 Dafu 写的"):
        MilvusLegs.open(tmp_path, stamp_of(EMBEDDER, SEGMENTER), milvus, store)
    assert client_module.NOT_FOUND == 100
