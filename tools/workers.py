"""How reading scales: `python -m tools.workers ADDRESS`, of an empty PostgreSQL database.

Each worker is a process of its own that reads with an encoder which only sleeps so long for each
passage, so that any number fits on one computer: what is measured is what sharing costs, not how
fast a processor is. The library that it makes stays in the database.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np

from corpus.store.store import Store
from corpus.types import ParsedReply, Passage, PassageRole, Reply
from index.models.static import Vectors
from index.stores.together.shared import VECTORS
from index.stores.together.worker import work

DIMENSION = 384
"""As many components as the bundled encoder's vectors have, so that as much is written."""

PASSAGES = 6
"""Of a made reply: about as many as an office's replies have."""

Told = tuple[int, float]
"""How many passages a worker has read, and how many seconds of the processor it took."""


class Sleeper:
    """Sleeps for each passage, and makes of it some vector."""

    dimension = DIMENSION

    def __init__(self, name: str, seconds: float) -> None:
        self.name = name
        self._seconds = seconds

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return unit rows, float32 (n, dimension)."""
        time.sleep(self._seconds * len(texts))
        rows = np.random.default_rng(len(texts)).normal(size=(len(texts), DIMENSION))
        vectors: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the same as for passages."""
        return self.embed_passages(texts)


def main() -> None:
    """Make a library, have it read by so many workers in turn, and print how long that takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--passages", type=int, default=3000)
    parser.add_argument("--milliseconds", type=float, default=20.0, help="for each passage")
    parser.add_argument("--workers", default="1,2,4")
    given = parser.parse_args()
    with Store.open(Path(), given.address) as store:
        make_replies(store, given.passages // PASSAGES)
    first = 0.0
    for number in map(int, given.workers.split(",")):
        seconds, told = measure(given.address, number, given.milliseconds / 1000)
        own = [each for each, _ in told]
        passages, busy = sum(own), sum(each for _, each in told)
        ideal = passages * given.milliseconds / 1000 / number
        first = first or seconds * number
        print(
            f"{number} workers: {seconds:.1f} s, {passages / seconds:.0f} passages a second,"
            f" {first / seconds:.2f} times one; asleep {ideal:.1f} s each,"
            f" processor {1000 * busy / passages:.2f} ms a passage; read by each {own}",
            flush=True,
        )


def make_replies(store: Store, number: int) -> None:
    """Put replies of some passages each into an empty library."""
    with store.transaction():
        for each in range(number):
            lines = [
                f"第{each}号答复的第{line}段：街道办将改造停车位。" for line in range(PASSAGES)
            ]
            text = "\n".join(lines)
            passages, start = [], 0
            for line in lines:
                end = start + len(line)
                passages.append(Passage(f"r{each}", start, end, line, (), PassageRole.SUBSTANCE))
                start = end + 1
            reply = Reply(f"r{each}", text, f"/{each}.txt", (), (), "")
            store.put(ParsedReply(reply, tuple(passages)), "made")


def measure(address: str, number: int, seconds: float) -> tuple[float, list[Told]]:
    """Return how long so many workers take for all of a library, and what each has told."""
    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(number + 1), context.Queue()
    name = f"sleeper-{number}-{time.time()}"
    given = (address, name, seconds, barrier, told)
    workers = [context.Process(target=read, args=given) for _ in range(number)]
    for worker in workers:
        worker.start()
    barrier.wait()
    began = time.perf_counter()
    each = [told.get() for _ in workers]
    took = time.perf_counter() - began
    for worker in workers:
        worker.join()
    with Store.open(Path(), address) as store, closing(store.database.beside(VECTORS)) as database:
        given_back = database.numbers("SELECT key AS number FROM vectors", ())
        assert len(given_back) % sum(own for own, _ in each) == 0, (
            "passages were read twice, or not at all"
        )
    return took, each


def read(address: str, name: str, seconds: float, barrier: Barrier, told: Queue[Told]) -> None:
    """Read until everything is read, and tell how much was read here."""
    with Store.open(Path(), address) as store:
        barrier.wait()
        before = time.process_time()
        with closing(work(store, Sleeper(name, seconds))) as standings:
            for standing in standings:
                if standing.read == standing.passages:
                    told.put((standing.own, time.process_time() - before))
                    return


if __name__ == "__main__":
    main()
