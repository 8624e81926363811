"""Learn what persons' names are weighed by, and write corpus/personal/likely.json anew.

python -m tools.learn_names TAGGED.jsonl

Each line holds a `text` with its `names` (pairs of offsets), places that count neither way
(`unsure`), how much the line counts (`weight`) and what share of its other candidates is taken. The
words, surnames and first signs of given names stay as the file has them. Needs scikit-learn.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.personal.likely import WEIGHTS_FILE, Weights, candidates, spans

PENALTY = 0.4
SEED = 7
_RAREST = 6
"""So often a trait is met at least."""
_LEAST_WEIGHT = 0.05


def examples(weights: Weights, path: Path) -> Iterator[tuple[list[str], bool, float]]:
    """Yield for each candidate of the tagged texts its traits, whether it is a name, its weight."""
    draw = random.Random(SEED)
    for line in path.open(encoding="utf-8"):
        row: dict[str, Any] = json.loads(line)
        text, names = row["text"], {(start, end) for start, end in row["names"]}
        unsure = [*map(tuple, row["unsure"])]
        for start, given in candidates(weights, text):
            for end in spans(text, given):
                named = (start, end) in names
                doubtful = any(a < end and start < b for a, b in unsure)
                beside = any(a < end and start < b for a, b in names)
                if named or (not doubtful and (beside or draw.random() <= row["share"])):
                    yield weights.traits(text, start, given, end), named, row["weight"]


def learn(path: Path, blank: Weights) -> dict[str, dict[str, float]]:
    """Return the weights of the traits, by kind.

    :param blank: without weights, so that no candidate is given up beforehand.
    """
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    traits, named, weight = zip(*examples(blank, path), strict=True)
    met = Counter(trait for each in traits for trait in each if trait != "a")
    columns = {trait: at for at, trait in enumerate(t for t, n in met.items() if n >= _RAREST)}
    rows = [[columns[trait] for trait in each if trait in columns] for each in traits]
    ends = np.cumsum([0, *map(len, rows)])
    filled = [at for row in rows for at in row]
    matrix = csr_matrix((np.ones(len(filled)), filled, ends), (len(rows), len(columns)))
    fitted = LogisticRegression(penalty="l1", C=PENALTY, solver="liblinear", tol=1e-3)
    fitted.fit(matrix, named, sample_weight=weight)
    kinds: dict[str, dict[str, float]] = {"a": {"": round(float(fitted.intercept_[0]), 2)}}
    for trait, at in sorted(columns.items()):
        if abs(fitted.coef_[0][at]) > _LEAST_WEIGHT:
            kinds.setdefault(trait[0], {})[trait[1:]] = round(float(fitted.coef_[0][at]), 2)
    return kinds


def main(arguments: list[str]) -> None:
    """Learn the weights anew and write them."""
    learned = json.loads(WEIGHTS_FILE.read_text("utf-8"))
    learned["weights"] = learn(Path(arguments[0]), Weights(**{**learned, "weights": {}}))
    WEIGHTS_FILE.write_text(
        json.dumps(learned, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
