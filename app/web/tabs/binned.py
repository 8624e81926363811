"""The section 回收站 of the tab 文库: what was put away, for the owner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from app.keeping.bin import BinList
from app.keeping.removal import KEPT_DAYS
from app.web.clicks import read_choice
from app.web.language import name, say
from app.web.parts import PRIVATE, Parts, build_html, render_error, tell_errors
from app.web.render import render, render_notice
from corpus.errors import InputError


def build_section(parts: Parts) -> None:
    """Build the section, folded; its heading says how many replies are in it."""
    with gr.Accordion(name("回收站"), open=False, elem_id="bin") as section:
        said = build_html("", "bin-said")
        table = build_html("", "bin-list")

    def show(sure: str = "") -> tuple[Any, str]:
        found = parts.service.bin.list_all()
        number = len(found.replies)
        label = f"回收站（{number}）" if number else "回收站"
        return gr.update(label=say(label)), render_bin(found, sure)

    @tell_errors(lambda words: (gr.skip(), render_error(words)))
    def refresh() -> tuple[Any, str]:
        return show()

    @tell_errors(lambda words: (gr.skip(), gr.skip(), render_error(words), gr.skip()))
    def choose(event: gr.EventData, version: int) -> Iterator[tuple[Any, ...]]:
        what, _, reply_id = read_choice(event).partition(" ")
        if what in ("ask", "spare"):
            yield *show(reply_id if what == "ask" else ""), "", gr.skip()
        elif what == "restore":
            (back,) = parts.service.bin.bring_back([reply_id])
            yield *show(), render_notice(f"已恢复：{back}"), version + 1
        elif what == "remove":
            yield (
                gr.skip(),
                gr.skip(),
                render_notice("正在彻底删除，并查找痕迹……", "busy"),
                gr.skip(),
            )
            proofs = parts.service.bin.remove([reply_id])
            yield *show(), render("removed", proofs=proofs), version + 1
        else:
            raise InputError("没有看懂要做什么，请重新打开本页。")

    gr.on([parts.blocks.load, parts.version.change], refresh, None, [section, table], **PRIVATE)
    outputs = [section, table, said, parts.version]
    table.select(choose, parts.version, outputs, concurrency_limit=1, **PRIVATE)


def render_bin(found: BinList, sure: str = "") -> str:
    """Render what was put away; `sure` is the id of what is about to be removed for good."""
    return render("bin", found=found, sure=sure, days=KEPT_DAYS)
