"""Let through only the requests that the page makes, of whoever may see it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access import is_local
from app.api.problems import Problem
from app.api.words import Words
from app.links import VIEWS
from app.web.cookies import cookie_name, is_secure, read_cookie
from app.web.server.keys import OwnerKey
from app.web.server.refusals import tell, tell_program

ORIGINAL = "/original/"
"""Here the owner's page gives the file that a reply was loaded from, by the reply's id."""

READ = re.compile(
    r"/(?:original/[^/]{1,200}|config/?|theme\.css|favicon\.ico|manifest\.json|pwa_icon(?:/\d+)?"
    r"|(?:static|assets|svelte)/.*"
    r"|gradio_api/(?:queue/data|startup-events|app_id/?|theme\.css"
    r"|heartbeat/[A-Za-z0-9_-]{1,64}|upload_progress|file=.*))"
)
WRITTEN = re.compile(r"/gradio_api/(?:queue/join|cancel|reset|upload)")
"""Paths that the page uses, by GET and by POST; Gradio serves more: calls by programs, their
descriptions, monitoring, proxying, deep links, editing."""

FILE = "/gradio_api/file="

NONCE = "dafu.nonce"
"""Where the scope of a request has the number that the document's own scripts are marked with."""

WANTED = "dafu.wanted"
"""Where the scope of a request for a view has its path and query, for who has to sign in first."""

SIGN_IN = "/sign-in"
"""Where one signs in, and comes from a link to a view."""

BASE = "dafu.base"
"""Where the scope of a request for a view has the way from its path to the page's own folder."""

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
"""The browser asks no other host, and runs no script but the server's own: one that stands in the
page runs only with the number that is made for each answer.

Two things are allowed for Gradio's sake: `unsafe-eval`, for the scripts of components and events
come as text, which it makes functions of, and inline styles, which it writes everywhere. Neither
ever holds text of a document."""

HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

NO_KEY = "请用启动时显示的完整地址打开，其中有这个网页的钥匙。"
FOLLOWED = "从别的网站点进来的链接打不开这个网页：请把链接复制到浏览器的地址栏里再打开。"
"""Said to who follows another site's link to the owner's page: the browser keeps the key back."""

KEY = "key"
"""What the owner's page calls its key, in its address and as a cookie."""

FOREIGN = "只有本页能这样请求。"

_OTHER_NAME = Words(
    "这里只以自己的域名应答。请用 {name} 请求。",
    "Requests are answered under the server's own name. Ask {name}.",
)

FORM_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The pages of people have no script at all."""

FORM_REFERRER = "strict-origin"
"""Where there are forms: by `no-referrer` browsers don't even say that a form is of our own page.
No site learns more than this one's name, and a proxy's log has no question from it."""

HSTS = "max-age=31536000"
"""A browser that has come by TLS comes by nothing else for a year."""

NOTHING_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""What lies beside the page is for programs, unless it says otherwise itself."""

FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A file that somebody uploaded runs nothing, whatever the browser takes it for."""

ORIGINAL_POLICY = (
    "default-src 'none'; object-src 'self'; img-src 'self'; media-src 'self'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'"
)
"""An original is a PDF or a picture, or is saved; a browser shows no PDF in a sandbox."""


class Guard:
    """ASGI middleware around the page.

    A request for any of the page's views comes through as one for `/`, without what it asks.
    `hosts` are the names under which the page may be asked for (None: any); a page that only
    this machine reaches must not answer another site that gave itself this machine's address.
    `key`, where there is one, opens the page: whoever comes with it in the address gets it as a
    cookie, and all else that has neither is refused. What lies `beside` the page, under paths of
    its own, says itself who may use it; so do the `pages` of people, which are forms. Where only
    this machine reaches the page, no other site may send anything beside it either.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str] | None = None,
        key: OwnerKey | None = None,
        beside: tuple[str, ...] = (),
        pages: Collection[str] = (),
        local: bool = True,
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.key = key
        self.beside = beside
        self.pages = pages
        self.local = local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what the page has no use for; add the headers to all else."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # the page uses no web sockets

        nonce, viewed = secrets.token_urlsafe(16), is_view(scope["path"])
        is_beside = _is_below(scope["path"], self.beside)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self.pages:
                    headers["Referrer-Policy"] = FORM_REFERRER
                if scope["scheme"] == "https" and not self.local:
                    headers["Strict-Transport-Security"] = HSTS
                if is_beside:
                    headers.setdefault("Content-Security-Policy", NOTHING_POLICY)
                    await send(message)
                    return
                policy = FORM_POLICY if scope["path"] in self.pages else _policy(scope["path"])
                headers["Content-Security-Policy"] = policy.format(nonce=nonce)
                if viewed or scope["path"].startswith(ORIGINAL):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        app = self._refusal(scope) or self.app
        if viewed:
            base = "../" * (scope["path"].count("/") - 1) or "./"
            document = {"path": "/", "raw_path": b"/", "query_string": b""}
            wanted = scope["path"], scope["query_string"].decode("latin-1")
            scope = {**scope, **document, NONCE: nonce, BASE: base, WANTED: wanted}
        await app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        """Return what answers in the page's place; None where it may answer itself."""
        headers = Headers(scope=scope)
        is_beside = _is_below(scope["path"], self.beside)
        if self.hosts is not None and _host(headers) not in self.hosts:
            name = next((name for name in self.hosts if not is_local(name)), "127.0.0.1")
            if is_beside:
                return tell_program(Problem("malformed", _OTHER_NAME.fill(name=name)))
            return tell(400, f"请用 {name} 打开这个网页。")
        if is_beside:
            foreign = self.local and _is_foreign(headers, scope["method"] in ("GET", "HEAD"))
            return tell_program(Problem("foreign")) if foreign else None
        written, path = scope["method"] == "POST", scope["path"]
        known = path in self.pages or (WRITTEN if written else READ).fullmatch(path)
        if not known and (written or not is_view(path)):
            return tell(404, "没有这个页面。")
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return tell(405, "不能这样使用这个网页。")
        if _is_foreign(headers, is_view(path) or (path == SIGN_IN and not written)):
            return tell(403, FOREIGN)
        return self._ask_for_key(scope, headers) if self.key else None

    def _ask_for_key(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        assert self.key
        asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = next((value for name, value in asked if name == KEY), "")
        if is_view(scope["path"]) and self.key.fits(given):
            rest = urlencode([(name, value) for name, value in asked if name != KEY])
            answer = RedirectResponse(scope["path"] + ("?" + rest if rest else ""), 303)
            answer.set_cookie(
                cookie_name(scope, KEY),
                self.key.secret,
                httponly=True,
                secure=is_secure(scope),
                samesite="strict",
            )
            return answer
        if self.key.fits(read_cookie(scope, KEY)):
            return None
        foreign = headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
        return tell(403, FOLLOWED if foreign else NO_KEY)


def _policy(path: str) -> str:
    if path.startswith(ORIGINAL):
        return ORIGINAL_POLICY
    return FILE_POLICY if path.startswith(FILE) else POLICY


def _is_below(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in prefixes)


def is_view(path: str) -> bool:
    """Tell whether a path is that of one of the page's views.

    Each is answered by the same document, which never learns what was asked for: the browser reads
    the address and asks for the rest.
    """
    return VIEWS.fullmatch(path) is not None


def _is_foreign(headers: Headers, linked: bool) -> bool:
    """Tell whether a browser sends this for the page of another site.

    A program that is no browser sends neither header.

    :param linked: whether somebody who follows a link may come here.
    """
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        return True
    site = headers.get("sec-fetch-site", "same-origin")
    return not linked and site not in ("same-origin", "none")


def _host(headers: Headers) -> str:
    """Return the name that the request asks, without its port and the brackets of IPv6."""
    return re.sub(r":\d+$", "", headers.get("host", "")).strip("[]").lower()
