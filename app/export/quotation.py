"""Set words in Chinese quotation marks, as GB/T 15834 has them: ‘’ within “”."""

from __future__ import annotations


def quoted_lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text in quotation marks, none of them empty.

    Each line opens with “, only the last is closed, as where a quotation has several paragraphs.
    Marks within are of the other kind at each depth; all else stays as it is. A text without words
    is one line: “”.
    """
    lines = [line.strip() for line in _inner(text).split("\n") if line.strip()] or [""]
    return (*(f"“{line}" for line in lines[:-1]), f"“{lines[-1]}”")


def _inner(text: str) -> str:
    """Return the text with its quotation marks one level deeper.

    Single marks that stand in no double ones are right already: ’ may be an apostrophe.
    """
    depth = 0
    signs = []
    for sign in text:
        if sign == "“":
            depth, sign = depth + 1, "‘"
        elif sign == "”":
            depth, sign = max(depth - 1, 0), "’"
        elif depth:
            sign = {"‘": "“", "’": "”"}.get(sign, sign)
        signs.append(sign)
    return "".join(signs)
