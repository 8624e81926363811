"""Carry a library, or what lies beside one, into another database: all of it proven, or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from corpus.errors import HomeError, InputError
from corpus.progress import Progress
from corpus.store.database import Connection, Database, Row

_TOGETHER = 1000
"""Rows that are written at once."""

_LARGEST = 1 << 256


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried over: how many of what its first table holds, and rows of all tables."""

    first: int
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
    """Copy a database with its keys into an empty one, so that indexes of the one are the other's.

    What is written to the source meanwhile is not carried. What was written is read again and
    compared before it is committed. Several are carried as one within transactions of the targets.

    :raises InputError: where the target holds something else already.
    :raises HomeError: where what was written is not what was read; nothing is then written.
    """
    form = source.form
    with source.snapshot() as reading, target.transaction() as writing:
        if there := _count(writing, form.tables[0]):
            raise InputError(
                f"目标里的{form.name}已有内容（{there:,} 条），只能搬到空的地方。"
                "请另建一个数据库，或换一个空的资料夹。"
            )
        total = sum(_count(reading, table) for table in form.tables)
        sums = {}
        done = 0
        for table in form.tables:
            sums[table] = _Sum()
            for rows in _batches(source.iter_rows(reading, f"SELECT * FROM {table}")):
                _insert(writing, table, rows)
                for row in rows:
                    sums[table].add(row)
                done += len(rows)
                if progress:
                    progress(f"搬{form.name}", done, total)
        target.settle(writing, source.newest_key() if "passages" in form.tables else 0)
        done = 0
        for table in form.tables:
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
        return Carried(sums[form.tables[0]].rows, total)


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
