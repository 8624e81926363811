"""A library on a disk that can't be written, or without rights, is read; who writes is told."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.service import open_service
from app.settings import load_settings
from corpus.store.form import FILE_NAME
from corpus.store.store import Store
from tests.disks import (
    ACTIONS,
    READ_ONLY,
    SPARE,
    can_mount,
    on_disk,
    run_all,
    try_full,
    without_rights,
)
from tests.fakes import parsed_reply
from tests.homes import letter, make_home, run, texts_of, upload, write_letters

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes and mounts of POSIX")

mounting = pytest.mark.skipif(not can_mount(), reason="this system mounts nothing for its users")

READING = (
    ("ask", "夜间停车第2号今年安排多少万元？"),
    ("search", "夜间停车"),
    ("list", "--limit", "2"),
    ("stats",),
    ("promises",),
    ("policies",),
    ("bin",),
    ("verify",),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with uploads that was copied as a folder, so that its files stand elsewhere."""
    place = tmp_path_factory.mktemp("whole")
    home = make_home(place / "first", write_letters(place / "letters", range(8)))
    (place / "上传.txt").write_text(letter(90), encoding="utf-8")
    with open_service(load_settings(home)) as service:
        upload(service, place / "上传.txt")
    write_letters(place / "more", range(20, 22))
    return home.rename(place / "home")


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(whole, tmp_path / "home")
    yield tmp_path / "home"
    set_rights(tmp_path / "home", 0o700, 0o600)


def set_rights(home: Path, folder: int, file: int) -> None:
    for path in (home, *home.rglob("*")):
        path.chmod(folder if path.is_dir() else file)


def check_reading(by: list[str], home: Path, why: str) -> None:
    """Reading does as ever; whatever writes says why it can't, and nothing is left over."""
    reply_id = next(iter(texts_of(home)))
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    writing = (
        ("ingest", str(home.parent / "letters")),
        ("rebuild",),
        ("remove", reply_id),
        ("remove", reply_id, "--bin"),
        ("correct", reply_id, "标题=新的标题"),
        ("user", "list"),
    )
    write_letters(home.parent / "letters", range(30, 32))
    done = run_all(by, home, *READING, *writing, ("backup", str(home.parent / "made.zip")))
    for command, (code, said) in zip(READING, done, strict=False):
        assert code == 0, (command, said)
    assert "今年先行安排2万元" in done[0][1]
    for command, (code, said) in zip(writing, done[len(READING) :], strict=False):
        assert code == 2, (command, said)
        assert "错误：" in said
        assert why in said, command
    code, said = done[-1]
    assert code == 0
    assert "没有记入审计" in said
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


@mounting
def test_a_library_on_a_disk_that_cannot_be_written_is_read(home: Path) -> None:
    check_reading(on_disk(READ_ONLY, home), home, "磁盘是只读的")


def test_a_library_that_one_may_only_read_is_read(home: Path) -> None:
    set_rights(home, 0o500, 0o400)
    check_reading(without_rights(), home, "没有权限")


@mounting
def test_a_killed_programs_log_is_read_or_said_to_be_unreadable(home: Path) -> None:
    with Store.open(home) as store:
        store.put(parsed_reply("关于路灯的答复。", "/new.txt", id="new"), "h")
        logged = {path: path.read_bytes() for path in home.glob(f"{FILE_NAME}-*")}
        database = (home / FILE_NAME).read_bytes()
    (home / FILE_NAME).write_bytes(database)
    for path, content in logged.items():
        path.write_bytes(content)
    ((code, said),) = run_all(on_disk(READ_ONLY, home), home, ("show", "new"))
    assert code == 0
    assert "关于路灯的答复" in said
    (home / f"{FILE_NAME}-shm").unlink()
    ((code, said),) = run_all(on_disk(READ_ONLY, home), home, ("show", "new"))
    assert code == 2
    assert "没有并入的日志" in said
    assert run(home, "show", "new")[0] == 0


@mounting
def test_a_full_disk_is_told(whole: Path) -> None:
    assert try_full(whole, SPARE[:2], ("ingest", "bin", "backup")) == []


@mounting
@pytest.mark.slow
@pytest.mark.long
def test_a_disk_may_be_full_at_any_point(whole: Path) -> None:
    assert try_full(whole, SPARE, ACTIONS) == []
