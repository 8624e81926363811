"""Write the plain questions about the board with the quotes that answer them.

    python tools/board_questions.py DATA/board/replies.jsonl OUT.jsonl

The board's text is not part of this repository: `tools/board-questions.jsonl` names the
rows that answer and the place of the answer in each, `reply[start:end]`. The file that this
command writes holds that text as quotes, so that `dafu eval answers OUT.jsonl` can ask a library
into which the same `replies.jsonl` was loaded. Keep it out of the repository.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ROOT / "tools" / "board-questions.jsonl"


def iter_quoted(board: Path) -> Iterator[dict[str, Any]]:
    """Yield the questions as `eval.data.questions` reads them.

    :param board: the board's rows, one JSON object a line, with `id`, `reply` and `split`.
    :raises LookupError: where a row that answers is absent, or is not one of split `train`.
    """
    rows = {row["id"]: row for row in _iter_objects(board)}
    for question in _iter_objects(QUESTIONS):
        relevant = []
        for place in question["relevant"]:
            row = rows[place["source"]]
            if row["split"] != "train":
                raise LookupError(f"{row['id']} is of split {row['split']}")
            quote = row["reply"][place["start"] : place["end"]]
            relevant.append({"source": f"{board.name}#{row['id']}", "quote": quote})
        yield question | {"relevant": relevant}


def _iter_objects(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def main() -> int:
    """Write the file that the arguments name."""
    board, out = map(Path, sys.argv[1:])
    lines = [json.dumps(question, ensure_ascii=False) for question in iter_quoted(board)]
    out.write_text("\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
