"""Which replies hold a piece of text, over the borders of passages too.

The texts that scoring reads are normalised and without personal data, so that a search for a piece
needs no reading of replies: SQLite looks through those of 100,000 passages in some .2 s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.stores.texts import Texts


def find_holders(
    texts: Texts, parts: Sequence[str], accepts: Callable[[str], bool] | None = None
) -> tuple[str, ...]:
    """Return the ids of the replies whose text, or what stands around it, has all the parts.

    :param parts: normalised.
    :param accepts: which of these texts will do.
    """
    condition = " AND ".join(["instr(whole, ?)"] * len(parts)) or "0"
    column = "whole" if accepts else "NULL"
    with texts.reading() as connection:
        rows = connection.execute(
            f"SELECT reply_id, {column} FROM wholes WHERE {condition}", tuple(parts)
        )
        return tuple({id: None for id, whole in rows if accepts is None or accepts(whole)})
