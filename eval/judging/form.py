"""The database of judgments: what form it has.

By itself, as backups need no more of it: the store imports all that ranks.
"""

from __future__ import annotations

from pathlib import Path

from corpus.store.form import Form

JUDGMENTS = Form(
    "判断文件", Path(__file__).with_name("schema.sql"), 0x4461664A, 1, room="judgments"
)
"""Its application_id is "DafJ" in ASCII."""

FILE_NAME = JUDGMENTS.file
