"""Measures by kinds of queries: by agency and kind of what answers, length, register, category."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from corpus.serialise import FLAT, Figure, Named, shown
from corpus.types import FieldName
from eval.collection import Collection
from eval.data.beir import BeirSet
from eval.data.spans import document_of
from eval.ranking.measured import MeasuredRun
from eval.ranking.measures import JUDGED
from eval.statistics import Mean, mean_of

COLLOQUIAL, OFFICIAL, NEITHER = "口语", "公文", "不明显"

_SPOKEN = re.compile(
    r"[吗呢吧啊呀嘛哦咋啥么]|怎么|怎样|咋办|为啥|为什么|什么时候|多久|哪里|哪儿|能不能|可不可以|是不是|有没有"
    r"|我们|我家|我是|咱|你们|您好|你好|请问|求助|希望|老百姓|天天|一直|根本|到底|太|没人管|[?？!！]"
)
_WRITTEN = re.compile(
    r"^关于|的(?:提案|议案|建议|意见|请示|答复|通知|报告|情况)$|进一步|加强|加快|推进|推动|完善|健全|优化|落实|规范"
    r"|提升|促进|深化|保障|建设|机制|体系|力度|举措|统筹|高质量|可持续|《[^》]+》|〔\d{4}〕"
)


def register_of(text: str) -> str:
    """Tell how a query is worded: 口语, 公文, or 不明显 where it has as many marks of both.

    Counted are the different marks of each: particles, question words and persons against the
    verbs and nouns of official style and its set forms (关于……的提案). A rule of thumb, made by
    looking at titles of proposals and at citizens' messages; single queries may be told wrongly.
    """
    spoken = len(set(_SPOKEN.findall(text)))
    written = len(set(_WRITTEN.findall(text)))
    if spoken == written:
        return NEITHER
    return COLLOQUIAL if spoken > written else OFFICIAL


CATEGORY, AGENCY, KIND = "category", "agency", "kind"
"""Names of categories: the test set's own, and the fields of the reply that answers."""


def categorise(collection: Collection, judged: BeirSet) -> dict[str, dict[str, str]]:
    """Return each query's categories: query id → name of a category → its value.

    Agency and kind are those of the query's most relevant document, as parsed; of several the
    first. What is not known is absent.
    """
    replies = collection.replies
    relevant = {query: _most_relevant(gains) for query, gains in judged.qrels.items()}
    best = {
        query: replies.get(id) or replies.get(document_of(id)) for query, id in relevant.items()
    }
    known = collection.engine.store.replies({reply for reply in best.values() if reply})
    categories = {}
    for query in judged.queries:
        reply = known.get(best.get(query) or "")
        values = {
            CATEGORY: judged.categories.get(query),
            AGENCY: reply and reply.value(FieldName.AGENCY),
            KIND: reply and reply.value(FieldName.KIND),
        }
        categories[query] = {name: value for name, value in values.items() if value}
    return categories


def _most_relevant(gains: Mapping[str, int]) -> str:
    """Return the first document of the highest gain, empty where none is relevant."""
    best = max(gains, key=gains.__getitem__, default="")
    return best if gains.get(best, 0) > 0 else ""


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
class JudgedMean:
    """A run's mean over a group, and its mean `Judged@10`."""

    mean: Annotated[Mean, FLAT]
    judged: Figure


@shown("value queries small runs differences")
@dataclass(frozen=True, slots=True)
class QueryGroup:
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

    @property
    def runs(self) -> dict[str, JudgedMean]:
        """Each run's mean, with how much of it is judged."""
        return {run: JudgedMean(mean, self.judged[run]) for run, mean in self.means.items()}


@dataclass(frozen=True, slots=True)
class Category:
    """The queries told apart by one thing, the largest group first, by one measure."""

    name: Annotated[str, Named("category")]
    measure: str
    groups: tuple[QueryGroup, ...]


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


def _group(value: str, ids: Sequence[str], runs: Sequence[MeasuredRun], measure: str) -> QueryGroup:
    baseline = runs[0].values[measure]
    return QueryGroup(
        value=value,
        queries=len(ids),
        means={run.name: mean_of([run.values[measure][q] for q in ids]) for run in runs},
        differences={
            run.name: mean_of([run.values[measure][q] - baseline[q] for q in ids])
            for run in runs[1:]
        },
        judged={run.name: sum(run.values[JUDGED][q] for q in ids) / len(ids) for run in runs},
    )
