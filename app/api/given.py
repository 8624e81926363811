"""What a load was given, as it is kept for whoever does it: its files, and in whose name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.access import Role
from app.actor import Actor
from corpus.store.database import Connection

PIECE = 4 << 20
"""Bytes of a file that are kept, and held in the memory, at once."""

Sent = tuple[str, BinaryIO]
"""A file that somebody sent: its name, and what it is read from."""


@dataclass(frozen=True, slots=True)
class Given:
    """Who gave a load, the names of its files, and how they are to be loaded.

    :ivar mapping: JSON, see `corpus.readers.mapping`; "" where there is none.
    """

    actor: Actor
    names: tuple[str, ...] = ()
    replacing: bool = False
    mapping: str = ""


def write_given(given: Given) -> str:
    """Write it as JSON."""
    who = given.actor
    values = {
        **{"name": who.name, "role": who.role, "address": who.address, "names": given.names},
        **{"replacing": given.replacing, "mapping": given.mapping},
    }
    return json.dumps(values, ensure_ascii=False)


def read_given(text: str) -> Given:
    """Read it from its JSON."""
    values = json.loads(text)
    actor = Actor(values["name"], Role(values["role"]), values["address"])
    return Given(actor, tuple(values["names"]), values["replacing"], values["mapping"])


def iter_pieces(files: Sequence[Sent]) -> Iterator[tuple[int, bytes]]:
    """Yield the content of files, piece by piece, each with its file's place."""
    for place, (_, file) in enumerate(files):
        file.seek(0)
        while piece := file.read(PIECE):
            yield place, piece


def write_files(
    connection: Connection, number: int, names: Sequence[str], folder: Path
) -> list[Path]:
    """Write the files of a load into a folder, under their own names; return them in their order.

    :param number: the load's in the table of jobs.
    """
    paths = []
    for place, name in enumerate(names):
        below = folder / str(place)  # two may have the same name
        below.mkdir()
        path = below / name
        pieces = connection.execute(
            "SELECT number FROM pieces WHERE job = ? AND file = ? ORDER BY number", (number, place)
        ).fetchall()
        with path.open("wb") as file:
            for row in pieces:
                content = "SELECT content FROM pieces WHERE number = ?"
                file.write(connection.execute(content, (row[0],)).fetchone()[0])
        paths.append(path)
    return paths
