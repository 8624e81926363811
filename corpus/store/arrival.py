"""Parsed replies on their way into the store, with what they are compared by."""

from __future__ import annotations

import json
from dataclasses import dataclass

from corpus.errors import UnreadableFile
from corpus.store.changes import NOTE_CHANGE
from corpus.store.database import Connection
from corpus.store.encoding import digest, encode_parse
from corpus.types import ParsedReply, Reply

_BAD_CHARACTERS = "文字中有无法保存的字符（编码有误），请转存为 UTF-8 后重新载入"


@dataclass(frozen=True, slots=True)
class FileLoad:
    """One reading of one file; `number` counts its readings from 1."""

    uri: str
    number: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A parsed reply on its way in, with the hashes it is compared by."""

    parsed: ParsedReply
    content_hash: str
    parse: str
    parse_hash: str

    @property
    def source(self) -> str:
        """Return where the reply comes from."""
        return self.parsed.reply.source

    @classmethod
    def of(cls, parsed: ParsedReply) -> Arrival:
        """Hash a parsed reply.

        :raises UnreadableFile: where a text holds a character that no database can keep.
        :raises ValueError: where a passage is not the span of the text that it says it is.
        """
        reply = parsed.reply
        for passage in parsed.passages:
            if not passage.text or not passage.stands_in(reply):
                raise ValueError(f"{reply.source}: text[{passage.start}:{passage.end}] is another")
        try:
            content_hash = digest(reply.text, reply.question)
            parse = encode_parse(parsed)
            parse_hash = digest(content_hash, parse)
        except UnicodeEncodeError as error:
            raise UnreadableFile(reply.source, _BAD_CHARACTERS) from error
        if any("\0" in each for each in _kept_as_they_are(reply)):
            raise UnreadableFile(reply.source, _BAD_CHARACTERS)
        return cls(parsed, content_hash, parse, parse_hash)


def _kept_as_they_are(reply: Reply) -> tuple[str, ...]:
    return (
        *(reply.text, reply.question, reply.id, reply.source),
        *(field.value for field in reply.fields),
    )


def come_back(connection: Connection, content_hash: str, reply_id: str) -> bool:
    """Note that a reply is no longer removed, nor put away; tell whether it was put away.

    What was corrected of it then is this reply's, unless that has corrections of its own.
    """
    connection.execute(
        "DELETE FROM removed WHERE content_hash = ? OR reply_id = ?", (content_hash, reply_id)
    )
    row = connection.execute(
        "DELETE FROM bin WHERE content_hash = ? RETURNING kept", (content_hash,)
    ).fetchone()
    if row is None:
        return False
    _, kept = json.loads(row["kept"])
    connection.executemany(
        "INSERT INTO corrections VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(reply_id, *list(each.values())[1:]) for each in kept["corrections"]],
    )
    connection.executemany(
        NOTE_CHANGE,
        [(reply_id, *list(each.values())[2:]) for each in kept["changes"]],
    )
    return True
