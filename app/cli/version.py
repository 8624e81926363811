"""Which version of Dafu this is."""

from __future__ import annotations

from pathlib import Path


def find_version() -> str:
    """Find the version where Dafu is installed, else beside the packages in the repository."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("dafu")
    except PackageNotFoundError:
        import tomllib

        project = Path(__file__).parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
