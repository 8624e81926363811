"""A folder loaded from another place: each of its files is the one that is known, or is not."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.loading.choices import Removed
from app.loading.ingest import load_files
from app.loading.reports import IngestReport
from corpus.store.store import Store
from corpus.types import FieldName
from tests.homes import letter, write_letters


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "home") as store:
        yield store


@pytest.fixture
def old(tmp_path: Path, store: Store) -> Path:
    """A folder of six letters, loaded."""
    folder = write_letters(tmp_path / "旧盘" / "答复", range(6))
    load(store, folder)
    return folder


def load(store: Store, *paths: Path) -> IngestReport:
    return load_files(store, paths)


def moved(old: Path, to: Path) -> Path:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(old, to)
    return to


def statuses(report: IngestReport) -> dict[str, str]:
    return {Path(entry.source).name: entry.status for entry in report.files}


def places(store: Store) -> dict[str, str]:
    """The id of each reply, by where it came from."""
    return {reply.source: id for id, reply in store.replies(store.reply_ids()).items()}


def sound(store: Store) -> bool:
    return not list(store.iter_problems())


def test_a_moved_folder_is_the_folder_that_it_was(store: Store, old: Path, tmp_path: Path) -> None:
    before = places(store)
    new = moved(old, tmp_path / "新盘" / "答复")
    assert set(statuses(load(store, new)).values()) == {"unchanged"}
    assert places(store) == {
        (new / Path(source).name).as_posix(): id for source, id in before.items()
    }
    assert store.stats().duplicates == 0
    assert store.files.of(next(iter(before.values())))[0].startswith(new.as_posix())
    assert sound(store)
    # And by now it is known there.
    assert set(statuses(load(store, new)).values()) == {"unchanged"}


def test_a_changed_file_of_a_moved_folder_takes_the_place_of_its_reply(
    store: Store, old: Path, tmp_path: Path
) -> None:
    before = places(store)[(old / "2.txt").as_posix()]
    store.corrections.correct(before, {FieldName.AGENCY: ("柳川市房管局",)})
    new = moved(old, tmp_path / "新盘" / "改过名")
    (new / "2.txt").write_text(letter(2, "另一件事").replace("万元", "千元"), encoding="utf-8")
    found = statuses(load(store, new))
    assert found == {f"{n}.txt": "replaced" if n == 2 else "unchanged" for n in range(6)}
    assert places(store)[(new / "2.txt").as_posix()] == before
    assert "千元" in store.reply(before).text
    assert store.corrections.of([before])[before]
    assert len(store.reply_ids()) == 6
    assert sound(store)


def test_a_file_that_is_gone_after_the_move_leaves_its_reply_as_ever(
    store: Store, old: Path, tmp_path: Path
) -> None:
    new = moved(old, tmp_path / "新盘" / "答复")
    (new / "3.txt").unlink()
    load(store, new)
    assert len(store.reply_ids()) == 6
    assert (old / "3.txt").as_posix() in places(store)


def test_a_renamed_file_is_known_by_its_content(store: Store, old: Path, tmp_path: Path) -> None:
    before = places(store)[(old / "1.txt").as_posix()]
    (old / "1.txt").rename(old / "电梯.txt")
    assert statuses(load(store, old))["电梯.txt"] == "unchanged"
    assert places(store)[(old / "电梯.txt").as_posix()] == before
    assert len(store.reply_ids()) == 6


def test_a_single_file_that_moved_and_changed_is_known_by_its_text(
    store: Store, tmp_path: Path
) -> None:
    file = write_letters(tmp_path / "一", range(1)) / "0.txt"
    load(store, file)
    (before,) = store.reply_ids()
    text = file.read_text(encoding="utf-8").replace("7月30日", "8月2日")
    file.unlink()
    other = tmp_path / "二" / "0.txt"
    other.parent.mkdir()
    other.write_text(text, encoding="utf-8")
    assert statuses(load(store, other)) == {"0.txt": "replaced"}
    assert store.reply_ids() == (before,)
    assert "8月2日" in store.reply(before).text


def test_folders_of_the_same_names_are_not_one_another(
    store: Store, old: Path, tmp_path: Path
) -> None:
    before = {id: reply.text for id, reply in store.replies(store.reply_ids()).items()}
    shutil.move(old, tmp_path / "away")  # as where the drive is not plugged in
    other = tmp_path / "别的区" / "答复"
    other.mkdir(parents=True)
    for number in range(6):
        (other / f"{number}.txt").write_text(letter(number + 20), encoding="utf-8")
    (other / "0.txt").write_text(letter(0), encoding="utf-8")  # a joint answer to both
    found = statuses(load(store, other))
    assert found == {f"{n}.txt": "added" if n else "unchanged" for n in range(6)}
    after = store.replies(store.reply_ids())
    assert len(after) == 11
    assert {id: after[id].text for id in before} == before
    # The first folder comes back: what is known there is, and what both have is a duplicate.
    shutil.move(tmp_path / "away", old)
    found = statuses(load(store, old))
    assert found == {f"{n}.txt": "unchanged" if n else "duplicate" for n in range(6)}
    assert sound(store)


def test_a_copy_beside_the_original_is_a_duplicate(store: Store, old: Path, tmp_path: Path) -> None:
    shutil.copytree(old, tmp_path / "副本")
    assert set(statuses(load(store, tmp_path / "副本")).values()) == {"duplicate"}
    assert store.stats().duplicates == 6
    assert sound(store)


def write_table(path: Path, rows: dict[int, str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("留言编号", "留言内容", "答复内容"))
        for number, answer in rows.items():
            writer.writerow((f"L{number:03}", f"第{number}街的路灯不亮。", answer))
    return path


def test_a_table_that_moved_and_grew_is_the_table_that_it_was(store: Store, tmp_path: Path) -> None:
    answers = {n: f"您好，第{n}街的路灯已派人检修，三日内恢复照明。" for n in range(1, 9)}
    first = write_table(tmp_path / "一月" / "留言.csv", answers)
    load(store, first)
    first.unlink()
    changed = {
        **answers,
        2: "您好，第2街的路灯已更换灯头，请留意。",
        9: "您好，第9街的路灯已修好。",
    }
    del changed[8]
    report = load(store, write_table(tmp_path / "二月" / "留言.csv", changed))
    assert (report.counts.unchanged, report.counts.replaced) == (6, 1)
    assert (report.counts.added, report.counts.removed) == (1, 1)
    assert len(store.reply_ids()) == 8
    assert sound(store)


def test_another_table_of_the_same_name_is_another_one(store: Store, tmp_path: Path) -> None:
    first = write_table(tmp_path / "甲区" / "留言.csv", {1: "您好，甲区的路灯已修好，请放心。"})
    load(store, first)
    first.unlink()
    load(store, write_table(tmp_path / "乙区" / "留言.csv", {2: "您好，乙区的公厕已开放。"}))
    assert len(store.reply_ids()) == 2


def test_what_was_put_away_stays_so_and_comes_back_to_where_its_file_is(
    store: Store, old: Path, tmp_path: Path
) -> None:
    away = places(store)[(old / "4.txt").as_posix()]
    store.bin.put_away([away])
    new = moved(old, tmp_path / "新盘" / "答复")
    load_files(store, [new], removed=Removed(binned=store.bin.contents()))
    assert len(store.reply_ids()) == 5
    store.bin.bring_back([away])
    load(store, new)
    assert len(store.reply_ids()) == 6
    assert store.stats().duplicates == 0
    assert places(store)[(new / "4.txt").as_posix()] == away
    assert sound(store)


def test_a_moved_copy_of_a_duplicate_stays_one(store: Store, old: Path, tmp_path: Path) -> None:
    copies = tmp_path / "副本"
    shutil.copytree(old, copies)
    load(store, copies)
    load(store, moved(copies, tmp_path / "副本二"))
    assert store.stats().duplicates == 6
    assert all(source.startswith(old.as_posix()) for source in places(store))
    assert sound(store)
