"""Write a tagger as what the product reads: a graph for ONNX Runtime in whole numbers, and arrays.

The lowest layers and the tokenizer are the encoder's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.training.encoder.body import add_upper, measure_inputs
from eval.training.encoder.graph import Graph
from eval.training.tagger.model import Example, TaggerModel
from index.models.onnx import STATES
from index.models.states import BEGIN, END, TOKEN_STATES
from index.ranking.requests.tagger import HEAD, TAGGER

SEEN = 192
"""So many texts tell how large inputs usually are."""

_GRU = {
    "input": "weight_ih",
    "state": "weight_hh",
    "input.bias": "bias_ih",
    "state.bias": "bias_hh",
}
_DIRECTIONS = {"forward": "l0", "backward": "l0_reverse"}


def export(model: TaggerModel, examples: Sequence[Example], out: Path) -> None:
    """Write a tagger beside the encoder whose lowest layers it has.

    :param examples: that it learned from.
    """
    rows = [
        [BEGIN, *ids, END]
        for each in examples[:: len(examples) // SEEN + 1]
        for ids, _ in each.windows
    ]
    graph = Graph(model.bert.config.layer_norm_eps)
    upper = add_upper(graph, model.bert, measure_inputs(model.bert, rows))
    graph.name(upper, TOKEN_STATES)
    hidden = model.bert.config.hidden_size
    shape = ("texts", "tokens", hidden)
    (out / TAGGER).write_bytes(graph.finish(STATES, hidden, {TOKEN_STATES: shape}))
    weights = {
        "rule": model.rule.weight,
        "out.weight": model.out.weight,
        "out.bias": model.out.bias,
        "steps": model.allowed_steps(),
        **{
            f"{direction}.{name}": getattr(model.gru, f"{own}_{suffix}")
            for direction, suffix in _DIRECTIONS.items()
            for name, own in _GRU.items()
        },
    }
    halves = {name: value.detach().numpy().astype(np.float16) for name, value in weights.items()}
    np.savez(out / HEAD, **halves)
