"""The time, as libraries, indexes, measurements and the audit note it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Return the time as ISO 8601, in UTC, to the second: such texts sort as they came."""
    return _write(datetime.now(UTC))


def local(at: str) -> datetime:
    """Return a time of ISO 8601 in the zone of this computer, which it is of where it says none.

    :raises ValueError: where it is none.
    """
    try:
        return datetime.fromisoformat(at).astimezone()
    except (OverflowError, OSError) as error:
        raise ValueError(at) from error


def as_noted(at: str) -> str:
    """Return a day or time as `now` would have noted it; ValueError where it is none."""
    return _write(local(at).astimezone(UTC))


def _write(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
