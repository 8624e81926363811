"""The measures of ranking, as ir-measures computes them (https://ir-measur.es)."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import ir_measures
from ir_measures import Measure
from ir_measures.providers import FallbackProvider

from corpus.errors import InputError
from eval.data.qrels import Qrels
from eval.data.runs import Run

DEFAULT_MEASURES = ("nDCG@10", "R@100", "RR@10", "Success@1")

JUDGED = "Judged@10"
"""The share of the first ten documents that anyone has judged; stands beside all measures."""

_PROVIDER = FallbackProvider(  # type: ignore[no-untyped-call]
    [ir_measures.pytrec_eval, ir_measures.judged, ir_measures.msmarco]
)
# ir-measures' own choice has more, but those run perl, or fail on queries without an answer.


def parse_measures(names: Sequence[str]) -> tuple[Measure, ...]:
    """Parse names of measures such as `nDCG@10` or `RR(rel=2)@10`.

    :raises InputError: where some are unknown or cannot be computed; the message names them all.
    """
    parsed = {name: _parse(name) for name in names}
    unknown = [name for name, measure in parsed.items() if measure is None]
    if unknown:
        raise InputError(
            f"不认识这些指标：{'、'.join(unknown)}。写法如 {'、'.join(DEFAULT_MEASURES)}、AP、P@5"
        )
    return tuple(measure for measure in parsed.values() if measure is not None)


def measure_run(run: Run, qrels: Qrels, measures: Sequence[Measure]) -> dict[str, float]:
    """Measure a run: the mean over all judged queries, by the measure's name.

    A judged query for which nothing was found counts as 0.
    """
    means = _PROVIDER.calc_aggregate(list(measures), qrels, run)
    return {str(measure): float(means[measure]) for measure in measures}


def measure_queries(
    run: Run, qrels: Qrels, measures: Sequence[Measure]
) -> dict[str, dict[str, float]]:
    """Measure a run query by query: measure → query id → value, `Judged@10` with the rest.

    All judged queries are measured; one for which nothing was found counts as 0.
    """
    wanted = list(dict.fromkeys((*measures, *parse_measures([JUDGED]))))
    found = {query: documents for query, documents in run.items() if documents}
    values = {str(measure): dict.fromkeys(qrels, 0.0) for measure in wanted}
    for metric in _PROVIDER.iter_calc(wanted, qrels, found):
        values[str(metric.measure)][metric.query_id] = float(metric.value)
    return values


def depth_of(measures: Sequence[Measure]) -> int:
    """Tell how many documents a query these measures look at; those without a cutoff, 1,000."""
    return max(int(measure.params.get("cutoff", 1000)) for measure in measures)


def _parse(name: str) -> Measure | None:
    """Parse one name, or return None.

    ir_measures.parse_measure does the same with classes of `ast` that Python 3.14 has removed.
    """
    try:
        node = ast.parse(name.strip(), mode="eval").body
        parameters = {}
        cutoff = None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            cutoff, node = ast.literal_eval(node.right), node.left
        if isinstance(node, ast.Call) and not node.args:
            parameters = {str(word.arg): ast.literal_eval(word.value) for word in node.keywords}
            node = node.func
        if not isinstance(node, ast.Name):
            return None
        base = ir_measures.measures.registry[node.id]
        if cutoff is not None:
            parameters[base.AT_PARAM] = cutoff
        measure: Measure = base(**parameters)
        if measure.params.get("cutoff", 1) < 1:  # ends the whole process within pytrec_eval
            return None
        return measure if _PROVIDER.supports(measure) else None  # type: ignore[no-untyped-call]
    except (SyntaxError, ValueError, KeyError, AssertionError):
        return None
