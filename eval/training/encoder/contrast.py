"""Train an encoder contrastively from a pack, within so many minutes.

    python -m eval.training.encoder.contrast PACK --out FOLDER --minutes 8

With `--parts` it needs torch, numpy, safetensors, tokenizers and transformers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax

from eval.training.encoder.batches import Batches, Room
from eval.training.encoder.command import carry_out, device_name, read_settings, training_parser
from eval.training.encoder.encode import (
    Encoder,
    Teacher,
    make_encoder,
    make_learner,
    measure,
    take_tensors,
)
from eval.training.encoder.packed import Pack, load_pack
from eval.training.encoder.packfile import Start
from eval.training.encoder.trainer import Settings
from eval.training.encoder.transformer import save_transformer

_ROOM = {"cuda": Room(98_304, 1024, 1), "cpu": Room(4096, 64, 1)}
"""Tokens, before padding: up to some 50 GB of a GPU's memory for 12 layers."""

LIKELY_RIGHT = 0.1
"""A passage that is nearer to a query than its answer by so much may answer it as well (Zhang et
al., Qwen3 Embedding, 2025), and is no negative."""


@dataclass(frozen=True, slots=True)
class ContrastSettings(Settings):
    """What a contrastive training is told.

    :ivar taught: whether the student learns from a teacher as well.
    """

    temperature: float
    taught: bool
    room: Room


class Contrast:
    """Learn to tell a query's passage from all others of a batch."""

    def __init__(self, pack: Pack, settings: ContrastSettings, device: str) -> None:
        self._pack = pack
        self._settings = settings
        self._device = torch.device(device)
        self.model = make_learner(pack.start, settings)
        self._encoder = Encoder(self.model, pack.texts, self._device)
        self._teacher = self._open_teacher() if settings.taught else None
        self._batches = Batches(pack, settings.room, settings.seed)

    def _open_teacher(self) -> Teacher:
        whole = Encoder(make_encoder(self._pack.start), self._pack.texts, self._device)
        return Teacher(whole, len(self._pack.texts))

    def loss(self, step: int) -> tuple[Tensor, int]:
        """Return InfoNCE over the pairs of a step, and their number."""
        batch = self._batches.draw(step)
        queries = self._encoder.vectors(batch.queries.tolist())
        passages = self._encoder.vectors(batch.passages.tolist())
        same = torch.from_numpy(batch.same).to(self._device)
        temperature = self._settings.temperature
        loss = contrastive(queries, passages, same, temperature)
        if self._teacher is None:
            return loss, len(queries)
        numbers = np.concatenate([batch.queries, batch.passages])
        taught = self._teacher.vectors(numbers, self._settings.room.tokens).to(self._device)
        pair = taught[: len(queries)], taught[len(queries) :]
        return loss + distilled((queries, passages), pair, temperature), len(queries)

    def measure(self) -> dict[str, float]:
        """Measure with the pack's held pairs."""
        return measure(self._encoder, self._pack, self._settings.room.tokens)

    def trained(self) -> Start:
        """Return the model as it is now."""
        config = self.model.config.to_diff_dict()
        return Start(config, self._pack.start.tokenizer, take_tensors(self.model))

    def save(self, folder: Path) -> None:
        """Write the folder that `SentenceTransformer` loads."""
        tokenizer = Tokenizer.from_str(self._pack.start.tokenizer)
        save_transformer(self.model.cpu(), tokenizer, folder)


def contrastive(queries: Tensor, passages: Tensor, same: Tensor, temperature: float) -> Tensor:
    """Return InfoNCE in nats (van den Oord et al., 2018), in both directions.

    :param queries: (n, hidden), at unit length.
    :param passages: (m, hidden); the first n answer the queries.
    :param same: bool (n, m), true for what is no negative.
    """
    n = len(queries)
    cosines = queries @ passages.T
    same = same | (cosines.detach() > cosines.detach().diagonal()[:, None] + LIKELY_RIGHT)
    logits = (cosines / temperature).masked_fill(same, -1e4)
    right = torch.arange(n, device=queries.device)
    return (cross_entropy(logits, right) + cross_entropy(logits[:, :n].T, right)) / 2


def distilled(
    student: tuple[Tensor, Tensor], teacher: tuple[Tensor, Tensor], temperature: float
) -> Tensor:
    """Return how far a student's vectors, and its order of passages, are from its teacher's.

    It is the mean of 1 - cosine, ten times, and the Kullback-Leibler divergence of the orders.

    :param student: vectors of queries (n, hidden) and passages (m, hidden), at unit length.
    """
    apart = [1 - (own * taught).sum(1) for own, taught in zip(student, teacher, strict=True)]
    own, taught = (queries @ passages.T / temperature for queries, passages in (student, teacher))
    order = kl_div(log_softmax(own, 1), softmax(taught, 1), reduction="batchmean")
    return 10 * torch.cat(apart).mean() + order


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = training_parser("python -m eval.training.encoder.contrast")
    parser.add_argument("--teacher", action="store_true", help="learn from the whole model too")
    parser.add_argument("--temperature", type=float, default=0.02)
    parser.add_argument("--negatives", type=int, default=1, help="hard ones of a pair, 0 to 4")
    chosen = parser.parse_args(arguments)
    room = _ROOM[device_name()]
    settings = ContrastSettings(
        **read_settings(chosen),
        temperature=chosen.temperature,
        taught=chosen.teacher,
        room=Room(chosen.tokens or room.tokens, room.pairs, chosen.negatives),
    )
    carry_out(Contrast(load_pack(chosen.pack), settings, device_name()), settings, chosen)


if __name__ == "__main__":
    main()
