"""Break lines of Chinese text where a typesetter would."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

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
