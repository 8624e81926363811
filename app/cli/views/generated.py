"""How what a language model writes looks in a terminal, sentence by sentence as it comes."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from app.cli.output import plain
from app.generating.types import Generated, Said
from app.generating.words import LABEL, generated_words


def print_generated(console: Console, steps: Iterable[Generated]) -> None:
    """Print each sentence once it has been checked, and at the end how many were not supported."""
    shown = 0
    for step in steps:
        if not shown and step.sentences:
            console.print(f"{LABEL}：\n", style="bold")
        for said in step.sentences[shown:]:
            console.print(_sentence(said), soft_wrap=True)
        shown = len(step.sentences)
        if step.status != "writing":
            ended = Text(f"\n{plain(generated_words(step))}\n")
            console.print(ended, style="yellow" if step.problem else "dim", soft_wrap=True)


def _sentence(said: Said) -> Text:
    numbers = "".join(f"[{number}]" for number in said.citations)
    if said.supported:
        return Text.assemble("  ", plain(said.text), (f" {numbers}", "cyan"))
    struck = (plain(said.text), "strike dim")
    return Text.assemble("  ", struck, (f" {numbers}（未采用：{said.fault}）", "yellow"))
