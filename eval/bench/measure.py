"""Dafu at work, timed: from files to both indexes, from queries to hits and answers.

Each function is a task that `do_task` has done in a process of its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import UnreadableFile
from corpus.files import bytes_below
from corpus.progress import Progress, say_nothing
from corpus.readers import iter_paths
from corpus.store.store import Store
from corpus.types import ParsedReply, PassageRole
from corpus.workers import iter_parsed
from eval.bench.gauges import Stopwatch, own_memory, peak_memory
from eval.bench.made import FILE_ROWS, iter_made, save_made
from eval.bench.narrow import search_narrowed
from eval.bench.task import serve
from eval.collection import open_store_and_engine
from index.answers.answer import find_answer
from index.answers.confidence import load_confidence
from index.models.choice import Models
from index.models.embed import open_embedder

ADDED, LOADS = 100, 6
"""So many replies are added at once to the library that was measured, and how often."""

SHORT, LONG = 30, 600
"""Queries are so many characters of a reply's text, at most: a question, and a whole message."""


def load(home: Path, source: Path, size: int, told: Progress) -> float:
    """Read, parse and store files until there are `size` passages; return how many seconds."""
    with Store.open(home) as store:
        began = time.perf_counter()
        _load(store, source, size, told)
        return time.perf_counter() - began


def build(home: Path, source: Path, size: int, models: Models, told: Progress) -> dict[str, Any]:
    """Load files as users do, until there are `size` passages, and index them all once more.

    The first goes from files to both indexes and is what the home is left with; `index_seconds`
    is what indexing takes where nothing is loaded beside it.
    """
    with open_store_and_engine(home, models) as engine:
        idle = peak_memory()
        began = time.perf_counter()
        with engine.indexer.keeping_up() as keep_up:
            loaded = _load(engine.store, source, size, told, keep_up)
        engine.indexer.catch_up(told)
        built = time.perf_counter()
        peak, disk = peak_memory(), bytes_below(home)
        engine.indexer.rebuild(told)
        indexed = time.perf_counter()
        return {
            **asdict(loaded),
            "passages": len(engine.store.select_keys()),
            "whole_seconds": built - began,
            "index_seconds": indexed - built,
            "disk_bytes": disk,
            "idle_bytes": idle,
            "peak_bytes": peak,
            "model": engine.embedder.name,
        }


@dataclass(frozen=True, slots=True)
class _Loaded:
    """How much a load has brought; to count all that the store holds grows with the library."""

    replies: int
    characters: int


def _load(
    store: Store, source: Path, size: int, told: Progress, stored: Callable[[], None] = lambda: None
) -> _Loaded:
    """Put files into the store until there are `size` passages; call `stored` after each."""
    characters = passages = replies = 0
    files = [path for path in iter_paths([source]) if isinstance(path, Path)]
    with closing(iter_parsed(files)) as stream:
        for path, parsed in zip(files, chain.from_iterable(stream), strict=False):
            kept: list[ParsedReply] = []
            for reply in parsed:
                if passages >= size:
                    break
                if isinstance(reply, UnreadableFile):
                    continue
                kept.append(reply)
                passages += sum(each.role is PassageRole.SUBSTANCE for each in reply.passages)
                characters += len(reply.reply.text)
            results = store.put_file(path.as_posix(), None, kept).results
            replies += sum(result.status == "added" for result in results)
            told("读取与解析", min(passages, size), size)
            if passages >= size:
                break
            stored()
    return _Loaded(replies, characters)


def add(home: Path, source: Path, models: Models, told: Progress) -> dict[str, Any]:
    """Load the tables of a folder into a library one after the other, as users do now and then.

    Return the medians of seconds, and of processor seconds of this process, which indexes, without
    the one that reads the table. The first is not counted, for it opens what is opened on first
    use.
    """
    seconds, processor = [], []
    with open_store_and_engine(home, models) as engine:
        tables = sorted(source.iterdir())
        for number, table in enumerate(tables):
            told("再载入", number, len(tables))
            began, busy = time.perf_counter(), time.process_time()
            with engine.indexer.keeping_up() as keep_up:
                _load(engine.store, table, sys.maxsize, say_nothing, keep_up)
            engine.indexer.catch_up()
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - busy)
    return {
        "replies": ADDED,
        "loads": len(tables) - 1,
        "seconds": round(float(np.median(seconds[1:])), 3),
        "processor_seconds": round(float(np.median(processor[1:])), 3),
    }


