"""What has a computer start the page by itself, as texts: units of systemd, tasks of Windows."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"

STOPPED = 143
"""Exit status after SIGTERM, which ends the page in order."""

MISUSED = 2
"""Exit status where options or settings are wrong: starting again would not help."""

_ANYWHERE = """\
NoNewPrivileges=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
LockPersonality=yes
SystemCallArchitectures=native
UMask=0077
"""

_SYSTEM = """\
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={home}
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
CapabilityBoundingSet=
"""
"""What only the system's own manager can do everywhere. Memory may be both written and executed
(MemoryDenyWriteExecute), since libraries that compute compile as they go."""

_UNIT = """\
[Unit]
Description=Dafu (答复)
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart={command}
{user}WorkingDirectory=/
Environment=PYTHONUTF8=1
Restart=on-failure
RestartSec=5
RestartPreventExitStatus={misused}
SuccessExitStatus={stopped}
TimeoutStopSec=30
{bounds}
[Install]
WantedBy={target}
"""


def make_unit(command: Sequence[str], home: Path, user: str | None) -> str:
    """Return a unit that serves a home.

    :param user: who runs it, for the system's manager; None for a user's own.
    """
    bounds = _ANYWHERE + (_SYSTEM.format(home=_quote(str(home))) if user else "")
    unit = (
        _UNIT
        if user
        else _UNIT.replace("Wants=network-online.target\n", "").replace(
            "After=network-online.target\n", ""
        )
    )  # which a user's manager doesn't know
    return unit.format(
        # In commands $ begins a variable.
        command=" ".join(_quote(word).replace("$", "$$") for word in command),
        user=f"User={user}\n" if user else "",
        misused=MISUSED,
        stopped=STOPPED,
        bounds=bounds,
        target="multi-user.target" if user else "default.target",
    )


def _quote(word: str) -> str:
    """Quote a word as systemd reads it, in which % begins a specifier."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if not escaped or set(escaped) & set(" \t;'") else escaped


def make_task(command: Sequence[str], user: str, *, at_boot: bool) -> str:
    """Return the XML of a task, as `schtasks /Create /XML` reads it.

    :param user: who runs it, with the domain; empty for whoever registers it.
    :param at_boot: whether with the computer, which takes an administrator to register and shows
        no window; else when that user logs on.
    """
    task = ET.Element("Task", {"version": "1.2", "xmlns": NAMESPACE})
    _add(task, "RegistrationInfo", Description="答复 Dafu：打开网页")
    triggers = ET.SubElement(task, "Triggers")
    trigger = {"Enabled": "true"} | ({"UserId": user} if user and not at_boot else {})
    _add(triggers, "BootTrigger" if at_boot else "LogonTrigger", {}, **trigger)
    principal = _add(
        ET.SubElement(task, "Principals"),
        "Principal",
        {"id": "Author"},
        LogonType="S4U" if at_boot else "InteractiveToken",
        RunLevel="LeastPrivilege",
    )
    if user:
        ET.SubElement(principal, "UserId").text = user
    settings = _add(
        task,
        "Settings",
        MultipleInstancesPolicy="IgnoreNew",
        DisallowStartIfOnBatteries="false",
        StopIfGoingOnBatteries="false",
        StartWhenAvailable="true",
        ExecutionTimeLimit="PT0S",  # else it is ended after three days
    )
    _add(settings, "RestartOnFailure", Interval="PT1M", Count="255")
    program, *arguments = command
    actions = ET.SubElement(task, "Actions", {"Context": "Author"})
    _add(actions, "Exec", Command=program, Arguments=subprocess.list2cmdline(arguments))
    ET.indent(task)
    return ET.tostring(task, encoding="unicode") + "\n"


def _add(
    parent: ET.Element, name: str, attributes: dict[str, str] | None = None, **texts: str
) -> ET.Element:
    element = ET.SubElement(parent, name, attributes or {})
    for child, text in texts.items():
        ET.SubElement(element, child).text = text
    return element
