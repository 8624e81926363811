"""Hostile files beside a good one: the good one is loaded, the others are told in Chinese."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.loading.choices import Choices
from app.loading.ingest import load_files
from app.loading.reports import IngestReport
from corpus.store.store import Store
from corpus.workers import crew
from corpus.workers.limits import Limits
from tests.hostile import FILES, lay_traps

GOOD = "关于李某代表建议的答复\n您提出的建议收悉。现答复如下：加装电梯已列入计划。"

LITTLE = Limits(seconds=4, memory=400 << 20, output=32 << 20)
"""So little that the tests are quick; what needs more is reported all the same."""

_CHINESE = re.compile("[\u4e00-\u9fff]")
_PYTHON = re.compile(r"Traceback|Error\b|Exception|panic|\bat 0x")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good file."""
    made = tmp_path / "答复"
    made.mkdir()
    (made / "好.txt").write_text(GOOD, "utf-8")
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "home") as opened:
        yield opened


def hold_good_file(report: IngestReport) -> None:
    """The good file was loaded, and whatever was said is Chinese and no program's."""
    assert [e.status for e in report.files if e.source.endswith("/好.txt")] == ["added"]
    for entry in report.files:
        if entry.reason is not None:
            assert _CHINESE.search(entry.reason)
            assert not _PYTHON.search(entry.reason)


QUICK = (
    *("实体.docx", "套表.docx", "属性.html", "深.html", "引用.md", "长格.csv", "深.json"),
    *("远格.xlsx", "坏址.xlsx", "坏串.xlsx", "合并.xlsx", "散格.xlsx", "图环.pdf", "套包.zip"),
    *("名字.zip", "深.rtf", "二进制.rtf", "空格.odt", "格.odt", "深.eml", "括号.txt"),
)
"""Files that are told apart at once, or of which one stands for many."""


@pytest.mark.parametrize(
    "name",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in FILES],
)
def test_a_hostile_file_is_lost_alone(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(crew, "limits_of", lambda _: LITTLE)
    FILES[name](folder / name)
    report = load_files(store, [folder])
    hold_good_file(report)
    assert any(entry.source.startswith((folder / name).as_posix()) for entry in report.files)


def reasons(report: IngestReport, folder: Path) -> dict[str, str]:
    """Return what is said of each file that was not loaded, by its name."""
    return {
        entry.source.removeprefix(f"{folder.as_posix()}/"): entry.reason or ""
        for entry in report.files
        if entry.status in ("failed", "skipped")
    }


posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither pipes nor names in bytes")


@posix
def test_what_is_no_file_is_never_opened_and_links_are_told(folder: Path, store: Store) -> None:
    lay_traps(folder)
    report = load_files(store, [folder])
    hold_good_file(report)
    assert store.stats().replies == 1
    said = reasons(report, folder)
    links = ["上面", "出去.txt", "死路.txt", "自己.txt", "设备.txt"]
    assert [name for name, reason in sorted(said.items()) if "是链接" in reason] == links
    assert "没有打开" in said["管道.txt"]
    assert "文件名有误" in said["????.txt"]


@posix
def test_links_are_followed_within_what_was_named_alone(folder: Path, store: Store) -> None:
    lay_traps(folder)
    hidden = folder / ".库"
    hidden.mkdir()
    (hidden / "信.txt").write_text(GOOD.replace("李", "王"), "utf-8")
    (folder / "里面.txt").symlink_to(hidden / "信.txt")
    report = load_files(store, [folder], Choices(follow_links=True))
    hold_good_file(report)
    assert [e.source for e in report.files if e.status == "added"][-1].endswith("/.库/信.txt")
    said = reasons(report, folder)
    assert "所给的文件夹之外" in said["出去.txt"]
    assert "所给的文件夹之外" in said["设备.txt"]
    assert "绕成了圈" in said["自己.txt"]
    assert "没有这个文件" in said["死路.txt"]
    assert store.stats().replies == 2


@posix
def test_what_is_named_may_be_anything(folder: Path, store: Store, tmp_path: Path) -> None:
    lay_traps(folder)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(tmp_path / "插口.txt"))
    named = [
        *(folder / name for name in ("管道.txt", "设备.txt", "自己.txt", "长" * 5000, "没有.txt")),
        *(Path("/dev/null"), Path("/dev/tty"), tmp_path / "插口.txt"),
        *(Path(os.fsdecode(b"/tmp/\xb4\xf0.txt")), folder / "好.txt"),
    ]
    report = load_files(store, named)
    listening.close()
    hold_good_file(report)
    assert len(report.files) == len(named)
    assert [entry.status for entry in report.files[:-1]] == ["failed"] * (len(named) - 1)


@posix
def test_a_folder_that_may_not_be_read_is_told(folder: Path, store: Store) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads all")
    (folder / "锁").mkdir(mode=0)
    report = load_files(store, [folder])
    hold_good_file(report)
    assert "没有权限" in reasons(report, folder)["锁"]
