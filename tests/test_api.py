"""The HTTP API: who may what, the same answers as everywhere, problems, limits, streams."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount
from starlette.testclient import TestClient

from app.access import Role
from app.accounts import Accounts
from app.api.asked import MOST_HITS
from app.api.build import build_api
from app.api.entrance import LARGEST_BODY, LARGEST_UPLOAD
from app.api.problems import Problem
from app.api.turns import Gone, Turns
from app.api.words import choose_language
from app.generating.types import Generated, Said
from app.queries import LONGEST_PROPOSAL, LONGEST_QUESTION
from app.services import Services, open_services
from app.settings import load_settings
from corpus.filters import ANY
from corpus.serialise import to_json
from corpus.types import Disclosure
from index.stores.texts import read_indexed
from tests.apis import (
    CLOSED,
    HIDDEN,
    MATTERS,
    OPEN,
    ROOT,
    client_of,
    known_tokens,
    mount,
    open_library,
    problem_in,
)
from tests.loops import run_apart

QUESTION = "绿萝路口护栏补贴多少万元？"

LEAST = {
    **dict.fromkeys(("searchPassages", "askQuestion", "streamAnswer"), Role.READER),
    **dict.fromkeys(("listReplies", "readReply", "listFacets"), Role.READER),
    **dict.fromkeys(("readStats", "readMe"), Role.READER),
    **dict.fromkeys(("findPrecedents", "coverProposal"), Role.STAFF),
    **dict.fromkeys(("loadReplies", "correctReply", "removeReply"), Role.EDITOR),
    **dict.fromkeys(("listBin", "restoreReply"), Role.EDITOR),
    **dict.fromkeys(("listJobs", "readJob", "cancelJob"), Role.EDITOR),
}
"""The lowest role that each operation takes: whoever adds a line has asked who should."""

BODIES: dict[str, Any] = {
    "searchPassages": {"query": "护栏"},
    "askQuestion": {"question": QUESTION},
    "streamAnswer": {"question": QUESTION},
    "findPrecedents": {"text": "建议加装护栏。"},
    "coverProposal": {"text": "建议加装护栏。"},
    "correctReply": {"fields": {"outcome": ["留作参考"]}},
}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with open_library(tmp_path_factory.mktemp("api")) as services:
        yield services


@pytest.fixture(scope="module")
def api(services: Services) -> Starlette:
    return mount(services)


@pytest.fixture(scope="module")
def public(services: Services) -> Starlette:
    return mount(services, public=True)


@pytest.fixture(scope="module")
def editor(api: Starlette) -> TestClient:
    return client_of(api, Role.EDITOR)


@pytest.fixture(scope="module")
def reader(api: Starlette) -> TestClient:
    return client_of(api, Role.READER)


def operations(client: TestClient) -> Iterator[tuple[str, str, str]]:
    """Yield the name, method and path of each operation, filled with ids of nothing."""
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            filled = path.replace("{reply_id}", "nosuch").replace("{job_id}", "nosuch")
            yield operation["operationId"], method, filled


def id_of(client: TestClient, words: str) -> str:
    found: str = client.get("/replies", params={"text": words}).json()["replies"][0]["reply_id"]
    return found


# Who may what


def test_every_operation_has_a_lowest_role(editor: TestClient) -> None:
    assert {name for name, _, _ in operations(editor)} == set(LEAST)


@pytest.mark.parametrize("role", Role)
def test_an_operation_is_refused_to_lower_roles_alone(api: Starlette, role: Role) -> None:
    client = client_of(api, role)
    for name, method, path in operations(client):
        answer = client.request(method, path, json=BODIES.get(name))
        if role.rank < LEAST[name].rank:
            assert problem_in(answer) == (403, "forbidden"), name
            assert "insufficient_scope" in answer.headers["www-authenticate"]
        else:
            assert answer.status_code not in (401, 403), name


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Bearer unknown",
        "Bearer token-of-reader ",
        "Bearer",
        "Bearer " + "x" * 600,
        "Basic dG9rZW4=",
        "token-of-editor",
        "Bearer token-of-editor, Bearer token-of-reader",
    ],
)
def test_nothing_is_answered_without_a_good_token(api: Starlette, header: str | None) -> None:
    client = client_of(api)
    headers = {"Authorization": header} if header else {}
    good = header == "Bearer token-of-reader "
    for name, method, path in operations(client):
        answer = client.request(method, path, json=BODIES.get(name), headers=headers)
        if good and LEAST[name] is Role.READER:
            assert answer.status_code not in (401, 403)
        elif not good:
            assert problem_in(answer) == (401, "unauthorized"), name
            assert answer.headers["www-authenticate"].startswith('Bearer realm="dafu"')


def test_where_the_public_may_come_a_bad_token_is_still_refused(public: Starlette) -> None:
    visitor = client_of(public)
    assert visitor.get("/me").json() == {"name": "", "role": "reader"}
    assert visitor.get("/jobs").status_code == 403
    bad = visitor.get("/me", headers={"Authorization": "Bearer unknown"})
    assert problem_in(bad) == (401, "unauthorized")


def test_a_token_that_ends_opens_nothing_from_then_on(services: Services) -> None:
    tokens = known_tokens()
    client = client_of(Starlette(routes=[Mount(ROOT, build_api(services, tokens))]), Role.EDITOR)
    assert client.get("/me").json()["role"] == "editor"
    secret = client.headers["authorization"].split()[1]
    tokens.actors[secret] = replace(tokens.actors[secret], role=Role.READER)
    assert client.get("/jobs").status_code == 403
    del tokens.actors[secret]
    assert problem_in(client.get("/me")) == (401, "unauthorized")


@pytest.fixture
def accounts(services: Services, clock: list[datetime]) -> Iterator[Accounts]:
    accounts = Accounts(services.home, lambda: clock[0])
    for name, role in (("编辑甲", Role.EDITOR), ("管理员", Role.ADMINISTRATOR)):
        accounts.add(name, role, "correct horse battery 9")
    yield accounts
    accounts.close()
    for path in services.home.folder.glob("accounts.sqlite*"):
        path.unlink()


@pytest.fixture
def clock() -> list[datetime]:
    return [datetime.now(UTC)]


def test_tokens_of_accounts_end_with_their_term_and_with_the_account(
    services: Services, accounts: Accounts, clock: list[datetime]
) -> None:
    app = Starlette(routes=[Mount(ROOT, build_api(services, accounts))])
    until = clock[0] + timedelta(days=2)

    def get_me(secret: str) -> Any:
        headers = {b"Authorization": f"Bearer {secret}".encode()}
        return client_of(app).get("/me", headers=headers)

    low = accounts.make_token("编辑甲", "看", Role.READER, until)
    high = accounts.make_token("编辑甲", "改")
    assert get_me(low).json() == {"name": "编辑甲", "role": "reader"}
    assert get_me(high).json() == {"name": "编辑甲", "role": "editor"}
    session = accounts.sign_in("编辑甲", "correct horse battery 9", "192.0.2.1")
    for bad in (session, low[:-1], high + "x", "编辑甲"):
        assert get_me(bad).status_code == 401
    clock[0] += timedelta(days=3)
    assert [get_me(each).status_code for each in (low, high)] == [401, 200]
    accounts.set_role("编辑甲", Role.STAFF)
    assert get_me(high).json()["role"] == "staff"
    accounts.set_disabled("编辑甲", True)
    assert problem_in(get_me(high)) == (401, "unauthorized")


def test_what_programs_change_is_in_the_audit_with_who_and_whence(
    editor: TestClient, services: Services
) -> None:
    path = f"/replies/{id_of(editor, MATTERS[2])}"
    editor.patch(path, json={"fields": {"outcome": ["B"]}})
    editor.patch(path, json={"fields": {"outcome": None}})
    entry = services.home.audit.list_entries(limit=1)[0]
    assert (entry.action, entry.name, entry.role) == ("更正", "某editor", "editor")
    assert entry.address == "testclient"


def test_a_cookie_opens_nothing_and_no_other_site_may_read(api: Starlette) -> None:
    client = client_of(api)
    cookies = {"Cookie": "dafu-80=token-of-editor; session=token-of-editor"}
    answer = client.get("/me", headers={**cookies, "Origin": "http://evil.example"})
    assert answer.status_code == 401
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "GET"}
    for each in (answer, client.options("/me", headers=asked)):
        assert not [name for name in each.headers if name.startswith("access-control")]


# What is shown


def test_what_is_closed_is_to_a_reader_like_what_is_not_there(
    editor: TestClient, reader: TestClient, api: Starlette
) -> None:
    closed = id_of(editor, HIDDEN)
    for client, status in ((reader, 404), (client_of(api, Role.STAFF), 200)):
        assert client.get(f"/replies/{closed}").status_code == status
    unknown = reader.get("/replies/0123456789ab")
    assert reader.get(f"/replies/{closed}").text == unknown.text
    assert reader.get("/replies").json()["total"] == len(MATTERS)
    for found in (
        reader.get("/replies", params={"text": HIDDEN}),
        reader.post("/search", json={"query": HIDDEN, "k": MOST_HITS}),
        reader.post("/ask", json={"question": f"{HIDDEN}补贴多少？"}),
        reader.post("/ask/stream", json={"question": f"{HIDDEN}补贴多少？"}),
        reader.get("/facets"),
        reader.get("/stats"),
    ):
        assert found.status_code == 200
        assert closed not in found.text


@pytest.mark.parametrize("read", [0, 2, 99])
def test_no_count_tells_a_reader_of_what_is_closed(tmp_path: Path, read: int) -> None:
    another = tmp_path / "letters" / "5.txt"
    told = []
    with open_library(tmp_path, encoder="background") as services:
        for _ in range(2):
            _read_some(services, read)
            told.append(client_of(mount(services, public=True)).get("/stats").json())
            another.write_text(CLOSED.format(n=5, matter="另一座泵站"), encoding="utf-8")
            services.of(Role.EDITOR).ingest([another])
        assert services.of(Role.STAFF).stats().bytes_on_disk
    assert told[0] == told[1]
    assert told[0]["bytes_on_disk"] is None
    assert told[0]["encoded"] == min(read, told[0]["passages"])


def _read_some(services: Services, passages: int) -> None:
    """Have the encoder read so many public passages, and all that are closed."""
    store = services.home.store
    public = store.select_keys(ANY.and_disclosures((Disclosure.PUBLIC.value,)))
    wanted = np.setdiff1d(store.select_keys(), public[passages:])
    with services.home.engine() as engine:
        assert engine.encoded
        engine.encoded.read(read_indexed(store, wanted.tolist()))
        engine.encoded.commit()


def test_a_reader_has_the_desk_where_the_settings_say_so(services: Services) -> None:
    folder = services.home.folder
    for said, status in ((True, 200), (False, 403)):
        settings = load_settings(folder, reader_desk=said, calls_per_minute=0)
        with open_services(settings) as others:
            for app, role in ((mount(others), Role.READER), (mount(others, public=True), None)):
                client = client_of(app, role)
                answers = [
                    client.post("/precedents", json={"text": HIDDEN}),
                    client.post("/coverage", json={"text": f"建议{HIDDEN}。"}),
                ]
                assert [answer.status_code for answer in answers] == [status] * 2
                assert "不予公开" not in "".join(answer.text for answer in answers)


def test_a_reader_learns_no_folder_and_no_personal_data(
    reader: TestClient, services: Services
) -> None:
    folder = str(services.home.folder.parent)
    for client, path in ((reader, "/stats"), (reader, f"/replies/{id_of(reader, MATTERS[0])}")):
        shown = client.get(path).text
        assert folder not in shown
        assert "13812345678" not in shown
    assert reader.get("/replies").json()["replies"][0]["source"] == "3.txt"


def without_links(shown: Any) -> Any:
    if isinstance(shown, list):
        return [without_links(each) for each in shown]
    if isinstance(shown, dict):
        return {key: without_links(value) for key, value in shown.items() if key != "links"}
    return shown


def test_the_keys_are_those_of_the_command_line(editor: TestClient, services: Services) -> None:
    service = services.of(Role.EDITOR)
    answer = editor.post("/ask", json={"question": QUESTION}).json()
    assert without_links(answer) == json.loads(json.dumps(to_json(service.ask(QUESTION))))
    found = editor.post("/search", json={"query": "护栏", "k": 2}).json()
    assert without_links(found) == json.loads(json.dumps(to_json(service.search("护栏", k=2))))


def test_each_quote_stands_where_its_link_says(reader: TestClient) -> None:
    answer = reader.post("/ask", json={"question": QUESTION}).json()
    assert answer["status"] == "answered"
    for quote in answer["quotes"]:
        reply = reader.get(quote["links"]["self"].removeprefix(ROOT)).json()
        start, end = quote["start"], quote["end"]
        assert reply["text"][start:end] == quote["text"]
        assert quote["links"]["view"] == f"/reply/{quote['reply_id']}?mark={start}-{end}"


def test_filters_are_words_as_everywhere(reader: TestClient) -> None:
    found = reader.get("/replies", params={"agency": ["城市", "教育"], "year": "2023-"}).json()
    assert found["total"] == 3
    assert reader.get("/replies", params={"agency": "教育"}).json()["total"] == 0
    body = {"query": "护栏", "filters": {"year": "2019"}}
    assert reader.post("/search", json=body).json()["hits"] == []
    assert reader.get("/facets", params={"text": "护栏"}).json()["years"] == {"2024": 1}


# Correcting and removing


def test_a_reply_is_read_again_only_where_it_changed(editor: TestClient) -> None:
    path = f"/replies/{id_of(editor, MATTERS[1])}"
    tag = editor.get(path).headers["etag"]
    for given in (tag, f'"other", W/{tag}', "*"):
        again = editor.get(path, headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    body = {"fields": {"outcome": ["留作参考"]}}
    assert editor.patch(path, json=body, headers={"If-Match": tag}).json()["outcome"] == "留作参考"
    late = editor.patch(path, json=body, headers={"If-Match": tag})
    assert problem_in(late) == (412, "changed")
    assert editor.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_corrections_are_kept_with_who_made_them_and_taken_back(editor: TestClient) -> None:
    path = f"/replies/{id_of(editor, MATTERS[2])}"
    changed = editor.patch(path, json={"fields": {"outcome": ["A"], "date": ["2024年7月1日"]}})
    assert (changed.json()["outcome"], changed.json()["date"]) == ("A", "2024-07-01")
    assert {each["by"] for each in changed.json()["history"]} == {"某editor"}
    back = editor.patch(path, json={"fields": {"outcome": None, "date": None, "kind": None}})
    assert (back.json()["outcome"], back.json()["corrections"]) == (None, [])
    wrong: list[dict[str, list[str]]] = [{"outcome": ["胡说"]}, {"date": ["昨天"]}, {"kind": []}]
    wrong += [{"nosuch": []}, {}]
    for fields in wrong:
        assert problem_in(editor.patch(path, json={"fields": fields})) == (422, "unusable")


def test_removing_again_changes_nothing_and_what_was_put_away_comes_back(
    editor: TestClient,
) -> None:
    job = load(editor, {"9.txt": OPEN.format(n=9, matter="新桥路灯")})
    (entry,) = job["report"]["files"]
    path = entry["links"]["self"].removeprefix(ROOT)
    assert [editor.delete(path).status_code for _ in range(2)] == [204, 204]
    assert editor.get(path).status_code == 404
    (binned,) = editor.get("/bin").json()["replies"]
    assert editor.post(f"/bin/{binned['reply_id']}/restore").json()["reply_id"] == entry["reply_id"]
    assert editor.post(f"/bin/{binned['reply_id']}/restore").status_code == 404
    assert editor.get(path).status_code == 200
    assert [editor.delete(f"{path}?erase=true").status_code for _ in range(2)] == [204, 204]
    assert editor.delete(path).status_code == 204
    assert editor.delete("/replies/nosuch").status_code == 404


# Loading


def send(client: TestClient, files: dict[str, str], **fields: str) -> Any:
    given = [("files", (name, text.encode())) for name, text in files.items()]
    return client.post("/replies", files=given, data=fields)


def load(client: TestClient, files: dict[str, str], **fields: str) -> Any:
    """Load files and wait for the job to end."""
    answer = send(client, files, **fields)
    assert answer.status_code == 202
    where = answer.headers["location"].removeprefix(ROOT)
    for _ in range(3000):
        job = client.get(where).json()
        if job["state"] not in ("waiting", "running"):
            return job
        time.sleep(0.01)
    raise AssertionError("the job does not end")


def test_files_are_loaded_by_a_job(editor: TestClient) -> None:
    files = {"../../etc/甲.txt": OPEN.format(n=6, matter="东门菜场"), "空.txt": ""}
    job = load(editor, files)
    assert (job["state"], job["by"], job["report"]["added"]) == ("done", "某editor", 1)
    assert job["report"]["failed"] == 1
    assert job["report"]["files"][0]["source"].endswith("/uploads/甲.txt")
    assert editor.delete(f"/jobs/{job['id']}").json()["state"] == "done"
    assert job["id"] in {each["id"] for each in editor.get("/jobs").json()["jobs"]}
    editor.delete(f"/replies/{id_of(editor, '东门菜场')}?erase=true")


def test_a_job_that_waits_is_cancelled(
    services: Services, editor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    held = threading.Event()
    monkeypatch.setattr(
        "app.api.loading_jobs.load_uploads", lambda *_: held.wait(20) and pytest.fail("never")
    )
    first, second = (send(editor, {"7.txt": OPEN.format(n=7, matter="西门")}) for _ in range(2))
    waiting = editor.delete(f"/jobs/{second.json()['id']}").json()
    assert waiting["state"] == "cancelled"
    editor.delete(f"/jobs/{first.json()['id']}")
    held.set()


@pytest.mark.parametrize(
    ("files", "fields"),
    [
        ({"病毒.exe": "x"}, {}),
        ({"a.txt": "x"}, {"replacing": "maybe"}),
        ({"a.txt": "x"}, {"mapping": "{"}),
        ({"a.txt": "x"}, {"mapping": '{"nosuch": "列"}'}),
        ({"a.txt": "x"}, {"other": "1"}),
        ({"a" * 300 + ".txt": "x"}, {}),
        ({}, {"replacing": "true"}),
    ],
)
def test_uploads_that_cannot_be_are_refused(
    editor: TestClient, files: dict[str, str], fields: dict[str, str]
) -> None:
    answer = send(editor, files, **fields)
    assert problem_in(answer) == (422, "unusable")


# Problems and limits


def test_problems_are_told_in_the_language_that_is_asked_for(editor: TestClient) -> None:
    body = {"query": " ", "k": 0, "year": "2021"}
    said = {
        language: editor.post("/search", json=body, headers={"Accept-Language": language})
        for language in ("zh-CN,zh;q=0.9,en;q=0.8", "en-GB", "fr")
    }
    chinese, english, other = (each.json() for each in said.values())
    assert chinese["detail"] == (
        "请求不能用。body.query：不能只有空白；body.k：不小于 1；body.year：没有这一项，请删去。"
    )
    assert english["detail"] == (
        "Something cannot be used. body.query: it must not be blank; body.k: at least 1; "
        "body.year: there is no such key; leave it out."
    )
    assert other == chinese
    assert [each.headers["content-language"] for each in said.values()] == ["zh-CN", "en", "zh-CN"]
    assert english["errors"][1] == {"place": "body.k", "detail": "at least 1"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"foo": ["x"]}, "body.fields.foo：没有这一项，应是 title、agency、"),
        ({"a'b, c": ["x"]}, "body.fields.a'b, c：没有这一项，应是 title、agency、"),
        ({"[key]": "x"}, "web_address 或 medium；body.fields.[key]：应是数组。"),
        ({"date": [1]}, "body.fields.date.0：应是文字。"),
    ],
)
def test_what_there_is_to_choose_from_is_told_in_chinese(
    editor: TestClient, sent: dict[str, Any], said: str
) -> None:
    path = f"/replies/{id_of(editor, MATTERS[0])}"
    assert said in editor.patch(path, json={"fields": sent}).json()["detail"]
    sorting = editor.get("/replies", params={"sort": "foo"}).json()["detail"]
    assert sorting == "请求不能用。query.sort：应是 date、agency、title、number 或 outcome。"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("EN-us, zh;q=0.5", "en"),
        ("zh, en", "zh"),
        ("en;q=0, *", "zh"),
        ("en;q=0.4, zh-Hans;q=0.6", "zh"),
        ("de, en;q=0.1", "en"),
        ("en;q=junk", "zh"),
        (";,;q=" * 500, "zh"),
    ],
)
def test_the_language_of_a_header(accepted: str | None, language: str) -> None:
    assert choose_language(accepted) == language


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/search", {"query": "长" * (LONGEST_QUESTION + 1)}),
        ("/search", {"query": "护栏", "k": MOST_HITS + 1}),
        ("/search", {"query": "护栏", "filters": {"year": "2022-2021"}}),
        ("/search", {"query": "护栏", "filters": {"nosuch": []}}),
        ("/search", {"query": "护栏\ud800"}),
        ("/search", [1]),
        ("/ask", {"question": "长" * (LONGEST_QUESTION + 1)}),
        ("/precedents", {"text": "长" * (LONGEST_PROPOSAL + 1)}),
        ("/coverage", {"text": "建议", "requests": ["a"] * 41}),
        ("/coverage", {"text": "建议", "requests": []}),
    ],
)
def test_what_is_too_much_or_odd_is_refused(editor: TestClient, path: str, body: Any) -> None:
    content = json.dumps(body)
    answer = editor.post(path, content=content, headers={"Content-Type": "application/json"})
    assert problem_in(answer) == (422, "unusable")


@pytest.mark.parametrize("content", [b"{", b"\xff", b'{"query": ' + b"[" * 100_000])
def test_broken_json_is_refused(reader: TestClient, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert reader.post("/search", content=content, headers=headers).status_code in (400, 422)


def test_bodies_are_bounded_whether_or_not_they_say_so(editor: TestClient) -> None:
    def pieces(most: int) -> Iterator[bytes]:
        for _ in range((most >> 20) + 1):
            yield b" " * (1 << 20)

    headers = {"Content-Type": "application/json"}
    said = editor.post("/search", content=b" " * (LARGEST_BODY + 1), headers=headers)
    unsaid = editor.post("/search", content=pieces(LARGEST_BODY), headers=headers)
    lying = {"Content-Length": str(LARGEST_UPLOAD + 1)}
    upload = editor.post("/replies", content=b"", headers=lying)
    for answer in (said, unsaid, upload):
        assert problem_in(answer) == (413, "too-large")


def test_who_asks_too_often_is_told_when_to_come_again(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = services.home.settings.model_copy(update={"calls_per_minute": 3})
    monkeypatch.setattr(services.home, "settings", settings)
    app = mount(services, public=True)
    client = client_of(app, Role.STAFF)
    answers = [client.get("/me") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert problem_in(answers[-1]) == (429, "too-many")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
    visitor = client_of(app)
    assert visitor.get("/me").status_code == 200  # each for themselves
    bad = [visitor.get("/me", headers={"Authorization": "Bearer x"}) for _ in range(4)]
    assert [each.status_code for each in bad] == [401, 401, 401, 429]


def test_the_library_being_written_by_another_is_told(
    editor: TestClient, services: Services
) -> None:
    path = f"/replies/{id_of(editor, MATTERS[0])}"
    with services.home.writing():
        busy = editor.patch(path, json={"fields": {"outcome": ["B"]}})
    assert problem_in(busy) == (503, "busy")
    assert busy.headers["retry-after"] == "5"


def test_a_fault_is_told_without_what_it_was(
    reader: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret of /home/somebody")

    monkeypatch.setattr(services.of(Role.READER), "stats", fail)
    answer = reader.get("/stats")
    assert problem_in(answer) == (500, "fault")
    assert "secret" not in answer.text


# Turns and streams


class Somebody(Request):
    """Somebody who asks, and may have gone."""

    def __init__(self, gone: bool = False) -> None:
        super().__init__({"type": "http"})
        self.gone = gone

    async def is_disconnected(self) -> bool:
        return self.gone


def test_too_many_who_wait_are_refused_and_who_has_gone_is_passed_over() -> None:
    turns = Turns(at_once=1, waiting=1)
    done: list[str] = []

    def work(name: str) -> None:
        time.sleep(0.05)
        done.append(name)

    async def ask(name: str, gone: bool = False) -> None:
        try:
            await turns.run(Somebody(gone), partial(work, name))
        except Gone:
            done.append(f"{name} went")
        except Problem as problem:
            done.append(f"{name} {problem.status_code}")

    async def all_ask() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, "first")
            await anyio.sleep(0.02)
            tasks.start_soon(ask, "second", True)
            await anyio.sleep(0.01)
            tasks.start_soon(ask, "third")

    run_apart(all_ask)
    assert done == ["third 429", "first", "second went"]
    run_apart(ask, "next")  # in another loop
    assert done[-1] == "next"


def events_in(text: str) -> list[tuple[str, Any]]:
    pieces = [piece.split("\n") for piece in text.strip().split("\n\n")]
    return [
        (piece[0].removeprefix("event: "), json.loads(piece[1].removeprefix("data: ")))
        for piece in pieces
        if not piece[0].startswith(":")
    ]


def test_an_answer_comes_piece_by_piece_and_at_last_whole(reader: TestClient) -> None:
    answer = reader.post("/ask/stream", json={"question": QUESTION})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = events_in(answer.text)
    whole = reader.post("/ask", json={"question": QUESTION}).json()
    quotes = [data for name, data in events if name == "quote"]
    assert [name for name, _ in events] == ["started", *["quote"] * len(quotes), "answer", "done"]
    assert dict(events)["answer"] == whole
    assert [quote["text"] for quote in quotes] == [quote["text"] for quote in whole["quotes"]]
    assert quotes[0]["source"]["doc_number"] == "云城函〔2024〕1号"


def test_what_a_model_writes_stands_in_the_stream_once_it_is_checked(
    api: Starlette, reader: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"question": QUESTION, "generate": True}
    refused = reader.post("/ask/stream", json=asked)
    assert refused.status_code == 422
    assert "generator_url" in refused.json()["detail"]
    steps = [
        Generated("小模型", "writing", (Said("补贴二十四万元。", (1,), True, ""),), 1),
        Generated("小模型", "failed", (), 1, 0, "语言模型没有写完。"),
    ]
    generating = services.of(Role.READER).generating
    monkeypatch.setattr(generating, "require", lambda: None)
    monkeypatch.setattr(generating, "write", lambda answer: (step for step in steps))
    events = events_in(reader.post("/ask/stream", json=asked).text)
    names = [name for name, _ in events if name != "quote"]
    assert names == ["started", "generated", "generated", "answer", "done"]
    written = [data for name, data in events if name == "generated"]
    assert written == [to_json(step) for step in steps]
    crowd = api.routes[0].app.state.turns._crowd  # type: ignore[attr-defined]
    monkeypatch.setattr(crowd, "_of_one", 0)
    monkeypatch.setattr(Turns, "run", lambda turns, request, work, *_: in_turn(work))
    events = events_in(reader.post("/ask/stream", json=asked).text)
    assert [name for name, _ in events if name != "quote"] == ["started", "problem"]
    assert events[-1][1]["status"] == 429


async def in_turn(work: Callable[[], Any]) -> Any:
    return work()


def test_a_stream_that_fails_ends_with_the_problem(
    reader: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(services.of(Role.READER), "ask", fail)
    answer = reader.post(
        "/ask/stream", json={"question": QUESTION}, headers={"Accept-Language": "en"}
    )
    (_, (name, problem)) = events_in(answer.text)
    assert (name, problem["status"], problem["title"]) == ("problem", 500, "The server failed")


def test_who_leaves_a_stream_gives_their_turn_back(
    api: Starlette, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[str] = []

    def slow(question: str, *_: object) -> None:
        began.append(question)
        time.sleep(0.3)

    monkeypatch.setattr(services.of(Role.READER), "ask", slow)
    turns = api.routes[0].app.state.turns  # type: ignore[attr-defined]
    monkeypatch.setattr(turns, "_at_once", 1)

    async def leave() -> None:
        body = json.dumps({"question": QUESTION}).encode()
        headers = [
            (b"authorization", b"Bearer token-of-reader"),
            (b"content-type", b"application/json"),
        ]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "method": "POST",
            "path": f"{ROOT}/ask/stream",
            "raw_path": b"",
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "http_version": "1.1",
            "headers": headers,
            "server": ("dafu.test", 80),
            "client": ("192.0.2.1", 1),
        }
        left = anyio.Event()
        sent = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Any:
            for message in sent:
                return message
            await left.wait()
            return {"type": "http.disconnect"}

        async def ignore(message: Any) -> None:
            return

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                sent = iter([{"type": "http.request", "body": body, "more_body": False}])
                tasks.start_soon(api, scope, receive, ignore)
                await anyio.sleep(0.05)
            left.set()

    run_apart(leave)
    assert len(began) == 1
