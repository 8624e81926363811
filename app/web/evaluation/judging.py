"""The panel in which passages are judged, one key each; for the library's owner."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import Context

from app.evaluation.judging import shorten_name
from app.web.evaluation.sheet import Seat, connect_sheet
from app.web.evaluation.steps import (
    StepParts,
    read_choice,
)
from app.web.guest import account_now
from app.web.language import name, say
from app.web.parts import PRIVATE, build_download, build_html, render_error, tell_errors
from app.web.reader import connect_reader
from app.web.render import frame, load_asset, render, render_notice
from corpus.progress import Progress
from eval.data.topics import Topic, load_topics
from eval.judging.pool import DEEPEST, DEPTH, Pooling, read_topics

ADDRESS = "#judging"
"""Added to the page's address, it opens the panel."""

TOPICS = [".jsonl", ".csv", ".tsv", ".xlsx", ".xls"]

EXPORTED = "判断.zip"


def build_step(shared: StepParts) -> None:
    """Build the step."""
    with gr.Tab(name("④ 判断"), id="judging"), gr.Column(elem_id="judging"):
        seat = gr.State(Seat())
        tabs = json.dumps(_tabs_above())
        with gr.Column(elem_id="judging-setup"):  # the style sheet hides it while one judges
            build_html(frame("judging_intro"), "judging-intro")
            pooling = _build_pooling(shared)
            with gr.Row(elem_classes="dafu-judge"):
                pool = gr.Dropdown(
                    [],
                    label=name("判断哪一批"),
                    elem_id="pool",
                    interactive=True,
                    min_width=240,
                    scale=3,
                )
                judge = gr.Textbox(
                    label=name("您的名字"),
                    max_lines=1,
                    elem_id="judge-name",
                    min_width=140,
                    scale=2,
                )
                start = gr.Button(
                    name("开始判断"),
                    variant="primary",
                    elem_id="judge-start",
                    min_width=120,
                    scale=0,
                )
        sheet = build_html("", "judging-sheet", "judging.js")
        _build_standing(shared, seat, (pool, judge), pooling)
    connect_sheet(shared.evaluations.judging, seat, (pool, judge), start, sheet)
    connect_reader(shared.parts, sheet)
    reveal = load_asset("judging_reveal.js").replace("TABS", tabs)
    shared.parts.blocks.load(None, js=reveal, **PRIVATE)


def _build_standing(
    shared: StepParts,
    seat: gr.State,
    chosen: tuple[gr.Dropdown, gr.Textbox],
    pooling: gr.Accordion,
) -> None:
    """Build what says how far judging has come, and what can be done with the judgments."""
    pool, judge = chosen
    judging = shared.evaluations.judging
    standing = build_html("", "judging-standing")
    note = build_html("", "judging-note")
    button = build_download("judging-file")
    kept = gr.skip()

    @tell_errors()
    def show_standing(asked: str = "") -> str:
        return render("judging_standing", standing=judging.summarise(), asked=asked)

    def show_between(taken: Seat) -> str:
        # Who sees what others said of it, or how far they agree, judges otherwise.
        return "" if taken.busy else show_standing()

    @tell_errors(lambda _: (kept, kept))  # the standing says why
    def list_pools() -> tuple[Any, Any]:
        pools = judging.list_pools()
        choices = [(say(f"{p.name}（{p.queries} 个问题，{p.items} 段）"), p.number) for p in pools]
        newest = pools[0].number if pools else None
        return gr.update(choices=choices, value=newest), gr.update(open=not pools)

    @tell_errors(lambda _: (kept, kept, kept))
    def show_chosen() -> tuple[Any, ...]:
        own = account_now()
        return *list_pools(), gr.update(value=own, interactive=False) if own else kept

    @tell_errors(lambda words: (kept, kept, kept, render_error(words), kept))
    def choose(event: gr.EventData) -> tuple[Any, ...]:
        what, number = read_choice(event)
        if what == "delete" and number.isdecimal():
            judging.delete_pool(int(number))
            return show_standing(), *list_pools(), "", kept
        if what == "set":
            card = shared.evaluations.keep_judgments()
            told = f"已存为测试集“{card.name}”：到“② 运行”选它，就用这些判断来评测文库。"
            return kept, kept, kept, render_notice(told), shared.evaluations.revision
        return show_standing(number if what == "ask" else ""), kept, kept, "", kept

    def pack(what: str, folder: Path) -> Path:
        exported = folder / "判断"
        judging.export(exported, feedback=what == "feedback")
        return Path(shutil.make_archive(str(folder / Path(EXPORTED).stem), "zip", exported))

    shared.changed.change(show_chosen, outputs=[pool, pooling, judge], **PRIVATE)
    gr.on([shared.changed.change, seat.change], show_between, seat, standing, **PRIVATE)
    standing.select(choose, outputs=[standing, pool, pooling, note, shared.changed], **PRIVATE)
    shared.connect_download(standing.download, pack, button, note)


def _build_pooling(shared: StepParts) -> gr.Accordion:
    """Build what makes a pool; return it."""
    with gr.Accordion(
        name("新的一批：写下问题，汇集待判断的段落"), open=False, elem_id="pooling"
    ) as panel:
        lines = gr.Textbox(
            label=name("问题（每行一个）"),
            placeholder=name("老旧小区加装电梯有补贴吗？\n社区食堂老人吃饭怎么优惠？"),
            lines=4,
            max_lines=12,
            elem_id="pool-queries",
        )
        with gr.Row():
            file = gr.File(
                label=name("或选择查询文件"), file_types=TOPICS, height=140, elem_id="pool-file"
            )
            depth = gr.Number(
                label=name("每种排序取前几段"),
                value=DEPTH,
                precision=0,
                minimum=1,
                maximum=DEEPEST,
                min_width=160,
                elem_id="pool-depth",
            )
        button = gr.Button(name("汇集"), elem_id="pool-make", scale=0)
    note = build_html("", "pool-note")  # outside, for the panel folds once there is a pool

    @tell_errors(lambda words: (render_error(words), *[gr.skip()] * 4))
    def make(text: str | None, path: str | None, wanted: float | None) -> tuple[Any, ...]:
        called, topics = _read(text or "", path)
        pooling = Pooling(depth=int(wanted or DEPTH))

        def work(progress: Progress) -> str:
            made = shared.evaluations.judging.make_pool(called, topics, pooling, progress)
            counts = f"{made.queries:,} 个问题，{made.items:,} 段"
            return f"已汇集：{counts}。到“④ 判断”写上名字，就可以开始判断。"

        shared.jobs.start(f"汇集“{shorten_name(called)}”", work)
        return "", "", None, *shared.watch()

    shared.connect_start(button, make, [lines, file, depth], [note, lines, file])
    accordion: gr.Accordion = panel
    return accordion


def _read(text: str, path: str | None) -> tuple[str, tuple[Topic, ...]]:
    """Return a name for the pool, and its queries: those of the file, or else the lines."""
    if path:
        return Path(path).stem, load_topics(Path(path))
    topics = read_topics(text)
    return topics[0].text if len(topics) == 1 else f"{topics[0].text[:16]}等", topics


def _tabs_above() -> list[str]:
    """Return the ids of the tabs in which something is being built, outermost first."""
    ids: list[str] = []
    block: Any = Context.block
    while block is not None:
        if isinstance(block, gr.Tab):
            ids.insert(0, str(block.id))
        block = block.parent
    return ids
