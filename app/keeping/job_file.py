"""Loads that were given to be done behind the scenes: where they are kept, and that none is lost.

They lie beside the library until they have ended; no backup has them and no move carries them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from corpus.store.database import Database
from corpus.store.form import Form
from corpus.store.opening import has_database, open_database
from corpus.store.selection import as_list

JOBS = Form(
    "任务文件",
    Path(__file__).with_name("jobs.sql"),
    0x44616654,
    2,
    (Path(__file__).with_name("jobs_1_to_2.sql"),),
    "请删去它：文库不受影响，没有做完的载入要再交一次。",
    room="jobs",
)
"""Its application_id is "DafT" in ASCII."""


def count_unfinished(home: Path, address: str = "") -> int:
    """Return how many loads wait to be done or are, of which others could go on with.

    :param address: of the PostgreSQL that the library is in, where it is not in the folder.
    """
    with _opened(home, address) as database:
        if database is None:
            return 0
        with database.reading() as connection:
            counted = connection.execute(
                "SELECT count(*) FROM jobs WHERE ended = 0 AND asked <> ''"
            )
            return int(counted.fetchone()[0])


def forget_loads(home: Path, address: str, reply_ids: Iterable[str]) -> None:
    """Leave no trace of what loads that have ended were given, nor reports that name replies.

    A report names files too, whose names may be titles.

    :raises HomeBusy: where somebody has been reading for half a minute, so that traces stay.
    """
    with _opened(home, address) as database:
        if database is None:
            return
        named = as_list(json.dumps(id, ensure_ascii=False) for id in reply_ids)
        with database.transaction() as connection:
            connection.execute(
                "DELETE FROM jobs WHERE ended = 1 AND EXISTS"
                " (SELECT 1 FROM json_each(?) AS n WHERE instr(jobs.told, n.value) > 0)",
                (named,),
            )
        database.erase()


@contextmanager
def _opened(home: Path, address: str) -> Iterator[Database | None]:
    if not has_database(home, address, JOBS):
        yield None
        return
    with closing(open_database(home, address, JOBS)) as database:
        yield database
