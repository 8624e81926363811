"""Who calls: the actor that a token stands for, and whether their role is enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, ParamSpec, Protocol, TypeVar

from fastapi import Depends
from starlette.requests import Request
from starlette.types import Scope

from app.access import Role
from app.accounts.secrets import read_bearer
from app.actor import VISITOR, Actor, acting
from app.api.problems import CHALLENGE, INVALID, TOO_LOW, Problem
from app.api.turns import Turns
from app.patience import QUESTION, Kind
from app.running.rates import address_of
from app.service import Service
from app.services import Services

P = ParamSpec("P")
R = TypeVar("R")

ACTOR = "dafu.api.actor"
"""Where the scope of a request has who makes it."""

LONGEST_TOKEN = 500


class Tokens(Protocol):
    """Whatever knows whose tokens are good."""

    def of_token(self, secret: str) -> Actor | None:
        """Return who acts with a token; None where it is unknown, has ended or was disabled."""


class Givers(Tokens, Protocol):
    """Whatever knows also what somebody may by now who came before."""

    def still(self, actor: Actor) -> Actor | None:
        """Return somebody who came before, with a role that they had then and have now.

        None where they may not come any more.
        """


def read_token(authorization: str | None) -> str | None:
    """Return the token that a header holds; None where there is no header.

    :raises Problem: where the header holds something else.
    """
    if authorization is None:
        return None
    token = read_bearer(authorization)
    if not token or len(token) > LONGEST_TOKEN:
        raise Problem("unauthorized", headers=INVALID)
    return token


def identify(scope: Scope, authorization: str | None, tokens: Tokens, public: bool) -> Actor:
    """Return who makes a request: whose token it brings, or a visitor where those may come.

    Cookies are never looked at, so no page in a browser can act for whoever is signed in there.

    :raises Problem: where nobody may come so.
    """
    token = read_token(authorization)
    if token is None and not public:
        raise Problem("unauthorized", headers=CHALLENGE)
    actor = VISITOR if token is None else tokens.of_token(token)
    if actor is None:
        raise Problem("unauthorized", headers=INVALID)
    return replace(actor, address=address_of(scope))


def name_of(actor: Actor) -> str:
    """Return by what those are told apart who ask too much: the account, else the address."""
    return f"@{actor.name}" if actor.name else actor.address


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request, with the service that answers them."""

    request: Request
    actor: Actor
    service: Service
    turns: Turns
    kind: Kind = QUESTION

    def within(self, kind: Kind) -> Caller:
        """Return the caller as one who asks for work of a kind, which may take longer."""
        return replace(self, kind=kind)

    async def read(self, work: Callable[P, R], *args: P.args, **given: P.kwargs) -> R:
        """Have the service answer, in a turn of its own.

        It is ended where it takes too long, or they have gone.

        :raises Problem: where too many wait.
        :raises Overdue: where it took too long.
        """
        begin = partial(self.kind.bound, self.actor.role)
        return await self.turns.run(
            self.request, partial(self._act, work, args, given), begin, name_of(self.actor)
        )

    async def write(self, work: Callable[P, R], *args: P.args, **given: P.kwargs) -> R:
        """Have the service change something: that goes on to its end, whoever waits for it."""
        return await self.turns.run(
            self.request, partial(self._act, work, args, given), who=name_of(self.actor)
        )

    def _act(self, work: Callable[..., R], args: Any, given: Any) -> R:
        with acting(self.actor):
            return work(*args, **given)


def needs(least: Role, desk: bool = False) -> Any:
    """Return the type of a parameter that is the caller, refused where their role is too low.

    :param desk: whether it takes a desk as well, which not every role has.
    """

    def call(request: Request) -> Caller:
        actor: Actor = request.scope[ACTOR]
        services: Services = request.app.state.services
        service = services.of(actor.role)
        if actor.role.rank < least.rank or (desk and not service.has_desk):
            raise Problem("forbidden", headers=TOO_LOW)
        return Caller(request, actor, service, request.app.state.turns)

    return Depends(call)


Reading = Annotated[Caller, needs(Role.READER)]
AtDesk = Annotated[Caller, needs(Role.READER, desk=True)]
Editing = Annotated[Caller, needs(Role.EDITOR)]
