"""Serve a library to people of several roles, who sign in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import Mount, Route
from starlette.types import Scope

from app.access import Role
from app.accounts import Accounts
from app.encoding import BackgroundEncoding
from app.running.rates import address_of
from app.services import Services
from app.web.server.addresses import listen
from app.web.server.guard import SIGN_IN
from app.web.server.people.account import Account
from app.web.server.people.asked import ACCOUNT, AUDIT, PATHS, SETUP, SIGN_OUT, Marks
from app.web.server.people.audited import Audited
from app.web.server.people.entry import Entry
from app.web.server.people.greeting import Greeter
from app.web.server.people.people import People, SignInFirst
from app.web.server.people.users import Users
from app.web.server.reception import Reception
from app.web.server.rooms import Rooms, make_room
from app.web.server.serve import Page, make_app
from app.web.server.watched import watch
from app.web.server.way import Way


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may come to a library that several people share."""

    public: bool = False
    """Whether who is not signed in may read what is public."""
    upload: bool | None = None
    """Whether who reads may upload replies; None: only who edits."""


def serve_office(
    services: Services,
    accounts: Accounts,
    way: Way,
    rights: Rights = Rights(),
    mounts: Sequence[Mount | Route] = (),
) -> Page:
    """Serve the pages of all roles, and return what was begun.

    Its `setup` is where the first administrator is made; "" where there is one.

    :param mounts: further applications, as of `make_app`.
    :raises InputError: where the port, the address or the certificate can't be used.
    """
    listener = listen(way.host, way.port)
    marks = Marks(accounts.form_key)
    greeter = Greeter(accounts, marks, public=rights.public)
    code = "" if accounts.has_administrator else secrets.token_urlsafe(24)
    people = make_people(services, accounts, greeter, marks, code)
    first = Role.READER if rights.public else Role.STAFF
    rooms = Rooms(
        lambda role: make_room(services.of(role), allow_upload=rights.upload or None), first
    )
    reception = Reception(rooms, greeter, SignInFirst())
    routes = [Route(path, people, methods=None) for path in PATHS]

    def role_of(scope: Scope, token: str) -> Role | None:
        guest = greeter.recognise(scope)
        actor = guest.actor if guest else accounts.of_token(token, address_of(scope))
        return actor.role if actor else None

    watched = watch(services.home, role_of)
    app = make_app(reception, way, mounts=mounts, pages=routes, watched=watched)
    reading = services.home.settings.encoder == "background"
    beside = BackgroundEncoding(services.of(Role.ADMINISTRATOR)) if reading else None
    page = Page(app, listener, way=way, beside=beside)
    page.setup = f"{page.address}{SETUP}?code={code}" if code else ""
    page.start()
    return page


def make_people(
    services: Services, accounts: Accounts, greeter: Greeter, marks: Marks, code: str
) -> People:
    """Make the pages of people.

    :param code: opens the page that makes the first administrator; "" where there is one.
    """
    entry = Entry(accounts, code, public=greeter.public)
    pages = {
        SIGN_IN: entry.signing_in,
        SIGN_OUT: entry.signing_out,
        SETUP: entry.setup,
        ACCOUNT: Account(accounts).page,
        "/users": Users(accounts).page,
        AUDIT: Audited(services.home.audit).page,
    }
    return People(greeter, marks, pages)
