"""Who may do what: every endpoint of every role's page, with every role's cookie."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx
import pytest
from gradio.context import LocalContext
from openpyxl import load_workbook
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from app.access import Role
from app.accounts import Accounts
from app.actor import Actor, acting, current
from app.audit import Action
from app.evaluation.judging import Judging
from app.services import Services, open_services
from app.settings import load_settings
from app.web import Page
from app.web.files import give
from app.web.guest import GUEST, SIGNED_OUT, Guest
from app.web.parts import tell_errors
from app.web.server import order, timeouts
from app.web.server.addresses import draw_code, list_addresses
from app.web.server.guard import ORIGINAL, Guard
from app.web.server.limits import limits_of
from app.web.server.office import Rights, make_people, serve_office
from app.web.server.people.asked import PATHS, Marks
from app.web.server.people.audited import write_csv
from app.web.server.people.entry import own_view
from app.web.server.people.greeting import Greeter
from app.web.server.people.people import SignInFirst
from app.web.server.reception import Reception
from app.web.server.rooms import Rooms
from app.web.server.serve import make_app
from app.web.server.way import Way
from corpus.errors import InputError
from eval.judging.pool import Pooling, read_topics
from tests.browsing import PATIENCE, program_of
from tests.loops import run_apart
from tests.test_web_routes import CLOSED, USED, Caller, fill, send

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as PageOfBrowser

PASSWORD = "yunqiao-banwen-7"
NAMES = {
    Role.READER: "林读",
    Role.STAFF: "王办",
    Role.EDITOR: "周编",
    Role.ADMINISTRATOR: "管理",
}

REPLY = """云桥区测试局
云测函〔2024〕{number}号
关于{what}的答复
公开属性：{mark}
王小明委员：
您提出的关于{what}的提案收悉，现答复如下：
我局将在今年为{what}安排资金，预计十月完工。
云桥区测试局
2024年5月{number}日
"""


class Office:
    """A served library with an account of each role."""

    def __init__(
        self, home: Path, way: Way | None = None, *, reader_desk: bool | None = None, **rights: Any
    ) -> None:
        settings = load_settings(home, encoder="off", reader_desk=reader_desk)
        self.services: Services = open_services(settings)
        self.accounts = Accounts(self.services.home)
        for role, name in NAMES.items():
            with suppress(Exception):  # the second one finds them there
                self.accounts.add(name, role, PASSWORD)
        given = way or Way(port=0), Rights(**rights)
        self.page: Page = serve_office(self.services, self.accounts, *given)

    def close(self) -> None:
        self.page.close()
        self.accounts.close()
        self.services.close()

    def client(self) -> httpx.Client:
        return program_of(self.page.address)

    def enter(self, role: Role | None) -> httpx.Client:
        """Return a client that is signed in, quickly; None: as nobody."""
        client = self.client()
        if role is not None:
            port = self.page.address.rpartition(":")[2]
            secret = self.accounts.sign_in(NAMES[role], PASSWORD, "127.0.0.1")
            client.cookies.set(f"dafu-session-{port}", secret)
        return client


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    said = ("开", "绿萝路口护栏", "主动公开"), ("闭", "槐荫里雨棚", "不予公开")
    for number, (name, what, mark) in enumerate(said, start=1):
        text = REPLY.format(number=number, what=what, mark=mark)
        (folder / f"{name}.txt").write_text(text, "utf-8")
    with open_services(load_settings(folder / "home", encoder="off")) as services:
        services.of(Role.EDITOR).ingest([folder / "开.txt", folder / "闭.txt"])
    return folder / "home"


@pytest.fixture(scope="module")
def office(home: Path) -> Iterator[Office]:
    office = Office(home)
    yield office
    office.close()


def mark_of(answer: httpx.Response) -> str:
    found = re.search(r'name="mark" value="(\w+)"', answer.text)
    assert found
    return found[1]


def post(client: httpx.Client, path: str, **form: str) -> httpx.Response:
    """Send a form as the page has it."""
    return client.post(path, data={"mark": mark_of(client.get(path)), **form})


PAGES = {
    "/account": Role.READER,
    "/users": Role.ADMINISTRATOR,
    "/audit": Role.ADMINISTRATOR,
    "/audit?as=csv": Role.ADMINISTRATOR,
    "/audit?as=xlsx": Role.ADMINISTRATOR,
}
"""Who at least may look at a page of people."""

ANYBODY = (None, *Role)


def at_least(role: Role | None, least: Role) -> bool:
    order = list(Role)
    return role is not None and order.index(role) >= order.index(least)


@pytest.mark.parametrize("role", ANYBODY)
def test_every_endpoint_by_every_role(
    office: Office, role: Role | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is not signed in gets nothing of a page; who is, is answered by the own role's."""
    answered: list[Role] = []
    find = Rooms.of

    async def of(self: Rooms, asked: Role) -> Any:
        answered.append(asked)
        return await find(self, asked)

    monkeypatch.setattr(Rooms, "of", of)
    with office.enter(role) as client:
        for row in USED:
            method, path = fill(row)
            content = b"{}" if method == "POST" else None
            with client.stream(method, path, content=content) as answer:
                if role is None:
                    assert answer.status_code == (303 if path == "/" else 401), row
                else:
                    closed = (303, 401) if "file=" in row else (303, 401, 403)
                    assert answer.status_code not in closed, row
                    if path == "/gradio_api/upload":
                        answer.read()
                        assert ("不收文件" in answer.text) is not at_least(role, Role.STAFF)
        assert set(answered) == ({role} if role else set())
        for row in CLOSED:
            method, path = fill(row)
            content = b"{}" if method == "POST" else None
            assert client.request(method, path, content=content).status_code == 404, row
        for path, least in PAGES.items():
            expected = 303 if role is None else 200 if at_least(role, least) else 403
            assert client.get(path).status_code == expected, path
        with office.services.home.store.database.reading() as connection:
            (reply_id, *_) = connection.execute("SELECT id FROM replies").fetchone()
        original = client.get(f"{ORIGINAL}{reply_id}").status_code
        assert original == (401 if role is None else 200 if at_least(role, Role.EDITOR) else 404)


