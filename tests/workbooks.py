"""Workbooks of the form of 1997, which nothing writes any more, byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Sequence


def make_xls(
    rows: Sequence[Sequence[str]],
    hidden: Sequence[int] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
) -> bytes:
    """Make the bytes of an .xls file of one sheet, 一月.

    :param hidden: the rows that are hidden, counted from 0.
    :param merged: first row, last row, first column, last column.
    """
    name = "一月"
    book = [
        _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)),
        _record(0x42, struct.pack("<H", 1200)),
        _record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0, 400, 0, 0, 0, 0, 0) + b"\x01\x00A"),
        _record(0xE0, struct.pack("<HHHBBBBIIH", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    ]
    end = _record(0x0A, b"")
    sheet_name = b"\x00\x00" + struct.pack("<B", len(name)) + _text(name)
    at = sum(map(len, book)) + 4 + 4 + len(sheet_name) + len(end)
    book += [_record(0x85, struct.pack("<I", at) + sheet_name), end]
    sheet = [_record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))]
    for number, row in enumerate(rows):
        flags = 0x20 if number in hidden else 0
        size = struct.pack("<HHHHHHI", number, 0, len(row), 255, 0, 0, flags)
        sheet.append(_record(0x208, size))
        for column, text in enumerate(row):
            cell = struct.pack("<HHHH", number, column, 0, len(text)) + _text(text)
            sheet.append(_record(0x204, cell))
    if merged:
        ranges = b"".join(struct.pack("<HHHH", *each) for each in merged)
        sheet.append(_record(0xE5, struct.pack("<H", len(merged)) + ranges))
    return b"".join([*book, *sheet, _record(0x0A, b"")])


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _text(text: str) -> bytes:
    return b"\x01" + text.encode("utf-16-le")
