"""The tab 查先例: a proposal, its requests, what answers each, and a draft of the reply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from app.desk.files import read_proposal
from app.links import Link, link_tab
from app.patience import EXPORT, MANY, PROPOSAL
from app.web.clicks import read_choice
from app.web.desk.asked import Edits, Wish, read_sent, set_fields
from app.web.desk.exports import save_wish
from app.web.desk.looking import look_up
from app.web.desk.many import (
    AT_A_TIME,
    ENDINGS,
    MOST,
    MOST_OF_OWNER,
    Batch,
    Packed,
    check_many,
    is_many,
    pack_many,
    read_one,
    render_many,
)
from app.web.desk.view import NOTHING_LAID, Laid, render_desk, render_precedents
from app.web.feedback import NOTHING, Thumbs
from app.web.files import give
from app.web.filters import build_filters, name_view
from app.web.following import Step, follow
from app.web.language import name, say
from app.web.panel import FilterPanel
from app.web.parts import (
    ASKING,
    CLICK,
    PRIVATE,
    Parts,
    build_download,
    build_html,
    explain,
    raise_error,
    render_error,
    tell_errors,
)
from app.web.reader import connect_reader
from app.web.render import frame, load_asset, render, render_notice
from corpus.errors import InputError
from corpus.filters import Filters
from corpus.temporary import hold_folder

WELCOME = (
    "粘贴或上传一件提案、建议或来信：这里列出它的每项诉求和以前对各项的答复，打勾选用，导出答复底稿。"
    "一次上传几份或一个压缩包，就各出一份底稿。"
)

Outcome = tuple[Any, Any, Any, Any, Any, Any]
"""What an event gives: the desk, what can be rated there, what lies on it, a file to download; the
replies like the whole, and what can be rated there."""

NO_RESULT = NOTHING, NOTHING_LAID, None, "", NOTHING
"""What stands beside words in the place of a result: no result outlives what it was of."""

NO_BATCH = "", None, Batch()
"""What stands in the place of several proposals: their table, their files packed, and what came."""

UPLOADING: dict[str, Any] = {**PRIVATE, "concurrency_limit": 8, "concurrency_id": "proposals"}
"""For uploads of proposals: many at once take minutes, and must leave threads to those who ask."""


def build_tab(parts: Parts) -> None:
    """Build the tab."""
    with gr.Tab(name("查先例"), id="precedents"):
        proposal = gr.Textbox(
            label=name("提案、建议或来信的正文"),
            placeholder=name(
                "把正文粘贴到这里，或上传文件；一次选几份或一个压缩包，就各出一份底稿。"
            ),
            lines=6,
            max_lines=14,
            elem_id="proposal",
        )
        with gr.Row(elem_classes="dafu-actions"):
            button = gr.Button(name("查找先例"), variant="primary", elem_id="find", scale=0)
            upload = gr.UploadButton(
                name("上传提案文件"),
                file_types=list(ENDINGS),
                file_count="multiple",
                elem_id="proposal-file",
                scale=0,
            )
        panel = build_filters(parts)
        opened = parts.open_by_address("precedents", proposal)
        many = build_html("", "many", "many.js")
        packed = build_download("many-file")
        batch = gr.State(Batch())
        view = build_html(frame("notice", text=WELCOME, tone="info"), "precedents", "desk.js")
        edits = gr.Textbox(elem_id="desk-edits", visible="hidden")
        file = build_download("desk-file")
        alike = build_html("", "alike")
        thumbs = Thumbs(parts, view), Thumbs(parts, alike)
        laid = gr.State(NOTHING_LAID)

    events = _Events(parts, panel, thumbs)
    outputs = [view, thumbs[0].shown, laid, file, alike, thumbs[1].shown]
    gr.on(
        [button.click, proposal.submit],
        events.find,
        [edits, proposal, laid, *panel.components],
        outputs,
        js=load_asset("desk_edits.js"),
        **ASKING,
    )
    taken = [proposal, *outputs, many, packed, batch]
    upload.upload(events.take, [upload, *panel.components], taken, **UPLOADING)
    many.select(events.pick, [batch, *panel.components], [proposal, *outputs], **ASKING)
    gr.on([view.download, alike.download], events.export, laid, file, **PRIVATE).success(
        None, js=CLICK.format(id=file.elem_id), **PRIVATE
    )
    opened.change(events.open, [proposal, *panel.components], outputs, **ASKING)
    changes = [component.change for component in panel.components]
    gr.on(changes, None, js="() => window.dafuDesk?.age()", **PRIVATE)
    connect_reader(parts, view)
    connect_reader(parts, alike)


def paths_of(given: list[str] | None) -> list[Path]:
    """Return what was uploaded."""
    return list(map(Path, given or ()))


class _Events:
    """What the tab does where somebody clicks."""

    def __init__(self, parts: Parts, panel: FilterPanel, thumbs: tuple[Thumbs, Thumbs]) -> None:
        self._service = parts.service
        self._most = MOST_OF_OWNER if parts.service.role.sees_all else MOST
        self._panel = panel
        self._thumbs = thumbs

    @tell_errors(lambda words: (render_error(words), *NO_RESULT), PROPOSAL)
    def find(
        self, sent: str | None, text: str | None, before: Laid, request: gr.Request, *values: Any
    ) -> Iterator[Outcome]:
        """Look up what was pasted, by its requests as they stand in the page if it is the same."""
        same = sent and text == before.text
        kept = read_sent(Edits, sent) if same else None
        try:
            requests = kept.list_requests() if kept else None
        except InputError as error:  # what was corrected must not be lost
            gr.Warning(explain(error), title=say("没有重新查找"))
            yield (gr.skip(),) * 6
            return
        filters = self._panel.read(values)
        link = _link(text or "", filters)
        for step in look_up(self._service, text or "", filters, requests):
            if isinstance(step, Laid) and kept:
                step = replace(step, coverage=set_fields(step.coverage, kept.proposal))
            yield self._show(step, request, link)

    @tell_errors(lambda words: (render_error(words), *NO_RESULT), PROPOSAL)
    def open(self, text: str | None, request: gr.Request, *values: Any) -> Iterator[Outcome]:
        """Look up what an address asks for."""
        if (text or "").strip():
            yield from self._look_up(text or "", values, request)
        else:
            yield render_notice(WELCOME), *NO_RESULT

    @tell_errors(
        lambda words: (gr.skip(), render_error(words), *NO_RESULT, *NO_BATCH),
        kind_of=lambda _, given, *__: MANY if is_many(paths_of(given)) else PROPOSAL,
    )
    def take(
        self, given: list[str] | None, request: gr.Request, *values: Any
    ) -> Iterator[tuple[Any, ...]]:
        """Look up a proposal that was uploaded, or draft replies to several."""
        paths = paths_of(given)
        if not paths:
            raise InputError("没有收到文件，请再上传一次。")
        yield gr.skip(), *_busy("正在读取"), *NO_BATCH
        if is_many(paths):
            yield from self._answer(paths, values)
            return
        text = read_proposal(paths[0])
        for outcome in self._look_up(text, values, request):
            yield text, *outcome, *NO_BATCH

    @tell_errors(lambda words: (gr.skip(), render_error(words), *NO_RESULT), PROPOSAL)
    def pick(
        self, event: gr.EventData, batch: Batch, request: gr.Request, *values: Any
    ) -> Iterator[tuple[Any, ...]]:
        """Look up one of several that were uploaded."""
        yield gr.skip(), *_busy("正在读取")
        text = read_one(batch, read_choice(event))
        for outcome in self._look_up(text, values, request):
            yield text, *outcome

    @tell_errors(raise_error("没有导出"), EXPORT)
    def export(self, event: gr.EventData, given: Laid) -> Iterator[str]:
        """Make the file that is asked for."""
        wish = read_sent(Wish, event._data)
        with hold_folder("export") as folder:
            path, note = save_wish(self._service.desk, given, wish, folder)
            if note:
                gr.Warning(say(note), title=say("底稿已写好"))
            yield give(self._service.role, path)

    def _look_up(self, text: str, values: Sequence[Any], request: gr.Request) -> Iterator[Outcome]:
        filters = self._panel.read(values)
        link = _link(text, filters)
        for step in look_up(self._service, text, filters):
            yield self._show(step, request, link)

    def _answer(self, paths: list[Path], values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        check_many(paths, self._most)
        filters = self._panel.read(values)
        yield gr.skip(), *_busy("正在读取，或等前面几批办完"), *NO_BATCH
        with AT_A_TIME.turn(), hold_folder("export") as folder:
            work = partial(pack_many, self._service.desk, paths, folder, filters)
            for step in follow(work, to_the_end=False):
                if isinstance(step, Packed):
                    given = give(self._service.role, step.path)
                    sources = tuple(each.source for each in step.report.proposals)
                    shown = render_many(step.report), given, Batch(tuple(paths), sources)
                    yield "", "", *NO_RESULT, *shown
                else:
                    yield gr.skip(), *_busy(*step), *NO_BATCH

    def _show(self, step: Step | Laid, request: gr.Request, link: Link) -> Outcome:
        if not isinstance(step, Laid):
            return _busy(*step)
        passages, whole = self._thumbs
        if step.whole is not None:  # the desk stands already, and may be worked on
            shown = whole.show(step.text, step.list_whole(), request)
            html = render_precedents(step.whole, shown)
            return gr.skip(), gr.skip(), step, gr.skip(), html, shown or NOTHING
        shown = passages.show(step.text, step.list_spans(), request)
        html = render_desk(step, self._service.desk.draft(step.coverage), shown, link)
        busy = render_notice("正在查找与全文相近的答复……", "busy")
        return html, shown or NOTHING, step, None, busy, NOTHING


def _link(text: str, filters: Filters) -> Link:
    title = name_view(say(f"查先例：{text.strip()[:30]}"), filters)
    return link_tab("precedents", title, text, filters)


def _busy(stage: str, done: int = 0, total: int | None = None) -> Outcome:
    return render("progress", stage=stage, done=done, total=total), *NO_RESULT
