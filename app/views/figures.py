"""What a library holds, in figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from app.home import Home
from corpus.files import bytes_below
from corpus.filters import Filters
from corpus.serialise import as_counts
from index.stores.encoded import count_encoded, encoded_keys
from index.stores.keys import held
from index.stores.manifest import load_manifest


def as_facets(facets: dict[str, tuple[tuple[str, int], ...]]) -> dict[str, dict[str, int]]:
    """Return the counts of each filter's values as objects."""
    return {name: as_counts(values) for name, values in facets.items()}


@dataclass(frozen=True, slots=True)
class Stats:
    """What is loaded.

    `facets` gives for each filter its values with their counts of replies, most frequent first;
    `years` likewise, in ascending order.
    """

    home: str
    """资料夹"""
    replies: int
    """答复的份数"""
    passages: int
    """段落数"""
    characters: int
    """正文的总字数"""
    duplicates: int
    """内容相同而没有另存的件数"""
    model: str
    """索引所用的向量模型"""
    dimension: int
    """向量的维数"""
    encoded: int | None
    """语义模型读过的段落数；不用语义模型时为 null"""
    bytes_on_disk: int | None
    """资料夹占用的字节数；只看得到公开答复的人为 null"""
    facets: Annotated[dict[str, tuple[tuple[str, int], ...]], as_facets]
    """每个筛选条件的各个取值，各有多少份，多的在前"""
    years: Annotated[tuple[tuple[int, int], ...], as_counts]
    """每年各有多少份"""


def count_library(home: Home, visible: Filters) -> Stats:
    """Say what is loaded, of what is visible; what only the whole has tells of the rest, too."""
    counts, manifest = home.store.stats(visible), load_manifest(home.folder)
    return Stats(
        home=str(home.folder),
        replies=counts.replies,
        passages=counts.passages,
        characters=counts.characters,
        duplicates=counts.duplicates,
        model=manifest.stamp.model if manifest else home.settings.model,
        dimension=manifest.stamp.dimension if manifest else 0,
        encoded=_count_read(home, visible, counts.passages),
        bytes_on_disk=bytes_below(home.folder) if visible.empty else None,
        facets=home.store.facets(visible),
        years=home.store.years(visible),
    )


def _count_read(home: Home, visible: Filters, passages: int) -> int | None:
    """Count the visible passages that the encoder has read; None where there is none."""
    if home.settings.encoder == "off":
        return None
    saved = count_encoded(home.folder)
    if visible.empty:
        return saved
    if saved >= home.store.stats().passages:  # as nearly always: no key need be looked at
        return passages
    return int(held(encoded_keys(home.folder), home.store.select_keys(visible)).sum())
