"""Fixtures that several tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def data_folder() -> Path | None:
    """Return the folder of development data, or None where it is absent."""
    named = os.environ.get("DAFU_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of development data; tests that need it are skipped where it is absent."""
    folder = data_folder()
    if folder is None:
        pytest.skip("development data is absent (set DAFU_DATA to its folder)")
    return folder
