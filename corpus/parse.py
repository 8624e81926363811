"""From a document, as its reader found it, to a reply with its passages."""

from __future__ import annotations

import hashlib
import re

from corpus.errors import UnreadableFile
from corpus.fields import find_fields
from corpus.plausible import implausible
from corpus.text.clean import clean, clean_text
from corpus.text.passages import split_passages
from corpus.text.redact import find_redactions
from corpus.types import RECOGNISED, Document, Field, FieldName, Line, ParsedReply, Reply

PARSE_FORMAT = 2
"""Raised whenever the same file would be parsed otherwise, so that it is read again."""

_ANOTHER_COPY = "请从原处重新取得，或打开后确认文字正常，再另存为 .docx 或 UTF-8 的 .txt 导入"
_IDENTIFIER = re.compile(r"[0-9A-Za-z\u3400-\u4dbf\u4e00-\u9fff._-]{1,64}")


def parse(document: Document) -> ParsedReply:
    """Clean a document, find its fields and personal data, and cut it into passages.

    The reply's id is the row's declared id where that is 1 to 64 letters, digits, Chinese
    characters or `._-`, else the first 12 hexadecimal digits of the SHA-256 of the source.

    :raises UnreadableFile: where nothing is left of the text after cleaning, or where nobody can
        have written what is.
    """
    cleaned = clean(document.lines)
    if not cleaned.text.strip():
        raise UnreadableFile(document.source, "没有正文（空），请检查文件内容后重新载入")
    if garbage := implausible(cleaned.text):
        raise UnreadableFile(document.source, f"{garbage}；{_ANOTHER_COPY}")
    columns = dict(document.columns)
    fields = find_fields(cleaned.text, columns, dict(document.column_names))
    if document.recognised:
        fields += (Field(FieldName.MEDIUM, RECOGNISED, origin="picture"),)
    reply = Reply(
        id=_reply_id(document.source, columns.get("id", "")),
        text=cleaned.text,
        source=document.source,
        fields=fields,
        redactions=find_redactions(cleaned.text, fields),
        question=clean_text(columns.get("question", "")),
    )
    passages = split_passages(reply.id, reply.text, cleaned.headings, reply.fields)
    return ParsedReply(reply, passages)


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
