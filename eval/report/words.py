"""How causes, categories, legs and times are said in Chinese, in reports and on the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eval.making.kinds import Kind
from eval.ranking.categories import AGENCY, CATEGORY, KIND, LENGTH, REGISTER
from eval.ranking.causes import Cause
from eval.ranking.side_by_side import Change


@dataclass(frozen=True, slots=True)
class Said:
    """A few words for a thing, a sentence on what it means, and what can be done."""

    title: str
    meaning: str
    remedy: str = ""


CAUSES = {
    Cause.ABSENT: Said(
        "不在库里",
        "该找到的文档不在被检索的文档里，或者是空的。",
        "载入缺少的文档，或更正判断。",
    ),
    Cause.EMPTY: Said(
        "没有正文",
        "文档在库里，但没有可检索的正文段落（只认出了开头和落款）。",
        "查看原文件读得是否完整。",
    ),
    Cause.UNPROPOSED: Said(
        "两路都没提名",
        "按词语和按向量选出的候选段落里都没有它：用词和意思都离得远。",
        "补充同义说法（用语表），或换一个向量模型。",
    ),
    Cause.RERANKED: Said(
        "重排压低", "融合后已在前列，被后面的重排压了下去。", "关掉重排，或换一个重排模型再比。"
    ),
    Cause.FILTERED: Said(
        "因地区压后",
        "查询里提到某个区县，而它是别的区县的答复，被压到后面；不按地区压后就在前列。",
        "查看它的地区认得对不对。",
    ),
    Cause.FUSED: Said(
        "融合压低",
        "只按词语或只按向量排，它都曾在前列；两路合并后落了下来。",
        "用更多判断重新拟合融合。",
    ),
    Cause.CUT: Said(
        "段落切得不好",
        "若每个候选段落都可以和相邻的段落合成一段再算，它就在前列：答案被切在了两段里。",
        "查看原文的标题和分段。",
    ),
    Cause.LOW: Said(
        "两路都排得低",
        "在候选里，但按词语、按向量、合起来都在后面：别的文档更像，或它们也相关而没有判断过。",
        "先判断排在前面的文档是否也相关。",
    ),
}
"""What is said of each cause."""

CATEGORIES = {
    CATEGORY: "测试集自带的类别",
    AGENCY: "答复机关",
    KIND: "种类",
    REGISTER: "说法",
    LENGTH: "查询长短",
}
"""What is said of each category."""

CHANGES = {Change.NEW: "新出现", Change.UP: "上升", Change.DOWN: "下降", Change.SAME: "不变"}

SPLITS = {
    "test": "全部",
    "passages": "按段落",
    Kind.TITLE.value: "标题",
    Kind.QUESTION.value: "来信",
    Kind.QUOTATION.value: "一句原话",
    Kind.CLOZE.value: "删去的一句话",
    Kind.HEADING.value: "小标题",
    Kind.UNANSWERABLE.value: "没有答案的问题",
}
"""What is said of the parts of test sets, which kinds of questions are."""

LEGS = {
    "fused": "融合",
    "lexical": "只按词语",
    "dense": "只按向量",
    "words": "BM25 词",
    "bigrams": "BM25 二字",
}
"""What is said of ways of ranking."""


def day_and_time(made: str) -> str:
    """Write a time of ISO 8601 in the zone of this computer, to the minute; else as it is."""
    try:
        return datetime.fromisoformat(made).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return made
