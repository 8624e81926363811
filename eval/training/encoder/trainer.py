"""A training in steps planned by the clock, which a kill does not lose."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from corpus.files import save_atomically
from eval.training.encoder.packfile import Start

_WARM = 0.05
"""The part of a training in which the rate rises."""

_DECAY = 0.01
_LONGEST_GRADIENT = 1.0


class Task(Protocol):
    """What a model learns."""

    @property
    def model(self) -> torch.nn.Module:
        """Return the model that is trained, on its device."""

    def loss(self, step: int) -> tuple[Tensor, int]:
        """Return the loss over the batch of a step, and how many examples that has."""

    def measure(self) -> dict[str, float]:
        """Measure with what is held out, what matters most first."""

    def trained(self) -> Start:
        """Return the model as it is now."""

    def save(self, folder: Path) -> None:
        """Write the model as it is now as a folder."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What every training is told, and what it can't go on with where that differs.

    :ivar layers: of the pack's model, counted from 0; None for all.
    :ivar rate: the highest rate of AdamW.
    :ivar frozen_layers: so many of the lowest layers are left as they are, and all below.
    :ivar dropout: None for the pack's.
    """

    layers: tuple[int, ...] | None
    rate: float
    frozen_embeddings: bool
    frozen_layers: int
    dropout: float | None
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
    """Move a task's model step by step."""

    def __init__(self, task: Task, settings: Settings) -> None:
        self.task = task
        self.settings = settings
        self.course = Course()
        learned = [value for value in task.model.parameters() if value.requires_grad]
        groups = [
            {"params": [value for value in learned if value.ndim > 1], "weight_decay": _DECAY},
            {"params": [value for value in learned if value.ndim == 1], "weight_decay": 0.0},
        ]
        self._optimiser = torch.optim.AdamW(groups, lr=settings.rate)

    def step(self, done: float) -> float:
        """Take the next step and return its loss.

        :param done: which part of the training lies behind, 0 to 1.
        """
        number, model = self.course.step, self.task.model
        torch.manual_seed(self.settings.seed * 1_000_003 + number)  # for dropout
        model.train()
        loss, examples = self.task.loss(number)
        self._optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), _LONGEST_GRADIENT)
        for group in self._optimiser.param_groups:
            group["lr"] = self.settings.rate * rate_at(done)
        self._optimiser.step()
        self.course.step += 1
        self.course.examples += examples
        self.course.losses.append(round(loss.item(), 5))
        return self.course.losses[-1]

    def measure(self) -> dict[str, float]:
        """Measure, and keep that in the course."""
        found = self.task.measure()
        self.course.measured[self.course.step] = found
        return found

    def save(self, path: Path) -> None:
        """Save all that is needed to go on."""
        state = {
            "settings": repr(self.settings),
            "course": asdict(self.course),
            "model": self.task.model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }
        save_atomically(path, lambda file: torch.save(state, file))

    def resume(self, path: Path) -> None:
        """Go on from what `save` saved.

        :raises ValueError: where it was of other settings.
        """
        device = next(self.task.model.parameters()).device
        state = torch.load(path, map_location=device, weights_only=True)
        if state["settings"] != repr(self.settings):
            raise ValueError(f"the checkpoint is of {state['settings']}, not of {self.settings}")
        self.task.model.load_state_dict(state["model"])
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
    last = list(course.measured[max(course.measured)].items())[:2]
    print(
        f"{plan.done(course.step, course.seconds):4.0%}  step {course.step}  "
        f"loss {sum(recent) / len(recent):.3f}  "
        + "  ".join(f"{name} {value:.3f}" for name, value in last)
        + f"  {course.examples / max(course.seconds, 1e-9):.0f} examples a second",
        flush=True,
    )
