"""Measure how well cited policies are found, on labelled sentences.

python -m tools.policies FILE.jsonl             precision, recall, names and numbers right
python -m tools.policies FILE.jsonl --wrong     also each sentence that was read wrongly

A line of the file is a sentence with its `text` and its `policies`, each with `start`, `end`,
`name`, `number` and `short_of`; those with the note `bare` are cited without marks and left out.
A policy is found where a span begins and ends where it does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.statements.policies import Policy, find_policies
from tools.markdown import part, table


@dataclass(frozen=True, slots=True)
class Reading:
    """A labelled sentence, and the policies that were found in it."""

    text: str
    labels: tuple[Mapping[str, Any], ...]
    found: tuple[Policy, ...]

    @property
    def pairs(self) -> list[tuple[Mapping[str, Any], Policy]]:
        """The labelled policies that were found, each with what was found of it."""
        places = {(one.start, one.end): one for one in self.found}
        labels = {(label["start"], label["end"]): label for label in self.labels}
        return [(label, places[place]) for place, label in labels.items() if place in places]

    def count(self, key: str) -> int:
        """Count the pairs that agree in a value."""
        return sum(label[key] == getattr(one, key) for label, one in self.pairs)

    @property
    def right(self) -> bool:
        """Whether all was found, with all its values, and nothing else."""
        values = [self.count(key) for key in ("name", "number", "short_of")]
        return {len(self.labels), len(self.found), *values} == {len(self.labels)}


def read(path: Path) -> Iterator[Reading]:
    """Yield the sentences of a file with what is found in them."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        labels = tuple(label for label in row["policies"] if label.get("note") != "bare")
        yield Reading(row["text"], labels, find_policies(row["text"]))


def measures(readings: Iterable[Reading]) -> dict[str, str]:
    """Return the measures by their names."""
    readings = list(readings)
    pairs = sum(len(one.pairs) for one in readings)
    return {
        "precision": part(pairs, sum(len(one.found) for one in readings)),
        "recall": part(pairs, sum(len(one.labels) for one in readings)),
        "names right, of those found": part(sum(one.count("name") for one in readings), pairs),
        "numbers right": part(sum(one.count("number") for one in readings), pairs),
        "short names right": part(sum(one.count("short_of") for one in readings), pairs),
    }


def main(arguments: list[str]) -> None:
    """Print the measures, and what was read wrongly where that is asked for."""
    paths = [Path(one) for one in arguments if not one.startswith("--")]
    if len(paths) != 1:
        raise SystemExit("用法：python -m tools.policies FILE.jsonl [--wrong]（只给一个文件）")
    readings = list(read(paths[0]))
    print(table(("measure", "value"), measures(readings).items()))
    for one in readings if "--wrong" in arguments else ():
        if not one.right:
            print(one.text)
            for label in one.labels:
                print("  labelled", [label[key] for key in ("text", "name", "number", "short_of")])
            for policy in one.found:
                cited = one.text[policy.start : policy.end]
                print("  found   ", [cited, policy.name, policy.number, policy.short_of])


if __name__ == "__main__":
    main(sys.argv[1:])
