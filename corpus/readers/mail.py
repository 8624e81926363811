"""Mail: letters sent as .eml, and web pages saved in one file (.mht)."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path, PurePosixPath

from corpus.errors import Remark, UnreadableFile
from corpus.readers.endings import SUFFIXES
from corpus.readers.html import read_page
from corpus.readers.members import Allowance, Item, Read, read_member
from corpus.readers.text import decode_noted
from corpus.types import Document, Line

_MOST_PARTS = 500
"""The standard library's time grows faster than the number of a mail's parts."""


def read_mail(path: Path, allowance: Allowance, read: Read) -> Iterator[Item]:
    """Read the subject and text of a message, and its attachments as documents of their own.

    Each of these is `letter.eml#name.docx`. The other headers are left out: they are addresses.

    :raises UnreadableFile: where the message is broken or has no text.
    """
    source = path.as_posix()
    data = path.read_bytes()
    if data.lower().count(b"\ncontent-type:") > _MOST_PARTS:
        raise UnreadableFile(
            source, f"邮件有 {_MOST_PARTS} 个以上的部分，没有读；请另存附件后再导入"
        )
    try:
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
        lines, remarks, attached = _take_apart(message, source)
    except UnreadableFile:
        raise
    except Exception as error:  # the standard library raises what broken headers make it
        raise UnreadableFile(source, "邮件已损坏，读不出来；请重新导出") from error
    yield from remarks
    if lines:
        yield Document(source, tuple(lines))
    elif not attached:
        raise UnreadableFile(source, "邮件里没有正文，也没有附件；请确认内容后再导入")
    for name, data in attached:
        own = f"{source}#{name}"
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in SUFFIXES:
            yield Remark(own, f"附件跳过：格式不支持（{suffix or '没有扩展名'}）")
        elif allowance.depth <= 0 or not allowance.within() or len(data) > allowance.bytes:
            yield UnreadableFile(own, "附件太多、太大或套得太深，没有读；请另存后再导入")
        else:
            allowance.members -= 1
            allowance.bytes -= len(data)
            yield from read_member(name, data, source, allowance, read)


def read_saved_page(data: bytes, source: str) -> list[Line]:
    """Return the lines of a page, as it is or as a browser or program saved it in one file.

    :raises UnreadableFile: where it holds none.
    """
    if b"mime-version:" not in data[:4096].lower():
        return read_page(data, source)[0]
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
    return _take_apart(message, source)[0]


def _take_apart(
    message: EmailMessage, source: str
) -> tuple[list[Line], list[Remark], list[tuple[str, bytes]]]:
    """Return the lines of a message with its subject, what to say of it, and its attachments."""
    lines: list[Line] = []
    remarks: list[Remark] = []
    body = message.get_body(("plain", "html"))
    if isinstance(body, EmailMessage):
        data = body.get_payload(decode=True)
        charset = body.get_content_charset()
        if isinstance(data, bytes) and data.strip():
            if body.get_content_subtype() == "html":
                lines, remarks = read_page(data, source, charset)
            else:
                decoded = decode_noted(data, source, charset)
                lines = [Line(line) for line in decoded.text.splitlines()]
                remarks = [Remark(source, decoded.remark)] if decoded.remark else []
    subject = str(message["subject"] or "").strip()
    if lines and subject and "@" in str(message["from"] or ""):  # no page that a browser saved
        is_said = any(subject in line.text for line in lines[:10])
        lines = lines if is_said else [Line(subject, paragraph_end=True), *lines]
    return lines, remarks, list(_attachments(message))


def _attachments(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """Yield the names and bytes of what is attached; pictures within the text are part of it."""
    for number, part in enumerate(message.iter_attachments(), 1):
        if part.get_content_type() == "message/rfc822":
            inner = part.get_content()
            yield part.get_filename() or f"附件{number}.eml", inner.as_bytes()
            continue
        name = part.get_filename()
        data = part.get_payload(decode=True)
        if name and isinstance(data, bytes) and part.get_content_maintype() != "image":
            yield PurePosixPath(name.replace("\\", "/")).name or f"附件{number}", data
