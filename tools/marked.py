"""Texts in which people marked the requests: see tools/labels/README.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.training.pairs import iter_rows
from eval.training.plain.questions import digest

LABELS = Path(__file__).with_name("labels")
LEARNED = ("messages.jsonl", "written.jsonl")
STORIES = ("stories.jsonl",)
KEPT = ("messages-kept.jsonl", "written-kept.jsonl", "written-kept-2.jsonl")

UNMET = ("e", "x")
"""The hands that are left out of what is learned, to see what is found of others' texts."""

_MESSAGES = (
    ("board/replies.jsonl", "question"),
    ("train/citizen_title_message.jsonl.gz", "positive"),
)
"""Where messages stand in a data folder, and in which column."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request that somebody marked.

    :ivar context: where what leads to it begins, with its sentence.
    :ivar start: where the ask itself begins.
    """

    context: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its requests, in order.

    :ivar name: what it is told by.
    :ivar hand: who marked it.
    :ivar kind: "message", "proposal" or "report".
    """

    name: str
    hand: str
    kind: str
    text: str
    requests: tuple[Wanted, ...]


def read_marked(files: Sequence[str], data: Path) -> Iterator[Marked]:
    """Yield the texts of files in `LABELS`.

    :param data: the folder of development data, where the messages stand.
    :raises LookupError: where a message doesn't.
    """
    messages = {digest(text): text for text in _iter_messages(data)}
    for file in files:
        for number, line in enumerate((LABELS / file).read_text("utf-8").splitlines(), 1):
            row: dict[str, Any] = json.loads(line)
            text = row.get("text") or messages.get(row["message"])
            if text is None:
                raise LookupError(f"{file}:{number}: no message {row['message']} in {data}")
            wanted = tuple(Wanted(*places) for places in row["requests"])
            yield Marked(f"{file}:{number}", row["hand"], row["kind"], text, wanted)


def _iter_messages(data: Path) -> Iterator[str]:
    for file, column in _MESSAGES:
        yield from (str(row[column]) for row in iter_rows(data / file))
