"""Forms: tell by its content what form a table has, whatever its ending, and read its sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import UnreadableFile
from corpus.readers.columns import spelling
from corpus.readers.json_rows import Row, iter_json_rows
from corpus.readers.mapping import ColumnMapping
from corpus.readers.separated import read_separated
from corpus.readers.sheets import Sheet
from corpus.readers.sniff import OLE, check_archive
from corpus.readers.text import decode

_ZIP = b"PK\x03\x04"
_BIFF = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)
"""How workbooks begin that are no Office containers, as those of Excel 2 to 5 and of programs."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOKS = (".xls", ".xlsx", ".xlsm")
_PARTED = re.compile(r"[\t,;|<{]")
_JSON_ENDINGS = (".json", ".jsonl", ".ndjson")
_CHARSET = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?([\w-]{1,30})""", re.IGNORECASE)
_MARKUP = re.compile(
    r"\s*(?:<\?|<!doctype|<html|<table|<meta|<head|<body|<style|<div)", re.IGNORECASE
)
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"


@dataclass(frozen=True, slots=True)
class Records:
    """Rows that name their columns themselves, by their numbers."""

    rows: Iterable[tuple[str, Row] | UnreadableFile]


Form = Records | bytes | str
"""JSON, a workbook, or other text."""


def read_form(path: Path, mapping: ColumnMapping | None) -> Form:
    """Read a file as far as telling its form.

    :raises UnreadableFile: where it is encrypted, not whole, or no text of a known encoding.
    """
    source = path.as_posix()
    data = path.read_bytes()
    if data.startswith(_ZIP):
        check_archive(path, "Excel")
    if data.startswith((_ZIP, OLE, *_BIFF)):
        if data.startswith(OLE) and _ENCRYPTED in data:
            from corpus.readers.old_workbook import ENCRYPTED

            raise UnreadableFile(source, ENCRYPTED)
        return data
    declared = _CHARSET.search(data[:4096])
    is_marked = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    name = declared[1].decode("ascii") if declared and is_marked else None
    text = decode(data, source, name).removeprefix("\ufeff")
    if path.suffix.lower() in _WORKBOOKS and not _PARTED.search(text[:20_000]):
        raise UnreadableFile(source, "工作簿已损坏，读不出来；请用 Excel 或 WPS 打开后重新保存")
    if path.suffix.lower() in _JSON_ENDINGS or _looks_like_json(text):
        names = mapping.declared() if mapping else ()
        reply = frozenset(spelling(each) for key, own in names if key == "reply" for each in own)
        return Records(iter_json_rows(text, source, reply))
    return text


def iter_sheets(form: bytes | str, source: str) -> Iterator[Sheet]:
    """Yield the sheets of a workbook, of tables in markup, or of separated values.

    :raises UnreadableFile: where they can't be read.
    """
    if isinstance(form, str):
        yield from _iter_text_sheets(form, source)
    elif form.startswith(_ZIP):
        from corpus.readers.workbook import read_workbook

        yield from read_workbook(form, source)
    else:
        from corpus.readers.old_workbook import read_old_workbook

        yield from read_old_workbook(form, source)


def _iter_text_sheets(text: str, source: str) -> Iterator[Sheet]:
    if _MARKUP.match(text):
        from corpus.readers.marked_tables import read_html_tables, read_spreadsheet_xml

        is_xml = _SPREADSHEET in text[:20_000] and "<table" not in text[:20_000]
        yield from (read_spreadsheet_xml if is_xml else read_html_tables)(text, source)
    else:
        yield read_separated(text, source)


def _looks_like_json(text: str) -> bool:
    start = text[:200].lstrip()
    return start.startswith(('{"', "[{")) or re.match(r"[\[{]\s+[\"{]", start) is not None
