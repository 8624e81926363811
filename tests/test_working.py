"""`dafu encode --worker`: what it needs, what it says, and how it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from app import encoding
from app.cli.working import TELL_EVERY, Telling, say_duration
from app.encoding import work_for_all
from app.settings import load_settings
from corpus.errors import HomeError
from corpus.store.store import Store
from index.stores.together import claims
from index.stores.together.worker import Standing, work
from tests.fakes import CountingEncoder, parsed_reply
from tests.homes import run
from tests.postgres import empty

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def address(postgres_library: str) -> str:
    empty(postgres_library)
    return postgres_library


def fill(address: str, number: int) -> None:
    with Store.open(Path(), address) as store:
        for each in range(number):
            text = f"第{each}号路段的停车位由街道办改造。"
            store.put(parsed_reply(text, f"/{each}.txt", id=f"r{each}"), "h")


# What it needs


def test_a_library_in_a_file_has_one_reader(tmp_path: Path) -> None:
    code, said = run(tmp_path / "home", "encode", "--worker")
    assert code != 0
    assert "文库要在 PostgreSQL 里" in said
    assert "dafu move" in said
    assert not (tmp_path / "home" / "dafu.sqlite").exists()


def test_once_is_for_workers(tmp_path: Path) -> None:
    code, said = run(tmp_path / "home", "encode", "--once")
    assert code != 0
    assert "--once 要与 --worker 同用" in said


def test_without_an_encoder_there_is_nothing_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAFU_STORE", "postgresql://nobody@127.0.0.1:1/none")
    code, said = run(tmp_path / "home", "encode", "--worker")
    assert code != 0
    assert "encoder 是 off" in said


def test_a_server_that_is_not_there_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAFU_STORE", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("DAFU_ENCODER", "background")
    code, said = run(tmp_path / "home", "encode", "--worker")
    assert code != 0
    assert "连不上" in said


# Working


@pytest.mark.slow
def test_it_reads_with_the_bundled_encoder_and_needs_no_index(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(address, 5)
    monkeypatch.setenv("DAFU_STORE", address)
    monkeypatch.setenv("DAFU_ENCODER", "background")
    home = tmp_path / "home"
    code, said = run(home, "encode", "--worker", "--once")
    assert code == 0
    assert "都读完了：全库 5 段，本机读了 5 段。" in said
    assert not [*home.glob("index-*"), *home.glob("encoded-*"), *home.glob("*.sqlite")]
    code, said = run(home, "encode", "--worker", "--once")
    assert "本机读了 0 段" in said


STOPPED = """
import sys
from app import encoding
from app.cli import commands
from tests.fakes import CountingEncoder
encoding.open_encoder = lambda models: CountingEncoder(seconds=0.05)
sys.argv = ["dafu", "encode", "--worker"]
commands.main()
"""


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_what_it_has_read_when_it_is_stopped_is_kept(
    tmp_path: Path, address: str, how: signal.Signals
) -> None:
    fill(address, 200)
    environment = {**os.environ, "DAFU_STORE": address, "DAFU_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-c", STOPPED]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:
        assert process.stderr
        said = [process.stderr.readline() for _ in range(2)]
        assert "与别的机器一起读" in said[0]
        assert said[1] == "全库读过 0 / 200 段。\n"
        process.send_signal(how)
        assert "读过的都已存入文库" in process.stderr.read()
        assert process.wait() == 0
    with Store.open(tmp_path, address) as store:
        standings = work(store, encoder := CountingEncoder())
        read = next(standings).read
        assert read % 32 == 0
        assert all(standing.read < 200 for standing, _ in zip(standings, range(2), strict=False))
        standings.close()
    assert encoder.read <= 200 - read


def test_it_goes_on_when_the_server_was_restarted(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(address, 9)
    monkeypatch.setattr(claims, "CLAIM", 3)
    monkeypatch.setattr(encoding, "AGAIN", 0.05)
    encoder = CountingEncoder()
    read = []
    settings = load_settings(tmp_path / "home", store=address)
    for standing in work_for_all(settings, encoder, lambda: True):
        read.append((standing.own, standing.read))
        if standing.read == 3:
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE application_name = 'dafu'"
                )
        if standing.read == standing.passages:
            break
    assert read[0] == (0, 0)
    assert read[-1][1] == 9


def test_a_damaged_library_is_not_tried_again(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "home", store="postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(HomeError):
        next(work_for_all(settings, CountingEncoder(), lambda: True))


# What it says


def test_it_tells_how_far_all_are_and_how_long_it_will_take() -> None:
    now = [0.0]
    telling = Telling(False, lambda: now[0])
    assert telling.say(Standing(0, 1000, 100_000)) == "全库读过 1,000 / 100,000 段。"
    now[0] += TELL_EVERY / 2
    assert telling.say(Standing(700, 2500, 100_000)) == ""
    now[0] += TELL_EVERY / 2
    assert telling.say(Standing(1400, 4000, 100_000)) == (
        "全库读过 4,000 / 100,000 段，本机读了 1,400 段；各机器共每秒 100 段，还要约 16 分钟。"
    )
    done = Standing(50_000, 100_000, 100_000)
    assert telling.say(done) == (
        "都读完了：全库 100,000 段，本机读了 50,000 段。有新载入的就接着读。"
    )
    assert telling.say(done) == ""
    now[0] += 3600
    assert telling.say(Standing(50_000, 100_000, 100_600)) == "全库读过 100,000 / 100,600 段。"
    assert Telling(True).say(done) == "都读完了：全库 100,000 段，本机读了 50,000 段。"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (20, "不到一分钟"),
        (90, " 2 分钟"),
        (3600, " 1 小时"),
        (20_520, " 5 小时 42 分钟"),
        (200_000, " 2 天 7 小时"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert say_duration(seconds) == said
