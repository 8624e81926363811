"""Visit a page as many people do, and say how much memory it keeps and how long they wait.

    python -m tools.visitors memory --home HOME
    python -m tools.visitors wait --home HOME [--askers 50] [--every 5] [--seconds 60] [--load DIR]

Serves the home as the public has it, in a process of its own. `memory` opens the page 300 times
and has 1,000 more visitors open it and ask; `wait` has all askers ask another question every
so many seconds, while DIR, where given, is loaded by another process. Linux only: memory is what
/proc says. Questions are made of the matters that the home's replies are about.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from app.access import Role
from app.service import open_service
from app.settings import load_settings

LOADS = (10, 50, 100, 150, 300)
QUESTIONS = (100, 200, 300, 500, 1000)
"""After so many the memory is looked at."""

ENDS = ("怎么办理", "归谁管", "什么时候能办好", "有补贴吗", "要交哪些材料", "去年有什么进展")


class Visitor:
    """A browser's tab, as the server sees it: one session, and the requests that a page makes."""

    def __init__(self, client: httpx.AsyncClient, config: dict[str, Any]) -> None:
        self.client = client
        self.config = config
        self.session = uuid.uuid4().hex[:12]

    async def open(self) -> None:
        """Run what the page runs when it is opened."""
        calls = [
            call
            for call in self.config["dependencies"]
            if any(event == "load" for _, event in call["targets"]) and call["backend_fn"]
        ]
        await self.call(*((call["id"], _defaults(call, self.config)) for call in calls))

    async def ask(self, question: str) -> str:
        """Ask, and return what is shown."""
        boxes = {
            part["id"]
            for part in self.config["components"]
            if part["props"].get("elem_id") == "question"
        }
        call = next(c for c in self.config["dependencies"] if boxes & set(c["inputs"]))
        data = _defaults(call, self.config)
        data[0] = question
        return await self.call((call["id"], data))

    async def call(self, *calls: tuple[int, list[Any]]) -> str:
        """Join the queue, then read the stream of what comes until it is closed."""
        for function, data in calls:
            body = {"fn_index": function, "data": data, "session_hash": self.session}
            joined = await self.client.post("/gradio_api/queue/join", json=body)
            joined.raise_for_status()
        said = ""
        where = {"session_hash": self.session}
        async with self.client.stream("GET", "/gradio_api/queue/data", params=where) as stream:
            async for line in stream.aiter_lines():
                said = line if "process_completed" in line else said
                if "close_stream" in line:
                    break
        return said

    @asynccontextmanager
    async def staying(self) -> AsyncIterator[None]:
        """Hold the connection that a page holds while it is open."""
        path = f"/gradio_api/heartbeat/{self.session}"
        async with self.client.stream("GET", path) as beat:
            await anext(beat.aiter_lines())
            yield


def _defaults(call: dict[str, Any], config: dict[str, Any]) -> list[Any]:
    values = {part["id"]: part["props"].get("value") for part in config["components"]}
    return [values[part] for part in call["inputs"]]


async def visit(client: httpx.AsyncClient) -> Visitor:
    """Get the page's document, and return a new visitor who has opened it."""
    page = await client.get("/")
    page.raise_for_status()
    config = re.search(r"window\.gradio_config\s*=\s*(\{.*?\});\s*(?:window|</script>)", page.text)
    found = json.loads(config[1]) if config else (await client.get("/config")).json()
    return Visitor(client, found)


