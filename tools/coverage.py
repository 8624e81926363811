"""Measure what is found for the requests of proposals, and fit when none is said to be.

    python -m tools.coverage FOLDER --home HOME          by the encoder, where the settings have one
    DAFU_ENCODER=off python -m tools.coverage FOLDER --home HOME
    python -m tools.coverage FOLDER --home HOME --fit    fit `index/answers/precedent*.json` by it

The folder holds texts and truth.json: {file: {requests: [{context_start, start, end, precedents:
[{quote}]}]}}, `precedents` absent or empty where the library has none. A passage is right where it
holds the beginning or the end of such a quote. Requests are taken as they are listed there, and
then as they are found: one that is not found, or cut otherwise, counts as wrong.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.desk.types import Covered
from app.service import Service, open_service
from app.settings import load_settings
from corpus.filters import ANY
from eval.training.fusion import regress
from index.answers.answer import find_answer
from index.answers.confidence import load_confidence
from index.answers.precedent import (
    EVIDENCE,
    PRECEDENT_FILE,
    THRESHOLD,
    Precedence,
    gather_evidence,
)
from index.answers.question import read_question
from index.learned import Regression, encoded_file, name_coefficients, save_regression
from index.ranking.requests.find import Request
from tools.markdown import part, table
from tools.marked import Wanted
from tools.requests import cut_alike, overlap, pair

FIRST = 3
"""So many passages of a request are looked at."""

ENDS = 14
"""Characters of a quote that a passage must hold: passages may part it."""

FOLDS = 8
REPEATED = 10
THRESHOLDS = (0.4, 0.5, THRESHOLD, 0.7)

Truth = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A request as somebody listed it, and what was found for it; None where it was not found."""

    truth: Truth
    covered: Covered | None

    @property
    def has_precedent(self) -> bool:
        """Whether the library holds one."""
        return bool(self.truth.get("precedents"))

    @property
    def says_none(self) -> bool | None:
        """Whether it was said to have none; None where the request was not found."""
        return self.covered.state == "none" if self.covered else None

    def is_in_first(self, shown: bool) -> bool:
        """Tell whether a right passage is among the first; `shown`: of those taken for answers."""
        if self.covered is None:
            return False
        texts = [each.hit.text for each in self.covered.passages]
        if not shown and not texts:
            texts = [hit.text for hit in self.covered.near]
        quotes = [each["quote"] for each in self.truth.get("precedents", ())]
        return any(
            quote[:ENDS] in text or quote[-ENDS:] in text
            for quote in quotes
            for text in texts[:FIRST]
        )


def judge(service: Service, text: str, requests: Sequence[Truth], found: bool) -> list[Judged]:
    """Return what is found for the requests of a text, as listed or as found."""
    if not found:
        covered = service.desk.cover(text, [each["text"] for each in requests])
        return [Judged(*both) for both in zip(requests, covered.requests, strict=True)]
    covered = service.desk.cover(text)
    places = [Request(each.start or 0, each.end or 0, each.text) for each in covered.requests]
    wanted = [Wanted(each["context_start"], each["start"], each["end"]) for each in requests]
    pairs = dict(pair(wanted, places, cut_alike))
    left = [n for n in range(len(places)) if n not in pairs.values()]
    rest = [n for n in range(len(requests)) if n not in pairs]
    alike = pair([wanted[n] for n in rest], [places[n] for n in left], overlap)
    pairs |= {rest[one]: left[other] for one, other in alike}
    return [
        Judged(each, covered.requests[pairs[n]] if n in pairs else None)
        for n, each in enumerate(requests)
    ]


HEADINGS = ("requests", "right in first 3", "of those shown", "无先例 right", "precedents kept")


