"""The key of a page that is its owner's alone: new at each start, in the address and a cookie."""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from functools import cached_property

from app.access import Role
from app.accounts import Accounts
from app.accounts.form import ACCOUNTS
from app.actor import Actor, user_name
from app.home import Home
from corpus.errors import NotFound
from corpus.store.opening import has_database


class OwnerKey:
    """Opens the owner's page, and as a token what lies beside it."""

    def __init__(self) -> None:
        self.secret = secrets.token_urlsafe(24)

    def fits(self, given: str) -> bool:
        """Tell whether this is what was given, in a time that tells nothing of it."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.secret.encode())


class OwnTokens:
    """Tokens where nobody signs in: the owner's key is one, others are of the home's accounts.

    A program that is to go on after the next start has a token of an account, which is kept.
    """

    def __init__(self, home: Home, key: OwnerKey | None = None) -> None:
        """Take a home, whose accounts are only opened where there are any.

        :param key: None: whoever sits at the machine is no more than a reader.
        """
        self._home = home
        self._key = key

    def of_token(self, secret: str, address: str = "") -> Actor | None:
        """Return who acts with a token; None where it is none."""
        if self._key and self._key.fits(secret):
            return Actor(user_name(), Role.ADMINISTRATOR, address)
        if "_accounts" not in self.__dict__ and not self._has_accounts():
            return None
        return self._accounts.of_token(secret, address)

    def still(self, actor: Actor) -> Actor | None:
        """Return somebody who came before as what they may be now; None where they may not.

        Of a name that has an account the account decides, whoever came by it.
        """
        if self._has_accounts():
            with suppress(NotFound):
                self._accounts.get(actor.name)
                return self._accounts.still(actor)
        owner = Actor(user_name(), Role.ADMINISTRATOR, actor.address)
        return actor if self._key and actor == owner else None

    def close(self) -> None:
        """Close what was opened."""
        if "_accounts" in self.__dict__:
            self._accounts.close()

    def _has_accounts(self) -> bool:
        return has_database(self._home.folder, self._home.settings.store, ACCOUNTS)

    @cached_property
    def _accounts(self) -> Accounts:
        return Accounts(self._home)
