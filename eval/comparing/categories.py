"""Measures by kinds of queries: by agency and kind of what answers, length, register, category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eval.comparing.means import Mean, mean_of
from eval.comparing.register import register_of
from eval.ranking.categories import AGENCY, CATEGORY, KIND
from eval.ranking.measured import MeasuredRun
from eval.ranking.measures import JUDGED

LENGTH, REGISTER = "length", "register"

CATEGORIES = (CATEGORY, AGENCY, KIND, REGISTER, LENGTH)
"""Names of categories, in the order in which they are shown."""

LENGTHS = ((10, "10 字以内"), (30, "11–30 字"), (100, "31–100 字"))
LONGER = "100 字以上"

SMALL = 20
"""A category of fewer queries says little: its interval is wide, and too narrow all the same."""

MOST = 12
"""So many values of a category are told apart; the queries of the rarer ones are taken together."""

OTHERS = "其余"
UNKNOWN = "未知"


@dataclass(frozen=True, slots=True)
class Group:
    """The queries of one value of a category.

    `means` are each run's, `judged` each run's mean `Judged@10`, and `differences` those of each
    run but the first to the first: all by the run's name.
    """

    value: str
    queries: int
    means: dict[str, Mean]
    differences: dict[str, Mean]
    judged: dict[str, float]

    @property
    def small(self) -> bool:
        """Whether there are too few queries to rely on."""
        return self.queries < SMALL


@dataclass(frozen=True, slots=True)
class Category:
    """The queries told apart by one thing, the largest group first, by one measure."""

    name: str
    measure: str
    groups: tuple[Group, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what the JSON report has of a category."""
        return {
            "category": self.name,
            "measure": self.measure,
            "groups": [
                {
                    "value": group.value,
                    "queries": group.queries,
                    "small": group.small,
                    "runs": {
                        run: {**mean.as_json(), "judged": round(group.judged[run], 6)}
                        for run, mean in group.means.items()
                    },
                    "differences": {run: mean.as_json() for run, mean in group.differences.items()},
                }
                for group in self.groups
            ],
        }


def split_by_category(runs: Sequence[MeasuredRun], measure: str) -> tuple[Category, ...]:
    """Split one measure by all categories that tell any queries apart.

    :param runs: at least one, all over the same queries, with different names.
    """
    values = values_of(runs)
    categories = []
    for name in CATEGORIES:
        members: dict[str, list[str]] = {}
        for query in runs[0].query_ids:
            members.setdefault(values[query].get(name, UNKNOWN), []).append(query)
        if len(members) > 1:
            groups = (_group(value, ids, runs, measure) for value, ids in _largest(members))
            categories.append(Category(name, measure, tuple(groups)))
    return tuple(categories)


def values_of(runs: Sequence[MeasuredRun]) -> dict[str, dict[str, str]]:
    """Return what each query is told apart by: query id → name of a category → its value.

    Length and register are those of its text, the rest is as the first run that knows it has it.
    """
    values: dict[str, dict[str, str]] = {}
    for query in runs[0].query_ids:
        text = next((run.queries[query] for run in runs if query in run.queries), "")
        known = next((run.categories[query] for run in runs if query in run.categories), {})
        values[query] = dict(known)
        if text:
            values[query] |= {LENGTH: length_of(text), REGISTER: register_of(text)}
    return values


def length_of(text: str) -> str:
    """Tell which class of length a query is of; white space does not count."""
    length = len("".join(text.split()))
    return next((words for most, words in LENGTHS if length <= most), LONGER)


def _largest(members: dict[str, list[str]]) -> list[tuple[str, list[str]]]:
    """Return the groups by size, all but the `MOST` largest as one, and those not known last."""
    known = sorted(
        ((value, ids) for value, ids in members.items() if value != UNKNOWN),
        key=lambda group: (-len(group[1]), group[0]),
    )
    rest = [query for _, ids in known[MOST:] for query in ids]
    last = [(OTHERS, rest), (UNKNOWN, members.get(UNKNOWN, []))]
    return known[:MOST] + [group for group in last if group[1]]


def _group(value: str, ids: Sequence[str], runs: Sequence[MeasuredRun], measure: str) -> Group:
    baseline = runs[0].values[measure]
    return Group(
        value=value,
        queries=len(ids),
        means={run.name: mean_of([run.values[measure][q] for q in ids]) for run in runs},
        differences={
            run.name: mean_of([run.values[measure][q] - baseline[q] for q in ids])
            for run in runs[1:]
        },
        judged={run.name: sum(run.values[JUDGED][q] for q in ids) / len(ids) for run in runs},
    )
