"""How pages write a day, and the time of day, in patterns without groups."""

from __future__ import annotations

DAY = (
    r"(?:19|20)\d\d\s?(?:[-./]\s?\d{1,2}\s?[-./]\s?\d{1,2}"
    r"|年\s?\d{1,2}\s?月\s?\d{1,2}(?:\s?[日号])?)"
)
"""A day in digits with its year: `2024-03-02`, `2024年3月2日`."""
SHORT_DAY = r"\d{1,2}月\d{1,2}日"
"""A day whose year stands elsewhere."""
TIME_OF_DAY = r"\d{1,2}[:：]\d\d(?:[:：]\d\d)?"
