"""The command that serves the web page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from app.cli.options import HomeOption, spread
from app.cli.output import print_note
from corpus.errors import InputError


@dataclass(frozen=True, slots=True)
class AddressOptions:
    """Where the page can be opened, and whether to open it."""

    host: Annotated[str, typer.Option("--host", metavar="地址", help="监听的地址")] = "127.0.0.1"
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=0,
            max=65535,
            metavar="端口",
            show_default=False,
            help="端口（默认 7860 起第一个空着的）",
        ),
    ] = None
    open_browser: Annotated[
        bool | None,
        typer.Option(
            "--open/--no-open", metavar="", show_default=False, help="打开浏览器（默认仅限本机）"
        ),
    ] = None

    @property
    def local(self) -> bool:
        """Whether only this machine reaches the page."""
        from app.access import is_local

        return is_local(self.host)


@spread
def serve(
    *,
    address: AddressOptions,
    owner: Annotated[
        bool, typer.Option("--owner", metavar="", help="主人的网页：也显示未公开的答复，并有评测")
    ] = False,
    upload: Annotated[
        bool | None,
        typer.Option(
            "--upload/--no-upload",
            metavar="",
            show_default=False,
            help="允许上传答复（默认仅限主人）",
        ),
    ] = None,
    home: HomeOption = None,
) -> None:
    """打开网页。"""
    if owner and not address.local:
        raise InputError(
            "--owner 会让人看到未公开的答复，只能用在本机地址（127.0.0.1）上，"
            f"不能用在 {address.host} 上"
        )
    from app.access import Role
    from app.service import open_service
    from app.settings import load_settings
    from app.web import serve as serve_page

    role = Role.ADMINISTRATOR if owner else Role.READER
    with open_service(load_settings(home), role) as service:
        page = serve_page(
            service,
            address.host,
            address.port,
            open_browser=address.local if address.open_browser is None else address.open_browser,
            allow_upload=upload,
        )
        print(f"网页已打开：{page.entrance}（按 Ctrl+C 结束）", flush=True)
        if owner:
            print_note("地址里的 key 是这个网页的钥匙，没有它谁也打不开；请不要转给别人。")
        if address.local and not owner:
            print_note("这是给公众看的网页；评测和未公开的答复，请加 --owner 打开。")
        try:
            page.wait()
        finally:
            page.close()  # by SIGTERM too
