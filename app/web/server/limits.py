"""How much who uses the page may send and ask for, by their role."""

from __future__ import annotations

from dataclasses import dataclass

from app.access import Role
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """What one guest may do; 0 stands for no limit."""

    call: int
    """Bytes of a call."""
    upload: int
    """Bytes of what is uploaded at once."""
    uploads: int
    """Bytes that may be uploaded within an hour."""
    per_minute: int
    """Calls within a minute."""


LARGEST_CALL, LARGEST_OWN_CALL = 1 << 20, 16 << 20
"""The longest proposal has 200 kB; an editor sends whole dictionaries and lists of judgments."""

LARGEST_UPLOAD, LARGEST_OWN_UPLOAD = 52 << 20, 1 << 30
"""A reader uploads one file; staff upload a batch of proposals, an editor a folder of replies."""

UPLOADS = 256 << 20
"""Bytes that a reader may upload within an hour; staff may four times, an editor any number."""

BUSIER = 5
"""An editor calls so many times as often as others may: judging is a call a key."""

WAITING = 1000
"""Calls that wait in the queue of one role: at 30 ms of a core each, half a minute. Fifty people
who open the page at the same moment make 400."""

WAITING_OF_ONE = 500
"""Of one account or, not signed in, of one address: nobody alone keeps the others out, and an
office behind one address may open the page all at once."""


def limits_of(role: Role, settings: Settings) -> Limits:
    """Return what a role may do."""
    calls = settings.calls_per_minute
    if role.edits:
        return Limits(LARGEST_OWN_CALL, LARGEST_OWN_UPLOAD, 0, calls * BUSIER)
    if role.sees_all:
        return Limits(LARGEST_CALL, 4 * LARGEST_UPLOAD, 4 * UPLOADS, calls)
    return Limits(LARGEST_CALL, LARGEST_UPLOAD, UPLOADS, calls)
