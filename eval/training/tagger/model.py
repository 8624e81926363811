"""The tagger of clauses as it is learned: what `index.ranking.requests.tagger` does, in torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from eval.training.encoder.encode import make_learner, mixed_precision
from eval.training.encoder.packfile import Start
from eval.training.encoder.trainer import Settings
from index.models.states import BEGIN, END, iter_windows
from index.ranking.requests.chain import INSIDE, OUT
from index.ranking.requests.tagger import RULES, clause_of, rule_numbers
from index.ranking.requests.traits import Reading

RULE, HIDDEN, DROPPED = 64, 128, 0.2
"""Components of what the rules found, of the recurrent layer's state in each direction, and which
share of what goes in and out of it is dropped while learning."""

_NEVER = -1e4
_FILLER = 1


@dataclass(frozen=True, slots=True)
class Example:
    """A text, cut into tokens and clauses, with what each clause is.

    :ivar windows: the tokens that are read together, and of which clause each is.
    :ivar rules: what the rules found of each clause, int64 (clauses,).
    """

    windows: tuple[tuple[list[int], NDArray[np.int64]], ...]
    rules: NDArray[np.int64]
    labels: Sequence[int]

    @property
    def tokens(self) -> int:
        """How many tokens it has."""
        return sum(len(ids) for ids, _ in self.windows)


def cut_example(reading: Reading, labels: Sequence[int], tokenizer: Tokenizer) -> Example:
    """Cut a text as the product does.

    :param tokenizer: one that leaves nothing out.
    """
    encoding = tokenizer.encode(reading.text, add_special_tokens=False)
    starts = np.array([start for start, _ in encoding.offsets], np.int64)
    of = clause_of(starts, reading.clauses)
    windows = tuple(
        (encoding.ids[begin:end], of[begin:end])
        for begin, end in iter_windows(starts, [clause.start for clause in reading.clauses])
    )
    return Example(windows, rule_numbers(reading), labels)


class TaggerModel(torch.nn.Module):
    """A BERT, pooled by clauses, with a GRU in both directions above, and steps between labels."""

    def __init__(self, start: Start, settings: Settings) -> None:
        """Make one whose layers above the transformer have learned nothing yet."""
        super().__init__()
        self.bert = make_learner(start, settings)
        self.rule = torch.nn.Embedding(RULES, RULE)
        inputs = 2 * self.bert.config.hidden_size + RULE
        self.gru = torch.nn.GRU(inputs, HIDDEN, bidirectional=True, batch_first=True)
        self.out = torch.nn.Linear(2 * HIDDEN, 3)
        self.steps = torch.nn.Parameter(torch.zeros(3, 3))
        self.dropout = torch.nn.Dropout(DROPPED)

    def forward(self, examples: Sequence[Example]) -> Tensor:
        """Return what each clause weighs for each label, float32 (examples, most clauses, 3)."""
        clauses = max(len(each.labels) for each in examples)
        rules = torch.zeros(len(examples), clauses, dtype=torch.long)
        for row, each in enumerate(examples):
            rules[row, : len(each.rules)] = torch.from_numpy(each.rules)
        given = torch.cat([self.dropout(self._pool(examples, clauses)), self.rule(rules)], 2)
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            given, lengths_of(examples), batch_first=True, enforce_sorted=False
        )
        states, _ = torch.nn.utils.rnn.pad_packed_sequence(self.gru(packed)[0], batch_first=True)
        weights: Tensor = self.out(self.dropout(states))
        return weights

    def _pool(self, examples: Sequence[Example], clauses: int) -> Tensor:
        windows = [(row, *each) for row, example in enumerate(examples) for each in example.windows]
        longest = max(len(ids) for _, ids, _ in windows) + 2
        ids = torch.full((len(windows), longest), _FILLER)
        mask = torch.zeros_like(ids)
        for place, (_, tokens, _) in enumerate(windows):
            ids[place, : len(tokens) + 2] = torch.tensor([BEGIN, *tokens, END])
            mask[place, : len(tokens) + 2] = 1
        with mixed_precision("cpu"):
            states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        size = len(examples) * clauses
        own = [states[n, 1 : len(tokens) + 1] for n, (_, tokens, _) in enumerate(windows)]
        vectors = torch.cat(own).float()
        of = torch.cat([torch.from_numpy(of) + row * clauses for row, _, of in windows])
        sums = torch.zeros(size, vectors.shape[1]).index_add(0, of, vectors)
        counts = torch.bincount(of, minlength=size).clamp(min=1)[:, None]
        largest = torch.full_like(sums, -5.0).scatter_reduce(
            0, of[:, None].expand_as(vectors), vectors, "amax"
        )
        return torch.cat([sums / counts, largest], 1).view(len(examples), clauses, -1)

    def allowed_steps(self) -> Tensor:
        """Return what each step from a label to the next weighs, float32 (3, 3)."""
        never = torch.zeros(3, 3)
        never[OUT, INSIDE] = _NEVER
        return self.steps + never

    def loss(self, examples: Sequence[Example]) -> Tensor:
        """Return the negative log likelihood of the labels, for each clause.

        That of a conditional random field over a chain (Lafferty et al., 2001).
        """
        weights, lengths, steps = self(examples), lengths_of(examples), self.allowed_steps()
        rows = torch.arange(len(examples))
        labels = torch.zeros(weights.shape[:2], dtype=torch.long)
        for row, each in enumerate(examples):
            labels[row, : len(each.labels)] = torch.tensor(list(each.labels))
        first = torch.zeros(3)
        first[INSIDE] = _NEVER
        ahead, score = weights[:, 0] + first, weights[rows, 0, labels[:, 0]]
        for place in range(1, weights.shape[1]):
            there = lengths > place
            onward = torch.logsumexp(ahead[:, :, None] + steps, 1) + weights[:, place]
            ahead = torch.where(there[:, None], onward, ahead)
            step = steps[labels[:, place - 1], labels[:, place]]
            gained = step + weights[rows, place, labels[:, place]]
            score = score + torch.where(there, gained, 0.0)
        loss: Tensor = (torch.logsumexp(ahead, 1) - score).sum() / lengths.sum()
        return loss


def lengths_of(examples: Sequence[Example]) -> Tensor:
    """Return how many clauses each has, int64 (examples,)."""
    return torch.tensor([len(each.labels) for each in examples])
