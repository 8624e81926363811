"""Every route of the installed Gradio, against what another site or a forged request may try."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio.exceptions import Error
from starlette.types import ASGIApp

from app.access import Role, is_local
from app.service import open_service
from app.settings import load_settings
from app.web import Page, serve
from app.web.files import upload_folder, visits
from app.web.server import inbox, limits, order
from app.web.server.lifespans import running
from app.web.server.rooms import make_room
from tests.browsing import program_of
from tests.loops import run_apart

ROOT = Path(__file__).resolve().parents[1]

REPLY = """云桥区测试局
云测函〔2024〕1号
关于绿萝路口护栏的答复
公开属性：主动公开
王小明委员：
您提出的关于绿萝路口加装护栏的提案收悉，现答复如下：
我局将在绿萝路口加装护栏，预计今年完工。
云桥区测试局
2024年5月6日
"""

USED = (
    *("GET /", "HEAD /", "GET /config", "GET /config/", "GET /theme.css", "GET /favicon.ico"),
    *("GET /manifest.json", "GET /pwa_icon", "GET /pwa_icon/{size}", "GET /static/{path:path}"),
    *("GET /assets/{path:path}", "GET /svelte/{path:path}", "GET /gradio_api/app_id"),
    *("GET /gradio_api/app_id/", "GET /gradio_api/theme.css", "GET /gradio_api/startup-events"),
    *("GET /gradio_api/heartbeat/{session_hash}", "GET /gradio_api/queue/data"),
    *("GET /gradio_api/upload_progress", "GET /gradio_api/file={path_or_url:path}"),
    *("HEAD /gradio_api/file={path_or_url:path}", "POST /gradio_api/queue/join"),
    *("POST /gradio_api/cancel", "POST /gradio_api/reset", "POST /gradio_api/upload"),
)
"""What the page uses: whoever adds a line has asked what a stranger could do with it."""

VIEWS = (
    *("/ask?q=护栏", "/precedents", "/library?q=护栏&page=2", "/promises", "/evaluation"),
    *(
        "/reply/194c63370dd4?mark=3-9",
        "/reply/none",
        "/reply/194c63370dd4/matter?mark=3-9",
        "/policies?policy=x&page=2",
        "/ask?q=<script>alert(1)</script>",
        "/ask?key=x",
    ),
)
"""Addresses of views: each is answered by the page's own document, whatever it asks for."""

NO_VIEWS = (
    *("/ask/", "/Ask", "/ask.html", "/askx", "/reply", "/reply/", "/reply/a/b", "/reply/a/"),
    *("/reply/..%2f..%2fetc", "/reply/%3Cscript%3E", "/reply/a%0d%0ab", "/reply/" + "a" * 65),
    *("/reply//evil.example", "//evil.example/ask", "/x/ask", "/promises/1", "/doubts"),
    *("/reply/a/matter/", "/reply//matter", "/matter", "/policies/x"),
)
"""What looks like a view and is none."""

CLOSED = (
    *("GET /openapi.json", "HEAD /openapi.json", "POST /login", "POST /login/", "GET /logout"),
    *("GET /robots.txt", "GET /monitoring", "GET /monitoring/summary", "GET /monitoring/{key}"),
    *(
        f"GET /gradio_api/{name}{end}"
        for name in ("user", "login_check", "token", "runs")
        for end in ("", "/")
    ),
    *("GET /gradio_api/deep_link", "GET /gradio_api/dev/reload", "GET /gradio_api/info"),
    *("GET /gradio_api/info/", "GET /gradio_api/openapi.json", "GET /gradio_api/queue/status"),
    "GET /gradio_api/custom_component/{id}/{environment}/{type}/{file_name}",
    *("GET /gradio_api/proxy={url_path:path}", "HEAD /gradio_api/proxy={url_path:path}"),
    *("GET /gradio_api/file/{path:path}", "POST /gradio_api/reset/"),
    *("POST /gradio_api/stream/{event_id}", "POST /gradio_api/stream/{event_id}/close"),
    "GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8",
    "GET /gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}",
    "GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file",
    *(
        f"POST /gradio_api/{name}/{{api_name}}{end}"
        for name in ("api", "run", "call", "call/v2")
        for end in ("", "/")
    ),
    *(
        "GET /gradio_api/call/{api_name}/{event_id}",
        "GET /gradio_api/call/v2/{api_name}/{event_id}",
    ),
    *("POST /gradio_api/component_server", "POST /gradio_api/component_server/"),
    "POST /gradio_api/process_recording",
    *(
        f"POST /gradio_api/{name}{end}"
        for name in ("vibe-edit", "undo-vibe-edit", "vibe-code", "vibe-starter-queries")
        for end in ("", "/")
    ),
    *("GET /gradio_api/vibe-code", "GET /gradio_api/vibe-code/"),
)
"""What the page has no use for: it is not there."""

