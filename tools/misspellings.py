"""Measure what becomes of misspelt questions, and of those that are spelt right.

    python -m tools.misspellings --confusions DATA/train/typo_confusion.jsonl.gz SET…

prints lines of Markdown for each test set, anything that `dafu eval run` takes without `--qrels`:
how many of its questions are changed as they stand; then, with one word of each misspelt in one of
the ways of `KINDS`, how many are read right and how well replies are ranked. The file has, one JSON
object a line, a `char` and under the names of kinds those that are taken for it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from corpus.progress import say_nothing
from corpus.text.simplified import simplify
from eval.collection import Collection
from eval.data.beir import BeirSet
from eval.data.spans import Level
from eval.sets import JudgedSource, open_judged
from index.text.language.language import ALL_PARTS, Part
from index.text.language.reading import ReadAs
from index.text.language.spelling import LEAST
from index.text.segment import Segmenter
from tools.ablation import Variant, measure, take_first, with_language

KINDS = ("same_sound", "near_sound", "similar_shape", "missing")
"""Of the table a character of the same sound, of a like one, of like shape; or one left out."""

MEASURE = "nDCG@10"
SEED = 5
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")

Confusions = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A question with one word misspelt, and the word."""

    text: str
    word: str


def load_confusions(path: Path) -> Confusions:
    """Load which characters are taken for each, by kind."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return {row["char"]: row for row in map(json.loads, lines)}


class Misspeller:
    """Misspell questions, always in the same way."""

    def __init__(self, confusions: Confusions, usual: Mapping[str, int]) -> None:
        """Take how usual characters are: who errs takes a usual one for the right one."""
        self._confusions = confusions
        self._usual = usual
        self._segmenter = Segmenter()
        self._chance = random.Random(SEED)

    def misspell(self, text: str, kind: str) -> Misspelt | None:
        """Misspell a word of a text, in simplified characters; None where it has none to."""
        chance = self._chance
        words = [(start, word) for start, word in self._words(text) if _HAN.fullmatch(word)]
        chance.shuffle(words)
        for start, word in words:
            places = [*range(len(word))]
            chance.shuffle(places)
            for place in places:
                for wrong in self._wrong(word, place, kind):
                    head, tail = text[: start + place], text[start + place + 1 :]
                    return Misspelt(head + wrong + tail, word)
        return None

    def _wrong(self, word: str, place: int, kind: str) -> Iterator[str]:
        if kind == "missing":
            yield from [""] if len(word) > 2 else []
            return
        others = self._confusions.get(word[place], {}).get(kind, "")
        weights = [math.sqrt(self._usual.get(other, 0)) for other in others]
        if any(weights):
            yield from self._chance.choices(others, weights)

    def _words(self, text: str) -> Iterator[tuple[int, str]]:
        inner, start = self._segmenter.inner_places(text), 0
        for end in range(1, len(text) + 1):
            if end not in inner:
                yield start, text[start:end]
                start = end


def count_changed(collection: Collection, judged: BeirSet) -> int:
    """Count the questions that are looked up otherwise than they stand."""
    analyse = collection.engine.retriever.analyse
    return sum(bool(analyse(text).read_as) for text in judged.queries.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of questions that were misspelt in one way.

    `right` came out as they were, `known` ones had a word of the library misspelt, of which
    `right_known` came out right; `otherwise` were changed to something else. The means are of the
    questions as they were, misspelt, and misspelt with correction.
    """

    asked: int
    right: int
    known: int
    right_known: int
    otherwise: int
    means: tuple[float, float, float]


def measure_misspelt(
    collection: Collection, judged: BeirSet, misspelt: Mapping[str, Misspelt]
) -> Outcome:
    """Ask questions as they were, and misspelt, with correction and without."""
    retriever = collection.engine.retriever
    vocabulary = retriever.library.vocabulary
    asked = {id: simplify(judged.queries[id]) for id in misspelt}
    changed = {id: retriever.analyse(each.text).read_as for id, each in misspelt.items()}
    right = {id for id in misspelt if _apply(misspelt[id].text, changed[id]) == asked[id]}
    known = {id for id, each in misspelt.items() if vocabulary.count(each.word) >= LEAST}
    plain = Variant("without", change=with_language(ALL_PARTS - {Part.SPELLING}))
    qrels = {id: judged.qrels[id] for id in misspelt}
    before = replace(judged, queries=asked, qrels=qrels)
    wrong = replace(before, queries={id: each.text for id, each in misspelt.items()})
    runs = (
        measure(collection, before, plain),
        measure(collection, wrong, plain),
        measure(collection, wrong, Variant("with")),
    )
    first, second, third = (fmean(run.values[MEASURE].values()) for run in runs)
    return Outcome(
        asked=len(misspelt),
        right=len(right),
        known=len(known),
        right_known=len(right & known),
        otherwise=sum(bool(changes) and id not in right for id, changes in changed.items()),
        means=(first, second, third),
    )


def _apply(text: str, read_as: tuple[ReadAs, ...]) -> str:
    for each in read_as:
        text = text.replace(each.typed, each.read)
    return text


def main() -> None:
    """Measure each test set, and print what came of it."""
    parser = argparse.ArgumentParser(description="Measure what becomes of misspelt questions.")
    parser.add_argument("sets", nargs="+", type=Path, help="folders of test sets")
    parser.add_argument("--confusions", type=Path, required=True, help=".jsonl.gz of characters")
    parser.add_argument("--most", type=int, help="so many queries of each set, the first ones")
    options = parser.parse_args()
    confusions = load_confusions(options.confusions)
    for folder in options.sets:
        source = JudgedSource(folder, Path())
        with open_judged(source, "bundled", say_nothing, level=Level.REPLY) as (collection, judged):
            judged = take_first(judged, options.most)
            changed = count_changed(collection, judged)
            print(f"{folder.name}: {changed} of {len(judged.queries)} changed as they stand\n")
            texts = collection.engine.store.replies(collection.engine.store.reply_ids()).values()
            usual = Counter("".join(reply.text for reply in texts))
            for kind in KINDS:
                misspeller = Misspeller(confusions, usual)
                misspelt = {
                    id: made
                    for id, text in judged.queries.items()
                    if (made := misspeller.misspell(simplify(text), kind))
                }
                print(describe(kind, measure_misspelt(collection, judged, misspelt)), flush=True)


def describe(kind: str, outcome: Outcome) -> str:
    """Return a row of a table in Markdown."""
    cells = (
        f"{kind.replace('_', ' ')}",
        f"{outcome.asked}",
        f"{outcome.right / outcome.asked:.0%}",
        f"{outcome.right_known / max(outcome.known, 1):.0%} of {outcome.known}",
        f"{outcome.otherwise / outcome.asked:.1%}",
        *(f"{mean:.4f}" for mean in outcome.means),
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
