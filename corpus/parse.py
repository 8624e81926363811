"""From a document, as its reader found it, to a reply with its passages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from corpus.errors import UnreadableFile
from corpus.fields import find_fields
from corpus.fields.layout import lay_out
from corpus.text.clean import clean, clean_text
from corpus.text.letters import Letter, split_letters
from corpus.text.passages import split_passages
from corpus.text.redact import find_redactions
from corpus.text.simplified import plain
from corpus.text.unfold import unfold
from corpus.types import Document, Line, ParsedReply, Reply

PARSE_FORMAT = 2
"""Raised whenever the same file would be parsed otherwise, so that it is read again."""

_IDENTIFIER = re.compile(r"[0-9A-Za-z\u3400-\u4dbf\u4e00-\u9fff._-]{1,64}")


def parse_letters(document: Document) -> tuple[ParsedReply, ...]:
    """Make replies of a document: mostly one, several where it holds several letters.

    Each is cleaned, parted from the citizen's message that it answers, its fields and personal data
    are found, and it is cut into passages. A row of a table is one reply, and its columns say what
    the message is.

    A reply's id is the row's declared id where that is 1 to 64 letters, digits, Chinese
    characters or `._-`, else the first 12 hexadecimal digits of the SHA-256 of the source. The
    source of the second of several letters ends in `#2`.

    :raises UnreadableFile: where nothing is left of the text after cleaning.
    """
    whole = clean(document.lines if document.columns else _unfolded(document.lines))
    if not whole.text.strip():
        raise UnreadableFile(document.source, "没有正文（空），请检查文件内容后重新载入")
    columns = dict(document.columns)
    if columns:
        return (_parse(document, document.source, Letter(whole), columns),)
    return tuple(
        _parse(
            document, f"{document.source}#{number}" if number > 1 else document.source, letter, {}
        )
        for number, letter in enumerate(split_letters(whole), start=1)
    )


def _unfolded(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Part the lines of a text that is a letter run together."""
    texts = [line.text for line in lines if line.text.strip()]
    unfolded = unfold(texts)
    return lines if unfolded == texts else tuple(Line(text) for text in unfolded)


def _parse(
    document: Document, source: str, letter: Letter, columns: Mapping[str, str]
) -> ParsedReply:
    text = letter.clean.text
    question = letter.message or clean_text(columns.get("question", ""))
    message_at = letter.body if letter.message else -1
    fields = find_fields(text, columns, dict(document.column_names), message_at)
    reply = Reply(
        id=_reply_id(source, columns.get("id", "")),
        text=text,
        source=source,
        fields=fields,
        redactions=find_redactions(text, fields),
        question=question,
    )
    passages = split_passages(
        reply.id,
        text,
        letter.clean.headings,
        fields,
        max(letter.body, lay_out(plain(text)).body),
    )
    return ParsedReply(reply, passages)


def parse(document: Document) -> ParsedReply:
    """Make a reply of a document that holds one letter; of several the first, see `parse_letters`.

    :raises UnreadableFile: where nothing is left of the text after cleaning.
    """
    return parse_letters(document)[0]


def parse_text(source: str, text: str, columns: tuple[tuple[str, str], ...] = ()) -> ParsedReply:
    """Parse a plain text that is not in a file; `columns` are as in `Document`.

    :raises UnreadableFile: where nothing is left of the text after cleaning.
    """
    lines = tuple(Line(line) for line in text.split("\n"))
    return parse(Document(source=source, lines=lines, columns=columns))


def _reply_id(source: str, declared: str) -> str:
    if _IDENTIFIER.fullmatch(declared):
        return declared
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:12]
