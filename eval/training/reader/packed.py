"""The pack: what a training of a reader starts from and learns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.training.encoder.packfile import PackFile, Start, load_packfile, save_packfile
from eval.training.encoder.texts import Ints, Texts
from eval.training.reader.asked import Kind

NOWHERE = -1
"""In the place of a span where none is known."""


@dataclass(frozen=True, slots=True)
class Group:
    """Examples of one source and one kind, as numbers of texts.

    :ivar share: the part of what is learned that it fills, relative to the other groups.
    :ivar questions: int32 (n,).
    :ivar passages: int32 (n,).
    :ivar spans: int16 (n, 2); the first and the last token of the answer in the passage, or twice
        `NOWHERE`.
    """

    source: str
    kind: Kind
    share: float
    questions: Ints
    passages: Ints
    spans: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.questions)

    def first(self, most: int) -> Group:
        """Return the first of these examples, at most so many."""
        parts = (self.questions[:most], self.passages[:most], self.spans[:most])
        return replace(self, questions=parts[0], passages=parts[1], spans=parts[2])


@dataclass(frozen=True, slots=True)
class Pack:
    """What one training needs.

    :ivar held: groups that are only measured with; none of their documents is learned.
    """

    start: Start
    texts: Texts
    learned: tuple[Group, ...]
    held: tuple[Group, ...]


_PARTS = ("questions", "passages", "spans")


def save_pack(pack: Pack, path: Path) -> int:
    """Write a pack as one file; return its size in bytes."""
    groups = {"learned": pack.learned, "held": pack.held}
    arrays = dict(pack.texts.arrays())
    for name, each in groups.items():
        for place, group in enumerate(each):
            arrays.update({f"{name}/{place}/{part}": getattr(group, part) for part in _PARTS})
    described = {
        name: [[group.source, group.kind, group.share] for group in each]
        for name, each in groups.items()
    }
    return save_packfile(PackFile(pack.start, arrays, described), path)


def load_pack(path: Path) -> Pack:
    """Read what `save_pack` wrote."""
    file = load_packfile(path)

    def groups(name: str) -> tuple[Group, ...]:
        return tuple(
            Group(
                source,
                Kind(kind),
                share,
                file.arrays[f"{name}/{place}/questions"].astype(np.int32),
                file.arrays[f"{name}/{place}/passages"].astype(np.int32),
                file.arrays[f"{name}/{place}/spans"].astype(np.int16),
            )
            for place, (source, kind, share) in enumerate(file.described[name])
        )

    return Pack(file.start, Texts.of_arrays(file.arrays), groups("learned"), groups("held"))
