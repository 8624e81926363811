"""Which collection on Milvus is a library's: one that is there, or a new one."""

from __future__ import annotations

from corpus.clock import now
from corpus.errors import HomeError, IndexDamaged
from corpus.store.store import Store
from index.stores.manifest import REMEDY, Manifest, Stamp
from index.stores.milvus.client import Client, CollectionGone
from index.stores.milvus.directory import Directory
from index.stores.milvus.filtering import fit
from index.stores.milvus.rows import Rows, new_name

SAMPLE = 200
"""How many passages tell whether a collection is of this library."""


def check_library(rows: Rows, store: Store) -> None:
    """Make sure that a collection is of this library: of a sample, passages are of its replies.

    :raises HomeError: where they are not.
    """
    if not rows.count:
        return
    found = rows.client.call(
        *("query", rows.name, "key >= 0"),
        output_fields=["key", "reply_id"],
        limit=SAMPLE,
        consistency_level="Strong",
    )
    held = {int(row["key"]): row["reply_id"] for row in found}
    own = {key: passage.reply_id for key, passage in store.passages(held).items()}
    if not own or any(held[key] != fit(reply_id) for key, reply_id in own.items()):
        raise HomeError(
            f"Milvus {rows.client.place.where} 里是另一个文库的索引（{rows.count:,} 段），"
            "没有动它。"
            "请在地址后面加 /名字，另用一个数据库；多个资料夹只有在文库同是一个 PostgreSQL 时"
            "才能共用。那个索引确实不再需要的，请先在 Milvus 里删除 dafu 开头的集合。"
        )


def begin_collection(directory: Directory, stamp: Stamp) -> Manifest:
    """Make an empty collection, and note it unless another home was faster."""
    client = directory.client
    new = new_manifest(stamp)
    Rows.create(client, new.folder, stamp.dimension)
    if (first := directory.load_manifest()) is None:
        directory.save_manifest(new)
        first = directory.load_manifest() or new
    if first.folder != new.folder:
        client.call("drop_collection", new.folder)
    return first


def new_manifest(stamp: Stamp) -> Manifest:
    """Make the manifest of a new collection."""
    return Manifest(stamp, new_name(), now())


def open_rows(client: Client, shared: Manifest) -> Rows:
    """Open the collection that a manifest names.

    :raises IndexDamaged: where it is not there.
    """
    try:
        return Rows(client, shared.folder)
    except CollectionGone as error:
        raise IndexDamaged(
            f"Milvus {client.place.where} 里索引的集合 {shared.folder} 不见了。{REMEDY}"
        ) from error
