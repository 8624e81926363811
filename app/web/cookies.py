"""Our cookies, by port, and the language that one of them or the browser asks for."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from app.api.words import choose_language
from app.web.language import CHINESE, ENGLISH, LANGUAGES

YEAR = 365 * 24 * 3600
"""Seconds that a browser keeps the language that was chosen."""


def cookie_name(scope: Scope, what: str) -> str:
    """Return the name of a cookie: its own by port, for browsers tell no ports apart.

    The port is the one that the browser asked at, which behind a proxy is the proxy's: so several
    processes behind one give and read the same cookies. Under TLS the name begins so that browsers
    take it from this host alone.
    """
    asked = next((value for name, value in scope["headers"] if name == b"host"), b"")
    port = asked.rpartition(b"]")[2].rpartition(b":")[2].decode("latin-1")
    if not (port.isascii() and port.isdecimal()):
        port = "443" if is_secure(scope) else "80"
    return f"{'__Host-' if is_secure(scope) else ''}dafu-{what}-{port}"


def is_secure(scope: Scope) -> bool:
    """Tell whether a request came by TLS, to here or to a proxy that is trusted."""
    return bool(scope.get("scheme") == "https")


def read_cookie(scope: Scope, what: str) -> str:
    """Return what a cookie holds; "" where there is none."""
    sent = next((value for name, value in scope["headers"] if name == b"cookie"), b"")
    return cookie_parser(sent.decode("latin-1")).get(cookie_name(scope, what), "")


def give_cookie(
    answer: Response, scope: Scope, what: str, value: str, seconds: int | None = None
) -> None:
    """Give a browser a cookie that no script reads, until it is closed or for so long.

    It comes along where somebody follows a link from elsewhere (Lax), which changes nothing: all
    that changes anything is sent by forms of our own pages.
    """
    name, secure = cookie_name(scope, what), is_secure(scope)
    answer.set_cookie(name, value, seconds, httponly=True, secure=secure, samesite="lax")


def take_cookie(answer: Response, scope: Scope, what: str) -> None:
    """Have a browser forget a cookie."""
    name = cookie_name(scope, what)
    answer.delete_cookie(name, httponly=True, secure=is_secure(scope), samesite="lax")


def language_of(scope: Scope) -> str:
    """Return the language of who makes a request: the one chosen, else the browser's."""
    sent = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    chosen = read_cookie(scope, "language")
    if chosen in LANGUAGES:
        return chosen
    return ENGLISH if choose_language(sent.decode("latin-1")) == "en" else CHINESE


def switch_language(scope: Scope, path: str, query: str) -> Response | None:
    """Answer who chose a language by `language=…`: they come back to the same page, and keep it.

    None where no language of ours was chosen.
    """
    asked = parse_qsl(query, keep_blank_values=True)
    chosen = next((value for name, value in asked if name == "language"), "")
    if chosen not in LANGUAGES:
        return None
    rest = urlencode([(name, value) for name, value in asked if name != "language"])
    answer = RedirectResponse(path + (f"?{rest}" if rest else ""), 303)
    give_cookie(answer, scope, "language", chosen, YEAR)
    return answer
