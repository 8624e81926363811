"""The command that looks at tables before they are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import spread
from app.cli.output import open_console
from corpus.errors import InputError


@spread
def columns(
    file: Annotated[Path, typer.Argument(metavar="文件", show_default=False, help="一个表格文件")],
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", metavar="文件", show_default=False, help="列对应表（JSON 或 TOML）"
        ),
    ] = None,
) -> None:
    """列出表格的各列认作什么，不载入；末行可存为列对应表。"""
    from app.cli.views.tables import print_table
    from corpus.readers import TABLES
    from corpus.readers.mapping import load_mapping
    from corpus.workers import look_at_tables, read_bounded

    if not file.is_file() or file.suffix.lower() not in TABLES:
        found = "没有这个文件" if not file.is_file() else "不是表格"
        raise InputError(f"{file}：{found}；应为 {'、'.join(TABLES)} 之一的文件")
    console = open_console()
    declared = load_mapping(mapping) if mapping else None
    tables = read_bounded(look_at_tables, file.resolve(), declared)
    readable = [print_table(console, table) for table in tables]
    if not any(readable):
        raise typer.Exit(1)
