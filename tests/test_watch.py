"""Watched folders: real files appear, grow, change, move and vanish, with their drives too.

A test waits until something is so, however long that takes; the pauses of watching are short.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app import open_home
from app.cli.programs import told_of_signals
from app.keeping.load_into import load_into
from app.loading import ingest
from app.loading.reports import FileReport, IngestReport
from app.service import Service
from app.settings import load_settings
from app.watching.background import BackgroundWatching
from app.watching.folders import is_on_network, look_into
from app.watching.state import FILE_NAME
from app.watching.watcher import Watcher, Wish, find_roots
from corpus.errors import HomeBusy, HomeError, InputError, Unopened
from tests.homes import letter, run, write_letters

WISH = Wish(every=0.05, settle=0.05)
PATIENCE = 120.0


def wait(until: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end
        time.sleep(0.02)


def titles(service: Service) -> set[str]:
    return {card.title or "" for card in service.list_replies().cards}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_letters(tmp_path / "收文", range(1, 3))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_home(tmp_path / "home", encoder="off") as service:
        yield service


class Watch:
    """Looks by hand until nothing waits; keeps what was told."""

    def __init__(self, service: Service, *folders: Path, wish: Wish = WISH) -> None:
        self.told: list[str] = []
        self.watcher = Watcher(service, folders, wish, self.told.append)

    def settle(self) -> list[str]:
        """Look until nothing waits any more; return what was told meanwhile."""
        self.told.clear()
        time.sleep(0.06)  # so that it is time for a look at each folder
        wait(lambda: not self.watcher.look())
        return list(self.told)


def test_what_is_there_appears_or_changes_is_loaded_and_nothing_twice(
    folder: Path, service: Service
) -> None:
    watch = Watch(service, folder)
    assert watch.settle() == ["新增 2。"]
    assert watch.settle() == []
    (folder / "子目录").mkdir()
    (folder / "子目录" / "3.txt").write_text(letter(3), encoding="utf-8")
    assert watch.settle() == ["新增 1。"]
    (folder / "1.txt").write_text(letter(1).replace("7月30日", "7月31日"), encoding="utf-8")
    assert watch.settle() == ["更新 1。"]
    assert len(titles(service)) == 3
    assert Watch(service, folder).settle() == []  # after a restart


def test_a_restart_reads_no_file_that_is_as_it_was(
    folder: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    Watch(service, folder).settle()
    loaded: list[list[str]] = []

    def note(home: Any, paths: list[Path], *given: Any) -> Any:
        loaded.append([path.name for path in paths])
        return load_into(home, paths, *given)

    monkeypatch.setattr("app.watching.watcher.load_into", note)
    Watch(service, folder).settle()
    assert loaded == []
    (folder / "9.txt").write_text(letter(9), encoding="utf-8")
    Watch(service, folder).settle()
    assert loaded == [["9.txt"]]
    kept = (service.home.folder / FILE_NAME).read_text(encoding="utf-8")
    assert "9.txt" not in kept  # names of files may tell of persons
    (service.home.folder / FILE_NAME).write_text("{", encoding="utf-8")
    Watch(service, folder).settle()
    assert sorted(loaded[1]) == ["1.txt", "2.txt", "9.txt"]


def test_a_file_is_loaded_once_it_is_written_to_the_end(folder: Path, service: Service) -> None:
    text = letter(5)
    watch = Watch(service, folder, wish=Wish(every=0.02, settle=0.4))
    watch.settle()
    with (folder / "5.txt").open("w", encoding="utf-8") as file:
        for start in range(0, len(text), 60):
            file.write(text[start : start + 60])
            file.flush()
            os.utime(folder / "5.txt", ns=(0, time.time_ns()))
            watch.watcher.look()
        assert len(titles(service)) == 2
    watch.settle()
    assert [r for r in watch.told if "新增 1" in r]
    texts = {service.show(card.reply_id).text for card in service.list_replies().cards}
    assert text.strip() in texts


def test_locks_temporary_files_and_links_are_passed_over(folder: Path, service: Service) -> None:
    for name in ("~$3.txt", ".3.txt", "~3.txt", "3.tmp", "3.txt.part", "3.txt.crdownload"):
        (folder / name).write_text(letter(3), encoding="utf-8")
    (folder / "空.txt").touch()
    outside = folder.parent / "别处"
    write_letters(outside, range(7, 8))
    (folder / "链接").symlink_to(outside)
    (folder / "8.txt").symlink_to(outside / "7.txt")
    (folder / "圈").symlink_to(folder)
    assert sorted(Path(path).name for path in look_into(folder).files) == ["1.txt", "2.txt"]
    assert Watch(service, folder).settle() == ["新增 2。"]


def test_what_vanished_is_told_and_goes_to_the_bin_only_if_asked(
    folder: Path, service: Service
) -> None:
    watch = Watch(service, folder)
    watch.settle()
    (folder / "1.txt").unlink()
    (said,) = watch.settle()
    assert said.startswith("1 个文件不见了（1.txt），其中的 1 份答复仍留在文库里")
    assert len(titles(service)) == 2
    assert watch.settle() == []
    asked = Watch(service, folder, wish=Wish(0.05, 0.05, remove_vanished=True))
    (said,) = asked.settle()
    assert "已移到回收站，30 天内可以恢复" in said
    assert len(titles(service)) == 1
    (binned,) = service.bin.list_all().replies
    service.bin.bring_back([binned.card.reply_id])
    assert len(titles(service)) == 2


def test_a_renamed_file_is_neither_lost_nor_two_replies(folder: Path, service: Service) -> None:
    watch = Watch(service, folder, wish=Wish(0.05, 0.05, remove_vanished=True))
    watch.settle()
    (folder / "归档").mkdir()
    (folder / "1.txt").rename(folder / "归档" / "一号.txt")
    assert not [said for said in watch.settle() if "不见了" in said]
    assert len(titles(service)) == 2
    (folder / "归档" / "一号.txt").unlink()
    assert "1 份答复已移到回收站" in "".join(watch.settle())
    assert len(titles(service)) == 1


@pytest.mark.parametrize("leaves_its_folder", [False, True])
def test_a_drive_that_is_gone_is_no_lost_files(
    folder: Path, service: Service, leaves_its_folder: bool
) -> None:
    watch = Watch(service, folder, wish=Wish(0.05, 0.05, remove_vanished=True))
    watch.settle()
    elsewhere = folder.rename(folder.with_name("拔掉的盘"))
    if leaves_its_folder:
        folder.mkdir()
    (said,) = watch.settle()
    assert "打不开或空了（网络盘断开？）" in said
    assert watch.settle() == []
    assert len(titles(service)) == 2
    # Neither does a start without the drive lose anything.
    restarted = Watch(service, folder, wish=Wish(0.05, 0.05, remove_vanished=True))
    assert len(restarted.settle()) == 1
    assert len(titles(service)) == 2
    if leaves_its_folder:
        folder.rmdir()
    elsewhere.rename(folder)
    (folder / "3.txt").write_text(letter(3), encoding="utf-8")
    assert [said.partition(" ")[2] for said in watch.settle()] == ["又在了，接着看。", "1。"]


def drop_out_at(monkeypatch: pytest.MonkeyPatch, name: str, folder: Path) -> None:
    """Have a drive drop out from a call on that loading makes, until the load is over."""
    call, away = getattr(ingest, name), folder.with_name("掉线的盘")

    def drop(*given: Any) -> Any:
        monkeypatch.setattr(ingest, name, call)
        folder.rename(away)
        return call(*given)

    def come_back(*given: Any) -> Any:
        try:
            return load_into(*given)
        finally:
            if away.exists():
                away.rename(folder)

    monkeypatch.setattr("app.watching.watcher.load_into", come_back)
    monkeypatch.setattr(ingest, name, drop)


def never_open(path: Path, *_: Any) -> None:
    raise Unopened(str(path), "打不开")


@pytest.mark.parametrize("name", ["iter_paths", "check_file", "iter_parsed"])
def test_what_a_drive_that_drops_out_did_not_give_is_loaded_once_it_does(
    folder: Path, service: Service, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("app.watching.watcher.AGAIN", 0.1)
    watch = Watch(service, folder)
    drop_out_at(monkeypatch, name, folder)
    (said,) = watch.settle()
    assert said.startswith("失败 2：1.txt（")
    wait(lambda: watch.settle() == ["新增 2。"])
    assert watch.settle() == []


def test_an_archive_of_which_a_file_could_not_be_opened_is_loaded_again(
    folder: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.watching.watcher.AGAIN", 0.1)
    path = folder / "第1#2号.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("内/3.txt", letter(3))

    def fill_up(*_: Any) -> IngestReport:
        monkeypatch.setattr("app.watching.watcher.load_into", load_into)
        source = f"{path.as_posix()}#内/3.txt"
        return IngestReport((FileReport(source, "failed", reason="磁盘已满", unopened=True),), 0.0)

    monkeypatch.setattr("app.watching.watcher.load_into", fill_up)
    watch = Watch(service, folder)
    assert "磁盘已满" in "".join(watch.settle())
    wait(lambda: watch.settle() == ["新增 1。"])
    assert watch.settle() == []


def test_a_file_renamed_while_its_drive_drops_out_is_not_lost(
    folder: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(service, folder, wish=Wish(0.05, 0.05, remove_vanished=True))
    watch.settle()
    (folder / "公开").mkdir()
    (folder / "1.txt").rename(folder / "公开" / "1.txt")
    drop_out_at(monkeypatch, "iter_paths", folder)
    (said,) = watch.settle()
    assert said.startswith("失败 1")
    assert watch.settle() == []
    assert len(titles(service)) == 2
    (folder / "公开" / "1.txt").unlink()
    assert "1 个文件不见了（1.txt）" in "".join(watch.settle())


@pytest.mark.parametrize(
    ("known", "told"), [(True, "1 个文件不见了（1.txt）"), (False, "有新文件打不开")]
)
def test_a_file_that_never_opens_hides_no_lost_one_unless_it_may_be_that(
    folder: Path, service: Service, monkeypatch: pytest.MonkeyPatch, known: bool, told: str
) -> None:
    Watch(service, folder).settle()
    (service.home.folder / FILE_NAME).unlink()  # so that no stamp is known
    (folder / "1.txt").rename(folder.parent / "1.txt")
    (folder / "2.txt").rename(folder / ("2.txt" if known else "3.txt"))
    monkeypatch.setattr(ingest, "check_file", never_open)
    monkeypatch.setattr("app.watching.watcher.AGAIN", 0.2)
    watch = Watch(service, folder)
    said: list[str] = []

    def has_said(words: str) -> bool:
        said.extend(watch.settle())
        return any(words in each for each in said)

    wait(lambda: has_said(told))
    said.clear()
    wait(lambda: has_said("失败"))
    assert not any(told in each for each in said)  # once


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is closed to root")
def test_of_a_folder_that_is_closed_nothing_is_lost(folder: Path, service: Service) -> None:
    (folder / "子").mkdir()
    (folder / "1.txt").rename(folder / "子" / "1.txt")
    watch = Watch(service, folder)
    watch.settle()
    (folder / "子").chmod(0)
    try:
        assert watch.settle() == []
    finally:
        (folder / "子").chmod(0o700)


def test_what_was_removed_does_not_come_back_by_itself(folder: Path, service: Service) -> None:
    watch = Watch(service, folder)
    watch.settle()
    card = next(c for c in service.list_replies().cards if c.source.endswith("/1.txt"))
    service.remove([card.reply_id])
    (folder / "1.txt").write_text(letter(1) + "\n", encoding="utf-8")
    assert "已从文库移除" in watch.settle()[0]
    assert len(titles(service)) == 1
    assert service.ingest([folder / "1.txt"]).count("added") == 1  # its user names it


def test_marks_in_names_of_folders_hold_from_the_watched_one_on(
    tmp_path: Path, service: Service
) -> None:
    root = write_letters(tmp_path / "收文" / "内部资料" / "三季度", range(1, 2)).parents[1]
    Watch(service, root).settle()
    (card,) = service.list_replies().cards
    assert card.disclosure not in (None, "主动公开")


def test_while_another_writes_it_waits_and_says_so_once(folder: Path, service: Service) -> None:
    watch = Watch(service, folder)
    with service.home.writing():
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            assert watch.watcher.look()
            time.sleep(0.02)
        assert watch.told == ["另一个程序正在写入资料夹，等它结束再载入。"]
    assert watch.settle() == ["新增 2。"]


def test_a_bad_file_is_told_once_and_stops_no_other(folder: Path, service: Service) -> None:
    (folder / "坏.docx").write_bytes(b"PK\x03\x04" + b"\0" * 400)
    watch = Watch(service, folder)
    (said,) = watch.settle()
    assert said.startswith("新增 2，失败 1：坏.docx（")
    assert watch.settle() == []


def test_what_cannot_be_watched_is_refused(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert find_roots([folder, folder / "子", folder], home) == (folder,)
    for wrong, said in (
        ([], "请给出要看着的文件夹"),
        ([folder / "1.txt"], "是文件"),
        ([tmp_path], "与资料夹"),
        ([home / "uploads"], "与资料夹"),
    ):
        with pytest.raises(InputError, match=said):
            find_roots(wrong, home)


@pytest.mark.parametrize(
    ("kind", "options", "far"),
    [("cifs", "rw", True), ("nfs4", "rw", True), ("ext4", "rw", False), ("", "rw,remote", True)],
)
def test_network_drives_are_looked_at_less_often(
    folder: Path,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    options: str,
    far: bool,
) -> None:
    parts = [
        SimpleNamespace(mountpoint="/", fstype="ext4", opts="rw"),
        SimpleNamespace(mountpoint=str(folder.parent), fstype=kind, opts=options),
    ]
    monkeypatch.setattr("app.watching.folders.psutil.disk_partitions", lambda all: parts)
    assert is_on_network(folder) is far
    assert Watcher(service, [folder]).every == {folder: 60.0 if far else 5.0}


def test_the_command_looks_once_or_until_it_is_ended(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    code, said = run(home, "watch", str(folder), "--once", "--every", "0.05")
    assert (code, said[8:]) == (0, " 新增 2。")
    with open_home(home, role="reader") as library:
        assert len(titles(library)) == 2


def test_a_page_that_is_served_watches_the_folders_of_its_setting(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "dafu.toml").write_text(f'watch = ["{folder.as_posix()}"]\n', encoding="utf-8")
    assert load_settings(home).watch == (folder,)
    monkeypatch.setattr("app.watching.watcher.SETTLE", 0.05)
    with open_home(home) as service:
        beside = BackgroundWatching(service)
        beside.start()
        wait(lambda: len(titles(service)) == 2)
        beside.close()
        assert not [t for t in threading.enumerate() if t.name == "watching"]


@pytest.mark.parametrize("error", [HomeBusy("正被写入。"), HomeError("磁盘已满。")])
def test_a_look_that_can_load_nothing_ends_and_says_so(
    folder: Path, service: Service, monkeypatch: pytest.MonkeyPatch, error: HomeError
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr("app.watching.watcher.load_into", fail)
    with pytest.raises(HomeError, match=str(error)):
        Watch(service, folder).watcher.run(once=True)
    monkeypatch.undo()
    watch = Watch(service, folder, wish=Wish(0.05, 0.05, remove_vanished=True))
    watch.watcher.run(once=True)
    (folder / "1.txt").unlink()
    monkeypatch.setattr(type(service.bin), "put_away", fail)
    with pytest.raises(HomeError, match=str(error)):
        watch.watcher.run(once=True)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_signal_whose_exception_is_lost_ends_it_all_the_same(
    folder: Path, service: Service
) -> None:
    def lost(*_: object) -> None:
        """Raise nothing, as where what a handler raises is ignored."""

    before = signal.signal(signal.SIGTERM, lost)
    try:
        watcher = Watcher(service, [folder], Wish(every=0.01, settle=0))
        with told_of_signals(watcher) as came:
            watcher.run(beside=lambda _: signal.raise_signal(signal.SIGTERM))
        assert came == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGTERM) is lost
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_it_ends_cleanly_when_the_system_says_so(folder: Path, tmp_path: Path) -> None:
    home, root = tmp_path / "home", Path(__file__).resolve().parents[1]
    arguments = ["-m", "app", "watch", str(folder), "--every", "0.05", "--home", str(home)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    for sent, code in ((signal.SIGTERM, 143), (signal.SIGINT, 0)):
        running = subprocess.Popen(
            [sys.executable, *arguments], env=environment, stderr=subprocess.PIPE, text=True
        )
        assert running.stderr
        assert running.stderr.readline().startswith("正在看着：")
        if sent == signal.SIGTERM:
            assert running.stderr.readline()[8:] == " 新增 2。\n"
        running.send_signal(sent)
        said = running.communicate(timeout=PATIENCE)[1]
        assert running.returncode == code
        assert "Traceback" not in said
    with open_home(home) as service:
        assert service.verify().problems == ()
