"""Reading a library together: each passage once, by homes and workers, whoever of them dies."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sized
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import psycopg
import pytest

from app.service import open_service
from app.settings import load_settings
from corpus.errors import HomeError
from corpus.store.store import Store
from index.models.static import Vectors
from index.stores.encoded import EncodedIndex
from index.stores.encoder_input import encoded_text, made_by
from index.stores.texts import read_indexed
from index.stores.together import claims as claiming_module
from index.stores.together.claims import EXPIRY, Claims, claiming
from index.stores.together.shared import UNUSED, VECTORS, SharedVectors, forget_others, list_gone
from index.stores.together.state import Together
from index.stores.together.worker import Standing, work
from tests.fakes import CountingEncoder, parsed_reply
from tests.homes import write_letters
from tests.postgres import empty

ROOT = Path(__file__).resolve().parents[1]

PASSAGES = 12


@pytest.fixture
def address(postgres_library: str) -> str:
    empty(postgres_library)
    return postgres_library


@pytest.fixture
def store(tmp_path: Path, address: str) -> Iterator[Store]:
    with Store.open(tmp_path, address) as store:
        for number in range(PASSAGES):
            put(store, number)
        yield store


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take three passages at once, and look again soon where none is left."""
    monkeypatch.setattr(claiming_module, "CLAIM", 3)
    monkeypatch.setattr("index.stores.together.worker.LOOK_EVERY", 0.05)


def put(store: Store, number: int, text: str = "") -> None:
    text = text or f"第{number}号路段的电梯加装和停车位由街道办负责。"
    store.put(parsed_reply(text, f"/{number}.txt", id=f"r{number}"), "h")


def keys_of(store: Store, reply_id: str) -> list[int]:
    return list(store.passages_of(reply_id))


def rows(address: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address, autocommit=True) as connection:
        schema = connection.execute("SELECT current_schema()").fetchone()
        assert schema
        connection.execute(f"SET search_path = {schema[0]}_vectors")
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def finish(store: Store, encoder: CountingEncoder) -> Standing:
    """Read as a worker until everything is read."""
    for standing in work(store, encoder):
        if standing.read == standing.passages:
            return standing
    raise AssertionError


def catch_up(home: Path, store: Store, encoder: CountingEncoder) -> EncodedIndex:
    encoded = EncodedIndex(home, encoder)
    encoded.catch_up(store)
    encoded.close()
    return encoded


def joined(store: Store, stack: ExitStack) -> Claims:
    shared = stack.enter_context(closing(SharedVectors.open(store, CountingEncoder())))
    return stack.enter_context(claiming(Together(shared)))


def take(claims: Claims) -> list[int]:
    claims.together.follow()
    claims.take()
    return list(map(int, claims.taken))


# Homes


def test_a_home_takes_what_another_has_read(tmp_path: Path, store: Store) -> None:
    first, second = CountingEncoder(), CountingEncoder()
    one = catch_up(tmp_path / "a", store, first)
    told: list[tuple[str, int, int | None]] = []
    other = EncodedIndex(tmp_path / "b", second)
    assert other.catch_up(store, lambda *step: told.append(step)) == PASSAGES
    assert told[-1] == ("理解段落", PASSAGES, PASSAGES)
    assert (first.read, second.read) == (PASSAGES, 0)
    keys = store.select_keys()
    assert one.keys().tolist() == other.keys().tolist() == keys.tolist()
    np.testing.assert_array_equal(one.vectors(keys), other.vectors(keys))
    put(store, 77)
    assert other.catch_up(store) == 1
    catch_up(tmp_path / "a", store, first)
    assert (first.read, second.read) == (PASSAGES, 1)
    other.close()


def test_a_home_gives_what_it_read_before_anything_was_shared(tmp_path: Path, store: Store) -> None:
    encoder = CountingEncoder()
    searching = EncodedIndex(tmp_path / "a", encoder)
    own = keys_of(store, "r3")
    searching.read(read_indexed(store, own))
    searching.close()
    catch_up(tmp_path / "a", store, encoder)
    assert encoder.read == PASSAGES
    assert finish(store, CountingEncoder()) == Standing(0, PASSAGES, PASSAGES)


