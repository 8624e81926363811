"""What a form asks for, and what answers it."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from app.actor import Actor
from app.web.guest import Guest
from app.web.language import LANGUAGES, other_language, spoken
from app.web.render import load_asset, render
from app.web.server.guard import SIGN_IN

SIGN_OUT, SETUP = "/sign-out", "/setup"
ACCOUNT, USERS, AUDIT = "/account", "/users", "/audit"
PATHS = (SIGN_IN, SIGN_OUT, SETUP, ACCOUNT, USERS, AUDIT)
"""Where these pages are; the guard lets them through where there are accounts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for one of these pages."""

    scope: Scope
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    """What was sent; empty where the page is only looked at."""
    guest: Guest | None
    """Who is signed in; None: nobody."""
    address: str
    mark: str
    """What the forms of the page that answers are to carry."""

    @property
    def actor(self) -> Actor:
        """Who is signed in, where the page is for nobody else."""
        assert self.guest
        return self.guest.actor


Answer = Callable[[Asked], Response]


class Marks:
    """Marks the forms that are given out, so that no other page can send one.

    A mark is of the session, or of the browser's own number where nobody is signed in.
    """

    def __init__(self, key: bytes) -> None:
        """Take a key that nobody else knows."""
        self._key = key

    def of(self, secret: str) -> str:
        """Return the mark of who has a secret."""
        return hmac.new(self._key, secret.encode("utf-8", "replace"), sha256).hexdigest()


def _other_language(asked: Asked) -> dict[str, str]:
    other = other_language()
    query = urlencode({**asked.query, "language": other})
    return {"language": other, "name": LANGUAGES[other], "query": query}


def show(template: str, asked: Asked, status: int = 200, **values: object) -> Response:
    """Answer with a page made by a template."""
    told = {"done": "", "problem": "", "way": "", **values}
    told |= {"language": spoken(), "other": _other_language(asked)}
    # Files of ours, with signs that HTML has too.
    style = Markup("\n".join(map(load_asset, ("style.css", "access.css", "people.css"))))
    return HTMLResponse(render(template, asked=asked, style=style, **told), status)


def go(path: str) -> Response:
    """Send a browser to a page, to be looked at."""
    return RedirectResponse(path, 303)
