"""How replies look in a terminal: one, a page of them, what a library holds, what was loaded."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from app.cli.output import plain
from app.cli.views.layout import print_line, print_numbered, print_pairs
from app.keeping.bin import BinList
from app.keeping.review import ReviewList
from app.loading.reports import STATUS_LABELS, IngestReport
from app.types import ReplyCard, ReplyView
from app.views.figures import Stats
from app.views.listing import ReplyList, Snippet
from app.wording import (
    FIELDS,
    FILTERS,
    change_words,
    correction_words,
    count_words,
    formal_title,
    headline,
    outcome_words,
    share_words,
)
from corpus.clock import local
from corpus.types import FieldName
from eval.report.words import day_and_time

COUNT_LABELS = {
    "replies": "答复",
    "passages": "段落",
    "lexical": "词语索引",
    "dense": "向量索引",
    "encoded": "语义模型读过",
    "sample": "抽查向量",
}

CLOSED_WHY = "（公开标注没有看懂，或有“内部资料”一类标注；请核对下列各行）"

FACET_VALUES = 8
"""So many values of a facet are shown."""


def print_report(console: Console, report: IngestReport) -> None:
    """Print the counts of a load, and what was closed or not loaded, with the reason."""
    counts = [(label, report.count(status)) for status, label in STATUS_LABELS.items()]
    print_pairs(console, ((label, str(count)) for label, count in counts if count))
    files = len(report.files) - report.count("noted")
    console.print(f"共 {files} 份，用时 {report.seconds:.1f} 秒")
    if report.closed:
        console.print(f"\n未公开 {len(report.closed)} 份{CLOSED_WHY}：", style="bold")
    for entry in report.closed:
        print_line(console, f"  {entry.source}：{entry.mark}")
    for status in ("failed", "refused", "skipped", "noted"):
        entries = [entry for entry in report.files if entry.status == status]
        if entries:
            console.print(f"\n{STATUS_LABELS[status]}：", style="bold")
        for entry in entries:
            print_line(console, f"  {entry.source}：{entry.reason}")


def card_lines(card: ReplyCard, score: float | None = None) -> list[Text]:
    """Write what a reply is about, with the score; its title if that is another; and the rest."""
    title = Text(plain(headline(card)), style="bold")
    if score is not None:
        title.append(f"  相关度 {share_words(score)}", style="green not bold")
    outcome = outcome_words(card.outcome or "")
    known = (card.agency, card.doc_number, card.date, card.kind, outcome, card.disclosure)
    facts = [f"编号 {card.reply_id}", *(fact for fact in (*known, card.medium) if fact)]
    formal = [Text(plain(name)) for name in (formal_title(card),) if name]
    return [title, *formal, Text(plain(" · ".join(facts)), style="dim")]


def print_list(console: Console, page: ReplyList, offset: int) -> None:
    """Print one page of the library."""
    for position, each in enumerate(page.listed, offset + 1):
        found = [_snippet_line(each.found)] if each.found else []
        print_numbered(console, f"{position}.", [*card_lines(each.card), *found])
    if page.listed:
        last = offset + len(page.listed)
        more = f"；后面的请加 --offset {last}" if last < page.total else ""
        console.print(f"共 {page.total} 份，以上为第 {offset + 1}–{last} 份{more}")
    else:
        console.print(f"共 {page.total} 份" if page.total else "没有符合条件的答复。")


def print_history(console: Console, view: ReplyView) -> None:
    """Print what was corrected of a reply, change by change, the last first."""
    for each in view.history:
        by = f"，{each.by}" if each.by else ""
        said = f"{FIELDS[each.name]}：{change_words(each)}（{day_and_time(each.at)}{by}）"
        print_numbered(console, f"{each.number}.", [Text(plain(said))])
    console.print(f"共 {len(view.history)} 次更正" if view.history else "还没有更正过。")


def print_bin(console: Console, found: BinList) -> None:
    """Print what was put away, with the day until which it can be brought back."""
    for position, each in enumerate(found.replies, 1):
        days = f"{local(each.put_away).date()} 移入，{local(each.until).date()} 前可以恢复"
        print_numbered(console, f"{position}.", [*card_lines(each.card), Text(days)])
    console.print(f"共 {len(found.replies)} 份" if found.replies else "回收站是空的。")


def _snippet_line(snippet: Snippet) -> Text:
    """Write where a reply has what was looked for, marked."""
    line = Text(f"{FIELDS[snippet.field]}：" if snippet.field else "…")
    for piece, marked in snippet.pieces:
        line.append(plain(piece), style="bold yellow" if marked else "")
    return line if snippet.field else line.append("…")


def print_reply(console: Console, view: ReplyView) -> None:
    """Print all fields of a reply, in the order of their labels, and its whole text, unbroken."""
    print_fields(console, view)
    for label, text in (("来信", view.question), ("正文", view.text)):
        if text:
            console.print(f"\n{label}：", style="bold")
            print_line(console, text)


def print_fields(console: Console, view: ReplyView) -> None:
    """Print all fields of a reply in the order of their labels; which were corrected is said."""
    corrected = {each.name: each for each in view.corrections}
    rows = [("编号", view.card.reply_id)]
    for name, label in FIELDS.items():
        note = f"（{correction_words(corrected[name])}）" if name in corrected else ""
        values = [field.value for field in view.fields if field.name is name]
        if not values and name in corrected:
            values = ["无"]
        elif not values and name in view.doubts:
            values = ["没有识别出，待核对"]
        said = [outcome_words(each) if name is FieldName.OUTCOME else each for each in values]
        rows += [(label, value + note) for value in said]
    rows.append(("来源", view.card.source))
    print_pairs(console, rows)


def print_review(console: Console, found: ReviewList, offset: int, corrected: bool) -> None:
    """Print one page of the replies that want looking at, or of those that were corrected."""
    for position, reply in enumerate(found.replies, offset + 1):
        doubts = "、".join(FIELDS[name] for name in reply.doubts)
        notes = [f"待核对：{doubts}"] if doubts else []
        notes += [f"{FIELDS[c.name]}：{correction_words(c)}" for c in reply.corrections]
        lines = [*card_lines(reply.card), *(Text(plain(note), style="yellow") for note in notes)]
        print_numbered(console, f"{position}.", lines)
    what = "更正过" if corrected else "待核对"
    last = offset + len(found.replies)
    more = f"；后面的请加 --offset {last}" if last < found.total else ""
    console.print(f"{what}的共 {found.total} 份{more}。已核对 {found.done} / {found.wanted} 份。")
    if found.replies and not corrected:
        console.print("更正请用 dafu correct 编号 字段=值，确无此项的写 字段=。")


def _encoded_rows(stats: Stats) -> list[tuple[str, str]]:
    """Say how far the encoder has come, where there is one."""
    if stats.encoded is None:
        return []
    return [("语义模型", f"读过 {min(stats.encoded, stats.passages):,} / {stats.passages:,} 段")]


def print_stats(console: Console, stats: Stats) -> None:
    """Print what is loaded."""
    rows = [
        ("资料夹", stats.home),
        ("答复", f"{stats.replies:,} 份（另有重复 {stats.duplicates:,} 份）"),
        ("段落", f"{stats.passages:,} 段，{stats.characters:,} 字"),
        ("向量模型", f"{stats.model}（{stats.dimension} 维）" if stats.dimension else stats.model),
        *_encoded_rows(stats),
    ]
    if stats.bytes_on_disk is not None:
        rows.append(("占用磁盘", f"{stats.bytes_on_disk / 2**20:,.1f} MB"))
    rows += [
        (label, _top(name, stats.facets[name]))
        for name, label in FILTERS.items()
        if stats.facets.get(name)
    ]
    if stats.years:
        rows.append(("年份", "，".join(f"{year} 年 {count}" for year, count in stats.years)))
    print_pairs(console, rows)


def print_counts(console: Console, counts: Mapping[str, int]) -> None:
    """Print the counts of a verification."""
    rows = ((COUNT_LABELS.get(name, name), f"{count:,}") for name, count in counts.items())
    print_pairs(console, rows)


def _top(name: str, values: tuple[tuple[str, int], ...]) -> str:
    shown = "，".join(
        f"{count_words(name, value)}（{count}）" for value, count in values[:FACET_VALUES]
    )
    more = len(values) - FACET_VALUES
    return f"{shown}，另有 {more} 种" if more > 0 else shown
