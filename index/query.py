"""A query as a search takes it, analysed once for all that needs it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.language.keys import NONE, Keys
from index.lexical import LexicalTerm
from index.score import QueryTerms


@dataclass(frozen=True, slots=True)
class Query:
    """A query as both legs see it: its terms and words, weighed, and its vector.

    The vector is float32 (dimension,). `others` are looked up beside its own terms: what it says
    may be said otherwise. `keys` are the numbers of documents that it names. `requests` are those
    that it lists, as queries of their own.
    """

    text: str
    terms: QueryTerms
    words: QueryTerms
    vector: NDArray[np.float32]
    others: tuple[LexicalTerm, ...] = ()
    keys: Keys = NONE
    requests: tuple[Query, ...] = ()
