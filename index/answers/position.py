"""Where a reply states its position on a matter: the one sentence to show of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from corpus.text.sentences import sentence_spans
from index.answers.figures import find_figures
from index.answers.matter import Embed, Quoted, cosines
from index.stores.texts import searchable_text

SHORTEST = 8
"""A sentence of fewer characters is a heading or half of one."""

FIGURES, CHANGED = 0.1, 0.4
"""What it counts, beside cosines, that a sentence states a figure or a date to go by, and one that
another reply states otherwise. Set by hand on the open half of the labelled matters."""


def find_position(
    spans: Sequence[Quoted], about: str, said: str, marked: Collection[int], embed: Embed
) -> tuple[int, int] | None:
    """Return where the spans of a reply say what is most to the point; None where they say nothing.

    :param about: the matter in words.
    :param said: what another reply, or a quote of it, says of it.
    :param marked: where figures begin that another reply states otherwise.
    """
    sentences = [
        (span, start, end)
        for span in spans
        for start, end in sentence_spans(span.reply.text, span.start, span.end)
        if end - start >= SHORTEST and span.reply.text[start:end] not in span.passage.heading_path
    ]
    if not sentences:
        return None
    text = searchable_text(spans[0].reply)
    likeness = cosines([about, said], [text[start:end] for _, start, end in sentences], embed)
    stated = np.array([bool(find_figures(text, start, end)) for _, start, end in sentences])
    changed = np.array(
        [any(start <= place < end for place in marked) for _, start, end in sentences]
    )
    score = likeness.sum(axis=0) + FIGURES * stated + CHANGED * changed
    _, start, end = sentences[int(score.argmax())]
    return start, end
