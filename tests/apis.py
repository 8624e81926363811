"""The API over a small home, asked in this process: as anybody, by tokens of each role."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.access import Role
from app.actor import Actor
from app.api.build import build_api
from app.services import Services, open_services
from app.settings import load_settings

ROOT = "/api/v1"

OPEN = """云桥区城市管理局
云城函〔2024〕{n}号
关于{matter}的答复
公开属性：主动公开
王小明委员：
您提出的关于{matter}的提案收悉，现答复如下：
一、我局已会同街道逐一摸排，{matter}列入今年第{n}批改造，补贴{n}0万元。
二、下一步按季度通报{matter}的进展。
联系人：李红，电话：13812345678。
云桥区城市管理局
2024年5月{n}日
"""

CLOSED = OPEN.replace("主动公开", "不予公开")

MATTERS = ("绿萝路口护栏", "杏花里加装电梯", "柳荫公园照明")
HIDDEN = "长堤泵站清淤"

TOKENS = {role: f"token-of-{role.value}" for role in Role}


@dataclass
class KnownTokens:
    """Tokens by their secrets."""

    actors: dict[str, Actor]

    def of_token(self, secret: str) -> Actor | None:
        return self.actors.get(secret)

    def still(self, actor: Actor) -> Actor | None:
        return next((each for each in self.actors.values() if each.name == actor.name), None)


def known_tokens() -> KnownTokens:
    """Return a token of each role."""
    return KnownTokens({TOKENS[role]: Actor(f"某{role.value}", role) for role in Role})


def open_library(folder: Path, encoder: str = "off") -> Services:
    """Make a home of three public replies and one that is closed."""
    letters = folder / "letters"
    letters.mkdir()
    for n, matter in enumerate(MATTERS, 1):
        (letters / f"{n}.txt").write_text(OPEN.format(n=n, matter=matter), encoding="utf-8")
    closed = CLOSED.format(n=4, matter=HIDDEN)
    (letters / "4.txt").write_text(closed, encoding="utf-8")
    services = open_services(load_settings(folder / "home", calls_per_minute=0, encoder=encoder))
    services.of(Role.EDITOR).ingest([letters])
    return services


def mount(services: Services, *, public: bool = False) -> Starlette:
    """Return the API where a server has it."""
    api: FastAPI = build_api(services, known_tokens(), public=public)
    return Starlette(routes=[Mount(ROOT, api)])


def client_of(app: Starlette, role: Role | None = None) -> TestClient:
    """Return a client that comes with a token of a role, or with none."""
    headers = {"Authorization": f"Bearer {TOKENS[role]}"} if role else {}
    return TestClient(
        app, base_url=f"http://dafu.test{ROOT}", headers=headers, raise_server_exceptions=False
    )


def problem_in(answer: Any) -> tuple[int, str]:
    """Return the status and kind of a problem, which has the form of one."""
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["title"]
    assert told["detail"]
    root, _, kind = told["type"].partition("/docs#")
    assert root == ROOT
    return answer.status_code, kind
