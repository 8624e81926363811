"""One passage after another before a judge, and what each grade means."""

from __future__ import annotations

from dataclasses import dataclass, replace

import gradio as gr

from app.evaluation.judging import Judging, Sheet, check_judge
from app.web.evaluation.steps import read_choice
from app.web.guest import account_now
from app.web.parts import PRIVATE, REPEATED, render_error, tell_errors
from app.web.render import render
from corpus.errors import InputError


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


@dataclass(frozen=True, slots=True)
class Seat:
    """Who is judging what, and the items put off for now; `over` where none is left."""

    pool: int = 0
    judge: str = ""
    skipped: tuple[int, ...] = ()
    over: bool = False

    @property
    def busy(self) -> bool:
        """Tell whether a task lies before the judge."""
        return bool(self.judge) and not self.over


def connect_sheet(
    judging: Judging,
    seat: gr.State,
    chosen: tuple[gr.Dropdown, gr.Textbox],
    start: gr.Button,
    sheet: gr.HTML,
) -> None:
    """Let who has `chosen` a pool and a name judge on the sheet; `seat` holds where they are.

    The name of who is signed in is their account's, whatever was typed.
    """

    def leave(words: str) -> tuple[str, Seat]:
        return render_error(words), Seat()

    @tell_errors(leave)
    def begin(pool: int | None, name: str | None) -> tuple[str, Seat]:
        if not pool:
            raise InputError("还没有可判断的：请先在“新的一批”里写下问题，点“汇集”。")
        found = judging.next_sheet(int(pool), check_judge(account_now() or name or ""))
        return render_sheet(found), Seat(found.pool, found.judge, over=not found.task)

    @tell_errors(leave)
    def answer(event: gr.EventData, taken: Seat) -> tuple[str, Seat]:
        what, which = read_choice(event)
        if not taken.judge or what == "stop":
            return "", Seat()
        wanted = None
        if what == "grade":
            item, _, grade = which.partition(":")
            judging.grade(_number(item), taken.judge, _number(grade))
        elif what == "undo":
            wanted = judging.undo(taken.pool, taken.judge)
        elif what == "skip":
            taken = _put_off(taken, _number(which))
        found = judging.next_sheet(taken.pool, taken.judge, taken.skipped, wanted)
        return render_sheet(found), replace(taken, over=not found.task)

    gr.on([start.click, chosen[1].submit], begin, [*chosen], [sheet, seat], **PRIVATE)
    sheet.select(answer, seat, [sheet, seat], **REPEATED)


def render_sheet(sheet: Sheet) -> str:
    """Render what lies before a judge."""
    return render("judging_sheet", sheet=sheet, grades=GRADES, example=EXAMPLE)


def _put_off(seat: Seat, item: int) -> Seat:
    return replace(seat, skipped=(*(i for i in seat.skipped if i != item), item))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else -1
