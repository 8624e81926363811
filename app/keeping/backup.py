"""Backups of a home."""

from __future__ import annotations

from app.home import Home


def keep_backup(home: Home) -> None:
    """Make an automatic backup."""


def renew_backups(home: Home) -> None:
    """Make the automatic backup anew."""
