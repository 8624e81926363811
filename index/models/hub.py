"""Load models with sentence-transformers: from a folder, from what was downloaded, from the hub.

The only place that imports sentence-transformers, and with it torch, when Dafu searches.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from corpus.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

Backend = Literal["torch", "onnx", "openvino"]
"""What computes: torch, or ONNX Runtime or OpenVINO, which are faster on many office PCs."""

BACKENDS: tuple[Backend, ...] = ("torch", "onnx", "openvino")

_NEEDED = {"torch": "torch", "onnx": "onnxruntime", "openvino": "openvino"}


def load_sentence_transformer(model: str, backend: Backend = "torch") -> SentenceTransformer:
    """Load an embedding model by the path of its folder or its name on the hub.

    :raises ModelError: where it cannot be loaded.
    """
    _check(model, backend)
    from sentence_transformers import SentenceTransformer

    transformer: SentenceTransformer = _load(SentenceTransformer, model, backend)
    return transformer


def load_cross_encoder(model: str, backend: Backend = "torch") -> CrossEncoder:
    """Load a reranker by the path of its folder or its name on the hub.

    :raises ModelError: where it cannot be loaded.
    """
    _check(model, backend)
    from sentence_transformers import CrossEncoder

    encoder: CrossEncoder = _load(CrossEncoder, model, backend)
    return encoder


def repository_name(model: str) -> str:
    """Return a folder's own name, or the repository's name for a folder of the hub's cache."""
    if not Path(model).is_dir():
        return model
    parts = Path(model).resolve().parts
    if len(parts) > 2 and parts[-2] == "snapshots":
        return parts[-3].removeprefix("models--").replace("--", "/")
    return parts[-1]


def _check(model: str, backend: Backend) -> None:
    if find_spec("sentence_transformers") is None:
        raise ModelError(
            f"使用模型 {model} 需要 sentence-transformers，但它没有安装：请安装，或改用内置模型。"
        )
    if backend not in BACKENDS:
        raise ModelError(f"backend 应为 {'、'.join(BACKENDS)} 之一，收到的是 {backend!r}。")
    if find_spec(_NEEDED[backend]) is None:
        raise ModelError(
            f"backend 是 {backend}，但没有安装 {_NEEDED[backend]}：请安装 "
            f"sentence-transformers[{backend}]，或把 backend 改回 torch。"
        )
    if _is_path(model) and not Path(model).is_dir():
        raise ModelError(f"找不到模型文件夹 {model}：请检查路径。")


def _load(kind: Callable[..., Any], model: str, backend: Backend) -> Any:
    try:
        return _open_cached_first(kind, model, backend=backend)
    except Exception as error:  # the hub, transformers and torch each raise their own kinds
        raise ModelError(
            f"无法加载模型 {model}：{error}。没有互联网时，请先在能联网的机器上下载该模型，"
            "把整个文件夹复制到本机，再以文件夹路径作为模型名。"
        ) from error


def _open_cached_first(kind: Callable[..., Any], model: str, **options: Any) -> Any:
    try:  # without this, a network that drops packets makes each start wait for its timeouts
        return kind(model, local_files_only=True, **options)
    except OSError:
        if Path(model).is_dir():
            raise
        return kind(model, **options)


def _is_path(model: str) -> bool:
    return model.startswith((".", "~")) or Path(model).is_absolute() or model.count("/") > 1
