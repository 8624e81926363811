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

from corpus.errors import Remark, UnreadableFile
from corpus.store.store import Store
from corpus.text.redact import mask
from corpus.types import ParsedReply, Role
from corpus.workers import parse_file
from tests.mutations import mutate
from tests.seeds import MESSAGE, Seed, seeds

PATIENCE = 60.0
"""Seconds that any case may take by the clock, where others compute too: most take a fiftieth."""

MEMORY = 3 << 30
"""Bytes of a child's memory; imports and an honest file take a tenth of it."""

FAILURES = ("文件的结构与别的文件不同", "意外退出", "用时太长")
"""What is reported where a reader failed in a way that nobody had thought of."""


def make_case(seed: int, number: int) -> Seed:
    """Return a case's file, broken; the formats take turns."""
    chance = Random(f"{seed} {number}")
    origin = seeds()[number % len(seeds())]
    return Seed(origin.name, mutate(origin.content, chance))


def check(path: Path, store: Store) -> list[str]:
    """Read a file as a load does, keep what it says, and return all that is wrong."""
    wrong: list[str] = []
    parsed: list[ParsedReply] = []
    for item in parse_file(path):
        if isinstance(item, ParsedReply):
            parsed.append(item)
            wrong += _misplaced(item)
        elif item.reason.startswith(FAILURES) or not isinstance(item, Remark | UnreadableFile):
            wrong.append(item.reason)
    try:
        results = store.put_file(path.as_posix(), None, parsed).results
    except UnreadableFile:
        return wrong
    for result, item in zip(results, parsed, strict=True):
        kept = store.reply(result.reply_id)
        if kept.text != item.reply.text:
            wrong.append("kept otherwise")
        for passage in store.passages_of(result.reply_id).values():
            if not passage.stands_in(kept):
                wrong.append("a kept passage does not stand in its reply")
    store.remove({result.reply_id for result in results})
    return wrong


def _misplaced(parsed: ParsedReply) -> Iterator[str]:
    reply = parsed.reply
    length = len(reply.text)
    for field in reply.fields:
        if field.start >= 0 and not (field.start < field.end <= length and field.value.strip()):
            yield f"field {field.name} at {field.start}:{field.end} of {length}"
        if (field.start < 0) == (field.origin == "text"):
            yield f"field {field.name} of {field.origin} at {field.start}"
    spans = [(passage.start, passage.end) for passage in parsed.passages]
    hidden = [(redaction.start, redaction.end) for redaction in reply.redactions]
    for name, places in (("passage", spans), ("redaction", hidden)):
        ends = [0, *(end for _, end in places)]
        for before, (start, end) in zip(ends, places, strict=False):
            if not before <= start < end <= length:
                yield f"{name} at {start}:{end} of {length}, after {before}"
    if not all(passage.stands_in(reply) for passage in parsed.passages):
        yield "a passage is not the span it says"
    if len(mask(reply.text, reply.redactions)) != length:
        yield "masks change the length"
    answers = (p.text for p in parsed.passages if p.role is Role.SUBSTANCE)
    if MESSAGE in reply.question and any(MESSAGE in text for text in answers):
        yield "the question stands in the answer"


def serve(seed: int, first: int, count: int, keep: Path | None) -> None:
    """Read cases, and say of each on a line what is wrong; begun by `run`."""
    import warnings

    import corpus.readers.pdf
    import corpus.readers.pictures

    warnings.simplefilter("ignore")
    _bound_memory()
    # A page takes ten seconds, and what is recognised goes the way of all text.
    for module in (corpus.readers.pdf, corpus.readers.pictures):
        setattr(module, "is_installed", lambda: False)  # noqa: B010
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


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


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
