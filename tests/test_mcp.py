"""The door for language models, asked by the SDK's own client: what roles see, and what is refused.

The same server stands behind standard input and HTTP; most is asked of it in memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx2
import jsonschema
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from app.access import NO_DESK, Role
from app.accounts import Accounts
from app.actor import VISITOR, Actor
from app.links import add_links
from app.mcp.http import PATH, McpDoor
from app.mcp.links import links_of, read_uri, uri_of
from app.mcp.schemas import schema_of
from app.mcp.server import Caller, make_server
from app.mcp.tools import TOOLS
from app.narrowing import FilterModel
from app.services import Services, open_services
from app.settings import load_settings
from corpus.serialise import to_json
from tests.apis import ROOT, problem_in
from tests.homes import write_letters
from tests.loops import run_apart

CLOSED = """柳川市水务局
柳供函〔2024〕77号
公开属性：不予公开
关于老旧水表更换的答复
周晓彤委员：
您提出的关于老旧水表更换的提案收悉。现答复如下：
一、老旧水表更换已列入明年计划，首批更换四千只，请联系人宋佳怡，电话13912345678。
柳川市水务局
2024年8月9日
"""

QUESTION = "电梯加装第7号由哪些部门摸排？"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("模型")
    write_letters(folder / "letters", range(1, 9))
    open_letter = (
        CLOSED.replace("不予公开", "主动公开").replace("水表", "燃气表").replace("水务", "燃气")
    )
    (folder / "letters" / "closed.txt").write_text(CLOSED, encoding="utf-8")
    (folder / "letters" / "open.txt").write_text(open_letter, encoding="utf-8")
    with open_services(load_settings(folder / "home", reader_desk=True)) as services:
        services.of(Role.ADMINISTRATOR).ingest([folder / "letters"])
        yield services


Talk = Callable[[Client], Awaitable[Any]]


def talk(services: Services, role: Role, told: Talk, page: str | None = None) -> Any:
    """Let a client in memory talk to the server as somebody of a role; return what it got."""
    server = make_server(lambda _: Caller(Actor("某人", role), services.of(role), page), "1.0")

    async def run() -> Any:
        async with Client(server) as client:
            return await told(client)

    return run_apart(run)


def call(services: Services, tool: str, role: Role = Role.READER, **arguments: Any) -> Any:
    async def told(client: Client) -> Any:
        return await client.call_tool(tool, arguments)

    return talk(services, role, told)


def said(result: Any) -> str:
    return str(result.content[0].text)


def test_the_tools_are_described_in_both_languages_and_change_nothing(services: Services) -> None:
    async def told(client: Client) -> Any:
        return client.instructions, (await client.list_tools()).tools

    instructions, tools = talk(services, Role.READER, told)
    assert [tool.name for tool in tools] == list(TOOLS)
    assert "不要编造" in instructions
    assert "verbatim" in instructions
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert any("一" <= character <= "鿿" for character in tool.description)
        assert "\n" in tool.description  # the English part has a line of its own
        assert 150 < len(tool.description) < 1_500
        assert tool.input_schema["additionalProperties"] is False
        assert all(each["description"] for each in tool.input_schema["properties"].values())


CALLS: dict[str, dict[str, Any]] = {
    "search": {"query": "电梯加装", "agency": "城市管理", "k": 3},
    "ask": {"question": QUESTION},
    "precedents": {"text": "关于推进老旧小区电梯加装的提案：建议摸排点位、建立台账。", "k": 2},
    "read_reply": {},
    "list_facets": {"k": 2},
}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_a_tool_gives_is_what_its_schema_says(services: Services, tool: str) -> None:
    arguments = dict(CALLS[tool])
    if tool == "read_reply":
        arguments["reply_id"] = services.of(Role.READER).list_replies().cards[0].reply_id
    result = call(services, tool, **arguments)
    assert not result.is_error
    assert json.loads(said(result)) == result.structured_content
    jsonschema.validate(result.structured_content, schema_of(TOOLS[tool].gives))


def test_answers_have_the_keys_of_the_command_line_and_links(services: Services) -> None:
    answer = call(services, "ask", question=QUESTION).structured_content
    quote = answer["quotes"][0]
    link = f"dafu://reply/{quote['reply_id']}?mark={quote['start']}-{quote['end']}"
    assert quote["link"] == link
    assert quote["address"] is None
    expected = to_json(services.of(Role.READER).ask(QUESTION))
    assert expected.keys() == answer.keys()
    assert expected["quotes"][0].items() <= quote.items()

    async def told(client: Client) -> Any:
        return await client.read_resource(link)

    text, about = talk(services, Role.READER, told).contents
    assert text.text[quote["start"] : quote["end"]] == quote["text"]
    assert json.loads(about.text)["mark"]["text"] == quote["text"]


def test_the_page_of_the_library_is_linked_where_there_is_one(services: Services) -> None:
    async def told(client: Client) -> Any:
        return await client.call_tool("search", {"query": "河道清淤", "k": 1})

    page = "http://127.0.0.1:7912/"
    hit = talk(services, Role.READER, told, page).structured_content["hits"][0]
    assert hit["address"] == f"{page}reply/{hit['reply_id']}?mark={hit['start']}-{hit['end']}"


def test_a_reader_meets_nothing_that_is_closed_and_no_personal_data(services: Services) -> None:
    owner = services.of(Role.ADMINISTRATOR)
    closed = next(c for c in owner.list_replies().cards if c.disclosure == "不予公开").reply_id
    queries = ("老旧水表更换", "宋佳怡", "13912345678", "联系人电话")

    async def told(client: Client) -> list[str]:
        texts = [
            said(await client.call_tool(name, arguments))
            for name, arguments in CALLS.items()
            if name != "read_reply"
        ]
        texts.append(said(await client.call_tool("read_reply", {"reply_id": closed})))
        assert "没有这些编号的答复" in texts.pop()
        for query in queries:
            for tool, name in (("search", "query"), ("ask", "question"), ("precedents", "text")):
                found = (await client.call_tool(tool, {name: query})).structured_content
                found.pop(name, None)  # says what was asked for
                texts.append(json.dumps(found, ensure_ascii=False))
        for resource in (await client.list_resources()).resources:
            texts.append(resource.model_dump_json())
            read = await client.read_resource(resource.uri)
            texts += [each.model_dump_json() for each in read.contents]
        with pytest.raises(MCPError, match="没有这些编号的答复"):
            await client.read_resource(uri_of(closed))
        return texts

    whole = "\n".join(talk(services, Role.READER, told))
    assert "燃气表更换已列入明年计划，首批更换四千只，请联系人＊＊＊，电话＊" in whole
    for secret in (closed, "水表", "宋佳怡", "13912345678"):
        assert secret not in whole
    seen = call(services, "search", Role.STAFF, query="老旧水表更换").structured_content
    assert closed in [hit["reply_id"] for hit in seen["hits"]]


def test_only_editors_learn_in_which_folder_a_file_lies(services: Services) -> None:
    def source(role: Role) -> str:
        found = call(services, "search", role, query="河道清淤", k=1)
        return str(found.structured_content["hits"][0]["source"])

    sources = {role: source(role) for role in (Role.READER, Role.STAFF, Role.EDITOR)}
    assert "/" not in sources[Role.READER]
    assert sources[Role.READER] == sources[Role.STAFF]
    assert sources[Role.EDITOR].endswith(f"/letters/{sources[Role.READER]}")


def test_precedents_are_for_who_has_a_desk(services: Services) -> None:
    async def told(client: Client) -> Any:
        names = [tool.name for tool in (await client.list_tools()).tools]
        return names, await client.call_tool("precedents", CALLS["precedents"])

    with open_services(load_settings(services.home.folder)) as others:
        names, refused = talk(others, Role.READER, told)
        assert names == [name for name in TOOLS if name != "precedents"]
        assert (refused.is_error, said(refused)) == (True, NO_DESK)
        names, found = talk(others, Role.STAFF, told)
        assert (names, found.is_error) == (list(TOOLS), False)


def test_a_long_reply_is_read_in_parts(services: Services) -> None:
    reply_id = services.of(Role.READER).list_replies().cards[0].reply_id
    text, start = "", 0
    while True:
        part = call(
            services, "read_reply", reply_id=reply_id, start=start, length=50
        ).structured_content
        assert (part["start"], part["link"]) == (
            start,
            f"dafu://reply/{reply_id}?mark={start}-{part['end']}",
        )
        text, start = text + part["text"], part["end"]
        if start == part["characters"]:
            break
    assert text == services.of(Role.READER).show(reply_id).text


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("search", {"query": "电梯", "k": "许多"}, '参数 k 不能是 "许多"，应为 1 到 30 的整数。'),
        ("search", {"query": "电梯", "k": 10**30}, "应为 1 到 30 的整数。"),
        ("search", {"words": "电梯"}, "缺少参数 query（文字）；没有参数 words，可用的有 agency、"),
        ("search", {"query": ["电梯"]}, "应为文字。"),
        ("search", {"query": "电梯", "agency": ["局"] * 21}, "应为文字的列表，最多 20 项"),
        ("search", {"query": "电梯", "agency": [""]}, "应为文字的列表"),
        ("search", {"query": " "}, "没有要查的内容。"),
        ("search", {"query": "电" * 3_000}, "最多 2,000 字"),
        ("search", {"query": "电梯", "year": "去年"}, "年份读不懂：去年。"),
        ("ask", {"question": "电梯？", "exactly": "大概"}, "应为 true 或 false。"),
        ("precedents", {"text": "提" * 60_000}, "最多 50,000 字"),
        ("read_reply", {"reply_id": "../../etc/passwd"}, "没有这些编号的答复"),
        ("read_reply", {"reply_id": "x", "length": 10**6}, "应为 1 到 20000 的整数。"),
        ("delete_all", {}, "没有工具 delete_all，可用的有 search、ask、"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    services: Services, tool: str, arguments: dict[str, Any], sentence: str
) -> None:
    result = call(services, tool, **arguments)
    assert result.is_error
    assert sentence in said(result)
    assert len(said(result)) < 300
    for word in ("Traceback", "pydantic", "validation", "Error", "input_"):
        assert word not in said(result)


def test_filters_are_those_of_the_api_and_one_word_may_come_alone(services: Services) -> None:
    for tool in ("search", "ask", "precedents"):
        told = TOOLS[tool].arguments.model_json_schema()["properties"]
        bounded = FilterModel.model_json_schema()["properties"]
        assert {name: told[name] for name in bounded} == bounded
    alone, listed, none = (
        call(services, "search", query="电梯", agency=given, year=year).structured_content["hits"]
        for given, year in (("城市管理", "2024"), (["城市管理"], "2024"), ("", None))
    )
    assert alone == listed
    assert len(none) >= len(alone) > 0


def test_a_fault_is_told_without_its_own_words(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret of /srv/home")

    monkeypatch.setattr(services.of(Role.READER), "search", fail)
    result = call(services, "search", query="电梯")
    assert result.is_error
    assert said(result).startswith("出了没有料到的错（RuntimeError）")
    assert "secret" not in said(result)


def test_resources_are_listed_page_by_page(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.mcp.server.LISTED", 4)

    async def told(client: Client) -> list[list[str]]:
        pages, cursor = [], None
        while True:
            page = await client.list_resources(cursor=cursor)
            pages.append([resource.uri for resource in page.resources])
            cursor = page.next_cursor
            if cursor is None:
                break
        for wrong in ("-1", "四", "1e9", "9" * 400):
            with pytest.raises(MCPError, match="读不懂从哪里接着列"):
                await client.list_resources(cursor=wrong)
        templates = (await client.list_resource_templates()).resource_templates
        assert [each.uri_template for each in templates] == ["dafu://reply/{reply_id}{?mark}"]
        return pages

    pages = talk(services, Role.READER, told)
    assert [len(page) for page in pages] == [4, 4, 1]
    expected = [uri_of(c.reply_id) for c in services.of(Role.READER).list_replies().cards]
    assert [uri for page in pages for uri in page] == expected


@pytest.mark.parametrize(
    "uri",
    ["file:///etc/passwd", "dafu://reply/", "dafu://reply/a/b", "dafu://reply/a?x=1", "dafu:"],
)
def test_there_are_no_other_resources(services: Services, uri: str) -> None:
    async def told(client: Client) -> None:
        with pytest.raises(MCPError, match="没有这样的资源"):
            await client.read_resource(uri)

    talk(services, Role.ADMINISTRATOR, told)


def test_any_id_can_be_written_as_a_resource() -> None:
    for reply_id in ("3f2a", "留言-2023.1_a", "答" * 64):
        assert read_uri(uri_of(reply_id, 3, 9)) == (reply_id, 3, 9)
        assert read_uri(uri_of(reply_id)) == (reply_id, -1, -1)
    half = add_links({"reply_id": "a", "start": None, "end": 3}, partial(links_of, None), True)
    assert half["link"] == "dafu://reply/a"


def test_a_call_that_is_cancelled_holds_nobody_up(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, going_on, begun = services.of(Role.READER), threading.Event(), threading.Event()
    search = reader.search

    def wait(*given: Any) -> Any:
        begun.set()
        assert going_on.wait(60)
        return search(*given)

    monkeypatch.setattr(reader, "search", wait)

    async def told(client: Client) -> Any:
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as calls:
                calls.start_soon(client.call_tool, "search", {"query": "电梯"})
                while not begun.is_set():
                    await anyio.sleep(0.01)
                scope.cancel()
        return await client.call_tool("list_facets", {})

    try:
        assert talk(services, Role.READER, told).structured_content["replies"] == 9
    finally:
        going_on.set()


# Over HTTP

HOST = "http://dafu.test:7860"


class Tokens:
    """Knows a token for each role, named as it."""

    def of_token(self, secret: str, address: str = "") -> Actor | None:
        return Actor("小王", Role(secret), address) if secret in list(Role) else None


def door(services: Services, **given: Any) -> McpDoor:
    return McpDoor(services, Tokens(), {"dafu.test"}, **given)


def post(app: ASGIApp, content: Any = b"", method: str = "POST", **headers: str) -> Any:
    """Send one request; return the response."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    accept = {"accept": "application/json, text/event-stream", "content-type": "application/json"}

    async def run() -> Any:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=HOST) as client:
            return await client.request(method, "/mcp", content=content, headers=accept | named)

    return run_apart(run)


