"""What a Milvus database says of the library in it: which collection, made with what, how far.

It stands in a collection of its own with one row for each note: a row is replaced at once, while
Milvus Lite can't change a collection's properties, nor keeps its description. The note `library`
is the switch between old and new indexes, as `manifest.json` is in a home.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from corpus.errors import HomeError
from corpus.store.following import Moment
from index.stores.followed import Followed
from index.stores.lexical_schema import LexicalField
from index.stores.manifest import Manifest, Stamp
from index.stores.milvus.client import Client

NAME = "dafu"
LIBRARY = "library"
MEANS = " means"
"""Ends the name of the note of a collection's mean lengths."""
FIELDS = {"name", "note", "place"}


class Directory:
    """The notes in one database of a Milvus server."""

    def __init__(self, client: Client) -> None:
        self.client = client
        if not client.call("has_collection", NAME):
            self._create()
        elif {
            field["name"] for field in client.call("describe_collection", NAME)["fields"]
        } != FIELDS:
            raise self._not_ours()

    def load_manifest(self) -> Manifest | None:
        """Return what the current collection was made with; None where there is none yet.

        :raises HomeError: where it can't be understood.
        """
        values = self._load(LIBRARY)
        if values is None:
            return None
        try:
            stamp = Stamp(
                str(values["model"]), int(values["dimension"]), str(values["segmentation"])
            )
            made = str(values["folder"]), str(values["created"]), int(values["format"])
        except (LookupError, TypeError, ValueError) as error:
            raise self._not_ours() from error
        return Manifest(stamp, *made)

    def save_manifest(self, manifest: Manifest) -> None:
        """Note which collection is the library's from now on."""
        values = {
            **asdict(manifest.stamp),
            "folder": manifest.folder,
            "created": manifest.created,
            "format": manifest.format,
        }
        self._save(LIBRARY, values)

    def load_followed(self, collection: str) -> Followed | None:
        """Return how far a collection has followed the store; None where that isn't known."""
        values = self._load(collection) or {}
        try:
            until = Moment(int(values["key"]), int(values["removal"]))
            return Followed(until, int(values["passages"]))
        except (LookupError, TypeError, ValueError):
            return None

    def save_followed(self, collection: str, followed: Followed) -> None:
        """Note how far a collection is."""
        until = followed.until
        values = {"key": until.key, "removal": until.removal, "passages": followed.passages}
        self._save(collection, values)

    def load_means(self, collection: str) -> dict[LexicalField, float] | None:
        """Return the mean lengths that a collection's vectors were made with; None: not noted."""
        values = self._load(collection + MEANS)
        if values is None:
            return None
        try:
            return {field: float(values[field]) for field in LexicalField}
        except (LookupError, TypeError, ValueError) as error:
            raise self._not_ours() from error

    def save_means(self, collection: str, means: Mapping[LexicalField, float]) -> None:
        """Note the mean lengths that a collection's vectors are made with from its first on."""
        self._save(collection + MEANS, {str(field): mean for field, mean in means.items()})

    def forget(self, collection: str) -> None:
        """Delete the notes of a collection."""
        self.client.call("delete", NAME, ids=[collection, collection + MEANS])

    def _load(self, name: str) -> dict[str, Any] | None:
        rows = self.client.call(
            *("get", NAME, [name]), output_fields=["note"], consistency_level="Strong"
        )
        if not rows:
            return None
        try:
            values = json.loads(rows[0]["note"])
        except (LookupError, ValueError) as error:
            raise self._not_ours() from error
        if not isinstance(values, dict):
            raise self._not_ours()
        return values

    def _save(self, name: str, values: dict[str, Any]) -> None:
        note = json.dumps(values, ensure_ascii=False)
        self.client.call("upsert", NAME, [{"name": name, "note": note, "place": [0.0, 0.0]}])

    def _create(self) -> None:
        library = self.client.library
        kinds = library.DataType
        schema = library.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("name", kinds.VARCHAR, is_primary=True, max_length=64)
        schema.add_field("note", kinds.VARCHAR, max_length=4096)
        schema.add_field("place", kinds.FLOAT_VECTOR, dim=2)  # no collection is without a vector
        indexes = library.MilvusClient.prepare_index_params()
        indexes.add_index("place", index_type="FLAT", metric_type="IP")
        self.client.call("create_collection", NAME, schema=schema)
        self.client.call("create_index", NAME, indexes, sync=False)
        self.client.call("load_collection", NAME)

    def _not_ours(self) -> HomeError:
        return HomeError(
            f"Milvus {self.client.place.where} 里名为 {NAME} 的集合不是 Dafu 写的，或已损坏。"
            "请在地址后面加 /名字，另用一个数据库；"
            f"确实是 Dafu 的，请删除 {NAME} 开头的集合，再运行 dafu rebuild。"
        )
