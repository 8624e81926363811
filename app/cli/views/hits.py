"""How hits, answers and precedents look in a terminal, and what a language model writes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from app.cli.output import plain
from app.cli.views.layout import print_numbered
from app.cli.views.replies import card_lines
from app.generating.types import Generated, Said
from app.generating.words import LABEL, generated_words
from app.types import Answer, Citation, NewerReply, Precedent, SearchHit, SearchResult
from app.wording import (
    confidence_words,
    headings_above,
    headline,
    is_hidden,
    label_words,
    newer_words,
    read_as_words,
    recorded_words,
)
from index.text.language.reading import ReadAs


def print_hits(console: Console, result: SearchResult) -> None:
    """Print the passages that were found."""
    _print_read_as(console, result.read_as)
    if not result.hits:
        console.print("没有找到符合条件的段落。")
    for hit in result.hits:
        _print_hit(console, hit)


def print_answer(console: Console, answer: Answer) -> None:
    """Print an answer: its quotes with numbers, then their sources; or what came nearest."""
    if answer.completed:
        console.print(plain(f"承接上一问：{answer.completed}"), style="dim")
    _print_read_as(console, answer.read_as)
    if answer.status == "abstained":
        if answer.unwritten:
            _print_unwritten(console, answer)
        elif answer.asked_of_nothing:
            console.print("没有说是什么事：请把要问的事写上，如“加装电梯怎么申请”。", style="bold")
        else:
            sure = f"（把握 {answer.confidence:.0%}）"
            console.print(f"没有找到可以回答的内容{sure}。", style="bold")
        if answer.nearest:
            console.print("最接近的段落：\n")
        for hit in answer.nearest:
            _print_hit(console, hit)
        return
    console.print(f"答复原文（{confidence_words(answer.confidence)}）：\n", style="bold")
    for position, quote in enumerate(answer.quotes, 1):
        page = f"，第{quote.page}页" if quote.page else ""
        label = f"{label_words(quote.field)}：" if quote.field else ""
        hidden = "（已隐去）" if is_hidden(quote.text) else ""
        text = Text.assemble(
            (label, "bold"), plain(quote.text), hidden, (f" [{quote.citation}{page}]", "cyan")
        )
        print_numbered(console, f"{position}.", [text, *newer_lines(quote.newer)])
    _print_unwritten(console, answer)
    console.print("来源：\n", style="bold")
    for citation in answer.citations:
        paths = dict.fromkeys(
            quote.heading_path for quote in answer.quotes if quote.citation == citation.number
        )
        _print_citation(console, citation, paths)


def print_precedents(console: Console, precedents: Sequence[Precedent]) -> None:
    """Print the replies to like matters, each with its best passage."""
    if not precedents:
        console.print("没有找到符合条件的先例。")
    for precedent in precedents:
        lines = card_lines(precedent.card, precedent.score)
        for hit in precedent.passages[:1]:
            lines += passage_lines(hit)
        print_numbered(console, f"{precedent.rank}.", lines)


def print_generated(console: Console, steps: Iterable[Generated]) -> None:
    """Print what a model writes, each sentence once checked, then how many were unsupported."""
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


def _print_unwritten(console: Console, answer: Answer) -> None:
    for each in answer.unwritten:
        known = f"，来源另记为{recorded_words(each)}" if each.recorded else ""
        told = f"“{headline(each.card)}”：正文没有写明{label_words(each.field)}{known}。"
        console.print(plain(told), style="bold")


def _print_read_as(console: Console, read_as: Sequence[ReadAs]) -> None:
    if read_as:
        note = f"{read_as_words(read_as)}；要按原文查找，请加 --exactly。"
        console.print(plain(note), style="dim", soft_wrap=True)


def _print_hit(console: Console, hit: SearchHit) -> None:
    place = Text(f"第 {hit.start}–{hit.end} 字", style="dim")
    lines = [*card_lines(hit.card, hit.score), *passage_lines(hit), place]
    print_numbered(console, f"{hit.rank}.", lines)


def passage_lines(hit: SearchHit) -> list[Text]:
    """Lay out a passage below its headings."""
    return [*_path_lines([headings_above(hit.heading_path, hit.text)]), Text(plain(hit.text))]


def _print_citation(console: Console, citation: Citation, paths: Iterable[tuple[str, ...]]) -> None:
    lines = [*card_lines(citation.card), *_path_lines(paths)]
    if not citation.newest:
        lines.append(Text("较早的答复：见引文下的新旧对照", style="yellow"))
    lines.append(Text(plain(citation.card.source), style="dim"))
    print_numbered(console, f"[{citation.number}]", lines)


def newer_lines(newer: NewerReply | None) -> list[Text]:
    """Lay the figures of an older reply beside those of the newer one."""
    if newer is None:
        return []
    changes = (
        Text(f"原：{plain(change.older.text)}　新：{plain(change.newer.text)}", style="yellow")
        for change in newer.changes
    )
    return [Text(f"较早的答复，{plain(newer_words(newer))}", style="yellow"), *changes]


def _path_lines(paths: Iterable[tuple[str, ...]]) -> list[Text]:
    return [Text(plain(" › ".join(path)), style="blue") for path in paths if path]


def _sentence(said: Said) -> Text:
    numbers = "".join(f"[{number}]" for number in said.citations)
    if said.supported:
        return Text.assemble("  ", plain(said.text), (f" {numbers}", "cyan"))
    struck = (plain(said.text), "strike dim")
    return Text.assemble("  ", struck, (f" {numbers}（未采用：{said.fault}）", "yellow"))
