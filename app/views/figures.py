"""What a library holds, in figures."""

from __future__ import annotations

from app.home import Home
from app.types import Stats
from corpus.files import bytes_below
from corpus.filters import Filters
from index.stores.encoded import count_encoded, encoded_keys
from index.stores.keys import held
from index.stores.manifest import load_manifest


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
