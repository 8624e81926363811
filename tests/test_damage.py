"""Whatever happens to a home's files: no traceback, the damage is named, or it heals by itself."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.access import Role
from app.accounts import Accounts
from app.evaluation.feedback import Feedback
from app.home import Home
from app.running.log import log_file
from app.service import open_service
from app.settings import load_settings
from eval.data.spans import Span
from tests.homes import damage, letter, make_home, run, texts_of, write_letters

COMMANDS = (
    ("verify",),
    ("ask", "夜间停车第2号今年安排多少万元？"),
    ("list", "--limit", "3"),
    ("stats",),
    ("eval", "history"),
    ("terms", "check"),
)

READERS = {
    "accounts.sqlite": ("user", "list"),
    "audit.sqlite": ("audit",),
    "judgments.sqlite": ("eval", "judge", "--status"),
    "dafu.toml": ("stats",),
    "用语.txt": ("terms", "check"),
}
"""Files that nothing else reads, with the commands that do."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home, and beside it the letters that it was made of."""
    place = tmp_path_factory.mktemp("whole")
    uploaded = place / "上传.txt"
    uploaded.write_text(letter(90), encoding="utf-8")
    home = make_home(place / "home", write_letters(place / "letters", range(12)), uploaded)
    with open_service(load_settings(home), Role.READER) as public:
        hit = public.search("夜间停车").hits[0]
        Feedback(public).rate("停车？", Span(hit.card.reply_id, hit.start, hit.end), "one", True)
    with Home.at(home) as opened, closing(Accounts(opened)) as accounts:
        accounts.add("王芳", Role.ADMINISTRATOR, "correct-horse-battery")
    (home / "evaluation" / "runs").mkdir(parents=True, exist_ok=True)
    (home / "evaluation" / "runs" / "1.json").write_text("{}", encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def encoded(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, read by the encoder too, which `dafu.toml` would not have."""
    home = tmp_path_factory.mktemp("encoded") / "home"
    shutil.copytree(whole, home)
    (home / "dafu.toml").write_text('encoder = "at-once"\n', encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAFU_ENCODER", raising=False)
        assert run(home, "encode")[0] == 0
    assert list(home.glob("encoded-*/*.vectors"))
    return home


def unharmed(home: Path, expected: dict[str, str]) -> bool:
    """Tell whether a home holds all that it did, and its indexes agree."""
    return run(home, "verify")[0] == 0 and texts_of(home) == expected


def check_damage(whole: Path, home: Path, seed: int) -> str:
    """Damage one file of a copy of a home and use it; return what came of it.

    The files take turns.
    """
    chance = random.Random(seed)
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(whole, home)
    expected = texts_of(whole)
    files = [path for path in sorted(home.rglob("*")) if path.is_file()]
    path = files[seed % len(files)]
    name, how = path.relative_to(home), damage(path, chance)
    told = []
    own = READERS.get(path.name)
    for command in chance.sample(COMMANDS, 3) + ([own] if own else []):
        code, said = run(home, *command)
        if command == own and code:
            assert path.name in said, (name, how, said)
            assert "请" in said, (name, how, said)
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
def test_200_damages_are_named_or_healed(
    encoded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAFU_ENCODER", raising=False)
    outcomes = []
    for seed in range(200):
        outcomes.append(check_damage(encoded, tmp_path / "home", seed))
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


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'encoder = "off"\nk = = 3\n', "第 2 行第 5 列不合 TOML 的写法"),
        (b"encoder = \xff\n", "不是 UTF-8 编码的 TOML"),
        (b'encoder = "off"\nk = [1,\n2,\n', "第 2 行没有写完，如缺引号、括号或值"),
        (b"a = 1\nk =", "第 2 行没有写完，如缺引号、括号或值"),
        (b"k = " + b"[" * 5000, "不合 TOML 的写法"),
    ],
)
def test_settings_that_cannot_be_read_are_told(tmp_path: Path, content: bytes, found: str) -> None:
    (tmp_path / "dafu.toml").write_bytes(content)
    code, said = run(tmp_path, "stats")
    assert code == 2
    assert f"dafu.toml 读不出：{found}。请改正，或移走这个文件" in said
