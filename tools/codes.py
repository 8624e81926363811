"""Measure what the codes of the dense leg cost: search by them, and exactly, over the same rows.

    python -m tools.codes SET… [--background FILE.jsonl.gz --most N]

prints a line of Markdown for each test set in BEIR layout. Passages are ranked by their inner
product alone; a reply stands where its best passage does. With a background, its texts are
searched too: codes matter the more the more passages there are.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import faiss
import numpy as np

from corpus.progress import say_nothing
from eval.collection import Collection, index_documents
from eval.data.beir import BeirDocument, BeirSet, load_beir
from eval.data.runs import Run, rank
from eval.ranking.measures import measure_queries, parse_measures
from tools.proposals import load_background

MEASURE = "nDCG@10"

DEPTH = 100
"""So many passages of each query are looked at: as many as the dense leg proposes."""

Found = Sequence[tuple[int, float]]
"""Passages' keys and scores, best first."""


@dataclass(frozen=True, slots=True)
class CodesCost:
    """nDCG@10 by codes and exactly, and which share of the exact first 10 and 100 the codes find.

    `differing` queries have another nDCG@10 by the codes.
    """

    passages: int
    queries: int
    coded: float
    exact: float
    overlap_10: float
    overlap_100: float
    differing: int


def measure_codes(collection: Collection, judged: BeirSet) -> CodesCost:
    """Search all queries of a test set both ways."""
    engine = collection.engine
    dense = engine.legs.dense
    keys = dense.keys()
    exact_index = faiss.IndexFlatIP(dense.dimension)
    exact_index.add(dense.vectors(keys))
    depth = min(DEPTH, len(keys))
    coded: dict[str, Found] = {}
    exact: dict[str, Found] = {}
    for id, text in judged.queries.items():
        vector = engine.retriever.analyser.embed(text)
        coded[id] = dense.search(vector, depth)
        scores, places = exact_index.search(vector.reshape(1, -1), depth)
        exact[id] = list(zip(keys[places[0]].tolist(), scores[0].tolist(), strict=True))
    by_codes, exactly = (_measure(collection, judged, found) for found in (coded, exact))
    return CodesCost(
        passages=len(keys),
        queries=len(judged.queries),
        coded=fmean(by_codes.values()),
        exact=fmean(exactly.values()),
        overlap_10=fmean(overlap(coded[id], exact[id], 10) for id in coded),
        overlap_100=fmean(overlap(coded[id], exact[id], DEPTH) for id in coded),
        differing=sum(not np.isclose(by_codes[id], exactly[id]) for id in coded),
    )


def overlap(found: Found, exact: Found, k: int) -> float:
    """Return the share of the first `k` exact passages that are among the first `k` found."""
    wanted = {key for key, _ in exact[:k]}
    return len(wanted & {key for key, _ in found[:k]}) / len(wanted)


def _measure(collection: Collection, judged: BeirSet, found: dict[str, Found]) -> dict[str, float]:
    store = collection.engine.store
    run: Run = {}
    for id, passages in found.items():
        replies = store.passages(key for key, _ in passages)
        run[id] = rank(
            (name, score)
            for key, score in passages
            for name in collection.names[replies[key].reply_id]
        )
    return measure_queries(run, judged.qrels, parse_measures([MEASURE]))[MEASURE]


def measure_folder(folder: Path, background: Iterable[str] = ()) -> CodesCost:
    """Measure a test set in BEIR layout, its documents indexed among other texts.

    :raises InputError: where it cannot be used.
    """
    judged = load_beir(folder)
    others = (BeirDocument(f"background {n}", text) for n, text in enumerate(background))
    with index_documents([*judged.documents, *others], "bundled", say_nothing) as collection:
        return measure_codes(collection, judged)


def main() -> None:
    """Measure each test set, and print what was found."""
    parser = argparse.ArgumentParser(description="Measure what the codes of the dense leg cost.")
    parser.add_argument("sets", nargs="+", type=Path, help="folders of test sets in BEIR layout")
    parser.add_argument("--background", type=Path, help=".jsonl.gz with texts to search as well")
    parser.add_argument("--most", type=int, default=600, help="so many of them (600)")
    options = parser.parse_args()
    texts = load_background(options.background, options.most) if options.background else ()
    print("| set | passages | queries | codes | exact | same of 10 | same of 100 | differing |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for folder in options.sets:
        m = measure_folder(folder, texts)
        print(
            f"| {folder.name} | {m.passages:,} | {m.queries:,} | {m.coded:.4f} | {m.exact:.4f} "
            f"| {m.overlap_10:.2%} | {m.overlap_100:.2%} | {m.differing} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
