"""What all reports are made with: templates that escape, and files named .html or .json."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from corpus.errors import InputError

SHARED = Path(__file__).with_name("templates")
"""Holds `sheet.html`, the plain page that other folders' templates extend."""


def open_templates(folder: Path) -> Environment:
    """Open the templates of a folder, which escape all values and name no unknown ones."""
    return Environment(
        loader=FileSystemLoader((folder, SHARED)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def is_html(path: Path) -> bool:
    """Tell by a report's name, .html or .json, in which form it is to be saved.

    :raises InputError: where the ending is another.
    """
    ending = path.suffix.lower()
    if ending not in (".html", ".json"):
        raise InputError(f"--out 应以 .html 或 .json 结尾，却是 {path.name}")
    return ending == ".html"
