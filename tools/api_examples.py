"""Write `app/api/examples.json`: what the API is asked and answers, over the sample replies.

    python -m tools.api_examples

They stand in the OpenAPI document. Where the answers change, it is run anew;
`tests/test_api_docs.py` holds the file to them. Lists are cut short, and what differs from run to
run is made alike.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import Mount

from app.access import Role
from app.actor import Actor
from app.api.build import build_api
from app.api.openapi import EXAMPLES
from app.services import Services, open_services
from app.settings import load_settings

SAMPLES = Path(__file__).resolve().parents[1] / "corpus" / "samples" / "replies"
ROOT = "/api/v1"

QUESTION = "望湖区既有多层住宅增设电梯的财政补助标准是什么？"
PROPOSAL = "建议：一、提高老旧小区加装电梯的补贴。二、在公园建直升机停机坪。"
LETTER = """云桥区城市管理局
关于新桥路路灯的答复
公开属性：主动公开
您反映的新桥路路灯不亮的问题收悉。我局已于5月3日更换灯具12盏。
云桥区城市管理局
2024年5月6日
"""

MOST = 2
"""So much of each list and of each object of counts is shown."""

ALIKE = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"), "2024-05-06T07:08:09+00:00"),
    (re.compile(r"\b[0-9a-f]{8}-1\b"), "5f2a9c1e-1"),
)


class Editor:
    """Knows one token, an editor's."""

    def of_token(self, secret: str) -> Actor | None:
        """Return whose it is."""
        return Actor("编辑", Role.EDITOR)

    def still(self, actor: Actor) -> Actor | None:
        """Return who came before: nobody is disabled."""
        return actor


def make_examples(services: Services) -> dict[str, Any]:
    """Ask each operation once of a library that has the sample replies."""
    app = Starlette(routes=[Mount(ROOT, build_api(services, Editor(), public=True))])
    reader = TestClient(app, base_url=f"http://localhost{ROOT}")
    editor = TestClient(
        app, base_url=f"http://localhost{ROOT}", headers={"Authorization": "Bearer token"}
    )
    made: dict[str, Any] = {}

    def ask(name: str, client: TestClient, method: str, path: str, **sent: Any) -> Any:
        answer = client.request(method, path, **sent)
        assert answer.is_success, (name, answer.text)
        events = answer.headers.get("content-type", "").startswith("text/event-stream")
        shown = _read_event(answer.text) if events else answer.json() if answer.content else None
        made[name] = {"body": sent["json"]} if "json" in sent else {}
        known = {} if shown is None else {str(answer.status_code): _simplify(shown, services)}
        made[name]["answers"] = known
        return answer

    ask("searchPassages", reader, "POST", "/search", json={"query": QUESTION, "k": 1})
    found = ask("askQuestion", reader, "POST", "/ask", json={"question": QUESTION}).json()
    ask("streamAnswer", reader, "POST", "/ask/stream", json={"question": QUESTION})
    ask("findPrecedents", editor, "POST", "/precedents", json={"text": PROPOSAL, "k": 1})
    ask("coverProposal", editor, "POST", "/coverage", json={"text": PROPOSAL, "k": 1})
    ask("listReplies", reader, "GET", "/replies?text=电梯&limit=1")
    ask("readReply", reader, "GET", f"/replies/{found['quotes'][0]['reply_id']}")
    ask("listFacets", reader, "GET", "/facets?text=电梯")
    ask("readStats", reader, "GET", "/stats")
    ask("readMe", editor, "GET", "/me")
    sent = {"files": [("files", ("新桥路.txt", LETTER.encode()))]}
    where = ask("loadReplies", editor, "POST", "/replies", **sent).headers["location"]
    where = where.removeprefix(ROOT)
    while editor.get(where).json()["state"] in ("waiting", "running"):
        time.sleep(0.01)
    made["loadReplies"]["answers"]["202"] |= {"state": "waiting", "stage": "", "done": 0}
    made["loadReplies"]["answers"]["202"] |= {"total": None, "report": None}
    job = ask("readJob", editor, "GET", where).json()
    ask("listJobs", editor, "GET", "/jobs")
    ask("cancelJob", editor, "DELETE", where)
    (entry,) = job["report"]["files"]
    path = f"/replies/{entry['reply_id']}"
    ask("correctReply", editor, "PATCH", path, json={"fields": {"outcome": ["采纳或解决"]}})
    ask("removeReply", editor, "DELETE", path)
    ask("listBin", editor, "GET", "/bin")
    ask("restoreReply", editor, "POST", f"/bin/{entry['reply_id']}/restore")
    editor.delete(f"{path}?erase=true").raise_for_status()
    return made


def _read_event(text: str) -> dict[str, str]:
    """Return the first quote among the events."""
    event = next(each for each in text.split("\n\n") if each.startswith("event: quote"))
    name, data = event.split("\n")
    return {"event": name.removeprefix("event: "), "data": data.removeprefix("data: ")}


def _simplify(shown: Any, services: Services, key: str = "") -> Any:
    if isinstance(shown, dict):
        counts = shown and all(isinstance(value, int) for value in shown.values())
        items = list(shown.items())[: MOST if counts and key != "" else None]
        return {name: _simplify(value, services, name) for name, value in items}
    if isinstance(shown, list):
        return [_simplify(each, services, "") for each in shown[:MOST]]
    if key == "seconds":
        return 0.05
    if isinstance(shown, float):
        return round(shown, 2)
    if isinstance(shown, str):
        shown = shown.replace(str(services.home.folder), "/srv/dafu").replace(f"{SAMPLES}/", "")
        for pattern, alike in ALIKE:
            shown = pattern.sub(alike, shown)
        return re.sub(r"\d\.\d{3,}", lambda found: f"{float(found[0]):.2f}", shown)
    return shown


def open_samples(folder: Path) -> Services:
    """Open a new library with the sample replies."""
    services = open_services(load_settings(folder, encoder="off", calls_per_minute=0))
    services.of(Role.EDITOR).ingest([SAMPLES])
    return services


def write(examples: dict[str, Any]) -> str:
    """Write the examples as the file has them; ids, which depend on folders, are numbered."""
    known: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return known.setdefault(found[0], f"{0xA17C40 + len(known):012x}")

    text = json.dumps(examples, ensure_ascii=False, indent=1)
    return re.sub(r"\b[0-9a-f]{12}\b", number, text) + "\n"


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder, open_samples(Path(folder)) as services:
        EXAMPLES.write_text(write(make_examples(services)), encoding="utf-8")


if __name__ == "__main__":
    main()
