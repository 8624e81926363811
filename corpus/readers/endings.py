"""The endings of the files that can be read."""

from __future__ import annotations

DOCUMENTS = (
    *(".txt", ".md", ".markdown", ".html", ".htm", ".mht", ".mhtml", ".eml"),
    *(".docx", ".docm", ".dotx", ".dotm", ".doc", ".dot", ".wps", ".wpt", ".rtf", ".odt"),
    *(".pdf", ".ofd"),
)
"""Endings of documents, which hold a reply or several."""
TABLES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".et")
"""Endings of tables, of which each row is a reply."""
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
"""Endings of pictures of pages, which are recognised."""
SUFFIXES = (*DOCUMENTS, *TABLES, *PICTURES, ".zip")
"""Endings of the files that can be read."""
_REMEDIES = {
    ".rar": "请先解压",
    ".7z": "请先解压",
}


def say_unsupported(suffix: str) -> str:
    """Say that files of an ending, in small letters, are not read, and what to do."""
    remedy = _REMEDIES.get(suffix, f"可读的格式：{'、'.join(SUFFIXES)}")
    return f"跳过：格式不支持（{suffix or '没有扩展名'}）；{remedy}"
