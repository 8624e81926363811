"""What is wrong with a library that the database itself can't know."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.store.database import Connection, Row
from corpus.store.encoding import decode_parsed, decode_passage, decode_reply, digest, encode_parse
from corpus.store.selection import LOOKED_UP_FIELDS, year_of
from corpus.text.redact import MASK
from corpus.types import FieldName, ParsedReply


def iter_problems(connection: Connection) -> Iterator[str]:
    """Yield, in Chinese, what is wrong with the store; nothing where all is well."""
    for row in connection.execute(
        # The last passage of each reply, so that no text is measured for every passage.
        "SELECT p.key, r.id FROM replies AS r"
        " JOIN (SELECT max(key) AS key, reply_id, max(stop) AS stop FROM passages"
        " GROUP BY reply_id) AS p ON p.reply_id = r.id"
        " WHERE p.stop > r.characters OR r.characters <> length(r.text)"
    ):
        yield f"文库中第 {row[0]} 段超出了答复 {row[1]} 的正文。请重新装入这份答复。"
    for row in connection.execute(
        "SELECT id FROM replies WHERE id NOT IN (SELECT reply_id FROM sources WHERE parse IS NULL)"
    ):
        yield f"文库中答复 {row[0]} 没有来源。请用 dafu remove 移除后重新装入。"
    for row in _iter_replies(connection):
        if changed := _find_change(connection, row):
            yield (
                f"文库中答复 {row['id']} 的{changed}与载入时不同，可能已损坏或被改动。"
                "请从备份恢复，或用 dafu remove 移除后重新装入。"
            )
        elif _is_looked_up_otherwise(connection, row):
            yield (
                f"文库中答复 {row['id']} 的筛选值与它的字段不同，可能已损坏或被改动。"
                "请从备份恢复，或用 dafu remove 移除后重新装入。"
            )


_TOGETHER = 200
"""Replies that are read at once: a whole library may not fit in the memory."""


def _iter_replies(connection: Connection) -> Iterator[Row]:
    """Yield the rows of all replies, with the digest of its own parse and how many sources."""
    after = ""
    while rows := connection.execute(
        "SELECT r.*, max(s.parse_hash) FILTER (WHERE s.parse IS NULL) AS parse_hash,"
        " count(*) AS sources FROM replies AS r JOIN sources AS s ON s.reply_id = r.id"
        " WHERE r.id IN (SELECT id FROM replies WHERE id > ? ORDER BY id LIMIT ?)"
        " GROUP BY r.id ORDER BY r.id",
        (after, _TOGETHER),
    ).fetchall():
        yield from rows
        after = rows[-1]["id"]


def _find_change(connection: Connection, row: Row) -> str:
    """Say what of a reply is not as it was loaded; empty where all is."""
    if digest(row["text"], row["question"]) != row["content_hash"]:
        return "正文"
    try:
        found = decode_parsed(row)
        if row["sources"] > 1 or found.value(FieldName.DISCLOSURE):
            return ""  # its mark may be another source's
        rows = connection.execute(
            "SELECT * FROM passages WHERE reply_id = ? ORDER BY start", (found.id,)
        )
        passages = tuple(decode_passage(row, found.text) for row in rows)
        parse = encode_parse(ParsedReply(found, passages))
    except (ValueError, LookupError, TypeError):
        return "记录"
    return "" if digest(row["content_hash"], parse) == row["parse_hash"] else "字段或段落"


def _is_looked_up_otherwise(connection: Connection, row: Row) -> bool:
    """Tell whether the values that a reply is found by are others than those of its fields."""
    try:
        reply = decode_reply(row)
        if (reply.value(FieldName.DATE), year_of(reply)) != (row["date"], row["year"]):
            return True
    except (ValueError, LookupError, TypeError):
        return True
    wanted = {(f.name.value, f.value) for f in reply.fields if f.name in LOOKED_UP_FIELDS}
    rows = connection.execute(
        "SELECT name, value FROM field_values WHERE reply_id = ?", (row["id"],)
    )
    found = {(name, value) for name, value in rows}
    only_wanted, only_found = wanted - found, found - wanted
    return not (
        all(any(_is_masked(each, other) for other in only_wanted) for each in only_found)
        and all(any(_is_masked(other, each) for other in only_found) for each in only_wanted)
    )


def _is_masked(found: tuple[str, str], value: tuple[str, str]) -> bool:
    """Tell whether one is the other with some of it masked, by whichever rules."""
    return (
        found[0] == value[0]
        and len(found[1]) == len(value[1])
        and all(mine in (theirs, MASK) for mine, theirs in zip(found[1], value[1], strict=True))
    )
