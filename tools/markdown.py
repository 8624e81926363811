"""Tables and code in Markdown."""

from __future__ import annotations

from collections.abc import Iterable


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table, ending in a line break."""
    lines = [[cell.replace("|", "\\|") for cell in line] for line in (header, *rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def part(count: int, whole: int) -> str:
    """Return a cell that says which part of a whole something is; of nothing there is none."""
    return f"{count / whole:.3f} ({count} of {whole})" if whole else "–"


def share(count: int, whole: int, digits: int = 2) -> str:
    """Return the same as a number alone."""
    return f"{count / whole:.{digits}f}" if whole else "–"


def code(words: Iterable[str]) -> str:
    """Return words as code, parted by spaces."""
    return " ".join(f"`{word}`" for word in words)
