"""The page 用户, for administrators: who may sign in, and as what."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.responses import Response

from app.access import Role
from app.accounts import Accounts
from app.accounts.types import WORDS
from app.web.server.people.account import pick, read_role
from app.web.server.people.asked import USERS, Asked, go, show
from app.web.server.people.people import Page
from corpus.errors import DafuError

DONE = {
    "add": "已建立帐号。",
    "role": "已更改角色，立即生效。",
    "password": "已换密码，那个帐号的登录都已结束。",
    "disable": "已停用，那个帐号的登录和令牌都已结束。",
    "enable": "已启用。",
    "sign-out": "那个帐号的登录都已结束。",
}


class Users:
    """The page of all accounts."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._doing: Mapping[str, Callable[[Asked], Response]] = {
            name: getattr(self, f"_{name.replace('-', '_')}") for name in DONE
        }

    @property
    def page(self) -> Page:
        """The page."""
        return Page(self._look, self._do, for_administrators=True)

    def _look(self, asked: Asked, problem: str = "", status: int = 200) -> Response:
        adding = asked.form.get("do") == "add"
        return show(
            "people_users",
            asked,
            status,
            problem=problem,
            done="" if asked.form else DONE.get(asked.query.get("done", ""), ""),
            users=self._accounts.list_all(),
            roles=[(each, WORDS[each]) for each in Role],
            words=WORDS,
            added={name: asked.form.get(name, "") if adding else "" for name in ("name", "role")},
        )

    def _do(self, asked: Asked) -> Response:
        try:
            return pick(self._doing, asked)(asked)
        except DafuError as error:
            return self._look(asked, str(error), 400)

    def _add(self, asked: Asked) -> Response:
        role = read_role(asked.form.get("role", ""))
        self._accounts.add(asked.form.get("name", ""), role, asked.form.get("password", ""))
        return go(f"{USERS}?done=add")

    def _role(self, asked: Asked) -> Response:
        self._accounts.set_role(asked.form.get("name", ""), read_role(asked.form.get("role", "")))
        return go(f"{USERS}?done=role")

    def _password(self, asked: Asked) -> Response:
        self._accounts.set_password(asked.form.get("name", ""), asked.form.get("password", ""))
        return go(f"{USERS}?done=password")

    def _disable(self, asked: Asked) -> Response:
        self._accounts.set_disabled(asked.form.get("name", ""), True)
        return go(f"{USERS}?done=disable")

    def _enable(self, asked: Asked) -> Response:
        self._accounts.set_disabled(asked.form.get("name", ""), False)
        return go(f"{USERS}?done=enable")

    def _sign_out(self, asked: Asked) -> Response:
        self._accounts.end_sessions(asked.form.get("name", ""))
        return go(f"{USERS}?done=sign-out")