LIST_TOOLS = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_token_opens_what_its_role_may_see(services: Services, mode: str) -> None:
    async def search(role: Role) -> Any:
        transport = httpx2.ASGITransport(door(services))
        headers = {"Authorization": f"Bearer {role}"}
        async with (
            httpx2.AsyncClient(transport=transport, headers=headers) as http,
            Client(streamable_http_client(f"{HOST}/mcp", http_client=http), mode=mode) as client,
        ):
            assert len((await client.list_tools()).tools) == len(TOOLS)
            result = await client.call_tool("search", {"query": "老旧水表更换"})
            return result.structured_content["hits"]

    seen = {role: run_apart(search, role) for role in (Role.READER, Role.STAFF)}
    marks = {role: {hit["disclosure"] for hit in hits} for role, hits in seen.items()}
    assert "不予公开" not in marks[Role.READER]
    assert "不予公开" in marks[Role.STAFF]
    first = seen[Role.STAFF][0]
    place = f"{first['reply_id']}?mark={first['start']}-{first['end']}"
    assert first["address"] == f"{HOST}/reply/{place}"


def test_without_a_token_nobody_is_answered(services: Services) -> None:
    app = door(services)
    nobody = post(app, LIST_TOOLS)
    assert problem_in(nobody) == (401, "unauthorized")
    assert nobody.headers["www-authenticate"] == 'Bearer realm="dafu"'
    for wrong in ("Basic cmVhZGVyOng=", "Bearer", "reader", "Bearer 0123"):
        refused = post(app, LIST_TOOLS, authorization=wrong)
        assert problem_in(refused) == (401, "unauthorized")
        assert "invalid_token" in refused.headers["www-authenticate"]
    # Where reading is open to all, a wrong token is still told.
    app = door(services, open_to_visitors=True)
    assert post(app, LIST_TOOLS).status_code == 200
    assert post(app, LIST_TOOLS, authorization="Bearer 0123").status_code == 401


