"""What a watcher tells, in Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from app.loading.reports import STATUS_LABELS, IngestReport

NAMED = 5
"""So many files are named; the log of the home names those that could not be read."""

AWAY = "{} 打不开或空了（网络盘断开？）：其中的答复都留着，等它再出现。"
HELD = "有文件不见了，也有新文件打不开：也许只是改了名，等打得开了再说。"

_UNSAID = ("unchanged", "noted")


def say_report(report: IngestReport) -> str:
    """Say what became of files; nothing where all were as they had been."""
    counts = report.counts
    told = [name for name in STATUS_LABELS if name not in _UNSAID]
    said = [f"{STATUS_LABELS[name]} {n}" for name in told if (n := getattr(counts, name))]
    if not said:
        return ""
    wrong = [
        f"{_name(each.source)}（{each.reason}）"
        for each in report.files
        if each.status in ("failed", "refused", "skipped")
    ]
    more = f"等 {len(wrong)} 个" if len(wrong) > NAMED else ""
    about = f"：{'；'.join(wrong[:NAMED])}{more}" if wrong else ""
    return "，".join(said) + about + "。"


def say_gone(files: Sequence[str], replies: int, removed: bool) -> str:
    """Say which files have vanished, and what becomes of their replies."""
    named = "、".join(map(_name, files[:NAMED])) + ("等" if len(files) > NAMED else "")
    after = (
        "已移到回收站，30 天内可以恢复（dafu bin --restore 编号）。"
        if removed
        else "仍留在文库里；要随文件移走，请加 --remove-vanished。"
    )
    return f"{len(files)} 个文件不见了（{named}），其中的 {replies} 份答复{after}"


def _name(source: str) -> str:
    return source.rpartition("/")[2]
