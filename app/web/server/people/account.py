"""The page 帐号: one's own password, browsers and programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from starlette.responses import Response

from app.access import Role
from app.accounts import Accounts
from app.accounts.accounts import TOKEN_DAYS
from app.accounts.secrets import digest
from app.accounts.types import WORDS
from app.web.cookies import read_cookie, take_cookie
from app.web.server.guard import SIGN_IN
from app.web.server.people.asked import ACCOUNT, Asked, go, show
from app.web.server.people.entry import check_same
from app.web.server.people.greeting import SESSION
from app.web.server.people.people import Page
from corpus.errors import DafuError, InputError

DONE = {"session": "已结束那一处登录。", "token": "令牌已经作废，用它的程序立即不能再用。"}


class Account:
    """The page of who is signed in."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._doing: Mapping[str, Callable[[Asked], Response]] = {
            "password": self._change_password,
            "sessions": self._end_all,
            "session": self._end_session,
            "token": self._make_token,
            "end-token": self._end_token,
        }

    @property
    def page(self) -> Page:
        """The page."""
        return Page(self._look, self._do)

    def _look(
        self, asked: Asked, problem: str = "", secret: str = "", status: int = 200
    ) -> Response:
        name, role = asked.actor.name, asked.actor.role
        return show(
            "people_account",
            asked,
            status,
            problem=problem,
            done=DONE.get(asked.query.get("done", ""), "") if not asked.form else "",
            secret=secret,
            sessions=self._accounts.sessions_of(name),
            this=digest(read_cookie(asked.scope, SESSION)),
            tokens=self._accounts.tokens_of(name),
            roles=[(each, WORDS[each]) for each in Role if each.rank <= role.rank],
            role=WORDS[role],
            words=WORDS,
            days=TOKEN_DAYS,
        )

    def _do(self, asked: Asked) -> Response:
        try:
            return pick(self._doing, asked)(asked)
        except DafuError as error:
            return self._look(asked, str(error), status=400)

    def _change_password(self, asked: Asked) -> Response:
        form = asked.form
        check_same(form)
        self._accounts.change_password(asked.actor, form.get("old", ""), form.get("password", ""))
        return self._leave(asked)

    def _end_all(self, asked: Asked) -> Response:
        self._accounts.end_sessions(asked.actor.name)
        return self._leave(asked)

    def _leave(self, asked: Asked) -> Response:
        answer = go(f"{SIGN_IN}?done=1")
        take_cookie(answer, asked.scope, SESSION)
        return answer

    def _end_session(self, asked: Asked) -> Response:
        self._accounts.end_sessions(asked.actor.name, asked.form.get("session", ""))
        return go(f"{ACCOUNT}?done=session")

    def _make_token(self, asked: Asked) -> Response:
        days = asked.form.get("days", "")
        if not days.isdecimal() or not 1 <= int(days[:6]) <= TOKEN_DAYS:
            raise InputError(f"令牌的天数应为 1 到 {TOKEN_DAYS} 的整数。")
        role = read_role(asked.form.get("role", ""))
        until = datetime.now(UTC) + timedelta(days=int(days))
        label = asked.form.get("label", "")
        secret = self._accounts.make_token(asked.actor.name, label, role, until)
        return self._look(asked, secret=secret)

    def _end_token(self, asked: Asked) -> Response:
        number = asked.form.get("number", "")
        if not number.isdecimal() or len(number) > 9:
            raise InputError("没有看懂是哪一个令牌。")
        self._accounts.end_token(int(number), asked.actor.name)
        return go(f"{ACCOUNT}?done=token")


def pick(
    doing: Mapping[str, Callable[[Asked], Response]], asked: Asked
) -> Callable[[Asked], Response]:
    """Return what a form asks for.

    :raises InputError: where it is nothing that the page does.
    """
    found = doing.get(asked.form.get("do", ""))
    if found is None:
        raise InputError("没有看懂要做什么，请重新打开本页。")
    return found


def read_role(text: str) -> Role:
    """Read a role; InputError where it is none."""
    try:
        return Role(text)
    except ValueError:
        raise InputError("没有这样的角色，请重新打开本页。") from None
