"""Carry a library from one database into another: all of it, proven to be there, or nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from corpus.errors import HomeError, InputError
from corpus.progress import Progress
from corpus.store.database import LIBRARY, Connection, Database, Row

TABLES = tuple(re.findall(r"^CREATE TABLE (\w+)", LIBRARY.schema.read_text("utf-8"), re.MULTILINE))
"""All of a library, each after what it refers to."""

_TOGETHER = 1000
"""Rows that are written at once."""

_LARGEST = 1 << 256


@dataclass(frozen=True, slots=True)
class Carried:
    """A library that was carried over: how many replies, and how many rows of all tables."""

    replies: int
    rows: int


@dataclass(slots=True)
class _Sum:
    """How many rows there are, and a digest of them, in whatever order they come."""

    rows: int = 0
    digest: int = 0

    def add(self, row: Row) -> None:
        written = json.dumps(list(row), ensure_ascii=False).encode()
        self.digest = (self.digest + int.from_bytes(hashlib.sha256(written).digest())) % _LARGEST
        self.rows += 1


def carry(source: Database, target: Database, progress: Progress | None = None) -> Carried:
    """Copy a library with its keys into an empty one, so that indexes of the one are the other's.

    What is written to the source meanwhile is not carried. What was written is read again and
    compared before it is committed.

    :raises InputError: where the target has replies already.
    :raises HomeError: where what was written is not what was read; nothing is then written.
    """
    with source.snapshot() as reading, target.transaction() as writing:
        if there := _count(writing, "replies"):
            raise InputError(
                f"目标里已有 {there:,} 份答复，文库只能搬到空的地方。请另建一个数据库，"
                "或换一个空的资料夹。"
            )
        total = sum(_count(reading, table) for table in TABLES)
        sums = {}
        done = 0
        for table in TABLES:
            sums[table] = _Sum()
            for rows in _batches(source.iter_rows(reading, f"SELECT * FROM {table}")):
                _insert(writing, table, rows)
                for row in rows:
                    sums[table].add(row)
                done += len(rows)
                if progress:
                    progress("搬文库", done, total)
        target.settle(writing, source.newest_key())
        done = 0
        for table in TABLES:
            found = _Sum()
            for row in target.iter_rows(writing, f"SELECT * FROM {table}"):
                found.add(row)
                done += 1
                if progress and done % _TOGETHER == 0:
                    progress("核对", done, total)
            if found != sums[table]:
                raise HomeError(
                    f"表 {table} 写进去的与原来的不同（{sums[table].rows:,} 行，写进 {found.rows:,}"
                    " 行），没有搬。请再试一次；还是这样，请检查两处的磁盘。"
                )
        if progress:
            progress("核对", total, total)
        return Carried(sums["replies"].rows, total)


def _count(connection: Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, _TOGETHER)):
        yield batch


def _insert(connection: Connection, table: str, rows: list[Row]) -> None:
    names = list(rows[0].keys())
    marks = ", ".join("?" * len(names))
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", [tuple(row) for row in rows]
    )