def shares(judged: Sequence[Judged]) -> tuple[str, ...]:
    """Return the line of a table."""
    there = [each for each in judged if each.has_precedent]
    none = [each for each in judged if not each.has_precedent]
    counts = (
        (sum(each.is_in_first(shown=False) for each in there), there),
        (sum(each.is_in_first(shown=True) for each in there), there),
        (sum(each.says_none is True for each in none), none),
        (sum(each.says_none is False for each in there), there),
    )
    return tuple(part(count, len(whole)) for count, whole in counts)


def read_truth(folder: Path) -> Iterator[tuple[str, list[Truth]]]:
    """Yield each text with the requests listed of it."""
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    for name, each in truth.items():
        text = (folder / name).read_text("utf-8")
        yield text, [{"text": text[r["start"] : r["end"]], **r} for r in each["requests"]]


Example = tuple[int, tuple[float, ...], bool]
"""The number of its text, the evidence, and whether there is a precedent."""


def gather(service: Service, folder: Path) -> list[Example]:
    """Return the evidence of all requests as listed."""
    confidence = load_confidence()
    examples = []
    with service.home.engine() as engine:
        retriever = engine.retriever
        for number, (_, requests) in enumerate(read_truth(folder)):
            for each in requests:
                query = retriever.analyse(each["text"], exactly=True)
                finding = find_answer(retriever, confidence, query, ANY)
                evidence = gather_evidence(
                    finding, read_question(query, retriever.analyser.encoders)
                )
                examples.append((number, evidence, bool(each.get("precedents"))))
    return examples


def cross_validate(examples: Sequence[Example], threshold: float) -> tuple[float, float]:
    """Return how many are rightly said to have no precedent, and how many kept, by others' fits.

    The requests of one text are never parted; the mean of `REPEATED` ways to part them.
    """
    none = kept = 0
    for seed in range(REPEATED):
        folds = list(range(1 + max(number for number, _, _ in examples)))
        random.Random(seed).shuffle(folds)
        for fold in range(FOLDS):
            seen = [each for each in examples if folds[each[0]] % FOLDS != fold]
            fitted = Precedence(*regress([e for _, e, _ in seen], [there for _, _, there in seen]))
            for number, evidence, there in examples:
                if folds[number] % FOLDS == fold:
                    says = fitted.estimate(evidence, deeply=False) >= threshold
                    none += not there and not says
                    kept += there and says
    count = sum(there for _, _, there in examples)
    return none / (REPEATED * (len(examples) - count)), kept / (REPEATED * count)


def fit(service: Service, folder: Path) -> None:
    """Fit and keep the coefficients, with an encoder or without, and print what they are worth."""
    examples = gather(service, folder)
    intercept, values = regress([e for _, e, _ in examples], [there for _, _, there in examples])
    deeply = service.settings.encoder != "off"
    with service.home.engine() as engine:
        model = engine.embedder.name
    regression = Regression(
        name_coefficients(EVIDENCE, values),
        round(intercept, 4),
        fitted_on=f"{len(examples)} requests of proposals, {sum(e[2] for e in examples)} answered",
        model=model,
    )
    path = encoded_file(PRECEDENT_FILE) if deeply else PRECEDENT_FILE
    print(save_regression(regression, path), end="")
    rows = [(f"{t:.2f}", *(f"{v:.3f}" for v in cross_validate(examples, t))) for t in THRESHOLDS]
    print(table(("threshold, by fits on other texts", *HEADINGS[3:]), rows))


def main() -> None:
    """Print the table, or fit."""
    parser = argparse.ArgumentParser(description="Measure coverage.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path, required=True, help="a library with the precedents")
    parser.add_argument("--fit", action="store_true", help="fit by the folder, and keep it")
    options = parser.parse_args()
    with open_service(load_settings(options.home, redact=False)) as service:
        if options.fit:
            fit(service, options.folder)
            return
        rows = []
        for name, found in (("as listed", False), ("as found", True)):
            judged = [
                each
                for text, requests in read_truth(options.folder)
                for each in judge(service, text, requests, found)
            ]
            rows.append((name, *shares(judged)))
        print(table(HEADINGS, rows))


if __name__ == "__main__":
    main()
