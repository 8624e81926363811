"""What lies beside the page of one person: their programs use it by the key, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.access import Role
from app.accounts import Accounts
from app.actor import Actor, user_name
from app.cli.serving import _list_beside
from app.home import Home
from app.services import Services
from app.settings import load_settings
from app.web.server.keys import OwnerKey, OwnTokens
from app.web.server.reception import Reception
from app.web.server.refusals import refuse
from app.web.server.serve import make_app
from app.web.server.way import Way
from tests.apis import HIDDEN, ROOT, open_library, problem_in
from tests.test_mcp import LIST_TOOLS

PAGE = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with open_library(tmp_path_factory.mktemp("alone")) as services:
        yield services


@contextmanager
def serving(services: Services, key: OwnerKey | None) -> Iterator[TestClient]:
    """Serve what `dafu serve` does beside the page; None: without --owner."""

    class NoRooms:
        async def close(self) -> None:
            pass

    reception = Reception(NoRooms(), lambda _: None, refuse(403, ""))  # type: ignore[arg-type]
    with closing(OwnTokens(services.home, key)) as tokens:
        mounts = _list_beside(services, tokens, Way(), key is None)
        app = make_app(reception, Way(), key, mounts=mounts)
        with TestClient(app, base_url=PAGE) as client:
            yield client


@pytest.fixture
def key() -> OwnerKey:
    return OwnerKey()


@pytest.fixture
def owner(services: Services, key: OwnerKey) -> Iterator[TestClient]:
    with serving(services, key) as client:
        yield client


@pytest.fixture
def visitor(services: Services) -> Iterator[TestClient]:
    with serving(services, None) as client:
        yield client


def bearer(secret: str, **headers: str) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"Authorization": f"Bearer {secret}", **named}


def count_closed(client: TestClient, **headers: str) -> int:
    found = client.get(f"{ROOT}/replies", params={"text": HIDDEN}, headers=headers)
    return int(found.raise_for_status().json()["total"])


def test_the_key_is_a_token_with_the_owners_rights(owner: TestClient, key: OwnerKey) -> None:
    headers = bearer(key.secret)
    assert owner.get(f"{ROOT}/me", headers=headers).json()["role"] == Role.ADMINISTRATOR
    assert count_closed(owner, **headers) == 1
    covered = owner.post(f"{ROOT}/coverage", json={"text": f"建议{HIDDEN}。"}, headers=headers)
    assert covered.status_code == 200
    loaded = owner.post(
        f"{ROOT}/replies", files={"files": ("新.txt", "答复".encode())}, headers=headers
    )
    assert loaded.status_code == 202
    assert owner.get(f"{ROOT}/bin", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        *({}, bearer("wrong"), bearer("")),
        {"Cookie": "dafu-key-7860=KEY"},
        {"Authorization": "Basic KEY"},
    ],
)
def test_without_the_key_nothing_of_the_owner_is_answered(
    owner: TestClient, key: OwnerKey, headers: dict[str, str]
) -> None:
    """A page's cookie opens nothing, so that no page in the browser can act for the owner."""
    sent = {name: value.replace("KEY", key.secret) for name, value in headers.items()}
    for path in ("/me", "/replies", f"/facets?key={key.secret}"):
        assert problem_in(owner.get(ROOT + path, headers=sent)) == (401, "unauthorized")
    assert owner.post("/mcp", content=LIST_TOOLS, headers=sent).status_code == 401


def test_who_is_on_this_machine_reads_what_is_public(visitor: TestClient) -> None:
    assert visitor.get(f"{ROOT}/me").json()["role"] == Role.READER
    assert count_closed(visitor) == 0
    assert visitor.post(f"{ROOT}/precedents", json={"text": HIDDEN}).status_code == 403
    assert problem_in(visitor.get(f"{ROOT}/bin")) == (403, "forbidden")
    assert problem_in(visitor.get(f"{ROOT}/me", headers=bearer(OwnerKey().secret)))[0] == 401


FORGED = (
    ({"Host": "evil.test"}, 400),
    ({"Host": "evil.test:7860"}, 400),
    ({"Origin": "http://evil.test"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://127.0.0.1:1"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
)


@pytest.mark.parametrize(("headers", "status"), FORGED)
def test_other_sites_and_names_are_refused_even_with_the_key(
    owner: TestClient, visitor: TestClient, key: OwnerKey, headers: dict[str, str], status: int
) -> None:
    sent = {**bearer(key.secret), **headers}
    for client, given in ((owner, sent), (visitor, headers)):
        asked = client.post(f"{ROOT}/ask", json={"question": "护栏？"}, headers=given)
        kind = "foreign" if status == 403 else "malformed"
        assert problem_in(asked) == (status, kind)
        told = client.post("/mcp", content=LIST_TOOLS, headers={**given, "Accept-Language": "en"})
        assert problem_in(told) == (status, kind)
        assert told.json()["detail"].isascii()
        assert "access-control-allow-origin" not in asked.headers


def test_how_it_is_used_is_told_to_whoever_looks(owner: TestClient) -> None:
    followed = {"Sec-Fetch-Site": "cross-site"}
    for path in ("/docs", "/openapi.json"):
        assert owner.get(ROOT + path, headers=followed).status_code == 200
    assert owner.get("/").status_code == 403


def test_models_use_the_same_key(owner: TestClient, key: OwnerKey) -> None:
    accept = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    told = owner.post("/mcp", content=LIST_TOOLS, headers={**bearer(key.secret), **accept})
    assert told.status_code == 200
    assert "precedents" in told.text


def test_a_token_of_an_account_outlives_the_key(
    services: Services, owner: TestClient, visitor: TestClient
) -> None:
    with closing(Accounts(services.home)) as accounts:
        accounts.add("自己", Role.EDITOR, "yunqiao-banwen-7")
        token = accounts.make_token("自己", "脚本", Role.STAFF)
        for client in (owner, visitor):
            said: Any = client.get(f"{ROOT}/me", headers=bearer(token)).json()
            assert said == {"name": "自己", "role": "staff"}
            assert count_closed(client, **bearer(token)) == 1
        accounts.end_token(accounts.tokens_of("自己")[0].number)
        assert owner.get(f"{ROOT}/me", headers=bearer(token)).status_code == 401


def test_what_the_owner_left_is_gone_on_with_by_the_next_owner_alone(tmp_path: Path) -> None:
    owner = Actor(user_name(), Role.ADMINISTRATOR, "127.0.0.1")
    with Home(load_settings(tmp_path)) as home:
        with closing(OwnTokens(home, OwnerKey())) as tokens:
            assert tokens.still(owner) == owner
            assert tokens.still(replace(owner, name="别人")) is None
            assert tokens.still(replace(owner, role=Role.EDITOR)) is None
        with closing(OwnTokens(home)) as tokens:
            assert tokens.still(owner) is None
        with closing(Accounts(home)) as accounts, closing(OwnTokens(home, OwnerKey())) as tokens:
            accounts.add("管理", Role.ADMINISTRATOR, "yunqiao-banwen-7")
            accounts.add(owner.name, Role.EDITOR, "yunqiao-banwen-8")
            assert tokens.still(owner) == replace(owner, role=Role.EDITOR)
            accounts.set_disabled(owner.name, True)
            assert tokens.still(owner) is None


def test_a_home_without_accounts_gets_none_by_being_asked(tmp_path: Path) -> None:
    with closing(OwnTokens(Home(load_settings(tmp_path)), OwnerKey())) as tokens:
        assert tokens.of_token("dafu_x") is None
        assert tokens.of_token("\ud800") is None
    assert list(tmp_path.iterdir()) == []
