"""Tasks of Windows' own scheduler: no other program is needed to start the page with a computer."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from xml.etree import ElementTree as ET

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"


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
