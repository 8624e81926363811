"""A language model's endpoint on this machine that does what a test has it do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Act = Callable[["Connection"], None]


class Connection(BaseHTTPRequestHandler):
    """One request, which its server's `act` answers."""

    server: FakeModel
    protocol_version = "HTTP/1.0"  # the end of a reply is the end of the connection

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, "headers": dict(self.headers), "body": body})
        with suppress(BrokenPipeError, ConnectionResetError):
            self.server.act(self)
            return
        self.server.left.set()

    def begin(self, status: int = 200, kind: str = "text/event-stream") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


class FakeModel(ThreadingHTTPServer):
    """Serves on a port of its own; `asked` keeps what it was sent, `left` that somebody hung up."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.asked: list[dict[str, Any]] = []
        self.left = threading.Event()
        self.act: Act = says("")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def sent(self) -> str:
        """All that it was sent last."""
        return json.dumps(self.asked[-1], ensure_ascii=False)


@contextmanager
def serving_model() -> Iterator[FakeModel]:
    model = FakeModel()
    thread = threading.Thread(target=model.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield model
    finally:
        model.shutdown()
        model.server_close()


def event(piece: str, end: str | None = None, name: str = "content") -> bytes:
    choice = {"index": 0, "delta": {name: piece}, "finish_reason": end}
    return f"data: {json.dumps({'choices': [choice]}, ensure_ascii=False)}\n\n".encode()


def says(text: str, at_a_time: int = 3) -> Act:
    """Stream a text as OpenAI's endpoints do."""

    def act(connection: Connection) -> None:
        connection.begin()
        for start in range(0, len(text), at_a_time):
            connection.write(event(text[start : start + at_a_time]))
        connection.write(event("", "stop") + b"data: [DONE]\n\n")

    return act


def refuses(status: int) -> Act:
    def act(connection: Connection) -> None:
        connection.begin(status, "application/json")
        connection.write(b'{"error": {"message": "secret-key-1 is wrong <b>"}}')

    return act


def sends(*lines: bytes) -> Act:
    """Send bytes as they are, and hang up."""

    def act(connection: Connection) -> None:
        connection.begin()
        for line in lines:
            connection.write(line)

    return act


def stalls(before: Sequence[bytes] = ()) -> Act:
    """Send something, then nothing until the other side hangs up."""

    def act(connection: Connection) -> None:
        connection.begin()
        for line in before:
            connection.write(line)
        for _ in range(200):
            time.sleep(0.05)
            connection.write(b": \n\n")

    return act
