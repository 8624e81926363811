"""Draw lots that fall alike on every machine and for every run, as nothing but the text decides."""

from __future__ import annotations

import hashlib


def draw(text: str, lots: int) -> int:
    """Draw one of so many lots for a text: 0 to `lots` - 1, each about as often.

    Draws for different ends are independent where the text names its end, as in `fold:q1`.
    """
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % lots
