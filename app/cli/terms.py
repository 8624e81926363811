"""The commands on government language: terms list, terms check, terms test."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import HomeOption, open_for_owner, spread
from app.cli.output import plain
from app.wording import FIELDS
from corpus.errors import InputError
from corpus.types import FieldName


@spread
def show_terms(
    word: Annotated[
        str, typer.Argument(metavar="[词]", show_default=False, help="只列含有这个词的各组")
    ] = "",
    home: HomeOption = None,
) -> None:
    """列出用语：自己的在前，自带的在后。"""
    from index.text.language.own import group_words
    from index.text.segment import normalise

    with open_for_owner(home) as service:
        groups = service.home.terms.lexicon().groups
    wanted = normalise(word.strip())
    lines = [line for line in map(group_words, groups) if wanted in line]
    for line in lines:
        print(plain(line))
    if not lines:
        raise InputError(f"用语里没有“{plain(word)}”。自己的用语写在资料夹的“用语.txt”里。")


@spread
def check(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[文件]", show_default=False, help="默认是资料夹里的“用语.txt”"),
    ] = None,
    home: HomeOption = None,
) -> None:
    """检查用语文件：每一处错误都指出行号。"""
    from index.text.language.own import check_text, read_text

    with open_for_owner(home) as service:
        path = file or service.home.terms.path
    text = read_text(path) if file or path.exists() else ""
    try:
        check_text(text)
    except InputError as error:
        raise InputError(f"{path}：{error}") from error
    print(f"没有错误：{path}" if text else f"还没有自己的用语：{path}")


@spread
def explain(
    text: Annotated[str, typer.Argument(metavar="文字", show_default=False)],
    home: HomeOption = None,
) -> None:
    """看一句话会怎样检索：哪些词同时按别的说法查，指名了哪些文号。"""
    with open_for_owner(home) as service:
        meaning = service.explain(text)
    for rewriting in meaning.rewritings:
        print(f"{rewriting.text} → {'、'.join(other.text for other in rewriting.alternatives)}")
    numbers = meaning.numbers
    if numbers.documents:
        print(f"{FIELDS[FieldName.DOC_NUMBER]} → {numbers.documents[0]}")
    if numbers.matters:
        print(f"{FIELDS[FieldName.MATTER_NUMBER]} → {numbers.matters[0]}")
    if not (meaning.rewritings or numbers.documents or numbers.matters):
        print("没有别的说法，按原话检索。")