def list_functions(office: Office, role: Role) -> tuple[set[str], dict[int, int]]:
    """Return the ids of a role's components, and its functions with how much each takes."""
    with office.enter(role) as client:
        config = client.get("/config").json()
    ids = {str(part["props"].get("elem_id")) for part in config["components"]}
    return ids, {
        each["id"]: len(each["inputs"]) for each in config["dependencies"] if each["backend_fn"]
    }


DESK = {"proposal", "proposal-file", "find", "precedents", "desk-edits", "desk-file", "alike"}
DESK |= {"many", "many-file"}
EDITORS = {"upload-files", "terms-own", "doubts-list", "bin-list", "judging-sheet", "run-set"}


def test_each_role_has_its_own_functions(office: Office) -> None:
    found = {role: list_functions(office, role) for role in Role}
    for role, (ids, _) in found.items():
        assert ids & DESK == (DESK if at_least(role, Role.STAFF) else set())
        assert bool(ids & EDITORS) is role.edits
        assert ids >= EDITORS or not role.edits
    assert found[Role.EDITOR] == found[Role.ADMINISTRATOR]


def look_at(office: Office) -> tuple[object, ...]:
    """Return what only who edits can change."""
    service, audit = office.services.of(Role.EDITOR), office.services.home.audit
    replies = [each.card for each in service.list_replies().listed]
    uploads = sorted((service.settings.home / "uploads").glob("*"))
    harmless = (Action.SIGNED_IN, Action.SIGN_IN_FAILED, Action.EXPORTED)
    done = [each for each in audit.list_entries() if each.action not in harmless]
    return replies, service.bin.list_all(), service.home.terms.load_text(), uploads, done


@pytest.mark.parametrize("role", [Role.READER, Role.STAFF])
def test_an_editors_functions_called_by_others_do_nothing(
    office: Office, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By their numbers, with the values that the editor's own page would send."""
    monkeypatch.setattr(order, "PATIENCE", 0.0)
    before = look_at(office)
    with office.enter(Role.EDITOR) as own, office.enter(role) as client:
        theirs, forged = Caller(office.page, own), Caller(office.page, client)
        known = {each["id"] for each in forged.config["dependencies"] if each["backend_fn"]}
        for function in theirs.config["dependencies"]:
            if not function["backend_fn"]:
                continue
            values = theirs.values(function)
            answer = forged.join(function["id"], values, f"x{function['id']}")
            assert answer.status_code in ((200, 400) if function["id"] in known else (404,))
    assert look_at(office) == before


def open_address(caller: Caller, address: str, visit: str) -> str:
    """Return what the page answers to who opens an address."""
    (links,) = (n for n, part in caller.parts.items() if part["props"].get("elem_id") == "links")
    opening = next(
        each for each in caller.config["dependencies"] if [links, "select"] in each["targets"]
    )
    asked = {"address": address}
    values = caller.values(opening)
    assert caller.join(opening["id"], values, visit, event_data=asked).status_code == 200
    return caller.read(visit)


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "查先例只给"), ("en", "are for staff")])
def test_an_address_of_the_desk_leads_who_has_none_to_signing_in(
    office: Office, language: str, said: str
) -> None:
    address = "precedents?q=%E5%A2%9E%E8%AE%BE%E6%8A%A4%E6%A0%8F"
    for role in (Role.READER, Role.STAFF):
        with office.enter(role) as client:
            client.headers["Accept-Language"] = language
            assert client.get(f"/{address}").status_code == 200
            told = open_address(Caller(office.page, client), address, f"desk-{role}-{language}")
            assert (said in told) is (role is Role.READER)
            assert ("sign-in?next=%2Fprecedents%3Fq%3D" in told) is (role is Role.READER)


def test_a_reader_has_a_desk_where_the_settings_say_so(home: Path) -> None:
    office = Office(home, reader_desk=True, public=True)
    try:
        for role in (None, Role.READER):
            with office.enter(role) as client:
                assert send(client, "提案.txt").status_code == 200
                caller = Caller(office.page, client)
                look_up = caller.function("desk-edits")
                values = caller.values(look_up)
                values[1] = "建议在绿萝路口加装护栏。"
                visit = f"desk-of-{role}"
                assert caller.join(look_up["id"], values, visit).status_code == 200
                assert "绿萝路口护栏" in caller.read(visit)
    finally:
        office.close()


