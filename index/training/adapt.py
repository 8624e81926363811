"""Train a static model further on an archive's own texts, in minutes on an office PC."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.embed_static import StaticEmbedder
from index.training.export import write_model
from index.training.pairs import Pair
from index.training.tokens import tabulate
from index.training.train import Trainer, TrainingOptions, train

ADAPTING = TrainingOptions(steps=300, batch=512, rate=0.1)
"""How an archive is learned: gently, as its texts must not drive out what was learned before."""

_SHARES = (2.0, 1.0)
"""Batches of questions and their answers, and of spans that must find the rest of their text."""


def adapt_model(
    start: Path,
    out: Path,
    pairs: Sequence[Pair],
    documents: Sequence[str],
    options: TrainingOptions = ADAPTING,
    report: Callable[[int, int], None] = lambda done, steps: None,
) -> None:
    """Train the static model in `start` further and write it to `out`.

    :param pairs: questions of the archive with the texts that answer them.
    :param documents: texts of the archive, from which questions are drawn besides.
    :param report: called after every step with its number and how many there are.
    :raises ModelError: where `start` holds no static model.
    :raises ValueError: where there are fewer than two texts.
    """
    base = StaticEmbedder(start)
    tokenizer, vectors = base.tokenizer, base.token_vectors()
    # Where rows have a typical length of 1 a step means the same as in the first training.
    vectors /= np.float32(np.linalg.norm(vectors, axis=1).mean() or 1.0)
    options = replace(options, dimension=base.dimension)
    spans = [Pair(None, text) for text in documents]
    store, tables = tabulate(tokenizer, [pairs, spans])
    if all(len(table.documents) < 2 for table in tables):
        raise ValueError("fewer than two texts to learn from")
    trainer = Trainer(vectors, options)
    train(store, tables, _SHARES, trainer, options, lambda step, _: report(step, options.steps))
    write_model(out, f"{base.name.rpartition('-')[0]}-adapted", tokenizer, vectors)
