"""Measure whether the replies to one matter are found, and what changed from one to the next.

python -m tools.matters                        the samples: counts for both halves
python -m tools.matters --board replies.jsonl  with the board loaded beside them, and its labels
python -m tools.matters --wrong                also the wrong decisions of the open half

`corpus/samples/matters.jsonl` and `tools/board-matters.jsonl` tell for a reply which others are to
the `same` matter, and which are `near` (a part of it, or the like elsewhere) and count neither way;
`corpus/samples/matters-changed.jsonl` which figures differ between two, and which may be said to
(`also`).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.service import Service, open_service
from app.settings import load_settings
from app.views.matters import MatterHistory, MatterReply
from tools.make_samples import HERE, REPLIES
from tools.markdown import share, table
from tools.newest import PAIRED_REPLIES, load_lines

LABELS = HERE / "matters.jsonl"
BOARD_LABELS = Path(__file__).with_name("board-matters.jsonl")
CHANGED = HERE / "matters-changed.jsonl"
HALVES = ("open", "kept")


@dataclass(frozen=True, slots=True)
class Found:
    """A labelled reply, and the names of the others that are said to be to its matter."""

    label: Mapping[str, Any]
    others: frozenset[str]

    @property
    def right(self) -> frozenset[str]:
        """Those that are."""
        return self.others & frozenset(self.label["same"])

    @property
    def wrong(self) -> frozenset[str]:
        """Those that are not, nor near it."""
        return self.others - self.right - frozenset(self.label["near"])

    @property
    def missed(self) -> frozenset[str]:
        """Those that are and were not found."""
        return frozenset(self.label["same"]) - self.others


@dataclass(frozen=True, slots=True)
class Changed:
    """A labelled pair of replies, and the figures that are said to have changed."""

    label: Mapping[str, Any]
    shown: tuple[tuple[str, str], ...]

    @property
    def right(self) -> list[bool]:
        """Tell of each figure that is known to have changed whether it is shown."""
        return [
            any(_tells(shown, known) for shown in self.shown) for known in self.label["changed"]
        ]

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """Those that are shown and have not changed."""
        known = [*self.label["changed"], *self.label["also"]]
        return [shown for shown in self.shown if not any(_tells(shown, each) for each in known)]


def _tells(shown: tuple[str, str], known: Sequence[str]) -> bool:
    return all(one in other or other in one for one, other in zip(shown, known, strict=True))


def names_of(service: Service) -> dict[str, str]:
    """Return what labels call replies by, by their ids; rows of the board by their own ids."""
    names = {}
    for reply in service.home.store.replies(service.home.store.reply_ids()).values():
        name = Path(reply.source).name
        names[reply.id] = reply.id if name == f"replies.jsonl#{reply.id}" else name
    return names


def find(service: Service, labels: Iterable[Mapping[str, Any]]) -> Iterator[Found]:
    """Yield for each labelled reply which others are found."""
    names = names_of(service)
    ids = {name: id for id, name in names.items()}
    for label in labels:
        history = service.matters.through_time(ids[label["reply"]])
        yield Found(label, frozenset(names[one.card.reply_id] for one in _others(history)))


def find_changed(service: Service, labels: Iterable[Mapping[str, Any]]) -> Iterator[Changed]:
    """Yield for each labelled pair what is shown to have changed where the newer is asked for."""
    ids = {name: id for id, name in names_of(service).items()}
    for label in labels:
        history = service.matters.through_time(ids[label["newer"]])
        asked = next(one for one in history.replies if one.asked)
        changes = (each for each in asked.changes if each.since == ids[label["older"]])
        shown = ((each.older.figure, each.newer.figure) for each in changes)
        yield Changed(label, tuple(shown))


def _others(history: MatterHistory) -> Iterator[MatterReply]:
    return (one for one in history.replies if not one.asked)


def count(half: str, found: Iterable[Found]) -> tuple[str, ...]:
    """Return a line of the table of matters."""
    found = [one for one in found if one.label["half"] == half]
    right, wrong, missed = (
        sum(len(getattr(one, name)) for one in found) for name in ("right", "wrong", "missed")
    )
    numbers = (len(found), right + missed, right + wrong, right)
    return (half, *map(str, numbers), share(right, right + wrong), share(right, right + missed))


def count_changed(half: str, found: Iterable[Changed]) -> tuple[str, ...]:
    """Return a line of the table of figures."""
    found = [one for one in found if one.label["half"] == half]
    known = [seen for one in found for seen in one.right]
    shown, wrong = sum(len(one.shown) for one in found), sum(len(one.wrong) for one in found)
    numbers = (len(found), len(known), shown, shown - wrong)
    return (half, *map(str, numbers), share(shown - wrong, shown), share(sum(known), len(known)))


HEADINGS = ("half", "replies", "same", "found", "right", "precision", "recall")
CHANGED_HEADINGS = ("half", "pairs", "changed", "shown", "right", "precision", "recall")


def main() -> None:
    """Print both tables, and with `--wrong` the open half's wrong decisions."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--board", type=Path)
    parser.add_argument("--wrong", action="store_true")
    given = parser.parse_args()
    labels = load_lines(LABELS) + (load_lines(BOARD_LABELS) if given.board else [])
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(Path(folder), encoder="off")
        with open_service(settings) as service:
            service.ingest([REPLIES, PAIRED_REPLIES, *([given.board] if given.board else [])])
            found = list(find(service, _within(service, labels)))
            changed = list(find_changed(service, load_lines(CHANGED)))
    print(table(HEADINGS, (count(half, found) for half in HALVES)))
    print(table(CHANGED_HEADINGS, (count_changed(half, changed) for half in HALVES)))
    if given.wrong:
        for one in found:
            if one.label["half"] == "open" and (one.wrong or one.missed):
                print(one.label["reply"], "wrong", sorted(one.wrong), "missed", sorted(one.missed))
        for pair in changed:
            if pair.label["half"] == "open" and (pair.wrong or not all(pair.right)):
                known = [tuple(each) for each in pair.label["changed"]]
                print(pair.label["newer"], "shown", pair.shown, "known", known)


def _within(service: Service, labels: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield labels without what isn't loaded: rows of the board where it is not."""
    known = set(names_of(service).values())
    for label in labels:
        yield {
            **label,
            **{key: [name for name in label[key] if name in known] for key in ("same", "near")},
        }


if __name__ == "__main__":
    main()
