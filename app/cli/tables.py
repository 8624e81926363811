"""How the library, one reply, and reports look in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from app.cli.output import plain
from app.cli.views import card_lines, print_block, print_numbered
from app.types import IngestReport, ReplyList, ReplyView, Stats
from app.wording import outcome_words
from corpus.types import FieldName

if TYPE_CHECKING:
    from eval.ranking.evaluate import Evaluation

FIELD_LABELS = {
    FieldName.MATTER_TITLE: "事项",
    FieldName.TITLE: "标题",
    FieldName.AGENCY: "发文机关",
    FieldName.REGION: "地区",
    FieldName.DOC_NUMBER: "发文字号",
    FieldName.KIND: "种类",
    FieldName.MATTER_NUMBER: "提案（建议）号",
    FieldName.SESSION: "届次",
    FieldName.PROPOSER: "提出人",
    FieldName.RECIPIENT: "主送",
    FieldName.ROLE: "主办或会办",
    FieldName.OUTCOME: "办理结果",
    FieldName.DISCLOSURE: "公开属性",
    FieldName.DATE: "成文日期",
    FieldName.ASKED: "来信日期",
    FieldName.CONTACT_PERSON: "联系人",
    FieldName.CONTACT_PHONE: "联系电话",
    FieldName.CONTACT_ADDRESS: "联系地址",
    FieldName.POSTCODE: "邮编",
}

STATUS_LABELS = {
    "added": "新增",
    "replaced": "更新",
    "unchanged": "未变",
    "duplicate": "重复",
    "removed": "移除",
    "skipped": "跳过",
    "failed": "失败",
}

FACET_LABELS = {
    "agencies": "发文机关",
    "regions": "地区",
    "kinds": "种类",
    "outcomes": "办理结果",
    "sessions": "届次",
    "disclosures": "公开属性",
}

COUNT_LABELS = {
    "replies": "答复",
    "passages": "段落",
    "lexical": "词语索引",
    "dense": "向量索引",
    "sample": "抽查向量",
}

FACET_VALUES = 8
"""So many values of a facet are shown."""


def print_report(console: Console, report: IngestReport) -> None:
    """Print the counts of a load, and every file that could not be loaded with its reason."""
    counts = [(label, report.count(status)) for status, label in STATUS_LABELS.items()]
    _print_pairs(console, ((label, str(count)) for label, count in counts if count))
    console.print(f"共 {len(report.files)} 份，用时 {report.seconds:.1f} 秒")
    for status in ("failed", "skipped"):
        entries = [entry for entry in report.files if entry.status == status]
        if entries:
            console.print(f"\n{STATUS_LABELS[status]}：", style="bold")
        for entry in entries:
            console.print(Text(plain(f"  {entry.source}：{entry.reason}")), soft_wrap=True)


def print_list(console: Console, page: ReplyList, offset: int) -> None:
    """Print one page of the library."""
    for position, card in enumerate(page.cards, offset + 1):
        print_numbered(console, f"{position}.", card_lines(card))
    if page.cards:
        last = offset + len(page.cards)
        more = f"；后面的请加 --offset {last}" if last < page.total else ""
        console.print(f"共 {page.total} 份，以上为第 {offset + 1}–{last} 份{more}")
    else:
        console.print(f"共 {page.total} 份" if page.total else "没有符合条件的答复。")


def print_reply(console: Console, view: ReplyView) -> None:
    """Print all fields of a reply, in the order of their labels, and its whole text, unbroken."""
    rows = [("编号", view.card.reply_id)]
    rows += [
        (label, outcome_words(field.value) if name is FieldName.OUTCOME else field.value)
        for name, label in FIELD_LABELS.items()
        for field in view.fields
        if field.name is name
    ]
    rows.append(("来源", view.card.source))
    _print_pairs(console, rows)
    for label, text in (("来信", view.question), ("正文", view.text)):
        if text:
            console.print(f"\n{label}：", style="bold")
            console.print(Text(plain(text)), soft_wrap=True)


def print_stats(console: Console, stats: Stats) -> None:
    """Print what is loaded."""
    rows = [
        ("资料夹", stats.home),
        ("答复", f"{stats.replies:,} 份（另有重复 {stats.duplicates:,} 份）"),
        ("段落", f"{stats.passages:,} 段，{stats.characters:,} 字"),
        ("向量模型", f"{stats.model}（{stats.dimension} 维）" if stats.dimension else stats.model),
        ("占用磁盘", f"{stats.bytes_on_disk / 2**20:,.1f} MB"),
    ]
    rows += [
        (label, _top(stats.facets[name]))
        for name, label in FACET_LABELS.items()
        if stats.facets.get(name)
    ]
    if stats.years:
        rows.append(("年份", "，".join(f"{year} 年 {count}" for year, count in stats.years)))
    _print_pairs(console, rows)


def print_counts(console: Console, counts: Mapping[str, int]) -> None:
    """Print the counts of a verification."""
    rows = ((COUNT_LABELS.get(name, name), f"{count:,}") for name, count in counts.items())
    _print_pairs(console, rows)


def print_evaluation(console: Console, evaluation: Evaluation) -> None:
    """Print the measures of a test set, and what was measured."""
    rows = ((name, f"{value:.4f}") for name, value in evaluation.measures.items())
    _print_pairs(console, rows)
    console.print(
        f"{evaluation.queries:,} 个查询，{evaluation.documents:,} 篇文档"
        f"（{evaluation.passages:,} 段），用时 {evaluation.seconds:.1f} 秒"
        f"（其中建索引 {evaluation.indexing:.1f} 秒）"
    )
    console.print(f"模型 {evaluation.settings['model']}", style="dim")


def print_rows(console: Console, rows: Sequence[Sequence[str]]) -> None:
    """Print rows of cells, all but the first column to the right; the first row are headings."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [" " * (width - cell_len(c)) + c for c, width in zip(row, widths, strict=True)]
        line = "  ".join([set_cell_size(row[0], widths[0]), *cells[1:]])
        console.print(Text(plain(line)), soft_wrap=True)


def _top(values: tuple[tuple[str, int], ...]) -> str:
    shown = "，".join(
        f"{outcome_words(value) or '未标'}（{count}）" for value, count in values[:FACET_VALUES]
    )
    more = len(values) - FACET_VALUES
    return f"{shown}，另有 {more} 种" if more > 0 else shown


def _print_pairs(console: Console, rows: Iterable[tuple[str, str]]) -> None:
    """Print labels and values in two columns."""
    pairs = list(rows)
    indent = max((cell_len(label) for label, _ in pairs), default=0) + 2
    for label, value in pairs:
        print_block(console, set_cell_size(label, indent), [Text(plain(value))])
