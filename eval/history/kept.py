"""What was measured, with the id under which the home keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from corpus.serialise import FLAT
from eval.ranking.causes import Failures
from eval.ranking.evaluate import Evaluation


@dataclass(frozen=True, slots=True)
class KeptEvaluation:
    """An evaluation; `id` is empty where the home could not be written."""

    id: str
    """编号，见 `dafu eval history`；没有存下的为空"""
    evaluation: Annotated[Evaluation, FLAT]


@dataclass(frozen=True, slots=True)
class KeptFailures:
    """Missed queries; `id` is empty where the home could not be written."""

    id: str
    """评测的编号，见 `dafu eval history`；没有存下的为空"""
    failures: Annotated[Failures, FLAT]
