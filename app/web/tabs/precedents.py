"""The tab 查先例: a proposal, and the earlier replies to the like of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from app.export.precedents import save_precedents
from app.types import Precedent
from app.web.feedback import NOTHING, Shown, Thumbs
from app.web.filters import build_filters
from app.web.links import Link, link_tab
from app.web.parts import ASKING, PRIVATE, Parts, build_html, render_error, tell_errors
from app.web.reader import connect_reader
from app.web.render import render, render_notice
from app.web.uploads import PROPOSAL_ENDINGS, read_proposal
from corpus.temporary import hold_folder
from eval.data.spans import Span
from index.ranking.requests.find import split_query

EXPORT_NAME = "先例.docx"


def build_tab(parts: Parts) -> None:
    """Build the tab."""
    with gr.Tab("查先例", id="precedents"):
        proposal = gr.Textbox(
            label="提案或建议的正文",
            placeholder="把新提案的正文粘贴到这里，或上传文件；然后查找以前对同类事项的答复。",
            lines=7,
            max_lines=16,
            elem_id="proposal",
        )
        with gr.Row(elem_classes="dafu-actions"):
            button = gr.Button("查找先例", variant="primary", elem_id="find", scale=0)
            upload = gr.UploadButton(
                "上传提案文件", file_types=list(PROPOSAL_ENDINGS), elem_id="proposal-file", scale=0
            )
            download = gr.DownloadButton("导出 Word", visible=False, elem_id="export", scale=0)
        panel = build_filters(parts)
        opened = parts.open_by_address("precedents", proposal)
        result = build_html(render_notice(WELCOME), "precedents")
        thumbs = Thumbs(parts, result)

    hidden = gr.update(visible=False)

    @tell_errors(lambda words: (gr.skip(), render_error(words)))
    def read_file(path: str) -> tuple[Any, str]:
        text = read_proposal(Path(path))
        note = f"已读入“{Path(path).name}”，共 {len(text):,} 字。请核对后点“查找先例”。"
        return text, render_notice(note)

    @tell_errors(lambda words: (render_error(words), hidden, NOTHING))
    def find(
        text: str | None, request: gr.Request, *values: Any
    ) -> Iterator[tuple[str, Any, Shown]]:
        yield render_notice("正在查找同类答复……", "busy"), hidden, NOTHING
        filters = panel.read(values)
        found = parts.service.precedents(text or "", filters)
        link = link_tab("precedents", f"查先例：{(text or '').strip()[:30]}", text or "", filters)
        shown = thumbs.show(text or "", list_spans(found), request)
        with hold_folder("export") as folder:  # Gradio copies the file before it comes back here
            path = folder / EXPORT_NAME
            save_precedents(path, found)
            button = gr.update(value=str(path), visible=True) if found else hidden
            requests = split_query(text or "")
            yield render_precedents(found, shown, requests, link), button, shown or NOTHING

    @tell_errors(lambda words: (render_error(words), hidden, NOTHING))
    def find_opened(
        text: str | None, request: gr.Request, *values: Any
    ) -> Iterator[tuple[str, Any, Shown]]:
        if (text or "").strip():
            yield from find(text, request, *values)
        else:
            yield render_notice(WELCOME), hidden, NOTHING

    upload.upload(read_file, upload, [proposal, result], **PRIVATE)
    gr.on(
        [button.click, proposal.submit],
        find,
        [proposal, *panel.components],
        [result, download, thumbs.shown],
        **ASKING,
    )
    inputs = [proposal, *panel.components]
    opened.change(find_opened, inputs, [result, download, thumbs.shown], **ASKING)
    connect_reader(parts, result)


WELCOME = "查到的先例会列在这里：谁答复过、何时、结果如何、原话怎么说，并可导出为 Word。"


def render_precedents(
    found: tuple[Precedent, ...],
    shown: Shown | None = None,
    requests: tuple[str, ...] = (),
    link: Link | None = None,
) -> str:
    """Render the precedents as a table whose rows unfold to the passages that match.

    :param shown: what can be rated; None: nothing.
    :param requests: what the proposal lists, each of which was looked for on its own.
    """
    return render("precedents", precedents=found, shown=shown, requests=requests, link=link)


def list_spans(found: tuple[Precedent, ...]) -> frozenset[Span]:
    """Return the spans that precedents show."""
    hits = (hit for precedent in found for hit in precedent.passages)
    return frozenset(Span(hit.card.reply_id, hit.start, hit.end) for hit in hits)
