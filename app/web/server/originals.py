"""Give the owner the file that a reply was loaded from: by the reply's id, never by a path."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.views.originals import OriginalFile, Originals
from app.web.parts import tell_errors
from app.web.server.guard import ORIGINAL


class OriginalFiles:
    """ASGI middleware that answers `/original/ID`; the rest it passes on."""

    def __init__(self, app: ASGIApp, originals: Originals) -> None:
        self.app = app
        self.originals = originals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the file, or say why there is none."""
        if scope["type"] != "http" or not scope["path"].startswith(ORIGINAL):
            await self.app(scope, receive, send)
            return
        reply_id = scope["path"].removeprefix(ORIGINAL)
        answer = await run_in_threadpool(self._answer, reply_id)
        await answer(scope, receive, send)

    @tell_errors(lambda words: PlainTextResponse(words, 404))
    def _answer(self, reply_id: str) -> Response:
        return _give(self.originals.open(reply_id))


def _give(file: OriginalFile) -> Response:
    how = "inline" if file.kind else "attachment"
    kind = file.kind or "application/octet-stream"
    answer = FileResponse(
        file.path, media_type=kind, filename=file.name, content_disposition_type=how
    )
    if file.content is None:
        return answer
    said = {"content-disposition": answer.headers["content-disposition"]}
    return Response(file.content, media_type=kind, headers=said)
