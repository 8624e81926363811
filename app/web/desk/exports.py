"""The files that are made of a desk."""

from __future__ import annotations

import re
from pathlib import Path

from app.audit import Action
from app.desk.desk import Desk
from app.export.coverage import coverage_markdown, save_coverage
from app.export.draft import Proposal
from app.export.precedents import save_precedents
from app.export.reply import save_draft
from app.web.desk.asked import GONE, Wish, set_fields
from app.web.desk.view import Laid
from corpus.errors import InputError

NAMES = {
    "draft": "答复底稿.docx",
    "sheet": "先例对照表.xlsx",
    "markdown": "先例对照表.md",
    "whole": "相近的答复.docx",
}

LONGEST_NAME = 40
"""Characters of a proposal's title in the name of a file."""

_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f《》\u202a-\u202e]+')


def save_wish(desk: Desk, laid: Laid, wish: Wish, folder: Path) -> tuple[Path, str]:
    """Save what is asked for of a desk in a folder; return the file, and what is to be known of it.

    A draft has the passages that are ticked, in their order; the sheets have all of them.

    :raises InputError: where the desk is empty, or has not what is asked for.
    """
    if not laid.text:
        raise InputError(GONE)
    desk.home.audit.record(Action.EXPORTED, NAMES[wish.choice])
    if wish.choice == "whole":
        path = folder / NAMES[wish.choice]
        save_precedents(path, laid.whole or ())
        return path, ""
    coverage = set_fields(laid.coverage, wish.proposal)
    path = folder / name_file(NAMES[wish.choice], coverage.proposal)
    draft = desk.draft(coverage, wish.find(coverage, ticked=wish.choice == "draft"))
    if wish.choice == "draft":
        draft = desk.smooth(draft)
        save_draft(path, draft)
    elif wish.choice == "sheet":
        save_coverage(path, draft)
    else:
        path.write_text(coverage_markdown(draft), encoding="utf-8")
    return path, draft.unsmoothed


def name_file(name: str, proposal: Proposal) -> str:
    """Return a file's name with the proposal that it is about, as any system takes it."""
    about = _UNFIT.sub("", proposal.title or "").strip(" .")[:LONGEST_NAME]
    stem, dot, ending = name.rpartition(".")
    return f"{stem}：{about}{dot}{ending}" if about else name
