"""What a made test set holds and gives away, and the README that says so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain
from statistics import fmean

from eval.data.qrels import Qrels
from eval.data.runs import rank
from eval.making.queries import WORDING, QueryKind
from eval.ranking.measures import measure_run, parse_measures
from index.text.segment import Segmenter

MEASURE = "nDCG@10"

DEPTH = 10
"""So many documents are looked at by the measure."""


@dataclass(frozen=True, slots=True)
class Leakage:
    """What merely looking for the queries' character bigrams finds; means over the queries.

    `own` is the share of a query's different bigrams that stand in its answer, `other` that in the
    best of all other documents; `trivial` is the nDCG@10 of ranking by that share. Where nothing
    answers, `own` and `trivial` are 0.
    """

    own: float
    other: float
    trivial: float


class BigramFinder:
    """Finds documents by the share of a text's bigrams that stand in them."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        """Take the documents' texts by their ids."""
        self._segmenter = Segmenter()
        self._holders: defaultdict[str, list[str]] = defaultdict(list)
        for id, text in documents.items():
            for bigram in set(self._segmenter.bigrams(text)):
                self._holders[bigram].append(id)

    def shares(self, text: str) -> dict[str, float]:
        """Return which share of a text's different bigrams each document has, if it has any."""
        asked = set(self._segmenter.bigrams(text))
        found = Counter(chain.from_iterable(self._holders.get(bigram, ()) for bigram in asked))
        return {id: count / len(asked) for id, count in found.items()}


def measure_leakage(finder: BigramFinder, queries: Mapping[str, str], qrels: Qrels) -> Leakage:
    """Measure one kind of queries.

    :param queries: the texts of the queries by their ids, not empty.
    :param qrels: which documents answer; queries without any are unanswerable.
    """
    own, other, run = [], [], {}
    for query, text in queries.items():
        shares = finder.shares(text)
        answers = qrels.get(query, {})
        best = nsmallest(
            DEPTH + len(answers), shares.items(), key=lambda entry: (-entry[1], entry[0])
        )
        own.append(max((shares.get(id, 0.0) for id in answers), default=0.0))
        other.append(next((share for id, share in best if id not in answers), 0.0))
        run[query] = rank(best[:DEPTH])
    answered = {query: qrels[query] for query in queries if query in qrels}
    trivial = measure_run(run, answered, parse_measures([MEASURE]))[MEASURE] if answered else 0.0
    return Leakage(fmean(own), fmean(other), trivial)


@dataclass(frozen=True, slots=True)
class MadeTestSet:
    """What was written: the number of documents, of queries by kind, and how much each leaks.

    `empty` replies were left out for want of a text, `held_out` ones for questions that none of
    the documents is to answer.
    """

    documents: int
    empty: int
    held_out: int
    queries: dict[QueryKind, int]
    leakage: dict[QueryKind, Leakage]


README = """# 由文库生成的测试集

- `corpus.jsonl`：{documents} 份答复。
- `queries.jsonl`：查询；`qrels/test.tsv` 是全部判断，`qrels/种类.tsv` 只有一种。
- 评测：`dafu eval run 本文件夹`，只测一种用 `--split 种类`。
{unanswerable}
{kinds}

## 有多少泄露

只数查询的二字词（bigram）有多少出现在文档里，不用任何检索技术：

{table}

“答案中”越高，说明题面的字词越多原样出现在答案里；它与“其余最好的”相差越大、“只数字词的 {measure}”
越高，这种查询越容易，越不能区分检索的好坏。只数字词就接近 1 的，只能用来查有没有出错。

为了不把答案写在题面上，答复中的开头部分（标题、称呼、“……收悉”）已去掉，正文中与标题、来信完全相同的文字
也已删去，标题不作为文档的标题。正文为空的答复不在内（{empty} 份）。联系方式等个人信息已遮盖。

仍会泄露答案、使结果偏高的：答复常用自己的话复述事项，正文各级标题常与事项同词；来信中的地名、小区名多
半也在答复里。使结果偏低的：每个查询只知道一份（或文字相同的几份）答复相关，其他能回答的都按不相关计。
所以宜用来比较改动前后，不宜当作实际的准确率。
"""

UNANSWERABLE = (
    "- `unanswerable.jsonl`：没有答案的问题，对它们的 {held_out} 份答复已整份抽掉，不在文档里。\n"
    "  别的答复可能碰巧能回答其中几个。\n"
)


def write_readme(made: MadeTestSet) -> str:
    """Write the README of a test set."""
    kinds = "\n".join(
        f"- `{kind}`：{WORDING[kind]}，{count:,} 个。" for kind, count in made.queries.items()
    )
    return README.format(
        documents=f"{made.documents:,}",
        unanswerable=UNANSWERABLE.format(held_out=made.held_out) if made.held_out else "",
        kinds=kinds,
        table=_markdown(leakage_rows(made)),
        measure=MEASURE,
        empty=made.empty,
    )


def leakage_rows(made: MadeTestSet) -> list[tuple[str, ...]]:
    """Return how much each kind leaks as rows of a table, the headings first."""
    rows: list[tuple[str, ...]] = [
        ("种类", "查询", "答案中", "其余最好的", f"只数字词的 {MEASURE}")
    ]
    for kind, leaked in made.leakage.items():
        answered = kind is not QueryKind.UNANSWERABLE
        rows.append(
            (
                str(kind),
                f"{made.queries[kind]:,}",
                f"{leaked.own:.0%}" if answered else "–",
                f"{leaked.other:.0%}",
                f"{leaked.trivial:.3f}" if answered else "–",
            )
        )
    return rows


def _markdown(rows: list[tuple[str, ...]]) -> str:
    first, *others = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([first, "| --- | ---: | ---: | ---: | ---: |", *others])
