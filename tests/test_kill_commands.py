"""Commands killed at any moment: nothing that was confirmed is lost, and nothing is left over."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import HomeDamaged
from tests.homes import make_home, run, texts_of, write_letters

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs fork and signals")

KILLS = int(os.environ.get("DAFU_KILLS", "60"))
"""How many the long test does; DAFU_KILLS=1000 for as many."""

SHEPHERD = """
import json, os, signal, sys, threading, time
import app.cli.commands, app.loading.ingest, app.keeping.restore, index.engine, eval.judging.store
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        sys.argv = ["dafu", *asked["arguments"]]
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        app.cli.commands.main()
    ended = threading.Event()
    def kill():
        if not ended.wait(asked["seconds"]):
            os.kill(child, asked["signal"])
    killer = threading.Thread(target=kill)
    began = time.monotonic()
    killer.start()
    _, status = os.waitpid(child, 0)
    ended.set()
    killer.join()
    print(json.dumps([os.waitstatus_to_exitcode(status), time.monotonic() - began]), flush=True)
"""
"""Has all imported, and forks a child for each command: imports would take most of the time."""


class Shepherd:
    """Runs commands in processes of their own, and kills them."""

    def __init__(self, temporary: Path) -> None:
        temporary.mkdir(exist_ok=True)
        self.temporary = temporary
        self._process = subprocess.Popen(
            [sys.executable, "-c", SHEPHERD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[1],
            env={**os.environ, "TMPDIR": str(temporary)},
        )

    def run(self, *arguments: str, seconds: float = 120, by: int = signal.SIGKILL) -> Any:
        """Run a command, kill it after some seconds; return its exit code and how long it ran."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"arguments": arguments, "seconds": seconds, "signal": by}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def shepherd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shepherd]:
    shepherd = Shepherd(tmp_path_factory.mktemp("temporary"))
    yield shepherd
    shepherd.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home of 20 letters, 10 more letters, and a backup of 15."""
    place = tmp_path_factory.mktemp("whole")
    letters = write_letters(place / "letters", range(15))
    home = make_home(place / "home", letters)
    run(home, "backup", str(place / "backup.zip"))
    run(home, "ingest", str(write_letters(letters, range(15, 20))))
    write_letters(place / "more", range(20, 30))
    return place


ACTIONS = ("ingest", "rebuild", "remove", "backup", "restore")


def check_kill(whole: Path, shepherd: Shepherd, action: str, chance: random.Random) -> bool:
    """Kill a command at some moment; tell whether it had not ended by then."""
    place = whole.parent / "copy"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(whole, place)
    home = place / "home"
    before = texts_of(home)
    gone = chance.choice(sorted(before))
    arguments = {
        "ingest": (str(place / "more"),),
        "rebuild": (),
        "remove": (gone,),
        "backup": (str(place / "made.zip"),),
        "restore": (str(place / "backup.zip"), "--replace"),
    }[action]
    by = chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM))
    seconds = chance.uniform(0, 1.5)
    code, _ = shepherd.run(action, *arguments, "--home", str(home), seconds=seconds, by=by)
    story = (action, signal.Signals(by).name, round(seconds, 3), code)
    # SIGTERM may be met in the midst of a library that makes an error of its own of it.
    assert code in (0, -by, 128 + by) or (by == signal.SIGTERM and code == 2), story
    # The next start finishes or undoes what was begun, and leaves nothing over.
    after_code, _ = shepherd.run("stats", "--home", str(home))
    assert after_code == 0, story
    after = texts_of(home)
    if action == "ingest":
        assert after.items() >= before.items(), story
    elif action == "remove":
        assert before.items() >= after.items(), story
        assert len(after) == len(before) - (gone not in after), story
        if code == 0:
            assert gone not in after
        if gone not in after:
            assert run(home, "verify", "--removed", gone)[0] == 0, story
    elif action == "restore":
        assert len(after) in ((15,) if code == 0 else (15, 20)), story
        assert after.items() <= before.items(), story
    else:
        assert after == before, story
    verified, said = run(home, "verify")
    assert verified == 0, (story, said)
    assert shepherd.run("ingest", str(place / "more"), "--home", str(home))[0] == 0, story
    names = {path.name for path in home.iterdir()} - KNOWN
    assert not names, story
    assert len(list(home.glob("index-*"))) == 1, story
    assert not list(shepherd.temporary.glob("dafu-*")), story
    assert (place / "made.zip").exists() or action != "backup" or code != 0, story
    return bool(code != 0)


KNOWN = {
    *("dafu.sqlite", "judgments.sqlite", "judgments.sqlite-wal", "judgments.sqlite-shm"),
    *("audit.sqlite", "audit.sqlite-wal", "audit.sqlite-shm"),
    *("dafu.sqlite-wal", "dafu.sqlite-shm", "manifest.json", "用语.txt", "dafu.toml"),
    *("backups", "logs", "log.lock", "write.lock", "encode.lock", "uploads", "evaluation"),
    *(f"index-{number}" for number in range(100)),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_a_killed_command_loses_nothing(whole: Path, shepherd: Shepherd, action: str) -> None:
    check_kill(whole, shepherd, action, random.Random(action))


@pytest.mark.parametrize("seconds", [0.1, 0.4, 0.8])
@pytest.mark.parametrize("coming_back", [False, True])
def test_a_reply_is_in_the_library_or_in_the_bin(
    whole: Path, shepherd: Shepherd, tmp_path: Path, coming_back: bool, seconds: float
) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole / "home", home)
    before = texts_of(home)
    moved = sorted(before)[3]
    arguments = ["remove", moved, "--bin", "--home", str(home)]
    if coming_back:
        assert shepherd.run(*arguments)[0] == 0
        arguments = ["bin", "--restore", moved, "--home", str(home)]
    code, _ = shepherd.run(*arguments, seconds=seconds)
    assert code in (0, -signal.SIGKILL)
    assert run(home, "verify")[0] == 0
    inside, listed = moved in texts_of(home), moved in run(home, "bin", "--json")[1]
    assert inside != listed
    assert code != 0 or inside == coming_back
    if listed:
        assert run(home, "bin", "--restore", moved)[0] == 0
    assert texts_of(home) == before
    assert run(home, "verify")[0] == 0


@pytest.mark.slow
@pytest.mark.long
def test_many_killed_commands_lose_nothing(whole: Path, shepherd: Shepherd) -> None:
    seed = int(os.environ.get("DAFU_KILLS_SEED", "1"))
    killed = 0
    for number in range(KILLS):
        chance = random.Random(f"{seed}-{number}")
        killed += check_kill(whole, shepherd, chance.choice(ACTIONS), chance)
    assert killed > KILLS / 3


def test_a_library_that_vanishes_while_it_is_used_is_told(whole: Path, tmp_path: Path) -> None:
    from app.service import open_service
    from app.settings import load_settings

    home = tmp_path / "home"
    shutil.copytree(whole / "home", home)
    with open_service(load_settings(home)) as service:
        assert service.list_replies().total == 20
        for path in home.glob("dafu.sqlite*"):
            path.unlink()
        with pytest.raises(HomeDamaged, match="文库文件不见了"):
            service.list_replies()
        assert not (home / "dafu.sqlite").exists()
