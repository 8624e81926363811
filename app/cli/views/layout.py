"""How text is laid out in a terminal: lines, labelled blocks and columns of Chinese and Latin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from app.cli.output import plain

INDENT = 4

_CLUSTER = re.compile(
    r"[（〔《〈「『【“‘(\[{]*"
    r"(?:[!-~\u00a0-\u024f]+|.)"
    r"[，。、；：！？）〕》〉」』】”’…—％,.;:!?)\]}]*\s*",
    re.DOTALL,
)
"""What stays on one line: a Latin word or one character, with the brackets that open before it and
the punctuation that follows it (a line begins with no 避头 mark and ends with no 避尾 mark)."""


def wrap(text: Text, width: int) -> list[Text]:
    """Break a text into lines of at most `width` columns; white space at their ends goes."""
    lines = []
    for paragraph in text.split("\n", allow_blank=True):
        for line in paragraph.divide(list(_breaks(paragraph.plain, width))):
            line.rstrip()
            lines.append(line)
    return lines


def _breaks(text: str, width: int) -> Iterator[int]:
    """Yield the offsets at which a new line begins; a cluster that is too long is cut anywhere."""
    used = 0
    for cluster in _CLUSTER.finditer(text):
        columns = cell_len(cluster.group().rstrip())
        if used and used + columns > width:
            yield cluster.start()
            used = 0
        if columns > width:
            for offset, character in enumerate(cluster.group()[:-1], cluster.start()):
                used += cell_len(character)
                if used + cell_len(text[offset + 1]) > width:
                    yield offset + 1
                    used = 0
            used += cell_len(cluster.group()[-1])
        else:
            used += cell_len(cluster.group())


def shorten(text: str, most: int) -> str:
    """Return the beginning of a text, `most` characters without line breaks."""
    return " ".join(text.split())[:most]


def print_line(console: Console, line: str, style: str = "") -> None:
    """Print a line as it is, for the terminal to break."""
    console.print(Text(plain(line), style=style), soft_wrap=True)


def print_numbered(console: Console, number: str, lines: Iterable[Text]) -> None:
    """Print lines behind a number, and an empty line below."""
    print_block(console, number.ljust(INDENT), lines)
    console.print()


def print_block(console: Console, label: str, lines: Iterable[Text]) -> None:
    """Print lines behind a label, all with the same indent."""
    indent = cell_len(label)
    margin = Text(label, style="cyan")
    for line in lines:
        for row in wrap(line, max(console.width - indent, INDENT)):
            console.print(Text.assemble(margin, row) if row.plain else "", soft_wrap=True)
            margin = Text(" " * indent)


def print_pairs(console: Console, rows: Iterable[tuple[str, str]]) -> None:
    """Print labels and values in two columns."""
    pairs = list(rows)
    indent = max((cell_len(label) for label, _ in pairs), default=0) + 2
    for label, value in pairs:
        print_block(console, set_cell_size(label, indent), [Text(plain(value))])


def print_rows(console: Console, rows: Sequence[Sequence[str]]) -> None:
    """Print rows of cells, all but the first column to the right; the first row are headings."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [" " * (width - cell_len(c)) + c for c, width in zip(row, widths, strict=True)]
        line = "  ".join([set_cell_size(row[0], widths[0]), *cells[1:]])
        console.print(Text(plain(line)), soft_wrap=True)
