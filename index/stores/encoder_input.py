"""What the encoder reads of a passage, and what tells vectors that were made so from others."""

from __future__ import annotations

import hashlib

from index.models.embed import Embedder
from index.stores.manifest import FORMAT
from index.stores.texts import IndexedText

CONTEXT = 60
"""Characters of what stands around a passage that are read with it: mostly its matter's title."""

READ = 320
"""Characters of a passage that are read: most have fewer."""

BATCH = 32
"""Passages that are read before what was read is kept, and it is asked whether to go on."""


def encoded_text(indexed: IndexedText) -> str:
    """Return what the encoder reads of a passage."""
    context = indexed.context.replace("\n", " ")[:CONTEXT]
    return f"{context} {indexed.text[:READ]}" if context else indexed.text[:READ]


def made_by(encoder: Embedder) -> str:
    """Return what names the vectors of an encoder: equal where they can be compared."""
    hashed = hashlib.sha256(f"{encoder.name} {FORMAT} {CONTEXT} {READ}".encode())
    return hashed.hexdigest()[:12]
