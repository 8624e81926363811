"""Measure whether later replies that speak to a promise are found, with the right sentence.

python -m tools.later             counts for both halves of tests/data/later.jsonl
python -m tools.later --wrong     also the wrong decisions of the open half
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from corpus.types import Passage, PassageRole, Reply
from index.answers.later import Later, find_later
from index.answers.matter import Quoted
from index.models.static import BUNDLED_MODEL, StaticEmbedder
from tools.markdown import share, table
from tools.newest import load_lines, load_replies

CASES = Path(__file__).resolve().parents[1] / "tests" / "data" / "later.jsonl"


@dataclass(frozen=True, slots=True)
class Decision:
    """A labelled promise, and what was found to speak to it."""

    case: Mapping[str, Any]
    found: tuple[Later, ...]

    @property
    def right(self) -> int:
        """How many of what was found is as labelled."""
        quotes = [quote for _, quote in self.case["speaks"]]
        return sum(
            any(one.reply.text[one.start : one.end] == quote for quote in quotes)
            for one in self.found
        )


def decide(cases: Iterable[Mapping[str, Any]]) -> Iterator[Decision]:
    """Yield for each case what is found of it."""
    cases = list(cases)
    embed = StaticEmbedder(BUNDLED_MODEL).embed_passages
    rows = {
        f"{case['id']}-{number}": reply
        for case in cases
        for number, reply in enumerate((case["older"], *case["later"]))
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        lines = (
            {"id": id, "title": r["title"], "agency": r["agency"], "replied": r["date"]}
            | {"reply": r["text"]}
            for id, r in rows.items()
        )
        path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
        loaded = load_replies([path])
    parsed = {name.partition("#")[2]: each for name, each in loaded.items()}
    substance = {
        each.reply.id: [p for p in each.passages if p.role is PassageRole.SUBSTANCE]
        for each in parsed.values()
    }

    def passages_of(reply: Reply) -> list[Passage]:
        return substance[reply.id]

    for case in cases:
        older = parsed[f"{case['id']}-0"].reply
        start = older.text.index(case["promise"])
        passage = next(p for p in passages_of(older) if p.start <= start < p.end)
        quoted = Quoted(older, passage, start, start + len(case["promise"]))
        others = [parsed[f"{case['id']}-{n + 1}"].reply for n in range(len(case["later"]))]
        yield Decision(case, find_later(quoted, others, passages_of, embed))


def count(name: str, decisions: Iterable[Decision]) -> tuple[str, ...]:
    """Return a line of the table."""
    decisions = list(decisions)
    found = sum(len(d.found) for d in decisions)
    right = sum(d.right for d in decisions)
    wanted = sum(len(d.case["speaks"]) for d in decisions)
    return (
        *(name, str(len(decisions)), str(wanted), str(found), str(right)),
        *(share(right, found), share(right, wanted)),
    )


HEADINGS = ("half", "promises", "spoken to", "found", "right", "precision", "recall")


def main() -> None:
    """Print the table, and with `--wrong` the open half's wrong decisions."""
    decisions = list(decide(load_lines(CASES)))
    rows = (
        count(half, (d for d in decisions if d.case["half"] == half)) for half in ("open", "kept")
    )
    print(table(HEADINGS, rows))
    if "--wrong" in sys.argv[1:]:
        for d in decisions:
            if d.case["half"] == "open" and (
                d.right != len(d.found) or d.right != len(d.case["speaks"])
            ):
                shown = [one.reply.text[one.start : one.end] for one in d.found]
                print(d.case["id"], d.case["promise"], d.case["speaks"], shown)


if __name__ == "__main__":
    main()
