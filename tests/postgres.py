"""A PostgreSQL of Debian's package for the tests: started once, a library in each schema."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

NUMBERS = count(1)


def find_programs() -> Path | None:
    """Return the folder of the server's own programs, which Debian keeps out of the PATH."""
    found = shutil.which("initdb")
    if found and Path(found).resolve().with_name("postgres").exists():
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


def _somebody() -> dict[str, Any]:
    """Return as whom the server runs: it refuses to as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise AssertionError("no user but root")


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """Run a server of its own in a temporary folder, on a socket there; yield how to reach it."""
    who = _somebody()
    with tempfile.TemporaryDirectory(prefix="dafu-pg-", dir="/tmp") as name:
        folder = Path(name)  # not pytest's: the path of a socket has 107 bytes, and others enter
        if who:
            os.chown(folder, who["user"], who["group"])
        data = folder / "data"
        options = ("-A", "trust", "-U", "dafu", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        _run(programs / "initdb", "-D", data, *options, **who)
        server = subprocess.Popen(
            [
                *(programs / "postgres", "-D", data, "-k", folder, "-h", ""),
                *("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "autovacuum=off"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            **who,
        )
        try:
            address = f"postgresql://dafu@/postgres?host={quote(name, safe='')}"
            for _ in range(300):
                if server.poll() is not None:
                    raise AssertionError("PostgreSQL ended while it was starting")
                with suppress(psycopg.OperationalError), psycopg.connect(address):
                    break
                time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def _run(*command: Any, **who: Any) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **who)


@contextmanager
def new_library(server: str) -> Iterator[str]:
    """Yield the address of a schema where nothing is, which goes afterwards."""
    name = f"library_{os.getpid()}_{next(NUMBERS)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        yield f"{server}&options={quote(f'-c search_path={name}')}"
        connection.execute(f"DROP SCHEMA {', '.join(_schemas(connection, name))} CASCADE")


def _schemas(connection: psycopg.Connection[Any], library: str = "") -> list[str]:
    """Return the schema of a library, and those of what lies beside it."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT nspname FROM pg_namespace, (SELECT coalesce(nullif(%s, ''), current_schema())"
            " AS library) AS l WHERE nspname = library OR starts_with(nspname, library || '_')"
            " ORDER BY nspname",
            (library,),
        )
    ]


def empty(address: str) -> None:
    """Leave nothing in a library, nor beside it; faster than to make another one."""
    with psycopg.connect(address, autocommit=True) as connection:
        for name in _schemas(connection)[1:]:
            connection.execute(f"DROP SCHEMA {name} CASCADE")
        names = [
            row[0]
            for row in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
                " AND tablename <> 'dafu_library'"
            )
        ]
        deleted = ";".join(f"DELETE FROM {name}" for name in names)
        connection.execute(
            f"BEGIN; SET CONSTRAINTS ALL DEFERRED; DELETE FROM sources; {deleted}; COMMIT"
        )
