"""The file of accounts: what it is called, and what form it has."""

from __future__ import annotations

from pathlib import Path

from corpus.store.database import Form

FILE_NAME = "accounts.sqlite"

ACCOUNTS = Form("帐号文件", Path(__file__).with_name("schema.sql"), 0x44616641, 1)
"""Its application_id is "DafA" in ASCII."""
