"""Train a reader from a pack, within so many minutes.

    python -m eval.training.reader.train PACK --out FOLDER --minutes 7

It needs torch, numpy, safetensors, tokenizers and transformers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from eval.training.encoder.command import carry_out, device_name, read_settings, training_parser
from eval.training.encoder.encode import take_tensors
from eval.training.encoder.packfile import Start
from eval.training.encoder.trainer import Settings
from eval.training.reader.batches import Batches, Layout
from eval.training.reader.model import Reader, load_reader, save_reader
from eval.training.reader.packed import NOWHERE, Pack, load_pack
from eval.training.reader.score import Scorer

_TOKENS = {"cuda": 32_768, "cpu": 4096}
"""Of a batch."""

_HELD = {"cuda": 60, "cpu": 12}
"""The most held examples of a source and kind that are measured with on the way."""

_RATE = 1e-4
"""Higher than BERT's 2e-5 to 5e-5, as the model is smaller and its batches are larger."""


@dataclass(frozen=True, slots=True)
class ReaderSettings(Settings):
    """What the training of a reader is told.

    :ivar tokens: of a batch, with what fills it up.
    :ivar held: the most examples of a source and kind to measure with.
    """

    tokens: int
    held: int


class Reading:
    """Learn where a passage answers, and whether it does."""

    def __init__(
        self, pack: Pack, settings: ReaderSettings, device: str, before: Start | None = None
    ) -> None:
        """Make a reader to train.

        :param before: a reader that has learned something already; None for the pack's encoder.
        :raises ValueError: where that has another vocabulary than the pack.
        """
        self._pack = pack
        self._settings = settings
        self._device = torch.device(device)
        torch.manual_seed(settings.seed)  # for the two layers that are new
        self.model = Reader(pack.start, settings)
        if before is not None:
            if vocabulary_of(before) != vocabulary_of(pack.start):
                raise ValueError("the reader to go on from has another vocabulary than the pack")
            self.model.load_state_dict(
                {name: torch.tensor(values) for name, values in before.tensors.items()}
            )
        torch.nn.Module.to(self.model, self._device)
        if device == "cpu":  # a tenth faster there
            self.model.bert.set_attn_implementation("eager")
        self._layout = Layout(pack.texts, pack.start.tokenizer)
        self._batches = Batches(pack.learned, pack.texts, settings.tokens, settings.seed)
        held = [group.first(settings.held) for group in pack.held]
        self._scorer = Scorer(pack.texts, pack.start.tokenizer, held)

    def loss(self, step: int) -> tuple[Tensor, int]:
        """Return the loss over the examples of a step, and their number."""
        batch = self._batches.draw(step)
        logits = self.model(self._layout.inputs(batch, self._device))
        starts, ends = self._layout.targets(batch, self._device)
        answered = torch.from_numpy(batch.answered).to(self._device).float()
        spans = (span_loss(logits.starts, starts) + span_loss(logits.ends, ends)) / 2
        loss = spans + binary_cross_entropy_with_logits(logits.answered, answered)
        return loss, len(batch)

    def measure(self) -> dict[str, float]:
        """Measure with the pack's held examples."""
        return self._scorer.measure(self.model, self._settings.tokens)

    def trained(self) -> Start:
        """Return the model as it is now."""
        config = self.model.bert.config.to_diff_dict()
        return Start(config, self._pack.start.tokenizer, take_tensors(self.model))

    def save(self, folder: Path) -> None:
        """Write the folder that `load_reader` reads."""
        save_reader(self.trained(), folder)


def vocabulary_of(model: Start) -> dict[str, int]:
    """Return the pieces of a model's tokenizer with their ids."""
    return Tokenizer.from_str(model.tokenizer).get_vocab()


def span_loss(logits: Tensor, right: Tensor) -> Tensor:
    """Return the cross-entropy over the tokens in nats, the mean of those whose place is known."""
    known = (right != NOWHERE).sum().clamp(min=1)
    return cross_entropy(logits, right, ignore_index=NOWHERE, reduction="sum") / known


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    parser = training_parser("python -m eval.training.reader.train")
    parser.set_defaults(minutes=7, rate=_RATE)
    parser.add_argument("--held", type=int, help="to measure with, of a source and kind")
    parser.add_argument("--after", type=Path, help="a trained reader's folder, to go on from")
    chosen = parser.parse_args(arguments)
    settings = ReaderSettings(
        **read_settings(chosen),
        tokens=chosen.tokens or _TOKENS[device_name()],
        held=chosen.held or _HELD[device_name()],
    )
    before = load_reader(chosen.after) if chosen.after else None
    task = Reading(load_pack(chosen.pack), settings, device_name(), before)
    carry_out(task, settings, chosen)


if __name__ == "__main__":
    main()
