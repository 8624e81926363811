"""Load what people upload, and follow how far it has come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.loading.reports import IngestReport
from app.uploads import load_uploads
from app.web.following import Step, follow
from corpus.readers import ColumnMapping

if TYPE_CHECKING:
    from app.service import Service


def iter_loading(
    service: Service,
    files: Sequence[Path],
    replacing: bool,
    mapping: ColumnMapping | None = None,
) -> Iterator[Step | IngestReport]:
    """Keep the files in the home and load them: give how far it has come, at last the report."""
    yield from follow(partial(load_uploads, service, files, replacing, mapping))
