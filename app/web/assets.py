"""The files that the browser is sent as they are: scripts, the style sheet, the icon."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).parent / "static"


def load_asset(name: str) -> str:
    """Load a script or style sheet as text."""
    return (STATIC / name).read_text(encoding="utf-8")
