"""The library as a whole: its values with their counts, what is loaded, and who asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.access import Role
from app.api.asked import CountQuery
from app.api.operations import operation
from app.api.rights import Reading
from app.api.shown import answer
from app.api.words import Words
from app.views.figures import Stats
from app.views.listing import Facets

router = APIRouter(tags=["library"])


@dataclass(frozen=True, slots=True)
class Me:
    """Who calls."""

    name: str
    """帐号；没有令牌的访客为空 (the account; empty for visitors)"""
    role: Role
    """角色 (the role)"""


@router.get(
    "/facets",
    **operation(
        "listFacets",
        Words("各筛选条件的取值", "Count values"),
        Words(
            "每个筛选条件有哪些值、各多少份，并按年份计。某一条件自己的选择不影响它自己的计数。",
            "The values of each filter with their counts, and the years. A filter's own choice "
            "does not narrow its own counts.",
        ),
        Facets,
    ),
)
async def list_facets(query: Annotated[CountQuery, Query()], caller: Reading) -> Response:
    """Count the values of the filters."""

    def work() -> Facets:
        return caller.service.listing.facets(query.resolve(caller.service), query.text)

    return answer(caller, await caller.read(work))


@router.get(
    "/stats",
    **operation(
        "readStats",
        Words("统计", "Count what is loaded"),
        Words("文库里有多少答复、段落和字。", "How many replies, passages and characters."),
        Stats,
    ),
)
async def read_stats(caller: Reading) -> Response:
    """Say what is loaded."""
    stats = await caller.read(caller.service.stats)
    if not caller.actor.role.edits:
        stats = replace(stats, home="")  # where it is on the server is nobody else's business
    return answer(caller, stats)


@router.get(
    "/me",
    **operation(
        "readMe",
        Words("我是谁", "Who am I"),
        Words("令牌所属的帐号和角色。", "The account and role of the token."),
        Me,
    ),
)
async def read_me(caller: Reading) -> Response:
    """Say who calls."""
    return answer(caller, Me(caller.actor.name, caller.actor.role))
