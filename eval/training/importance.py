"""Fit how much query terms matter, on questions of several kinds and the documents they match.

    python -m eval.training.importance --data DIR

writes `index/ranking/importance.json`. Fit the fusion anew afterwards (`eval/training/fusion.py`).
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.training.queries import QuerySet, Sample, load_query_sets
from index.learned import Regression, name_coefficients, save_regression
from index.models.static import BUNDLED_MODEL, StaticEmbedder, limit_blas_threads
from index.ranking.importance import IMPORTANCE_FILE, TRAITS, describe_terms
from index.ranking.match import QueryTerms
from index.text.segment import Segmenter, normalise

SAMPLE = Sample(questions=1500, documents=5000, unseen=False)

CANDIDATES = 30
"""So many documents of the best BM25 stand beside the right ones."""

READ = 1200
"""So many characters of a document are read."""

PENALTY = 0.01
"""Of the squares of coefficients; the loss is a mean log likelihood summed over kinds."""


@dataclass(frozen=True, slots=True)
class TermExample:
    """A question: what each of its terms gives each candidate, and what is known of the terms.

    `gains` is float32 (terms, candidates), the terms of the BM25 sums with the right documents
    first; `traits` is float32 (terms, len(TRAITS)); `right` is how many documents are right.
    """

    gains: NDArray[np.float32]
    traits: NDArray[np.float32]
    right: int


def fit(data: Path) -> Regression:
    """Return the traits' coefficients, and what they were fitted on."""
    embedder, segmenter = StaticEmbedder(BUNDLED_MODEL), Segmenter()
    kinds = load_query_sets(data, SAMPLE)
    examples = [list(_iter_examples(kind, segmenter, embedder)) for kind in kinds]
    coefficients = _maximise([group for group in examples if group])
    return Regression(
        name_coefficients(TRAITS, coefficients.tolist()),
        fitted_on={kind.name: len(kind.queries) for kind in kinds},
        model=embedder.name,
    )


def _iter_examples(
    kind: QuerySet, segmenter: Segmenter, embedder: StaticEmbedder
) -> Iterator[TermExample]:
    from scipy.sparse import csr_matrix

    texts = [normalise(document[:READ]) for document in kind.documents]
    lengths = np.array([max(len(text), 1) for text in texts]) / np.mean([len(t) for t in texts])
    known: dict[str, int] = {}
    cells = [
        (known.setdefault(term, len(known)), place, count)
        for place, text in enumerate(texts)
        for term, count in Counter(segmenter.bigrams(text)).items()
    ]
    rows, columns, counts = zip(*cells, strict=True)
    matrix = csr_matrix((counts, (rows, columns)), (len(known), len(texts)), dtype=np.float32)
    frequency = np.diff(matrix.indptr)
    for question in kind.queries:
        text = normalise(question.text)
        terms = [term for term in dict.fromkeys(segmenter.bigrams(text)) if term in known]
        if not terms:
            continue
        query = QueryTerms.weigh(terms, lambda term: int(frequency[known[term]]), len(texts))
        weights = np.fromiter(query.weights.values(), float)
        found = matrix[[known[term] for term in terms]].tocoo()
        norm = query.saturation * lengths
        gains = weights[found.row] * found.data * (query.saturation + 1)
        gains /= found.data + norm[found.col]
        total = np.bincount(found.col, gains, len(texts))
        best = np.argsort(-total, kind="stable")[:CANDIDATES]
        chosen = list(dict.fromkeys([*sorted(question.answers), *best.tolist()]))
        gains = csr_matrix((gains, (found.row, found.col)), found.shape)[:, chosen].toarray()
        traits = describe_terms(text, query.weights, embedder.token_norms)
        yield TermExample(
            gains.astype(np.float32), traits.astype(np.float32), len(question.answers)
        )


def _maximise(kinds: Sequence[Sequence[TermExample]]) -> NDArray[np.float64]:
    """Return the coefficients by which the right documents score best, each kind alike.

    They maximise the likelihood of the right documents under a softmax over the candidates' sums
    (Cao et al. 2007, ListNet); the softmax's temperature is learned with them.
    """
    from scipy.optimize import minimize

    traits = [np.vstack([example.traits for example in kind]) for kind in kinds]
    bounds = [np.cumsum([0, *(len(example.traits) for example in kind)]) for kind in kinds]

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        coefficients, scale = point[:-1], math.exp(point[-1])
        value, slope = PENALTY * float(coefficients @ coefficients), 2 * PENALTY * point
        slope[-1] = 0.0
        for kind, matrix, starts in zip(kinds, traits, bounds, strict=True):
            factors = np.exp(np.clip(matrix @ coefficients, -4.0, 4.0))
            slopes = np.zeros(len(factors))
            for example, start, end in zip(kind, starts, starts[1:], strict=False):
                sums = scale * (factors[start:end] @ example.gains)
                shares = np.exp(sums - sums.max())
                shares /= shares.sum()
                value -= float(np.log(shares[: example.right] + 1e-12).mean()) / len(kind)
                shares[: example.right] -= 1 / example.right
                shares /= len(kind)
                slopes[start:end] = scale * (example.gains @ shares) * factors[start:end]
                slope[-1] += float(sums @ shares)
            slope[:-1] += matrix.T @ slopes
        return value, slope

    start = np.zeros(len(TRAITS) + 1)
    start[0], start[-1] = 0.5, -1.5
    found: NDArray[np.float64] = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 60}
    ).x
    return found[:-1]


def main() -> None:
    """Fit, and write the importance file."""
    parser = argparse.ArgumentParser(description="Fit how much query terms matter.")
    parser.add_argument("--data", type=Path, required=True, help="data folder, see the model card")
    parser.add_argument("--out", type=Path, default=IMPORTANCE_FILE)
    options = parser.parse_args()
    limit_blas_threads()
    print(save_regression(fit(options.data), options.out), end="")


if __name__ == "__main__":
    main()
