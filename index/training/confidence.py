"""Fit the confidence on questions whose reply is present, or has been taken out.

    python -m index.training.confidence --data DIR

writes `index/confidence.json`. Fit it anew whenever the model or the fusion has changed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.answer import quote_replies
from index.confidence import CONFIDENCE_FILE, EVIDENCE, gather_evidence
from index.engine import Engine
from index.training.board import Labelled, open_board
from index.training.regression import named, regress


def fit(data: Path) -> dict[str, object]:
    """Return the content of the confidence file: coefficients, and what they were fitted on."""
    with open_board(data) as board:
        evidence, right = zip(*_iter_evidence(board.engine, board.queries), strict=True)
        count = len(board.queries)
        return {
            "fitted_on": f"{count} titles and messages, {board.replies} replies of the board",
            "model": board.engine.embedder.name,
            **named(regress(evidence, right), EVIDENCE),
        }


def _iter_evidence(
    engine: Engine, queries: Sequence[Labelled]
) -> Iterator[tuple[Sequence[float], bool]]:
    """Yield the evidence for each query with its reply present, and with it taken out.

    An answer is right where its first quote is of the right reply; with that taken out none is.
    """
    for labelled in queries:
        query = engine.retriever.analyse(labelled.text)
        ranked = engine.retriever.rank_replies(query, 11)
        without = [reply for reply in ranked if reply.reply_id != labelled.reply_id]
        for replies in (ranked[:10], without[:10]):
            if excerpts := quote_replies(engine.retriever, query, replies):
                right = excerpts[0].reply.id == labelled.reply_id
                yield gather_evidence(replies, excerpts), right


def main() -> None:
    """Fit, and write the confidence file."""
    parser = argparse.ArgumentParser(description="Fit the confidence.")
    parser.add_argument("--data", type=Path, required=True, help="data folder, see the model card")
    parser.add_argument("--out", type=Path, default=CONFIDENCE_FILE)
    options = parser.parse_args()
    content = json.dumps(fit(options.data), ensure_ascii=False, indent=2)
    options.out.write_text(content + "\n", encoding="utf-8")
    print(content)


if __name__ == "__main__":
    main()
