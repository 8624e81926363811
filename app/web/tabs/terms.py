"""The section 用语 of the tab 文库: the owner's own dictionary, and what a query is searched as."""

from __future__ import annotations

import gradio as gr

from app.web.language import name
from app.web.parts import PRIVATE, Parts, build_html, raise_error, tell_errors
from app.web.render import render, render_notice

HINT = (
    "每行一组：停车难 = 停车位不足（互为同义）；没暖气 → 集中供暖（单向）；停用 停车难；# 后是注释"
)


def build_section(parts: Parts) -> None:
    """Build the section, folded; the file is read anew whenever the page is opened."""
    own = parts.service.home.terms
    with gr.Accordion(name("用语：简称、同义词与口语"), open=False, elem_id="terms"):
        text = gr.Textbox(
            label=name("自己的用语"), info=name(HINT), lines=6, max_lines=20, elem_id="terms-own"
        )
        with gr.Row(elem_classes="dafu-actions"):
            save_button = gr.Button(name("保存"), variant="primary", elem_id="terms-save", scale=0)
        saved = build_html("", "terms-saved")
        with gr.Row(elem_classes="dafu-search"):
            query = gr.Textbox(
                label=name("试一句话"),
                show_label=False,
                container=False,
                placeholder=name("试一句话，看它会按哪些说法检索"),
                max_lines=1,
                elem_id="terms-query",
                scale=5,
            )
            try_button = gr.Button(name("试试"), elem_id="terms-try", min_width=96, scale=0)
        meaning = build_html("", "terms-meaning")

    @tell_errors(raise_error("用语读不出"))
    def load() -> str:
        return own.load_text()

    @tell_errors()
    def save(value: str | None) -> str:
        own.save_text(value or "")
        return render_notice("已保存，下一次检索就按它查。")

    @tell_errors()
    def show_meaning(value: str | None) -> str:
        return render("terms", meaning=parts.service.explain((value or "").strip()))

    parts.blocks.load(load, None, text, **PRIVATE)
    save_button.click(save, text, saved, concurrency_limit=1, **PRIVATE)
    gr.on([query.submit, try_button.click], show_meaning, query, meaning, **PRIVATE)
