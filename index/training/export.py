"""Write the model folder: int8 rows, one float32 scale a row, tokenizer and module list.

sentence-transformers' `StaticEmbedding.load` multiplies the tensor "embeddings" by the tensor
"weights" row by row, a layout that it shares with model2vec. With int8 rows and their scales in
those places an ordinary SentenceTransformer reads a quantised model, and exactly.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

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
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
