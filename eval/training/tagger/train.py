"""Learn a tagger of clauses from labelled texts, on a CPU."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence

import torch

from eval.training.encoder.packfile import Start
from eval.training.encoder.trainer import Settings
from eval.training.tagger.model import Example, TaggerModel

TEXTS = 12
"""Texts of a step."""

NEAR = 8
"""Of so many steps' texts those of like lengths are learned from together."""

HEAD_RATE = 1e-3
"""The highest rate of AdamW for the layers above the transformer; its own is in `SETTINGS`."""

WARM = 0.1
"""In which share of the steps the rates rise; then they fall as a cosine."""

SETTINGS = Settings(
    layers=None, rate=1e-4, frozen_embeddings=True, frozen_layers=4, dropout=0.0, seed=1
)
"""The lowest four layers are those that models share."""

Told = Callable[[int, int, float], None]


def learn(start: Start, examples: Sequence[Example], times: float, told: Told) -> TaggerModel:
    """Learn from examples so many times through.

    :param told: called with the steps done, all steps, and the loss of a clause, at each step.
    """
    torch.manual_seed(SETTINGS.seed)
    model = TaggerModel(start, SETTINGS)
    body = [each for each in model.bert.parameters() if each.requires_grad]
    own = {id(each) for each in model.bert.parameters()}
    head = [each for each in model.parameters() if id(each) not in own]
    rates = (SETTINGS.rate, HEAD_RATE)
    optimiser = torch.optim.AdamW(
        [{"params": part, "lr": rate} for part, rate in zip((body, head), rates, strict=True)],
        weight_decay=0.01,
    )
    steps = int(times * len(examples) / TEXTS)
    model.train()
    for step, batch in zip(range(steps), _iter_batches(examples), strict=False):
        share = step / steps
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * min(1.0, share / WARM) * 0.5 * (1 + math.cos(math.pi * share))
        loss = model.loss(batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        told(step + 1, steps, float(loss.detach()))
    return model.eval()


def _iter_batches(examples: Sequence[Example]) -> Iterator[list[Example]]:
    chance = random.Random(SETTINGS.seed)
    left: list[Example] = []
    while True:
        if len(left) < TEXTS:
            more = list(examples)
            chance.shuffle(more)
            left = [*more, *left]
        some = sorted((left.pop() for _ in range(min(NEAR * TEXTS, len(left)))), key=_tokens)
        batches = [some[n : n + TEXTS] for n in range(0, len(some), TEXTS)]
        chance.shuffle(batches)
        yield from (batch for batch in batches if len(batch) == TEXTS)


def _tokens(example: Example) -> int:
    return example.tokens
