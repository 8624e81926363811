"""Write a reader as what the product reads: a graph for ONNX Runtime, in whole numbers.

    python -m eval.training.reader.export MODEL --pack PACK --out index/models/encoder

MODEL is what `train --freeze-layers 4` or `parts` made. The tokenizer and the frozen layers
are the encoder's.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from eval.training.encoder.body import Sizes, add_upper, measure_inputs
from eval.training.encoder.graph import Graph
from eval.training.reader.batches import Layout, join_groups
from eval.training.reader.model import Reader, load_reader, open_reader
from eval.training.reader.packed import Pack, load_pack
from index.models.onnx import STATES
from index.models.reader import ANSWERED, BEGINS, READER

SEEN = 192
"""So many held examples tell how large inputs usually are."""


def seen(pack: Pack) -> Iterator[list[int]]:
    """Yield the tokens of questions with passages, of all sources alike."""
    examples = join_groups(pack.held)
    places = np.linspace(0, len(examples) - 1, SEEN).astype(np.int64)
    layout = Layout(pack.texts, pack.start.tokenizer)
    for place in places:
        inputs = layout.inputs(examples.take(np.array([place])), torch.device("cpu"))
        yield inputs.ids[0, : int(inputs.mask.sum())].tolist()


def make_upper(reader: Reader, sizes: Sizes) -> bytes:
    """Return the ONNX model of a reader.

    `begins` are logits, float32 (n, longest), also of tokens that are not the passage's;
    `answered` log odds, float32 (n,).

    :param sizes: from `measure_inputs`.
    """
    graph = Graph(reader.bert.config.layer_norm_eps)
    states = add_upper(graph, reader.bert, sizes)
    begins = _linear(graph, states, reader.qa_outputs)
    graph.name(graph.add("Squeeze", begins, graph.whole(2)), BEGINS)
    first = graph.add("Slice", states, graph.whole(0), graph.whole(1), graph.whole(1))
    answered = _linear(graph, first, reader.answerable)
    graph.name(graph.add("Squeeze", answered, graph.whole(1, 2)), ANSWERED)
    hidden = reader.bert.config.hidden_size
    return graph.finish(STATES, hidden, {BEGINS: ("texts", "tokens"), ANSWERED: ("texts",)})


def _linear(graph: Graph, x: str, layer: torch.nn.Linear) -> str:
    """Add the first output of a linear layer; return its name, float32 (texts, tokens, 1)."""
    weights = graph.keep(layer.weight.detach().numpy()[0][:, None])
    bias = graph.keep(layer.bias.detach().numpy()[:1])
    return graph.add("Add", graph.add("MatMul", x, weights), bias)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a reader as what the product reads."""
    parser = argparse.ArgumentParser(prog="python -m eval.training.reader.export")
    parser.add_argument("model", type=Path, help="folder of a trained reader")
    parser.add_argument("--pack", type=Path, required=True, help="what it was trained from")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    reader = open_reader(load_reader(chosen.model))
    content = make_upper(reader, measure_inputs(reader.bert, seen(load_pack(chosen.pack))))
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / READER).write_bytes(content)
    print(f"{len(content) / 1e6:.1f} MB in {chosen.out / READER}")


if __name__ == "__main__":
    main()
