"""Logistic regressions, and how their coefficients are written down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

Fitted = tuple[float, tuple[float, ...]]
"""An intercept and coefficients."""


def regress(
    features: Sequence[Sequence[float]],
    labels: Sequence[bool],
    weights: Sequence[float] | None = None,
) -> Fitted:
    """Fit a logistic regression; return its intercept and coefficients.

    :param weights: what each example counts; None = all alike.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=100.0, max_iter=1000).fit(features, labels, weights)
    return float(model.intercept_[0]), tuple(float(c) for c in model.coef_[0])


def named(fitted: Fitted, names: Sequence[str]) -> dict[str, object]:
    """Return a regression's content for a readable file, rounded to four decimals."""
    intercept, coefficients = fitted
    return {
        "intercept": round(intercept, 4),
        "coefficients": {n: round(c, 4) for n, c in zip(names, coefficients, strict=True)},
    }


def save_fitted(content: Mapping[str, object], path: Path) -> None:
    """Save what was fitted as readable JSON, and print it."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
    print(text)
