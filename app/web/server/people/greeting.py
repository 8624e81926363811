"""Know who makes a request by the cookie that they got when they signed in."""

from __future__ import annotations

from starlette.types import Scope

from app.access import Role
from app.accounts import Accounts
from app.actor import Actor
from app.running.rates import address_of
from app.web.cookies import read_cookie
from app.web.guest import Guest
from app.web.server.people.asked import Marks

SESSION = "session"


class Greeter:
    """Tells who makes a request."""

    def __init__(self, accounts: Accounts, marks: Marks, *, public: bool) -> None:
        """Take the accounts.

        :param public: whether who is not signed in may read.
        """
        self._accounts = accounts
        self._marks = marks
        self.public = public

    def recognise(self, scope: Scope) -> Guest | None:
        """Return who is signed in."""
        secret, address = read_cookie(scope, SESSION), address_of(scope)
        actor = self._accounts.session(secret, address) if secret else None
        if actor is None:
            return None

        def stays() -> bool:
            now = self._accounts.session(secret, address, noting=False)
            return now is not None and now.role == actor.role

        return Guest(actor, stays, self._marks.of(secret), can_sign_in=True)

    def __call__(self, scope: Scope) -> Guest | None:
        """Return who makes a request; None: somebody who has to sign in first."""
        found = self.recognise(scope)
        if found is None and self.public:
            visitor = Actor("", Role.READER, address_of(scope))
            return Guest(visitor, can_sign_in=True)
        return found
