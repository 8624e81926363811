"""What is logged, where, how much of it is kept, and that no question is."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import application
from app.running.log import KEPT, log_file, logging_to, timed

ROOT = Path(__file__).resolve().parents[1]

QUESTION = "一楼不同意还能装电梯吗？"
REPLY = "关于加装电梯的答复\n\n您好，加装电梯不要求全体业主一致同意。\n"


def run(home: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(application, [*arguments, "--home", str(home)])
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "答复").mkdir()
    (tmp_path / "答复" / "一.txt").write_text(REPLY, encoding="utf-8")
    (tmp_path / "答复" / "坏.pdf").write_bytes(b"no pdf")
    run(tmp_path / "home", "ingest", str(tmp_path / "答复"))
    return tmp_path / "home"


def lines(home: Path) -> list[str]:
    """The lines of a home's log without their times, numbers of seconds as #."""
    written = log_file(home).read_text(encoding="utf-8").splitlines()
    return [re.sub(r"[\d.]+ 秒", "# 秒", line.split(" ", 2)[2]) for line in written]


def test_loading_is_logged_with_counts_seconds_and_failures(home: Path) -> None:
    opened, failed, loaded, backed_up = lines(home)
    assert opened.startswith("INFO index.engine: 索引已打开：0 段，模型 ")
    assert failed.startswith("WARNING app.loading.ingest: 读不出：")
    assert "坏.pdf" in failed
    assert loaded == "INFO app.loading.ingest: 载入 2 个文件，# 秒：added 1，failed 1"
    assert backed_up.startswith("INFO app.keeping.backup: 自动备份：auto-")


def test_asking_is_logged_without_the_question(home: Path) -> None:
    proposal = home.parent / "建议.txt"
    proposal.write_text(QUESTION, encoding="utf-8")
    for command, text in (("ask", QUESTION), ("search", QUESTION), ("precedents", str(proposal))):
        assert run(home, command, text).stderr == ""
    about = [line for line in lines(home) if "app.service" in line]
    assert about[0].startswith("INFO app.service: 提问，# 秒，引文 ")
    assert about[1:] == [
        "INFO app.service: 检索，# 秒，找到 1 段",
        "INFO app.service: 查先例，# 秒，找到 1 份",
    ]
    assert "电梯" not in log_file(home).read_text(encoding="utf-8")


def test_questions_are_logged_where_the_settings_ask_for_them(home: Path) -> None:
    (home / "dafu.toml").write_text("log_questions = true\n", encoding="utf-8")
    run(home, "search", QUESTION)
    assert lines(home)[-1] == f"INFO app.service: 检索“{QUESTION}”，# 秒，找到 1 段"


@pytest.mark.parametrize("place", ["before", "after"])
def test_verbose_shows_the_log_in_the_terminal(home: Path, place: str) -> None:
    command = ["search", QUESTION, "--json"]
    result = run(home, *(["-v", *command] if place == "before" else [*command, "--verbose"]))
    assert "INFO app.service: 检索，" in result.stderr
    assert "INFO index.engine: 索引已打开：1 段，模型 " in result.stderr
    assert result.stdout.startswith("{")


def test_an_error_comes_to_the_terminal_without_being_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logging_to(tmp_path):
        logging.getLogger("app.web.parts").warning("慢")
        logging.getLogger("app.web.parts").error("坏了")
    said = capsys.readouterr().err.splitlines()
    assert [line.split(" ", 2)[2] for line in said] == ["ERROR app.web.parts: 坏了"]
    assert lines(tmp_path) == ["WARNING app.web.parts: 慢", "ERROR app.web.parts: 坏了"]


def test_full_files_are_put_aside_and_the_oldest_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.running.log.LARGEST", 200)
    with logging_to(tmp_path):
        for number in range(100):
            logging.getLogger("app").info("第 %d 条", number)
    files = sorted((tmp_path / "logs").iterdir())
    assert [file.name for file in files] == [
        "dafu.log",
        *(f"dafu.log.{n + 1}" for n in range(KEPT)),
    ]
    assert all(file.stat().st_size <= 200 for file in files)
    assert lines(tmp_path)[-1] == "INFO app: 第 99 条"


def test_processes_that_write_at_once_lose_no_line_and_put_full_files_aside(tmp_path: Path) -> None:
    program = (
        "import logging, sys, app.running.log\n"
        "from pathlib import Path\n"
        "app.running.log.LARGEST = 20_000\n"
        "with app.running.log.logging_to(Path(sys.argv[1])):\n"
        "    for n in range(200):\n"
        "        logging.getLogger('app').info('%s %03d', sys.argv[2], n)\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path), name], cwd=ROOT)
        for name in ("甲", "乙")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    files = sorted((tmp_path / "logs").iterdir())
    written = [line.split(" ", 4)[4] for f in files for line in f.read_text("utf-8").splitlines()]
    assert sorted(written) == sorted(f"{name} {n:03}" for name in ("甲", "乙") for n in range(200))
    assert all(file.stat().st_size <= 20_000 for file in files)
    if os.name == "posix":
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_log_that_cannot_be_written_stops_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_file(home).unlink()
    log_file(home).parent.rmdir()
    log_file(home).parent.write_text("a file where the folder should be", encoding="utf-8")
    assert run(home, "search", QUESTION).stderr == ""
    with logging_to(home / "none" / "such"):
        logging.getLogger("app").info("无处可写")
    assert capsys.readouterr().err == ""
    assert not (home / "none").exists()


def test_what_fails_is_not_logged_as_done(tmp_path: Path) -> None:
    with logging_to(tmp_path):
        with pytest.raises(ZeroDivisionError), timed(logging.getLogger("app"), "算"):
            _ = 1 / 0
        with timed(logging.getLogger("app"), "算") as told:
            told.append("得 1")
    assert lines(tmp_path) == ["INFO app: 算，# 秒，得 1"]


def test_logging_leaves_nothing_behind(tmp_path: Path) -> None:
    logger = logging.getLogger("app")
    before = (logger.level, list(logger.handlers))
    with logging_to(tmp_path, verbose=True):
        assert logger.isEnabledFor(logging.INFO)
    assert (logger.level, logger.handlers) == before
    assert not (tmp_path / "logs").exists()


def test_names_of_files_make_no_lines_and_show_nobody(tmp_path: Path) -> None:
    name = "来信\n2026-01-01 INFO app: 伪造\x1b[31m\ud800 13800138000"
    with logging_to(tmp_path):
        logging.getLogger("app.test").warning("读不出：%s", name)
    (line,) = log_file(tmp_path).read_text(encoding="utf-8").splitlines()
    assert line.endswith("读不出：来信�2026-01-01 INFO app: 伪造�[31m? ＊＊＊＊＊＊＊＊＊＊＊")
