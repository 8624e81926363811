"""Queries and judgments that come in files of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corpus.errors import InputError
from eval.files.beir import BeirSet, join_judged
from eval.files.lines import name_some
from eval.files.qrels import load_qrels
from eval.files.topics import load_topics


def load_judged(topics: Path, qrels: Path) -> BeirSet:
    """Load queries and their judgments; a test set without documents.

    Judgments of other queries are left out and noted.

    :raises InputError: where a file cannot be used, or no query has a judgment.
    """
    asked = load_topics(topics)
    everything = load_qrels(qrels)
    ids = {topic.id for topic in asked}
    ours = {query: judged for query, judged in everything.items() if query in ids}
    if not ours:
        raise InputError(
            f"{topics} 里没有一个查询在 {qrels} 里有判断：两个文件的查询编号应一致，现在前者如 "
            f"{name_some(sorted(ids)[:3])}，后者如 {name_some(sorted(everything)[:3])}"
        )
    joined = join_judged(asked, ours)
    others = [query for query in everything if query not in ids]
    note = f"判断里有 {len(others)} 个查询不在 {topics.name} 里，未计入：{name_some(others)}。"
    return replace(joined, notes=(*joined.notes, note)) if others else joined
