"""Learn by what requests are judged, and write index/ranking/requests/judge.json anew.

python -m tools.learn_requests --data DATA             learn, and write the weights
python -m tools.learn_requests --data DATA --across    what each hand gets by the others' weights

Needs scikit-learn.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from index.ranking.requests import judge
from index.ranking.requests.chain import BEGIN, INSIDE, OUT
from index.ranking.requests.find import apply_rules, find_requests
from index.ranking.requests.traits import Reading
from tools.learn_chain import Labelled, learn, save
from tools.markdown import table
from tools.marked import LEARNED, STORIES, UNMET, Marked, Wanted, read_marked
from tools.requests import HEADINGS, Count

WORDS = ("^", "$", "S^", "P^", "P$", "N^", "l1", "l2")
"""What the traits that are words begin with."""

STORIES_COUNT = 12
"""How often each text of the tests of requests counts: with 4 one of these stays wrong."""

LEAST = -0.2
"""What a clause that asks for nothing weighs more than was learned: a request too many is left out
with one click, one that is missed must be looked for."""


def label(marked: Marked) -> Labelled:
    """Return a text's clauses with what each is."""
    ruled = apply_rules(marked.text)
    reading = judge.read(ruled.plain, ruled.found, ruled.formal)
    return Labelled(*reading.traits(), label_clauses(reading, marked.requests))


def label_clauses(reading: Reading, requests: Sequence[Wanted]) -> list[int]:
    """Return what each clause is; of a proposal or a report what leads to a request is of it."""
    clauses = reading.clauses
    labels = [OUT] * len(clauses)
    for request in requests:
        start, end = request.start, request.end
        inside = [
            n
            for n, clause in enumerate(clauses)
            if 2 * (min(clause.end, end) - max(clause.start, start))
            > min(clause.end - clause.start, end - start)
        ]
        if inside and reading.kind != "M":
            while (
                inside[0] > 0
                and reading.is_led(inside[0])
                and labels[inside[0] - 1] == OUT
                and clauses[inside[0] - 1].start >= request.context - 1
            ):
                inside.insert(0, inside[0] - 1)
        for n in inside:
            labels[n] = BEGIN if n == inside[0] else INSIDE
    return labels


def across(texts: Sequence[Marked]) -> dict[str, Count]:
    """Return what each hand's texts get by what was learned from the others'."""
    labelled = {text.name: label(text) for text in texts}
    counts: dict[str, Count] = {}
    for hand in dict.fromkeys(text.hand for text in texts):
        chain = learn([labelled[text.name] for text in texts if text.hand != hand], WORDS, LEAST)
        for text in texts:
            if text.hand == hand:
                found = find_requests(text.text, chain)
                counts.setdefault(f"{hand}, {text.kind}", Count()).add(text, found)
    return counts


def main() -> None:
    """Learn the weights anew and write them, or print what hands get by the others'."""
    parser = argparse.ArgumentParser(description="Learn by what requests are judged.")
    parser.add_argument("--data", type=Path, required=True, help="where the messages stand")
    parser.add_argument("--across", action="store_true")
    options = parser.parse_args()
    texts = list(read_marked(LEARNED, options.data))
    stories = list(read_marked(STORIES, options.data))
    if options.across:
        rows = [count.row(hand) for hand, count in sorted(across(texts).items())]
        print(table(("hand", *HEADINGS[1:]), rows))
        return
    met = [text for text in texts if text.hand not in UNMET]
    learned = [label(text) for text in (*met, *stories * STORIES_COUNT)]
    save(learn(learned, WORDS, LEAST), judge.WEIGHTS_FILE)


if __name__ == "__main__":
    main()
