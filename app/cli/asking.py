"""The commands that ask a library: for passages, answers and precedents."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import CountOption, FilterOptions, ReadingOptions, spread
from app.cli.output import open_console, print_json, tell_if_empty
from app.generating.types import GeneratedAnswer
from corpus.errors import InputError

QueryArgument = Annotated[str, typer.Argument(metavar="文字", show_default=False)]
ExactlyOption = Annotated[
    bool, typer.Option("--exactly", metavar="", help="按原文查找，不改错别字，不译英文")
]


@spread
def search(
    text: QueryArgument,
    where: FilterOptions,
    reading: ReadingOptions,
    k: CountOption = 10,
    exactly: ExactlyOption = False,
) -> None:
    """检索段落。"""
    with reading.open() as service:
        result = service.search(text, where.resolve(service), k, exactly)
        tell_if_empty(service)
    if reading.as_json:
        print_json(result)
        return
    from app.cli.views.hits import print_hits

    print_hits(open_console(), result)


@spread
def ask(
    text: QueryArgument,
    where: FilterOptions,
    reading: ReadingOptions,
    after: Annotated[
        str,
        typer.Option(
            "--after",
            metavar="上一问",
            show_default=False,
            help="上一个问题：这一问没有说明何事的，承接它的事项",
        ),
    ] = "",
    exactly: ExactlyOption = False,
    generate: Annotated[
        bool,
        typer.Option(
            "--generate", metavar="", help="另由设定的语言模型根据引文写一段，逐句核对出处"
        ),
    ] = False,
) -> None:
    """提问：以逐字引文作答，注明出处；没有依据就不回答。"""
    from app.cli.views.hits import print_answer, print_generated

    with reading.open() as service:
        if generate:
            service.generating.require()
        answer = service.ask(text, where.resolve(service), after, exactly)
        tell_if_empty(service)
        if generate and reading.as_json:
            print_json(GeneratedAnswer(answer, service.generating.write_whole(answer)))
        elif generate:
            print_generated(open_console(), service.generating.write(answer))
    if not reading.as_json:
        print_answer(open_console(), answer)
    elif not generate:
        print_json(answer)


@spread
def precedents(
    file: Annotated[
        str,
        typer.Argument(
            metavar="文件|-", show_default=False, help="新提案、建议或来信的文件；- 为标准输入"
        ),
    ],
    where: FilterOptions,
    reading: ReadingOptions,
    k: CountOption = 10,
) -> None:
    """查先例：以前怎样答复同类事项。"""
    text = read_text(file)
    with reading.open() as service:
        found = service.precedents(text, where.resolve(service), k)
        tell_if_empty(service)
    if reading.as_json:
        from app.types import Precedents

        print_json(Precedents(found))
        return
    from app.cli.views.hits import print_precedents

    print_precedents(open_console(), found)


def read_text(file: str) -> str:
    """Read the text of a document, or of standard input for `-`.

    :raises InputError: where there is none.
    """
    from corpus.readers.text import decode
    from corpus.workers import read_whole

    if file == "-":
        text = decode(sys.stdin.buffer.read(), "标准输入")
    else:
        text = "\n".join(line.text for read in read_whole(Path(file)) for line in read.lines)
    if not text.strip():
        raise InputError(
            f"{'标准输入' if file == '-' else file} 里没有文字：请给出提案或来信的正文"
        )
    return text
