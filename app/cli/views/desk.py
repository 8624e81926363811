"""How the coverage of proposals looks in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from rich.console import Console
from rich.text import Text

from app.cli.output import plain
from app.cli.views.hits import newer_lines, passage_lines
from app.cli.views.layout import print_numbered, shorten
from app.cli.views.replies import card_lines
from app.desk.overview import EXTENTS
from app.desk.types import Coverage, Covered, Covering, Desked, DeskReport

STATES = {"answered": "有先例", "superseded": "先例都已有较新的说法", "none": "无先例"}
_STYLES = {"answered": "green", "superseded": "yellow", "none": "red"}
_LONGEST = 60


def print_coverage(console: Console, coverage: Coverage) -> None:
    """Print each request with the passages that answer it."""
    if not coverage.requests:
        console.print("没有看出所提的内容。")
    for number, covered in enumerate(coverage.requests, 1):
        print_numbered(console, f"{number}.", [Text(plain(covered.text), "bold"), _state(covered)])
        for covering in covered.passages:
            label = f"{number}.{covering.hit.rank}"
            print_numbered(console, label, list(_lines(covering)))


def print_report(console: Console, report: DeskReport) -> None:
    """Print what became of each proposal, and how many there are of each kind."""
    for number, desked in enumerate(report.proposals, 1):
        print_numbered(console, f"{number}.", _desked(desked))
    counts = Counter[str](desked.extent for desked in report.proposals)
    told = "，".join(f"{words} {counts[name]} 件" for name, words in EXTENTS.items())
    console.print(f"共 {len(report.proposals)} 件：{told}，用时 {report.seconds:.1f} 秒")


def _state(covered: Covered) -> Text:
    words = f"{STATES[covered.state]}（概率 {covered.confidence:.0%}）"
    if covered.state == "none" and covered.near:
        nearest = covered.near[0]
        words += f"；最接近的：{nearest.card.agency or nearest.card.title or nearest.card.reply_id}"
    return Text(plain(words), _STYLES[covered.state])


def _lines(covering: Covering) -> Iterator[Text]:
    yield from card_lines(covering.hit.card)
    yield from passage_lines(covering.hit)
    yield from newer_lines(covering.newer)
    if covering.differences:
        told = "；".join(each.words for each in covering.differences)
        yield Text(plain(f"与下一段不同：{told}"), "yellow")


def _desked(desked: Desked) -> list[Text]:
    name = PurePosixPath(desked.source.replace("#", "/")).name
    if desked.proposal is None:
        return [Text(plain(name), "bold"), Text(plain(f"没有读出：{desked.reason}"), "red")]
    title = desked.proposal.title
    shown = f"{name}　{shorten(title, _LONGEST)}" if title else name
    late = f"，{desked.superseded} 项的先例已有较新说法" if desked.superseded else ""
    told = f"{desked.requests} 项中 {desked.answered} 项有先例{late}"
    lines = [Text(plain(shown), "bold"), Text(told)]
    if desked.agencies:
        lines.append(Text(plain("、".join(desked.agencies)), "dim"))
    if desked.note:
        lines.append(Text(plain(desked.note), "yellow"))
    return lines
