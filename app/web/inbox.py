"""Take only files that were uploaded here.

A call of the page names a file by its path, or by an address that Gradio would fetch. Gradio
checks the path only for a page that it launched itself, and fetches for any component, so this
looks at every call before Gradio does.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_CALL = 16 << 20
"""Bytes that a call may have: the longest proposal, pasted, is far shorter."""


@cache
def upload_folder() -> Path:
    """Return this process's own folder of uploaded files, deleted at its end.

    Gradio takes the folder from the environment alone, and its default one is shared by all
    users of the machine.
    """
    folder = Path(tempfile.mkdtemp(prefix="dafu-page-")).resolve()
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def names_only_uploads(body: bytes, folder: Path) -> bool:
    """Tell whether a call's body is JSON that names no file outside the folder."""
    try:
        return all(_is_within(path, folder) for path in _iter_paths(json.loads(body)))
    except (ValueError, RecursionError):
        return False


def _iter_paths(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if "path" in value:
            yield value["path"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _iter_paths(part)


def _is_within(path: Any, folder: Path) -> bool:
    if not isinstance(path, str):
        return path is None
    # An address such as http://… is relative here, so it is refused as well.
    return os.path.isabs(path) and Path(os.path.realpath(path)).is_relative_to(folder)


class Inbox:
    """ASGI middleware that refuses calls naming other files than uploaded ones."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self.app = app
        self.folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the whole body of a call, then pass it on."""
        if scope["type"] != "http" or not scope["path"].startswith("/gradio_api/queue/join"):
            await self.app(scope, receive, send)
            return
        body = bytearray()
        message: Message = {"more_body": True}
        while message.get("more_body", False) and len(body) <= LARGEST_CALL:
            message = await receive()
            body.extend(message.get("body", b""))
        if len(body) > LARGEST_CALL:
            await PlainTextResponse("内容太长了。", 413)(scope, receive, send)
        elif not names_only_uploads(bytes(body), self.folder):
            await PlainTextResponse("只能使用在本页上传的文件。", 400)(scope, receive, send)
        else:
            whole: Message = {"type": "http.request", "body": bytes(body), "more_body": False}
            first = iter((whole,))

            async def replay() -> Message:
                return next(first, None) or await receive()

            await self.app(scope, replay, send)
