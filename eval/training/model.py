"""Train the bundled model from a data folder: texts, vocabulary, pairs, vectors, model folder.

python -m eval.training.model --data DIR --out index/models/model
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from tokenizers import Tokenizer

from eval.training.adapt import write_model
from eval.training.pairs import PAIR_SOURCES, Pair
from eval.training.tokens import (
    RAREST_CHARACTER,
    build_tokenizer,
    choose_words,
    count_words,
    recount,
    tabulate,
)
from eval.training.train import Trainer, TrainingOptions, initial_vectors, train

MODEL_NAME = "dafu-static-zh-1"
_CANDIDATES = 2
"""Words tried for each one kept."""
_RECOUNTED = 3
"""One text in so many shows which words the cuts use; the count only ranks them."""


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a run made.

    :ivar loss: mean loss of the last tenth of the steps, in nats.
    """

    pairs: dict[str, int]
    tokens: int
    loss: float
    seconds: float
    size: int


def run_training(
    data: Path,
    out: Path,
    vocabulary: int,
    options: TrainingOptions,
    report: Callable[[str, float], None] = lambda stage, done: None,
) -> TrainingReport:
    """Train a model on the data folder and write it to `out`.

    The same folder, options and library versions give the same vectors up to the order of sums in
    parallel products.

    :param vocabulary: tokens at most.
    :param report: called with the name of a stage and the part of it that is done, 0 to 1.
    :raises ValueError: where the folder holds no pair.
    """
    started = time.monotonic()
    report("reading", 0.0)
    pairs = [list(source.read(data)) for source in PAIR_SOURCES]
    if not any(pairs):
        raise ValueError(f"no training pair in {data}: expected board/ and train/ in it")
    report("vocabulary", 0.0)
    tokenizer = train_tokenizer(pairs, vocabulary)
    report("tokens", 0.0)
    store, tables = tabulate(tokenizer, pairs)
    vectors = initial_vectors(store, tokenizer.get_vocab_size(), options)
    losses: list[float] = []

    def progress(step: int, loss: float) -> None:
        losses.append(loss)
        report("training", step / options.steps)

    shares = [source.share for source in PAIR_SOURCES]
    train(store, tables, shares, Trainer(vectors, options), options, progress)
    size = write_model(out, MODEL_NAME, tokenizer, vectors)
    last = losses[-max(1, math.ceil(len(losses) / 10)) :]
    return TrainingReport(
        pairs={source.name: len(part) for source, part in zip(PAIR_SOURCES, pairs, strict=True)},
        tokens=len(store.ids),
        loss=sum(last) / len(last),
        seconds=time.monotonic() - started,
        size=size,
    )


def train_tokenizer(pairs: Sequence[Sequence[Pair]], size: int) -> Tokenizer:
    """Mine candidate words from the pairs' texts and keep those that the best cuts use."""
    counts = count_words(_texts(pairs))
    candidates = choose_words(counts, _CANDIDATES * size)
    sample = islice(_texts(pairs), 0, None, _RECOUNTED)
    used = recount(build_tokenizer(candidates, counts), sample)
    kept = {word: used.get(word, 0.0) for word in candidates}
    for word in candidates:
        if len(word) == 1:  # characters stay, or texts with unseen words would lose them
            kept[word] = max(kept[word], min(counts.get(word, 0.0), RAREST_CHARACTER))
    return build_tokenizer(choose_words(kept, size), kept)


def _texts(pairs: Sequence[Sequence[Pair]]) -> Iterator[tuple[str, float]]:
    seen: set[str] = set()
    for source, part in zip(PAIR_SOURCES, pairs, strict=True):
        for pair in part:
            for text in (pair.query, pair.document):
                if text and text not in seen:
                    seen.add(text)
                    yield text, source.vocabulary_weight


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the bundled model from a data folder and write it."""
    defaults = TrainingOptions()
    parser = argparse.ArgumentParser(prog="python -m eval.training.model", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and board/")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--vocabulary", type=int, default=52_000, help="tokens at most")
    parser.add_argument("--dimension", type=int, default=defaults.dimension)
    parser.add_argument("--steps", type=int, default=defaults.steps)
    parser.add_argument("--batch", type=int, default=defaults.batch, help="pairs a step")
    parser.add_argument("--seed", type=int, default=defaults.seed)
    chosen = parser.parse_args(arguments)
    options = TrainingOptions(
        dimension=chosen.dimension, steps=chosen.steps, batch=chosen.batch, seed=chosen.seed
    )
    console = Console(stderr=True)
    with Progress(console=console) as bars:
        stages = {}

        def report(stage: str, done: float) -> None:
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=1.0)
                if not console.is_terminal:  # a log file shows bars only at the end
                    console.print(stage)
            bars.update(stages[stage], completed=done)

        made = run_training(chosen.data, chosen.out, chosen.vocabulary, options, report)
    for name, count in made.pairs.items():
        console.print(f"{name}: {count:,} pairs")
    console.print(
        f"{made.tokens:,} tokens; loss {made.loss:.3f} at the end; "
        f"{made.seconds / 60:.1f} minutes; {made.size / 1e6:.1f} MB in {chosen.out}"
    )


if __name__ == "__main__":
    main()
