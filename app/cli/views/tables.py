"""How the columns of a table look in a terminal."""

from __future__ import annotations

import json

from rich.console import Console

from app.cli.views.layout import print_line, print_pairs
from corpus.readers.columns import LABELS
from corpus.readers.opening import Table
from corpus.readers.values import read_cell

LONGEST_EXAMPLE = 30
"""Characters of a cell that are shown."""


def print_table(console: Console, table: Table) -> bool:
    """Print what each column of a table was taken for; return whether it can be loaded."""
    print_line(console, table.place, style="bold")
    taken = {
        column: f"{LABELS[key]}（按{each.how}）"
        for key, each in table.columns.items()
        for column in each.columns
    }
    print_pairs(
        console,
        ((name, f"{taken.get(name, '—')}　{_example(table, name)}") for name in table.names),
    )
    for told in table.said:
        print_line(console, f"说明：{told.reason}")
    if table.problem:
        print_line(console, table.problem)
    elif table.columns:
        print_line(console, json.dumps(_as_mapping(table), ensure_ascii=False))
    console.print()
    return bool(table.columns) and table.problem is None


def _example(table: Table, name: str) -> str:
    """Return the first cell of a column that holds something, as far as there is room."""
    cells = (" ".join(read_cell(row.get(name)).split()) for row in table.head)
    text = next(filter(None, cells), "")
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]}…"


def _as_mapping(table: Table) -> dict[str, str | list[str]]:
    """Return the mapping that declares what was recognised."""
    several = {"reply": list(table.columns["reply"].columns)}
    single = {key: each.columns[0] for key, each in table.columns.items()}
    return {**single, **(several if len(several["reply"]) > 1 else {})}
