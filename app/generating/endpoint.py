"""Talk to an endpoint that is compatible with OpenAI's: pieces of text come back as it writes.

All is bounded: how long to wait for a connection, for the first piece and for the whole, and how
much is read. Who stops listening stops the endpoint: the connection is closed.
"""

from __future__ import annotations

import asyncio
import json
import queue
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from app.access import is_local
from app.settings import Settings
from corpus.errors import GeneratorError

if TYPE_CHECKING:
    import httpx

CONNECT = 5.0
"""Seconds within which it must take a connection."""

BEAT = 0.5
"""Seconds after which "" is given where nothing came, so that who listens can leave."""

LARGEST = 2_000_000
"""Bytes that are read of one reply: `MOST_TOKENS` with what is wrapped around each."""

MOST_TOKENS = 2_000
"""What is asked for at most, thoughts included."""

Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked, and which.

    :ivar seconds: within which the whole must be written, and its first piece in half of them.
    """

    url: str
    model: str
    key: SecretStr | None
    seconds: float

    @property
    def host(self) -> str:
        """The name or address of the machine."""
        return urlsplit(self.url).hostname or ""

    @property
    def local(self) -> bool:
        """Whether what is sent stays on this machine."""
        return is_local(self.host)

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """Yield what the model writes piece by piece, and "" about every `BEAT` where none came.

        :raises GeneratorError: where it can't be reached, is too slow, or answers wrongly.
        """
        from anyio.from_thread import start_blocking_portal  # not where no model is asked

        pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        with start_blocking_portal() as portal:
            receiving = portal.start_task_soon(self._receive, messages, pieces.put)
            receiving.add_done_callback(lambda _: pieces.put(None))
            try:
                while True:
                    try:
                        piece = pieces.get(timeout=BEAT)
                    except queue.Empty:
                        piece = ""
                    if piece is None:
                        receiving.result()  # raises what ended it
                        return
                    yield piece
            finally:
                receiving.cancel()

    async def _receive(self, messages: Sequence[Message], give: Callable[[str], None]) -> None:
        import httpx  # a few hundred milliseconds that asking without a model needn't wait for

        began = asyncio.get_running_loop().time()
        came = False
        try:
            async with asyncio.timeout(self.seconds / 2) as limit:
                async for piece in self._pieces(httpx, messages):
                    if not came:
                        came = True
                        limit.reschedule(began + self.seconds)
                    give(piece)
        except TimeoutError:
            within = self.seconds if came else self.seconds / 2
            told = "没有写完" if came else "没有回音"
            raise GeneratorError(f"语言模型 {within:g} 秒内{told}") from None
        except httpx.ConnectTimeout:
            raise GeneratorError(f"{CONNECT:g} 秒内连不上语言模型服务") from None
        except httpx.ConnectError:
            raise GeneratorError("连不上语言模型服务，请核对 generator_url") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            told = "写到一半断了" if came else "的回应不合规矩，请核对 generator_url"
            raise GeneratorError(f"语言模型服务{told}") from None

    async def _pieces(self, httpx: Any, messages: Sequence[Message]) -> AsyncIterator[str]:
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key.get_secret_value()}"
        timeout = httpx.Timeout(None, connect=CONNECT)
        # A proxy that the network names has no way back to this machine.
        async with (
            httpx.AsyncClient(timeout=timeout, trust_env=not self.local) as client,
            client.stream(
                "POST",
                f"{self.url.rstrip('/')}/chat/completions",
                json={
                    "model": self.model,
                    "messages": list(messages),
                    "stream": True,
                    "temperature": 0,
                    "max_tokens": MOST_TOKENS,
                },
                headers=headers,
            ) as response,
        ):
            _check_status(response)
            size, rest, ended = 0, b"", False
            async for chunk in response.aiter_raw():
                size += len(chunk)
                if size > LARGEST:
                    raise GeneratorError("语言模型服务回得太长，没有读完")
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    piece, last = _read_event(line)
                    ended = ended or last
                    if piece is not None:
                        yield piece
                if ended:
                    return
            raise GeneratorError("语言模型服务写到一半断了" if size else "语言模型服务没有回答")


def open_endpoint(settings: Settings) -> Endpoint | None:
    """Return where the settings have a model asked; None where they name none."""
    if not settings.generator_url:
        return None
    return Endpoint(
        settings.generator_url,
        settings.generator_model,
        settings.generator_key,
        settings.generator_seconds,
    )


_REFUSED = {
    401: "不认密钥，请核对 generator_key",
    403: "不认密钥，请核对 generator_key",
    404: "没有这个地址或模型，请核对 generator_url 和 generator_model",
    429: "太忙，请稍后再试",
}


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    told = _REFUSED.get(status) or ("出错了" if status >= 500 else "不接受请求")
    raise GeneratorError(f"语言模型服务{told}（{status}）")


def _read_event(line: bytes) -> tuple[str | None, bool]:
    """Return the piece of text that a line of the stream brings, and whether it is the last.

    What a model thinks comes under another name, and is a piece without text.
    """
    if not line.startswith(b"data:"):
        return None, False
    data = line[5:].strip()
    if data == b"[DONE]":
        return None, True
    try:
        event = json.loads(data)
        if "error" in event:
            raise GeneratorError("语言模型服务报告出错")
        choices = event["choices"]
        if not choices:
            return None, False  # what it cost
        piece = choices[0].get("delta", {}).get("content") or ""
        if not isinstance(piece, str):
            raise TypeError
        return piece, choices[0].get("finish_reason") is not None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise GeneratorError("语言模型服务的回应读不懂，请核对 generator_url") from None
