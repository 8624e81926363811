"""What is told of a load that is done behind the scenes: how far it is, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.loading.reports import IngestReport

BROKEN_OFF = "服务在收下这些文件时中断了。已载入的留着；请把这些文件再交一次，载入过的不会重复。"

LEFT = "做这件事的服务中断了，等着由另一个接着做"
TAKEN = "原来的服务中断了，由这一个接着做"

State = Literal["waiting", "running", "done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class LoadingJob:
    """How far a load has come, and what became of it."""

    id: str
    """任务的编号"""
    state: State
    """waiting（排队）、running（进行中）、done（完成）、failed（没有做成）或 cancelled（已取消）"""
    by: str
    """谁交的：帐号的名称"""
    stage: str
    """正在做什么；服务中断后由另一个接着做的，这里会说"""
    done: int
    """这一步做了多少"""
    total: int | None
    """这一步共有多少；不知道的为 null"""
    reason: str | None
    """没有做成的原因"""
    report: IngestReport | None
    """每个文件怎样了；没有做完的为 null"""


@dataclass(frozen=True, slots=True)
class LoadingJobs:
    """The jobs under way and the last to end."""

    jobs: tuple[LoadingJob, ...]
    """任务，按交来的次序"""
