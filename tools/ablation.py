"""Measure what each leg, each feature and each device of language does, by leaving it out.

    python -m tools.ablation --out docs/evaluation/ablation SET…

writes NAME.json and NAME.md for each test set, anything that `dafu eval run` takes without
`--qrels`. They hold no query's text. Nothing is fitted anew for what is left out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from corpus.progress import say_nothing
from corpus.serialise import to_json
from eval.collection import Collection
from eval.data.beir import BeirSet
from eval.data.lines import save_text
from eval.data.spans import Level
from eval.ranking.compare import Comparison, compare_runs
from eval.ranking.measured import MeasuredRun, measure_test_set
from eval.ranking.measures import depth_of, parse_measures
from eval.ranking.search import WITHOUT_ENCODER, Leg, SearchTask, search_queries
from eval.sets import JudgedSource, open_judged
from index.models.choice import Models
from index.ranking.fuse import ENCODED, Fusion
from index.ranking.library import Library
from index.ranking.retrieve import Retriever
from index.text.language.language import ALL_PARTS

MEASURES = ("nDCG@10", "R@100")


@dataclass(frozen=True, slots=True)
class Variant:
    """A way of ranking: a leg, of a retriever that something may have been taken from."""

    name: str
    leg: Leg = Leg.FUSED
    change: Callable[[Retriever], Retriever] = lambda retriever: retriever


def iter_variants() -> Iterator[Variant]:
    """Yield the whole first, then each leg alone, then the whole without each part."""
    yield Variant("whole")
    for leg in Leg:
        if leg is not Leg.FUSED:
            yield Variant(f"{leg} alone", leg)
    yield Variant("without encoder", change=without_encoder)
    for name in ENCODED:
        yield Variant(f"without {name}", change=_without_feature(name))
    yield Variant("without importance", change=_without_importance)
    yield Variant("without requests", change=without_requests)
    yield Variant("without language", change=with_language(frozenset()))
    for part in sorted(ALL_PARTS):
        yield Variant(f"without {part}", change=with_language(ALL_PARTS - {part}))


def ablate(collection: Collection, judged: BeirSet) -> Comparison:
    """Measure all variants over one test set, each compared with the whole.

    Without an encoder it is not ranked by it alone.
    """
    legs = tuple(Leg) if collection.engine.encoded else WITHOUT_ENCODER
    variants = (each for each in iter_variants() if each.leg in legs)
    return compare_runs([measure(collection, judged, each) for each in variants])


def measure(collection: Collection, judged: BeirSet, variant: Variant) -> MeasuredRun:
    """Measure one way of ranking over a test set; the collection stays as it is."""
    engine = collection.engine.with_retriever(variant.change(collection.engine.retriever))
    measures = parse_measures(MEASURES)
    task = SearchTask(variant.leg, Level.REPLY, depth_of(measures))
    found = search_queries(replace(collection, engine=engine), judged, task, say_nothing)
    settings = {"variant": variant.name, "model": engine.embedder.name}
    measured = measure_test_set(judged, found.run, measures, settings, collection.digest)
    return replace(measured, name=variant.name)


def _without_feature(name: str) -> Callable[[Retriever], Retriever]:
    """Leave a feature out, and what is made of it: `cosine_short` is the cosine's."""

    def change(retriever: Retriever) -> Retriever:
        fusion = retriever.fusion
        encoded = fusion.encoded and without(fusion.encoded)
        return replace(retriever, fusion=replace(without(fusion), encoded=encoded))

    def without(fusion: Fusion) -> Fusion:
        names = ENCODED[: len(fusion.coefficients)]
        kept = zip(names, fusion.coefficients, strict=True)
        coefficients = tuple(0.0 if feature.startswith(name) else c for feature, c in kept)
        return Fusion(fusion.intercept, coefficients)

    return change


def _without_importance(retriever: Retriever) -> Retriever:
    return replace(retriever, analyser=replace(retriever.analyser, importance=None))


def without_encoder(retriever: Retriever) -> Retriever:
    """Search as if the encoder had read nothing, and will not."""
    library = Library(retriever.library.store, retriever.library.legs)
    return replace(retriever, analyser=replace(retriever.analyser, library=library))


def without_requests(retriever: Retriever) -> Retriever:
    """Take a query as a whole only, whatever it lists."""
    return replace(retriever, analyser=replace(retriever.analyser, splits=False))


def with_language(parts: frozenset[str]) -> Callable[[Retriever], Retriever]:
    """Leave out all but some parts of what is done to understand a query."""

    def change(retriever: Retriever) -> Retriever:
        analyser = retriever.analyser
        kept = frozenset(part for part in ALL_PARTS if part in parts)
        language = replace(analyser.language, parts=kept)
        return replace(retriever, analyser=replace(analyser, language=language))

    return change


def describe(name: str, comparison: Comparison) -> str:
    """Return a comparison as a table in Markdown."""
    lines = [
        f"# What each part does: {name}",
        "",
        f"{len(comparison.runs[0].query_ids)} queries; the difference to the whole, its 95 % "
        "bootstrap interval and the p of the randomisation test, corrected by Holm's method over "
        "all rows. Nothing was fitted anew for what is left out.",
    ]
    for measure in MEASURES:
        lines += [
            "",
            f"| {measure} | mean | difference | 95 % | p |",
            "| --- | --- | --- | --- | --- |",
        ]
        found = {each.run: each for each in comparison.differences if each.measure == measure}
        for run in comparison.runs:
            mean = f"{comparison.means[run.name][measure].mean:.4f}"
            each = found.get(run.name)
            rest = (
                f"{each.mean:+.4f} | {each.low:+.4f} to {each.high:+.4f} | {each.corrected:.3f}"
                if each
                else "| | "
            )
            lines.append(f"| {run.name} | {mean} | {rest} |")
    return "\n".join(lines) + "\n"


def save_described(name: str, comparison: Comparison, path: Path) -> None:
    """Save a comparison as Markdown and, without any query, as JSON; print the table.

    :param path: of both files, without their endings.
    """
    table = describe(name, comparison)
    save_text(path.with_name(f"{path.name}.md"), table)
    unnamed = tuple(replace(each, queries=()) for each in comparison.differences)
    shown = to_json(replace(comparison, differences=unnamed))
    content = json.dumps(shown, ensure_ascii=False, indent=1)
    save_text(path.with_name(f"{path.name}.json"), content + "\n")
    print(table, flush=True)


def take_first(judged: BeirSet, most: int | None) -> BeirSet:
    """Return a test set of the first queries; what is not asked is not judged either."""
    queries = dict(islice(judged.queries.items(), most))
    return replace(judged, queries=queries, qrels={id: judged.qrels[id] for id in queries})


def main() -> None:
    """Measure each test set, and write what came of it."""
    parser = argparse.ArgumentParser(description="Measure what each part of search does.")
    parser.add_argument("sets", nargs="+", type=Path, help="folders of test sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the reports")
    parser.add_argument("--most", type=int, help="so many queries of each set, the first ones")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    models = Models("bundled", "at-once")
    for folder in options.sets:
        source = JudgedSource(folder, Path())
        with open_judged(source, models, say_nothing, level=Level.REPLY) as opened:
            collection, judged = opened
            comparison = ablate(collection, take_first(judged, options.most))
        save_described(folder.name, comparison, options.out / folder.name)


if __name__ == "__main__":
    main()
