"""The door to evaluation: what the page and the command line call to measure and to compare."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app.access import Role, check_edits
from app.evaluation.judging import Judging
from app.evaluation.testsets import SetCard, TestSets, open_set
from app.evaluation.uploaded_sets import EVERYTHING
from app.home import Home
from corpus.errors import InputError
from corpus.files import version_of
from corpus.progress import Progress
from corpus.temporary import hold_folder
from eval.answers.evaluate import AnswerEvaluation, AnswerSetup, evaluate_answers
from eval.data.qrels import load_qrels
from eval.history.history import RunCard
from eval.history.trend import Trend, make_trends
from eval.judging.export import PASSAGES, REPLIES, TOPICS
from eval.making.queries import QueryKind
from eval.ranking.compare import Comparison, compare_runs
from eval.ranking.evaluate import Evaluation, RankingSetup, evaluate, evaluate_collection
from eval.ranking.measured import MeasuredRun, load_measured
from eval.ranking.measures import DEFAULT_MEASURES, parse_measures
from eval.ranking.search import Leg
from eval.report.answers import save_answer_report
from eval.report.report import save_report
from eval.report.words import LEGS
from eval.sets import JudgedSource, open_judged

SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "samples"
"""Questions with known answers, beside the fictional replies that they are asked of."""


TREND = DEFAULT_MEASURES[0]
"""The measure whose trend is shown."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is to be measured: ways of ranking, one run each, over a part of a test set.

    :param model: an embedding model as `index.models.choice.Models` names it.
    """

    test_set: str
    legs: tuple[Leg, ...]
    split: str = EVERYTHING
    model: str = "bundled"
    measures: tuple[str, ...] = DEFAULT_MEASURES


class Evaluations:
    """Test sets, judgments and measured runs of one home; may be shared between threads."""

    def __init__(self, home: Home, role: Role) -> None:
        """Take a home for who edits; NotAllowed for any other role."""
        check_edits(role)
        self.home = home
        self.settings = home.settings
        self.test_sets = TestSets(home.folder)
        self.history = home.history
        self.answers = home.answers
        self.judging = Judging(home, role)

    @property
    def revision(self) -> int:
        """A number that is another one whenever what can be listed has changed.

        It is made of what stands in the home, so that no change goes unseen, whoever made it. What
        judges say of a pool is no change: it would move the list of pools away under them.
        """
        kept = (self.home.folder / "evaluation").glob("*/[!.]*")
        files = sorted((str(path), version_of(path)) for path in kept if path.suffix != ".part")
        pools = self.judging.list_pools() if self.home.has_judgments else ()
        return zlib.crc32(repr((files, [(pool.number, pool.made) for pool in pools])).encode())

    # Test sets

    def make_set(self, name: str, kinds: Sequence[QueryKind], progress: Progress) -> SetCard:
        """Make a test set of the library, and keep it.

        :raises InputError: where the name cannot be used, or no set can be made of the library.
        """
        return self.test_sets.make(name, self.home.store, kinds, progress)

    def keep_judgments(self) -> SetCard:
        """Make what judges said a test set for the library, named after today.

        :raises InputError: where nothing was judged.
        """
        with hold_folder("judgments") as folder:
            self.judging.export(folder)
            files = [folder / name for name in (TOPICS, REPLIES, PASSAGES)]
            name = self.test_sets.free_name(f"我的判断 {date.today().isoformat()}")
            return self.test_sets.add(name, files)

    # Runs

    def measure(self, source: JudgedSource, setup: RankingSetup, progress: Progress) -> Evaluation:
        """Measure one way of ranking on any test set.

        :param setup: but for the models, which are those of the settings.
        :raises InputError: where the test set or a measure's name cannot be used.
        :raises ModelError: where the model cannot be loaded.
        :raises IndexMismatch: where the library was indexed with another model.
        """
        return evaluate(source, replace(setup, model=self.settings.models), progress)

    def record(self, evaluation: Evaluation) -> tuple[str, str]:
        """Keep what was measured; return the id it has got, or else nothing and why not."""
        try:
            return self.history.record(evaluation.measured).id, ""
        except InputError as error:
            return "", str(error)

    def check(self, experiment: Experiment) -> None:
        """See that an experiment can be begun, before anybody waits for it.

        :raises NotFound: where its test set is gone.
        :raises InputError: where a measure's name cannot be used.
        """
        self.test_sets.path(experiment.test_set)
        parse_measures(experiment.measures)

    def run(self, experiment: Experiment, progress: Progress) -> tuple[RunCard, ...]:
        """Measure each way of ranking, and keep what came of it.

        The documents of the test set are indexed once, apart from the library; one that brings
        none is asked of the library as it stands.

        :raises InputError: where the test set cannot be used.
        :raises ModelError: where the model cannot be loaded.
        :raises IndexMismatch: where the library was indexed with another model.
        """
        name, split, model = experiment.test_set, experiment.split, experiment.model
        source = open_set(self.test_sets.path(name), split, self.home.folder)
        setup = RankingSetup(model, split, experiment.measures, test_set=name, failures=True)
        own = model == self.settings.model  # with the prompts and the reranker of the settings
        models = self.settings.models if own else model
        cards = []
        with open_judged(source, models, progress, split) as (collection, judged):
            for leg in experiment.legs:
                told = _telling(progress, leg) if len(experiment.legs) > 1 else progress
                found = evaluate_collection(collection, judged, replace(setup, leg=leg), told)
                cards.append(self.history.record(found.measured))
        return tuple(cards)

    def find_runs(
        self, names: Sequence[str], qrels: Path | None = None, measures: Sequence[str] = ()
    ) -> list[MeasuredRun]:
        """Find runs: each the file of that name, or else the run that the home keeps.

        :param qrels: the judgments that TREC runs are measured by.
        :param measures: the measures to keep; none for all.
        :raises InputError: where a file cannot be used, or several runs are meant.
        :raises NotFound: where there is neither.
        """
        judged = load_qrels(qrels) if qrels else None
        return [
            load_measured(Path(name), judged, measures)
            if _is_file(name)
            else self.history.load(name, measures)
            for name in names
        ]

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

    def compare(self, names: Sequence[str]) -> Comparison:
        """Compare runs with the first of them.

        :raises NotFound: where one is gone.
        :raises InputError: where they were not measured over the same queries and judgments.
        """
        return compare_runs(self.load_runs(names))

    def list_trends(self, runs: Sequence[MeasuredRun], measure: str) -> tuple[Trend, ...]:
        """Return how a measure went over the test sets of these runs, as the home keeps it."""
        measured = {run.test_set for run in runs if run.test_set}
        cards = self.history.list_runs().cards
        return make_trends((card for card in cards if card.test_set in measured), measure)

    def save_comparison(self, names: Sequence[str], form: str, folder: Path) -> Path:
        """Write the report of a comparison, with the trends of its test set, into a folder.

        :param form: html or json.
        :raises NotFound: where one of the runs is gone.
        """
        path = folder / f"检索评测.{form}"
        comparison = self.compare(names)
        save_report(comparison, path, self.list_trends(comparison.runs, TREND))
        return path

    # Answers

    def measure_answers(
        self,
        questions: Path | None,
        progress: Progress,
        *,
        limit: int | None = None,
        keep: bool = True,
    ) -> AnswerEvaluation:
        """Ask questions whose answers are known, measure the answers, and keep what came of it.

        :param questions: a test set, or a file of questions for the library; None for the bundled
            samples, which bring their own replies along.
        :param limit: ask only so many, the first; None = all.
        :param keep: False only measures.
        :raises InputError: where the questions cannot be used.
        :raises ModelError: where the model cannot be loaded.
        """
        settings = self.settings
        setup = AnswerSetup(settings.home, settings.models, settings.abstain_below, limit)
        measured = evaluate_answers(questions or SAMPLES, setup, progress)
        if keep:
            self.answers.record(measured)
        return measured

    def save_answers(self, id: str, form: str, folder: Path) -> Path:
        """Write the report of a kept evaluation of answers into a folder; return the file.

        :param form: html or json.
        :raises NotFound: where there is none of that id.
        """
        path = folder / f"回答评测.{form}"
        save_answer_report(self.answers.load(id).evaluation, path)
        return path


def _telling(progress: Progress, leg: Leg) -> Progress:
    return lambda stage, done, total: progress(f"{stage}（{leg}）", done, total)


def _is_file(name: str) -> bool:
    """Tell a file from the id of a kept run, which has no ending and no folder."""
    return Path(name).exists() or Path(name).name != name or bool(Path(name).suffix)
