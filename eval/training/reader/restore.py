"""Get a reader that can learn on out of what the product reads.

    python -m eval.training.reader.restore index/models/encoder --pack PACK --out MODEL

MODEL is a folder for `train --after`. Its weights are those of the whole numbers, so rounded once
(7 bits); the vocabulary and the layers below are the pack's. Where answers end was not written,
and is learned anew, from zeros.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from eval.training.encoder import body
from eval.training.encoder.blocks import Floats
from eval.training.encoder.encode import take_tensors
from eval.training.encoder.packfile import Start
from eval.training.reader.model import Reader, save_reader
from eval.training.reader.packed import load_pack
from eval.training.reader.train import vocabulary_of
from index.models.onnx import TOKENIZER
from index.models.reader import READER

_LAYER = "bert.encoder.layer."
_ASKED = [f"attention.self.{name}" for name in ("query", "key", "value")]
_LINEAR = ["attention.output.dense", "intermediate.dense", "output.dense"]
_NORMS = ["attention.output.LayerNorm", "output.LayerNorm"]


Pair = tuple[Floats, ...]
"""Weights (outputs, inputs), or scales, and biases (outputs,)."""


def restore(written: Path, start: Start) -> Start:
    """Return the trained reader that `make_upper` wrote, on a start's vocabulary and lower layers.

    :param written: the file.
    :raises ValueError: where it has another number of layers.
    """
    reader = Reader(start)
    tensors = take_tensors(reader)
    layers = reader.bert.config.num_hidden_layers
    linear, norms, (begins, answered) = _read(written)
    if len(linear) != 4 * (layers - body.SHARED):
        raise ValueError(
            f"{written} has not {layers - body.SHARED} layers, as the pack's start has"
        )
    for layer, (first, *others) in enumerate(_by(4, linear), body.SHARED):
        parts = zip(np.split(first[0], 3), np.split(first[1], 3), strict=True)
        for name, pair in zip([*_ASKED, *_LINEAR], [*parts, *others], strict=True):
            _put(tensors, f"{_LAYER}{layer}.{name}", pair)
    for layer, pairs in enumerate(_by(2, norms), body.SHARED):
        for name, pair in zip(_NORMS, pairs, strict=True):
            _put(tensors, f"{_LAYER}{layer}.{name}", pair)
    spans = tuple(np.concatenate([values, np.zeros_like(values)]) for values in begins)
    _put(tensors, "qa_outputs", spans)
    _put(tensors, "answerable", answered)
    return Start(start.config, start.tokenizer, tensors)


def _read(written: Path) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Return linear layers in whole numbers, norms, and linear layers in float32, in order."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(written).graph
    constants = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    linear: list[Pair] = []
    norms: list[Pair] = []
    heads: list[Pair] = []
    smooth = weights = np.zeros(0, np.float32)
    found = linear
    for node in graph.node:
        kept = [constants[name] for name in node.input if name in constants]
        match node.op_type:
            case "LayerNormalization":
                norms.append((kept[0], kept[1]))
            case "Mul" if kept and kept[0].size > 1:
                smooth = kept[0]
            case "MatMulIntegerToFloat":
                weights, found = (kept[0] * kept[2] * smooth[:, None]).T, linear
            case "MatMul":
                weights, found = kept[0].T, heads
            case "Add" if kept:
                found.append((weights, kept[0]))
    return linear, norms, heads


def _by(count: int, pairs: Sequence[Pair]) -> Iterator[Sequence[Pair]]:
    return (pairs[at : at + count] for at in range(0, len(pairs), count))


def _put(tensors: dict[str, Floats], name: str, pair: Pair) -> None:
    """Put weights and biases in the place of those of a layer."""
    for kind, values in zip(("weight", "bias"), pair, strict=True):
        tensors[f"{name}.{kind}"] = np.ascontiguousarray(values, np.float32)


def main(arguments: Sequence[str] | None = None) -> None:
    """Get a reader that can learn on out of what the product reads."""
    parser = argparse.ArgumentParser(prog="python -m eval.training.reader.restore")
    parser.add_argument("folder", type=Path, help="what `export` wrote into")
    parser.add_argument("--pack", type=Path, required=True, help="what it will be trained from")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    start = load_pack(chosen.pack).start
    bundled = Start(start.config, (chosen.folder / TOKENIZER).read_text(encoding="utf-8"), {})
    if vocabulary_of(bundled) != vocabulary_of(start):
        parser.error(f"{chosen.folder} has another vocabulary than the pack")
    save_reader(restore(chosen.folder / READER, start), chosen.out)


if __name__ == "__main__":
    main()
