"""Measure how well the requests of proposals and messages are found and cut.

python -m tools.requests --data DATA            precision and recall over the texts learned from
python -m tools.requests --data DATA --wrong    also what was missed and what was found too much
python -m tools.requests --data DATA --kept     over those that are kept from all eyes
python -m tools.requests --data DATA --chain    as it judges without the transformer

A request counts as found where something ends within 3 characters of its end and begins between
`context` (what leads to it may be taken along) and 3 characters behind its start; strictly where
both overlap by .8 of what they cover together.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.ranking.requests.find import Request, find_requests
from index.ranking.requests.tagger import Tagger
from tools.markdown import share, table
from tools.marked import KEPT, LEARNED, Marked, Wanted, read_marked

NEAR = 3
OVERLAP = 0.8


def cut_alike(wanted: Wanted, found: Request) -> bool:
    """Tell whether a request was cut as wanted, or with what leads to it."""
    begins = wanted.context <= found.start <= wanted.start + NEAR
    return begins and abs(found.end - wanted.end) <= NEAR


def overlap(wanted: Wanted, found: Request) -> bool:
    """Tell whether a request and what was found share nearly all of their characters."""
    shared = min(wanted.end, found.end) - max(wanted.start, found.start)
    return shared >= OVERLAP * (max(wanted.end, found.end) - min(wanted.start, found.start))


def pair(
    wanted: Sequence[Wanted], found: Sequence[Request], alike: Callable[[Wanted, Request], bool]
) -> list[tuple[int, int]]:
    """Return which request was found as which, each once."""
    pairs, free = [], list(range(len(found)))
    for number, each in enumerate(wanted):
        for other in free:
            if alike(each, found[other]):
                pairs.append((number, other))
                free.remove(other)
                break
    return pairs


@dataclass(slots=True)
class Count:
    """How many requests are wanted, found, and found rightly."""

    wanted: int = 0
    found: int = 0
    right: int = 0
    overlapping: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, marked: Marked, found: Sequence[Request]) -> None:
        """Count what is found in a text."""
        name, text, wanted = marked.name, marked.text, marked.requests
        pairs = pair(wanted, found, cut_alike)
        self.wanted += len(wanted)
        self.found += len(found)
        self.right += len(pairs)
        self.overlapping += len(pair(wanted, found, overlap))
        missed = set(range(len(wanted))) - {number for number, _ in pairs}
        extra = set(range(len(found))) - {other for _, other in pairs}
        self.wrong += [f"{name} - {text[wanted[n].start : wanted[n].end]}" for n in sorted(missed)]
        self.wrong += [f"{name} + {found[n].text}" for n in sorted(extra)]

    def row(self, name: str) -> tuple[str, ...]:
        """Return a line of the table."""
        shares = (
            share(part, whole, 3)
            for part in (self.right, self.overlapping)
            for whole in (self.found, self.wanted)
        )
        return (name, str(self.wanted), str(self.found), *shares)


HEADINGS = ("kind", "wanted", "found", "precision", "recall", "precision, .8", "recall, .8")


def measure(texts: Iterable[Marked], tagger: Tagger | None = None) -> dict[str, Count]:
    """Count the requests of texts by hand and kind, and of all."""
    counts: dict[str, Count] = defaultdict(Count)
    for each in texts:
        found = find_requests(each.text, tagger=tagger)
        for kind in (f"{each.hand}, {each.kind}", "all"):
            counts[kind].add(each, found)
    return dict(counts)


def main() -> None:
    """Print the table, and with `--wrong` what was cut wrongly."""
    parser = argparse.ArgumentParser(description="Measure how requests are found.")
    parser.add_argument("--data", type=Path, required=True, help="where the messages stand")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--wrong", action="store_true")
    how.add_argument("--kept", action="store_true")
    parser.add_argument("--chain", action="store_true", help="without the transformer")
    options = parser.parse_args()
    texts = read_marked(KEPT if options.kept else LEARNED, options.data)
    counts = measure(texts, None if options.chain else Tagger())
    whole = counts.pop("all")
    print(table(HEADINGS, [*(c.row(kind) for kind, c in counts.items()), whole.row("all")]))
    if options.wrong:
        print("\n".join(each.replace("\n", "⏎") for each in whole.wrong))


if __name__ == "__main__":
    main()
