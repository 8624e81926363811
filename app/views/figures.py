"""What a library holds, in figures."""

from __future__ import annotations

from app.home import Home
from app.types import Stats
from corpus.files import bytes_below
from corpus.filters import Filters
from index.stores.encoded import count_encoded
from index.stores.manifest import load_manifest


def count_library(home: Home, visible: Filters) -> Stats:
    """Say what is loaded, of what is visible."""
    counts, manifest = home.store.stats(visible), load_manifest(home.folder)
    return Stats(
        home=str(home.folder),
        replies=counts.replies,
        passages=counts.passages,
        characters=counts.characters,
        duplicates=counts.duplicates,
        model=manifest.stamp.model if manifest else home.settings.model,
        dimension=manifest.stamp.dimension if manifest else 0,
        encoded=count_encoded(home.folder) if home.settings.encoder != "off" else None,
        bytes_on_disk=bytes_below(home.folder),
        facets=home.store.facets(visible),
        years=home.store.years(visible),
    )
