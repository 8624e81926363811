"""What is wrong with a library: of SQLite's own making, and of ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from corpus.store.database import FILE_NAME
from corpus.store.encoding import decode_parsed, decode_passage, decode_reply, digest, encode_parse
from corpus.store.selection import LOOKED_UP_FIELDS, year_of
from corpus.text.redact import MASK
from corpus.types import FieldName, ParsedReply


def iter_problems(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield, in Chinese, what is wrong with the store; nothing where all is well."""
    for row in connection.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield (
                f"文库文件 {FILE_NAME} 损坏（{row[0]}）。请用 dafu restore 从备份恢复，"
                "或用 dafu recover 救出还读得出的答复。"
            )
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield f"文库中表 {row[0]} 的第 {row[1]} 行没有所属的 {row[2]}。请重新装入。"
    for row in connection.execute(
        # The last passage of each reply, so that no text is measured for every passage.
        "SELECT p.key, r.id FROM replies AS r JOIN (SELECT key, reply_id, max(stop) AS stop"
        " FROM passages GROUP BY reply_id) AS p ON p.reply_id = r.id"
        " WHERE p.stop > r.characters OR r.characters <> length(r.text)"
    ):
        yield f"文库中第 {row[0]} 段超出了答复 {row[1]} 的正文。请重新装入这份答复。"
    for row in connection.execute(
        "SELECT id FROM replies WHERE id NOT IN (SELECT reply_id FROM sources WHERE parse IS NULL)"
    ):
        yield f"文库中答复 {row[0]} 没有来源。请用 dafu remove 移除后重新装入。"
    for row in connection.execute(
        "SELECT r.*, max(s.parse_hash) FILTER (WHERE s.parse IS NULL) AS parse_hash,"
        " count(*) AS sources FROM replies AS r JOIN sources AS s ON s.reply_id = r.id"
        " GROUP BY r.id"
    ):
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


def _find_change(connection: sqlite3.Connection, row: sqlite3.Row) -> str:
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


def _is_looked_up_otherwise(connection: sqlite3.Connection, row: sqlite3.Row) -> bool:
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
