"""The commands of the library: those that write to it, count it and prove it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import (
    HomeOption,
    HomeOptions,
    ReadingOptions,
    open_for_owner,
    spread,
)
from app.cli.output import open_console, print_error, print_json, print_note, show_progress
from corpus.errors import HomeBusy, InputError
from corpus.progress import Progress

if TYPE_CHECKING:
    from app.service import Service

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
    allow_secret: Annotated[
        bool,
        typer.Option(
            "--allow-secret",
            metavar="",
            help="也载入标有密级的答复（只有使用本机的人看得到）；不加则不载入",
        ),
    ] = False,
    follow_links: Annotated[
        bool,
        typer.Option(
            "--follow-links",
            metavar="",
            help="也读文件夹里的链接，只限指向所给路径之内的；不加则跳过链接",
        ),
    ] = False,
    *,
    where: HomeOptions,
) -> None:
    """载入答复：文档（txt、html、Word、WPS、pdf、ofd 等）、邮件、zip，留言板导出的表格。"""
    from corpus.readers import iter_paths
    from corpus.readers.mapping import load_mapping
    from corpus.workers import prepare

    columns = load_mapping(mapping) if mapping else None
    prepare(path for path in iter_paths(paths, follow_links) if isinstance(path, Path))
    with open_for_owner(where.home) as service, show_progress() as progress:
        report = service.ingest(paths, columns, progress, allow_secret, follow_links)
        encode_now(service, progress)
    if where.as_json:
        print_json(report)
    else:
        from app.cli.views.replies import print_report

        print_report(open_console(), report)
    if not any(entry.status in READ for entry in report.files):
        if not where.as_json:
            print_error("一份答复也没有读到。")
        raise typer.Exit(1)


def encode_now(service: Service, progress: Progress) -> None:
    """Have the encoder read what was loaded; it may be stopped, and the page goes on with it."""
    try:
        service.encode(progress)
    except KeyboardInterrupt:
        print_note("已停下：答复都已载入，可以检索；没读完的段落下次接着读（dafu encode）。")
    except HomeBusy:
        print_note("另一个程序正在读这些段落，已由它接着读。")


@spread
def encode(
    worker: Annotated[
        bool,
        typer.Option(
            "--worker",
            metavar="",
            help="与别的机器一起为共用的文库（PostgreSQL）读：各读各的，读过的大家用；"
            "不建本机的索引，读完了等新载入的",
        ),
    ] = False,
    once: Annotated[
        bool,
        typer.Option("--once", metavar="", help="与 --worker 同用：都读完就结束，不等新载入的"),
    ] = False,
    home: HomeOption = None,
) -> None:
    """让语义模型读完还没读的段落（可随时按 Ctrl+C 停下，下次接着读）。"""
    if worker:
        from app.cli.working import read_for_all

        read_for_all(home, once)
        return
    if once:
        raise InputError("--once 要与 --worker 同用：不加 --worker 的本来就读完就结束。")
    with open_for_owner(home) as service, show_progress() as progress:
        service.encode(progress)
        stats = service.stats()
    if stats.encoded is None:
        print_note("没有用语义模型（设置 encoder = off）。")
    else:
        print(f"读过 {stats.encoded:,} / {stats.passages:,} 段。", flush=True)


@spread
def remove(
    reply_ids: Annotated[list[str], typer.Argument(metavar="编号", show_default=False)],
    to_bin: Annotated[
        bool,
        typer.Option("--bin", metavar="", help="先移到回收站：哪里都查不到，30 天内可以恢复"),
    ] = False,
    home: HomeOption = None,
) -> None:
    """从文库移除答复，不留痕迹，回收站里的也可以；载入时所用的文件不动，上传的一并删除。"""
    with open_for_owner(home) as service, show_progress() as progress:
        if to_bin:
            done, ids = "已移到回收站", service.bin.put_away(reply_ids)
        else:
            done, ids = "已移除", service.remove(reply_ids, progress)
    print(f"{done} {len(ids)} 份：{'、'.join(ids)}", flush=True)


@spread
def show_bin(
    back: Annotated[
        list[str] | None,
        typer.Option(
            "--restore", metavar="编号", show_default=False, help="恢复这份答复（可多次）"
        ),
    ] = None,
    *,
    where: ReadingOptions,
) -> None:
    """列出回收站里的答复，或恢复其中的；移到回收站满 30 天的，下次启动时彻底删除。"""
    with where.open() as service:
        done = service.bin.bring_back(back) if back else ()
        found = service.bin.list_all()
    if done:
        print_note(f"已恢复 {len(done)} 份：{'、'.join(done)}")
    if where.as_json:
        print_json(found)
    else:
        from app.cli.views.replies import print_bin

        print_bin(open_console(), found)


@spread
def rebuild(home: HomeOption = None) -> None:
    """由文库重建两个索引。"""
    with open_for_owner(home) as service, show_progress() as progress:
        service.rebuild(progress)
        encode_now(service, progress)
        stats = service.stats()
    print(f"已重建：{stats.replies} 份答复，{stats.passages} 个段落。", flush=True)


@spread
def stats(reading: ReadingOptions) -> None:
    """统计文库里有什么。"""
    with reading.open() as service:
        found = service.stats()
    if reading.as_json:
        print_json(found)
        return
    from app.cli.views.replies import print_stats

    print_stats(open_console(), found)


@spread
def verify(
    reading: ReadingOptions,
    removed: Annotated[
        str,
        typer.Option(
            "--removed",
            metavar="编号",
            show_default=False,
            help="查遍资料夹，证明这份移除了的答复已无痕迹",
        ),
    ] = "",
) -> None:
    """核对文库与两个索引是否一致；不一致时以 1 退出。"""
    if removed:
        _verify_removed(reading, removed)
        return
    with reading.open() as service:
        verification = service.verify()
    problems = list(verification.problems)
    if reading.as_json:
        print_json(verification)
    else:
        from app.cli.views.replies import print_counts

        console = open_console()
        print_counts(console, verification.counts)
        if not problems:
            console.print("文库与索引一致。")
    if problems:
        if not reading.as_json:
            # What is wrong with the store says its own remedy, and no rebuilding mends it.
            remedy = (
                [] if all("请" in problem for problem in problems) else ["请运行 dafu rebuild。"]
            )
            print_error("\n".join(["文库与索引不一致：", *problems, *remedy]))
        raise typer.Exit(1)


def _verify_removed(reading: ReadingOptions, reply_id: str) -> None:
    from eval.report.words import day_and_time

    with reading.open() as service, show_progress() as progress:
        proof = service.prove_removal(reply_id, progress)
    if reading.as_json:
        print_json(proof)
    else:
        print(f"查了 {proof.files:,} 个文件，{proof.bytes:,} 字节。", flush=True)
        if not proof.problems:
            print(f"{reply_id} 已于 {day_and_time(proof.at)} 移除，资料夹里已无痕迹。", flush=True)
    if proof.problems:
        if not reading.as_json:
            print_error("\n".join(["还有痕迹：", *proof.problems]))
        raise typer.Exit(1)
