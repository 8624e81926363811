"""A kill at any moment of loading loses nothing committed and leaves a home that opens."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from corpus.store.store import Store
from index.stores.indexer import Indexer, stamp_of
from index.stores.legs import Legs
from index.stores.lexical import LexicalField, LexicalTerm
from index.stores.verify import verify
from index.text.segment import Segmenter
from tests.fakes import HashEmbedder

pytestmark = pytest.mark.slow

LOADER = """
import sys
from pathlib import Path
from corpus.store.store import Store
from index.stores.indexer import Indexer, stamp_of
from index.stores.legs import Legs
from index.stores.manifest import write_lock
from index.text.segment import Segmenter
from tests.fakes import HashEmbedder, parsed_reply

home, first = Path(sys.argv[1]), int(sys.argv[2])
embedder, segmenter = HashEmbedder(), Segmenter()
with write_lock(home), Store.open(home) as store:
    legs = Legs.open(home, stamp_of(embedder, segmenter))
    indexer = Indexer(store, legs, embedder, segmenter)
    indexer.catch_up()
    print("ready", flush=True)
    for batch in range(first, first + 100_000, 10):
        with store.transaction():
            for number in range(batch, batch + 10):
                # Each fifth changes what the batch before has loaded, the others are new.
                name = number - 11 if number % 5 == 4 else number
                text = f"第{number}号答复。\\n编号n{number}加装电梯。\\n下一步推进n{number}公园。"
                store.put(parsed_reply(text, f"/{name}.txt", id=f"r{name}"), "h")
        print(batch + 9, flush=True)
        if batch % 30 == 0:
            indexer.catch_up()
        if batch % 300 == 0:
            indexer.rebuild()
"""


def load_until_killed(home: Path, first: int, seconds: float) -> int:
    """Load in another process, kill it, and return the last number it said it had committed."""
    with subprocess.Popen(
        [sys.executable, "-c", LOADER, str(home), str(first)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()
        told = process.stdout.read().split("\n")[:-1]
    return int(told[-1]) if told else first - 1


def texts_of(first: int, last: int) -> dict[str, str]:
    """Return the text that each reply has after the numbers first to last were loaded."""
    return {f"r{n - 11 if n % 5 == 4 else n}": f"第{n}号答复。" for n in range(first, last + 1)}


@pytest.mark.parametrize("seed", range(2))
def test_a_kill_loses_nothing_committed(tmp_path: Path, seed: int) -> None:
    moments = random.Random(seed)
    home = tmp_path / "home"
    expected: dict[str, str] = {}
    embedder, segmenter = HashEmbedder(), Segmenter()
    first = 0
    for _ in range(3):
        last = load_until_killed(home, first, moments.uniform(0.02, 1.0))
        with Store.open(home) as store:
            legs = Legs.open(home, stamp_of(embedder, segmenter))
            indexer = Indexer(store, legs, embedder, segmenter)
            indexer.catch_up()
            assert verify(indexer).problems == ()
            held = store.replies(store.reply_ids())
            # A batch may be committed without having said so: then all of it is there.
            beyond = [id for id in held if int(id[1:]) > last]
            assert len(beyond) in (0, 8)
            expected.update(texts_of(first, last + 10 if beyond else last))
            assert {id: reply.text.split("\n")[0] for id, reply in held.items()} == expected
            for id in random.Random(seed).sample(sorted(expected), min(20, len(expected))):
                assert_found(store, legs, id)
            legs.close()
        first = max((int(id[1:]) for id in held), default=-2) + 2


def assert_found(store: Store, legs: Legs, reply_id: str) -> None:
    """Both legs find each passage of a reply by its own text."""
    segmenter, embedder = Segmenter(), HashEmbedder()
    for key, passage in store.passages_of(reply_id).items():
        terms = [LexicalTerm(LexicalField.BIGRAMS, t) for t in segmenter.bigrams(passage.text)]
        assert key in legs.lexical.scores(terms, [key])
        # Among thousands so alike the codes may miss the nearest, so it is asked for alone.
        query = embedder.embed_queries([passage.text])[0]
        ((found, score),) = legs.dense.search(query, 1, np.array([key]))
        assert (found, score) == (key, pytest.approx(1, abs=0.01))
