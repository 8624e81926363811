"""Write an encoder as what the product reads: one graph for ONNX Runtime, in whole numbers.

    python -m eval.training.encoder.export FOLDER --data DATA --out index/models/encoder

FOLDER is an ordinary model of sentence-transformers, as `weights`, `contrast` and `parts` make it.

Weights are int8 with a scale for each output. What they are multiplied with is rounded for each
token by its own largest value, so that no vector depends on the texts beside it; before that the
inputs' usual sizes are moved into the weights (Xiao et al., SmoothQuant, 2023), for a few of them
are fifty times as large as the rest. Of fp32's vectors, the mean taken away, the cosine is .997.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from eval.training.encoder.graph import Graph
from eval.training.pairs import iter_rows
from index.models.encoder import MEANS, MODEL, PASSAGE, QUERY, TOKENIZER, OnnxEncoder
from index.models.static import Vectors

if TYPE_CHECKING:
    from transformers import BertModel

Tensors = Mapping[str, NDArray[np.float32]]

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

HALF = 0.5
"""How much of an input's size goes into the weights, as SmoothQuant recommends."""


WEIGHT = 63
"""The largest weight. Processors without VNNI add two products in 16 bits, which holds 2 · 255 · 63
and not 2 · 255 · 127 (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html).
"""


def export(folder: Path, data: Path, out: Path) -> None:
    """Write a model's graph, its tokenizer and its usual vectors into a folder."""
    from transformers import BertModel

    model = BertModel.from_pretrained(folder, add_pooling_layer=False)  # in eval mode
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / TOKENIZER, out / TOKENIZER)
    sizes = measure_inputs(model, folder, tuple(_seen(data)))
    (out / MODEL).write_bytes(make_graph(model, sizes))
    np.save(out / MEANS, np.zeros((2, model.config.hidden_size), np.float32))
    np.save(out / MEANS, find_means(OnnxEncoder(out), data))


def measure_inputs(
    model: BertModel, folder: Path, texts: Sequence[str]
) -> dict[str, NDArray[np.float32]]:
    """Return how large each input of each linear layer gets on texts, float32 (inputs,)."""
    import torch
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.enable_truncation(model.config.max_position_embeddings)
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
        for text in texts:
            model(input_ids=torch.tensor([tokenizer.encode(text).ids]))
    for hook in hooks:
        hook.remove()
    return {name: value.numpy() for name, value in largest.items()}


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
    rows = iter_rows(data / "board" / "replies.jsonl")
    return (str(row[column]) for row in rows if row["split"] == "train" and row[column])


def _seen(data: Path) -> Iterator[str]:
    for reply in islice(_of_board(data, "reply"), SEEN):
        yield PASSAGE + reply[:LONGEST]
    for title in islice(_of_board(data, "title"), SEEN):
        yield QUERY + title[:LONGEST]


def make_graph(model: BertModel, sizes: Mapping[str, NDArray[np.float32]]) -> bytes:
    """Return the ONNX model of a BERT, whose outputs are as sentence-transformers names them.

    `sentence_embedding` is the mean of the tokens' vectors at unit length, float32 (n, hidden);
    `token_embeddings` are those of all tokens, float32 (n, longest, hidden).

    :param sizes: from `measure_inputs`.
    """
    config = model.config
    tensors = {name: value.numpy() for name, value in model.state_dict().items()}
    graph = Graph(config.layer_norm_eps)
    x = _embed(graph, tensors)
    for layer in range(config.num_hidden_layers):
        within = f"encoder.layer.{layer}."
        part = {n.removeprefix(within): t for n, t in tensors.items() if n.startswith(within)}
        usual = {n.removeprefix(within): s for n, s in sizes.items() if n.startswith(within)}
        x = _layer(graph, x, part, usual, config.num_attention_heads)
    _pool(graph, x)
    return graph.finish(config.hidden_size)


def _embed(graph: Graph, tensors: Tensors) -> str:
    """Add the embedding of token ids; return its name."""
    rows = tensors["embeddings.word_embeddings.weight"]
    scales = np.abs(rows).max(axis=1, keepdims=True) / 127
    scales[scales == 0] = 1
    whole = graph.keep(np.rint(rows / scales).astype(np.int8))
    words = graph.cast(graph.add("Gather", whole, "input_ids"), np.float32)
    words = graph.add("Mul", words, graph.add("Gather", graph.keep(scales), "input_ids"))
    segment = tensors["embeddings.token_type_embeddings.weight"][0]  # all tokens are of one
    places = graph.keep(tensors["embeddings.position_embeddings.weight"] + segment)
    length = graph.add("Shape", "input_ids", start=1, end=2)
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


def _pool(graph: Graph, x: str) -> None:
    mask = graph.cast("attention_mask", np.float32)
    sums = graph.add("MatMul", graph.add("Unsqueeze", mask, graph.whole(1)), x)
    sums = graph.add("Squeeze", sums, graph.whole(1))
    length = graph.add("ReduceL2", sums, graph.whole(-1), keepdims=1)
    graph.name(graph.add("Div", sums, length), "sentence_embedding")
    graph.name(x, "token_embeddings")


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
