"""Short digests of values, to tell whether two evaluations were made of the same."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def digest_of(value: Any) -> str:
    """Return 16 hexadecimal digits that change with a value that JSON can hold."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
