"""The encoder's start: a file of weights read, pruned, thinned, and written as a model's folder."""

from __future__ import annotations

import struct
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.errors import InputError
from eval.training.encoder.e5 import E5Weights, prune, read_e5, thin
from eval.training.encoder.transformer import make_tokenizer, save_transformer, tensor_name
from eval.training.encoder.weights import choose_pieces, count_pieces

HIDDEN, LAYERS, HEADS, INNER, POSITIONS = 32, 3, 2, 64, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "电梯", "补贴", "多少", "公园", "电", "梯", "▁lift"]
SCORES = [0.0, 0.0, 0.0, 0.0, -1.0, -2.0, -2.5, -3.0, -3.5, -6.0, -6.0, -4.0]


def shapes() -> dict[str, tuple[int, ...]]:
    names: dict[str, tuple[int, ...]] = {
        "emb.word": (len(PIECES), HIDDEN),
        "emb.pos": (POSITIONS, HIDDEN),
        "emb.type": (2, HIDDEN),
        "emb.ln.w": (HIDDEN,),
        "emb.ln.b": (HIDDEN,),
    }
    for layer in range(LAYERS):
        for part, rows, columns in (
            *((name, HIDDEN, HIDDEN) for name in ("q", "k", "v", "ao")),
            ("fi", INNER, HIDDEN),
            ("fo", HIDDEN, INNER),
        ):
            names[f"l{layer}.{part}.w"] = (rows, columns)
            names[f"l{layer}.{part}.b"] = (rows,)
        for part in ("aln", "oln"):
            names |= {f"l{layer}.{part}.w": (HIDDEN,), f"l{layer}.{part}.b": (HIDDEN,)}
    return names


def halves(units: NDArray[np.int64]) -> bytes:
    """Pack 32 weights of -8 to 7: byte j holds number j in its low half, j + 16 in its high."""
    raised = (units + 8).astype(np.uint8)
    return bytes((raised[:16] | raised[16:] << 4).tolist())


def write_e5(path: Path) -> None:
    """Write a file of the format, its matrices in blocks of scale 1/64, all else as float32."""
    random = np.random.default_rng(0)
    text = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, text)])
    head = b"E5S1" + struct.pack(
        "<I7ifi", 1, HIDDEN, LAYERS, HEADS, INNER, len(PIECES), POSITIONS, 2, 1e-12, 32
    )
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, text)))
    head += struct.pack(f"<{len(offsets)}I", *offsets.tolist())
    head += struct.pack(f"<{len(SCORES)}f", *SCORES) + b"".join(text)
    head += struct.pack("<iI", 1, 5) + b"\xe3\x00\x00\x00\x00"  # a map that is passed over
    tensors = []
    for name, shape in shapes().items():
        count = int(np.prod(shape))
        if (name.endswith(".w") and len(shape) == 2) or name == "emb.word":
            units = random.integers(-8, 8, (count // 32, 32))
            content = b"".join(struct.pack("<e", 1 / 64) + halves(block) for block in units)
            tensors.append((name, 1, count, content))
        else:
            values = random.normal(1 if name.endswith("ln.w") else 0, 0.1, count).astype("<f4")
            tensors.append((name, 0, count, values.tobytes()))
    listed = sum(2 + len(name) + struct.calcsize("<BIQQ") for name, *_ in tensors)
    place = len(head) + 4 + listed
    directory, contents = struct.pack("<i", len(tensors)), b""
    for name, kind, count, content in tensors:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, place + len(contents), len(content))
        contents += content
    path.write_bytes(head + directory + contents)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> E5Weights:
    path = tmp_path_factory.mktemp("e5") / "tiny.bin"
    write_e5(path)
    return read_e5(path)


def test_a_file_is_read_as_its_format_says(weights: E5Weights) -> None:
    assert (weights.hidden, weights.layers, weights.heads) == (HIDDEN, LAYERS, HEADS)
    assert weights.pieces == tuple(PIECES)
    assert weights.specials == (0, 2, 1, 3)
    assert {name: tensor.shape for name, tensor in weights.tensors.items()} == shapes()
    units = np.random.default_rng(0).integers(-8, 8, (len(PIECES) * HIDDEN // 32, 32))
    assert np.array_equal(weights.tensors["emb.word"].reshape(-1, 32), units / 64)


def test_a_block_holds_number_16_in_the_high_half_of_its_first_byte() -> None:
    units = np.zeros(32, np.int64)
    units[0], units[16] = -8, 7
    assert halves(units)[:2] == bytes([0xF0, 0x88])


def test_another_file_and_half_a_file_are_told(tmp_path: Path) -> None:
    other, half = tmp_path / "other.bin", tmp_path / "half.bin"
    other.write_bytes(b"GGUF")
    with pytest.raises(InputError, match="不是 E5S1 格式"):
        read_e5(other)
    write_e5(half)
    half.write_bytes(half.read_bytes()[:-100])
    with pytest.raises(InputError, match="不完整"):
        read_e5(half)


def test_text_is_cut_into_the_likeliest_pieces(weights: E5Weights) -> None:
    tokenizer = make_tokenizer(weights)
    assert tokenizer.encode("电梯补贴多少").tokens == ["<s>", "▁", "电梯", "补贴", "多少", "</s>"]
    assert tokenizer.encode("Ｌｉｆｔ  lift").tokens[-2:] == ["▁lift", "</s>"]  # NFKC, one space


def test_what_texts_use_is_kept_and_every_chinese_character(weights: E5Weights) -> None:
    counts = count_pieces(weights, ["电梯补贴", "电梯", "电梯"])
    assert counts[PIECES.index("电梯")] == 3
    kept = choose_pieces(weights, counts, least=3, latin=0)
    assert [PIECES[id] for id in kept] == ["▁", "电梯", "电", "梯"]
    assert PIECES.index("▁lift") in choose_pieces(weights, Counter(), latin=1)


def test_a_student_starts_from_some_layers(weights: E5Weights) -> None:
    student = thin(weights, [0, 2])
    assert student.layers == 2
    assert student.tensors["l1.fi.w"] is weights.tensors["l2.fi.w"]
    assert "l2.fi.w" not in student.tensors
    with pytest.raises(InputError, match="层号应在 0 到 2 之间"):
        thin(weights, [3])


def test_names_are_those_of_transformers() -> None:
    assert tensor_name("emb.ln.b") == "embeddings.LayerNorm.bias"
    assert tensor_name("l11.ao.w") == "encoder.layer.11.attention.output.dense.weight"


@pytest.mark.slow
def test_a_pruned_model_gives_texts_of_kept_pieces_the_same_vectors(
    weights: E5Weights, tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer

    texts = ["电梯补贴多少", "电梯"]
    vectors = []
    for name, each in (("whole", weights), ("pruned", prune(weights, [4, 5, 6, 7]))):
        save_transformer(each, make_tokenizer(each), tmp_path / name)
        model = SentenceTransformer(str(tmp_path / name), device="cpu")
        assert model.prompts["query"] == "query: "
        vectors.append(model.encode(texts, prompt=""))
    assert np.linalg.norm(vectors[0], axis=1) == pytest.approx(1, abs=1e-6)
    assert vectors[1] == pytest.approx(vectors[0], abs=1e-6)
    assert abs(float(vectors[0][0] @ vectors[0][1])) < 0.999
