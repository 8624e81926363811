"""Dafu's own part, timed: from files to both indexes, from queries to hits and answers."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import UnreadableFile
from corpus.readers import iter_paths
from corpus.store.store import Store
from corpus.types import ParsedReply, Role
from corpus.workers import iter_parsed
from index.answers.answer import find_answer
from index.answers.confidence import load_confidence
from index.engine import Engine, open_engine
from index.models.choice import Models
from index.models.embed import open_embedder
from index.stores.texts import read_indexed


@dataclass(frozen=True, slots=True)
class Latency:
    """How long single queries took, in milliseconds: three percentiles of `queries` of them."""

    queries: int
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latency:
        """Sum up the times of at least one query."""
        found = np.percentile(np.array(seconds) * 1000, [50, 95, 99])
        return cls(len(seconds), *(round(float(value), 3) for value in found))


class Stopwatch:
    """Gather the seconds that calls take, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}

    def measure(self, name: str, call: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Call, and note how long it took."""
        began = time.perf_counter()
        result = call(*given, **named)
        self.seconds.setdefault(name, []).append(time.perf_counter() - began)
        return result

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same call, with every use of it measured."""
        return lambda *given, **named: self.measure(name, call, *given, **named)

    def latencies(self) -> dict[str, Latency]:
        """Return percentiles by name."""
        return {name: Latency.of(seconds) for name, seconds in self.seconds.items()}


def peak_memory() -> int | None:
    """Return the most bytes of memory this process has held; None where that can't be told.

    Linux's getrusage won't do: a process that begins another hands its own peak on to it.
    """
    try:
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return None


def disk_bytes(folder: Path) -> int:
    """Return how many bytes the files below a folder have."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


Told = Callable[[str, int, int | None], None]

SHORT, LONG = 30, 600
"""Queries are so many characters of a reply's text, at most: a question, and a whole message."""


def load(home: Path, source: Path, size: int, told: Told) -> float:
    """Read, parse and store files until there are `size` passages; return how many seconds."""
    with Store.open(home) as store:
        began = time.perf_counter()
        _load(store, source, size, told)
        return time.perf_counter() - began


def build(home: Path, source: Path, size: int, models: Models, told: Told) -> dict[str, Any]:
    """Load files as users do, until there are `size` passages, and index them all once more.

    The first goes from files to both indexes and is what the home is left with; `index_seconds`
    is what indexing takes where nothing is loaded beside it.
    """
    with _open(home, models) as engine:
        idle = peak_memory()
        began = time.perf_counter()
        with engine.indexer.keeping_up() as keep_up:
            loaded = _load(engine.store, source, size, told, keep_up)
        engine.indexer.catch_up(told)
        built = time.perf_counter()
        peak, disk = peak_memory(), disk_bytes(home)
        engine.indexer.rebuild(told)
        indexed = time.perf_counter()
        return {
            **asdict(loaded),
            "whole_seconds": built - began,
            "index_seconds": indexed - built,
            "disk_bytes": disk,
            "idle_bytes": idle,
            "peak_bytes": peak,
            "model": engine.embedder.name,
        }


@dataclass(frozen=True, slots=True)
class _Loaded:
    """How much is in the store after a load."""

    replies: int
    passages: int
    characters: int


def _load(
    store: Store, source: Path, size: int, told: Told, stored: Callable[[], None] = lambda: None
) -> _Loaded:
    """Put files into the store until there are `size` passages; call `stored` after each."""
    characters = passages = replies = 0
    files = [path for path in iter_paths([source]) if isinstance(path, Path)]
    with closing(iter_parsed(files)) as stream:
        for path, parsed in zip(files, stream, strict=False):
            kept: list[ParsedReply] = []
            for reply in parsed:
                if passages >= size:
                    break
                if isinstance(reply, UnreadableFile):
                    continue
                kept.append(reply)
                passages += sum(each.role is Role.SUBSTANCE for each in reply.passages)
                characters += len(reply.reply.text)
            results = store.put_file(path.as_posix(), None, kept).results
            replies += sum(result.status == "added" for result in results)
            told("读取与解析", min(passages, size), size)
            if passages >= size:
                break
            stored()
    return _Loaded(replies, len(store.select_keys()), characters)


def search(home: Path, queries: dict[str, list[str]], models: Models, told: Told) -> dict[str, Any]:
    """Search and ask; return latencies by kind of query and by leg, and the memory it took.

    No query is met twice: answers would else find what the search before them has read. The
    first of each kind is not counted, for it opens what is opened on first use.
    """
    confidence = load_confidence()
    found: dict[str, Any] = {}
    open_embedder(models).embed_queries(["先打开模型"])
    idle = peak_memory()
    with _open(home, models) as engine:
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
        return {"latency": found, "idle_bytes": idle, "peak_bytes": peak_memory()}


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


def export(home: Path, queries: dict[str, list[str]], models: Models, folder: Path) -> None:
    """Save what other programs are given: passages, queries, and the vectors of both."""
    with _open(home, models) as engine:
        keys = engine.store.select_keys()
        with (folder / "passages.jsonl").open("w", encoding="utf-8") as file:
            for start in range(0, len(keys), 1000):
                indexed = read_indexed(engine.store, keys[start : start + 1000].tolist())
                for key, each in indexed.items():
                    file.write(json.dumps([key, each.text], ensure_ascii=False) + "\n")
        np.save(folder / "vectors.npy", engine.legs.dense.vectors(keys))
        texts = [text for kind in queries.values() for text in kind]
        vectors = [engine.retriever.analyser.embed(text) for text in texts]
        np.save(folder / "query_vectors.npy", np.array(vectors))
        content = json.dumps(queries, ensure_ascii=False)
        (folder / "queries.json").write_text(content, "utf-8")


@contextmanager
def _open(home: Path, models: Models) -> Iterator[Engine]:
    with Store.open(home) as store, closing(open_engine(home, models, store)) as engine:
        yield engine
