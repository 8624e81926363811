"""One library for people of several roles."""

from __future__ import annotations

import threading

from app.access import Role
from app.home import Home
from app.keeping.entering import enter_home
from app.service import Service
from app.settings import Settings


def open_services(settings: Settings, *, alone: bool = False) -> Services:
    """Open the home that the settings name, or create it, for people of any role.

    :param alone: whether nobody but whoever sits at this machine uses it.
    :raises HomeError: where the home can't be used or is of another format.
    """
    return Services(enter_home(settings), alone=alone)


class Services:
    """The services of one home, one for each role, opened when first asked for.

    May be shared between threads.
    """

    def __init__(self, home: Home, *, alone: bool = False) -> None:
        self.home = home
        self._alone = alone
        self._opening = threading.Lock()
        self._by_role: dict[Role, Service] = {}

    def of(self, role: Role) -> Service:
        """Return the service that shows and does what a role may."""
        with self._opening:
            if role not in self._by_role:
                self._by_role[role] = Service(self.home, role, alone=self._alone)
            return self._by_role[role]

    def close(self) -> None:
        """Close the home, and with it all services."""
        self.home.close()

    def __enter__(self) -> Services:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
