"""Load files into a home: into its store, its indexes and, now and then, its backups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.audit import Action
from app.fetching.snapshots import web_fields
from app.home import Home
from app.keeping.backup import OWN, keep_backup
from app.keeping.leftovers import clear_home
from app.keeping.removal import empty_old
from app.loading.choices import Choices, Removed
from app.loading.ingest import load_files
from app.loading.reports import STATUS_LABELS, IngestReport
from corpus.progress import Progress
from index.stores.legs import delete_other_folders


def load_into(
    home: Home,
    paths: Sequence[Path],
    choices: Choices,
    progress: Progress | None,
) -> IngestReport:
    """Load files and folders, index what is new, and keep a backup where it is time for one.

    What was removed comes back with a file that its user names. The home's own copies of uploaded
    and fetched files don't bring it back, unless `choices.again`: who uploads a file names it.
    """
    digests = frozenset() if choices.again else home.store.removals.contents()
    empty_old(home)
    binned = frozenset() if choices.from_bin else home.store.bin.contents()
    own = ((home.folder / name).resolve() for name in OWN)
    removed = Removed(digests, (*own, *choices.watched), binned)
    choices = replace(choices, about=web_fields(home.folder))
    with home.engine() as engine, home.writing():
        clear_home(home.folder)
        delete_other_folders(home.folder, engine.legs.manifest)
        with engine.indexer.keeping_up() as keep_up:
            report = load_files(home.store, paths, choices, progress, keep_up, removed)
        engine.indexer.catch_up(progress)
        if any(entry.status in _CHANGED for entry in report.files):
            keep_backup(home)
        if home.settings.encoder == "at-once" and engine.encoded:
            engine.encoded.catch_up(engine.store, progress)
    home.audit.record(Action.LOADED, _about(report))
    return report


def _about(report: IngestReport) -> str:
    """Name what was loaded by counts and ids: names of files may be titles of replies."""
    counts = ((words, report.count(status)) for status, words in STATUS_LABELS.items())
    said = "、".join(f"{words} {number}" for words, number in counts if number)
    changed = (each.reply_id for each in report.files if each.status in _CHANGED)
    ids = list(dict.fromkeys(filter(None, changed)))
    named = "、".join(ids[:NAMED]) + (f" 等 {len(ids)} 份" if len(ids) > NAMED else "")
    return "；".join(filter(None, (said or "没有文件", named)))


NAMED = 20
"""So many replies of one load are named in the audit; the log of loading has the rest."""

_CHANGED = ("added", "replaced", "removed")