FILLED = {"{size}": "192", "{path:path}": "x", "{session_hash}": "abc", "{path_or_url:path}": "x"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("routes")
    (folder / "护栏.txt").write_text(REPLY, encoding="utf-8")
    with open_service(load_settings(folder / "home")) as service:
        service.ingest([folder / "护栏.txt"])
    return folder / "home"


@pytest.fixture(scope="module")
def public(home: Path) -> Iterator[Page]:
    """The page as visitors have it; what they upload is only read."""
    with open_service(load_settings(home, calls_per_minute=0), Role.READER) as service:
        page = serve(service)
        yield page
        page.close()


@pytest.fixture(scope="module")
def owner(home: Path) -> Iterator[Page]:
    with open_service(load_settings(home)) as service:
        page = serve(service)
        yield page
        page.close()


def open_client(page: Page) -> httpx.Client:
    return program_of(page.address)


def list_routes(app: Any) -> Iterator[str]:
    for route in getattr(app, "routes", ()):
        for method in getattr(route, "methods", None) or ():
            yield f"{method} {route.path}"
        yield from list_routes(getattr(route, "app", None))
        yield from list_routes(getattr(route, "original_router", None))


def fill(row: str) -> tuple[str, str]:
    method, path = row.split(" ")
    for name, value in FILLED.items():
        path = path.replace(name, value)
    return method, re.sub(r"\{.*?\}", "x", path)


def ask(page: Page, row: str, **headers: str) -> httpx.Response:
    """Ask for a route, and leave as soon as it has answered: some go on for ever."""
    method, path = fill(row)
    asked = {name.replace("_", "-"): value for name, value in headers.items()}
    content = b"{}" if method == "POST" else None
    with (
        open_client(page) as client,
        client.stream(method, path, headers=asked, content=content) as answer,
    ):
        return answer


def test_every_route_has_its_row(home: Path) -> None:
    with open_service(load_settings(home), Role.READER) as service:
        routes = set(list_routes(make_room(service)))
    assert len(routes) > 60
    assert sorted(routes - {*USED, *CLOSED}) == []
    assert sorted({*USED, *CLOSED} - routes) == []


@pytest.mark.parametrize("address", VIEWS)
def test_a_view_is_the_same_document_which_learns_nothing_of_what_is_asked(
    public: Page, address: str
) -> None:
    with open_client(public) as client:
        plain, got = client.get("/"), client.get(address)
        assert got.status_code == 200
        assert got.headers["cache-control"] == "no-store"
        assert "nonce-" in got.headers["content-security-policy"]
        for said in ("护栏", "alert(1)", "194c63370dd4", "mark=3-9"):
            assert said not in got.text
        base = "../" * (address.partition("?")[0].count("/") - 1) or "./"
        assert f'<base href="{base}" />' in got.text
        changing = r'nonce="[^"]+"|<base [^>]+>|"app_id":\d+'
        assert re.sub(changing, "", got.text) == re.sub(changing, "", plain.text)
        assert client.head(address).status_code == 200


@pytest.mark.parametrize("address", NO_VIEWS)
def test_what_is_no_view_is_not_there(public: Page, address: str) -> None:
    with open_client(public) as client:
        assert client.get(public.address + address).status_code == 404


@pytest.mark.parametrize("address", VIEWS)
def test_views_are_for_this_page_alone(public: Page, owner: Page, address: str) -> None:
    with open_client(public) as client:
        assert client.post(address, content=b"{}").status_code == 404
        assert client.get(address, headers={"Host": "evil.example"}).status_code == 400
        assert client.get(address, headers={"Origin": "http://evil.example"}).status_code == 403
        assert client.get(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
    with open_client(owner) as client:
        refused = client.get(address)
        assert (refused.status_code, "钥匙" in refused.text) == (403, True)
        followed = client.get(address, headers={"Sec-Fetch-Site": "cross-site"})
        assert (followed.status_code, "地址栏" in followed.text) == (403, True)


def test_the_key_opens_a_view_and_goes_out_of_its_address(owner: Page) -> None:
    key = owner.entrance.partition("key=")[2]
    with open_client(owner) as client:
        entered = client.get(f"/reply/ab12?mark=1-2&key={key}")
        assert (entered.status_code, entered.headers["location"]) == (303, "/reply/ab12?mark=1-2")
        asked = client.get(f"/ask?q=%0d%0aSet-Cookie:x&key={key}&agency=%E7%94%B2")
        assert asked.headers["location"] == "/ask?q=%0D%0ASet-Cookie%3Ax&agency=%E7%94%B2"
        assert client.get("/reply/ab12?mark=1-2").status_code == 200
        assert client.get(owner.entrance).headers["location"] == "/"


def test_no_address_is_logged(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with open_service(load_settings(home), Role.READER) as service:
        page = serve(service)
        with open_client(page) as client:
            for address in ("/ask?q=hidden-question", "/hidden-question", "/ask?q=%zz%00hidden-q"):
                client.get(address)
        page.close()
    kept = "".join(path.read_text(encoding="utf-8") for path in (home / "logs").glob("*"))
    assert "hidden" not in kept + "".join(capfd.readouterr())


@pytest.mark.parametrize("row", CLOSED)
def test_what_the_page_does_not_use_is_not_there(public: Page, row: str) -> None:
    assert ask(public, row).status_code == 404


@pytest.mark.parametrize("row", USED)
def test_other_names_and_other_sites_are_refused(public: Page, row: str) -> None:
    assert ask(public, row, Host="evil.example").status_code == 400
    assert ask(public, row, Origin="http://evil.example").status_code == 403
    assert ask(public, row, Origin="null").status_code == 403
    own = public.address
    assert ask(public, row, Origin=own.replace("127.0.0.1", "localhost")).status_code == 403
    assert ask(public, row, Origin=re.sub(r"\d+$", "1", own)).status_code == 403
    followed = fill(row)[1] == "/"
    for site in ("cross-site", "same-site"):
        answer = ask(public, row, Sec_Fetch_Site=site)
        assert (answer.status_code == 403) != followed
        assert "frame-ancestors" in answer.headers["content-security-policy"] or "file=" in row


@pytest.mark.parametrize("row", USED)
def test_the_owners_page_wants_its_key(owner: Page, row: str) -> None:
    assert ask(owner, row).status_code == 403
    port = owner.address.rpartition(":")[2]
    assert ask(owner, row, Cookie=f"dafu-key-{port}=wrong").status_code == 403


def test_the_key_opens_the_page_once_and_stays_in_a_cookie(owner: Page) -> None:
    with open_client(owner) as client:
        assert client.get("/?key=wrong").status_code == 403
        entered = client.get(owner.entrance)
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        cookie = entered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert client.get("/").status_code == 200
        assert client.get("/config").status_code == 200
        assert client.get("/config", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("host", "local"),
    [
        *(("127.0.0.1", True), ("127.0.0.2", True), ("localhost", True), ("::1", True)),
        *(("0.0.0.0", False), ("192.168.1.5", False), ("example.org", False)),
    ],
)
def test_every_address_of_this_machine_alone_is_local(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_another_address_of_this_machine_takes_no_other_name(home: Path) -> None:
    with open_service(load_settings(home)) as service:
        page = serve(service, "127.0.0.2")
        try:
            with open_client(page) as client:
                assert client.get(page.entrance).status_code == 303
                assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
        finally:
            page.close()


def test_scripts_run_only_by_the_number_of_their_answer(public: Page) -> None:
    numbers = set()
    with open_client(public) as client:
        for _ in range(2):
            got = client.get("/?deep_link=x&view=api")
            policy = dict(
                part.strip().split(" ", 1)
                for part in got.headers["content-security-policy"].split(";")
            )
            scripts = re.findall(r"<script[^>]*", got.text)
            number = re.findall(r"'nonce-([^']+)'", policy["script-src"])[0]
            assert scripts
            assert all(f'nonce="{number}"' in script for script in scripts)
            assert "unsafe-inline" not in policy["script-src"]
            assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
            assert got.headers["cache-control"] == "no-store"
            for name in ("cross-origin-opener-policy", "cross-origin-resource-policy"):
                assert got.headers[name] == "same-origin"
            numbers.add(number)
    assert len(numbers) == 2


def test_what_was_uploaded_goes_when_the_system_ends_the_page(home: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app", "serve", "--no-open", "--home", str(home)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout
        (address,) = re.findall(r"http://[^（]+", process.stdout.readline())
        with program_of(address) as client:
            assert send(client, "提案.txt").status_code == 200
        assert [path.name for path in tmp_path.rglob("*.txt")] == ["提案.txt"]
        process.terminate()
        assert process.wait(60) == 0
    assert not list(tmp_path.glob("dafu-page-*"))


# Calls


class Caller:
    """Forges what a page sends."""

    def __init__(self, page: Page, client: httpx.Client) -> None:
        self.client = client
        client.get(page.entrance, follow_redirects=True)
        self.config = client.get("/config").json()
        self.parts = {part["id"]: part for part in self.config["components"]}

    def function(self, element: str) -> dict[str, Any]:
        """The first call whose first input is the component of that id in the page."""
        (wanted,) = (
            number for number, part in self.parts.items() if part["props"].get("elem_id") == element
        )
        return next(c for c in self.config["dependencies"] if c["inputs"][:1] == [wanted])

    def values(self, function: dict[str, Any]) -> list[Any]:
        return [self.parts[number]["props"].get("value") for number in function["inputs"]]

    def join(self, number: Any, data: Any, session: Any = "forged", **more: Any) -> httpx.Response:
        body = {"fn_index": number, "data": data, "session_hash": session, **more}
        kind = {"Content-Type": "application/json"}
        content = json.dumps(body)  # as it is: httpx itself would not write half a surrogate pair
        return self.client.post("/gradio_api/queue/join", content=content, headers=kind)

    def read(self, session: str = "forged") -> str:
        """Read what a visit is told, and leave at its end as the page does."""
        said: list[str] = []
        asked = {"session_hash": session}
        with self.client.stream("GET", inbox.STREAM, params=asked) as stream:
            for line in stream.iter_lines():
                said.append(line)
                if inbox.ENDED.decode() in line:
                    break
        return "\n".join(said)


@pytest.fixture
def caller(public: Page) -> Iterator[Caller]:
    with open_client(public) as client:
        yield Caller(public, client)


def test_a_call_of_the_page_is_answered(caller: Caller) -> None:
    asked = caller.function("question")
    values = caller.values(asked)
    values[0] = "绿萝路口什么时候加装护栏？"
    assert caller.join(asked["id"], values).status_code == 200
    assert "护栏" in caller.read()


@pytest.mark.parametrize("number", [9999, -1, None, "1", True, [], {}, 1.5, 10**30])
def test_functions_that_are_not_there(
    caller: Caller, capfd: pytest.CaptureFixture[str], number: Any
) -> None:
    if number is True:
        return  # JSON's true is no number, and Python's is 1
    answer = caller.join(number, [])
    assert (answer.status_code, answer.json()["detail"]) == (404, "没有这个功能。请刷新页面。")
    assert "Traceback" not in capfd.readouterr().err


def test_the_owners_functions_are_not_there_for_visitors(owner: Page, caller: Caller) -> None:
    with open_client(owner) as client:
        own = Caller(owner, client).config
    names = {part["props"].get("elem_id") for part in own["components"]}
    shown = {part["props"].get("elem_id") for part in caller.config["components"]}
    assert {"upload-files", "terms-own", "doubts-list", "judging-sheet"} <= names - shown
    assert len(own["dependencies"]) > len(caller.config["dependencies"])


WRONG: tuple[Any, ...] = (
    *(17, 1.5, True, [], {}, ["x", {}], {"path": "/etc/passwd"}, [None], "x" * 1000),
    *({"path": {"path": "/etc/passwd"}}, {"__type__": "update", "value": 1}, [["x"]] * 3),
    *({"path": None, "url": "http://127.0.0.1:1/"}, "\ud800", "\r\n\0"),
)


def test_values_of_wrong_forms_reach_no_handler(
    home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them in each place of each function: it is refused, or answered without a crash.

    In this process and one visit a function: a visit's state is costly to make, as is the text of
    a traceback.
    """
    raised: set[str] = set()
    monkeypatch.setattr(traceback, "print_exc", lambda: raised.add(sys.exc_info()[0].__name__))  # type: ignore[union-attr]
    monkeypatch.setattr(order, "PATIENCE", 0.0)
    with open_service(load_settings(home, calls_per_minute=0), Role.READER) as service:
        run_apart(send_wrong_values, make_room(service))
    assert raised <= {Error.__name__}  # what Gradio says of a choice that there is not
    error = capfd.readouterr().err
    for word in ("AttributeError", "TypeError", "the page failed"):
        assert word not in error


async def send_wrong_values(room: ASGIApp) -> None:
    transport = httpx.ASGITransport(room)
    async with (
        running(room),
        httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as client,
    ):
        config = (await client.get("/config")).json()
        parts = {part["id"]: part["props"].get("value") for part in config["components"]}

        async def join(number: Any, data: Any, visit: Any) -> int:
            call = json.dumps({"fn_index": number, "data": data, "session_hash": visit})
            kind = {"Content-Type": "application/json"}
            return (await client.post(inbox.JOIN, content=call, headers=kind)).status_code

        asked = 0
        for function in config["dependencies"]:
            if not function["backend_fn"]:
                continue
            number, inputs = function["id"], function["inputs"]
            statuses = Counter[int]()
            for place in range(min(3, len(inputs))):
                for wrong in WRONG:
                    values = [parts[each] for each in inputs]
                    values[place] = wrong
                    statuses[await join(number, values, f"w{number}")] += 1
            assert set(statuses) <= {200, 400}
            asked += statuses[200]
            if statuses[200]:
                answers = await client.get(inbox.STREAM, params={"session_hash": f"w{number}"})
                assert answers.text.count('"process_completed"') == statuses[200]
            wrong_data: tuple[Any, ...] = (None, {}, "x", [None] * 99)
            for data in wrong_data:
                assert await join(number, data, "wrong") == 400
        assert asked > 500
        wrong_visits: tuple[Any, ...] = (None, 1, "", "../x", "x" * 65, "a b", [])
        for visit in wrong_visits:
            assert await join(0, [], visit) == 400


def test_calls_reach_uploaded_files_only(caller: Caller, tmp_path: Path) -> None:
    folder = visits(Role.READER).folder
    own, secret = folder / "own.txt", tmp_path / "secret.txt"
    own.write_text("新增护栏", encoding="utf-8")
    secret.write_text("绝密正文", encoding="utf-8")
    link, inner = folder / "link.txt", folder / "inner"
    link.symlink_to(secret)
    inner.symlink_to(tmp_path)
    upload = caller.function("proposal-file")
    file = {"path": str(own), "meta": {"_type": "gradio.FileData"}}
    filters = caller.values(upload)[1:]
    given = [[file], *filters]
    assert caller.join(upload["id"], given).status_code == 200
    assert "新增护栏" in caller.read()
    forged = (
        *(str(secret), f"{own.parent}/../{secret.name}", "http://127.0.0.1/secret.txt"),
        *(str(link), str(inner / "secret.txt"), "own.txt", "file://" + str(own), "", "\0"),
    )
    for path in forged:
        answer = caller.join(upload["id"], [[{**file, "path": path}], *filters])
        assert answer.status_code == 400
        more = {"x": [{"path": path}]}
        assert caller.join(upload["id"], given, event_data=more).status_code == 400
    link.unlink()
    inner.unlink()


def test_what_is_too_long_is_refused_before_it_is_read(caller: Caller) -> None:
    asked = caller.function("question")
    answer = caller.join(asked["id"], ["答" * (1 << 20)])
    assert (answer.status_code, answer.json()["detail"]) == (413, "内容太长了。")

    def endless() -> Iterator[bytes]:
        yield from repeat(b"[" * (1 << 16), 200)

    try:  # without a length, and longer than anybody reads it
        answer = caller.client.post("/gradio_api/queue/join", content=endless())
        assert answer.status_code == 413
    except httpx.TransportError:
        pass  # closed while it was still being sent
    deep = caller.client.post("/gradio_api/queue/join", content=b"[" * 100_000)
    assert deep.status_code == 400


def test_one_address_may_not_call_for_ever(home: Path) -> None:
    with open_service(load_settings(home, calls_per_minute=3), Role.READER) as service:
        page = serve(service)
        try:
            with open_client(page) as client:
                forged = Caller(page, client)
                statuses = [forged.join(9999, []).status_code for _ in range(5)]
                assert statuses == [404, 404, 404, 429, 429]
                assert forged.join(9999, []).json()["detail"].startswith("请求太频繁")
        finally:
            page.close()


def test_a_stream_of_nobody_ends_without_a_traceback(
    caller: Caller, capfd: pytest.CaptureFixture[str]
) -> None:
    assert "session_not_found" in caller.read("nobody")
    assert "Traceback" not in capfd.readouterr().err


# Files


def send(client: httpx.Client, name: str, content: bytes = b"x") -> httpx.Response:
    """Upload a file under a name that is written as it is, whatever httpx would make of it."""
    head = f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    body = head.encode("utf-8", "surrogateescape") + content + b"\r\n--b--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    return client.post("/gradio_api/upload", content=body, headers=kind)


@pytest.mark.parametrize(
    "name",
    [
        *("a.svg", "a.html", "..\\x.txt", "../../x.txt", "/etc/x.txt", "x" * 300 + ".txt", "", "."),
        *(
            "a\r\nSet-Cookie: x=y.txt",
            "a\0b.txt",
            "CON",
            "a%00.txt",
            "\u202etxt.exe",
            "~",
            "..",
            "长" * 200,
        ),
    ],
)
def test_names_of_uploads(public: Page, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    with open_client(public) as client:
        answer = send(client, name, b"<script>alert(1)</script>")
        assert answer.status_code in (200, 400)
        assert "set-cookie" not in answer.headers
        for path in answer.json() if answer.status_code == 200 else ():
            assert Path(path).resolve().is_relative_to(upload_folder())
            assert len(Path(path).name.encode()) <= 255
            got = client.get(f"/gradio_api/file={path}")
            assert "sandbox" in got.headers["content-security-policy"]
            assert got.headers["x-content-type-options"] == "nosniff"
            if name.endswith((".svg", ".html")):
                assert got.headers["content-disposition"].startswith("attachment")
    assert "Traceback" not in capfd.readouterr().err


def test_files_have_bounds_of_their_own_and_in_all(
    public: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_client(public) as client:
        endless = client.post("/gradio_api/upload", content=iter([b"x"]))
        assert endless.status_code == 411
        assert send(client, "a.txt", b"x" * (limits.LARGEST_UPLOAD + 1)).status_code == 413
        monkeypatch.setattr(inbox, "ROOM", 1000)
        assert send(client, "a.txt", b"x" * 2000).status_code == 507


def test_one_address_may_not_upload_for_ever(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOADS", 1000)
    with open_service(load_settings(home), Role.READER) as service:
        page = serve(service)
        try:
            with open_client(page) as client:
                answers = [send(client, "a.txt", b"x" * 300) for _ in range(4)]
                assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
                assert answers[-1].headers["retry-after"] == "3600"
        finally:
            page.close()


def test_what_a_visit_uploaded_goes_with_it(caller: Caller) -> None:
    (path,) = send(caller.client, "提案.txt", "新增护栏".encode()).json()
    upload = caller.function("proposal-file")
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    for session in ("first", "second"):
        caller.join(upload["id"], [[file], *caller.values(upload)[1:]], session)
        caller.read(session)
    visits(Role.READER).end("first")
    assert Path(path).exists()
    visits(Role.READER).end("second")
    assert not Path(path).exists()