def test_a_home_leaves_to_others_what_they_are_reading(
    tmp_path: Path, store: Store, small: None
) -> None:
    encoder = CountingEncoder()
    encoded = EncodedIndex(tmp_path / "a", encoder)
    with ExitStack() as stack:
        taken = take(joined(store, stack))
        assert encoded.catch_up(store) == PASSAGES - 3
        assert not set(taken) & set(encoded.keys().tolist())
    assert encoded.catch_up(store) == 3
    assert encoder.read == PASSAGES
    encoded.close()


def test_a_home_that_may_only_read_takes_and_reads_the_rest_alone(
    tmp_path: Path, store: Store, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    catch_up(tmp_path / "a", store, CountingEncoder())
    put(store, 77)
    reader = as_role(address, "reader", "SELECT", "SELECT")
    with Store.open(tmp_path / "b", reader) as reading, caplog.at_level(logging.WARNING):
        encoder = CountingEncoder()
        encoded = EncodedIndex(tmp_path / "b", encoder)
        assert encoded.catch_up(reading) == PASSAGES + 1
        put(store, 78)
        assert encoded.catch_up(reading) == 1
        encoded.close()
    assert encoder.read == 2
    assert ["没能与别的资料夹共用" in r.message for r in caplog.records] == [True]


def as_role(address: str, name: str, library: str, vectors: str) -> str:
    """Return an address for a role that has such rights on tables, and no others."""
    (schema,) = parse_qs(urlsplit(address).query)["options"]
    library_schema = schema.rpartition("=")[2]
    with psycopg.connect(address, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone():
            connection.execute(f"CREATE ROLE {name} LOGIN")
        for each, rights in ((library_schema, library), (f"{library_schema}_vectors", vectors)):
            connection.execute(f"GRANT USAGE ON SCHEMA {each} TO {name}")
            connection.execute(f"GRANT {rights} ON ALL TABLES IN SCHEMA {each} TO {name}")
            connection.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {each} TO {name}")
    return address.replace("postgresql://dafu@", f"postgresql://{name}@")


def test_a_worker_needs_no_more_rights_than_are_said(
    tmp_path: Path, store: Store, address: str
) -> None:
    with closing(SharedVectors.open(store, CountingEncoder())):
        pass  # the owner has made the tables
    worker = as_role(address, "worker", "SELECT", "SELECT, INSERT, UPDATE, DELETE")
    with Store.open(tmp_path / "b", worker) as reading:
        encoder = CountingEncoder()
        assert finish(reading, encoder) == Standing(PASSAGES, PASSAGES, PASSAGES)


# Workers


def test_what_one_has_taken_no_other_takes(store: Store, small: None) -> None:
    with ExitStack() as stack:
        one, other, third = (joined(store, stack) for _ in range(3))
        keys = store.select_keys().tolist()
        assert take(one) == keys[:-4:-1]
        assert take(other) == keys[-4:-7:-1]
        assert one.read(zeros) == 3
        assert take(one) == keys[-7:-10:-1]
        assert take(third) == keys[-10::-1]
        assert take(one) == keys[-7:-10:-1]  # it has given none of them


def zeros(passages: Sized) -> Vectors:
    return np.zeros((len(passages), 32), np.float32)


def test_many_read_each_passage_once(store: Store, tmp_path: Path, small: None) -> None:
    for number in range(PASSAGES, 60):
        put(store, number)
    encoders = [CountingEncoder(seconds=0.001) for _ in range(4)]
    homes = [CountingEncoder(seconds=0.001) for _ in range(2)]

    def read(encoder: CountingEncoder) -> None:
        finish(store, encoder)

    def read_at_home(number: int) -> None:
        catch_up(tmp_path / str(number), store, homes[number])

    threads = [threading.Thread(target=read, args=(each,)) for each in encoders]
    threads += [threading.Thread(target=read_at_home, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.read for each in (*encoders, *homes)) == 60


WORKER = """
import sys
from pathlib import Path
from corpus.store.store import Store
from index.stores.together.worker import work
from tests.fakes import CountingEncoder
with Store.open(Path(sys.argv[1]), sys.argv[2]) as store:
    for standing in work(store, CountingEncoder(seconds=1000.0)):
        print("taken", flush=True)
"""


def test_what_a_killed_worker_had_taken_is_read_by_another(
    store: Store, tmp_path: Path, address: str, small: None
) -> None:
    command = [sys.executable, "-c", WORKER, str(tmp_path), address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout
        assert process.stdout.readline() == b"taken\n"
        with ExitStack() as stack:
            keys = store.select_keys().tolist()
            assert take(joined(store, stack)) == []  # it takes as many as are usual
            process.kill()
    encoder = CountingEncoder()
    assert finish(store, encoder).own == PASSAGES == len(keys)


def test_what_a_halted_worker_had_taken_is_read_by_another_later(store: Store, small: None) -> None:
    with ExitStack() as stack:
        halted, other = (joined(store, stack) for _ in range(2))
        taken = take(halted)
        began = time.time()
        other.together.shared.now = lambda: began + EXPIRY - 10
        assert take(other) != taken
        other.together.shared.now = lambda: began + EXPIRY + 10
        assert take(other) == taken


def test_who_takes_long_says_that_he_is_still_reading(store: Store, small: None) -> None:
    with ExitStack() as stack:
        slow, other = (joined(store, stack) for _ in range(2))
        taken = take(slow)
        began = time.time()
        slow.together.shared.now = lambda: began + EXPIRY / 2

        def read(passages: Sized) -> Vectors:
            other.together.shared.now = lambda: began + EXPIRY + 10
            assert take(other) != taken
            return zeros(passages)

        assert slow.read(read) == 3


def test_what_was_read_is_given_when_it_is_stopped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming_module, "BATCH", 2)
    with ExitStack() as stack:
        claims = joined(store, stack)
        taken = take(claims)
        missing = set(claims.together.missing.tolist())
        asked = iter([True, True, False])
        assert claims.read(zeros, lambda: next(asked)) == 4

        def fail(passages: Sized) -> Vectors:
            raise KeyboardInterrupt

        claims.together.follow()
        with pytest.raises(KeyboardInterrupt):
            claims.read(fail)
        assert set(claims.together.missing.tolist()) == missing - set(taken[:4])
    finish(store, encoder := CountingEncoder())
    assert encoder.read == PASSAGES - 4


def test_who_has_lost_the_connection_takes_nothing(store: Store, address: str) -> None:
    with ExitStack() as stack:
        claims = joined(store, stack)
        rows(
            address,
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks"
            " WHERE locktype = 'advisory' AND objsubid = 2",
        )
        with pytest.raises(HomeError, match="连接断过"):
            take(claims)


def test_a_worker_goes_on_with_what_is_loaded_later(store: Store, small: None) -> None:
    encoder = CountingEncoder()
    standings = work(store, encoder)
    read = [next(standings).read for _ in range(5)]
    assert read == [0, 3, 6, 9, 12]
    put(store, 77)
    while next(standings).read <= PASSAGES:
        pass
    standings.close()
    assert encoder.read == PASSAGES + 1


# What goes


def test_a_passage_that_goes_loses_its_vector(store: Store, address: str) -> None:
    finish(store, CountingEncoder())
    gone = keys_of(store, "r3")
    put(store, 3, "这份答复已改写：停车位由区里统筹。")
    finish(store, encoder := CountingEncoder())
    assert encoder.read == 1
    assert {key for (key,) in rows(address, "SELECT key FROM vectors")} == set(
        store.select_keys().tolist()
    )
    assert not set(gone) & set(store.select_keys().tolist())


def test_of_what_went_while_it_was_read_nothing_is_kept(store: Store, address: str) -> None:
    with ExitStack() as stack:
        claims = joined(store, stack)
        take(claims)

        def read(passages: Sized) -> Vectors:
            if store.reply_ids().count("r3"):
                store.remove(["r3"])
            return zeros(passages)

        assert claims.read(read) == PASSAGES
    assert len(rows(address, "SELECT key FROM vectors")) == PASSAGES - 1


def test_what_is_removed_is_erased_whichever_encoder_read_it(
    store: Store, address: str, tmp_path: Path
) -> None:
    for name in ("one", "other"):
        finish(store, CountingEncoder(name))
    store.remove(["r3"])
    with closing(store.database.beside(VECTORS)) as vectors:
        assert len(list_gone(vectors, store)) == 1
        forget_others(vectors, store)
        assert list_gone(vectors, store) == []
    assert len(rows(address, "SELECT key FROM vectors")) == 2 * (PASSAGES - 1)
    rows(address, "ANALYZE vectors")
    kept = "SELECT 1 FROM pg_stats WHERE tablename = 'vectors' AND attname = 'halves'"
    assert rows(address, kept) == []  # the planner keeps samples of them nowhere


@pytest.mark.slow
def test_removing_by_a_home_without_an_encoder_erases_shared_vectors(
    tmp_path: Path, address: str
) -> None:
    settings = load_settings(tmp_path / "home", encoder="off", store=address)
    with open_service(settings) as service:
        service.ingest([write_letters(tmp_path / "letters", range(3))])
        passages = finish(service.home.store, CountingEncoder()).passages
        removed = service.list_replies().cards[0].reply_id
        of_it = len(service.home.store.passages_of(removed))
        service.remove([removed])
        left = rows(address, "SELECT key FROM vectors")
        assert passages - of_it <= len(left) < passages
        problems = service.prove_removal(removed).problems
        assert not any("共用的语义向量" in problem for problem in problems)
        rows(address, "UPDATE vectors SET key = 987654 WHERE key = (SELECT max(key) FROM vectors)")
        assert any("共用的语义向量" in p for p in service.prove_removal(removed).problems)


def test_vectors_of_other_passages_by_the_same_keys_are_read_anew(
    tmp_path: Path, store: Store, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    finish(store, CountingEncoder())
    rows(address, "UPDATE vectors SET mark = mark + 1 WHERE key = (SELECT min(key) FROM vectors)")
    encoder = CountingEncoder()
    encoded = catch_up(tmp_path / "a", store, encoder)
    assert encoder.read == 1
    assert encoded.count == PASSAGES
    assert "不是这个文库的" in caplog.text
    assert finish(store, CountingEncoder()).own == 0


def test_another_encoders_vectors_go_once_nobody_asks_for_them(
    tmp_path: Path, store: Store, address: str
) -> None:
    old, new = CountingEncoder("old"), CountingEncoder("new")
    for encoder in (old, new):
        catch_up(tmp_path / encoder.name, store, encoder)
    assert len(rows(address, "SELECT key FROM vectors")) == 2 * PASSAGES
    rows(
        address, f"UPDATE encoders SET used = used - {UNUSED + 1} WHERE made_by = '{made_by(old)}'"
    )
    catch_up(tmp_path / "new", store, new)
    assert len(rows(address, "SELECT key FROM vectors")) == PASSAGES
    assert rows(address, "SELECT made_by FROM encoders") == [(made_by(new),)]


def test_what_is_shared_is_what_a_home_would_keep(
    tmp_path: Path, store: Store, address: str
) -> None:
    finish(store, CountingEncoder())
    encoded = catch_up(tmp_path / "a", store, CountingEncoder())
    indexed = read_indexed(store, store.select_keys().tolist())
    own = CountingEncoder().embed_passages([encoded_text(each) for each in indexed.values()])
    np.testing.assert_array_equal(
        encoded.vectors(list(indexed)), own.astype(np.float16).astype(np.float32)
    )
    assert rows(address, "SELECT DISTINCT length(halves) FROM vectors") == [(64,)]
