"""Judge which clauses ask, by weights learned from labelled texts, with what the rules found.

`tools.learn_requests` learned the weights from proposals, reports and messages by several hands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from index.ranking.requests.asked import hide_quoted
from index.ranking.requests.chain import (
    BEGIN,
    INSIDE,
    OUT,
    Chain,
    best_labels,
    iter_labelled,
    load_chain,
)
from index.ranking.requests.clauses import cut_clauses
from index.ranking.requests.numbers import find_marks
from index.ranking.requests.points import Span
from index.ranking.requests.tagger import Tagger
from index.ranking.requests.traits import ASKED, POINT, Found, Reading, kind_of, spans_of

WEIGHTS_FILE = Path(__file__).with_name("judge.json")

BESIDE = 0.3
"""What the chain's weights count beside the transformer's: of .3, .5, .7 and 1 the best for hands
that neither had met (docs/evaluation/desk.md)."""


def read(text: str, found: Sequence[Found], formal: bool) -> Reading:
    """Cut a text for the judge.

    :param found: what the rules found, in order.
    """
    clauses = cut_clauses(text, find_marks(text), spans_of(found))
    return Reading(text, hide_quoted(text), kind_of(text, formal), clauses, found)


def judge(
    text: str,
    found: Sequence[Found],
    formal: bool,
    chain: Chain | None = None,
    tagger: Tagger | None = None,
) -> list[Span]:
    """Return the clauses that ask, together where they ask for one thing, in order.

    What asks begins with its sentence: with its reason, and with who is said to ask.

    :param chain: what it goes by; None is what comes with the program.
    :param tagger: what it goes by first of all, where there is one.
    """
    reading = read(text, found, formal)
    clauses, joints = (chain or load_chain(WEIGHTS_FILE)).weigh(*reading.traits())
    if tagger and reading.clauses:
        pairs = zip(tagger.weigh(reading), (clauses, joints), strict=True)
        clauses, joints = ((meant + BESIDE * np.array(said)).tolist() for meant, said in pairs)
    labels = best_labels(clauses, joints, _held(reading))
    return list(_with_reasons(reading, labels))


def _held(reading: Reading) -> dict[int, tuple[int, ...]]:
    """Return what is certain, by clause.

    That are numbered points below a head that asks, of the last its first sentence; and of a
    proposal or a report that something is asked where a sentence says so: 他建议….
    """
    held: dict[int, tuple[int, ...]] = {}
    ruled, of = reading.ruled
    last = max((n for n, each in enumerate(reading.found) if each[2] == POINT), default=-1)
    begun = 0
    for n, says in enumerate(ruled):
        begins = says[0] == "B"
        if begins:
            begun = reading.clauses[n].sentence
        if says[1:] == POINT and (of[n] != last or reading.clauses[n].sentence == begun):
            held[n] = (BEGIN if begins else INSIDE,)
            if begins and n and reading.clauses[n - 1].numbers:
                held[n - 1] = (OUT,)
        elif says == "B" + ASKED and reading.kind != "M" and reading.asks(n):
            held[n] = (BEGIN, INSIDE)
    return held


def _with_reasons(reading: Reading, labels: Sequence[int]) -> Iterator[Span]:
    clauses, free = reading.clauses, 0
    for first, last in iter_labelled(labels):
        begin = first
        while begin > free and reading.is_led(begin):
            begin -= 1
        while begin < last and clauses[begin].numbers:
            begin += 1
        free = last + 1
        if not clauses[begin].numbers:
            yield clauses[begin].start, clauses[last].end
