"""The command that serves the web page."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import HomeOption, spread
from app.cli.output import print_note
from app.running.installed import find_version
from corpus.errors import DafuError, InputError

if TYPE_CHECKING:
    from starlette.routing import Mount, Route

    from app.accounts import Accounts
    from app.audit import Audit
    from app.service import Service
    from app.services import Services
    from app.settings import Settings
    from app.web.server.keys import OwnTokens
    from app.web.server.serve import Page
    from app.web.server.way import Way


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
    host_name: Annotated[
        list[str] | None,
        typer.Option(
            "--host-name", metavar="域名", help="只以这个域名打开（可多次给出），别的域名都拒绝"
        ),
    ] = None
    cert: Annotated[
        Path | None, typer.Option("--cert", metavar="文件", help="TLS 证书（PEM）：以 https 打开")
    ] = None
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="文件", help="证书的私钥（PEM），不在证书文件里时才给"),
    ] = None
    proxies: Annotated[
        str,
        typer.Option(
            "--proxy-headers",
            metavar="地址",
            help="相信这些反向代理（逗号分开）所说的访客地址和 https；默认都不信",
        ),
    ] = ""

    @property
    def way(self) -> Way:
        """How the page is reached.

        :raises InputError: where a key is given without its certificate.
        """
        from app.web.server.way import Way

        if self.key and not self.cert:
            raise InputError("给了 --key，还要用 --cert 给出它的证书。")
        proxies = tuple(each.strip() for each in self.proxies.split(",") if each.strip())
        names = tuple(self.host_name or ())
        return Way(self.host, self.port, names, self.cert, self.key, proxies)


@dataclass(frozen=True, slots=True)
class RightsOptions:
    """Who may come."""

    owner: Annotated[
        bool, typer.Option("--owner", metavar="", help="主人的网页：也显示未公开的答复，并有评测")
    ] = False
    public: Annotated[
        bool,
        typer.Option("--public", metavar="", help="不登录也能查阅公开的答复；登录的人做得更多"),
    ] = False
    accounts: Annotated[
        bool, typer.Option("--accounts", metavar="", help="只用本机打开时也要登录")
    ] = False
    upload: Annotated[
        bool | None,
        typer.Option(
            "--upload/--no-upload",
            metavar="",
            show_default=False,
            help="允许上传答复（默认仅限主人和编辑）",
        ),
    ] = None
    reader_desk: Annotated[
        bool | None,
        typer.Option(
            "--reader-desk/--no-reader-desk",
            metavar="",
            show_default=False,
            help="只读的人和不登录的人能查先例、出底稿（默认仅限本机一个人用时）",
        ),
    ] = None


@spread
def serve(*, address: AddressOptions, rights: RightsOptions, home: HomeOption = None) -> None:
    """打开网页；不只在本机打开时，要用帐号登录。"""
    from app.generating.door import say_where
    from app.settings import load_settings

    way = address.way
    if rights.owner and not way.local:
        raise InputError(
            "--owner 会让人看到未公开的答复，只能用在本机地址（127.0.0.1）上，"
            f"不能用在 {', '.join((way.host, *way.names, *way.proxies))} 上"
        )
    if rights.owner and (rights.public or rights.accounts):
        raise InputError("--owner 不用帐号，不能和 --public、--accounts 一起用。")
    settings = load_settings(home, reader_desk=rights.reader_desk)
    if note := say_where(settings):
        print_note(note)
    opens = way.local if address.open_browser is None else address.open_browser
    if way.local and not rights.accounts and not rights.public:
        _serve_alone(settings, way, rights, opens)
    else:
        _serve_all(settings, way, rights, opens)


def _serve_alone(settings: Settings, way: Way, rights: RightsOptions, opens: bool) -> None:
    """Serve one page to whoever sits at this machine."""
    from app.access import Role
    from app.services import open_services
    from app.web.server.keys import OwnerKey, OwnTokens
    from app.web.server.serve import serve_way

    role = Role.ADMINISTRATOR if rights.owner else Role.READER
    key = OwnerKey() if rights.owner else None
    with open_services(settings, alone=True) as services:
        tokens = OwnTokens(services.home, key)
        try:
            service, beside = services.of(role), _list_beside(services, tokens, way, key is None)
            page = serve_way(service, way, allow_upload=rights.upload, key=key, mounts=beside)
            print(f"网页已打开：{page.entrance}（按 Ctrl+C 结束）", flush=True)
            if rights.owner:
                print_note("地址里的 key 是这个网页的钥匙，没有它谁也打不开；请不要转给别人。")
                print_note(f"程序可以用接口 {page.address}/api/v1，以 key 为令牌（说明见 /docs）。")
            else:
                print_note("这是给公众看的网页；评测和未公开的答复，请加 --owner 打开。")
            _run(page, opens, service)
        finally:
            tokens.close()


def _serve_all(settings: Settings, way: Way, rights: RightsOptions, opens: bool) -> None:
    """Serve the pages of all roles to whoever signs in."""
    from app.access import Role
    from app.accounts import Accounts
    from app.services import open_services
    from app.web.server.office import Rights, serve_office

    with open_services(settings) as services:
        accounts = Accounts(services.home)
        try:
            if were_lost(accounts, services.home.audit):
                print_note(
                    "审计里记有建过的帐号，帐号文件却不见了：要找回，请用 dafu restore 从备份恢复；"
                    "否则从头建。"
                )
            if not (rights.public or accounts.has_administrator) and sys.stdin.isatty():
                _make_administrator(accounts)
            given = Rights(public=rights.public, upload=rights.upload)
            beside = _list_beside(services, accounts, way, rights.public)
            page = serve_office(services, accounts, way, given, beside)
            _tell(page, way, rights)
            _run(page, opens, services.of(Role.ADMINISTRATOR))
        finally:
            accounts.close()


def were_lost(accounts: Accounts, audit: Audit) -> bool:
    """Tell whether there are no accounts though the audit tells that some were made."""
    from app.audit import Action

    made = audit.list_entries(action=Action.ACCOUNT_ADDED, limit=1)
    return bool(made) and not accounts.list_all()


def _list_beside(
    services: Services, tokens: Accounts | OwnTokens, way: Way, public: bool
) -> list[Mount | Route]:
    """Make what programs use beside the page: the API, and where it is installed MCP.

    :param public: whether who brings no token may read what is public.
    """
    from starlette.routing import Mount, Route

    from app.api.build import build_api
    from app.api.problems import API_PATH

    beside: list[Mount | Route] = [Mount(API_PATH, build_api(services, tokens, public=public))]
    if find_spec("mcp"):  # an extra
        from app.mcp.http import PATH, McpDoor

        door = McpDoor(services, tokens, way.hosts, open_to_visitors=public, version=find_version())
        beside.append(Route(PATH, door))
    return beside


def _tell(page: Page, way: Way, rights: RightsOptions) -> None:
    """Say where the page can be opened, and what is to be known of it."""
    first, *others = page.addresses or [page.address]
    print(f"网页已打开：{first}（按 Ctrl+C 结束）", flush=True)
    for other in others:
        print(f"也可以打开：{other}", flush=True)
    if page.setup:
        print_note(f"还没有管理员，请在这里建立，地址只能用一次，不要转给别人：{page.setup}")
    if rights.public:
        print_note("不登录的人只看到公开的答复；登录的人按各自的角色。")
    if not way.local and way.scheme == "http" and not way.proxies:
        print_note(
            "注意：没有加密，网络上的人能看到密码和内容。请用 --cert 和 --key，"
            "或放在有 TLS 的反向代理后面（见 docs/running.md）。"
        )
    if not way.local and sys.stdout.isatty():
        from app.web.server.addresses import draw_code

        print(draw_code(first), flush=True)


def _make_administrator(accounts: Accounts) -> None:
    """Ask whoever sits at the terminal for the first administrator."""
    from app.access import Role

    print_note("不只在本机打开，要用帐号登录。先建立一个管理员：")
    while True:
        name = typer.prompt("用户名", err=True)
        password = typer.prompt("密码", hide_input=True, err=True)
        again = typer.prompt("再输一次", hide_input=True, err=True)
        if password != again:
            print_note("两次输入的密码不一样，请再来一次。")
            continue
        try:
            accounts.add(name, Role.ADMINISTRATOR, password)
        except DafuError as error:
            print_note(str(error))
        else:
            return


def _run(page: Page, opens: bool, service: Service) -> None:
    """Go on until Ctrl+C, or until the system ends the program; watch folders meanwhile."""
    import webbrowser

    from app.watching.background import BackgroundWatching

    watching: BackgroundWatching | None = None
    try:
        if service.settings.watch:
            watching = BackgroundWatching(service)
            watching.start()
        if opens:
            webbrowser.open(page.setup or page.entrance)
        page.wait()
    finally:
        page.close()  # by SIGTERM too
        if watching:
            watching.close()
