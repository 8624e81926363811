"""The panel in which people say which column of an uploaded table holds what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from app.uploads import tables_of
from app.web.language import name, say
from app.web.parts import PRIVATE, build_html, tell_errors
from app.web.render import render
from corpus.errors import InputError
from corpus.readers import ColumnMapping
from corpus.readers.columns import LABELS
from corpus.readers.mapping import SEVERAL, parse_mapping
from corpus.readers.opening import Table
from corpus.readers.values import read_cell

NAME = "列对应"
NONE = "（没有）"
MOST_ROWS = 4
"""Rows that are shown of a table."""
LONGEST_CELL = 60

FIRST = (
    *("reply", "question", "title", "date", "asked", "agency", "doc_number", "outcome"),
    *("disclosure", "matter_number", "matter_title", "proposer"),
)
"""What most tables have columns of; the rest is folded."""
KEYS = (*FIRST, *(key for key in LABELS if key not in FIRST))


@dataclass(frozen=True, slots=True)
class ColumnPanel:
    """The panel's components; handlers take them as inputs and give their values to `read`."""

    components: tuple[gr.Dropdown, ...]
    found: gr.State
    """What was recognised, as values of the components."""

    def read(self, found: Sequence[Any] | None, values: Sequence[Any]) -> ColumnMapping | None:
        """Return the mapping that was chosen, None where what was recognised was left.

        :raises InputError: where something was chosen, but no column of the reply.
        """
        chosen = [_names(value) for value in values]
        if found is None or chosen == [_names(value) for value in found]:
            return None
        if not chosen[0]:
            raise InputError("“列对应”里还没有选答复内容所在的列。")
        # What is shown as absent is: by an empty name.
        named = {
            key: list(names) if key in SEVERAL and names else next(iter(names), "")
            for key, names in zip(KEYS, chosen, strict=True)
        }
        return parse_mapping(named, f"“{NAME}”")


def build_columns(files: gr.File) -> ColumnPanel:
    """Build the panel, which appears with the first table among the files.

    It is unfolded where the column of the reply was not recognised.
    """
    with gr.Accordion(name(NAME), open=False, visible=False, elem_id="columns") as accordion:
        preview = build_html("", "columns-preview")
        with gr.Row():
            first = [_build_choice(key) for key in FIRST]
        with gr.Accordion(name("其他各列"), open=False), gr.Row():
            rest = [_build_choice(key) for key in KEYS[len(FIRST) :]]
    choices = (*first, *rest)
    found = gr.State(None)

    @tell_errors(lambda _: [gr.skip() for _ in range(3 + len(choices))])
    def show(paths: list[str] | None) -> list[Any]:
        table = find_table(map(Path, paths or ()))
        if table is None:
            return [gr.update(visible=False), "", None, *(gr.skip() for _ in choices)]
        values = recognised_values(table)
        names = list(table.names)
        updates = [
            gr.update(choices=names if key in SEVERAL else [(say(NONE), ""), *names], value=value)
            for key, value in zip(KEYS, values, strict=True)
        ]
        unfolded = "reply" not in table.columns or table.problem is not None
        panel = gr.update(visible=True, open=unfolded)
        return [panel, render_preview(table), values, *updates]

    files.change(show, files, [accordion, preview, found, *choices], **PRIVATE)
    return ColumnPanel(choices, found)


def _build_choice(key: str) -> gr.Dropdown:
    several = key in SEVERAL
    return gr.Dropdown(
        [] if several else [(name(NONE), "")],
        value=[] if several else "",
        label=name(LABELS[key]),
        multiselect=several,
        min_width=130,
        elem_classes="dafu-none" if several else "",
        elem_id=f"column-{key}",
    )


def find_table(paths: Iterable[Path]) -> Table | None:
    """Return the first table whose reply can't be told without help, else the first table."""
    tables = [table for path in paths for table in tables_of(path) if table.names]
    helpless = (table for table in tables if table.problem)
    return next(helpless, tables[0] if tables else None)


def recognised_values(table: Table) -> list[Any]:
    """Return what was recognised of a table, as the panel's components show it."""
    values: list[Any] = []
    for key in KEYS:
        taken = table.columns.get(key)
        columns = list(taken.columns) if taken else []
        values.append(columns if key in SEVERAL else columns[0] if columns else "")
    return values


def render_preview(table: Table) -> str:
    """Render a table's first rows, and by what its columns were recognised."""
    rows = [[_shorten(row.get(name)) for name in table.names] for row in table.head[:MOST_ROWS]]
    taken = {
        column: f"{LABELS[key]}（按{each.how}）"
        for key, each in table.columns.items()
        for column in each.columns
    }
    return render(
        "columns",
        name=table.place.rpartition("/")[2],
        names=table.names,
        taken=taken,
        rows=rows,
        problem=table.problem,
        remarks=[each.reason for each in table.said],
        is_found="reply" in table.columns,
    )


def _shorten(cell: object) -> str:
    text = " ".join(read_cell(cell).split())
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


def _names(value: Any) -> tuple[str, ...]:
    """Return the columns that a component has chosen."""
    if isinstance(value, (list, tuple)):
        return tuple(str(each) for each in value)
    return (str(value),) if value else ()
