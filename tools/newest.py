"""Measure whether what is quoted of an older reply is known to be outdated by a newer one.

python -m tools.newest             counts for both halves of corpus/samples/pairs.jsonl
python -m tools.newest --wrong     also the wrong decisions of the open half
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.parse import parse
from corpus.readers import iter_documents, iter_paths
from corpus.types import Document, ParsedReply, Passage, PassageRole, Reply
from index.answers.matter import Quoted
from index.answers.newest import Newer, find_newer
from index.models.static import BUNDLED_MODEL, StaticEmbedder
from tools.make_samples import HERE, REPLIES
from tools.markdown import share, table

PAIRS = HERE / "pairs.jsonl"
PAIRED_REPLIES = HERE / "pairs-replies.jsonl"
REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Decision:
    """A labelled pair, and what was found of it."""

    pair: Mapping[str, Any]
    newer: Newer | None
    shown: tuple[tuple[str, str], ...]

    @property
    def replaced(self) -> bool:
        """Whether the newer reply does replace what was quoted."""
        return bool(self.pair["label"] == REPLACED)

    @property
    def right(self) -> bool:
        """Whether that was seen."""
        return self.replaced == bool(self.newer)

    @property
    def changes(self) -> list[bool]:
        """Tell of each figure that is known to have changed whether it is shown."""
        return [
            any(old in older and new in newer for older, newer in self.shown)
            for old, new in self.pair.get("changed", ())
        ]


def load_lines(path: Path) -> list[dict[str, Any]]:
    """Load what was labelled, from a file with an object on each line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def load_replies(paths: Iterable[Path] = (REPLIES, PAIRED_REPLIES)) -> dict[str, ParsedReply]:
    """Load the replies by the names that pairs call them by."""
    documents = (
        found
        for path in iter_paths(list(paths))
        if isinstance(path, Path)
        for found in iter_documents(path)
        if isinstance(found, Document)
    )
    return {Path(parsed.reply.source).name: parsed for parsed in map(parse, documents)}


def decide(
    pairs: Iterable[Mapping[str, Any]], replies: Mapping[str, ParsedReply]
) -> Iterator[Decision]:
    """Yield for each pair what is found of it."""
    embed = StaticEmbedder(BUNDLED_MODEL).embed_passages
    substance = {
        parsed.reply.id: [p for p in parsed.passages if p.role is PassageRole.SUBSTANCE]
        for parsed in replies.values()
    }

    def passages_of(reply: Reply) -> list[Passage]:
        return substance[reply.id]

    for pair in pairs:
        older, other = (replies[pair[which]].reply for which in ("older", "newer"))
        start = older.text.index(pair["quote"])
        passage = next(p for p in passages_of(older) if p.start <= start < p.end)
        quoted = Quoted(older, passage, start, start + len(pair["quote"]))
        newer = find_newer(quoted, [other], passages_of, embed)
        changes = newer.changes if newer else ()
        shown = (
            (
                older.text[c.older.clause_start : c.older.clause_end],
                other.text[c.newer.clause_start : c.newer.clause_end],
            )
            for c in changes
        )
        yield Decision(pair, newer, tuple(shown))


def count(name: str, decisions: Iterable[Decision]) -> tuple[str, ...]:
    """Return a line of the table: pairs, marks, and how many of them are right."""
    decisions = list(decisions)
    marked = [d for d in decisions if d.newer]
    right = sum(d.replaced for d in marked)
    replaced = sum(d.replaced for d in decisions)
    changes = [change for d in marked if d.replaced for change in d.changes]
    return (
        *(name, str(len(decisions)), str(replaced), str(len(marked)), str(right)),
        *(share(right, len(marked)), share(right, replaced)),
        f"{sum(changes)} of {len(changes)}",
    )


HEADINGS = ("half", "pairs", "replaced", "marked", "right", "precision", "recall", "changes shown")


def main() -> None:
    """Print the table, and with `--wrong` the open half's wrong decisions."""
    decisions = list(decide(load_lines(PAIRS), load_replies()))
    halves = ("open", "kept")
    rows = (count(half, (d for d in decisions if d.pair["half"] == half)) for half in halves)
    print(table(HEADINGS, rows))
    if "--wrong" in sys.argv[1:]:
        for d in decisions:
            if d.pair["half"] == "open" and not d.right:
                print(d.pair["id"], d.pair["label"], d.pair["quote"], d.shown)


if __name__ == "__main__":
    main()
