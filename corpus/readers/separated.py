"""Separated values: find what parts the cells of a csv file, and read its rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from corpus.errors import UnreadableFile
from corpus.readers.sheets import Sheet

_SEPARATORS = ",\t;|，；｜^~\x01"
_TRIED = 50
"""Rows by which separators are judged,"""
_TRIED_CHARACTERS = 200_000
"""of so many characters: a wrong separator may make one row of them all."""
_ESCAPE = re.compile(r'\\(["\\])')


def read_separated(text: str, source: str) -> Sheet:
    r"""Return the rows of a text of separated values.

    The separator is the one that gives most rows the same number of cells. `\"` is a quote
    where the file escapes quotes so, as databases' exports do.

    :raises UnreadableFile: from the rows, where the text can't be cut into cells.
    """
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    separator, escaped = _find_form(text)
    # A mere lone carriage return, as old exports have, ends a line for us but not for csv.
    if "\r" in text and "\n" not in text:
        text = text.replace("\r", "\n")
    if escaped:
        text = _ESCAPE.sub(_standard, text)
    rows = _iter_rows(text, separator, source)
    return _without_open_quote(list(rows)) if text.count('"') % 2 else Sheet("", rows)


def _iter_rows(text: str, separator: str, source: str) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1)
    except csv.Error as error:
        raise UnreadableFile(
            source, "分不出各格：引号或分隔符不合规则；请用 Excel 或 WPS 打开后另存为 .xlsx"
        ) from error


def _without_open_quote(rows: list[tuple[int, list[str]]]) -> Sheet:
    """Leave out the last row where a quote without its end made one cell of all that follows."""
    number, row = rows[-1] if rows else (0, [])
    if not any("\n" in cell for cell in row):
        return Sheet("", rows)
    broken = f"第 {number} 行有引号没有配对，从这一行起没有读；请改正，或用 Excel 另存为 .xlsx"
    return Sheet("", rows[:-1], broken=broken)


def _find_form(text: str) -> tuple[str, bool]:
    """Return the separator, and whether quotes are escaped by a backslash."""
    sample = text[:_TRIED_CHARACTERS]
    separators = [each for each in _SEPARATORS if each in sample]
    forms = [(each, False) for each in separators]
    if '\\"' in sample:
        # Standard files have it only where a cell ends in a backslash, which then fits worse.
        forms = [form for each in separators for form in ((each, True), (each, False))]
    return max(forms, key=lambda form: _fitness(sample, *form), default=(",", False))


def _fitness(sample: str, separator: str, escaped: bool) -> tuple[float, int]:
    """Return the share of rows that have the most usual number of cells, and that number."""
    text = _ESCAPE.sub(_standard, sample) if escaped else sample
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        counts = [len(row) for row in islice(rows, _TRIED) if any(map(str.strip, row))]
    except csv.Error:
        return (0.0, 0)
    if len(sample) == _TRIED_CHARACTERS and 1 < len(counts) < _TRIED:
        counts.pop()  # cut off
    # A title above the headings, or a note below, is a row of one cell.
    usual = Counter(count for count in counts if count > 1)
    cells, rows_alike = max(usual.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (rows_alike / max(1, len(counts)), cells)


def _standard(match: re.Match[str]) -> str:
    return '""' if match[1] == '"' else "\\"
