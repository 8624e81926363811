"""The page 审计, for administrators: who did what, when and whence; and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from starlette.responses import Response

from app.audit import Action, Audit, Entry, check_since
from app.export.sheets import AUDIT_COLUMNS, audit_cells, save_audit
from app.web.server.people.asked import Asked, show
from app.web.server.people.people import Page
from corpus.errors import InputError
from corpus.temporary import hold_folder

PAGE_LENGTH = 50

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Audited:
    """The page of the audit, which nobody can write to."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    @property
    def page(self) -> Page:
        """The page."""
        return Page(self._look, self._look, for_administrators=True)

    def _look(self, asked: Asked) -> Response:
        query = asked.query
        wanted = {
            "since": query.get("since", "")[:40],
            "name": query.get("name", "")[:64],
            "action": query.get("action", ""),
        }
        problem, since = "", ""
        try:
            since = check_since(wanted["since"])
        except InputError as error:
            problem = str(error)
        find = partial(
            self._audit.list_entries, since=since, name=wanted["name"], action=wanted["action"]
        )
        if (form := query.get("as")) in ("csv", "xlsx") and not problem:
            entries = find()
            self._audit.record(Action.EXPORTED, f"审计，{len(entries)} 条")
            return _give(entries, form)
        text = query.get("page", "")
        page = int(text) - 1 if text.isdecimal() and int(text[:6]) > 0 else 0
        found = find(limit=PAGE_LENGTH + 1, offset=page * PAGE_LENGTH)
        return show(
            "people_audit",
            asked,
            problem=problem,
            entries=found[:PAGE_LENGTH],
            more=len(found) > PAGE_LENGTH,
            page=page,
            wanted=wanted,
            query=urlencode(wanted),
            actions=[str(action) for action in Action],
        )


def _give(entries: Sequence[Entry], form: str) -> Response:
    said = {"Content-Disposition": f'attachment; filename="audit.{form}"'}
    if form == "csv":
        return Response(
            write_csv(list(map(audit_cells, entries))),
            media_type="text/csv; charset=utf-8",
            headers=said,
        )
    with hold_folder("export") as folder:
        path = Path(folder) / "audit.xlsx"
        save_audit(entries, path)
        return Response(path.read_bytes(), media_type=WORKBOOK, headers=said)


def write_csv(rows: Sequence[tuple[str, ...]]) -> bytes:
    """Write a table that spreadsheets take for text, whatever its cells begin with."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(AUDIT_COLUMNS)
    writer.writerows(tuple(map(_as_text, row)) for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