class Served:
    """A page that is served by a process of its own."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-m", "app", "serve", "--no-open", "--home", str(home)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        said = self.process.stdout.readline()
        self.address = re.findall(r"http://[^（\s]+", said)[0]

    def memory(self, what: str = "VmRSS") -> float:
        """Return the megabytes that the process holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.findall(rf"{what}:\s+(\d+)", status)[0]) / 1024

    def processor(self) -> float:
        """Return the seconds that the process has computed."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / 100

    def tell(self, when: str) -> None:
        """Print both."""
        print(f"{when}{self.memory():6.0f} MB, {self.processor():.0f} s of processor", flush=True)

    def close(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)

    def client(self) -> httpx.AsyncClient:
        """Return what asks it, as a page of this origin does."""
        limits = httpx.Limits(max_connections=None)
        return httpx.AsyncClient(
            base_url=self.address,
            headers={"Origin": self.address},
            trust_env=False,
            timeout=120,
            limits=limits,
        )


def make_questions(home: Path) -> list[str]:
    """Make questions, all different, of the matters of a home's replies."""
    with open_service(load_settings(home), Role.READER) as service:
        cards = service.list_replies(limit=400).cards
    matters = list(dict.fromkeys(card.matter[:40] for card in cards if card.matter))
    return [f"{matter}{end}" for end in ENDS for matter in matters]


async def measure_memory(served: Served, questions: Sequence[str]) -> None:
    """Print the memory after so many pages and questions."""
    async with served.client() as client:
        served.tell("start      ")
        for n in range(1, LOADS[-1] + 1):
            visitor = await visit(client)
            async with visitor.staying():
                await visitor.open()
            if n in LOADS:
                served.tell(f"pages {n:5}")
        for n in range(1, QUESTIONS[-1] + 1):
            visitor.session = uuid.uuid4().hex[:12]
            async with visitor.staying():
                await visitor.open()
                await visitor.ask(questions[n % len(questions)] + str(n))
            if n in QUESTIONS:
                served.tell(f"asked {n:5}")
        print(f"peak       {served.memory('VmHWM'):6.0f} MB")


async def measure_waiting(
    served: Served, questions: Sequence[str], askers: int, every: float, seconds: float
) -> None:
    """Print how long askers wait."""
    waited: list[float] = []
    failed: list[str] = []
    until = time.monotonic() + seconds

    async def go(number: int, visitor: Visitor) -> None:
        await asyncio.sleep(every * number / askers)
        turn = 0
        async with visitor.staying():
            while (began := time.monotonic()) < until:
                question = questions[(number + askers * turn) % len(questions)]
                try:
                    said = await visitor.ask(question)
                    if '"success":true' not in said:
                        failed.append(said[:200])
                    waited.append(time.monotonic() - began)
                except httpx.HTTPError as error:
                    failed.append(repr(error))
                turn += 1
                await asyncio.sleep(max(0, began + every - time.monotonic()))

    async with served.client() as client:
        visitors = [await visit(client) for _ in range(askers)]
        await visitors[0].ask(questions[0])
        before = served.processor()
        await asyncio.gather(*(go(n, each) for n, each in enumerate(visitors)))
    waited.sort()
    shares = [waited[min(len(waited) - 1, int(len(waited) * part))] for part in (0.5, 0.95, 0.99)]
    print(
        f"{len(waited)} answers, {len(failed)} failed; p50 {shares[0]:.2f} s,"
        f" p95 {shares[1]:.2f} s, p99 {shares[2]:.2f} s, mean {statistics.mean(waited):.2f} s;"
        f" {served.memory():.0f} MB,"
        f" peak {served.memory('VmHWM'):.0f} MB, {served.processor() - before:.0f} s of processor"
    )
    if failed:
        print(f"first failure: {failed[0]}")


def main() -> None:
    """Read the command line, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=("memory", "wait"))
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--askers", type=int, default=50)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--load", type=Path)
    given = parser.parse_args()
    questions = make_questions(given.home)
    served = Served(given.home)
    beside = None
    try:
        if given.what == "memory":
            asyncio.run(measure_memory(served, questions))
            return
        if given.load:
            command = [sys.executable, "-m", "app", "ingest", str(given.load)]
            beside = subprocess.Popen(
                [*command, "--home", str(given.home)], stdout=subprocess.DEVNULL
            )
        asyncio.run(measure_waiting(served, questions, given.askers, given.every, given.seconds))
        if beside:
            print("loading had ended" if beside.poll() is not None else "loading went on all along")
    finally:
        served.close()
        if beside and beside.poll() is None:
            beside.terminate()


if __name__ == "__main__":
    main()
