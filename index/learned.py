"""The fusion of a home: the one fitted to its user's judgments, or the bundled one."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.errors import HomeError
from corpus.files import save_text_atomically
from index.ranking.fuse import FEATURES, Fusion, load_fusion

FILE_NAME = "fusion.json"


def open_fusion(home: Path, model: str) -> Fusion:
    """Load the fusion that a home is searched with.

    One fitted with another embedding model is passed over: its cosines mean something else.

    :raises HomeError: where the home's file cannot be used.
    """
    path = home / FILE_NAME
    if not path.exists():
        return load_fusion()
    try:
        fitted_with = json.loads(path.read_text(encoding="utf-8"))["model"]
        return load_fusion(path) if fitted_with == model else load_fusion()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise HomeError(
            f"{path} 用不了（{error}），可能损坏，或是别的版本拟合的。"
            "请运行 dafu eval fit --reset 恢复自带的，或重新拟合。"
        ) from error


def save_fusion(home: Path, fusion: Fusion, fitted_on: str, model: str) -> Path:
    """Save a fusion for a home, as readable JSON; return where."""
    content = {
        "fitted_on": fitted_on,
        "model": model,
        "intercept": round(fusion.intercept, 4),
        "coefficients": {
            name: round(c, 4) for name, c in zip(FEATURES, fusion.coefficients, strict=True)
        },
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    path = home / FILE_NAME
    save_text_atomically(path, text)
    return path


def reset_fusion(home: Path) -> bool:
    """Go back to the bundled fusion; tell whether there was another."""
    path = home / FILE_NAME
    existed = path.exists()
    path.unlink(missing_ok=True)
    return existed
