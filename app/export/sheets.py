"""Promises, policies, who cites them, matters through time and the audit as workbooks (.xlsx)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.audit import Entry
from app.views.ledger import Undertaking
from app.views.matters import MatterHistory
from app.views.policies import Policy, PolicyView
from app.wording import FIELDS, LATER_SAYS, cite, headline, outcome_words
from corpus.clock import local
from corpus.errors import InputError
from corpus.types import FieldName
from eval.data.tables import save_workbook

_STANDS = tuple(
    FIELDS[name]
    for name in (FieldName.AGENCY, FieldName.MATTER_TITLE, FieldName.DOC_NUMBER, FieldName.DATE)
)
"""Where something stands: who said it, of what, by which paper and when."""

COLUMNS = (
    "到期日",
    "是否逾期",
    "承诺",
    "何人",
    "何事",
    "期限原文",
    *_STANDS,
    "编号",
    "后来的答复",
    "后来怎么说",
    "后来的出处",
)
POLICY_COLUMNS = ("名称", "文号", "引用的答复", "引用处数", "最早", "最近", "文库里的编号")
CITING_COLUMNS = ("引用", *_STANDS, "编号")
MATTER_COLUMNS = (
    *(FIELDS[FieldName.DATE], "年份", FIELDS[FieldName.REGION], FIELDS[FieldName.AGENCY]),
    *(FIELDS[FieldName.MATTER_TITLE], FIELDS[FieldName.OUTCOME], "说法", "较前变动"),
    *(FIELDS[FieldName.DOC_NUMBER], "编号"),
)


def save_ledger(promises: Sequence[Undertaking], path: Path) -> None:
    """Save promises as a workbook, one a row.

    :raises InputError: where the file is not named as one, or cannot be written.
    """
    check_workbook_name(path)
    save_workbook((COLUMNS, *map(_cells, promises)), path, title="承诺台账")


def check_workbook_name(path: Path) -> None:
    """Refuse another ending than a workbook's.

    :raises InputError: naming what to write.
    """
    if path.suffix.lower() != ".xlsx":
        raise InputError(f"只能存为 .xlsx，给出的是 {path.name}：请改用如 台账.xlsx 的名称。")


AUDIT_COLUMNS = ("序号", "时间", "帐号", "角色", "地址", "动作", "对象")


def save_audit(entries: Sequence[Entry], path: Path) -> None:
    """Save what was done as a workbook, one entry a row.

    :raises InputError: where the file is not named as one, or cannot be written.
    """
    check_workbook_name(path)
    save_workbook((AUDIT_COLUMNS, *map(audit_cells, entries)), path, title="审计")


def audit_cells(entry: Entry) -> tuple[str, ...]:
    """Return the cells of an entry, by `AUDIT_COLUMNS`; the time says of which zone it is."""
    what = entry.address, entry.action, entry.about
    return (str(entry.number), local(entry.at).isoformat(" "), entry.name, entry.role, *what)


def _cells(one: Undertaking) -> tuple[str, ...]:
    later = one.later
    return (
        one.by or "",
        "逾期" if one.overdue else "",
        one.text,
        one.who or "",
        one.what,
        one.by_text or "",
        one.card.agency or "",
        headline(one.card),
        one.card.doc_number or "",
        one.card.date or "",
        one.card.reply_id,
        "\n".join(LATER_SAYS[each.says] for each in later),
        "\n".join(each.text for each in later),
        "\n".join(cite(each.card) for each in later),
    )


def save_policies(policies: Sequence[Policy], path: Path) -> None:
    """Save policies as a workbook, one a row.

    :raises InputError: where the file cannot be written.
    """
    rows = (
        (
            one.name or "",
            one.number or "",
            str(one.replies),
            str(one.places),
            one.first or "",
            one.last or "",
            one.standing or "",
        )
        for one in policies
    )
    save_workbook((POLICY_COLUMNS, *rows), path, title="答复引用的依据")


def save_citing(view: PolicyView, path: Path) -> None:
    """Save the replies that cite a policy as a workbook, one a row.

    :raises InputError: where the file cannot be written.
    """
    rows = (
        (
            one.text,
            one.card.agency or "",
            headline(one.card),
            one.card.doc_number or "",
            one.card.date or "",
            one.card.reply_id,
        )
        for one in view.citing
    )
    save_workbook((CITING_COLUMNS, *rows), path, title=f"引用 {view.policy.key} 的答复")


def save_history(history: MatterHistory, path: Path) -> None:
    """Save the replies to a matter as a workbook, one a row, what contradicts below.

    :raises InputError: where the file is not named as one, or cannot be written.
    """
    check_workbook_name(path)
    rows = [
        (
            *(one.card.date or "", str(one.year or ""), one.district, one.card.agency or ""),
            *(headline(one.card), outcome_words(one.card.outcome or ""), one.text),
            "；".join(f"{each.older.figure} → {each.newer.figure}" for each in one.changes),
            *(one.card.doc_number or "", one.card.reply_id),
        )
        for one in history.replies
    ]
    for each in history.contradictions:
        for words, saying in (("说法不同，请核对", each.one), ("", each.other)):
            card = saying.card
            facts = (words, "", "", card.agency or "", headline(card), "", saying.text)
            rows.append((*facts, "", card.doc_number or "", card.reply_id))
    save_workbook((MATTER_COLUMNS, *rows), path, history.matter)
