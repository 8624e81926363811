"""Open the indexes of a library, or make them anew, wherever they are."""

from __future__ import annotations

from pathlib import Path

from corpus.progress import Progress
from corpus.store.store import Store
from index.models.embed import Embedder
from index.stores.indexer import Indexer, rebuild, stamp_of
from index.stores.legs import Legs
from index.stores.place import Place
from index.text.segment import Segmenter


def open_indexes(
    home: Path, store: Store, embedder: Embedder, segmenter: Segmenter, place: Place | None = None
) -> Indexer:
    """Open a home's indexes, to be kept at what the store holds.

    :param place: the server that both legs are on; None where they are in the home.
    :raises IndexMismatch: where they were made with another model or segmentation.
    :raises HomeError: where the server can't be used.
    """
    stamp = stamp_of(embedder, segmenter)
    if place is None:
        return Indexer(store, Legs.open(home, stamp), embedder, segmenter)
    from index.stores.milvus.indexer import MilvusIndexer
    from index.stores.milvus.legs import MilvusLegs

    legs = MilvusLegs.open(home, stamp, place, store)
    return MilvusIndexer(store, legs, embedder, segmenter)


def rebuild_indexes(
    home: Path,
    store: Store,
    embedder: Embedder,
    segmenter: Segmenter,
    place: Place | None = None,
    progress: Progress | None = None,
) -> None:
    """Make the indexes anew from the store, whatever state the old ones are in.

    :raises HomeError: where the server can't be used.
    """
    if place is None:
        rebuild(home, store, embedder, segmenter, progress)
        return
    from index.stores.milvus.indexer import rebuild_on

    rebuild_on(place, home, store, embedder, segmenter, progress)
