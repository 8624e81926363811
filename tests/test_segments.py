"""Vectors are kept in segments: little is written at once, and a kill leaves what was before."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.errors import IndexDamaged
from corpus.files import bytes_below
from index.stores import dense as dense_module
from index.stores import segments as module
from index.stores.dense import DenseIndex
from index.stores.segments import count_saved, first_to_merge, load_names

DIMENSION = 16


def vectors_of(keys: range | list[int]) -> NDArray[np.float32]:
    """Return a vector for each key, always the same one, of length 1."""
    made = np.stack([np.random.default_rng(key).normal(size=DIMENSION) for key in keys])
    vectors: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return vectors.astype(np.float32)


def open_index(folder: Path) -> DenseIndex:
    return DenseIndex.open(folder, DIMENSION)


def add(index: DenseIndex, keys: range | list[int]) -> None:
    index.add(list(keys), vectors_of(keys))


def filled(folder: Path, *runs: range) -> DenseIndex:
    """Return an index to which each run of keys was added in a commit of its own."""
    index = open_index(folder)
    for run in runs:
        add(index, run)
        index.commit()
    return index


def rows_of(index: DenseIndex) -> list[int]:
    """Return how many vectors each segment's file has, removed ones too."""
    return [len(segment.keys) for segment in index._segments]