def test_who_sees_what_is_not_public(office: Office) -> None:
    for role in Role:
        with office.enter(role) as client:
            caller = Caller(office.page, client)
            asked = caller.function("question")
            values = caller.values(asked)
            values[0] = "槐荫里雨棚什么时候完工？"
            visit = f"see-{role.value}"
            assert caller.join(asked["id"], values, visit).status_code == 200
            assert ("槐荫里雨棚安排资金" in caller.read(visit)) is role.sees_all


def test_signing_in_by_the_form(office: Office) -> None:
    with office.client() as client:
        sent = client.get("/reply/ab12?mark=3-9", headers={"Sec-Fetch-Site": "cross-site"})
        assert (sent.status_code, sent.headers["location"]) == (
            303,
            "/sign-in?next=%2Freply%2Fab12%3Fmark%3D3-9",
        )
        form = client.get(sent.headers["location"], headers={"Sec-Fetch-Site": "cross-site"})
        assert "script" not in form.headers["content-security-policy"]
        assert form.headers["cache-control"] == "no-store"
        wrong = post(client, "/sign-in", name=NAMES[Role.STAFF], password="x" * 12)
        nobody = post(client, "/sign-in", name="没有此人", password=PASSWORD)
        said = {re.search(r'role="alert">([^<]+)', each.text)[1] for each in (wrong, nobody)}  # type: ignore[index]
        assert (wrong.status_code, nobody.status_code, len(said)) == (401, 401, 1)
        right = post(
            client,
            "/sign-in",
            name=NAMES[Role.STAFF],
            password=PASSWORD,
            next="/reply/ab12?mark=3-9",
        )
        assert (right.status_code, right.headers["location"]) == (303, "/reply/ab12?mark=3-9")
        cookie = next(c for c in right.headers.get_list("set-cookie") if "session" in c).lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert client.get("/account").status_code == 200


def test_a_new_session_has_a_new_secret_and_ends_the_old_one(office: Office) -> None:
    with office.client() as client:
        name = f"dafu-session-{office.page.address.rpartition(':')[2]}"
        client.cookies.set(name, "planted-by-another")
        post(client, "/sign-in", name=NAMES[Role.READER], password=PASSWORD)
        first = client.cookies.get(name, domain="127.0.0.1")
        assert first != "planted-by-another"
        post(client, "/sign-in", name=NAMES[Role.READER], password=PASSWORD)
        assert office.accounts.session(str(first)) is None


@pytest.mark.parametrize(
    "wanted",
    [
        *("//evil.example/ask", "https://evil.example", "/\\evil.example", "javascript:alert(1)"),
        *(
            "/ask\r\nSet-Cookie: x=y",
            "/account",
            "ask",
            "",
            "/gradio_api/config",
            "http://[",
            "/%5cx",
        ),
    ],
)
def test_signing_in_leads_to_no_other_place(wanted: str) -> None:
    assert own_view(wanted) == "/"


def test_who_guesses_waits_and_keeps_nobody_else_out(office: Office) -> None:
    office.accounts.add("被猜的人", Role.READER, PASSWORD)
    office.accounts.sign_in("被猜的人", PASSWORD, "10.0.0.8")
    with office.client() as client:
        answers = [
            post(client, "/sign-in", name="被猜的人", password=f"guess-{n}") for n in range(7)
        ]
        assert [each.status_code for each in answers[-2:]] == [429, 429]
        assert int(answers[-1].headers["retry-after"]) > 0
        assert "秒后再试" in answers[-1].text
    assert office.accounts.sign_in("被猜的人", PASSWORD, "10.0.0.8")


FORMS = ("/sign-in", "/sign-out", "/account", "/users", "/setup")


