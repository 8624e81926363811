"""What programs that watch the server are told, who may read it, and that nobody is in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.access import Role
from app.running.measures import Measures
from app.service import Service
from app.services import open_services
from app.settings import load_settings
from app.web.server.counting import Counting, note_role
from app.web.server.serve import make_app, receive_all
from app.web.server.watched import watch
from app.web.server.way import Way
from corpus.errors import InputError
from tests.homes import letter, write_letters

HERE, ELSEWHERE = ("127.0.0.1", 50000), ("10.1.2.3", 50000)
TOKEN = "wang-ju-de-kou-ling-2026"
QUESTION = "夜间停车第2号今年安排多少万元？"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("watched")
    letters = write_letters(folder / "letters", range(4))
    (letters / "不予公开.txt").write_text(f"公开属性：不予公开\n{letter(9)}", encoding="utf-8")
    settings = load_settings(folder / "home", encoder="off", metrics_token=TOKEN)
    with open_services(settings) as services:
        services.of(Role.EDITOR).ingest([letters])
        yield services.of(Role.READER)


def client(service: Service, at: tuple[str, int] = HERE, role: Role | None = None) -> TestClient:
    watched = watch(service.home, lambda scope, token: role)
    app = make_app(receive_all(service), Way("0.0.0.0"), watched=watched)
    return TestClient(app, client=at)


def numbers(text: str) -> dict[str, float]:
    """What is told, by name and labels."""
    return {
        " ".join(
            [sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))]
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_server_that_lives_says_so_to_anybody(service: Service) -> None:
    answer = client(service, ELSEWHERE).get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"
    assert client(service).post("/health").status_code == 405


def test_a_server_is_ready_where_it_can_answer(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client(service, ELSEWHERE).get("/ready")
    checks = {"store": "ok", "engine": "ok", "disk": "ok"}
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "checks": checks})
    full = SimpleNamespace(free=1 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    answer = client(service, ELSEWHERE).get("/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unready", "checks": {**checks, "disk": "failed"}}
    assert str(service.home.folder) not in answer.text


def test_measures_are_told_without_words_or_closed_replies(service: Service) -> None:
    asker = client(service)
    service.ask(QUESTION)
    with pytest.raises(InputError):
        service.search("")
    asker.get("/health")
    asker.get("/users/王芳?q=护栏")
    answer = asker.get("/metrics")
    assert answer.status_code == 200
    found = numbers(answer.text)
    assert found["dafu_work_seconds_count work=ask"] >= 1
    assert found["dafu_work_failed_total work=search"] == 0
    assert found["dafu_replies_public"] == 4
    assert found["dafu_asking_waiting"] == 0
    assert found["dafu_requests_total role= route=watch status=200"] >= 1
    assert found["dafu_requests_total role= route=other status=404"] == 1
    assert found["dafu_process_memory_bytes"] > 1e7
    assert found["dafu_index_bytes"] > 0
    assert not any(word in answer.text for word in ("停车", "护栏", "王芳", "letters", TOKEN))


@pytest.mark.parametrize(
    ("at", "headers", "role", "status"),
    [
        (HERE, {}, None, 200),
        (HERE, {"x-forwarded-for": "10.9.9.9"}, None, 403),
        (HERE, {"forwarded": "for=10.9.9.9"}, None, 403),
        (ELSEWHERE, {}, None, 403),
        (ELSEWHERE, {"authorization": f"Bearer {TOKEN}"}, None, 200),
        (ELSEWHERE, {"authorization": f"Bearer {TOKEN}x"}, None, 403),
        (ELSEWHERE, {"authorization": "Bearer "}, None, 403),
        (ELSEWHERE, {}, Role.EDITOR, 403),
        (ELSEWHERE, {}, Role.ADMINISTRATOR, 200),
    ],
)
def test_measures_are_for_this_machine_a_token_and_administrators(
    service: Service, at: tuple[str, int], headers: dict[str, str], role: Role | None, status: int
) -> None:
    answer = client(service, at, role).get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("dafu_" in answer.text) == (status == 200)


def test_a_token_that_could_be_guessed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="metrics_token"):
        load_settings(tmp_path, metrics_token="short")


def test_requests_are_counted_by_who_made_them_and_what_broke() -> None:
    measures = Measures()

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        note_role(scope, "staff")
        if scope["path"] == "/ask":
            raise ZeroDivisionError
        await PlainTextResponse("")(scope, receive, send)

    counted = TestClient(Counting(page, measures), raise_server_exceptions=False)
    for path in ("/reply/1", "/library?q=x", "/ask", "/gradio_api/queue/join", "/api/v1/search"):
        counted.get(path)
    assert measures.requests() == {
        ("page", "staff", "200"): 2,
        ("page", "staff", "500"): 1,
        ("click", "staff", "200"): 1,
        ("api", "staff", "200"): 1,
    }


def test_durations_are_counted_and_what_breaks_as_well() -> None:
    measures = Measures()
    with measures.time("ask"):
        pass
    with pytest.raises(ZeroDivisionError), measures.time("ask"):
        _ = 1 / 0
    assert sum(measures.done()["ask"].counts) == 2
    assert measures.failed() == {"ask": 1}
