"""Measure whether generated sentences are told from lies by what they cite.

python -m tools.generated             counts for the open half of tests/data/generated.jsonl
python -m tools.generated --wrong     also its wrong decisions
python -m tools.generated --kept      counts for the half that was kept back
python -m tools.generated --sweep     the thresholds of likeness, each alone, on the open half
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from app.generating.check import Source, Sources, find_fault, measure
from app.generating.numbers import in_digits
from app.generating.sentences import read_sentence
from app.wording import chinese_date
from index.answers.matter import Embed
from index.models.encoder import OnnxEncoder
from index.models.static import BUNDLED_MODEL, StaticEmbedder
from tools.markdown import table

CASES = Path(__file__).resolve().parents[1] / "tests" / "data" / "generated.jsonl"


@dataclass(frozen=True, slots=True)
class Decision:
    """A labelled sentence, and what was found wrong with it."""

    case: Mapping[str, Any]
    sentence: Mapping[str, Any]
    fault: str

    @property
    def right(self) -> bool:
        """Whether it is taken where it is supported, and not where it is a lie."""
        return bool(self.sentence["supported"]) == (not self.fault)


def load_cases(half: str) -> list[dict[str, Any]]:
    """Load the labelled passages of a half, each with sentences that cite it."""
    cases = map(json.loads, CASES.read_text("utf-8").splitlines())
    return [case for case in cases if case["half"] == half]


def source_of(case: Mapping[str, Any]) -> Source:
    """Return the passage of a case as it is cited by [1]."""
    about = f"{case['agency']}，{chinese_date(case['date'])}，{case['title']}"
    return Source(1, about, case["text"], date.fromisoformat(case["date"]))


def decide(cases: Iterable[Mapping[str, Any]], embed: Embed) -> Iterator[Decision]:
    """Yield what is found wrong with each sentence."""
    for case in cases:
        sources = Sources([source_of(case)])
        for sentence in case["sentences"]:
            read = read_sentence(sentence["text"])
            known = bool(read.citations) and set(read.citations) <= {1}
            fault = find_fault(read.text, sources, embed) if known else "没有这个出处"
            yield Decision(case, sentence, fault)


def count(decisions: Iterable[Decision]) -> str:
    """Return a table of how many of each kind are taken, and how many refused."""
    decisions = list(decisions)
    kinds = dict.fromkeys((d.sentence["supported"], d.sentence["kind"]) for d in decisions)
    rows = []
    for supported, kind in sorted(kinds, key=lambda each: (not each[0], each[1])):
        of_kind = [d for d in decisions if d.sentence["kind"] == kind]
        rows.append(_row("supported" if supported else "lie", kind, of_kind))
    for supported, name in ((True, "supported"), (False, "lie")):
        rows.append(
            _row(name, "all", [d for d in decisions if d.sentence["supported"] == supported])
        )
    return table(("sentence", "kind", "pairs", "taken", "refused", "right"), rows)


def _row(name: str, kind: str, decisions: list[Decision]) -> tuple[str, ...]:
    taken = sum(not d.fault for d in decisions)
    share = sum(d.right for d in decisions) / len(decisions)
    return name, kind, str(len(decisions)), str(taken), str(len(decisions) - taken), f"{share:.2f}"


def sweep(cases: list[dict[str, Any]]) -> Iterator[str]:
    """Yield for each likeness how well it alone parts the supported from the lies."""
    static, encoder = StaticEmbedder(BUNDLED_MODEL), OnnxEncoder()
    for name, embed in (("static", static.embed_passages), ("encoder", encoder.embed_passages)):
        found: list[tuple[bool, str, float, float]] = []
        for case in cases:
            sources = Sources([source_of(case)])
            for sentence in case["sentences"]:
                text = in_digits(read_sentence(sentence["text"]).text)
                alike, shared = measure(text, sources, embed)
                found.append((sentence["supported"], sentence["kind"], alike, shared))
        for place, what in ((2, f"cosine, {name}"), (3, "shared pairs")):
            rows = []
            for least in np.arange(0.3, 1.0, 0.05):
                kept = [f[place] for f in found if f[0]]
                beside = [f[place] for f in found if f[1] == "uncited"]
                lies = [f[place] for f in found if not f[0]]
                shares = (np.mean([v >= least for v in values]) for values in (kept, lies, beside))
                rows.append((f"{least:.2f}", *(f"{share:.2f}" for share in shares)))
            yield f"{what}\n" + table(("least", "supported", "lies", "uncited"), rows)


def main() -> None:
    """Print the table, and what else is asked for."""
    wanted = set(sys.argv[1:])
    cases = load_cases("kept" if "--kept" in wanted else "open")
    if "--sweep" in wanted:
        print("\n\n".join(sweep(load_cases("open"))))
        return
    decisions = list(decide(cases, StaticEmbedder(BUNDLED_MODEL).embed_passages))
    print(count(decisions))
    if "--wrong" in wanted and "--kept" not in wanted:
        for d in decisions:
            if not d.right:
                print(d.case["id"], d.sentence["kind"], d.sentence["text"], d.fault or "taken")


if __name__ == "__main__":
    main()