@pytest.mark.parametrize("path", FORMS)
def test_forms_of_others_are_refused(office: Office, path: str) -> None:
    form = {"do": "add", "name": "混进来的", "role": "administrator", "password": PASSWORD}
    with office.enter(Role.ADMINISTRATOR) as client, office.enter(Role.EDITOR) as other:
        theirs = mark_of(other.get("/account"))
        own = mark_of(client.get("/account"))
        for mark in ("", "x", "\ud7ff", theirs):
            assert client.post(path, data={**form, "mark": mark}).status_code == 403
        for headers in (
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            answer = client.post(path, data={**form, "mark": own}, headers=headers)
            assert answer.status_code == 403
        assert client.post(path, content=b"x" * 20_000).status_code == 413
        assert client.get("/account", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert "混进来的" not in {each.name for each in office.accounts.list_all()}


def test_only_administrators_change_accounts(office: Office) -> None:
    with office.enter(Role.EDITOR) as client:
        mark = mark_of(client.get("/account"))
        form = {"do": "role", "name": NAMES[Role.EDITOR], "role": "administrator", "mark": mark}
        assert client.post("/users", data=form).status_code == 403
    assert office.accounts.get(NAMES[Role.EDITOR]).role is Role.EDITOR


def test_accounts_are_kept_on_their_page(office: Office) -> None:
    with office.enter(Role.ADMINISTRATOR) as client:
        weak = post(client, "/users", do="add", name="新来", role="reader", password="123")
        assert (weak.status_code, "密码太短" in weak.text) == (400, True)
        assert 'value="新来"' in weak.text
        assert '<option value="reader" selected>' in weak.text.partition("建立帐号</h2>")[2]
        assert (
            post(client, "/users", do="add", name="新来", role="reader", password=PASSWORD).headers[
                "location"
            ]
            == "/users?done=add"
        )
        assert "已建立帐号" in client.get("/users?done=add").text
        secret = office.accounts.sign_in("新来", PASSWORD, "10.0.0.9")
        post(client, "/users", do="role", name="新来", role="editor")
        actor = office.accounts.session(secret)
        assert actor
        assert actor.role is Role.EDITOR
        post(client, "/users", do="disable", name="新来")
        assert office.accounts.session(secret) is None
        alone = post(client, "/users", do="disable", name=NAMES[Role.ADMINISTRATOR])
        assert (alone.status_code, "唯一的管理员" in alone.text) == (400, True)
        assert post(client, "/users", do="none").status_code == 400
        audit = client.get("/audit?action=停用帐号").text
        assert "新来" in audit
        assert NAMES[Role.ADMINISTRATOR] in audit


def test_who_does_not_administer_is_told_so_with_a_way_back(office: Office) -> None:
    for path in ("/users", "/audit"):
        with office.enter(Role.EDITOR) as client:
            told = client.get(path)
        assert (told.status_code, told.headers["content-type"][:9]) == (403, "text/html")
        assert "这一页只给管理员看。" in told.text
        assert '<p><a href="/">文库</a></p>' in told.text


def test_ones_own_account(office: Office) -> None:
    office.accounts.add("自己", Role.STAFF, PASSWORD)
    with office.client() as client, office.client() as other:
        for each in (client, other):
            post(each, "/sign-in", name="自己", password=PASSWORD)
        made = post(client, "/account", do="token", label="同步", role="reader", days="30")
        secret = re.search(r"<code>(\S+)</code>", made.text)
        assert secret
        assert secret[1] not in client.get("/account").text
        actor = office.accounts.of_token(secret[1])
        assert actor
        assert actor.role is Role.READER
        (token,) = office.accounts.tokens_of("自己")
        post(client, "/account", do="end-token", number=str(token.number))
        assert office.accounts.of_token(secret[1]) is None
        for days in ("0", "x", "99999", "-1"):
            form = {"do": "token", "label": "同步", "role": "reader", "days": days}
            assert post(client, "/account", **form).status_code == 400
        new = "huaiyin-xin-mima-8"
        fields = {"do": "password", "old": PASSWORD, "password": new, "again": "other-again-9"}
        assert "不一样" in post(client, "/account", **fields).text
        assert post(client, "/account", **{**fields, "again": new}).status_code == 303
        assert client.get("/account").status_code == other.get("/account").status_code == 303
        assert other.get("/config").status_code == 401
        post(client, "/sign-in", name="自己", password=new)
        assert client.get("/account").status_code == 200
        signed_out = client.post("/sign-out", data={"mark": mark_of(client.get("/account"))})
        assert signed_out.headers["location"] == "/sign-in"
        (left, *_) = office.services.home.audit.list_entries(action=Action.SIGNED_OUT)
        assert (left.name, left.address) == ("自己", "127.0.0.1")
        assert client.get("/account").status_code == 303


def test_the_audit_is_exported_as_text(office: Office) -> None:
    with office.enter(Role.ADMINISTRATOR) as client:
        rows = list(
            csv.reader(io.StringIO(client.get("/audit?as=csv").text.removeprefix("\ufeff")))
        )
        sheet = load_workbook(io.BytesIO(client.get("/audit?as=xlsx").content)).active
        assert sheet
        assert rows[0] == [cell.value for cell in sheet[1]]
        assert "日期读不懂" in client.get("/audit?since=someday").text
    written = write_csv([("1", "=1+1", "@SUM", "-1", "+2", "a", "\t")]).decode("utf-8-sig")
    cells = next(csv.reader(io.StringIO(written.splitlines()[1])))
    assert cells == ["1", "'=1+1", "'@SUM", "'-1", "'+2", "a", "'\t"]


def test_what_an_editor_loads_is_in_their_name(office: Office) -> None:
    """The work is done in a thread beside the queue's own."""
    with office.enter(Role.EDITOR) as client:
        caller = Caller(office.page, client)
        text = REPLY.format(number=3, what="青石桥路灯", mark="主动公开")
        (path,) = send(client, "路灯.txt", text.encode()).json()
        load = next(
            each
            for each in caller.config["dependencies"]
            if [t for t in each["targets"] if t[1] == "click"]
            and caller.parts[each["targets"][0][0]]["props"].get("elem_id") == "load"
        )
        values = caller.values(load)
        values[0] = [{"path": path, "meta": {"_type": "gradio.FileData"}}]
        assert caller.join(load["id"], values, "loading").status_code == 200
        assert "路灯" in caller.read("loading")
    entries = office.services.home.audit.list_entries(action=Action.LOADED, name=NAMES[Role.EDITOR])
    assert entries
    assert entries[0].address == "127.0.0.1"


def test_who_judges_does_so_by_the_accounts_name(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "PATIENCE", 0.0)
    home, whom = office.services.home, NAMES[Role.EDITOR]
    with acting(Actor(whom, Role.EDITOR, "10.0.0.7")):
        judging = Judging(home, Role.EDITOR)
        pool = judging.make_pool("雨棚", read_topics("雨棚何时装好？"), Pooling())
    with office.enter(Role.EDITOR) as client:
        caller = Caller(office.page, client)
        begin = caller.function("pool")
        box = begin["inputs"][1]
        show = next(each for each in caller.config["dependencies"] if box in each["outputs"])
        assert caller.join(show["id"], [], "judging").status_code == 200
        told = caller.read("judging").replace(" ", "")
        assert '"interactive":false' in told
        assert caller.join(begin["id"], [pool.number, "别人"], "judging").status_code == 200
        said = caller.read("judging")
        assert whom in said
        assert "别人" not in said
    judging.delete_pool(pool.number)
    about = [(e.name, e.about) for e in home.audit.list_entries(action=Action.JUDGED)]
    assert about[1] == (whom, f"汇集第 {pool.number} 批，{pool.items} 段")
    assert about[0][1] == f"删除第 {pool.number} 批"


def test_a_visit_is_of_who_began_it(office: Office) -> None:
    with office.enter(Role.EDITOR) as client, office.enter(Role.ADMINISTRATOR) as other:
        own, forged = Caller(office.page, client), Caller(office.page, other)
        asked = own.function("question")
        values = own.values(asked)
        assert own.join(asked["id"], values, "mine").status_code == 200
        assert forged.join(asked["id"], values, "mine").status_code == 403
        stream = other.get("/gradio_api/queue/data", params={"session_hash": "mine"})
        assert stream.status_code == 403
        assert other.post("/gradio_api/reset", json={"session_hash": "mine"}).status_code == 403
        own.read("mine")


def test_another_roles_uploads_are_out_of_reach(office: Office) -> None:
    with office.enter(Role.EDITOR) as client, office.enter(Role.STAFF) as other:
        (path,) = send(client, "内部.txt", "内部资料".encode()).json()
        assert client.get(f"/gradio_api/file={path}").status_code == 200
        assert other.get(f"/gradio_api/file={path}").status_code in (403, 404)
        forged = Caller(office.page, other)
        upload = forged.function("proposal-file")
        file = {"path": path, "meta": {"_type": "gradio.FileData"}}
        values = [[file], *forged.values(upload)[1:]]
        assert forged.join(upload["id"], values, "steal").status_code == 400


def test_what_is_to_be_saved_is_served_by_its_roles_page_alone(
    office: Office, tmp_path: Path
) -> None:
    made = tmp_path / "底稿.docx"
    made.write_bytes(b"PK")
    path = give(Role.EDITOR, made)
    with office.enter(Role.EDITOR) as client, office.enter(Role.READER) as other:
        assert client.get(f"/gradio_api/file={path}").content == b"PK"
        assert other.get(f"/gradio_api/file={path}").status_code in (403, 404)


@pytest.mark.parametrize("role", Role)
def test_the_library_itself_is_changed_by_editors_alone(
    office: Office, role: Role, tmp_path: Path
) -> None:
    service = office.services.of(role)
    doors = (
        lambda: service.ingest([tmp_path]),
        lambda: service.remove([]),
        service.rebuild,
    )
    for door in doors:
        if role.edits:
            door()
            continue
        with pytest.raises(InputError, match="只有编辑和管理员"):
            door()


# When a session ends


def test_an_event_goes_no_further_once_its_session_has_ended() -> None:
    """Each of its steps asks anew, and acts for whoever it is of."""
    left = iter((True, True, False))
    guest = Guest(Actor("王办", Role.STAFF), lambda: next(left))
    scope = {"type": "http", "headers": [], GUEST: guest}

    @tell_errors(lambda words: words)
    def count() -> Iterator[str]:
        for number in range(9):
            yield f"{number} {current().name}"

    class Event:
        request = Request(scope)

    LocalContext.request.set(Event())  # type: ignore[arg-type]
    try:
        assert list(count()) == ["0 王办", "1 王办", SIGNED_OUT]
    finally:
        LocalContext.request.set(None)


def test_an_open_stream_ends_with_its_session() -> None:
    stays = True
    disconnected = False

    async def room(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal stays, disconnected
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        stays = False
        await send({"type": "http.response.body", "body": b"second", "more_body": True})
        disconnected = (await receive())["type"] == "http.disconnect"

    class OneRoom:
        async def of(self, role: Role) -> Any:
            return room

    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(3600)
        return {}

    async def run() -> None:
        def greet(_: Scope) -> Guest:
            return Guest(Actor("王办", Role.STAFF), lambda: stays)

        async def note(message: Message) -> None:
            sent.append(message)

        reception = Reception(OneRoom(), greet, room)  # type: ignore[arg-type]
        await reception({"type": "http", "path": "/gradio_api/queue/data"}, receive, note)

    run_apart(run)
    assert [each.get("body") for each in sent] == [None, b"first", b""]
    assert not sent[-1].get("more_body")
    assert disconnected


def test_another_role_holds_at_once(office: Office) -> None:
    office.accounts.add("升降", Role.READER, PASSWORD)
    with office.client() as client:
        post(client, "/sign-in", name="升降", password=PASSWORD)
        assert "judging-sheet" not in client.get("/config").text
        office.accounts.set_role("升降", Role.EDITOR)
        assert "judging-sheet" in client.get("/config").text
        office.accounts.set_role("升降", Role.READER)
        assert "judging-sheet" not in client.get("/config").text
        office.accounts.set_disabled("升降", True)
        assert client.get("/config").status_code == 401


def test_a_page_of_another_role_or_start_is_refused_whatever_it_calls(home: Path) -> None:
    """Its functions go by numbers, which are others' on the page that would answer."""
    office = Office(home, public=True)
    try:
        office.accounts.add("换页", Role.READER, PASSWORD)
        with office.client() as client:
            post(client, "/sign-in", name="换页", password=PASSWORD)
            reader = {"Dafu-Page": str(client.get("/config").json()["app_id"])}

            def ask(page: dict[str, str]) -> tuple[int, str]:
                answers = (
                    client.get("/gradio_api/app_id", headers=page),
                    client.post("/gradio_api/queue/join", json={}, headers=page),
                    client.get("/config", headers=page | {"Accept-Language": "en"}),
                )
                (status,) = {answer.status_code for answer in answers[::2]}
                assert status in (200, answers[1].status_code)
                return status, answers[0].json().get("detail", "")

            assert ask(reader) == ask({}) == (200, "")
            assert ask({"Dafu-Page": "7"})[0] == ask({"Dafu-Page": "undefined"})[0] == 410
            office.accounts.set_role("换页", Role.STAFF)
            staff = {"Dafu-Page": str(client.get("/config").json()["app_id"])}
            status, said = ask(reader)
            assert (status, "角色是工作人员，" in said) == (409, True)
            assert ask(staff) == (200, "")
            office.accounts.set_role("换页", Role.READER)
            assert ask(staff)[0] == 409
            office.accounts.end_sessions("换页")
            assert ask(staff)[0] == 401
    finally:
        office.close()


# Reading without an account, and the first administrator


def test_a_public_page_is_a_readers_and_offers_to_sign_in(home: Path) -> None:
    office = Office(home, public=True)
    try:
        with office.client() as client:
            assert client.get("/").status_code == 200
            assert "judging-sheet" not in client.get("/config").text
            assert client.get("/account").status_code == 303
            assert client.get("/users").status_code == 303
            caller = Caller(office.page, client)
            (head,) = (n for n, p in caller.parts.items() if p["props"].get("elem_id") == "header")
            shown = next(x for x in caller.config["dependencies"] if head in x["outputs"])
            caller.join(shown["id"], caller.values(shown), "head")
            assert "sign-in" in caller.read("head")
        with office.enter(Role.EDITOR) as client:
            assert "judging-sheet" in client.get("/config").text
    finally:
        office.close()


def test_the_first_administrator_is_made_by_who_has_the_code(tmp_path: Path) -> None:
    with open_services(load_settings(tmp_path / "home", encoder="off")) as services:
        accounts = Accounts(services.home)
        page = serve_office(services, accounts, Way(port=0))
        try:
            with program_of(page.address) as client:
                assert "还没有管理员" in client.get("/sign-in").text
                for code in ("", "?code=", "?code=x"):
                    assert client.get(f"/setup{code}").status_code == 404
                form = client.get(page.setup)
                code = page.setup.partition("code=")[2]
                fields = {
                    "name": " 首任 ",
                    "password": PASSWORD,
                    "again": PASSWORD,
                    "mark": mark_of(form),
                }
                assert client.post("/setup", data={**fields, "code": "x"}).status_code == 404
                other = client.post("/setup", data={**fields, "again": "x", "code": code})
                assert "不一样" in other.text
                made = client.post("/setup", data={**fields, "code": code})
                assert (made.status_code, made.headers["location"]) == (303, "/users")
                assert client.get("/users").status_code == 200
                assert client.get(page.setup).status_code == 404
                assert "本机命令行" not in client.get("/audit").text
                entries = services.home.audit.list_entries()
                said = [(e.action, e.name, e.role, e.address, e.about) for e in reversed(entries)]
                whence = "首任", "administrator", "127.0.0.1"
                assert said == [
                    ("建立帐号", *whence, "首任，管理员"),
                    ("登录", *whence, ""),
                ]
        finally:
            page.close()
            accounts.close()


# How the page is reached


def ask_guard(guard: Guard, scheme: str = "https") -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(guard)
        async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://h.test") as client:
            return await client.get("/sign-in")

    return run_apart(run)


def test_by_tls_cookies_are_of_this_host_alone(office: Office) -> None:
    marks = Marks(b"key")
    greeter = Greeter(office.accounts, marks, public=False)
    people = make_people(office.services, office.accounts, greeter, marks, "")
    guard = Guard(people, pages=PATHS, local=False)
    by_tls, plain = ask_guard(guard), ask_guard(guard, "http")
    assert by_tls.headers["strict-transport-security"] == "max-age=31536000"
    assert by_tls.headers["set-cookie"].startswith("__Host-dafu-form-")
    assert "secure" in by_tls.headers["set-cookie"].lower()
    assert "strict-transport-security" not in plain.headers
    assert "secure" not in plain.headers["set-cookie"].lower()
    assert ask_guard(Guard(people, pages=PATHS)).headers.get("strict-transport-security") is None


def test_only_named_proxies_are_believed(home: Path) -> None:
    forged = {"X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "https"}
    for proxies, seen in (((), "127.0.0.1"), (("127.0.0.1",), "10.9.8.7")):
        office = Office(home, Way(port=0, names=("h.test",), proxies=proxies))
        try:
            with office.client() as client:
                asked = client.get("/sign-in", headers={**forged, "Host": "h.test"})
                assert ("secure" in asked.headers["set-cookie"].lower()) is bool(proxies)
                assert client.get("/sign-in", headers={"Host": "evil.test"}).status_code == 400
                assert client.get("/sign-in", headers={"Host": "H.test:99"}).status_code == 200
                form = {"mark": "x", "name": NAMES[Role.STAFF], "password": "x"}
                form["mark"] = mark_of(asked)
                cookies = asked.headers["set-cookie"].partition(";")[0]
                headers = {
                    **forged,
                    "Cookie": cookies,
                    "Origin": "https://h.test",
                    "Host": "h.test",
                }
                assert client.post("/sign-in", data=form, headers=headers).status_code == 401
            entries = office.services.home.audit.list_entries(action=Action.SIGN_IN_FAILED)
            assert entries[0].address == seen
        finally:
            office.close()


def test_what_lies_beside_the_page_says_itself_who_may_use_it(office: Office) -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("beside")(scope, receive, send)

    class NoRooms:
        async def close(self) -> None:
            pass

    reception = Reception(NoRooms(), lambda _: None, SignInFirst())  # type: ignore[arg-type]
    app = make_app(reception, Way(), mounts=[Mount("/api/v1", answer)])
    with TestClient(app, base_url="http://127.0.0.1") as client:
        got = client.post("/api/v1/ask")
        assert (got.status_code, got.text) == (200, "beside")
        # Only this machine reaches it, so no other site may send it anything.
        foreign = {"Sec-Fetch-Site": "cross-site"}
        assert client.post("/api/v1/ask", headers=foreign).status_code == 403
        assert "default-src 'none'" in got.headers["content-security-policy"]
        assert client.get("/api/v1x").status_code == 404
        assert client.get("/api/v1/ask", headers={"Host": "evil.test"}).status_code == 400
        assert client.get("/config").status_code == 401


def test_addresses_for_colleagues_are_of_real_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    held = {
        "lo": ("127.0.0.1", "::1"),
        "eth0": ("192.168.7.20", "fe80::1%eth0", "fd00::7", "aa:bb:cc:dd:ee:ff"),
        "docker0": ("172.17.0.1",),
        "wlan0": ("169.254.3.4", "10.7.0.3"),
        "eth1": ("192.168.9.9",),
    }
    cards = {name: [SimpleNamespace(address=a) for a in each] for name, each in held.items()}
    monkeypatch.setattr("psutil.net_if_addrs", lambda: cards)
    up = {name: SimpleNamespace(isup=name != "eth1") for name in held}
    monkeypatch.setattr("psutil.net_if_stats", lambda: up)
    four = ["http://192.168.7.20:7860", "http://10.7.0.3:7860"]
    assert list_addresses("0.0.0.0", 7860) == four
    assert list_addresses("::", 443, "https") == [
        "https://192.168.7.20",
        "https://[fd00::7]",
        "https://10.7.0.3",
    ]
    assert list_addresses("192.168.7.20", 80) == ["http://192.168.7.20"]
    assert len(draw_code(four[0]).splitlines()) > 10


# Limits


@pytest.mark.parametrize(("role", "call", "times"), [(Role.READER, 1, 1), (Role.EDITOR, 16, 5)])
def test_limits_are_by_role(role: Role, call: int, times: int, tmp_path: Path) -> None:
    limits = limits_of(role, load_settings(tmp_path))
    assert (limits.call, limits.per_minute) == (call << 20, times * 600)
    assert bool(limits.uploads) is not role.edits


def test_a_full_queue_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.server.inbox.WAITING", 0)
    with office.enter(Role.READER) as client:
        caller = Caller(office.page, client)
        asked = caller.function("question")
        answer = caller.join(asked["id"], caller.values(asked), "full")
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "15")
        assert "用的人太多" in answer.json()["detail"]


def test_nobody_is_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeouts, "SENDING", 0.05)
    monkeypatch.setattr(timeouts, "ANSWERING", 0.1)

    async def never() -> Message:
        await asyncio.sleep(60)
        return {}

    async def at_once() -> Message:
        return {"type": "http.request", "body": b"{}"}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await asyncio.sleep(60)

    async def run(receive: Receive) -> int:
        sent: list[Message] = []

        async def note(message: Message) -> None:
            sent.append(message)

        scope = {"type": "http", "path": "/gradio_api/queue/join", "method": "POST", "headers": []}
        await timeouts.Timeouts(app)(scope, receive, note)
        return int(sent[0]["status"])

    assert run_apart(run, never) == 408
    assert run_apart(run, at_once) == 503


# In a browser


def sign_in(tab: PageOfBrowser, office: Office, role: Role) -> None:
    """Sign in by keys alone, as somebody who follows a link does."""
    tab.goto(f"{office.page.address}/library")
    tab.get_by_label("用户名").wait_for()
    tab.keyboard.type(NAMES[role])
    tab.keyboard.press("Tab")
    tab.keyboard.type(PASSWORD)
    tab.keyboard.press("Enter")
    tab.locator("#library-words").wait_for(state="visible", timeout=PATIENCE)


@pytest.mark.slow
def test_two_roles_in_two_browsers_at_once(office: Office, browser: Browser) -> None:
    with (
        browser.new_context(locale="zh-CN") as first,
        browser.new_context(locale="zh-CN") as second,
    ):
        reader, editor = first.new_page(), second.new_page()
        sign_in(reader, office, Role.READER)
        sign_in(editor, office, Role.EDITOR)
        assert reader.url.endswith("/library")
        assert reader.locator("#upload").count() == 0
        editor.locator("#upload").wait_for(timeout=PATIENCE)
        editor.locator("#library").get_by_text("槐荫里雨棚").first.wait_for(timeout=PATIENCE)
        reader.locator("#library").get_by_text("绿萝路口护栏").first.wait_for(timeout=PATIENCE)
        assert reader.locator("#library").get_by_text("槐荫里雨棚").count() == 0
        editor.get_by_role("button", name="退出").click(timeout=PATIENCE)
        editor.get_by_label("用户名").wait_for(timeout=PATIENCE)
        editor.goto(f"{office.page.address}/library")
        editor.get_by_label("用户名").wait_for(timeout=PATIENCE)
        reader.locator("#library-words input, #library-words textarea").fill("护栏")
        reader.locator("#library-find").click()
        reader.locator("#library .snippet, #library .count").first.wait_for(timeout=PATIENCE)
        reader.get_by_role("link", name=NAMES[Role.READER]).click()
        reader.get_by_role("heading", name="帐号").wait_for(timeout=PATIENCE)
        assert reader.get_by_role("link", name="用户").count() == 0


def change_role(office: Office) -> None:
    office.accounts.set_role("升降", Role.READER)


def disable(office: Office) -> None:
    office.accounts.set_disabled("升降", True)


def set_password(office: Office) -> None:
    office.accounts.set_password("升降", f"{PASSWORD}-2")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (disable, "登录已结束，请重新登录"),
        (set_password, "登录已结束，请重新登录"),
        (change_role, "您现在的角色是只读"),
    ],
)
def test_an_open_page_says_once_why_it_goes_on_no_longer(
    home: Path, browser: Browser, change: Callable[[Office], None], said: str
) -> None:
    office = Office(home)
    try:
        with suppress(InputError):
            office.accounts.add("升降", Role.STAFF, PASSWORD)
        office.accounts.set_role("升降", Role.STAFF)
        office.accounts.set_disabled("升降", False)
        office.accounts.set_password("升降", PASSWORD)
        secret = office.accounts.sign_in("升降", PASSWORD, "127.0.0.1")
        with office.enter(Role.READER) as client:
            client.get("/config")  # makes the readers' page
        with browser.new_context(locale="zh-CN") as context:
            port = office.page.address.rpartition(":")[2]
            cookie = {"name": f"dafu-session-{port}", "value": secret, "url": office.page.address}
            context.add_cookies([cookie])  # type: ignore[list-item]
            tab = context.new_page()
            tab.goto(f"{office.page.address}/library?q=护栏")
            tab.locator("#library .snippet, #library .count").first.wait_for(timeout=PATIENCE)
            change(office)
            tab.locator("#library-words input, #library-words textarea").fill("雨棚")
            tab.locator("#library-find").click()
            tab.locator(".notice", has_text=said).wait_for(timeout=PATIENCE)
            tab.wait_for_timeout(500)
            told = [
                each.inner_text()
                for each in tab.locator(".notice, .toast-wrap").all()
                if each.is_visible()
            ]
            assert len(told) == 1, told
            link = tab.locator(".signed-out-notice a")
            assert link.is_visible() is (change is not change_role)
            if link.is_visible():
                link.click()
                tab.get_by_label("用户名").wait_for(timeout=PATIENCE)
                assert unquote(tab.locator("[name=next]").input_value()) == "/library?q=护栏"
    finally:
        office.close()
