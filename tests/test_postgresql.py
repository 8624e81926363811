"""A library in PostgreSQL: what else can happen there, told in words that help."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from corpus.errors import HomeBusy, HomeDamaged, HomeError, UnreadableFile
from corpus.store import postgresql
from corpus.store.form import LIBRARY
from corpus.store.store import Store
from corpus.types import FieldName
from tests.fakes import parsed_reply
from tests.postgres import empty, new_library

ROOT = Path(__file__).resolve().parents[1]

HOME = Path()
"""A library in PostgreSQL needs none."""


@pytest.fixture
def address(postgres_library: str) -> str:
    empty(postgres_library)
    return postgres_library


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with Store.open(HOME, address) as opened:
        yield opened


def put(store: Store, name: str, text: str = "") -> str:
    return store.put(parsed_reply(text or f"{name}的答复。", f"/{name}.txt", id=name), "h").status


def run(address: str, *statements: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


END_ALL = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'dafu'"
)
"""As when the server is restarted."""


# The tables


def test_its_tables_have_the_columns_that_a_file_has(address: str, tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "dafu.sqlite")) as file:
        wanted = set(
            file.execute(
                'SELECT t.name, c.name, c."notnull" OR c.pk FROM sqlite_schema AS t'
                " JOIN pragma_table_info(t.name) AS c"
                " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'"
            )
        )
    with psycopg.connect(address) as connection:
        found = connection.execute(
            "SELECT table_name, column_name, (is_nullable = 'NO')::int"
            " FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name <> 'dafu_library'"
        ).fetchall()
    assert set(found) == {(table, name, min(needed, 1)) for table, name, needed in wanted}


def test_what_is_created_at_once_is_one_library(postgres: str) -> None:
    with new_library(postgres) as address, ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(lambda _: Store.open(HOME, address), range(4)))
        put(stores[0], "甲")
        assert [store.reply_ids() for store in stores] == [("甲",)] * 4
        for store in stores:
            store.close()


def test_a_database_with_other_tables_is_no_library(postgres: str) -> None:
    with new_library(postgres) as address:
        run(address, "CREATE TABLE notes (line TEXT)")
        with pytest.raises(HomeError, match="有别的表，不是答复的文库"):
            Store.open(HOME, address)


def test_a_library_of_another_format_is_refused(postgres: str) -> None:
    with new_library(postgres) as address:
        Store.open(HOME, address).close()
        run(address, "UPDATE dafu_library SET version = 9")
        with pytest.raises(HomeDamaged, match=rf"第 9 版.*第 {LIBRARY.version} 版"):
            Store.open(HOME, address)


# What can't be


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://dafu:geheim@127.0.0.1:1/replies", "连不上"),
        ("postgresql://[dafu:geheim", "地址读不懂"),
    ],
)
def test_a_server_that_can_t_be_reached_is_told_without_the_password(
    address: str, said: str
) -> None:
    with pytest.raises(HomeError, match=said) as told:
        Store.open(HOME, address)
    assert "geheim" not in str(told.value)


def test_a_database_that_is_not_there_is_told(postgres: str) -> None:
    with pytest.raises(HomeError, match=r"nowhere.*连不上.*createdb"):
        Store.open(HOME, postgres.replace("/postgres?", "/nowhere?"))


def test_a_user_who_may_only_read_reads(address: str, store: Store) -> None:
    put(store, "甲")
    schema = address.rpartition("%3D")[2]
    run(
        address,
        "CREATE ROLE reader LOGIN",
        f"GRANT USAGE ON SCHEMA {schema} TO reader",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader",
        f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO reader",
    )
    try:
        with Store.open(HOME, address.replace("//dafu@", "//reader@")) as reading:
            assert reading.reply_ids() == ("甲",)
            assert reading.newest_key() == store.newest_key()
            with pytest.raises(HomeError, match="请数据库管理员给足权限"):
                put(reading, "乙")
    finally:
        run(address, "DROP OWNED BY reader", "DROP ROLE reader")


def test_what_no_index_can_hold_is_refused_and_the_rest_goes_on(store: Store) -> None:
    # Of characters that come once each: what repeats would be compressed.
    long = "".join(map(chr, range(0x4E00, 0x4E00 + 3000)))
    reply = parsed_reply("甲的答复。", "/甲.txt", id="甲", values={FieldName.AGENCY: long})
    with store.transaction():
        with pytest.raises(UnreadableFile, match="太长"):
            store.put(reply, "h")
        put(store, "乙")
    assert store.reply_ids() == ("乙",)


def test_texts_that_look_for_what_can_t_be_stored_find_nothing(store: Store) -> None:
    put(store, "甲")
    for text in ("\0", "半\ud83d", "\U0001f600"):
        assert store.replies([text, "甲"]).keys() == {"甲"}
        assert store.list_replies(text=text).total == 0


# Several at once


def test_who_writes_is_waited_for_but_not_forever(
    address: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_SESSION", "SET lock_timeout = '200ms'")
    with Store.open(HOME, address) as other, store.transaction():
        put(store, "甲")
        assert other.reply_ids() == ()  # reading goes on
        with pytest.raises(HomeBusy, match="正被另一个程序写入"):
            put(other, "乙")
    with Store.open(HOME, address) as other:
        assert put(other, "乙") == "added"


def test_all_that_is_written_changes_the_version(address: str, store: Store) -> None:
    with Store.open(HOME, address) as other:
        before = other.database.version
        assert other.database.version == before
        put(store, "甲")
        assert other.database.version != before


def test_a_server_that_was_restarted_is_connected_to_again(address: str, store: Store) -> None:
    put(store, "甲")
    run(address, END_ALL)
    assert store.reply_ids() == ("甲",)


def test_what_was_claimed_can_be_claimed_again_at_once(store: Store) -> None:
    def claim() -> bool:
        with store.database.claim("索引") as mine:
            return mine

    with store.database.claim("索引") as mine:
        assert (mine, claim()) == (True, False)
    assert all(claim() for _ in range(200))


def test_a_claim_that_was_lost_with_its_connection_is_free(address: str, store: Store) -> None:
    with store.database.claim("索引"):
        run(address, END_ALL)
        with store.database.claim("索引") as mine:
            assert mine


def test_a_connection_lost_while_writing_leaves_nothing_of_it(address: str, store: Store) -> None:
    def lose() -> None:
        with store.transaction():
            put(store, "甲")
            run(address, END_ALL)
            put(store, "乙")

    with pytest.raises(HomeError, match="连接断了"):
        lose()
    assert store.reply_ids() == ()
    assert put(store, "丙") == "added"


def test_two_loaders_at_once_give_each_key_once(address: str) -> None:
    """Each of two has files of its own, and half of the texts are the other's too."""

    def load(loader: int) -> None:
        with Store.open(HOME, address) as store:
            for number in range(40):
                name = f"{number if number % 2 else f'{loader}-{number}'}"
                reply = parsed_reply(f"第{name}件的答复。\n第二段。", f"/{loader}/{number}.txt")
                store.put(reply, "h")

    threads = [threading.Thread(target=load, args=(loader,)) for loader in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store.open(HOME, address) as store:
        assert list(store.iter_problems()) == []
        assert (store.stats().replies, store.stats().duplicates) == (60, 20)
        keys = store.select_keys().tolist()
        assert len(set(keys)) == len(keys) == 120
        assert keys[-1] <= store.newest_key()


STOPPED = """
import sys, time
from pathlib import Path
from corpus.store.store import Store
from tests.fakes import parsed_reply
with Store.open(Path(), sys.argv[1]) as store, store.transaction():
    store.put(parsed_reply("甲的答复。", "/甲.txt", id="甲"), "h")
    print("written", flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
def test_a_loader_that_is_killed_leaves_nothing_and_holds_nobody_up(
    address: str, store: Store
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED, address], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.kill()
    assert put(store, "乙") == "added"
    assert store.reply_ids() == ("乙",)
