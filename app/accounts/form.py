"""The file of accounts: what it is called, and what form it has."""

from __future__ import annotations

from pathlib import Path

from corpus.store.form import Form

ACCOUNTS = Form(
    "帐号文件",
    Path(__file__).with_name("schema.sql"),
    0x44616641,
    2,
    (Path(__file__).with_name("schema_1_to_2.sql"),),
    room="accounts",
)
"""Its application_id is "DafA" in ASCII."""

FILE_NAME = ACCOUNTS.file
