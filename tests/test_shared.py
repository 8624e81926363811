"""A library in PostgreSQL behind one home and behind several: as good as one in the folder."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from app.access import Role
from app.accounts import Accounts
from app.doctor.checkup import look_over
from app.doctor.types import State
from app.keeping.backup import BESIDE, list_backups, make_backup
from app.keeping.carrying import BACK, carry_library
from app.keeping.restore import restore_backup
from app.service import Service, open_service
from app.settings import load_settings
from corpus.errors import HomeError, InputError
from corpus.store import carrying
from corpus.store.form import LIBRARY
from corpus.store.store import Store
from corpus.types import FieldName
from eval.data.topics import Topic
from eval.judging.pool import Origin, Place
from index.stores.manifest import load_manifest
from tests.homes import letter, run, write_letters
from tests.postgres import empty

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]

LETTERS = range(7)


@pytest.fixture
def address(postgres_library: str) -> str:
    empty(postgres_library)
    return postgres_library


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    return write_letters(tmp_path / "letters", LETTERS)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for what others have written at each search."""
    monkeypatch.setattr("index.engine.OTHERS_EVERY", -1.0)


def opened(home: Path, address: str = "") -> Service:
    return open_service(load_settings(home, encoder="off", abstain_below=0, store=address))


def accounts_of(service: Service) -> list[Any]:
    with closing(Accounts(service.home)) as accounts:
        return [*accounts.list_all(), *accounts.tokens_of(), accounts.form_key]


LOOKS: dict[str, Callable[[Service], Any]] = {
    "list": lambda s: s.list_replies(),
    "list of words": lambda s: s.list_replies(text="夜间停车"),
    "charts": lambda s: s.listing.facets(text="年内"),
    "search": lambda s: s.search("电梯加装"),
    "answer": lambda s: s.ask("电梯加装年内完成多少？"),
    "promises": lambda s: s.ledger.read(),
    "policies": lambda s: s.policies.read(),
    "bin": lambda s: s.bin.list_all(),
    "doubts": lambda s: s.review.list_replies(),
    "corrected": lambda s: s.review.list_replies(corrected=True),
    "counts": lambda s: (s.stats().replies, s.stats().passages, s.stats().facets, s.stats().years),
    "replies": lambda s: [s.show(card.reply_id) for card in s.list_replies().cards],
    "keys": lambda s: s.home.store.select_keys().tolist(),
    "files": lambda s: s.home.store.files.digests(),
    "removed": lambda s: s.home.store.removals.list_all(),
    "problems": lambda s: s.verify().problems,
    "accounts": accounts_of,
    "judgments": lambda s: s.home.judgments.judgments(),
    "audit": lambda s: [
        e for e in s.home.audit.list_entries() if e.action not in ("搬文库", "重建索引")
    ],
    "breaks in the audit": lambda s: s.home.audit.find_break(),
}


def seen(service: Service) -> dict[str, Any]:
    return {name: look(service) for name, look in LOOKS.items()}


# Carried over


def delete_old(home: Path) -> None:
    for path in home.glob("*.sqlite*"):
        path.unlink()


@pytest.fixture
def home(tmp_path: Path, letters: Path) -> Path:
    """A home where something was corrected, put away and removed."""
    with opened(tmp_path / "home") as service:
        service.ingest([letters])
        first, second, third, *_ = [card.reply_id for card in service.list_replies().cards]
        service.review.correct(first, {FieldName.OUTCOME: ["A"]})
        service.bin.put_away([second])
        service.remove([third])
        service.ledger.read()
        topic = Topic("q", "谁办？")
        place = Place.of(service.home.store.reply(first), 0, 8)
        service.home.judgments.judge(topic, place, "甲", 2, Origin.JUDGING)
        with closing(Accounts(service.home)) as accounts:
            accounts.add("王芳", Role.STAFF, "梧桐树下-7只小麻雀儿")
            accounts.make_token("王芳", "台账")
            _ = accounts.form_key
    return tmp_path / "home"


