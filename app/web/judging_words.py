"""What the grades mean, as judges are told."""

from __future__ import annotations

from dataclasses import dataclass


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
