"""The API's documentation: the OpenAPI document, its examples and page, and docs/api.md."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
import uvicorn
from lxml import html

from app.access import Role
from app.api.openapi import EXAMPLES, load_examples
from app.services import Services
from tests.apis import ROOT, TOKENS, client_of, mount, open_library
from tools.api_examples import make_examples, open_samples, write

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "api.md"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with open_library(tmp_path_factory.mktemp("api")) as services:
        yield services


@pytest.fixture(scope="module")
def document(services: Services) -> Any:
    return client_of(mount(services)).get("/openapi.json").json()


@pytest.fixture(scope="module")
def served(services: Services) -> Iterator[str]:
    """The address of a server."""
    config = uvicorn.Config(mount(services), port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}{ROOT}"
    server.should_exit = True
    thread.join(10)


def operations(document: Any) -> list[Any]:
    return [each for path in document["paths"].values() for each in path.values()]


def test_every_operation_is_told_in_both_languages_with_an_example(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    for operation in operations(document):
        for said in (operation["summary"], operation["description"]):
            assert re.search("[\u4e00-\u9fff]", said), operation["operationId"]
            assert re.search("[A-Za-z]{3}", said), operation["operationId"]
        assert {"400", "401", "403", "404", "422", "429", "503"} <= operation["responses"].keys()
    assert {each["operationId"] for each in operations(document)} == load_examples().keys()


def test_every_key_is_told_in_words(document: Any) -> None:
    for name, schema in document["components"]["schemas"].items():
        for key, each in schema.get("properties", {}).items():
            described = "$ref" in each or each.get("description") or name == "Links"
            assert described, f"{name}.{key}"


def test_examples_are_as_their_schemas_say(document: Any) -> None:
    checked = 0
    for operation in operations(document):
        contents = [
            content
            for response in operation["responses"].values()
            for content in response.get("content", {}).values()
        ]
        contents += operation.get("requestBody", {}).get("content", {}).values()
        for content in contents:
            if "example" in content:
                schema = {**content["schema"], "components": document["components"]}
                jsonschema_rs.validator_for(schema).validate(content["example"])
                checked += 1
    assert checked >= 22


@pytest.mark.slow
def test_examples_are_what_the_samples_answer(tmp_path: Path) -> None:
    with open_samples(tmp_path / "home") as samples:
        made = write(make_examples(samples))
    told = EXAMPLES.read_text(encoding="utf-8")
    assert made == told, "please run `python -m tools.api_examples`"


def test_the_page_has_no_script_and_asks_no_other_host(services: Services) -> None:
    answer = client_of(mount(services)).get("/docs")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = html.fromstring(answer.text)

    def find(path: str) -> list[str]:
        found = page.xpath(path)
        assert isinstance(found, list)
        return [str(each) for each in found]

    assert not find("//script | //*[@style] | //iframe | //img | //form | //@onclick")
    asked = [*find("//link/@href"), *find("//@src"), *find("//a/@href")]
    assert {urlsplit(each).netloc for each in asked} == {""}
    assert find("//link/@href") == [f"{ROOT}/docs.css"]
    ids = find("//@id")
    assert len(ids) == len(set(ids))
    assert {each[1:] for each in asked if each.startswith("#")} - set(ids) == set()


def test_the_kind_of_a_problem_leads_to_the_page(services: Services) -> None:
    client = client_of(mount(services))
    path, _, anchor = client.get("/nosuch").json()["type"].removeprefix(ROOT).partition("#")
    assert html.fromstring(client.get(path).text).xpath(f"//*[@id='{anchor}']")


def blocks(language: str) -> list[str]:
    text = DOCUMENT.read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(blocks("bash"))))
def test_commands_of_the_document_work(served: str, tmp_path: Path, number: int) -> None:
    if not (shutil.which("curl") and shutil.which("bash")):
        pytest.skip("no curl or bash on this machine")
    (tmp_path / "新答复.txt").write_text("关于路灯的答复\n路灯已修好。\n", encoding="utf-8")
    said = run(["bash", "-ec", blocks("bash")[number]], served, tmp_path)
    assert '"problem' not in said
    assert (
        ("event: done" in said and '"answered"' in said)
        if number == 0
        else "waiting" in said or "done" in said
    )


@pytest.mark.slow
def test_the_program_of_the_document_works(served: str, tmp_path: Path) -> None:
    (program,) = blocks("python")
    said = run([sys.executable, "-c", program], served, tmp_path)
    assert "云桥区城市管理局 云城函〔2024〕2号" in said


def run(command: list[str], address: str, folder: Path) -> str:
    """Run a command of the document; return what it said."""
    environment = {
        **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        "DAFU_URL": address,
        "DAFU_TOKEN": TOKENS[Role.EDITOR],
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, timeout=60, check=True
    )
    return done.stdout.decode()


@pytest.mark.long
def test_a_generated_client_is_answered(
    served: str, document: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By openapi-python-client, which has other needs than Dafu: it is run as a program."""
    generator = shutil.which("openapi-python-client")
    if generator is None:
        pytest.skip("no openapi-python-client on this machine")
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    command = [generator, "generate", "--path", "openapi.json", "--meta", "none"]
    subprocess.run(
        [*command, "--output-path", "dafu_client"], cwd=tmp_path, check=True, timeout=120
    )
    monkeypatch.syspath_prepend(tmp_path)
    from dafu_client import AuthenticatedClient, models  # type: ignore[import-not-found]
    from dafu_client.api.asking import ask_question  # type: ignore[import-not-found]
    from dafu_client.api.replies import list_replies, read_reply  # type: ignore[import-not-found]

    given = AuthenticatedClient(base_url=served, token=TOKENS[Role.EDITOR])
    with given as client:
        body = models.QuestionBody(question="加装电梯补贴多少？")
        answer = ask_question.sync(client=client, body=body)
        assert answer.status == "answered"
        quote = answer.quotes[0]
        reply = read_reply.sync(quote.reply_id, client=client)
        assert reply.text[quote.start : quote.end] == quote.text
        assert list_replies.sync(client=client, text="电梯").total == 1
        refused = read_reply.sync("nosuch", client=client)
        assert isinstance(refused, models.ProblemDetails)
