"""Train a static model further on an archive's own texts; write a model's folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from corpus.files import bytes_below
from eval.training.pairs import Pair
from eval.training.tokens import tabulate
from eval.training.train import Trainer, TrainingOptions, train
from index.models.static import StaticEmbedder

_STATIC = "0_StaticEmbedding"
_NORMALIZE = "1_Normalize"


def quantise(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round each row to int8 in units of a 127th of its largest component.

    :param vectors: float32 (n, dimension).
    :returns: int8 (n, dimension) and float32 (n,), whose product by rows is near `vectors`. Rows of
        zeros get the scale 0.
    """
    largest = np.abs(vectors).max(axis=1)
    scales = (largest / 127).astype(np.float32)
    safe = np.where(scales > 0, scales, 1)[:, None]
    return np.rint(vectors / safe).astype(np.int8), scales


def write_model(folder: Path, name: str, tokenizer: Tokenizer, vectors: NDArray[np.float32]) -> int:
    """Write a folder that `SentenceTransformer(folder)` loads; return its size in bytes.

    :param name: recorded in `config_sentence_transformers.json`; index manifests repeat it.
    :param vectors: float32 (tokens, dimension), in the order of token ids.
    """
    (folder / _STATIC).mkdir(parents=True, exist_ok=True)
    (folder / _NORMALIZE).mkdir(exist_ok=True)
    rows, scales = quantise(vectors)
    # Scaling all rows alike changes no unit vector; means near 1 keep float32 sums exact enough.
    scales /= np.float32(np.linalg.norm(vectors, axis=1).mean() or 1.0)
    save_file({"embeddings": rows, "weights": scales}, folder / _STATIC / "model.safetensors")
    tokenizer.save(str(folder / _STATIC / "tokenizer.json"), pretty=False)
    kinds = ((_STATIC, "StaticEmbedding"), (_NORMALIZE, "Normalize"))
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (path, kind) in enumerate(kinds)
    ]
    settings = {
        "model_type": "SentenceTransformer",
        "model_name": name,
        "prompts": {"query": "", "document": ""},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    }
    _write_json(folder / "modules.json", modules)
    _write_json(folder / "config_sentence_transformers.json", settings)
    _write_json(
        folder / _NORMALIZE / "config.json",
        {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"},
    )
    return bytes_below(folder)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


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
