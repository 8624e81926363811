"""Write an encoder as what the product reads: graphs for ONNX Runtime, in whole numbers.

    python -m eval.training.encoder.export FOLDER --data DATA --out index/models/encoder

FOLDER is an ordinary model of sentence-transformers, as `weights`, `contrast` and `parts` make it.

Of fp32's vectors, the mean taken away, the cosine is .997.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer

from eval.training.encoder.body import Sizes, add_upper, make_lower, measure_inputs
from eval.training.encoder.graph import Graph
from eval.training.pairs import iter_rows, iter_training_rows
from index.models.encoder import MEANS, MODEL, PASSAGE, QUERY, VECTOR, OnnxEncoder
from index.models.onnx import LOWER, MASK, STATES, TOKENIZER
from index.models.static import Vectors

if TYPE_CHECKING:
    from transformers import BertModel

QUERIES = (
    ("policy_question_answer", "query"),
    ("query_title", "query"),
    ("headline_body", "query"),
    ("citizen_title_message", "query"),
)
"""What the mean of queries is taken of, beside the board's titles and messages, each alike."""

PASSAGES = (
    ("policy_question_answer", "positive"),
    ("headline_body", "positive"),
    ("news", "text"),
    ("law_articles", "text"),
)
"""What the mean of passages is taken of, beside the board's replies."""

COUNTED = 200
"""So many texts of each kind."""

SEEN = 96
"""So many replies, and as many queries, tell how large inputs usually are."""

LONGEST = 320
"""Characters of a text by which that is told."""


def export(folder: Path, data: Path, out: Path) -> None:
    """Write a model's graph, its tokenizer and its usual vectors into a folder."""
    from transformers import BertModel

    model = BertModel.from_pretrained(folder, add_pooling_layer=False)  # in eval mode
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / TOKENIZER, out / TOKENIZER)
    cutter = Tokenizer.from_file(str(folder / TOKENIZER))
    cutter.enable_truncation(model.config.max_position_embeddings)
    seen = [cutter.encode(text).ids for text in _seen(data)]
    sizes = measure_inputs(model, seen)
    (out / LOWER).write_bytes(make_lower(model, sizes))
    (out / MODEL).write_bytes(make_upper(model, sizes))
    np.save(out / MEANS, np.zeros((2, model.config.hidden_size), np.float32))
    np.save(out / MEANS, find_means(OnnxEncoder(out), data))


def find_means(encoder: OnnxEncoder, data: Path) -> Vectors:
    """Return the means of queries and of passages of several kinds, float32 (2, dimension)."""
    queries = [_of_board(data, "title"), _of_board(data, "question"), *_others(data, QUERIES)]
    passages = [_of_board(data, "reply"), *_others(data, PASSAGES)]
    return np.stack([_mean(encoder, QUERY, queries), _mean(encoder, PASSAGE, passages)])


def _mean(encoder: OnnxEncoder, prompt: str, kinds: Iterable[Iterator[str]]) -> Vectors:
    taken = ([prompt + text[:LONGEST] for text in islice(kind, COUNTED)] for kind in kinds)
    mean: Vectors = np.mean([encoder.run(texts).mean(axis=0) for texts in taken if texts], axis=0)
    return mean


def _others(data: Path, sources: Iterable[tuple[str, str]]) -> Iterator[Iterator[str]]:
    for file, column in sources:
        yield _texts(data / "train" / f"{file}.jsonl.gz", column)


def _texts(path: Path, column: str) -> Iterator[str]:
    return (str(row[column]) for row in iter_rows(path))


def _of_board(data: Path, column: str) -> Iterator[str]:
    return (str(row[column]) for row in iter_training_rows(data) if row[column])


def _seen(data: Path) -> Iterator[str]:
    for reply in islice(_of_board(data, "reply"), SEEN):
        yield PASSAGE + reply[:LONGEST]
    for title in islice(_of_board(data, "title"), SEEN):
        yield QUERY + title[:LONGEST]


def make_upper(model: BertModel, sizes: Sizes) -> bytes:
    """Return the ONNX model of the upper layers.

    `VECTOR` is the mean of the tokens' vectors at unit length, float32 (n, hidden).

    :param sizes: from `measure_inputs`.
    """
    graph = Graph(model.config.layer_norm_eps)
    _pool(graph, add_upper(graph, model, sizes))
    hidden = model.config.hidden_size
    return graph.finish(STATES, hidden, {VECTOR: ("texts", hidden)})


def _pool(graph: Graph, x: str) -> None:
    mask = graph.cast(MASK, np.float32)
    sums = graph.add("MatMul", graph.add("Unsqueeze", mask, graph.whole(1)), x)
    sums = graph.add("Squeeze", sums, graph.whole(1))
    length = graph.add("ReduceL2", sums, graph.whole(-1), keepdims=1)
    graph.name(graph.add("Div", sums, length), VECTOR)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write an encoder as what the product reads."""
    parser = argparse.ArgumentParser(
        prog="python -m eval.training.encoder.export", description=main.__doc__
    )
    parser.add_argument("folder", type=Path, help="a model of sentence-transformers")
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and board/")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    export(chosen.folder, chosen.data, chosen.out)
    print(f"{(chosen.out / MODEL).stat().st_size / 1e6:.1f} MB in {chosen.out}")


if __name__ == "__main__":
    main()
