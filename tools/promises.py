"""Measure how well promises are found, on labelled sentences.

python -m tools.promises FILE.jsonl             precision, recall, dates and names right
python -m tools.promises FILE.jsonl --wrong     also each sentence that was read wrongly

A line of the file is a sentence with its `text`, the date of its reply (`dated`), and its
`promises`, each with `start`, `end`, `by` and `who`. A promise is found where a span overlaps
it by half of what both cover together.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.statements.promises import Promise, find_promises
from tools.markdown import part, table

OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """A labelled sentence, and the promises that were found in it."""

    row: Mapping[str, Any]
    found: tuple[Promise, ...]

    @property
    def pairs(self) -> list[tuple[Mapping[str, Any], Promise]]:
        """The labelled promises that were found, each with what was found of it."""
        left = list(self.found)
        pairs = []
        for label in self.row["promises"]:
            best = max(left, key=lambda one: overlap(label, one), default=None)
            if best and overlap(label, best) >= OVERLAP:
                left.remove(best)
                pairs.append((label, best))
        return pairs

    @property
    def dates_right(self) -> int:
        """How many of the pairs have the same last day, or none alike."""
        return sum(label["by"] == one.by for label, one in self.pairs)

    @property
    def who_right(self) -> int:
        """How many of the pairs name the same as who will do it, or nobody alike."""
        text = self.row["text"]
        return sum(
            label["who"] == (text[slice(*one.who)] if one.who else None)
            for label, one in self.pairs
        )

    @property
    def right(self) -> bool:
        """Whether all was found, with its dates, and nothing else."""
        return len(self.row["promises"]) == len(self.found) == self.dates_right


def overlap(label: Mapping[str, Any], found: Promise) -> float:
    """Return the part of what both cover together that both cover."""
    common = min(label["end"], found.end) - max(label["start"], found.start)
    both = max(label["end"], found.end) - min(label["start"], found.start)
    return float(max(0, common) / both)


def read(path: Path) -> Iterator[Reading]:
    """Yield the sentences of a file with what is found in them."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield Reading(row, find_promises(row["text"], row["dated"]))


def measures(readings: Iterable[Reading]) -> dict[str, str]:
    """Return the measures by their names."""
    readings = list(readings)
    labelled = sum(len(one.row["promises"]) for one in readings)
    found = sum(len(one.found) for one in readings)
    pairs = sum(len(one.pairs) for one in readings)
    dates = sum(one.dates_right for one in readings)
    holds = [bool(one.row["promises"]) for one in readings]
    told = [bool(one.found) for one in readings]
    both = sum(a and b for a, b in zip(holds, told, strict=True))
    return {
        "promises: precision": part(pairs, found),
        "promises: recall": part(pairs, labelled),
        "dates right, of those found": part(dates, pairs),
        "who right": part(sum(one.who_right for one in readings), pairs),
        "sentences: precision": part(both, sum(told)),
        "sentences: recall": part(both, sum(holds)),
    }


def main(arguments: list[str]) -> None:
    """Print the measures, and what was read wrongly where that is asked for."""
    paths = [Path(one) for one in arguments if not one.startswith("--")]
    if len(paths) != 1:
        raise SystemExit("用法：python -m tools.promises FILE.jsonl [--wrong]（只给一个文件）")
    readings = list(read(paths[0]))
    print(table(("measure", "value"), measures(readings).items()))
    for one in readings if "--wrong" in arguments else ():
        if not one.right:
            text = one.row["text"]
            print(one.row.get("id"), one.row["dated"], one.row.get("not") or "", text)
            for label in one.row["promises"]:
                print("  labelled", text[label["start"] : label["end"]], label["by"])
            for promise in one.found:
                print("  found   ", text[promise.start : promise.end], promise.by)


if __name__ == "__main__":
    main(sys.argv[1:])
