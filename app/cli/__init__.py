"""The command line: each command opens the Service, calls it once, and prints what it gave."""

from __future__ import annotations

from app.cli.commands import application, main

__all__ = ["application", "main"]
