"""How replies, fields and passages are written as JSON in SQLite, and read back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from corpus.store.database import Row
from corpus.types import (
    Correction,
    Field,
    FieldName,
    ParsedReply,
    Passage,
    PassageRole,
    PrintedLine,
    Redaction,
    Reply,
    Secret,
)

_FIELD_NAMES = {name.value: name for name in FieldName}


def encode_fields(fields: Iterable[Field]) -> str:
    """Return fields as JSON: [[name, value, start, end, origin], …]."""
    return dump([[f.name.value, f.value, f.start, f.end, f.origin] for f in fields])


def decode_fields(encoded: str) -> tuple[Field, ...]:
    """Return the fields that `encode_fields` wrote."""
    # An Enum's own look-up takes half the time of reading a reply.
    return tuple(Field(_FIELD_NAMES[name], *rest) for name, *rest in json.loads(encoded))


def encode_redactions(redactions: Iterable[Redaction]) -> str:
    """Return redactions as JSON: [[start, end, secret], …]."""
    return dump([[r.start, r.end, r.secret.value] for r in redactions])


def decode_redactions(encoded: str) -> tuple[Redaction, ...]:
    """Return the redactions that `encode_redactions` wrote."""
    return tuple(Redaction(start, end, Secret(name)) for start, end, name in json.loads(encoded))


def encode_parse(parsed: ParsedReply) -> str:
    """Return as JSON all that was parsed from a text, but not the text itself."""
    return dump(
        {
            "fields": encode_fields(parsed.reply.fields),
            "redactions": encode_redactions(parsed.reply.redactions),
            "passages": [
                [p.start, p.end, list(p.heading_path), p.role.value] for p in parsed.passages
            ],
        }
    )


_FINE = 10_000


def encode_lines(lines: Iterable[PrintedLine]) -> str:
    """Return lines as JSON: [[start, end, page, left, top, right, bottom], …].

    Edges are in ten-thousandths of a page.
    """
    return dump([[x.start, x.end, x.page, *(round(e * _FINE) for e in x.edges)] for x in lines])


def decode_lines(encoded: str) -> tuple[PrintedLine, ...]:
    """Return the lines that `encode_lines` wrote."""
    return tuple(
        PrintedLine(start, end, page, (left / _FINE, top / _FINE, right / _FINE, low / _FINE))
        for start, end, page, left, top, right, low in json.loads(encoded)
    )


def encode_findings(reply: Reply) -> str:
    """Return as JSON what was found in a reply's text."""
    return dump(
        {
            "fields": encode_fields(reply.fields),
            "redactions": encode_redactions(reply.redactions),
        }
    )


def decode_parsed(row: Row) -> Reply:
    """Return the reply in a row of `replies` with what was found in it, before any correction."""
    reply = decode_reply(row)
    if row["parsed"] is None:
        return reply
    findings = json.loads(row["parsed"])
    return replace(
        reply,
        fields=decode_fields(findings["fields"]),
        redactions=decode_redactions(findings["redactions"]),
    )


def decode_parse(encoded: str, bare: Reply) -> ParsedReply:
    """Return `bare`, which has a text but no fields, with what `encode_parse` wrote."""
    parse = json.loads(encoded)
    reply = Reply(
        id=bare.id,
        text=bare.text,
        source=bare.source,
        fields=decode_fields(parse["fields"]),
        redactions=decode_redactions(parse["redactions"]),
        question=bare.question,
    )
    passages = (
        Passage(reply.id, start, end, reply.text[start:end], tuple(path), PassageRole(role))
        for start, end, path, role in parse["passages"]
    )
    return ParsedReply(reply, tuple(passages))


def decode_reply(row: Row | dict[str, Any]) -> Reply:
    """Return the reply that stands in a row of the table `replies`."""
    return Reply(
        id=row["id"],
        text=row["text"],
        source=row["source"],
        fields=decode_fields(row["fields"]),
        redactions=decode_redactions(row["redactions"]),
        question=row["question"],
    )


def decode_passage(row: Row, whole: str) -> Passage:
    """Return the passage that stands in a row of `passages`, of a reply whose text is `whole`."""
    return Passage(
        reply_id=row["reply_id"],
        start=row["start"],
        end=row["stop"],
        text=whole[row["start"] : row["stop"]],
        heading_path=tuple(json.loads(row["heading_path"])),
        role=PassageRole(row["role"]),
    )


def encode_correction(correction: Correction) -> str:
    """Return the values of a correction as JSON."""
    return dump({"values": correction.values, "found": correction.found})


def decode_correction(row: Row) -> Correction:
    """Return the correction that stands in a row of the table `corrections`."""
    decoded = json.loads(row["correction"])
    return Correction(
        name=_FIELD_NAMES[row["name"]],
        values=tuple(decoded["values"]),
        found=tuple(decoded["found"]),
        at=row["corrected_at"],
        content=row["content_hash"],
        holds=bool(row["holds"]),
    )


def digest(*parts: str) -> str:
    """Return the SHA-256 of some texts, in hexadecimal digits.

    :raises UnicodeEncodeError: where a text holds half a character (a lone surrogate).
    """
    hashed = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        hashed.update(len(encoded).to_bytes(8, "big"))
        hashed.update(encoded)
    return hashed.hexdigest()


def dump(value: Any) -> str:
    """Return a value as JSON, as short as it can be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
