"""The commands that let programs in: language models, by the Model Context Protocol."""

from __future__ import annotations

from enum import StrEnum
from importlib.util import find_spec
from typing import Annotated

import typer

from app.cli.options import HomeOption, NoRedactOption, spread
from corpus.errors import InputError


class ModelRole(StrEnum):
    """As whom a model reads: it goes on to tell whoever runs it."""

    READER = "reader"
    STAFF = "staff"


@spread
def mcp(
    role: Annotated[
        ModelRole,
        typer.Option(
            "--role",
            metavar="角色",
            help="模型看得到什么：reader 只看公开的、遮盖的，staff 也看未公开的",
        ),
    ] = ModelRole.READER,
    page: Annotated[
        str,
        typer.Option(
            "--page",
            metavar="网址",
            show_default=False,
            help="同一文库的网页地址，结果里给出每处的链接",
        ),
    ] = "",
    no_redact: NoRedactOption = False,
    home: HomeOption = None,
) -> None:
    """供大模型程序经标准输入输出调用（MCP）：检索、提问、查先例、读答复。"""
    if find_spec("mcp") is None:
        raise InputError("没有装 MCP：请运行 pip install 'dafu[mcp]'，再启动。")
    if page and not page.startswith(("http://", "https://")):
        raise InputError(f"--page 应为网页的地址，如 http://127.0.0.1:7860，收到的是 {page}。")
    if no_redact and role is ModelRole.READER:
        raise InputError("--no-redact 要与 --role staff 同用：给 reader 看的一律遮盖。")
    from app.access import Role
    from app.installed import find_version
    from app.mcp.stdio import serve_stdio
    from app.service import open_service
    from app.settings import load_settings

    settings = load_settings(home, redact=False if no_redact else None)
    with open_service(settings, Role(role.value)) as service:
        serve_stdio(service, page.rstrip("/") + "/" if page else None, find_version())
