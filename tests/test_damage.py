"""Whatever happens to a home's files: no traceback, the damage is named, or it heals by itself."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.running.log import log_file
from tests.homes import damage, letter, make_home, run, texts_of, write_letters

COMMANDS = (
    ("verify",),
    ("ask", "夜间停车第2号今年安排多少万元？"),
    ("list", "--limit", "3"),
    ("stats",),
    ("eval", "history"),
    ("terms", "check"),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home, and beside it the letters that it was made of."""
    place = tmp_path_factory.mktemp("whole")
    uploaded = place / "上传.txt"
    uploaded.write_text(letter(90), encoding="utf-8")
    return make_home(place / "home", write_letters(place / "letters", range(12)), uploaded)


def unharmed(home: Path, expected: dict[str, str]) -> bool:
    """Tell whether a home holds all that it did, and its indexes agree."""
    return run(home, "verify")[0] == 0 and texts_of(home) == expected


def check_damage(whole: Path, home: Path, seed: int) -> str:
    """Damage one file of a copy of a home and use it; return what came of it."""
    chance = random.Random(seed)
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(whole, home)
    expected = texts_of(whole)
    files = [path for path in sorted(home.rglob("*")) if path.is_file()]
    path = chance.choice(files)
    name, how = path.relative_to(home), damage(path, chance)
    told = []
    for command in chance.sample(COMMANDS, 3):
        code, said = run(home, *command)
        assert code in (0, 1, 2), (name, how, command, said)
        assert "Traceback" not in said, (name, how, command)
        assert "没有料到" not in said, (name, how, command, log_of(home))
        told.append(said)
    named = any(path.name in said or str(path.parent) in said for said in told)
    if unharmed(home, expected):
        return "healed" if named else "unnoticed"
    code, said = run(home, "verify")
    assert code in (1, 2), (name, how, said)
    assert path.name in said or "文库中答复" in said, (name, how, said)
    return "named"


def log_of(home: Path) -> str:
    return log_file(home).read_text(encoding="utf-8")[-3000:]


@pytest.mark.parametrize("seed", range(8))
def test_damage_is_named_or_healed(whole: Path, tmp_path: Path, seed: int) -> None:
    check_damage(whole, tmp_path / "home", seed)


@pytest.mark.slow
@pytest.mark.long
def test_200_damages_are_named_or_healed(whole: Path, tmp_path: Path) -> None:
    outcomes = [check_damage(whole, tmp_path / "home", seed) for seed in range(100, 300)]
    assert outcomes.count("named") > 5
    assert outcomes.count("healed") > 20


def test_every_file_may_be_lost(whole: Path, tmp_path: Path) -> None:
    expected = texts_of(whole)
    for path in sorted(whole.glob("*")):
        home = tmp_path / "home"
        shutil.copytree(whole, home)
        lost = home / path.name
        shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
        code, said = run(home, "verify")
        if path.name == "dafu.sqlite":
            assert code == 2
            assert "文库文件不见了" in said
            assert "dafu restore" in said
            assert not lost.exists()
        else:
            assert (code, texts_of(home)) == (0, expected), (path.name, said)
        shutil.rmtree(home)


def test_an_emptied_library_is_told(whole: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    (home / "dafu.sqlite").write_bytes(b"")
    for command in COMMANDS[:4]:
        code, said = run(home, *command)
        assert code in (1, 2)
        assert "文库文件是空的" in said


def test_a_changed_text_is_seen(whole: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    with closing(sqlite3.connect(home / "dafu.sqlite")) as connection, connection:
        connection.execute("UPDATE replies SET text = replace(text, '摸排', '排摸')")
    code, said = run(home, "verify")
    assert code == 1
    assert said.count("的正文与载入时不同") == 13


def test_a_changed_text_to_be_scored_is_seen(whole: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    (texts,) = home.glob("index-*/texts.sqlite")
    with closing(sqlite3.connect(texts)) as connection, connection:
        connection.execute(
            "UPDATE wholes SET whole = replace(whole, '摸排', '排摸') WHERE number = 3"
        )
    code, said = run(home, "verify")
    assert code == 1
    assert "与文库内容不符" in said
    assert run(home, "rebuild")[0] == 0
    assert run(home, "verify")[0] == 0


def test_an_older_library_beside_its_indexes_has_them_made_anew(tmp_path: Path) -> None:
    letters = write_letters(tmp_path / "letters", range(3))
    home = make_home(tmp_path / "home", letters)
    shutil.copy(home / "dafu.sqlite", tmp_path / "old.sqlite")
    write_letters(letters, range(3, 6))
    assert run(home, "ingest", str(letters))[0] == 0
    shutil.copy(tmp_path / "old.sqlite", home / "dafu.sqlite")
    code, said = run(home, "verify")
    assert code == 0
    assert "索引比文库新" in said
    assert len(texts_of(home)) == 3
