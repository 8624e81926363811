"""Which judged passages a ranking of passages has found.

What is judged need not be cut as the index cuts: judgments outlive a change of the passages' size,
and a judged quote may be a single sentence. A retrieved passage counts as a judged span of its
document where their overlap is at least half of the shorter of the two: a passage that holds a
judged sentence counts as it, and so does a passage out of a judged section; one that a span only
just runs into does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from eval.files.spans import Span, parse_span

T = TypeVar("T")

LEAST_OVERLAP = 0.5
"""The share of the shorter of passage and judged span that both must have in common."""


def same_passage(one: Span, other: Span) -> bool:
    """Tell whether two spans overlap enough to count as one."""
    common = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    return one.document == other.document and common >= LEAST_OVERLAP * shorter


def name_judged(
    ranked: Iterable[tuple[Span, T]], judged: Mapping[str, int]
) -> Iterator[tuple[str, T]]:
    """Yield the ids of one query's passages, judged ones under the ids of their judgments.

    A passage that holds several relevant spans stands for each of them, at places of their own
    behind one another, the highest gain first; one that holds none stands for a span judged not
    relevant, or else for itself. Each judged span is found once: by the first passage that counts
    as it. Further ones stand for themselves, unjudged.

    :param ranked: passages, best first, each with what is to be yielded beside its id.
    :param judged: gains by the ids of spans; other ids are passed over.
    """
    open_spans = {span: gain for id, gain in judged.items() if (span := parse_span(id)) is not None}
    for passage, beside in ranked:
        same = [span for span in open_spans if same_passage(span, passage)]
        relevant = [span for span in same if open_spans[span] > 0]
        relevant.sort(key=lambda span: (-open_spans[span], span.start))
        for span in relevant or same[:1] or [passage]:
            open_spans.pop(span, None)
            yield str(span), beside
