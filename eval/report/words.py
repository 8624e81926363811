"""How measures, legs, causes, categories and times are said in Chinese, wherever they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.clock import local
from eval.making.queries import QueryKind
from eval.ranking.categories import AGENCY, CATEGORY, KIND, LENGTH, REGISTER
from eval.ranking.causes import Cause
from eval.ranking.search import Leg

MEASURES = {
    "nDCG@10": "前 10 名排得好不好：该找到的越靠前分越高，满分 1。最常用的总分。",
    "R@100": "该找到的有几成进了前 100 名：太低说明根本没查到，再怎么排也没用。",
    "RR@10": "第一个对的排在第几：第 1 名得 1 分，第 2 名得 1/2……前 10 名都不对得 0。",
    "Success@1": "第 1 名就是对的问题占几成。",
    "Judged@10": "前 10 名里有几成判断过。没判断过的一律按不对算，所以这个数低时，别的分数会偏低。",
}
"""The measures that are shown, each said in one sentence."""

LEGS: dict[str, str] = {
    Leg.FUSED: "各路融合",
    Leg.LEXICAL: "只按词语",
    Leg.DENSE: "只按向量",
    Leg.ENCODED: "只按语义",
    Leg.WORDS: "只用词的 BM25",
    Leg.BIGRAMS: "只用二字的 BM25",
}
"""What is said of the ways of ranking, in the order they are offered."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A cause in a few words, a sentence on what it means, and what can be done."""

    title: str
    meaning: str
    remedy: str


CAUSES = {
    Cause.ABSENT: Diagnosis(
        "不在库里",
        "该找到的文档不在被检索的文档里，或者是空的。",
        "载入缺少的文档，或更正判断。",
    ),
    Cause.EMPTY: Diagnosis(
        "没有正文",
        "文档在库里，但没有可检索的正文段落（只认出了开头和落款）。",
        "查看原文件读得是否完整。",
    ),
    Cause.UNPROPOSED: Diagnosis(
        "两路都没提名",
        "按词语和按向量选出的候选段落里都没有它：用词和意思都离得远。",
        "补充同义说法（用语表），或换一个向量模型。",
    ),
    Cause.RERANKED: Diagnosis(
        "重排压低", "融合后已在前列，被后面的重排压了下去。", "关掉重排，或换一个重排模型再比。"
    ),
    Cause.FILTERED: Diagnosis(
        "因地区压后",
        "查询里提到某个区县，而它是别的区县的答复，被压到后面；不按地区压后就在前列。",
        "查看它的地区认得对不对。",
    ),
    Cause.FUSED: Diagnosis(
        "融合压低",
        "只按词语或只按向量排，它都曾在前列；两路合并后落了下来。",
        "用更多判断重新拟合融合。",
    ),
    Cause.CUT: Diagnosis(
        "段落切得不好",
        "若每个候选段落都可以和相邻的段落合成一段再算，它就在前列：答案被切在了两段里。",
        "查看原文的标题和分段。",
    ),
    Cause.LOW: Diagnosis(
        "两路都排得低",
        "在候选里，但按词语、按向量、合起来都在后面：别的文档更像，或它们也相关而没有判断过。",
        "先判断排在前面的文档是否也相关。",
    ),
}
"""What is said of each cause."""

CATEGORIES = {
    CATEGORY: "测试集自带的类别",
    AGENCY: "发文机关",
    KIND: "种类",
    REGISTER: "说法",
    LENGTH: "查询长短",
}
"""What is said of each category."""

SPLITS = {
    "test": "全部",
    "passages": "按段落",
    QueryKind.TITLE.value: "标题",
    QueryKind.QUESTION.value: "来信",
    QueryKind.QUOTATION.value: "一句原话",
    QueryKind.CLOZE.value: "删去的一句话",
    QueryKind.HEADING.value: "小标题",
    QueryKind.UNANSWERABLE.value: "没有答案的问题",
}
"""What is said of the parts of test sets, which kinds of questions are."""


def leg_words(leg: str) -> str:
    """Say a way of ranking; what is none of ours stays as it is."""
    return LEGS.get(leg, leg)


def split_words(name: str) -> str:
    """Say which questions a split has."""
    return SPLITS.get(name, name)


def model_words(model: str) -> str:
    """Say a model without the digest of its weights."""
    return re.sub(r"-[0-9a-f]{12}$", "", model)


TIMED_LEGS = {
    "analyse": "分析查询",
    "lexical": "词语一路",
    "dense": "向量一路",
    "fused": "检索全程",
    "ask": "问答全程",
}
"""What is said of the parts of a search whose speed is measured, in the order they are listed."""

QUERY_LENGTHS = {"short": "短查询", "long": "长查询"}
"""What is said of the queries that speed is measured by."""

GROWING = {
    "short": "短查询",
    "long": "长查询",
    "add": "再载入",
    "open": "打开",
    "memory": "自用内存",
    "disk": "磁盘",
}
"""What is said of what may grow with the library."""


def day_and_time(made: str) -> str:
    """Write a time of ISO 8601 in the zone of this computer, to the minute; else as it is."""
    try:
        return local(made).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return made
