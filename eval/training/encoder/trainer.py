"""One training of an encoder: steps planned by the clock, which a kill does not lose."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch

from corpus.files import save_atomically
from eval.training.encoder.batches import Batch, Batches, Room
from eval.training.encoder.encode import Encoder, Teacher, make_encoder, measure
from eval.training.encoder.loss import contrastive, distilled
from eval.training.encoder.packed import Pack, Start

_WARM = 0.05
"""The part of a training in which the rate rises."""

_DECAY = 0.01
_LONGEST_GRADIENT = 1.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What a training is told, and what it can't go on with where that differs.

    :ivar layers: of the pack's model, counted from 0; None for all.
    :ivar rate: the highest rate of AdamW.
    :ivar taught: whether the student learns from a teacher as well.
    """

    layers: tuple[int, ...] | None
    rate: float
    temperature: float
    taught: bool
    frozen_embeddings: bool
    room: Room
    seed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How long a training is: so many minutes, or exactly so many steps.

    :ivar measure_every: steps between two measurements.
    :ivar save_every: seconds between two checkpoints.
    """

    minutes: float
    steps: int | None = None
    measure_every: int = 500
    save_every: float = 60.0

    def done(self, step: int, seconds: float) -> float:
        """Return which part of the training lies behind, from 0."""
        return step / self.steps if self.steps else seconds / (60 * self.minutes)


@dataclass
class Course:
    """How a training has gone so far.

    :ivar losses: of every step, in nats.
    :ivar measured: by the number of steps before it.
    """

    step: int = 0
    seconds: float = 0.0
    examples: int = 0
    losses: list[float] = field(default_factory=list)
    measured: dict[int, dict[str, float]] = field(default_factory=dict)


class Trainer:
    """Hold a model and its optimiser, and move them step by step."""

    def __init__(self, pack: Pack, settings: Settings, device: str) -> None:
        self.pack = pack
        self.settings = settings
        self.course = Course()
        self._device = torch.device(device)
        self.encoder = Encoder(make_encoder(pack.start, settings.layers), pack.texts, self._device)
        self._teacher = self._open_teacher() if settings.taught else None
        self._batches = Batches(pack, settings.room, settings.seed)
        model = self.encoder.model
        if settings.frozen_embeddings:
            model.embeddings.word_embeddings.requires_grad_(False)
        learned = [value for value in model.parameters() if value.requires_grad]
        groups = [
            {"params": [value for value in learned if value.ndim > 1], "weight_decay": _DECAY},
            {"params": [value for value in learned if value.ndim == 1], "weight_decay": 0.0},
        ]
        self._optimiser = torch.optim.AdamW(groups, lr=settings.rate)

    def _open_teacher(self) -> Teacher:
        whole = Encoder(make_encoder(self.pack.start), self.pack.texts, self._device)
        return Teacher(whole, len(self.pack.texts))

    def step(self, done: float) -> float:
        """Take the next step and return its loss.

        :param done: which part of the training lies behind, 0 to 1.
        """
        number, settings = self.course.step, self.settings
        torch.manual_seed(settings.seed * 1_000_003 + number)  # for dropout
        batch = self._batches.draw(number)
        self.encoder.model.train()
        loss = self._loss(batch)
        self._optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.encoder.model.parameters(), _LONGEST_GRADIENT)
        for group in self._optimiser.param_groups:
            group["lr"] = settings.rate * rate_at(done)
        self._optimiser.step()
        self.course.step += 1
        self.course.examples += len(batch.queries)
        self.course.losses.append(round(loss.item(), 5))
        return self.course.losses[-1]

    def _loss(self, batch: Batch) -> torch.Tensor:
        queries = self.encoder.vectors(batch.queries.tolist())
        passages = self.encoder.vectors(batch.passages.tolist())
        same = torch.from_numpy(batch.same).to(self._device)
        loss = contrastive(queries, passages, same, self.settings.temperature)
        if self._teacher is None:
            return loss
        numbers = np.concatenate([batch.queries, batch.passages])
        taught = self._teacher.vectors(numbers, self.settings.room.tokens).to(self._device)
        pair = taught[: len(queries)], taught[len(queries) :]
        return loss + distilled((queries, passages), pair, self.settings.temperature)

    def measure(self) -> dict[str, float]:
        """Measure with the pack's held pairs, and keep that in the course."""
        found = measure(self.encoder, self.pack, self.settings.room.tokens)
        self.course.measured[self.course.step] = found
        return found

    def trained(self) -> Start:
        """Return the model as it is now."""
        model = self.encoder.model
        tensors = {name: value.cpu().float().numpy() for name, value in model.state_dict().items()}
        return Start(model.config.to_diff_dict(), self.pack.start.tokenizer, tensors)

    def save(self, path: Path) -> None:
        """Save all that is needed to go on."""
        state = {
            "settings": repr(self.settings),
            "course": asdict(self.course),
            "model": self.encoder.model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }
        save_atomically(path, lambda file: torch.save(state, file))

    def resume(self, path: Path) -> None:
        """Go on from what `save` saved.

        :raises ValueError: where it was of other settings.
        """
        state = torch.load(path, map_location=self._device, weights_only=True)
        if state["settings"] != repr(self.settings):
            raise ValueError(f"the checkpoint is of {state['settings']}, not of {self.settings}")
        self.encoder.model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.course = Course(**state["course"])


def rate_at(done: float) -> float:
    """Return the part of the highest rate: it rises, then falls as a cosine does."""
    if done < _WARM:
        return max(done, 1e-4) / _WARM
    return 0.5 * (1 + math.cos(math.pi * min((done - _WARM) / (1 - _WARM), 1.0)))


def run(trainer: Trainer, plan: Plan, checkpoint: Path) -> None:
    """Train to the end of a plan, measuring and saving on the way."""
    course = trainer.course
    began = time.monotonic() - course.seconds
    saved = course.seconds
    while (done := plan.done(course.step, course.seconds)) < 1:
        if course.step % plan.measure_every == 0 and course.step not in course.measured:
            trainer.measure()
        trainer.step(done)
        course.seconds = time.monotonic() - began
        if course.seconds - saved >= plan.save_every:
            trainer.save(checkpoint)
            saved = course.seconds
        if course.step % 20 == 0:
            _say(trainer, plan)
    trainer.measure()
    _say(trainer, plan)


def _say(trainer: Trainer, plan: Plan) -> None:
    course = trainer.course
    recent = course.losses[-20:]
    last = course.measured[max(course.measured)]
    print(
        f"{plan.done(course.step, course.seconds):4.0%}  step {course.step}  "
        f"loss {sum(recent) / len(recent):.3f}  mrr {last['mrr']:.3f}  "
        f"{course.examples / max(course.seconds, 1e-9):.0f} pairs a second",
        flush=True,
    )
