"""Units of systemd, which keep the page from all that it doesn't need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

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
