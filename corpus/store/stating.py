"""Read a reply for what it promises, what it cites and as what it is itself cited."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from corpus.store.database import Connection, or_replace
from corpus.text.redact import redact_about
from corpus.types import FieldName, PassageRole, Reply


@cache
def grammar() -> str:
    """Return what changes whenever replies are read otherwise: a digest of the modules that do."""
    modules = [Path(__file__), *sorted((Path(__file__).parents[1] / "statements").glob("*.py"))]
    return hashlib.sha256(b"".join(each.read_bytes() for each in modules)).hexdigest()[:16]


def read_statements(connection: Connection, reply: Reply) -> None:
    """Read a reply and keep what it promises, what it cites and as what it is cited."""
    from corpus.statements.names import name_of_number, name_of_title
    from corpus.statements.policies import find_policies
    from corpus.statements.promises import find_promises  # its patterns take long to compile

    for table in ("promises", "citations", "cited_as"):
        connection.execute(f"DELETE FROM {table} WHERE reply_id = ?", (reply.id,))
    own = connection.execute(
        f"SELECT start, stop FROM passages WHERE reply_id = ? AND role = '{PassageRole.SUBSTANCE}'"
        " ORDER BY start",
        (reply.id,),
    ).fetchall()
    spans = [(row["start"], row["stop"]) for row in own]
    promises = find_promises(reply.text, _day(reply), spans)
    connection.executemany(
        "INSERT INTO promises VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (reply.id, p.start, p.end, *p.what, *_ends(p.who), *_ends(p.by_text), p.by)
            for p in promises
        ],
    )
    own_names = {
        *(name_of_title(redact_about(reply, each)) for each in reply.values(FieldName.TITLE)),
        *(name_of_number(each) for each in reply.values(FieldName.DOC_NUMBER)),
    }
    connection.executemany(
        "INSERT INTO cited_as VALUES (?, ?)", [(name, reply.id) for name in own_names if name]
    )
    connection.executemany(
        "INSERT INTO citations VALUES (?, ?, ?, ?, ?)",
        [
            (reply.id, policy.start, policy.end, name, policy.number)
            for policy in find_policies(reply.text)
            # At its head and foot stand its own title and numbers.
            if any(start <= policy.start < end for start, end in spans)
            for name in [redact_about(reply, policy.name) if policy.name else None]
            if name_of_title(name or "") not in own_names
            and name_of_number(policy.number or "") not in own_names
        ],
    )
    connection.execute(
        f"INSERT INTO statements_read VALUES (?, ?) {or_replace('reply_id', 'grammar')}",
        (reply.id, grammar()),
    )


def _ends(span: tuple[int, int] | None) -> Sequence[Any]:
    return span or (None, None)


def _day(reply: Reply) -> str | None:
    """Return a reply's date if a calendar has it: one that was typed may be any text."""
    with suppress(ValueError):
        return date.fromisoformat(reply.value(FieldName.DATE) or "").isoformat()
    return None
