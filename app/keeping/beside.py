"""What lies beside a library, in its home or in its PostgreSQL, that nothing can make again."""

from __future__ import annotations

from app.accounts.form import ACCOUNTS
from app.audit import AUDIT
from eval.judging.form import JUDGMENTS

PEOPLE = (ACCOUNTS, AUDIT)
"""Who may do what, and who did what."""

BESIDE = (JUDGMENTS, *PEOPLE)