def test_what_is_refused_is_told_as_the_api_tells_it(services: Services) -> None:
    """In both languages, with the way to where the API explains it."""
    told = [post(door(services), accept_language=language) for language in ("zh-CN", "en-GB,en")]
    assert [each.headers["content-language"] for each in told] == ["zh-CN", "en"]
    assert [each.json()["title"] for each in told] == ["需要令牌", "A token is needed"]
    assert {each.json()["type"] for each in told} == {f"{ROOT}/docs#unauthorized"}
    mounted = Starlette(routes=[Mount("/dafu", routes=[Route(PATH, door(services))])])

    async def run() -> Any:
        transport = httpx2.ASGITransport(mounted)
        async with httpx2.AsyncClient(transport=transport, base_url=HOST) as client:
            return await client.post("/dafu/mcp")

    assert run_apart(run).json()["type"] == f"/dafu{ROOT}/docs#unauthorized"


def test_visitors_are_readers(services: Services) -> None:
    asked = {"name": "search", "arguments": {"query": "老旧水表更换"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": asked}
    answer = post(door(services, open_to_visitors=True), json.dumps(message).encode())
    assert "燃气表" in answer.text
    assert "更换四千只" not in answer.text.replace("燃气表更换已列入明年计划，首批更换四千只", "")
    assert VISITOR.role is Role.READER


def test_other_names_sites_and_methods_are_refused(services: Services) -> None:
    app, token = door(services), "Bearer reader"
    assert post(app, LIST_TOOLS, authorization=token).status_code == 200
    assert post(app, LIST_TOOLS, authorization=token, origin=HOST).status_code == 200
    rebound = post(app, LIST_TOOLS, authorization=token, host="evil.test:7860")
    assert problem_in(rebound) == (403, "foreign")
    for origin in ("http://evil.test", "null", "http://dafu.test", "https://dafu.test:7861"):
        foreign = post(app, LIST_TOOLS, authorization=token, origin=origin)
        assert problem_in(foreign) == (403, "foreign")
    for method in ("GET", "DELETE", "PUT", "OPTIONS"):
        refused = post(app, method=method, authorization=token)
        assert problem_in(refused) == (405, "method-not-allowed")
        assert refused.headers["allow"] == "POST"
    anywhere = McpDoor(services, Tokens())
    assert post(anywhere, LIST_TOOLS, authorization=token, host="office.test").status_code == 200
    foreign = post(anywhere, LIST_TOOLS, authorization=token, origin="http://evil.test")
    assert problem_in(foreign) == (403, "foreign")


def test_who_comes_too_often_waits(services: Services, tmp_path: Path) -> None:
    with open_services(load_settings(tmp_path, calls_per_minute=3)) as few:
        app = door(few)
        answers = [post(app, LIST_TOOLS, authorization="Bearer reader") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert problem_in(answers[3]) == (429, "too-many")
        assert 0 < int(answers[3].headers["retry-after"]) <= 60
        guesses = [post(app, LIST_TOOLS, authorization="Bearer 0") for _ in range(4)]
        assert [answer.status_code for answer in guesses] == [401, 401, 401, 429]


def test_a_token_of_an_account_opens_it_beside_the_page(services: Services) -> None:
    """As `dafu serve` mounts it: at /mcp itself, without being sent elsewhere."""
    with closing(Accounts(services.home)) as accounts:
        accounts.add("陈老师", Role.STAFF, "correct-horse-battery")
        token = accounts.make_token("陈老师", "助手", Role.READER)
        app = Starlette(routes=[Route(PATH, McpDoor(services, accounts, {"dafu.test"}))])
        assert post(app, LIST_TOOLS, authorization=f"Bearer {token}").status_code == 200
        assert post(app, LIST_TOOLS, authorization="Bearer wrong").status_code == 401
        accounts.end_token(accounts.tokens_of("陈老师")[0].number)
        assert post(app, LIST_TOOLS, authorization=f"Bearer {token}").status_code == 401


def test_what_is_no_message_is_refused_and_nothing_is_kept(services: Services) -> None:
    app, token = door(services), "Bearer reader"
    for content in (b"", b"{", b"[]", b"\xff\xfe", b"[" * 20_000, b"null", b'{"jsonrpc":"2.0"}'):
        answer = post(app, content, authorization=token)
        assert problem_in(answer) == (400, "malformed")
        assert "不是 JSON-RPC 2.0 的消息" in answer.json()["detail"]
        assert "Traceback" not in answer.text
    assert problem_in(post(app, b" " * (2 << 20), authorization=token)) == (413, "too-large")

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * (1 << 16)

    assert problem_in(post(app, endless(), authorization=token)) == (413, "too-large")
    answer = post(app, LIST_TOOLS, authorization=token, mcp_session_id="0" * 64)
    assert answer.status_code == 200
    assert "mcp-session-id" not in answer.headers


# Over standard input and output


@pytest.mark.slow
def test_a_program_starts_it_and_only_messages_come_out(services: Services) -> None:
    home = services.home.folder
    root = Path(__file__).resolve().parents[1]
    arguments = ["-m", "app", "mcp", "--home", str(home), "--page", "http://127.0.0.1:7860"]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    program = StdioServerParameters(command=sys.executable, args=arguments, env=environment)

    async def ask() -> Any:
        async with Client(stdio_client(program)) as client:
            return await client.call_tool("search", {"query": "河道清淤", "k": 1})

    hit = run_apart(ask).structured_content["hits"][0]
    assert hit["address"].startswith("http://127.0.0.1:7860/reply/")
    assert hit["source"] == "8.txt"

    lines = [LIST_TOOLS, b"{broken", b'{"jsonrpc": "2.0", "id": 2, "method": "nothing"}']
    done = subprocess.run(
        [sys.executable, *arguments],
        input=b"\n".join(lines) + b"\n",
        capture_output=True,
        env=environment,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    assert [json.loads(line)["jsonrpc"] for line in done.stdout.splitlines()]
    assert b"Traceback" not in done.stderr
