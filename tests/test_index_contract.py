"""Both legs keep one contract: values, order, filters, replacing, removing and reloading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.errors import HomeBusy, IndexMismatch
from corpus.filters import FILTER_FIELDS, UNMARKED, Filters
from corpus.outcomes import with_alike
from corpus.types import FieldName
from index.stores.dense import DenseIndex
from index.stores.lexical import LexicalEntry, LexicalField, LexicalIndex, LexicalTerm
from index.stores.lexical_schema import NO_TOKENS
from index.stores.milvus.client import Client
from index.stores.milvus.counts import Counted, TokenCounts
from index.stores.milvus.dense import MilvusDense
from index.stores.milvus.lexical import MilvusLexical
from index.stores.milvus.rows import Rows, new_name
from index.text.segment import Segmenter, Tokens
from tests.fakes import HashEmbedder

SEGMENTER = Segmenter()
EMBEDDER = HashEmbedder(dimension=64)

Values = dict[FieldName, tuple[str, ...]]
Found = list[tuple[int, float]]


class Leg(Protocol):
    """One leg, driven by texts."""

    sees_at_once: bool
    """Whether it sees what others have committed before `refresh`."""

    def add(self, key: int, text: str, **values: str) -> None: ...
    def remove(self, keys: list[int]) -> None: ...
    def commit(self) -> None: ...
    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> Found: ...
    def keys(self) -> list[int]: ...
    def count(self) -> int: ...
    def rollback(self) -> None: ...
    def refresh(self) -> None: ...
    def again(self) -> Leg: ...

    """Open the same files once more, as another process would."""


class LexicalLeg:
    sees_at_once = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = LexicalIndex.open(folder / "lexical")

    def add(self, key: int, text: str, **values: str) -> None:
        year = int(values.pop("year", "0")) or None
        self.index.add(
            [
                LexicalEntry(
                    key=key,
                    reply_id=f"r{key}",
                    text=SEGMENTER.segment(text),
                    values={FieldName(name): (value,) for name, value in values.items()},
                    year=year,
                )
            ]
        )

    def remove(self, keys: list[int]) -> None:
        self.index.remove(keys)

    def commit(self) -> None:
        self.index.commit()

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> Found:
        terms = [LexicalTerm(LexicalField.BIGRAMS, token) for token in SEGMENTER.bigrams(query)]
        return self.index.search(terms, k, filters or Filters())

    def keys(self) -> list[int]:
        return list(map(int, self.index.keys()))

    def count(self) -> int:
        return self.index.count

    def rollback(self) -> None:
        self.index.rollback()

    def refresh(self) -> None:
        self.index.refresh()

    def again(self) -> LexicalLeg:
        return LexicalLeg(self.folder)


class MilvusLeg:
    """A leg on Milvus, where a passage is there once both have it."""

    sees_at_once = True

    def __init__(self, folder: Path, rows: Rows) -> None:
        self.folder = folder
        self.rows = rows
        self.counts = TokenCounts(folder / "counts.sqlite")
        self.given: dict[int, Tokens] = {}
        self.lexical = MilvusLexical(rows, self.counts)
        self.dense = MilvusDense(rows, EMBEDDER.dimension)

    def add(self, key: int, text: str, **values: str) -> None:
        year = int(values.pop("year", "0")) or None
        named = {FieldName(name): (value,) for name, value in values.items()}
        tokens = SEGMENTER.segment(text)
        self.counts.remove([Counted(key, self.given[key], NO_TOKENS)] if key in self.given else [])
        self.counts.add([Counted(key, tokens, NO_TOKENS)])
        self.given[key] = tokens
        self.lexical.add([LexicalEntry(key, f"r{key}", tokens, values=named, year=year)])
        self.dense.add([key], EMBEDDER.embed_passages([text]))

    def remove(self, keys: list[int]) -> None:
        self.rows.remove(keys)

    def commit(self) -> None:
        self.rows.commit()

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> Found:
        raise NotImplementedError

    def keys(self) -> list[int]:
        return list(map(int, self.rows.keys()))

    def count(self) -> int:
        return self.rows.count

    def rollback(self) -> None:
        self.rows.rollback()

    def refresh(self) -> None:
        self.rows.look()

    def again(self) -> Leg:
        return type(self)(self.folder, Rows(self.rows.client, self.rows.name))


class MilvusLexicalLeg(MilvusLeg):
    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> Found:
        terms = [LexicalTerm(LexicalField.BIGRAMS, token) for token in SEGMENTER.bigrams(query)]
        return self.lexical.search(terms, k, filters or Filters())


class MilvusDenseLeg(MilvusLeg):
    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> Found:
        vector = EMBEDDER.embed_queries([query])[0]
        return self.dense.search(vector, k, filters=filters or Filters())


class DenseLeg:
    """The dense leg leaves it to the store to turn filters into keys; so does this one."""

    sees_at_once = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = DenseIndex.open(folder / "dense", EMBEDDER.dimension)
        self.values: dict[int, dict[str, str]] = {}

    def add(self, key: int, text: str, **values: str) -> None:
        self.values[key] = values
        self.index.add([key], EMBEDDER.embed_passages([text]))

    def remove(self, keys: list[int]) -> None:
        self.index.remove(keys)

    def commit(self) -> None:
        self.index.commit()

    def search(self, query: str, k: int = 10, filters: Filters | None = None) -> Found:
        allowed = None
        if filters is not None:
            keys = [key for key in self.keys() if allows(filters, key, self.values[key])]
            allowed = np.array(keys, np.int64)
        return self.index.search(EMBEDDER.embed_queries([query])[0], k, allowed)

    def keys(self) -> list[int]:
        return list(map(int, self.index.keys()))

    def count(self) -> int:
        return self.index.count

    def rollback(self) -> None:
        self.index.rollback()

    def refresh(self) -> None:
        self.index.refresh()

    def again(self) -> DenseLeg:
        leg = DenseLeg(self.folder)
        leg.values = self.values
        return leg


def allows(filters: Filters, key: int, values: dict[str, str]) -> bool:
    """Say by plain Python what filters allow."""
    for filter_name, field in FILTER_FIELDS.items():
        allowed = getattr(filters, filter_name)
        if allowed and field is FieldName.OUTCOME:
            allowed = with_alike(allowed)
        value = values.get(field, UNMARKED if field is FieldName.DISCLOSURE else None)
        if allowed is not None and value not in allowed:
            return False
    if filters.years is not None:
        first, last = filters.years
        year = int(values.get("year", "0"))
        if not year or not (first or 0) <= year <= (last or 9999):
            return False
    return filters.reply_ids is None or f"r{key}" in filters.reply_ids


@pytest.fixture(params=[LexicalLeg, DenseLeg, MilvusLexicalLeg, MilvusDenseLeg])
def leg(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Leg]:
    if not issubclass(request.param, MilvusLeg):
        yield request.param(tmp_path)
        return
    client = Client(request.getfixturevalue("milvus"))
    yield request.param(tmp_path, Rows.create(client, new_name(), EMBEDDER.dimension))
    client.close()


@pytest.fixture
def filled(leg: Leg) -> Leg:
    leg.add(1, "老旧小区加装电梯", agency="房管局", region="甲区", year="2019", outcome="A")
    leg.add(2, "加装电梯的费用分摊", agency="房管局", region="乙区", year="2021", outcome="B")
    leg.add(3, "口袋公园与绿道", agency="绿化局", region="甲区", year="2021", disclosure="主动公开")
    leg.add(4, "道路拓宽工程", agency="交通委", region="乙区")
    leg.commit()
    return leg


def keys_of(found: Found) -> list[int]:
    return [key for key, _ in found]


def test_the_best_match_comes_first_with_the_highest_score(filled: Leg) -> None:
    found = filled.search("老旧小区加装电梯")
    scores = [score for _, score in found]
    assert keys_of(found)[:2] == [1, 2]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[1] > 0


def test_k_limits_and_fewer_are_found_where_fewer_are(filled: Leg) -> None:
    assert keys_of(filled.search("老旧小区加装电梯", k=1)) == [1]
    assert len(filled.search("老旧小区加装电梯", k=100)) <= 4
    assert filled.search("老旧小区加装电梯", k=0) == []
    assert filled.search("老旧小区加装电梯", k=-1) == []


def test_a_shorter_list_is_the_head_of_a_longer_one(filled: Leg) -> None:
    longer = filled.search("加装电梯", k=3)
    assert filled.search("加装电梯", k=2) == longer[:2]


def test_an_empty_index_finds_nothing(leg: Leg) -> None:
    assert leg.search("加装电梯") == []
    assert leg.search("加装电梯", filters=Filters(agencies=("房管局",))) == []
    assert (leg.keys(), leg.count()) == ([], 0)
    leg.remove([1])
    leg.commit()
    assert leg.again().keys() == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {1, 2}),
        (Filters(agencies=("房管局",)), {1, 2}),
        (Filters(agencies=("房管局", "绿化局"), regions=("甲区",)), {1}),
        (Filters(outcomes=("B",)), {2}),
        (Filters(outcomes=("列入计划拟解决",)), {2}),
        (Filters(years=(2020, None)), {2}),
        (Filters(years=(None, 2019)), {1}),
        (Filters(years=(None, None)), {1, 2}),
        (Filters(years=(2022, 2030)), set()),
        (Filters(disclosures=(UNMARKED,)), {1, 2}),
        (Filters(disclosures=("主动公开",)), set()),
        (Filters(reply_ids=("r2", "r4", "r9")), {2}),
        (Filters(agencies=()), set()),
        (Filters(reply_ids=()), set()),
        (Filters(agencies=("房管",)), set()),
        (Filters(sessions=("五次会议",)), set()),
        (Filters(kinds=()), set()),
    ],
)
def test_filters_apply_within_the_search(filled: Leg, filters: Filters, expected: set[int]) -> None:
    """Each query shares its words with passages 1 and 2 alone."""
    found = filled.search("加装电梯", k=10, filters=filters)
    assert {key for key, score in found if score > 0.2} == expected
    everything = dict(filled.search("加装电梯"))
    assert all(score == pytest.approx(everything[key], abs=1e-6) for key, score in found)


def test_a_filtered_search_reaches_behind_the_best(filled: Leg) -> None:
    found = filled.search("老旧小区加装电梯", k=1, filters=Filters(regions=("乙区",)))
    assert keys_of(found) == [2]


def test_an_added_passage_with_a_known_key_replaces_it(filled: Leg) -> None:
    filled.add(1, "社区食堂助餐")
    filled.commit()
    assert filled.keys() == [1, 2, 3, 4]
    assert keys_of(filled.search("加装电梯", k=1)) == [2]
    assert keys_of(filled.search("社区食堂", k=1)) == [1]
    assert filled.again().keys() == [1, 2, 3, 4]


def test_a_passage_added_twice_before_a_commit_stands_once(leg: Leg) -> None:
    leg.add(1, "加装电梯")
    leg.add(1, "社区食堂")
    leg.commit()
    assert (leg.keys(), leg.count()) == ([1], 1)
    assert keys_of(leg.search("社区食堂", k=1)) == [1]


def test_what_is_removed_is_not_found(filled: Leg) -> None:
    filled.remove([1, 99])
    filled.commit()
    assert filled.keys() == [2, 3, 4]
    assert 1 not in keys_of(filled.search("老旧小区加装电梯"))
    assert 1 not in keys_of(filled.again().search("老旧小区加装电梯"))


def test_what_is_removed_can_be_added_again(filled: Leg) -> None:
    filled.remove([1])
    filled.add(1, "老旧小区加装电梯")
    filled.commit()
    assert keys_of(filled.search("老旧小区加装电梯", k=1)) == [1]
    assert filled.count() == 4


def test_all_is_the_same_after_opening_again(filled: Leg) -> None:
    again = filled.again()
    assert again.keys() == filled.keys() == [1, 2, 3, 4]
    assert again.search("加装电梯") == filled.search("加装电梯")


def test_what_was_not_committed_is_not_in_the_files(filled: Leg) -> None:
    filled.add(5, "社区食堂助餐")
    assert filled.again().keys() == [1, 2, 3, 4]
    filled.rollback()
    filled.commit()
    assert filled.keys() == [1, 2, 3, 4]
    assert filled.again().keys() == [1, 2, 3, 4]


def test_a_reader_sees_a_commit_after_a_refresh(filled: Leg) -> None:
    reader = filled.again()
    filled.add(5, "社区食堂助餐")
    filled.commit()
    assert reader.keys() == ([1, 2, 3, 4, 5] if reader.sees_at_once else [1, 2, 3, 4])
    reader.refresh()
    assert reader.keys() == [1, 2, 3, 4, 5]
    assert keys_of(reader.search("社区食堂助餐", k=1)) == [5]


def test_large_keys_are_kept(leg: Leg) -> None:
    leg.add(2**62, "加装电梯")
    leg.commit()
    assert keys_of(leg.search("加装电梯")) == [2**62]


# The lexical leg alone


@pytest.fixture
def lexical(tmp_path: Path) -> Iterator[LexicalIndex]:
    index = LexicalIndex.open(tmp_path / "lexical")
    entries = [("加装 电梯", "住房"), ("加装 电梯 电梯", ""), ("公园", "加装 住房")]
    index.add(
        LexicalEntry(
            key=key,
            reply_id="r",
            text=Tokens(tuple(words.split()), ()),
            context=Tokens(tuple(context.split()), ()),
        )
        for key, (words, context) in enumerate(entries)
    )
    index.commit()
    yield index
    index.close()


def word(token: str, boost: float = 1.0) -> LexicalTerm:
    return LexicalTerm(LexicalField.WORDS, token, boost)


def test_scores_are_bm25(lexical: LexicalIndex) -> None:
    """ln(1 + (N - n + ½) / (n + ½)) · f (k1 + 1) / (f + k1 (1 - b + b |d| / mean)), by hand.

    N = 3 passages of 2, 3 and 1 words (mean 2); 加装 stands in n = 2 of them, so its weight is
    ln(1.6) = 0.470004. In passage 0: 1 · 2.2 / (1 + 1.2) = 1. In passage 1:
    1 · 2.2 / (1 + 1.2 (0.25 + 0.75 · 1.5)) = 2.2 / 2.65 = 0.830189.
    """
    found = lexical.search([word("加装")], 9)
    assert keys_of(found) == [0, 1]
    assert [score for _, score in found] == pytest.approx([0.470004, 0.390192], abs=1e-5)


def test_a_boost_multiplies_and_a_repeated_term_counts_once(lexical: LexicalIndex) -> None:
    once = dict(lexical.search([word("加装")], 9))
    assert dict(lexical.search([word("加装", 2.5)], 9))[0] == pytest.approx(2.5 * once[0])
    assert dict(lexical.search([word("加装"), word("加装")], 9)) == once


def test_fields_add_up(lexical: LexicalIndex) -> None:
    in_context = LexicalTerm(LexicalField.CONTEXT_WORDS, "住房")
    both = dict(lexical.search([word("加装"), in_context], 9))
    alone = dict(lexical.search([in_context], 9))
    assert set(alone) == {0, 2}
    assert both[0] == pytest.approx(dict(lexical.search([word("加装")], 9))[0] + alone[0])


def test_no_terms_find_nothing(lexical: LexicalIndex) -> None:
    assert lexical.search([], 9) == []
    assert lexical.search([word("没有的词")], 9) == []


def test_candidates_get_the_scores_of_the_search(lexical: LexicalIndex) -> None:
    found = dict(lexical.search([word("加装")], 9))
    assert lexical.scores([word("加装")], [1, 2, 99]) == {1: pytest.approx(found[1])}
    assert lexical.scores([word("加装")], []) == {}


def test_document_frequency(lexical: LexicalIndex) -> None:
    assert lexical.document_frequency("words", "电梯") == 2
    assert lexical.document_frequency("words", "住房") == 0
    assert lexical.document_frequency("context_words", "住房") == 2


def test_an_entry_is_held_with_all_of_it(lexical: LexicalIndex) -> None:
    entry = LexicalEntry(2, "r", Tokens(("公园",), ()), Tokens(("加装", "住房"), ()))
    assert lexical.holds(entry)
    for other in (
        replace(entry, key=9),
        replace(entry, reply_id="s"),
        replace(entry, text=Tokens(("公园", "电梯"), ())),
        replace(entry, context=Tokens(("食堂",), ())),
        replace(entry, values={FieldName.AGENCY: ("云栖区房管局",)}),
        replace(entry, year=2021),
    ):
        assert not lexical.holds(other)


def test_frequent_words_come_first_with_their_numbers(lexical: LexicalIndex) -> None:
    assert list(lexical.frequent_words(9).items()) == [("加装", 2), ("电梯", 2), ("公园", 1)]
    assert lexical.frequent_words(1) == {"加装": 2}


def test_a_thousand_terms_are_one_query(lexical: LexicalIndex) -> None:
    terms = [word(f"词{number}") for number in range(3000)]
    assert keys_of(lexical.search([*terms, word("公园")], 9)) == [2]


def test_a_second_writer_is_told_to_wait(lexical: LexicalIndex) -> None:
    other = LexicalIndex.open(lexical.path)
    lexical.remove([0])
    with pytest.raises(HomeBusy, match="正在写入"):
        other.remove([1])
    assert keys_of(other.search([word("公园")], 9)) == [2]
    lexical.commit()
    other.remove([1])
    other.commit()
    lexical.refresh()
    assert lexical.keys().tolist() == [2]


def test_a_second_writer_replaces_what_the_first_has_committed(lexical: LexicalIndex) -> None:
    other = LexicalIndex.open(lexical.path)
    entry = LexicalEntry(key=7, reply_id="r", text=Tokens(("绿道",), ()))
    lexical.add([entry])
    lexical.commit()
    other.add([entry])
    other.commit()
    assert other.keys().tolist() == [0, 1, 2, 7]


def test_a_commit_that_was_killed_does_not_stand_in_the_way_of_the_next(
    lexical: LexicalIndex,
) -> None:
    """It has written its files, but not yet the one that names them."""
    before = (lexical.path / "meta.json").read_bytes()
    lexical.remove([0])
    lexical.commit()
    (lexical.path / "meta.json").write_bytes(before)
    again = LexicalIndex.open(lexical.path)
    assert again.keys().tolist() == [0, 1, 2]
    again.remove([0])
    again.commit()
    assert again.keys().tolist() == [1, 2]


def test_a_damaged_lexical_index_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{", "utf-8")
    with pytest.raises(IndexMismatch, match="dafu rebuild"):
        LexicalIndex.open(tmp_path)


# The dense leg alone


def test_scores_are_inner_products(tmp_path: Path) -> None:
    index = DenseIndex.open(tmp_path / "dense", 2)
    index.add([7, 8, 9], np.array([[1, 0], [0.6, 0.8], [0, -1]], np.float32))
    found = index.search(np.array([0, 1], np.float32), 3)
    assert keys_of(found) == [8, 7, 9]
    assert [score for _, score in found] == pytest.approx([0.8, 0.0, -1.0], abs=1e-3)


def test_vectors_come_back_and_unknown_ones_are_zero(tmp_path: Path) -> None:
    index = DenseIndex.open(tmp_path / "dense", 2)
    index.add([7, 8], np.array([[1, 0], [0.6, 0.8]], np.float32))
    index.remove([7])
    vectors = index.vectors([8, 7, 99])
    assert vectors.tolist() == [pytest.approx([0.6, 0.8], abs=1e-3), [0, 0], [0, 0]]
    assert vectors.dtype == np.float32
    assert index.vectors([]).shape == (0, 2)


def test_of_a_key_given_twice_the_last_vector_counts(tmp_path: Path) -> None:
    index = DenseIndex.open(tmp_path / "dense", 2)
    index.add([7, 7], np.array([[1, 0], [0, 1]], np.float32))
    assert index.vectors([7]).tolist() == [[0, 1]]
    assert index.count == 1


def many_vectors() -> NDArray[np.float32]:
    """6,000 vectors of 32 dimensions, around 60 directions as passages are around their matters."""
    chance = np.random.default_rng(1)
    vectors = np.repeat(chance.normal(size=(60, 32)), 100, axis=0)
    vectors += chance.normal(size=vectors.shape)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


def test_a_large_index_finds_nearly_all_that_are_nearest(tmp_path: Path) -> None:
    """Beyond MOST_EXACT vectors candidates come from codes, of 1,000 or more for each search."""
    vectors = many_vectors()
    keys = np.arange(6000) * 3
    index = DenseIndex.open(tmp_path / "dense", 32)
    for start in range(0, 6000, 1000):
        index.add(keys[start : start + 1000], vectors[start : start + 1000])
    index.remove(keys[:500])
    index.commit()
    again = DenseIndex.open(tmp_path / "dense", 32)
    may = [keys[500:], keys[500::2], keys[4000:4050]]  # all, half of them, so few as to look at all
    for allowed in (None, *may):
        among = may[0] if allowed is None else allowed
        shares = []
        for query in vectors[::300]:
            found = index.search(query, 50, allowed)
            assert again.search(query, 50, allowed) == found
            scores = vectors[among // 3] @ query
            nearest = among[np.argsort(-scores)[:50]].tolist()
            shares.append(len({*keys_of(found)} & {*nearest}) / 50)
            assert {*keys_of(found)} <= {*among.tolist()}
            assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
        assert np.mean(shares) > 0.995


def test_an_index_of_an_odd_dimension_scores_every_vector(tmp_path: Path) -> None:
    vectors = many_vectors()[:, :31]
    index = DenseIndex.open(tmp_path / "dense", 31)
    index.add(range(6000), vectors)
    nearest = np.argsort(-(vectors @ vectors[7]))[:5].tolist()
    assert keys_of(index.search(vectors[7], 5)) == nearest


def test_another_dimension_is_refused_with_the_remedy(tmp_path: Path) -> None:
    index = DenseIndex.open(tmp_path / "dense", 2)
    index.add([7], np.array([[1, 0]], np.float32))
    index.commit()
    with pytest.raises(IndexMismatch, match=r"2 维.*3 维.*dafu rebuild"):
        DenseIndex.open(tmp_path / "dense", 3)


def test_a_damaged_dense_index_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "向量.faiss"
    path.write_bytes(b"not an index")
    with pytest.raises(IndexMismatch, match="dafu rebuild"):
        DenseIndex.open(path, 2)
