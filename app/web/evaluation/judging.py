"""The panel in which passages are judged, one key each; for the library's owner."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import Context

from app.judging import Judging, Sheet, check_judge, shorten_name
from app.web.evaluation.bench import LOOK_UP, Bench, build_download, connect_download, read_choice
from app.web.evaluation.words import EXAMPLE, GRADES
from app.web.parts import PRIVATE, build_html, render_error
from app.web.reader import connect_reader
from app.web.render import render, render_notice
from corpus.errors import InputError
from corpus.progress import Progress
from eval.data.topics import Topic, load_topics
from eval.judging.pool import DEEPEST, DEPTH, Pooling, read_topics

SCRIPT = Path(__file__).parent / "judging.js"
REVEAL = Path(__file__).parent / "judging_reveal.js"

ADDRESS = "#judging"
"""Added to the page's address, it opens the panel."""

TOPICS = [".jsonl", ".csv", ".tsv", ".xlsx", ".xls"]

EXPORTED = "判断.zip"


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


def build_step(bench: Bench) -> None:
    """Build the step."""
    with gr.Tab("④ 判断", id="judging"):
        build_judging(bench)


def build_judging(bench: Bench) -> None:
    """Build the panel where this is called."""
    parts, judging = bench.parts, bench.evaluations.judging
    seat = gr.State(Seat())
    with gr.Column(elem_id="judging"):
        with gr.Column(elem_id="judging-setup"):  # the style sheet hides it while one judges
            build_html(render("judging_intro"), "judging-intro")
            pooling = _build_pooling(bench)
            with gr.Row(elem_classes="dafu-judge"):
                pool = gr.Dropdown(
                    [], label="判断哪一批", elem_id="pool", interactive=True, min_width=240, scale=3
                )
                judge = gr.Textbox(
                    label="您的名字", max_lines=1, elem_id="judge-name", min_width=140, scale=2
                )
                start = gr.Button(
                    "开始判断", variant="primary", elem_id="judge-start", min_width=120, scale=0
                )
        sheet = build_html("", "judging-sheet", SCRIPT)
        standing = build_html("", "judging-standing")
        note = build_html("", "judging-note")
        button = build_download("judging-file")
    _connect_sheet(judging, seat, (pool, judge), start, sheet)
    connect_reader(parts, sheet)

    def show_standing(asked: str = "") -> str:
        try:
            return render("judging_standing", standing=judging.measure_standing(), asked=asked)
        except Exception as error:
            return render_error(error)

    def show_between(taken: Seat) -> str:
        # Who sees what others said of it, or how far they agree, judges otherwise.
        return "" if taken.busy else show_standing()

    def list_pools() -> tuple[Any, Any]:
        try:
            pools = judging.list_pools()
        except Exception:  # the standing says why
            return gr.skip(), gr.skip()
        choices = [(f"{p.name}（{p.queries} 个问题，{p.items} 段）", p.number) for p in pools]
        newest = pools[0].number if pools else None
        return gr.update(choices=choices, value=newest), gr.update(open=not pools)

    def choose(event: gr.EventData) -> tuple[Any, ...]:
        what, number = read_choice(event)
        kept = gr.skip()
        try:
            if what == "delete" and number.isdecimal():
                judging.delete_pool(int(number))
                return show_standing(), *list_pools(), "", kept
            if what == "set":
                card = bench.evaluations.keep_judgments()
                told = f"已存为测试集“{card.name}”：到“② 运行”选它，就用这些判断来评测文库。"
                return kept, kept, kept, render_notice(told), bench.evaluations.revision
        except Exception as error:
            return kept, kept, kept, render_error(error), kept
        return show_standing(number if what == "ask" else ""), kept, kept, "", kept

    def pack(what: str, folder: Path) -> Path:
        exported = folder / "判断"
        judging.export(exported, feedback=what == "feedback")
        return Path(shutil.make_archive(str(folder / Path(EXPORTED).stem), "zip", exported))

    bench.changed.change(list_pools, outputs=[pool, pooling], **PRIVATE)
    gr.on([bench.changed.change, seat.change], show_between, seat, standing, **PRIVATE)
    standing.select(choose, outputs=[standing, pool, pooling, note, bench.changed], **PRIVATE)
    connect_download(standing.download, pack, button, note)
    reveal = REVEAL.read_text(encoding="utf-8").replace("NAMES", json.dumps(_tabs_above()))
    parts.blocks.load(None, js=reveal, **PRIVATE)


