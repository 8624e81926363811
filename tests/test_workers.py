"""Several processes parse what one would, in its order; none of their troubles stops a load."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path

import pytest

from corpus import workers
from corpus.errors import UnreadableFile
from corpus.workers import iter_parsed, parse_file


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    rows = [f'{{"编号": "r{n}", "答复内容": "第{n}条路已经修好。"}}' for n in range(5)]
    rows.insert(2, '{"编号": "bad", "答复内容": ""}')
    contents = {"a.txt": "电梯已加装。", "b.txt": "", "c.jsonl": "\n".join(rows), "d.txt": "好。"}
    for name, content in contents.items():
        (tmp_path / name).write_text(content, "utf-8")
    return [*(tmp_path / name for name in contents), tmp_path / "gone.txt"]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have two processes parse whatever there is, tables in parts."""
    monkeypatch.setattr(workers, "LEAST_BYTES", 0)
    monkeypatch.setattr(workers, "PART_BYTES", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def plain(found: list[workers.Parsed]) -> list[list[str]]:
    return [[str(i) if isinstance(i, UnreadableFile) else repr(i) for i in f] for f in found]


@pytest.mark.slow
@pytest.mark.usefixtures("many")
def test_processes_find_what_one_finds_in_the_same_order(files: list[Path]) -> None:
    found = list(iter_parsed(files))
    assert plain(found) == plain([parse_file(path) for path in files])
    kinds = ["".join("x" if isinstance(i, UnreadableFile) else "." for i in f) for f in found]
    assert kinds == [".", "x", "..x...", ".", "x"]


@pytest.mark.slow
@pytest.mark.usefixtures("many")
def test_where_processes_die_this_one_does_their_work(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_leave_interrupts", partial(os._exit, 1))
    assert plain(list(iter_parsed(files))) == plain([parse_file(path) for path in files])


class OneProcess:
    """A pool that has done its first task and lets all others wait."""

    def __init__(self, done: UnreadableFile) -> None:
        self.done = done
        self.futures: list[Future[object]] = []

    def submit(self, function: Callable[..., object], *arguments: object) -> Future[object]:
        future: Future[object] = Future()
        if not self.futures:
            future.set_result([(0, self.done)])
        self.futures.append(future)
        return future

    def shutdown(self, cancel_futures: bool = False) -> None:
        for future in self.futures:
            assert future.done() or (cancel_futures and future.cancel())


@pytest.mark.usefixtures("many")
def test_who_stops_early_waits_for_no_more_than_what_is_being_parsed(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = OneProcess(UnreadableFile("a.txt", "由另一个进程读"))
    monkeypatch.setattr(workers, "ProcessPoolExecutor", lambda *_, **__: pool)
    stream = iter_parsed(files * 20)
    assert next(stream) == [pool.done]
    stream.close()
    # Twice as many files as processes are parsed ahead, the table among them in two parts.
    assert [future.cancelled() for future in pool.futures] == [False, *[True] * 5]


class DeadPool:
    """A pool whose processes have died before they were given anything."""

    def submit(self, *_: object) -> Future[object]:
        raise BrokenProcessPool

    def shutdown(self, cancel_futures: bool = False) -> None:
        pass


@pytest.mark.usefixtures("many")
def test_where_all_processes_have_died_this_one_does_the_work(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "ProcessPoolExecutor", lambda *_, **__: DeadPool())
    assert plain(list(iter_parsed(files))) == plain([parse_file(path) for path in files])


def test_little_is_parsed_here(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ProcessPoolExecutor", None)
    assert len(list(iter_parsed(files))) == 5
