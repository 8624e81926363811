"""The body of a BERT as nodes of a graph, in whole numbers.

Weights are int8 with a scale for each output. What they are multiplied with is rounded for each
token by its own largest value, so that no vector depends on the texts beside it; before that the
inputs' usual sizes are moved into the weights (Xiao et al., SmoothQuant, 2023), for a few of them
are fifty times as large as the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from eval.training.encoder.graph import Graph
from index.models.onnx import IDS, STATES

if TYPE_CHECKING:
    from transformers import BertModel

Tensors = Mapping[str, NDArray[np.float32]]
Sizes = Mapping[str, NDArray[np.float32]]

HALF = 0.5
"""How much of an input's size goes into the weights, as SmoothQuant recommends."""


WEIGHT = 63
"""The largest weight. Processors without VNNI add two products in 16 bits, which holds 2 · 255 · 63
and not 2 · 255 · 127 (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html).
"""


def measure_inputs(model: BertModel, rows: Iterable[Sequence[int]]) -> Sizes:
    """Return how large each input of each linear layer gets on texts, float32 (inputs,) each.

    :param rows: the tokens of each text.
    """
    largest: dict[str, torch.Tensor] = {}

    def watch(name: str) -> Any:
        def look(_: Any, inputs: tuple[torch.Tensor, ...]) -> None:
            found = inputs[0].detach().abs().flatten(0, -2).max(0).values
            largest[name] = torch.maximum(largest.get(name, found), found)

        return look

    hooks = [
        part.register_forward_pre_hook(watch(name))
        for name, part in model.named_modules()
        if isinstance(part, torch.nn.Linear)
    ]
    with torch.no_grad():
        for row in rows:
            model(input_ids=torch.tensor([list(row)]))
    for hook in hooks:
        hook.remove()
    return {name: value.numpy() for name, value in largest.items()}


SHARED = 4
"""So many of the lowest layers the encoder and the reader have in common, with the vocabulary."""


def make_lower(model: BertModel, sizes: Sizes) -> bytes:
    """Return the ONNX model of what is shared: from tokens to `STATES`.

    :param sizes: from `measure_inputs`.
    """
    graph = Graph(model.config.layer_norm_eps)
    hidden = model.config.hidden_size
    tensors = {name: value.numpy() for name, value in model.state_dict().items()}
    states = _embed(graph, tensors)
    graph.name(_layers(graph, states, model, range(SHARED), sizes), STATES)
    return graph.finish(IDS, hidden, {STATES: ("texts", "tokens", hidden)})


def add_upper(graph: Graph, model: BertModel, sizes: Sizes) -> str:
    """Add the layers above; return the name of the last, float32 (texts, tokens, hidden).

    :param sizes: from `measure_inputs`.
    """
    return _layers(graph, STATES, model, range(SHARED, model.config.num_hidden_layers), sizes)


def _layers(graph: Graph, x: str, model: BertModel, layers: Iterable[int], sizes: Sizes) -> str:
    tensors = {name: value.numpy() for name, value in model.state_dict().items()}
    for layer in layers:
        within = f"encoder.layer.{layer}."
        part = {n.removeprefix(within): t for n, t in tensors.items() if n.startswith(within)}
        usual = {n.removeprefix(within): s for n, s in sizes.items() if n.startswith(within)}
        x = _layer(graph, x, part, usual, model.config.num_attention_heads)
    return x


def _embed(graph: Graph, tensors: Tensors) -> str:
    """Add the vectors of tokens; return their name."""
    rows = tensors["embeddings.word_embeddings.weight"]
    scales = np.abs(rows).max(axis=1, keepdims=True) / 127
    scales[scales == 0] = 1
    whole = graph.keep(np.rint(rows / scales).astype(np.int8))
    words = graph.cast(graph.add("Gather", whole, IDS), np.float32)
    words = graph.add("Mul", words, graph.add("Gather", graph.keep(scales), IDS))
    segment = tensors["embeddings.token_type_embeddings.weight"][0]  # all tokens are of one
    places = graph.keep(tensors["embeddings.position_embeddings.weight"] + segment)
    length = graph.add("Shape", IDS, start=1, end=2)
    places = graph.add("Slice", places, graph.whole(0), length, graph.whole(0))
    norm = (tensors[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias"))
    return graph.normalise(graph.add("Add", words, places), *norm)


def _layer(graph: Graph, x: str, part: Tensors, sizes: Tensors, heads: int) -> str:
    """Add a layer of a BERT; return the name of its output."""

    def linear(x: str, *names: str) -> str:
        weights = np.concatenate([part[f"{name}.weight"] for name in names]).T
        biases = np.concatenate([part[f"{name}.bias"] for name in names])
        return _multiply(graph, x, weights, biases, sizes[names[0]])

    def normalise(x: str, name: str) -> str:
        return graph.normalise(x, part[f"{name}.weight"], part[f"{name}.bias"])

    names = (f"attention.self.{name}" for name in ("query", "key", "value"))
    asked = graph.split(linear(x, *names), 3)
    found = graph.attend(asked, heads)
    found = linear(found, "attention.output.dense")
    x = normalise(graph.add("Add", x, found), "attention.output.LayerNorm")
    inner = graph.gelu(linear(x, "intermediate.dense"))
    return normalise(graph.add("Add", x, linear(inner, "output.dense")), "output.LayerNorm")


def _multiply(
    graph: Graph,
    x: str,
    weights: NDArray[np.float32],
    biases: NDArray[np.float32],
    sizes: NDArray[np.float32],
) -> str:
    """Add a linear layer in whole numbers; return the name of its output.

    :param weights: float32 (inputs, outputs).
    """
    smooth = np.maximum(sizes, 1e-5) ** HALF / np.abs(weights).max(axis=1) ** (1 - HALF)
    weights = weights * smooth[:, None]
    x = graph.add("Mul", x, graph.keep((1 / smooth).astype(np.float32)))
    scales = np.abs(weights).max(axis=0) / WEIGHT
    return graph.multiply(x, np.rint(weights / scales).astype(np.int8), scales, biases)
