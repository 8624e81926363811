"""Learn by what requests are judged, and write index/ranking/requests/judge.json anew.

python -m tools.learn_requests FOLDER …             learn from all, and write the weights
python -m tools.learn_requests FOLDER … --across    what each hand gets by the others' weights

Each folder holds the texts of one hand and truth.json, as `tools.requests` reads them
(`FOLDER=HAND` names it). With `--across` a hand of more than 150 texts is not kept out whole,
but in three parts. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.text.chain import BEGIN, INSIDE, OUT, Chain
from index.ranking.requests import judge
from index.ranking.requests.find import apply_rules, find_requests
from index.ranking.requests.traits import Reading
from tools.learn_chain import Labelled, learn, save
from tools.markdown import table
from tools.requests import HEADINGS, Count

WORDS = ("^", "$", "S^", "P^", "P$", "N^", "l1", "l2")
"""What the traits that are words begin with."""

LEAST = -0.2
"""What a clause that asks for nothing weighs more than was learned: a request too many is left out
with one click, one that is missed must be looked for."""

PARTS = 3
MANY = 150
"""So many texts of a hand are kept out in parts, and not all at once."""


@dataclass(frozen=True, slots=True)
class Text:
    """A labelled text.

    :ivar part: what is kept out together with it when each hand is judged by the others' weights.
    """

    name: str
    hand: str
    part: str
    text: str
    requests: Sequence[Mapping[str, int]]

    @property
    def labelled(self) -> Labelled:
        """The text's clauses with what each is."""
        ruled = apply_rules(self.text)
        reading = judge.read(ruled.plain, ruled.found, ruled.formal)
        labels = _labels(reading, self.requests)
        return Labelled(*reading.traits(), labels)


def read(folders: Sequence[tuple[Path, str]]) -> Iterator[Text]:
    """Yield the texts of folders, each with the name of its hand."""
    for folder, hand in folders:
        truth: dict[str, Any] = json.loads((folder / "truth.json").read_text("utf-8"))
        for name, each in sorted(truth.items()):
            part = f"{hand} {zlib.crc32(name.encode()) % PARTS}" if len(truth) > MANY else hand
            text = (folder / name).read_text("utf-8")
            yield Text(name, f"{hand} {each['kind']}", part, text, each["requests"])


def _labels(reading: Reading, requests: Sequence[Mapping[str, int]]) -> list[int]:
    """Return what each clause is; of a proposal or a report what leads to a request is of it."""
    clauses = reading.clauses
    labels = [OUT] * len(clauses)
    for request in requests:
        start, end = request["start"], request["end"]
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
                and clauses[inside[0] - 1].start >= request["context_start"] - 1
            ):
                inside.insert(0, inside[0] - 1)
        for n in inside:
            labels[n] = BEGIN if n == inside[0] else INSIDE
    return labels


def across(texts: Sequence[Text]) -> dict[str, Count]:
    """Return what each hand's texts get by what was learned from the others'."""
    labelled = {id(text): text.labelled for text in texts}
    counts: dict[str, Count] = {}
    for part in dict.fromkeys(text.part for text in texts):
        chain = learn([labelled[id(text)] for text in texts if text.part != part], WORDS, LEAST)
        for text in texts:
            if text.part == part:
                count = counts.setdefault(text.hand, Count())
                count.add(text.name, text.requests, text.text, _find(chain))
    return counts


def _find(chain: Chain) -> Any:
    return lambda text: find_requests(text, chain)


def main() -> None:
    """Learn the weights anew and write them, or print what hands get by the others'."""
    parser = argparse.ArgumentParser(description="Learn by what requests are judged.")
    parser.add_argument("folders", nargs="+", help="FOLDER or FOLDER=HAND")
    parser.add_argument("--across", action="store_true")
    options = parser.parse_args()
    named = (each.partition("=") for each in options.folders)
    texts = list(read([(Path(folder), hand or folder) for folder, _, hand in named]))
    if options.across:
        rows = [count.row(hand) for hand, count in sorted(across(texts).items())]
        print(table(("hand", *HEADINGS[1:]), rows))
        return
    save(learn([text.labelled for text in texts], WORDS, LEAST), judge.WEIGHTS_FILE)


if __name__ == "__main__":
    main()
