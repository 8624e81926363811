"""Read broken files by the thousand, each in a child that is watched: `python -m tests.fuzzing`.

`--first 4711 --count 1` makes one case again, and `--keep FOLDER` leaves its file there.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import queue
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from random import Random

from corpus.store.store import Store
from tests.checking import check
from tests.mutations import mutate
from tests.seeds import Seed, seeds

PATIENCE = 600.0
"""Seconds that any case may take by the clock: twice what a reader may, most take a thousandth."""


def make_case(seed: int, number: int) -> Seed:
    """Return a case's file, broken; the formats take turns."""
    chance = Random(f"{seed} {number}")
    origin = seeds()[number % len(seeds())]
    return Seed(origin.name, mutate(origin.content, chance))


def serve(seed: int, first: int, count: int, keep: Path | None) -> None:
    """Read cases, and say of each on a line what is wrong; begun by `run`."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder, "home"))
        for number in range(first, first + count):
            case = make_case(seed, number)
            path = Path(keep or folder, f"{number}-{case.name}")
            path.write_bytes(case.content)
            try:
                wrong = check(path, store)
            except BaseException as error:
                frames = traceback.extract_tb(error.__traceback__)[-4:]
                places = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
                wrong = [f"{type(error).__name__}: {error!s:.200} {places}"]
            if keep is None:
                path.unlink()
            print(json.dumps([number, case.name, wrong]), flush=True)
        store.close()


def run(seed: int, first: int, count: int, keep: Path | None = None) -> Iterator[str]:
    """Yield what is wrong, with the case's number; a child that hangs or dies is replaced."""
    number, last = first, first + count
    while number < last:
        command = ["--serve", "--seed", seed, "--first", number, "--count", last - number]
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzzing", *map(str, command)]
            + (["--keep", str(keep)] if keep else []),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_pass_on, args=(child, lines), daemon=True).start()
        try:
            while number < last:
                try:
                    line = lines.get(timeout=PATIENCE)
                except queue.Empty:
                    line = "hung"
                if not line.startswith("["):
                    yield f"--seed {seed} --first {number}: {line or 'died'}"
                    number += 1
                    break
                number, name, wrong = json.loads(line)
                for each in wrong:
                    yield f"--seed {seed} --first {number} ({name}): {each}"
                number += 1
        finally:
            child.kill()
            child.wait()


def _pass_on(child: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    with child.stdout or io.StringIO() as output:
        for line in itertools.chain(output, [""]):
            lines.put(line)


def main() -> None:
    """Run the cases that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--serve", action="store_true")
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.seed, asked.first, asked.count, asked.keep)
        return
    for wrong in run(asked.seed, asked.first, asked.count, asked.keep):
        print(wrong, flush=True)


if __name__ == "__main__":
    main()
