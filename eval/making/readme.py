"""What a made test set says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.making.kinds import WORDING, Kind
from eval.making.leakage import MEASURE

if TYPE_CHECKING:
    from eval.making.library import MadeTestSet

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
        answered = kind is not Kind.UNANSWERABLE
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
