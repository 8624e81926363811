"""The time, as libraries, indexes, measurements and the audit note it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Return the time as ISO 8601, in UTC, to the second: such texts sort as they came."""
    return datetime.now(UTC).isoformat(timespec="seconds")
