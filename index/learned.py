"""The one home of what was learned: coefficients by name, in readable JSON files."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.files import save_text_atomically
from corpus.serialise import shown, to_json


@shown("fitted_on model intercept coefficients")
@dataclass(frozen=True, slots=True)
class Regression:
    """A fitted regression: coefficients by the names of what they weigh, in order.

    :ivar intercept: None of a regression that has none.
    :ivar fitted_on: what it was fitted on, in words, or how many of each kind.
    :ivar model: the embedding model that it was fitted with.
    """

    coefficients: dict[str, float]
    intercept: float | None = None
    fitted_on: str | dict[str, int] = ""
    model: str = ""

    @property
    def values(self) -> tuple[float, ...]:
        """Return the coefficients alone, in order."""
        return tuple(self.coefficients.values())

    @property
    def terms(self) -> tuple[float, tuple[float, ...]]:
        """Return the intercept and the coefficients.

        :raises ValueError: where there is no intercept.
        """
        if self.intercept is None:
            raise ValueError("no intercept")
        return self.intercept, self.values


def logistic(intercept: float, coefficients: Sequence[float], values: Sequence[float]) -> float:
    """Return the probability, 0..1, that a logistic regression gives to values."""
    logit = intercept + math.fsum(c * v for c, v in zip(coefficients, values, strict=True))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def name_coefficients(names: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    """Return coefficients by name, rounded as files hold them."""
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def load_regression(path: Path, names: Sequence[str]) -> Regression:
    """Load a regression over `names`.

    :raises ValueError: where the file's have other names.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    coefficients = content["coefficients"]
    if tuple(coefficients) != tuple(names):
        raise ValueError(f"{path}: {tuple(coefficients)}, expected {names}")
    intercept = content.get("intercept")
    return Regression(
        {name: float(value) for name, value in coefficients.items()},
        None if intercept is None else float(intercept),
        content.get("fitted_on", ""),
        content.get("model", ""),
    )


def encoded_file(path: Path) -> Path:
    """Return where the regression that judges with an encoder stands, beside the one without."""
    return path.with_name(f"{path.stem}-encoded.json")


def read_file(path: Path) -> Path:
    """Return where the one stands that judges with a reader too."""
    return path.with_name(f"{path.stem}-read.json")


def load_beside(
    path: Path, bundled: Path, names: Sequence[str], beside: Callable[[Path], Path] = encoded_file
) -> Regression:
    """Load the regression that stands beside a file, or else beside the bundled one.

    :param beside: where.
    :raises ValueError: where the file's coefficients have other names.
    """
    own = beside(path)
    return load_regression(own if own.exists() else beside(bundled), names)


def load_model_name(path: Path) -> str:
    """Load the name of the embedding model that a file's coefficients were fitted with.

    :raises KeyError: where the file names none.
    """
    return str(json.loads(path.read_text(encoding="utf-8"))["model"])


def save_regression(regression: Regression, path: Path) -> str:
    """Save a regression as readable JSON; return what was written."""
    content = {key: value for key, value in to_json(regression).items() if value is not None}
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    save_text_atomically(path, text)
    return text
