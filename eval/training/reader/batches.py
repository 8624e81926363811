"""Batches of a pack's examples, each the same for its number and seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eval.training.encoder.batches import iter_by_length, pad
from eval.training.encoder.texts import Ints, Texts
from eval.training.reader.model import Inputs
from eval.training.reader.packed import NOWHERE, Group

_MORE = 8
"""So many times a batch are drawn, and one part of it by length is taken: less is padded."""

_SPECIAL = 4
"""`<s>`, `</s>` twice between the texts, `</s>`."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples one after another.

    :ivar spans: int64 (n, 2), of tokens in the passage, or twice `NOWHERE`.
    :ivar answered: bool (n,).
    """

    questions: Ints
    passages: Ints
    spans: NDArray[np.int64]
    answered: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.questions)

    def take(self, places: NDArray[np.int64]) -> Examples:
        """Return those at these places."""
        return Examples(
            self.questions[places], self.passages[places], self.spans[places], self.answered[places]
        )

    def lengths(self, texts: Texts) -> NDArray[np.int64]:
        """Return the tokens of each, special ones among them."""
        return texts.lengths[self.questions] + texts.lengths[self.passages] + _SPECIAL


def join_groups(groups: Sequence[Group]) -> Examples:
    """Return the examples of groups, one group after another."""
    return Examples(
        np.concatenate([group.questions for group in groups]),
        np.concatenate([group.passages for group in groups]),
        np.concatenate([group.spans for group in groups]).astype(np.int64),
        np.concatenate([np.full(len(group), group.kind.answered) for group in groups]),
    )


class Batches:
    """Draw batches by a step's number alone, so that nothing but it must be kept to go on."""

    def __init__(self, groups: Sequence[Group], texts: Texts, tokens: int, seed: int) -> None:
        self._examples = join_groups(groups)
        self._lengths = self._examples.lengths(texts)
        self._tokens = tokens
        self._seed = seed
        shares = np.array([group.share for group in groups])
        self._shares = shares / shares.sum()
        self._sizes = np.array([len(group) for group in groups])
        self._firsts = np.cumsum(self._sizes) - self._sizes

    def draw(self, step: int) -> Examples:
        """Return the examples of a step: groups by their shares, examples of one alike."""
        random = np.random.default_rng([self._seed, step])
        count = int(_MORE * max(self._tokens / self._lengths.mean(), 1))
        groups = random.choice(len(self._sizes), count, p=self._shares)
        drawn = self._firsts[groups] + (random.random(count) * self._sizes[groups]).astype(np.int64)
        parts = list(iter_by_length(self._lengths[drawn], self._tokens))
        # A part is taken as often as it has examples, so that lengths are learned alike.
        part = random.choice(len(parts), p=np.array([len(part) for part in parts]) / count)
        return self._examples.take(drawn[parts[part]])


class Layout:
    """Lay questions and passages out as a reader reads them."""

    def __init__(self, texts: Texts, tokenizer: str) -> None:
        known = Tokenizer.from_str(tokenizer)
        self._texts = texts
        self._first, self._last, self._filler = (
            np.uint16(known.token_to_id(token) or 0) for token in ("<s>", "</s>", "<pad>")
        )

    def inputs(self, examples: Examples, device: torch.device) -> Inputs:
        """Return what is read of examples."""
        rows, starts, ends = [], [], []
        for question, passage in zip(examples.questions, examples.passages, strict=True):
            asked, said = self._texts[question], self._texts[passage]
            between = [self._last, self._last]
            rows.append(np.concatenate([[self._first], asked, between, said, [self._last]]))
            starts.append(len(asked) + 3)
            ends.append(len(asked) + 3 + len(said))
        ids, mask = pad(rows, int(self._filler))
        places = torch.arange(ids.shape[1])
        begins, stops = (torch.tensor(each)[:, None] for each in (starts, ends))
        passage = (places >= begins) & (places < stops)
        return Inputs(*(part.to(device) for part in (ids, mask, passage)))

    def targets(self, examples: Examples, device: torch.device) -> tuple[torch.Tensor, ...]:
        """Return the first and the last token of each answer among the inputs, int64 (n,).

        `NOWHERE` where none is known.
        """
        shift = self._texts.lengths[examples.questions] + 3
        found = np.where(examples.spans == NOWHERE, NOWHERE, examples.spans + shift[:, None])
        return tuple(torch.from_numpy(found[:, side]).to(device) for side in (0, 1))
