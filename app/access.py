"""Who may see which replies, and how personal data is shown to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from app.settings import Settings
from corpus.filters import UNMARKED
from corpus.redact import mask, redact
from corpus.types import PERSONAL_FIELDS, Disclosure, Field, FieldName, Reply


class Audience(StrEnum):
    """Who asks: the owner at the command line, or anybody else."""

    OWNER = "owner"
    PUBLIC = "public"


def allowed_disclosures(audience: Audience, settings: Settings) -> tuple[str, ...] | None:
    """Return the disclosure marks that the audience may see; None = any.

    Nobody but the owner sees replies marked 依申请公开 or 不予公开.
    """
    if audience is Audience.OWNER:
        return None
    unmarked = (UNMARKED,) if settings.serve_unmarked else ()
    return (Disclosure.PUBLIC.value, *unmarked)


def may_see(reply: Reply, allowed: tuple[str, ...] | None) -> bool:
    """Tell whether a reply's disclosure mark is among the allowed ones (None = any)."""
    return allowed is None or (reply.value(FieldName.DISCLOSURE) or UNMARKED) in allowed


def masked(reply: Reply) -> Reply:
    """Return the reply with personal data masked character by character; offsets stay valid."""
    return replace(
        reply,
        text=mask(reply.text, reply.redactions),
        question=redact(reply.question),
        fields=_masked_fields(reply),
    )


def _masked_fields(reply: Reply) -> tuple[Field, ...]:
    def shown(field: Field) -> Field:
        if field.name in PERSONAL_FIELDS:
            return replace(field, value="＊" * len(field.value))
        return field

    return tuple(shown(field) for field in reply.fields)


def resolve_words(words: Sequence[str], known: Sequence[str]) -> tuple[str, ...] | None:
    """Turn a user's words into the exact field values that contain any of them.

    No words = any (None); words that no value contains give an empty tuple, which finds nothing.
    A value that equals a word wins over values that merely contain it.
    """
    if not words:
        return None
    found: dict[str, None] = {}
    for word in words:
        if word in known:
            found[word] = None
        else:
            found.update((value, None) for value in known if word and word in value)
    return tuple(found)
