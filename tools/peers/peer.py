"""What another program is, and what it is given: the same passages, tokens, vectors and queries.

What has a lexical leg is given the tokens that Dafu indexes, parted by spaces where it wants a
text; what has a dense leg is given Dafu's vectors. Each finds the 100 best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.text.segment import Segmenter

Vectors = NDArray[np.float32]

FOUND = 100
"""How many passages each leg is asked for."""

BATCH = 1000
"""How many passages are handed over at a time, to what wants them in parts."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is indexed: keys, texts and float32 (n, dimension) vectors of length 1, in one order."""

    keys: list[int]
    texts: list[str]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class PeerQuery:
    """A query; its vector is float32 (dimension,)."""

    text: str
    vector: Vectors


Search = Callable[[PeerQuery], list[int]]
"""Returns the keys of the best passages, best first."""


class Peer(Protocol):
    """Another program."""

    @property
    def distributions(self) -> tuple[str, ...]:
        """Its packages as pip names them."""
        ...

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules that are used of them."""
        ...

    def build(self, material: Material, folder: Path) -> dict[str, Search]:
        """Index, in a folder if it keeps anything on the disk; return a search for each leg.

        The legs are "lexical", "dense" and, where the program puts both together, "fused".
        """
        ...


class Tokens:
    """The tokens that Dafu indexes: words, then bigrams."""

    def __init__(self) -> None:
        self._segmenter = Segmenter()

    def __call__(self, text: str) -> list[str]:
        """Return the tokens of a text."""
        tokens = self._segmenter.segment(text)
        return [*tokens.words, *tokens.bigrams]

    def joined(self, text: str) -> str:
        """Return the tokens of a text, parted by spaces."""
        return " ".join(self(text))
