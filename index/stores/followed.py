"""How far the indexes in a folder have followed the store: what spares a load comparing all keys.

It is trusted only where each index holds as many passages as it says. Else all keys are compared,
so whatever a kill leaves behind, or somebody deletes, costs time alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from corpus.files import save_text_atomically
from corpus.store.following import Moment

FILE_NAME = "followed.json"


@dataclass(frozen=True, slots=True)
class Followed:
    """Up to which moment of the store, and how many passages each index then held."""

    until: Moment
    passages: int


def load_followed(folder: Path) -> Followed | None:
    """Return what was noted last; None where nothing was, or it can't be read."""
    try:
        values = json.loads((folder / FILE_NAME).read_text("utf-8"))
        until = Moment(int(values["key"]), int(values["removal"]))
        return Followed(until, int(values["passages"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def save_followed(folder: Path, followed: Followed) -> None:
    """Note how far the indexes are; to be called once they are on the disk."""
    until = followed.until
    values = {"key": until.key, "removal": until.removal, "passages": followed.passages}
    save_text_atomically(folder / FILE_NAME, json.dumps(values) + "\n")


def forget_followed(folder: Path) -> None:
    """Have all keys compared the next time."""
    (folder / FILE_NAME).unlink(missing_ok=True)
