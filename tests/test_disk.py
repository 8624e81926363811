"""A full disk, a home that can't be written, two who write at once: told, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.service import open_service
from app.settings import load_settings
from corpus.errors import HomeBusy
from corpus.temporary import clear_temporary, hold_folder
from tests.homes import make_home, run, texts_of, upload, write_letters

posix = pytest.mark.skipif(os.name != "posix", reason="modes and limits of POSIX")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("whole")
    return make_home(place / "home", write_letters(place / "letters", range(12)))


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "home")
    return tmp_path / "home"


# A full disk

FILLING = """
import resource, signal, sys
most = int(sys.argv.pop(1))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
from app.cli.commands import main
main()
"""
"""Runs a command that can write no file beyond a size, as on a disk that fills up."""


def run_filling(home: Path, most: int, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", FILLING, str(most), *arguments, "--home", str(home)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@posix
@pytest.mark.parametrize("most", [20_000, 150_000])
@pytest.mark.parametrize("action", ["ingest", "rebuild", "remove", "backup"])
def test_a_full_disk_is_told_and_loses_nothing(
    home: Path, tmp_path: Path, action: str, most: int
) -> None:
    before = texts_of(home)
    gone = next(iter(before))
    arguments = {
        "ingest": [str(write_letters(tmp_path / "more", range(100, 300)))],
        "rebuild": [],
        "remove": [gone],
        "backup": [str(tmp_path / "made.zip")],
    }[action]
    code, said = run_filling(home, most, action, *arguments)
    assert "Traceback" not in said
    assert "没有料到" not in said
    assert code == 2 or most > 20_000
    if code:
        assert "错误：" in said
        assert not (tmp_path / "made.zip").exists()
    assert len(list(home.glob("index-*"))) == 1
    after = texts_of(home)
    kept = {id: text for id, text in before.items() if id != gone or action != "remove"}
    assert after.items() >= kept.items()
    assert run(home, "verify")[0] == 0
    assert not list(tmp_path.rglob("*.part"))


# Who may read and write


@posix
def test_a_home_is_for_its_owner_alone(home: Path, tmp_path: Path) -> None:
    with open_service(load_settings(tmp_path / "new")) as service:
        upload(
            service,
            tmp_path / "home" / "用语.txt",
            *write_letters(tmp_path, range(2)).glob("1.txt"),
        )
        _ = service.home.judgments
    for path in (tmp_path / "new", *(tmp_path / "new").rglob("*")):
        if not path.name.endswith(("-shm", "-wal")):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@posix
def test_a_home_that_others_could_read_is_closed_once_and_that_is_said(home: Path) -> None:
    home.chmod(0o755)
    (home / "dafu.sqlite").chmod(0o644)
    code, said = run(home, "stats")
    assert code == 0
    assert "已改为只有您能读" in said
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "dafu.sqlite").stat().st_mode) == 0o600
    assert "只有您能读" not in run(home, "stats")[1]


@posix
def test_a_home_that_was_opened_on_purpose_stays_open(home: Path) -> None:
    home.chmod(0o750)
    (home / "dafu.sqlite").chmod(0o640)
    assert run(home, "stats")[0] == 0
    assert stat.S_IMODE(home.stat().st_mode) == 0o750
    assert stat.S_IMODE((home / "dafu.sqlite").stat().st_mode) == 0o640


def test_two_who_write_are_told_and_readers_go_on(home: Path, tmp_path: Path) -> None:
    more = write_letters(tmp_path / "more", range(20, 22))
    with open_service(load_settings(home)) as service, service.home.writing():
        reply_id = next(iter(texts_of(home)))
        for command in (("ingest", str(more)), ("remove", reply_id), ("rebuild",)):
            code, said = run(home, *command)
            assert code == 2
            assert "另一个程序正在写入资料夹" in said
        code, said = run(home, "restore", str(tmp_path / "x.zip"))
        assert code == 2
        assert run(home, "ask", "夜间停车第2号今年安排多少万元？")[0] == 0
        assert run(home, "backup", str(tmp_path / "made.zip"))[0] == 0
        with pytest.raises(HomeBusy):
            service.remove([next(iter(texts_of(home)))])
    assert len(texts_of(home)) == 12


# The temporary folder


def test_folders_in_the_temporary_one_are_deleted_once_nobody_holds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code = (
        "import os; from corpus.temporary import hold_folder\n"
        "with hold_folder('adapt') as folder:\n"
        "    (folder / '答复.txt').write_text('x'); os._exit(9)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)}
    root = Path(__file__).resolve().parents[1]
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=root, check=False)
    (left,) = tmp_path.glob("dafu-adapt-*")
    just_made = tmp_path / f"dafu-other-{os.getpid()}-x"
    just_made.mkdir()
    orphan = tmp_path / f"dafu-other-{2**30}-x"
    orphan.mkdir()
    with hold_folder("page") as held:
        clear_temporary()
        assert not left.exists()
        assert not orphan.exists()
        assert held.is_dir()
        assert just_made.is_dir()
    assert not held.exists()


def test_what_libraries_put_aside_goes_with_the_program(tmp_path: Path) -> None:
    code = (
        "import os, sys, tempfile; from corpus.temporary import clear_temporary, keep_together\n"
        "keep_together(); clear_temporary(); tempfile.mkstemp()\n"
        "if len(sys.argv) > 1: os._exit(9)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)}
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-c", code]
    subprocess.run([*command, "killed"], env=environment, cwd=root, check=False)
    assert len(list(tmp_path.rglob("tmp*"))) == 1
    subprocess.run(command, env=environment, cwd=root, check=True)
    assert list(tmp_path.iterdir()) == []
