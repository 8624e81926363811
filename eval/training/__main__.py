"""Command line of the training: `python -m eval.training --data DIR --out index/models/model`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from eval.training.model import run_training
from eval.training.train import TrainingOptions


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the bundled model from a data folder and write it."""
    defaults = TrainingOptions()
    parser = argparse.ArgumentParser(prog="python -m eval.training", description=main.__doc__)
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
