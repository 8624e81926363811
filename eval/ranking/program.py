"""Which code and data rank: what tells one state of the program from the next."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = Path(__file__).resolve().parents[2]

SUFFIXES = {".py", ".json", ".safetensors", ".txt"}
"""Code, coefficients, models and dictionaries."""


@cache
def describe_program() -> dict[str, str]:
    """Return the version where installed, and a digest of the code and the data of ranking."""
    total = hashlib.sha256()
    for package in ("corpus", "index"):
        for path in sorted((PACKAGES / package).rglob("*")):
            if path.suffix in SUFFIXES and "samples" not in path.parts:
                total.update(path.relative_to(PACKAGES).as_posix().encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
    code = {"code": total.hexdigest()[:16]}
    try:
        return {"version": version("dafu"), **code}
    except PackageNotFoundError:
        return code  # run from the repository, without being installed
