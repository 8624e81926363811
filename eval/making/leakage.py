"""How much a made test set gives away: how far a query's own words lead to its answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain
from statistics import fmean

from eval.data.qrels import Qrels
from eval.data.runs import rank
from eval.ranking.measures import measure_run, parse_measures
from index.text.segment import Segmenter

MEASURE = "nDCG@10"

DEPTH = 10
"""So many documents are looked at by the measure."""


@dataclass(frozen=True, slots=True)
class Leakage:
    """What merely looking for the queries' character bigrams finds; means over the queries.

    `own` is the share of a query's different bigrams that stand in its answer, `other` that in the
    best of all other documents; `trivial` is the nDCG@10 of ranking by that share. Where nothing
    answers, `own` and `trivial` are 0.
    """

    own: float
    other: float
    trivial: float


class BigramFinder:
    """Finds documents by the share of a text's bigrams that stand in them."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        """Take the documents' texts by their ids."""
        self._segmenter = Segmenter()
        self._holders: defaultdict[str, list[str]] = defaultdict(list)
        for id, text in documents.items():
            for bigram in set(self._segmenter.bigrams(text)):
                self._holders[bigram].append(id)

    def shares(self, text: str) -> dict[str, float]:
        """Return which share of a text's different bigrams each document has, if it has any."""
        asked = set(self._segmenter.bigrams(text))
        found = Counter(chain.from_iterable(self._holders.get(bigram, ()) for bigram in asked))
        return {id: count / len(asked) for id, count in found.items()}


def measure_leakage(finder: BigramFinder, queries: Mapping[str, str], qrels: Qrels) -> Leakage:
    """Measure one kind of queries.

    :param queries: the texts of the queries by their ids, not empty.
    :param qrels: which documents answer; queries without any are unanswerable.
    """
    own, other, run = [], [], {}
    for query, text in queries.items():
        shares = finder.shares(text)
        answers = qrels.get(query, {})
        best = nsmallest(
            DEPTH + len(answers), shares.items(), key=lambda entry: (-entry[1], entry[0])
        )
        own.append(max((shares.get(id, 0.0) for id in answers), default=0.0))
        other.append(next((share for id, share in best if id not in answers), 0.0))
        run[query] = rank(best[:DEPTH])
    answered = {query: qrels[query] for query in queries if query in qrels}
    trivial = measure_run(run, answered, parse_measures([MEASURE]))[MEASURE] if answered else 0.0
    return Leakage(fmean(own), fmean(other), trivial)