def assert_holds(index: DenseIndex, keys: list[int]) -> None:
    """All keys are there with their own vectors, and each finds itself."""
    assert index.keys().tolist() == sorted(keys)
    assert index.count == len(keys)
    vectors = vectors_of(keys)
    assert np.allclose(index.vectors(keys), vectors, atol=1e-3)
    for key, vector in list(zip(keys, vectors, strict=True))[:: max(1, len(keys) // 7)]:
        assert index.search(vector, 1) == [(key, pytest.approx(1, abs=1e-2))]


# Merging


@pytest.mark.parametrize(
    ("sizes", "start"),
    [
        ([5], 0),
        ([5, 5], 0),
        ([6, 5], 1),
        ([8, 4, 2, 1, 1], 0),
        ([9, 4, 2, 1, 1], 1),
        ([8, 4, 2, 2], 0),
        ([100, 1], 1),
        ([70_000, 70_000], 1),
        ([1, 200_000], 1),
    ],
)
def test_a_segment_is_merged_with_those_before_that_are_no_larger(
    sizes: list[int], start: int
) -> None:
    assert first_to_merge(sizes) == start


def test_a_thousand_small_loads_are_ten_segments_and_each_was_written_ten_times() -> None:
    sizes: list[int] = []
    written = 0
    for _ in range(1000):
        sizes.append(100)
        start = first_to_merge(sizes)
        sizes[start:] = [sum(sizes[start:])]
        written += sizes[-1]
        assert len(sizes) <= 10
    assert written < 10 * 100_000


def test_what_was_committed_is_found_in_however_many_segments(tmp_path: Path) -> None:
    index = filled(tmp_path / "dense", range(8), range(10, 14), range(20, 22))
    assert rows_of(index) == [8, 4, 2]
    keys = [*range(8), *range(10, 14), 20, 21]
    assert_holds(index, keys)
    assert_holds(open_index(tmp_path / "dense"), keys)
    add(index, range(30, 32))
    index.commit()
    assert rows_of(index) == [16]
    assert_holds(open_index(tmp_path / "dense"), [*keys, 30, 31])
    assert len(list((tmp_path / "dense").iterdir())) == 2  # the list, and one file


def test_added_in_any_order_keys_are_found(tmp_path: Path) -> None:
    index = filled(tmp_path / "dense", range(50, 60), range(5, 10), range(55, 57))
    assert index.keys().tolist() == [*range(5, 10), *range(50, 60)]
    assert_holds(open_index(tmp_path / "dense"), [*range(5, 10), *range(50, 60)])


# Removing


def test_what_is_removed_is_marked_and_comes_back_only_when_added(tmp_path: Path) -> None:
    index = filled(tmp_path / "dense", range(100), range(200, 203))
    before = {path.name for path in (tmp_path / "dense").glob("*.vectors")}
    index.remove([3, 4, 201, 999])
    index.commit()
    left = [key for key in (*range(100), 200, 202) if key not in (3, 4)]
    assert_holds(index, left)
    again = open_index(tmp_path / "dense")
    assert_holds(again, left)
    assert max(before) not in {path.name for path in (tmp_path / "dense").glob("*.vectors")}
    assert min(before) in {path.name for path in (tmp_path / "dense").glob("*.vectors")}
    add(again, [3])
    again.commit()
    assert_holds(open_index(tmp_path / "dense"), sorted([*left, 3]))


def test_a_segment_of_which_much_was_removed_is_written_anew(tmp_path: Path) -> None:
    index = filled(tmp_path / "dense", range(100), range(200, 210))
    index.remove(range(20))
    index.commit()
    assert rows_of(index)[0] == 100
    index.remove(range(20, 30))
    index.commit()
    assert rows_of(index)[0] == 70
    assert_holds(open_index(tmp_path / "dense"), [*range(30, 100), *range(200, 210)])


def test_a_vector_replaced_twice_is_the_last_one(tmp_path: Path) -> None:
    index = filled(tmp_path / "dense", range(40))
    for other in (7, 8, 9):
        index.add([3], vectors_of([other]))
        index.commit()
        again = open_index(tmp_path / "dense")
        assert again.count == 40
        assert np.allclose(again.vectors([3]), vectors_of([other]), atol=1e-3)


def test_all_that_is_removed_leaves_no_segment(tmp_path: Path) -> None:
    index = filled(tmp_path / "dense", range(9), range(20, 24))
    index.remove(index.keys())
    index.commit()
    assert load_names(tmp_path / "dense") == ()
    assert open_index(tmp_path / "dense").count == 0
    add(index, range(3))
    index.commit()
    assert_holds(open_index(tmp_path / "dense"), [0, 1, 2])


def test_what_was_removed_for_good_stands_in_no_file(tmp_path: Path) -> None:
    index = filled(tmp_path / "dense", range(100), range(200, 203))
    secret = vectors_of([5]).astype(np.float16).tobytes()
    index.remove([5])
    index.commit()
    assert secret in b"".join(path.read_bytes() for path in (tmp_path / "dense").iterdir())
    index.erase()
    assert secret not in b"".join(path.read_bytes() for path in (tmp_path / "dense").iterdir())
    left = [*range(5), *range(6, 100), 200, 201, 202]
    assert_holds(index, left)
    assert_holds(open_index(tmp_path / "dense"), left)


def test_any_changes_in_any_order_come_to_what_plain_python_says(tmp_path: Path) -> None:
    """A dictionary beside the index: after each commit both hold the same, from the disk too."""
    chance = np.random.default_rng(5)
    index, expected = open_index(tmp_path / "dense"), dict[int, int]()
    for round in range(60):
        for _ in range(chance.integers(1, 4)):
            keys = chance.choice(60, size=chance.integers(1, 12), replace=False).tolist()
            if chance.random() < 0.6:
                given = [key + 100 * round for key in keys]
                index.add(keys, vectors_of(given))
                expected.update(zip(keys, given, strict=True))
            else:
                index.remove(keys)
                for key in keys:
                    expected.pop(key, None)
        how = chance.random()
        if how < 0.1:
            index.erase()
        else:
            index.commit()
        for each in (index, open_index(tmp_path / "dense")):
            assert each.keys().tolist() == sorted(expected)
            held = sorted(expected)
            if held:
                wanted = vectors_of([expected[key] for key in held])
                assert np.allclose(each.vectors(held), wanted, atol=1e-3)
    assert count_saved(tmp_path / "dense") == len(expected)


# How much is written


def test_a_small_load_writes_as_much_into_a_large_index_as_into_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted over 64 loads, merging included: by how often the library doubles, no more."""
    written = [0]
    replace = os.replace

    def counting(part: Path, path: Path) -> None:
        written[0] += part.stat().st_size
        replace(part, path)

    monkeypatch.setattr(os, "replace", counting)
    spent = {}
    for size in (1_000, 16_000):
        index = open_index(tmp_path / str(size))
        index.add(range(size), np.resize(vectors_of(range(100)), (size, DIMENSION)))
        index.commit()
        added = written[0]
        for load in range(64):
            add(index, range(size + 10 * load, size + 10 * load + 10))
            index.commit()
        removed = written[0]
        for load in range(16):
            index.remove(range(5 * load, 5 * load + 5))
            index.commit()
        spent[size] = removed - added, written[0] - removed
        assert bytes_below(tmp_path / str(size)) < 1.5 * size * (2 * DIMENSION + 30)
    for small, large in zip(*spent.values(), strict=True):
        assert large < 1.2 * small


# Kills, other processes, damage


STEPS = ("save_segment", "save_text_atomically", "unlink")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_a_kill_at_any_step_of_a_merge_leaves_what_was_before_or_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    index = filled(tmp_path / "dense", range(8), range(10, 14), range(20, 22))
    index.remove([2, 11])
    add(index, range(30, 32))

    class Killed(BaseException):
        pass

    owner = Path if step == "unlink" else module
    whole = getattr(owner, step)

    def dying(*given: object, **named: object) -> None:
        if after:
            whole(*given, **named)
        raise Killed

    monkeypatch.setattr(owner, step, dying)
    with pytest.raises(Killed):
        index.commit()
    monkeypatch.undo()
    before = [*range(8), *range(10, 14), 20, 21]
    merged = [key for key in (*before, 30, 31) if key not in (2, 11)]
    listed = step == "unlink" or (step == "save_text_atomically" and after)
    again = open_index(tmp_path / "dense")
    assert_holds(again, merged if listed else before)
    again.remove([2, 11])
    add(again, range(30, 32))
    again.commit()
    assert_holds(open_index(tmp_path / "dense"), merged)
    names = {path.name for path in (tmp_path / "dense").glob("*.vectors")}
    assert names == set(load_names(tmp_path / "dense"))


def test_a_reader_goes_on_while_another_merges_and_reads_only_what_is_new(tmp_path: Path) -> None:
    writer = filled(tmp_path / "dense", range(32), range(40, 48))
    reader = open_index(tmp_path / "dense")
    first = reader._segments[0]
    add(writer, range(50, 60))
    writer.remove([45])
    writer.commit()
    assert_holds(reader, [*range(32), *range(40, 48)])  # the file of the second is gone
    reader.refresh()
    left = [*range(32), *(key for key in range(40, 48) if key != 45), *range(50, 60)]
    assert_holds(reader, left)
    assert reader._segments[0].rows is first.rows


def test_what_was_not_committed_is_forgotten(tmp_path: Path) -> None:
    index = filled(tmp_path / "dense", range(10))
    add(index, [3, 77])
    index.remove([4])
    assert index.count == 10
    index.rollback()
    assert_holds(index, list(range(10)))


@pytest.mark.parametrize("place", [0.02, 0.3, 0.9])
def test_every_flipped_byte_is_seen_at_the_latest_when_it_is_read(
    tmp_path: Path, place: float
) -> None:
    filled(tmp_path / "dense", range(100))
    (path,) = (tmp_path / "dense").glob("*.vectors")
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 4
    path.write_bytes(content)
    with pytest.raises(IndexDamaged, match=r"000001\.vectors.*dafu rebuild"):
        open_index(tmp_path / "dense").vectors(range(100))


def test_damage_is_not_written_again_as_if_it_were_whole(tmp_path: Path) -> None:
    filled(tmp_path / "dense", range(10))
    (path,) = (tmp_path / "dense").glob("*.vectors")
    content = bytearray(path.read_bytes())
    content[-1] ^= 4
    path.write_bytes(content)
    index = open_index(tmp_path / "dense")
    add(index, range(20, 40))
    with pytest.raises(IndexDamaged):
        index.commit()


@pytest.mark.parametrize("found", ["{", "[]", '{"count": 1, "segments": ["../x.vectors"]}'])
def test_a_damaged_list_is_named(tmp_path: Path, found: str) -> None:
    filled(tmp_path / "dense", range(10))
    (tmp_path / "dense" / "segments.json").write_text(found, "utf-8")
    with pytest.raises(IndexDamaged, match=r"segments\.json"):
        open_index(tmp_path / "dense")


def test_a_segment_that_is_gone_is_named(tmp_path: Path) -> None:
    filled(tmp_path / "dense", range(10))
    (path,) = (tmp_path / "dense").glob("*.vectors")
    path.unlink()
    with pytest.raises(IndexDamaged, match=r"000001\.vectors"):
        open_index(tmp_path / "dense")


def test_segments_without_a_list_are_a_first_commit_that_was_killed(tmp_path: Path) -> None:
    filled(tmp_path / "dense", range(10))
    (tmp_path / "dense" / "segments.json").unlink()
    index = open_index(tmp_path / "dense")
    assert index.count == 0
    add(index, range(3))
    index.commit()
    assert json.loads((tmp_path / "dense" / "segments.json").read_text())["count"] == 3
    assert len(list((tmp_path / "dense").glob("*.vectors"))) == 1


def test_an_index_made_again_under_the_same_names_is_read_again(tmp_path: Path) -> None:
    filled(tmp_path / "dense", range(10))
    reader = open_index(tmp_path / "dense")
    shutil.rmtree(tmp_path / "dense")
    filled(tmp_path / "dense", range(20, 30))
    reader.refresh()
    assert_holds(reader, list(range(20, 30)))


# Search


@pytest.mark.parametrize("removed", [0, 700])
def test_among_many_segments_nearly_all_that_are_nearest_are_found(
    tmp_path: Path, removed: int
) -> None:
    """By codes in large segments, by each vector in small ones, and whatever a filter allows."""
    chance = np.random.default_rng(2)
    vectors = np.repeat(chance.normal(size=(90, 64)), 100, axis=0)
    vectors += chance.normal(size=vectors.shape)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    keys = chance.permutation(9_000)
    index = DenseIndex.open(tmp_path / "dense", 64)
    for start, stop in ((0, 5_000), (5_000, 7_500), (7_500, 8_700), (8_700, 9_000)):
        index.add(keys[start:stop], vectors[keys[start:stop]])
        index.commit()
    index.remove(range(removed))
    index.commit()
    assert len(index._segments) >= 4
    again = DenseIndex.open(tmp_path / "dense", 64)
    left = np.arange(removed, 9_000)
    for allowed in (None, left, left[::2], left[::20]):
        among = left if allowed is None else allowed
        shares = []
        for query in vectors[::450]:
            found = [key for key, _ in index.search(query, 50, allowed)]
            assert [key for key, _ in again.search(query, 50, allowed)] == found
            nearest = among[np.argsort(-(vectors[among] @ query))[:50]].tolist()
            assert {*found} <= {*among.tolist()}
            shares.append(len({*found} & {*nearest}) / 50)
        assert np.mean(shares) > 0.995


@pytest.mark.parametrize("crowded", [0, 5, 9])
def test_a_segment_that_holds_all_that_is_near_is_asked_for_all_of_it(
    crowded: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense_module, "LEAST_CANDIDATES", 200)
    chance = np.random.default_rng(3)
    vectors = chance.normal(size=(10_000, DIMENSION)).astype(np.float32)
    vectors[1000 * crowded : 1000 * (crowded + 1), 0] += 9  # as replies that are loaded together
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = open_index(tmp_path)
    monkeypatch.setattr(dense_module, "first_to_merge", lambda sizes: len(sizes) - 1)
    for start in range(0, 10_000, 1000):
        index.add(range(start, start + 1000), vectors[start : start + 1000])
    query = np.eye(1, DIMENSION, dtype=np.float32)[0]
    allowed = np.arange(0, 10_000, 4)
    assert len(index._segments) == 10
    assert len(allowed) > dense_module.MOST_EXACT
    found = {key for key, _ in index.search(query, 50, allowed)}
    nearest = allowed[np.argsort(-(vectors[allowed] @ query))[:50]].tolist()
    assert len(found & set(nearest)) >= 48
