"""The commands of whoever must answer: what covers one proposal, and drafts of many."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.asking import read_text
from app.cli.options import FilterOptions, ReadingOptions, spread
from app.cli.output import open_console, print_json, print_note, show_progress, tell_if_empty


@spread
def coverage(
    file: Annotated[
        str,
        typer.Argument(
            metavar="文件|-", show_default=False, help="新提案、建议或来信的文件；- 为标准输入"
        ),
    ],
    where: FilterOptions,
    reading: ReadingOptions,
    k: Annotated[
        int, typer.Option("-k", min=1, max=100, metavar="数", help="每项最多给出几段")
    ] = 5,
) -> None:
    """逐项对照：提案所提的每一项，以前怎样答复，哪些没有先例。"""
    text = read_text(file)
    with reading.open() as service:
        found = service.desk.cover(text, filters=where.resolve(service), k=k)
        tell_if_empty(service)
    if reading.as_json:
        print_json(found)
        return
    from app.cli.views.desk import print_coverage

    print_coverage(open_console(), found)


@spread
def desk(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="文件或文件夹…", show_default=False, help="提案的文件、文件夹或 .zip"
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="文件夹", show_default=False, help="写到哪个文件夹"),
    ],
    where: FilterOptions,
    reading: ReadingOptions,
    markdown: Annotated[
        bool, typer.Option("--markdown", metavar="", help="先例对照另存一份 Markdown")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", metavar="", help="替换文件夹里同名的文件")
    ] = False,
) -> None:
    """批量办理：给每件提案写答复底稿和先例对照表，另写一份总览。"""
    from app.desk.many import Wish

    with reading.open() as service, show_progress() as progress:
        wish = Wish(where.resolve(service), markdown, overwrite)
        report = service.desk.answer_many(paths, out, progress, wish)
        tell_if_empty(service)
    if reading.as_json:
        print_json(report)
    else:
        from app.cli.views.desk import print_report

        print_report(open_console(), report)
        print_note(f"已写到 {out}。")
    if all(each.extent == "failed" for each in report.proposals):
        raise typer.Exit(1)
