"""The door to evaluation: what the page calls to measure a home's search and to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from app.background import Progress
from app.testsets import EVERYTHING, SetCard, TestSets
from corpus.errors import NotFound
from eval.comparing.compare import compare_runs
from eval.comparing.comparison import Comparison
from eval.files.beir import load_beir
from eval.ranking.collection import index_documents
from eval.ranking.evaluate import Setup, evaluate_collection
from eval.ranking.legs import Leg
from eval.ranking.measured import MeasuredRun
from eval.ranking.measures import DEFAULT_MEASURES, parse_measures
from eval.ranking.saved import load_measured, save_measured

if TYPE_CHECKING:
    from app.service import Service


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured: ways of ranking, one run each, over a part of a test set.

    :param model: an embedding model as `index.embed.open_embedder` takes it.
    """

    test_set: str
    legs: tuple[Leg, ...]
    split: str = EVERYTHING
    model: str = "bundled"
    measures: tuple[str, ...] = DEFAULT_MEASURES


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run as it is listed; `means` are the means of its measures over `queries`, by name."""

    name: str
    test_set: str
    split: str
    leg: str
    model: str
    made: str
    queries: int
    means: dict[str, float]


class Evaluations:
    """Test sets and measured runs of one home; may be shared between threads.

    `revision` is counted up whenever either has changed.
    """

    def __init__(self, service: Service) -> None:
        self.settings = service.settings
        self.test_sets = TestSets(service.settings.home)
        self._runs = service.settings.home / "evaluation" / "runs"
        self.revision = 0

    # Test sets

    def make_set(self, name: str, progress: Progress) -> SetCard:
        """Make a test set of the library.

        :raises InputError: where the name cannot be used, or no set can be made of the library.
        """
        card = self.test_sets.make(name)
        self.revision += 1
        return card

    def add_set(self, name: str, archive: Path) -> SetCard:
        """Keep an uploaded test set.

        :raises InputError: where the name, the archive, or a line of the set cannot be used.
        """
        card = self.test_sets.add(name, archive)
        self.revision += 1
        return card

    def delete_set(self, name: str) -> None:
        """Delete a test set; what was measured by it stays.

        :raises NotFound: where there is none of that name.
        """
        self.test_sets.delete(name)
        self.revision += 1

    # Runs

    def check(self, plan: Plan) -> None:
        """See that a plan can be begun, before anybody waits for it.

        :raises NotFound: where its test set is gone.
        :raises InputError: where a measure's name cannot be used.
        """
        self.test_sets.path(plan.test_set)
        parse_measures(plan.measures)

    def run(self, plan: Plan, progress: Progress) -> tuple[str, ...]:
        """Measure each way of ranking and keep what came of it; return the names of the runs.

        The documents are indexed once, apart from the library.

        :raises InputError: where the test set cannot be used.
        :raises ModelError: where the model cannot be loaded.
        """
        judged = load_beir(self.test_sets.path(plan.test_set), plan.split)
        names = []
        with index_documents(judged.documents, plan.model, progress) as collection:
            for leg in plan.legs:
                setup = Setup(plan.model, plan.split, plan.measures, leg)
                told = _telling(progress, leg) if len(plan.legs) > 1 else progress
                evaluation = evaluate_collection(collection, judged, setup, told)
                names.append(self._keep(replace(evaluation.measured, test_set=plan.test_set)))
                self.revision += 1
        return tuple(names)

    def runs(self) -> tuple[RunCard, ...]:
        """Return what was measured, newest first."""
        return tuple(_card(self._load(path.stem)) for path in self._run_files())

    def delete_run(self, name: str) -> None:
        """Delete a run.

        :raises NotFound: where there is none of that name.
        """
        self._path(name).unlink()
        self.revision += 1

    def compare(self, names: Sequence[str]) -> Comparison:
        """Compare runs with the first of them.

        :raises NotFound: where one is gone.
        :raises InputError: where they were not measured over the same queries and judgments.
        """
        return compare_runs([self._load(name) for name in names])

    def _keep(self, measured: MeasuredRun) -> str:
        self._runs.mkdir(parents=True, exist_ok=True)
        made = measured.made.replace(":", "").replace("+0000", "")
        name = f"{made}-{measured.settings['leg']}"
        save_measured(measured, self._runs / f"{name}.json")
        return name

    def _run_files(self) -> list[Path]:
        return sorted(self._runs.glob("*.json"), reverse=True)

    def _path(self, name: str) -> Path:
        for path in self._run_files():
            if path.stem == name:
                return path
        raise NotFound(f"没有名为“{name}”的评测，可能已被删除；请重新选择")

    def _load(self, name: str) -> MeasuredRun:
        return load_measured(self._path(name))


def _card(run: MeasuredRun) -> RunCard:
    return RunCard(
        name=run.name,
        test_set=run.test_set,
        split=str(run.settings.get("split", "")),
        leg=str(run.settings.get("leg", "")),
        model=str(run.settings.get("model", "")),
        made=run.made,
        queries=len(run.query_ids),
        means={measure: fmean(values.values()) for measure, values in run.values.items()},
    )


def _telling(progress: Progress, leg: Leg) -> Progress:
    return lambda stage, done, total: progress(f"{stage}（{leg}）", done, total)
