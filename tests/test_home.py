"""One home owns what is open: opened once, when first asked for, and closed when nobody uses it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from app.home import Home
from app.settings import load_settings
from corpus.errors import IndexMismatch


class FakeEngine:
    """Counts how often it was closed; `outdated` once another process has adapted the model."""

    def __init__(self) -> None:
        self.closed = 0
        self.outdated = False

    def refresh(self) -> None:
        if self.outdated:
            raise IndexMismatch("别的模型")

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(load_settings(tmp_path / "home")) as home:
        yield home


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> list[FakeEngine]:
    """All engines that were made, the newest last."""
    made: list[FakeEngine] = []

    def make(*_: Any) -> FakeEngine:
        made.append(FakeEngine())
        return made[-1]

    monkeypatch.setattr("index.engine.open_engine", make)
    monkeypatch.setattr("index.engine.rebuild_engine", make)
    return made


def closed(engines: list[FakeEngine]) -> list[int]:
    return [engine.closed for engine in engines]


def test_looking_creates_nothing(home: Home) -> None:
    assert home.history.list_runs().cards == ()
    assert home.answers.list_ids() == ()
    assert not home.has_judgments
    assert not home.folder.exists()


def test_each_is_opened_once_and_closing_twice_is_nothing(home: Home) -> None:
    store, judgments = home.store, home.judgments
    assert home.store is store
    assert home.judgments is judgments
    assert home.has_judgments
    home.close()
    home.close()
    assert home.store is not store
    assert home.store.reply_ids() == ()


def test_judgments_that_were_moved_away_are_begun_anew(home: Home) -> None:
    before = home.judgments
    for path in home.folder.glob("judgments.sqlite*"):
        path.unlink()
    assert home.judgments is not before
    assert home.has_judgments


def test_threads_that_ask_at_once_share_one_engine(home: Home, engines: list[FakeEngine]) -> None:
    barrier = Barrier(8)

    def use(_: int) -> object:
        barrier.wait()
        with home.engine() as engine:
            return engine

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(use, range(8))) == set(engines)
    assert closed(engines) == [0]
    home.close()
    assert closed(engines) == [1]


def test_an_engine_that_is_replaced_is_closed_after_its_last_use(
    home: Home, engines: list[FakeEngine]
) -> None:
    with ExitStack() as first, ExitStack() as second:
        old = first.enter_context(home.engine())
        assert second.enter_context(home.engine()) is old
        with home.writing():
            home.rebuild()
        with home.engine() as new:
            assert new is not old
        first.close()
        assert closed(engines) == [0, 0]
        second.close()
        assert closed(engines) == [1, 0]
    home.close()
    assert closed(engines) == [1, 1]


def test_an_engine_of_a_model_that_is_gone_is_replaced(
    home: Home, engines: list[FakeEngine]
) -> None:
    with home.engine():
        engines[0].outdated = True
        with home.engine() as new:
            assert new is engines[1]
        assert closed(engines) == [0, 0]
    assert closed(engines) == [1, 0]


def test_a_home_that_is_closed_while_it_is_searched_closes_after(
    home: Home, engines: list[FakeEngine]
) -> None:
    with home.engine():
        home.close()
        assert closed(engines) == [0]
    assert closed(engines) == [1]
