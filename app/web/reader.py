"""The panel in which a reply is read, with the span that was asked for marked in its place."""

from __future__ import annotations

import time
from typing import Any

import gradio as gr

from app.types import ReplyView
from app.web.marks import lay_out
from app.web.parts import PRIVATE, Parts, build_html
from app.web.render import file_name, render
from app.web.trouble import explain
from app.wording import chinese_date, outcome_words
from corpus.types import FieldName

LABELS = {
    FieldName.AGENCY: "发文机关",
    FieldName.DOC_NUMBER: "文号",
    FieldName.DATE: "成文日期",
    FieldName.OUTCOME: "办理结果",
    FieldName.DISCLOSURE: "公开属性",
    FieldName.KIND: "类型",
    FieldName.RECIPIENT: "主送",
    FieldName.MATTER_NUMBER: "提案（建议）号",
    FieldName.SESSION: "届次",
    FieldName.PROPOSER: "提出人",
    FieldName.ROLE: "主办／会办",
    FieldName.REGION: "地区",
    FieldName.ASKED: "留言日期",
    FieldName.CONTACT_PERSON: "联系人",
    FieldName.CONTACT_PHONE: "联系电话",
    FieldName.CONTACT_ADDRESS: "联系地址",
    FieldName.POSTCODE: "邮编",
}
"""The fields shown above a reply, in their order; its matter and its title stand over them."""

IN_WORDS = {
    FieldName.DATE: chinese_date,
    FieldName.ASKED: chinese_date,
    FieldName.OUTCOME: outcome_words,
}
"""How values are said that are stored in another form."""


def build_reader() -> gr.HTML:
    """Build the panel, empty."""
    return build_html("", "reader")


def connect_reader(parts: Parts, source: gr.HTML) -> None:
    """Let the `data-open` buttons of a component open their reply in the panel."""

    def open_reply(event: gr.EventData) -> str:
        try:
            reply_id, start, end = _target(event)
            return render_reply(parts.service.show(reply_id), start, end, parts.is_owner)
        except Exception as error:
            return render("reader_error", message=explain(error), opened=time.time_ns())

    source.click(open_reply, outputs=parts.reader, **PRIVATE)


def render_reply(view: ReplyView, start: int, end: int, is_owner: bool) -> str:
    """Render a whole reply with its fields, the span `start..end` marked (-1, -1: none)."""
    return render(
        "reader",
        view=view,
        fields=list_fields(view),
        lines=lay_out(view, start, end),
        quote=view.text[start:end] if 0 <= start < end else "",
        source=view.card.source if is_owner else file_name(view.card.source),
        opened=time.time_ns(),
    )


def list_fields(view: ReplyView) -> list[tuple[str, str]]:
    """List the reply's fields as label and value; several values are joined with 、."""
    shown: list[tuple[str, str]] = []
    for name, label in LABELS.items():
        say = IN_WORDS.get(name, str)
        values = [say(field.value) for field in view.fields if field.name is name]
        if values:
            shown.append((label, "、".join(dict.fromkeys(values))))
    return shown


def _target(event: gr.EventData) -> tuple[str, int, int]:
    """Read which reply and span a click asks for; what a browser sends is not to be trusted."""
    data: Any = event._data
    values = data if isinstance(data, dict) else {}
    return str(values.get("reply", "")), _offset(values, "start"), _offset(values, "end")


def _offset(values: dict[str, Any], name: str) -> int:
    value = values.get(name, -1)
    return value if isinstance(value, int) else -1
