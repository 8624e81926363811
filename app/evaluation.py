"""The door to evaluation: what the page calls to measure a home's search and to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from app.judging import Judging
from app.testsets import EVERYTHING, SetCard, TestSets, open_set
from corpus.progress import Progress
from eval.answers.evaluate import AnswerEvaluation, AnswerSetup, evaluate_answers
from eval.data.topics import Topic
from eval.history.answers import AnswerHistory
from eval.history.history import History, RunCard
from eval.history.trend import make_trends
from eval.judging.export import PASSAGES, REPLIES, TOPICS
from eval.judging.pool import Pool, Pooling
from eval.making.queries import QueryKind
from eval.ranking.compare import Comparison, compare_runs
from eval.ranking.evaluate import RankingSetup, evaluate_collection
from eval.ranking.measured import MeasuredRun
from eval.ranking.measures import DEFAULT_MEASURES, parse_measures
from eval.ranking.search import Leg
from eval.report.answers import save_answer_report
from eval.report.report import save_report
from eval.report.words import LEGS
from eval.sets import open_judged

if TYPE_CHECKING:
    from app.service import Service

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples"
"""Questions with known answers, beside the fictional replies that they are asked of."""


TREND = DEFAULT_MEASURES[0]
"""The measure whose trend is shown."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured: ways of ranking, one run each, over a part of a test set.

    :param model: an embedding model as `index.models.choice.Models` names it.
    """

    test_set: str
    legs: tuple[Leg, ...]
    split: str = EVERYTHING
    model: str = "bundled"
    measures: tuple[str, ...] = DEFAULT_MEASURES


class Evaluations:
    """Test sets and measured runs of one home; may be shared between threads.

    `revision` is counted up whenever any of it has changed.
    """

    def __init__(self, service: Service) -> None:
        self.settings = service.settings
        self.test_sets = TestSets(service.settings.home)
        self.history = History(service.settings.home)
        self.judging = Judging(service)
        self.answers = AnswerHistory(service.settings.home)
        self.revision = 0

    # Test sets

    def make_set(self, name: str, kinds: Sequence[QueryKind], progress: Progress) -> SetCard:
        """Make a test set of the library.

        :raises InputError: where the name cannot be used, or no set can be made of the library.
        """
        card = self.test_sets.make(name, kinds, progress)
        self.revision += 1
        return card

    def add_set(self, name: str, files: Sequence[Path]) -> SetCard:
        """Keep an uploaded test set, as `TestSets.add` takes it.

        :raises InputError: where the name, the files, or a line of them cannot be used.
        """
        card = self.test_sets.add(name, files)
        self.revision += 1
        return card

    def delete_set(self, name: str) -> None:
        """Delete a test set; what was measured by it stays.

        :raises NotFound: where there is none of that name.
        """
        self.test_sets.delete(name)
        self.revision += 1

    # Judgments

    def make_pool(
        self, name: str, topics: Sequence[Topic], pooling: Pooling, progress: Progress
    ) -> Pool:
        """Make a pool as `Judging.make_pool` does.

        :raises InputError: where nothing is found.
        """
        pool = self.judging.make_pool(name, topics, pooling, progress)
        self.revision += 1
        return pool

    def keep_judgments(self) -> SetCard:
        """Make what judges said a test set for the library, named after today.

        :raises InputError: where nothing was judged.
        """
        with TemporaryDirectory() as folder:
            self.judging.export(Path(folder))
            files = [Path(folder, name) for name in (TOPICS, REPLIES, PASSAGES)]
            name = self.test_sets.free_name(f"我的判断 {date.today().isoformat()}")
            return self.add_set(name, files)

    # Runs

    def check(self, plan: Plan) -> None:
        """See that a plan can be begun, before anybody waits for it.

        :raises NotFound: where its test set is gone.
        :raises InputError: where a measure's name cannot be used.
        """
        self.test_sets.path(plan.test_set)
        parse_measures(plan.measures)

    def run(self, plan: Plan, progress: Progress) -> tuple[RunCard, ...]:
        """Measure each way of ranking, and keep what came of it.

        The documents of the test set are indexed once, apart from the library; one that brings
        none is asked of the library as it stands.

        :raises InputError: where the test set cannot be used.
        :raises ModelError: where the model cannot be loaded.
        :raises IndexMismatch: where the library was indexed with another model.
        """
        source = open_set(self.test_sets.path(plan.test_set), plan.split, self.settings.home)
        setup = RankingSetup(
            plan.model, plan.split, plan.measures, test_set=plan.test_set, failures=True
        )
        cards = []
        own = plan.model == self.settings.model  # with the prompts and the reranker of the settings
        models = self.settings.models if own else plan.model
        with open_judged(source, models, progress, plan.split) as (collection, judged):
            for leg in plan.legs:
                told = _telling(progress, leg) if len(plan.legs) > 1 else progress
                found = evaluate_collection(collection, judged, replace(setup, leg=leg), told)
                cards.append(self.history.record(found.measured))
                self.revision += 1
        return tuple(cards)

    def delete_run(self, name: str) -> None:
        """Delete a run.

        :raises NotFound: where there is none of that id.
        """
        self.history.remove([name])
        self.revision += 1

    def compare(self, names: Sequence[str]) -> Comparison:
        """Compare runs with the first of them.

        :raises NotFound: where one is gone.
        :raises InputError: where they were not measured over the same queries and judgments.
        """
        return compare_runs(self.load_runs(names))

    def load_runs(self, names: Sequence[str]) -> list[MeasuredRun]:
        """Load runs with what they found, named by their way of ranking, none like another.

        :raises NotFound: where one is gone.
        """
        runs = [self.history.load(name) for name in names]
        legs = [LEGS.get(str(run.settings.get("leg", "")), run.name) for run in runs]
        return [
            replace(run, name=leg if legs.count(leg) == 1 else f"{leg} {run.name.split()[-1]}")
            for run, leg in zip(runs, legs, strict=True)
        ]

    def save_comparison(self, names: Sequence[str], form: str, folder: Path) -> Path:
        """Write the report of a comparison, with the trends of its test set, into a folder.

        :param form: html or json.
        :raises NotFound: where one of the runs is gone.
        """
        path = folder / f"检索评测.{form}"
        comparison = self.compare(names)
        measured = {run.test_set for run in comparison.runs}
        cards = [card for card in self.history.list_runs().cards if card.test_set in measured]
        save_report(comparison, path, make_trends(cards, TREND))
        return path

    # Answers

    def measure_answers(self, questions: Path | None, progress: Progress) -> AnswerEvaluation:
        """Ask questions whose answers are known, measure the answers, and keep what came of it.

        :param questions: a file of questions for the library; None for the bundled samples, which
            bring their own replies along.
        :raises InputError: where the questions cannot be used.
        :raises ModelError: where the model cannot be loaded.
        """
        settings = self.settings
        setup = AnswerSetup(settings.home, settings.models, settings.abstain_below)
        measured = evaluate_answers(questions or SAMPLES, setup, progress)
        self.answers.record(measured)
        self.revision += 1
        return measured

    def delete_answers(self, id: str) -> None:
        """Delete an evaluation of answers.

        :raises NotFound: where there is none of that id.
        """
        self.answers.remove(id)
        self.revision += 1

    def save_answers(self, id: str, form: str, folder: Path) -> Path:
        """Write the report of an evaluation of answers into a folder; return the file.

        :param form: html or json.
        :raises NotFound: where there is none of that id.
        """
        path = folder / f"回答评测.{form}"
        save_answer_report(self.answers.load(id).evaluation, path)
        return path


def _telling(progress: Progress, leg: Leg) -> Progress:
    return lambda stage, done, total: progress(f"{stage}（{leg}）", done, total)
