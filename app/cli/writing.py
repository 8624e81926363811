"""Commands that write: ingest, remove, rebuild."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import HomeOption, JsonOption, open_library, spread
from app.cli.output import open_console, print_error, print_json, show_progress

READ = {"added", "replaced", "unchanged", "duplicate"}
"""Statuses of files that could be read."""


@spread
def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="路径", show_default=False, help="文件或文件夹（含其下各层）"),
    ],
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            metavar="文件",
            show_default=False,
            help='留言板导出表的列对应表（JSON 或 TOML），如 {"reply": "答复内容"}',
        ),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """载入答复：txt、md、html、docx、pdf，留言板导出的 jsonl、csv、xlsx。"""
    from corpus.readers.columns import load_mapping

    columns = load_mapping(mapping) if mapping else None
    with open_library(home) as service, show_progress() as progress:
        report = service.ingest(paths, columns, progress)
    if as_json:
        print_json(report.as_json())
    else:
        from app.cli.tables import print_report

        print_report(open_console(), report)
    if not any(entry.status in READ for entry in report.files):
        if not as_json:
            print_error("一份答复也没有读到。")
        raise typer.Exit(1)


@spread
def remove(
    reply_ids: Annotated[list[str], typer.Argument(metavar="编号", show_default=False)],
    home: HomeOption = None,
) -> None:
    """从文库移除答复（原文件不动）。"""
    with open_library(home) as service:
        removed = service.remove(reply_ids)
    print(f"已移除 {len(removed)} 份：{'、'.join(removed)}", flush=True)


@spread
def rebuild(home: HomeOption = None) -> None:
    """由文库重建两个索引。"""
    with open_library(home) as service, show_progress() as progress:
        service.rebuild(progress)
        stats = service.stats()
    print(f"已重建：{stats.replies} 份答复，{stats.passages} 个段落。", flush=True)
