"""Backups: made while others write, restored whole or not at all, three kept by themselves."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
import time
import zipfile
from pathlib import Path

import pytest

from app.access import Role
from app.accounts import Accounts
from app.keeping import restore as restoring
from app.keeping.backup import list_backups, make_backup
from app.service import open_service
from app.settings import load_settings
from corpus.errors import InputError
from corpus.types import FieldName
from eval.data.topics import Topic
from eval.judging.pool import Origin, Place
from tests.homes import letter, make_home, run, texts_of, write_letters

PASSWORD = "柳岸花明又一村 2026"


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    return write_letters(tmp_path / "letters", range(6))


@pytest.fixture
def home(tmp_path: Path, letters: Path) -> Path:
    uploaded = tmp_path / "上传.txt"
    uploaded.write_text(letter(50), encoding="utf-8")
    return make_home(tmp_path / "home", letters, uploaded)


def test_a_backup_restored_elsewhere_is_equal(home: Path, tmp_path: Path) -> None:
    with open_service(load_settings(home)) as service:
        reply_id = next(iter(texts_of(home)))
        service.review.correct(reply_id, {FieldName.AGENCY: ["柳川市房管局"]})
        place = Place.of(service.home.store.reply(reply_id), 0, 9)
        service.home.judgments.judge(Topic("q", "谁办？"), place, "甲", 2, Origin.JUDGING)
    file = tmp_path / "备份.zip"
    code, said = run(home, "backup", str(file))
    assert (code, "已备份 7 份答复" in said) == (0, True)
    there = tmp_path / "there"
    code, said = run(there, "restore", str(file))
    assert (code, "已恢复 7 份答复" in said) == (0, True)
    assert texts_of(there) == texts_of(home)
    assert (there / "用语.txt").read_bytes() == (home / "用语.txt").read_bytes()
    assert (there / "dafu.toml").read_bytes() == (home / "dafu.toml").read_bytes()
    assert run(there, "verify")[0] == 0
    with open_service(load_settings(there)) as service:
        assert len(service.home.judgments.judgments()) == 1
        assert service.show(reply_id).card.agency == "柳川市房管局"
        assert service.ask("夜间停车第2号今年安排多少万元？").quotes
        # The uploaded file is known by its new place.
        (uploaded,) = (there / "uploads").iterdir()
        assert service.ingest([uploaded]).counts.unchanged == 1
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0


def test_a_home_with_replies_is_replaced_only_where_that_is_said(
    home: Path, letters: Path, tmp_path: Path
) -> None:
    file = tmp_path / "备份.zip"
    run(home, "backup", str(file))
    before = texts_of(home)
    run(home, "ingest", str(write_letters(letters, range(6, 9))))
    code, said = run(home, "restore", str(file))
    assert code == 2
    assert "已有 10 份答复" in said
    assert len(texts_of(home)) == 10
    assert run(home, "restore", str(file), "--replace")[0] == 0
    assert texts_of(home) == before
    assert run(home, "verify")[0] == 0


def test_a_damaged_library_is_restored_from_its_own_backups(home: Path) -> None:
    before = texts_of(home)
    (newest, *_) = list_backups(home)
    (home / "dafu.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 9000)
    code, said = run(home, "stats")
    assert code == 2
    assert "dafu restore" in said
    assert run(home, "restore", str(newest))[0] == 0
    # The automatic backup is of the load before the upload.
    restored = texts_of(home)
    assert restored.items() <= before.items()
    assert len(restored) >= 6


@pytest.mark.parametrize("how", ["truncated", "flipped", "other", "gone"])
def test_a_damaged_backup_changes_nothing(home: Path, tmp_path: Path, how: str) -> None:
    file = tmp_path / "备份.zip"
    run(home, "backup", str(file))
    content = bytearray(file.read_bytes())
    if how == "truncated":
        file.write_bytes(content[: len(content) // 2])
    elif how == "flipped":
        content[len(content) // 3] ^= 16
        file.write_bytes(content)
    elif how == "other":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("dafu.sqlite", b"x")
    else:
        file.unlink()
    before = texts_of(home)
    code, said = run(home, "restore", str(file), "--replace")
    assert code == 2
    assert file.name in said
    assert texts_of(home) == before
    assert run(home, "verify")[0] == 0
    assert not list(home.glob("restore-*"))


def test_a_file_that_is_no_backup_is_told_before_what_it_would_replace(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "信.zip").write_text(letter(1), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "新.zip", "w") as archive:
        archive.writestr("dafu-backup.json", '{"format": 99}')
    odd = ['{"format": 1e999}', '{"format": 1}', '{"format": 1, "home": 7}', "[" * 100_000]
    for number, note in enumerate(odd):
        with zipfile.ZipFile(tmp_path / f"怪{number}.zip", "w") as archive:
            archive.writestr("dafu-backup.json", note)
    locked = bytearray((tmp_path / "怪1.zip").read_bytes())
    directory = locked.index(b"PK\1\2")
    for name, at, value in (("密", 8, 1), ("压", 10, 99)):  # a password, an unknown compression
        changed = locked.copy()
        changed[directory + at] = value
        changed[at - 2] = value
        (tmp_path / f"{name}.zip").write_bytes(changed)
    for name, said in (
        ("无.zip", "^没有这个文件：.*无[.]zip$"),
        ("letters", "备份文件打不开：.*letters（是文件夹，不是文件）"),
        ("信.zip", "信[.]zip 不是 dafu backup 做的备份"),
        ("新.zip", "新[.]zip 是更新的版本做的备份"),
        *(
            (f"{name}.zip", f"{name}[.]zip 不是 dafu backup 做的备份")
            for name in ("怪0", "怪1", "怪2", "怪3", "密", "压")
        ),
    ):
        for place in (home, tmp_path / "there"):
            with pytest.raises(InputError, match=said):
                restoring.restore_backup(place, tmp_path / name)
    assert not (tmp_path / "there").exists()


def test_a_backup_names_no_place_outside(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "备份.zip"
    run(home, "backup", str(file))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("../outside.txt", b"x")
        archive.writestr("uploads/../../outside.txt", b"x")
        archive.writestr("logs/x", b"x")
    there = tmp_path / "there"
    assert run(there, "restore", str(file))[0] == 0
    assert not list(tmp_path.rglob("outside.txt"))
    assert not (there / "logs" / "x").exists()


def test_what_was_removed_stays_so_in_a_restored_home(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "备份.zip"
    run(home, "backup", str(file))
    removed = next(iter(texts_of(home)))
    run(home, "remove", removed)
    assert run(home, "restore", str(file), "--replace")[0] == 0
    assert removed not in texts_of(home)
    assert run(home, "verify", "--removed", removed)[0] == 0


def test_a_backup_is_made_while_others_load(home: Path, tmp_path: Path) -> None:
    ended = threading.Event()

    def load() -> None:
        number = 100
        with open_service(load_settings(home)) as service:
            while not ended.is_set():
                service.ingest([write_letters(tmp_path / "more", range(number, number + 1))])
                number += 1

    loading = threading.Thread(target=load)
    loading.start()
    try:
        with open_service(load_settings(home)) as service:
            for number in range(3):
                file = tmp_path / f"{number}.zip"
                made = make_backup(service.home, file)
                there = tmp_path / f"there-{number}"
                assert restoring.restore_backup(there, file) >= made.replies
                assert run(there, "verify")[0] == 0
    finally:
        ended.set()
        loading.join()


def test_the_page_goes_on_with_what_was_restored(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "备份.zip"
    run(home, "backup", str(file))
    with open_service(load_settings(home)) as service:
        first = next(iter(texts_of(home)))
        service.ask("谁出资？")
        service.ingest([write_letters(tmp_path / "more", range(70, 72))])
        restoring.restore_backup(home, file, replace=True)
        assert service.list_replies().total == 7
        assert service.show(first).card.reply_id == first
        assert service.search("夜间停车", k=50).hits
        assert service.verify().problems == ()


def test_a_restore_that_was_killed_is_finished(
    home: Path, letters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "备份.zip"
    run(home, "backup", str(file))
    before = texts_of(home)
    run(home, "ingest", str(write_letters(letters, range(6, 9))))
    calls = iter((True, False))

    def killed(folder: Path) -> None:
        if not next(calls):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "apply_restored", killed)
        with pytest.raises(KeyboardInterrupt):
            restoring.restore_backup(home, file, replace=True)
    assert (home / restoring.READY).is_dir()
    (home / "dafu.sqlite").unlink()  # as far as it may have come
    assert run(home, "stats")[0] == 0
    assert texts_of(home) == before
    assert run(home, "verify")[0] == 0


def test_loads_keep_three_backups_one_a_day_or_for_a_tenth(home: Path, tmp_path: Path) -> None:
    assert len(list_backups(home)) == 2  # the upload was a seventh of the library
    more = write_letters(tmp_path / "more", range(20, 40))
    run(home, "ingest", str(more))
    kept = list_backups(home)
    assert len(kept) == 3
    run(home, "ingest", str(write_letters(tmp_path / "one", range(60, 61))))
    assert list_backups(home) == kept
    day_ago = time.time() - 90_000
    os.utime(kept[0], (day_ago, day_ago))
    run(home, "ingest", str(write_letters(tmp_path / "one", range(61, 62))))
    assert len(list_backups(home)) == 3
    assert list_backups(home)[0] != kept[0]


def test_automatic_backups_hold_nothing_that_was_removed(home: Path) -> None:
    removed = next(iter(texts_of(home)))
    before = list_backups(home)
    run(home, "remove", removed)
    after = list_backups(home)
    assert len(after) == 1
    assert not set(before) & set(after)
    with zipfile.ZipFile(after[0]) as archive:
        assert json.loads(archive.read("dafu-backup.json"))["replies"] == 6


def test_a_full_disk_is_told_and_keeps_what_was_loaded(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        free = 100

    monkeypatch.setattr("shutil.disk_usage", lambda _: Full)
    code, said = run(home, "ingest", str(write_letters(tmp_path / "more", range(20, 40))))
    assert code == 0
    assert "没有自动备份" in said
    assert len(texts_of(home)) == 27


@pytest.mark.parametrize("nth", [0, 1])
def test_a_backup_that_fills_a_disk_blames_no_database(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    connect, file, copied = sqlite3.connect, tmp_path / "备份.zip", []

    def connect_full(path: object, **given: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(path, **given)  # type: ignore[call-overload]
        if "-sqlite.part" in str(path):
            copied.append(path)
            if len(copied) > nth:
                connection.execute("PRAGMA max_page_count = 1")
        return connection

    with open_service(load_settings(home)) as service:
        assert service.home.judgments.judgments() == ()
        monkeypatch.setattr("sqlite3.connect", connect_full)
        with pytest.raises(InputError, match=r"^备份写不进 .*备份[.]zip（磁盘已满）"):
            make_backup(service.home, file)
    assert [path for path in tmp_path.iterdir() if "备份" in path.name] == []


# Without a backup


def test_what_can_be_read_of_a_damaged_library_is_saved(tmp_path: Path) -> None:
    letters = write_letters(tmp_path / "letters", range(40))
    home = make_home(tmp_path / "home", letters)
    before = texts_of(home)
    content = bytearray((home / "dafu.sqlite").read_bytes())
    words = "第17号的进展".encode()
    assert words in content
    while (place := content.find(words)) >= 0:  # it may stand in a page that is free as well
        first = place // 4096 * 4096
        content[first : first + 4096] = b"\x07" * 4096
    (home / "dafu.sqlite").write_bytes(content)
    assert run(home, "verify")[0] in (1, 2)
    code, said = run(home, "recover")
    assert code == 0, said
    assert "救出" in said
    saved = texts_of(home)
    assert 30 <= len(saved) < 40
    assert saved.items() <= before.items()
    assert run(home, "verify")[0] == 0
    assert run(home, "ingest", str(letters))[0] == 0
    assert texts_of(home) == before
    assert run(home, "verify")[0] == 0


def test_a_library_of_which_nothing_can_be_read_is_told(home: Path) -> None:
    (home / "dafu.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 9000)
    code, said = run(home, "recover")
    assert code == 2
    assert "读不出" in said or "损坏" in said


def test_a_home_that_was_moved_as_a_folder_knows_its_uploads(home: Path, tmp_path: Path) -> None:
    before = texts_of(home)
    there = tmp_path / "别处" / "资料夹"
    there.parent.mkdir()
    home.rename(there)
    with open_service(load_settings(there)) as service:
        (uploaded,) = (there / "uploads").iterdir()
        assert service.ingest([uploaded]).counts.unchanged == 1
        (reply_id,) = (
            id
            for id, r in service.home.store.replies(tuple(before)).items()
            if "uploads" in r.source
        )
        assert service.originals.open(reply_id).path == uploaded.resolve()
        service.remove([reply_id])
        assert not uploaded.exists()
        assert not service.prove_removal(reply_id).problems
    assert run(there, "verify")[0] == 0


def test_a_copy_of_a_home_has_files_of_its_own(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "副本"
    shutil.copytree(home, copy)
    with open_service(load_settings(copy)) as service:
        sources = [r.source for r in service.home.store.replies(texts_of(copy)).values()]
    assert sum(source.startswith((copy / "uploads").as_posix()) for source in sources) == 1
    with open_service(load_settings(home)) as service:
        sources = [r.source for r in service.home.store.replies(texts_of(home)).values()]
    assert sum(source.startswith((home / "uploads").as_posix()) for source in sources) == 1


def test_accounts_and_the_audit_come_along_without_anybody_signed_in(
    home: Path, tmp_path: Path
) -> None:
    with open_service(load_settings(home)) as service:
        accounts = Accounts(service.home)
        accounts.add("沈一帆", Role.EDITOR, PASSWORD)
        session = accounts.sign_in("沈一帆", PASSWORD, "10.0.0.7")
        token = accounts.make_token("沈一帆", "台账", Role.STAFF)
        accounts.close()
        make_backup(service.home, tmp_path / "备份.zip")
    there = tmp_path / "there"
    assert run(there, "restore", str(tmp_path / "备份.zip"))[0] == 0
    with open_service(load_settings(there)) as service:
        accounts = Accounts(service.home)
        assert accounts.session(session, "10.0.0.7") is None
        assert accounts.of_token(token) is not None
        assert accounts.sign_in("沈一帆", PASSWORD, "10.0.0.7")
        assert "建立帐号" in {entry.action for entry in service.home.audit.list_entries()}
        assert service.home.audit.find_break() is None
        # Who is disabled after the backup stays so, and that it was done stays written down.
        accounts.set_disabled("沈一帆", True)
        accounts.close()
        entries = service.home.audit.count()
    assert run(there, "restore", str(tmp_path / "备份.zip"), "--replace")[0] == 0
    with open_service(load_settings(there)) as service:
        accounts = Accounts(service.home)
        assert accounts.get("沈一帆").disabled
        assert accounts.of_token(token) is None
        accounts.close()
        assert service.home.audit.count() >= entries
