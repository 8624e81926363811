"""Answer only the page of this start and role: the numbers of another mean other functions."""

from __future__ import annotations

import gradio as gr
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.accounts.types import WORDS
from app.web.guest import SIGNED_OUT, guest_of
from app.web.server.refusals import NO_FUNCTION, refuse

PAGE = "dafu-page"
"""The header by which a page says which it is, by Gradio's number; programs need not say it."""

OTHER_ROLE = "您现在的角色是{}，与打开这一页时不同：请刷新页面（填好的正文请先复制）。"

_known: set[str] = set()
"""The pages that this process has made, of all roles."""


class OwnPage:
    """ASGI middleware that refuses what another page sends."""

    def __init__(self, app: ASGIApp, blocks: gr.Blocks) -> None:
        self.app = app
        self.number = str(blocks.app_id)
        _known.add(self.number)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what our own page sends, and who doesn't say."""
        asked = Headers(scope=scope).get(PAGE) if scope["type"] == "http" else None
        app = self.app if asked in (None, self.number) else self._refusal(scope, asked)
        await app(scope, receive, send)

    def _refusal(self, scope: Scope, asked: str | None) -> ASGIApp:
        guest = guest_of(scope)
        if guest is None or asked not in _known:
            return refuse(410, NO_FUNCTION)
        if guest.can_sign_in and not guest.mark:
            return refuse(401, SIGNED_OUT)
        return refuse(409, OTHER_ROLE.format(WORDS[guest.actor.role]))
