"""The command that writes what starts the page with the computer."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import HomeOption, spread
from app.cli.output import print_note
from corpus.errors import InputError
from corpus.files import say_trouble


class Kind(StrEnum):
    """What starts the page."""

    SYSTEM = "systemd"
    USER = "systemd-user"
    LOGON = "windows"
    BOOT = "windows-boot"


@spread
def service(
    options: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="网页的选项",
            show_default=False,
            help="写在 -- 之后，照写给 dafu serve，如 -- --host 0.0.0.0 --port 7860",
        ),
    ] = None,
    starter: Annotated[
        Kind | None,
        typer.Option(
            "--for",
            metavar="种类",
            show_default=False,
            help="systemd（开机）、systemd-user（用户自己的）、windows（登录时）、"
            "windows-boot（开机，要管理员登记）；不给则按这台电脑",
        ),
    ] = None,
    user: Annotated[
        str,
        typer.Option(
            "--user", metavar="用户", show_default=False, help="由谁运行（默认现在的用户）"
        ),
    ] = "",
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", metavar="文件", show_default=False, help="写到这里，不给则打印出来"
        ),
    ] = None,
    home: HomeOption = None,
) -> None:
    """写出开机自动打开网页所用的服务文件（systemd）或计划任务（Windows），不登记。"""
    from app.settings import load_settings
    from app.starting import make_task, make_unit

    folder = load_settings(home).home
    kind = starter or (Kind.LOGON if os.name == "nt" else Kind.SYSTEM)
    command = [sys.executable, "-P", "-m", "app", "serve", "--no-open", "--home", str(folder)]
    command += options or []
    if any(not word.isprintable() for word in (*command, user)):
        raise InputError("路径、用户和选项里不能有换行等控制字符。")
    if kind in (Kind.SYSTEM, Kind.USER):
        user = user or getpass.getuser()
        text = make_unit(command, folder, user if kind is Kind.SYSTEM else None)
        _write(text, write, "utf-8")
        _explain_unit(kind, folder, user, write or Path("dafu.service"))
        return
    # Without knowing the domain, whoever registers the task is taken.
    domain = os.environ.get("USERDOMAIN")
    user = user or (f"{domain}\\{getpass.getuser()}" if domain else "")
    text = make_task(command, user, at_boot=kind is Kind.BOOT)
    if write:  # the scheduler reads UTF-16 best, and believes what the first line says
        text = f'<?xml version="1.0" encoding="UTF-16"?>\n{text}'
    _write(text, write, "utf-16")
    file = subprocess.list2cmdline([str(write or "dafu.xml")])
    print_note(f"登记：schtasks /Create /TN Dafu /XML {file}；取消：schtasks /Delete /TN Dafu")
    if kind is Kind.BOOT:
        print_note("登记要用管理员的命令行。")


def _explain_unit(kind: Kind, home: Path, user: str, file: Path) -> None:
    """Say on standard error how a unit is registered, and what is missing for it."""
    if kind is Kind.USER:
        print_note(
            f"登记：放到 ~/.config/systemd/user/{file.name}，然后 systemctl --user enable --now "
            f"{file.stem}；没有登录时也要运行：loginctl enable-linger"
        )
        return
    print_note(
        f"登记：放到 /etc/systemd/system/{file.name}，然后 systemctl daemon-reload，"
        f"systemctl enable --now {file.stem}；日志：journalctl -u {file.stem}"
    )
    if user == "root":
        print_note("不要用 root 运行：请另建一个用户，用 --user 指定。")
    if not home.is_dir():
        print_note(f"资料夹还没有，服务起不来：请先建立，如 install -d -m 700 -o {user} {home}")


def _write(text: str, file: Path | None, encoding: str) -> None:
    if file is None:
        print(text, end="", flush=True)
        return
    try:
        file.write_text(text, encoding=encoding)
    except OSError as error:
        raise InputError(f"写不进 {file}（{say_trouble(error)}）。请检查路径和权限。") from error
    print(f"已写到 {file}", flush=True)