def test_what_was_carried_over_answers_alike_and_comes_back(
    home: Path, address: str, tmp_path: Path
) -> None:
    with opened(home) as service:
        before = seen(service)
        newest = service.home.store.newest_key()
    told: list[str] = []
    settings = load_settings(home, store=address)
    done = carry_library(settings, "", lambda what, *_: told.append(what))
    assert (done.replies, set(told)) == (5, {"核对", *(f"搬{f.name}" for f in (LIBRARY, *BESIDE))})
    indexes = load_manifest(home)
    with opened(home, address) as service:
        assert seen(service) == before
        assert service.home.store.newest_key() == newest
        service.bin.bring_back([service.bin.list_all().replies[0].card.reply_id])
        after = seen(service)
    assert load_manifest(home) == indexes  # they were not made anew
    with pytest.raises(InputError, match=r"里已有.*dafu\.sqlite、.*accounts\.sqlite"):
        carry_library(settings, BACK)
    delete_old(home)
    assert carry_library(settings, BACK).replies == 6
    with opened(home) as service:
        assert seen(service) == after


def test_nothing_is_carried_onto_other_replies_or_by_halves(
    home: Path, address: str, letters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(home)
    insert = carrying._insert

    def lose(connection: Any, table: str, rows: list[Any]) -> None:
        insert(connection, table, rows[1:] if table == "passages" else rows)

    with monkeypatch.context() as patch:
        patch.setattr(carrying, "_insert", lose)
        with pytest.raises(HomeError, match=r"passages.*没有搬"):
            carry_library(settings, address)
    assert carry_library(settings, address).replies == 5  # nothing was there
    with pytest.raises(InputError, match="目标里的文库已有内容（5 条）"):
        carry_library(settings, address)
    with pytest.raises(InputError, match="里已有"):
        carry_library(load_settings(home, store=address), BACK)


@pytest.mark.parametrize(
    ("target", "said"),
    [("", "没有说搬到哪里"), ("home", "不用搬回来"), ("mysql://server/replies", "搬不到 mysql")],
)
def test_what_is_no_target_is_told(home: Path, target: str, said: str) -> None:
    code, output = run(home, "move", *filter(None, [target]))
    assert (code, said in output) == (2, True)


def test_commands_carry_and_tell_what_to_do(
    home: Path, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code, output = run(home, "move", address)
    assert code == 0
    assert "已搬 5 份答复" in output
    assert "DAFU_STORE" in output
    monkeypatch.setenv("DAFU_STORE", address)
    found = {each.name: each for each in look_over(home, "1").findings}
    assert found["文库"].state is State.ATTENTION
    assert "旧的 dafu.sqlite" in found["文库"].found
    assert "旧的 accounts.sqlite" in found["其他文件"].found
    delete_old(home)
    found = {each.name: each for each in look_over(home, "1").findings}
    for name in ("文库", "索引", "其他文件"):
        assert found[name].state is State.FINE, found[name]
    assert found["其他文件"].found.count("在 PostgreSQL 里") == 3
    assert "pg_dump" in run(home, "restore", str(tmp_path / "x.zip"))[1]
    assert "pg_dump" in run(home, "recover")[1]
    monkeypatch.setenv("DAFU_STORE", "postgresql://dafu:geheim@127.0.0.1:1/replies")
    findings = look_over(home, "1").findings
    assert {each.name: each.state for each in findings}["文库"] is State.WRONG
    assert "geheim" not in str(findings)
    monkeypatch.setenv("DAFU_STORE", "mysql://dafu:geheim@server")
    code, output = run(home, "stats")
    assert code == 2
    assert "postgresql://" in output
    assert "geheim" not in output


def test_a_backup_of_it_is_restored_as_a_file(tmp_path: Path, address: str, letters: Path) -> None:
    with opened(tmp_path / "home", address) as service:
        service.ingest([letters])
        assert list_backups(service.home.folder) == []
        reply_id = service.list_replies().cards[0].reply_id
        place = Place.of(service.home.store.reply(reply_id), 0, 8)
        service.home.judgments.judge(Topic("q", "谁办？" * 2000), place, "甲", 2, Origin.JUDGING)
        before = seen(service)
        make_backup(service.home, tmp_path / "home" / "x.zip")
    assert restore_backup(tmp_path / "other", tmp_path / "home" / "x.zip") == len(LETTERS)
    with opened(tmp_path / "other") as service:
        service.rebuild()
        after = seen(service)
    assert after == before


# Several homes


@pytest.mark.usefixtures("at_once")
def test_what_one_home_loads_corrects_or_removes_others_see(
    tmp_path: Path, address: str, letters: Path
) -> None:
    with opened(tmp_path / "a", address) as one, opened(tmp_path / "b", address) as other:
        one.ingest([letters])
        assert other.search("电梯加装").hits[0].card == one.search("电梯加装").hits[0].card
        assert other.list_replies() == one.list_replies()
        reply_id = other.search("电梯加装").hits[0].card.reply_id
        other.review.correct(reply_id, {FieldName.OUTCOME: ["A"]})
        assert one.search("电梯加装").hits[0].card.outcome == "A"
        one.remove([reply_id])
        assert reply_id not in {hit.card.reply_id for hit in other.search("电梯加装").hits}
        (problem,) = one.prove_removal(reply_id).problems
        assert "服务器的日志" in problem
        assert (one.verify().problems, other.verify().problems) == ((), ())


@pytest.mark.usefixtures("at_once")
def test_homes_that_load_at_once_lose_nothing(tmp_path: Path, address: str) -> None:
    """Of two folders of letters two are the same, by their words."""
    folders = [
        write_letters(tmp_path / "一", range(12)),
        write_letters(tmp_path / "二", range(10, 22)),
    ]
    services = [opened(tmp_path / f"home {n}", address) for n in range(2)]
    failed: list[BaseException] = []

    def load(service: Service, folder: Path) -> None:
        try:
            service.ingest([folder])
        except BaseException as error:
            failed.append(error)

    threads = [
        threading.Thread(target=load, args=pair) for pair in zip(services, folders, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for service in services:
        service.search("河道")
        assert (service.stats().replies, service.stats().duplicates) == (22, 2)
        assert service.verify().problems == ()
        service.close()


def test_a_load_that_is_killed_is_finished_by_another_home(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = write_letters(tmp_path / "letters", range(300))
    monkeypatch.setenv("DAFU_STORE", address)
    command = [sys.executable, "-m", "app", "ingest", str(letters), "--home", str(tmp_path / "a")]
    with Store.open(tmp_path / "b", address) as store:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT) as process:
            while not store.reply_ids():
                assert process.poll() is None
                time.sleep(0.01)
            process.kill()
        loaded = len(store.reply_ids())
        assert list(store.iter_problems()) == []
    for name, known in (("b", loaded), ("a", 300)):
        with opened(tmp_path / name, address) as service:
            counts = service.ingest([letters]).counts
            assert (counts.unchanged, counts.added) == (known, 300 - known)
            assert service.verify().problems == ()


def test_what_is_erased_is_in_no_table_of_the_server(tmp_path: Path, address: str) -> None:
    words = "紫荆巷丙七号院垂花门修缮"
    (tmp_path / "门.txt").write_text(letter(77, words), encoding="utf-8")
    data = Path(parse_qs(urlsplit(address).query)["host"][0], "data", "base")

    def holding() -> list[Path]:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        files = [path for path in data.rglob("*") if path.is_file()]
        return [path for path in files if words.encode() in path.read_bytes()]

    with opened(tmp_path / "home", address) as service:
        service.ingest([tmp_path / "门.txt"])
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("ANALYZE")
        assert holding() != []
        service.remove([service.list_replies().cards[0].reply_id])
        assert holding() == []
