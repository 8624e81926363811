"""Which models a home is searched with; settings name them without opening any."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Encoding = Literal["off", "background", "at-once"]
"""When the encoder reads passages: never; after they can be found by the rest; before that."""

ENCODINGS: tuple[Encoding, ...] = ("off", "background", "at-once")

Backend = Literal["torch", "onnx", "openvino"]
"""What computes: torch, or ONNX Runtime or OpenVINO, which are faster on many office PCs."""

BACKENDS: tuple[Backend, ...] = ("torch", "onnx", "openvino")

DEPTH = 50
"""How many of the best passages a reranker reads."""


def adapted_model(home: Path) -> Path:
    """Return the folder where a home keeps the bundled model trained further on its replies."""
    return home / "model"


@dataclass(frozen=True, slots=True)
class Models:
    """The embedding model, the encoder and, where one is named, the reranker.

    :ivar embedding: "bundled", the path of a folder, or a name known to sentence-transformers. A
        folder with a static model takes the place of the bundled static model, any other that of
        the bundled encoder.
    :ivar encoding: when the encoder reads passages.
    :ivar query_prompt: what is put before each query; None: what the model or its family declares.
    :ivar passage_prompt: the same for passages; another one means another index.
    :ivar dimensions: so many leading components of its vectors are kept; None: all.
    :ivar reranker: a cross-encoder by folder or name; empty for none.
    :ivar rerank_depth: how many of the best passages it reads.
    :ivar backend: what computes both, the bundled models excepted.
    :ivar reader: whether the bundled reader reads what is quoted from, where there is an encoder.
    """

    embedding: str = "bundled"
    encoding: Encoding = "off"
    query_prompt: str | None = None
    passage_prompt: str | None = None
    dimensions: int | None = None
    reranker: str = ""
    rerank_depth: int = DEPTH
    backend: Backend = "torch"
    reader: bool = True