def _build_pooling(bench: Bench) -> gr.Accordion:
    """Build what makes a pool; return it."""
    with gr.Accordion(
        "新的一批：写下问题，汇集待判断的段落", open=False, elem_id="pooling"
    ) as panel:
        lines = gr.Textbox(
            label="问题（每行一个）",
            placeholder="老旧小区加装电梯有补贴吗？\n社区食堂老人吃饭怎么优惠？",
            lines=4,
            max_lines=12,
            elem_id="pool-queries",
        )
        with gr.Row():
            file = gr.File(
                label="或选择查询文件", file_types=TOPICS, height=140, elem_id="pool-file"
            )
            depth = gr.Number(
                label="每种排序取前几段",
                value=DEPTH,
                precision=0,
                minimum=1,
                maximum=DEEPEST,
                min_width=160,
                elem_id="pool-depth",
            )
        button = gr.Button("汇集", elem_id="pool-make", scale=0)
    note = build_html("", "pool-note")  # outside, for the panel folds once there is a pool

    def make(text: str | None, path: str | None, wanted: float | None) -> tuple[Any, ...]:
        try:
            name, topics = _read(text or "", path)
            pooling = Pooling(depth=int(wanted or DEPTH))
        except Exception as error:
            return render_error(error), *[gr.skip()] * 4

        def work(progress: Progress) -> str:
            made = bench.evaluations.make_pool(name, topics, pooling, progress)
            counts = f"{made.queries:,} 个问题，{made.items:,} 段"
            return f"已汇集：{counts}。到“④ 判断”写上名字，就可以开始判断。"

        bench.jobs.start(f"汇集“{shorten_name(name)}”", work)
        return "", "", None, *bench.watch()

    started = button.click(
        make, [lines, file, depth], [note, lines, file, *bench.watching], **PRIVATE
    )
    started.then(None, js=LOOK_UP, **PRIVATE)
    accordion: gr.Accordion = panel
    return accordion


def _connect_sheet(
    judging: Judging,
    seat: gr.State,
    chosen: tuple[gr.Dropdown, gr.Textbox],
    start: gr.Button,
    sheet: gr.HTML,
) -> None:
    def begin(pool: int | None, name: str | None) -> tuple[str, Seat]:
        try:
            if not pool:
                raise InputError("还没有可判断的：请先在“新的一批”里写下问题，点“汇集”。")
            found = judging.next_sheet(int(pool), check_judge(name or ""))
            return render_sheet(found), Seat(found.pool, found.judge, over=not found.task)
        except Exception as error:
            return render_error(error), Seat()

    def answer(event: gr.EventData, taken: Seat) -> tuple[str, Seat]:
        what, which = read_choice(event)
        try:
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
        except Exception as error:
            return render_error(error), Seat()

    gr.on([start.click, chosen[1].submit], begin, [*chosen], [sheet, seat], **PRIVATE)
    sheet.select(answer, seat, [sheet, seat], **PRIVATE)


def render_sheet(sheet: Sheet) -> str:
    """Render what lies before a judge."""
    return render("judging_sheet", sheet=sheet, grades=GRADES, example=EXAMPLE)


def _read(text: str, path: str | None) -> tuple[str, tuple[Topic, ...]]:
    """Return a name for the pool, and its queries: those of the file, or else the lines."""
    if path:
        return Path(path).stem, load_topics(Path(path))
    topics = read_topics(text)
    return topics[0].text if len(topics) == 1 else f"{topics[0].text[:16]}等", topics


def _put_off(seat: Seat, item: int) -> Seat:
    return replace(seat, skipped=(*(i for i in seat.skipped if i != item), item))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else -1


def _tabs_above() -> list[str]:
    """Return the names of the tabs in which something is being built, outermost first."""
    names: list[str] = []
    block: Any = Context.block
    while block is not None:
        if isinstance(block, gr.Tab):
            names.insert(0, str(block.label))
        block = block.parent
    return names