def search(
    home: Path, queries: dict[str, list[str]], models: Models, told: Progress
) -> dict[str, Any]:
    """Search and ask; return latencies by kind of query and by leg, and the memory it took.

    No query is met twice: answers would else find what the search before them has read. The
    first of each kind is not counted, for it opens what is opened on first use.
    """
    confidence = load_confidence()
    found: dict[str, Any] = {}
    open_embedder(models).embed_queries(["先打开模型"])
    idle = peak_memory()
    began = time.perf_counter()
    with open_store_and_engine(home, models) as engine:
        opened = time.perf_counter() - began
        retriever, legs = engine.retriever, engine.legs
        whole: dict[str, Any] = {"lexical": legs.lexical.search, "dense": legs.dense.search}
        for kind, texts in queries.items():
            watch = Stopwatch()
            for number, text in enumerate(texts):
                if number == 2:  # one of each has been tried
                    watch = Stopwatch()
                    for leg, call in whole.items():
                        getattr(legs, leg).search = watch.around(leg, call)
                told(f"检索（{kind}）", number, len(texts))
                if number % 2:
                    watch.measure("ask", find_answer, retriever, confidence, text)
                else:
                    query = watch.measure("analyse", retriever.analyse, text)
                    watch.measure("rank", retriever.search, query, 10)
            told(f"检索（{kind}）", len(texts), len(texts))
            seconds = watch.seconds
            watch.seconds["fused"] = [
                sum(pair) for pair in zip(seconds["analyse"], seconds.pop("rank"), strict=True)
            ]
            found[kind] = {name: asdict(each) for name, each in watch.latencies().items()}
        return {
            "latency": found,
            "open_seconds": opened,
            "idle_bytes": idle,
            "peak_bytes": peak_memory(),
            "own_bytes": own_memory(),
        }


def pick_queries(home: Path, count: int) -> dict[str, list[str]]:
    """Return queries cut from the texts themselves, spread evenly: half short ones, half long.

    Where there are fewer passages than queries, some are the same.
    """
    with Store.open(home) as store:
        keys = store.select_keys()
        chosen = keys[np.linspace(0, len(keys) - 1, count).astype(int)].tolist()
        passages = store.passages(chosen)
        replies = store.replies({passage.reply_id for passage in passages.values()})

    def cut(key: int, length: int) -> str:
        passage = passages[key]
        return replies[passage.reply_id].text[passage.start : passage.start + length]

    return {
        "short": [cut(key, SHORT) for key in chosen[::2]],
        "long": [cut(key, LONG) for key in chosen[1::2]],
    }


def _make(told: Progress, folder: str, replies: int, more: str) -> None:
    made = iter_made()
    save_made(
        Path(folder),
        islice(made, replies),
        FILE_ROWS,
        lambda done: told("造文本", done, replies),
    )
    save_made(Path(more), islice(made, LOADS * ADDED), ADDED)


TASKS: dict[str, Callable[..., Any]] = {
    "make": _make,
    "load": lambda told, home, source, size: load(Path(home), Path(source), size, told),
    "build": lambda told, home, source, size, models: build(
        Path(home), Path(source), size, Models(**models), told
    ),
    "add": lambda told, home, source, models: add(Path(home), Path(source), Models(**models), told),
    "pick": lambda told, home, count: pick_queries(Path(home), count),
    "search": lambda told, home, queries, models: search(
        Path(home), queries, Models(**models), told
    ),
    "narrow": lambda told, home, queries, models: search_narrowed(
        Path(home), queries, Models(**models), told
    ),
}

if __name__ == "__main__":
    serve(TASKS)
