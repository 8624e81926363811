"""Signing in and out, and making the first administrator."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from starlette.responses import Response

from app.access import Role
from app.accounts import Accounts
from app.accounts.accounts import as_written
from app.accounts.throttle import TooManyFailures
from app.actor import Actor, acting
from app.web.cookies import give_cookie, read_cookie, take_cookie
from app.web.server.guard import SIGN_IN, is_view
from app.web.server.people.asked import Asked, go, show
from app.web.server.people.greeting import SESSION
from app.web.server.people.people import Page
from corpus.errors import DafuError, InputError


class Entry:
    """The pages on which one signs in and out."""

    def __init__(self, accounts: Accounts, code: str = "", *, public: bool) -> None:
        """Take the accounts.

        :param code: opens the page that makes the first administrator; "" where there is one.
        :param public: whether who is not signed in may read.
        """
        self._accounts = accounts
        self._code = code
        self._public = public

    @property
    def signing_in(self) -> Page:
        """The page 登录."""
        return Page(self._look, self._sign_in, for_all=True)

    @property
    def signing_out(self) -> Page:
        """What is sent to sign out; looking at it changes nothing."""
        return Page(lambda _: go("/account"), self._sign_out)

    @property
    def setup(self) -> Page:
        """The page 建立管理员, for who has the code that the start has shown."""
        return Page(self._look_at_setup, self._set_up, for_all=True)

    def _look(self, asked: Asked, problem: str = "", status: int = 200) -> Response:
        return show(
            "people_sign_in",
            asked,
            status,
            problem=problem,
            wanted=asked.form.get("next") or asked.query.get("next", ""),
            name=asked.form.get("name", ""),
            public=self._public,
            waiting=not self._accounts.has_administrator,
        )

    def _sign_in(self, asked: Asked) -> Response:
        name, password = asked.form.get("name", ""), asked.form.get("password", "")
        try:
            secret = self._accounts.sign_in(name, password, asked.address)
        except TooManyFailures as error:
            answer = self._look(asked, str(error), 429)
            answer.headers["Retry-After"] = str(error.seconds)
            return answer
        except InputError as error:
            return self._look(asked, str(error), 401)
        return self._enter(asked, secret, own_view(asked.form.get("next", "")))

    def _enter(self, asked: Asked, secret: str, wanted: str) -> Response:
        """Give a browser its session; the one that it had before ends."""
        if before := read_cookie(asked.scope, SESSION):
            self._accounts.sign_out(before, asked.address)
        answer = go(wanted)
        give_cookie(answer, asked.scope, SESSION, secret)
        return answer

    def _sign_out(self, asked: Asked) -> Response:
        self._accounts.sign_out(read_cookie(asked.scope, SESSION), asked.address)
        answer = go("/" if self._public else SIGN_IN)
        take_cookie(answer, asked.scope, SESSION)
        return answer

    def _may_set_up(self, code: str) -> bool:
        given, wanted = code.encode("utf-8", "replace"), self._code.encode()
        return bool(wanted) and hmac.compare_digest(given, wanted)

    def _look_at_setup(self, asked: Asked, problem: str = "", status: int = 200) -> Response:
        code = asked.form.get("code") or asked.query.get("code", "")
        if self._accounts.has_administrator or not self._may_set_up(code):
            return show("people_told", asked, 404, words=NO_SETUP)
        name = asked.form.get("name", "")
        return show("people_setup", asked, status, code=code, problem=problem, name=name)

    def _set_up(self, asked: Asked) -> Response:
        form = asked.form
        if self._accounts.has_administrator or not self._may_set_up(form.get("code", "")):
            return show("people_told", asked, 404, words=NO_SETUP)
        name, password = as_written(form.get("name", "")), form.get("password", "")
        try:
            check_same(form)
            with acting(Actor(name, Role.ADMINISTRATOR, asked.address)):
                self._accounts.add(name, Role.ADMINISTRATOR, password)
            secret = self._accounts.sign_in(name, password, asked.address)
        except DafuError as error:
            return self._look_at_setup(asked, str(error), 400)
        self._code = ""
        return self._enter(asked, secret, "/users")


NO_SETUP = "这里建立不了管理员：已经有了，或者地址不完整。请用启动时显示的完整地址打开。"


def own_view(wanted: str) -> str:
    """Return an address of one of our own pages, to go to; of any other the first page."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    own = not (parts.scheme or parts.netloc) and is_view(parts.path)
    return parts.path + (f"?{parts.query}" if parts.query else "") if own else "/"


def check_same(form: object) -> None:
    """Refuse a new password that was typed otherwise the second time.

    :raises InputError: where it was.
    """
    assert isinstance(form, dict)
    if form.get("password") != form.get("again"):
        raise InputError("两次输入的新密码不一样。")
