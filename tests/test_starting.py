"""What starts the page with a computer: units of systemd, tasks of Windows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from app.cli.commands import application
from app.starting import NAMESPACE, make_task, make_unit

COMMAND = ["/opt/dafu/bin/python", "-m", "app", "serve", "--home", "/srv/答复 100%$x"]


def read_unit(text: str) -> RawConfigParser:
    unit = RawConfigParser(strict=True, delimiters=("=",))
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(text)
    return unit


def test_a_unit_of_the_system_can_write_to_the_home_alone() -> None:
    unit = read_unit(make_unit(COMMAND, Path("/srv/答复 100%"), "dafu"))
    service = unit["Service"]
    assert service["User"] == "dafu"
    assert service["ExecStart"].endswith('--home "/srv/答复 100%%$$x"')
    assert (service["ProtectSystem"], service["ReadWritePaths"]) == ("strict", '"/srv/答复 100%%"')
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == "yes"
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", "2")
    assert service["SuccessExitStatus"] == "143"
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_a_unit_of_a_user_asks_only_for_what_users_managers_can_do() -> None:
    unit = read_unit(make_unit(COMMAND, Path("/home/a/dafu"), None))
    assert "User" not in unit["Service"]
    assert "ProtectSystem" not in unit["Service"]
    assert "After" not in unit["Unit"]
    assert unit["Service"]["NoNewPrivileges"] == "yes"
    assert unit["Install"]["WantedBy"] == "default.target"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
@pytest.mark.parametrize("user", ["daemon", None])
def test_systemd_has_nothing_to_say_against_a_unit(user: str | None, tmp_path: Path) -> None:
    home = tmp_path / "答复 100%"
    home.mkdir()
    unit = tmp_path / "dafu-of-a-test.service"
    unit.write_text(make_unit([sys.executable, "-m", "app", str(home)], home, user), "utf-8")
    manager = [] if user else ["--user"]
    checked = subprocess.run(
        ["systemd-analyze", *manager, "--recursive-errors=no", "verify", str(unit)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    said = [line for line in checked.stderr.splitlines() if "dafu-of-a-test" in line]
    assert (checked.returncode, said) == (0, []), checked.stderr


@pytest.mark.parametrize(
    ("at_boot", "trigger", "logon"),
    [(False, "LogonTrigger", "InteractiveToken"), (True, "BootTrigger", "S4U")],
)
def test_a_task_of_windows_runs_for_as_long_as_the_computer(
    at_boot: bool, trigger: str, logon: str
) -> None:
    task = ET.fromstring(make_task(COMMAND, "OFFICE\\王&李", at_boot=at_boot))
    names = {"t": NAMESPACE}
    assert task.find(f"t:Triggers/t:{trigger}", names) is not None
    assert task.findtext("t:Principals/t:Principal/t:LogonType", "", names) == logon
    assert task.findtext("t:Principals/t:Principal/t:UserId", "", names) == "OFFICE\\王&李"
    assert task.findtext("t:Settings/t:ExecutionTimeLimit", "", names) == "PT0S"
    restarts = task.findtext("t:Settings/t:RestartOnFailure/t:Count", "", names)
    assert 0 < int(restarts) < 256  # a byte, by the task's schema
    assert task.findtext("t:Actions/t:Exec/t:Command", "", names) == COMMAND[0]
    arguments = task.findtext("t:Actions/t:Exec/t:Arguments", "", names)
    assert arguments.endswith('--home "/srv/答复 100%$x"')


def test_the_command_prints_what_serves_this_home_or_writes_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    options = ("--", "--host", "0.0.0.0")
    status, printed = run_service(home, "--for", "systemd", "--user", "dafu", *options)
    assert status == 0
    assert f"serve --no-open --home {home} --host 0.0.0.0" in printed
    assert "install -d -m 700 -o dafu" in printed  # the home is not there yet
    assert not home.exists()
    file = tmp_path / "dafu.xml"
    status, printed = run_service(home, "--for", "windows", "--write", str(file))
    assert (status, "schtasks /Create" in printed) == (0, True)
    assert ET.fromstring(file.read_bytes()).tag == f"{{{NAMESPACE}}}Task"
    nowhere = tmp_path / "none" / "dafu.service"
    status, printed = run_service(home, "--for", "systemd", "--write", str(nowhere))
    assert status == 2
    assert "写不进" in printed


@pytest.mark.parametrize("value", ["a\nExecStartPre=/bin/rm", "\x1b[2J"])
def test_nothing_of_an_option_becomes_a_line_of_its_own(value: str, tmp_path: Path) -> None:
    assert run_service(tmp_path, "--user", value)[0] == 2
    assert run_service(tmp_path, "--", "--host", value)[0] == 2


def run_service(home: Path, *arguments: str) -> tuple[int, str]:
    # The home first: what stands behind -- is passed on.
    result = CliRunner().invoke(application, ["service", "--home", str(home), *arguments])
    return result.exit_code, result.output.replace("\n", "")
