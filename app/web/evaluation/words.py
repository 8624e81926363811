"""How the tab 评测 says what is measured and judged, for people who never did either."""

from __future__ import annotations

import re
from dataclasses import dataclass

from eval.making.kinds import Kind
from eval.ranking.search import Leg
from eval.report.words import LEGS as SHORT
from eval.report.words import SPLITS


@dataclass(frozen=True, slots=True)
class GradeWords:
    """A grade, its name, when to give it, and what would get it for `EXAMPLE`."""

    grade: int
    name: str
    meaning: str
    example: str


EXAMPLE = "加装电梯政府补贴多少？"

GRADES = (
    GradeWords(
        3,
        "直接回答",
        "这一段本身就答了，读完不用再找",
        "“每台电梯竣工后补贴 20 万元，由市、区各承担一半。”",
    ),
    GradeWords(
        2,
        "部分回答",
        "说的正是这件事，但只答了一部分，或要同别的材料合看",
        "“对加装电梯给予财政补贴，具体标准按市里的办法执行。”",
    ),
    GradeWords(
        1,
        "沾边",
        "同一类事，有点参考价值，但没有答到所问",
        "“今年已有 12 个小区加装电梯，正在征求低层住户意见。”",
    ),
    GradeWords(
        0,
        "无关",
        "说的是别的事，只是有几个词相同",
        "“社区食堂对老人每餐补贴 3 元。”",
    ),
)
"""From the best to the worst, as they are shown."""


LEGS = {
    Leg.FUSED: "融合（答复实际使用的）",
    Leg.LEXICAL: "只按词语",
    Leg.DENSE: "只按向量",
    Leg.WORDS: "关键词（按词，BM25）",
    Leg.BIGRAMS: "关键词（按二字，BM25）",
}
"""The ways of ranking, in the order they are offered."""

MEASURES = {
    "nDCG@10": "前 10 名排得好不好：该找到的越靠前分越高，满分 1。最常用的总分。",
    "R@100": "该找到的有几成进了前 100 名：太低说明根本没查到，再怎么排也没用。",
    "RR@10": "第一个对的排在第几：第 1 名得 1 分，第 2 名得 1/2……前 10 名都不对得 0。",
    "Success@1": "第 1 名就是对的问题占几成。",
    "Judged@10": "前 10 名里有几成判断过。没判断过的一律按不对算，所以这个数低时，别的分数会偏低。",
}
"""The measures that are shown, each said in one sentence."""

KINDS = {
    Kind.TITLE: "标题 → 答复",
    Kind.QUESTION: "来信 → 答复",
    Kind.QUOTATION: "一句原话 → 出处",
    Kind.CLOZE: "删去的一句话 → 出处（难）",
    Kind.HEADING: "小标题 → 那一节",
    Kind.UNANSWERABLE: "没有答案的问题",
}
"""The kinds of questions that a library asks of itself."""


def split_words(name: str) -> str:
    """Say which questions a split has."""
    return SPLITS.get(name, name)


def leg_words(leg: str) -> str:
    """Say a way of ranking; what is none of ours stays as it is."""
    return LEGS[Leg(leg)] if leg in tuple(Leg) else leg


def short_leg_words(leg: str) -> str:
    """Say a way of ranking in a few characters, as reports do."""
    return SHORT.get(leg, leg)


def model_words(model: str) -> str:
    """Say a model without the digest of its weights."""
    return re.sub(r"-[0-9a-f]{12}$", "", model)
