"""Look at all of it, whatever state it is in, and leave out what is nobody else's business."""

from __future__ import annotations

import getpass
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.doctor import computer, configured, folder, library, program
from app.doctor.types import Check, Checkup, Finding, Patient, wrong
from app.running.unforeseen import explain

LOGGER = logging.getLogger(__name__)

CHECKS: tuple[tuple[str, Check], ...] = (
    ("系统", computer.system),
    ("内存", computer.memory),
    ("Python", program.python),
    ("程序库", program.libraries),
    ("装入", program.loading),
    ("自带的模型", program.models),
    ("设置", configured.settings),
    ("网络", configured.network),
    ("资料夹", folder.home),
    ("磁盘", folder.disk),
    ("权限", folder.rights),
    ("文库", library.library),
    ("索引", library.index),
    ("其他文件", library.beside),
    ("备份", folder.backups),
    ("日志", folder.log),
    ("端口", computer.port),
    ("公文字体", computer.fonts),
    ("LibreOffice", computer.office),
    ("文字识别", computer.recognition),
)
"""What is looked at, each with its name, in the order in which it is told."""


def look_over(home: Path | None, version: str) -> Checkup:
    """Look at the program, the computer and a home; nothing is changed, nothing raised."""
    patient = configured.examine(home)
    hide = _hiding()
    findings = tuple(_look(name, check, patient, hide) for name, check in CHECKS)
    return Checkup(version, f"{datetime.now().astimezone():%Y-%m-%d %H:%M}", findings)


def _look(name: str, check: Check, patient: Patient, hide: Callable[[str], str]) -> Finding:
    try:
        finding = check(patient)
    except Exception as error:  # one thing that can't be looked at doesn't hide the others
        LOGGER.warning("doctor: %s", name, exc_info=error)
        finding = wrong(name, f"查不了（{type(error).__name__}）", explain(error))
    return replace(finding, found=hide(finding.found), remedy=hide(finding.remedy))


def _hiding() -> Callable[[str], str]:
    """Return what writes ~ for the user's own folder, and for the user's name within any path."""
    own = {str(Path.home()), str(Path.home().resolve())} - {"/", ""}
    after = r"(?![^/\\\s，。；、（）])"
    parts = [f"{re.escape(path)}{after}" for path in sorted(own, key=len, reverse=True)]
    with suppress(OSError, KeyError):  # nobody has a name in some containers
        parts.append(rf"(?<=[/\\]){re.escape(getpass.getuser())}(?=[/\\])")
    pattern = re.compile("|".join(parts)) if parts else None
    return lambda text: pattern.sub("~", text) if pattern else text
