"""What the browser is sent: the HTML document."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.cookies import language_of, switch_language
from app.web.language import CHINESE, load_words, speaking, translate
from app.web.render import STATIC, load_asset, load_styles, translate_framed
from app.web.server.guard import BASE, NONCE, WANTED
from eval.report.fragments import load_style

FOREIGN_META = re.compile(r'\s*<meta\s+(?:property|name)="(?:og|twitter):[^>]*>')
"""Gradio's cards for social networks, which name pictures on other hosts."""

HEAD = """<head>
<title>{title}</title>
<meta name="description" content="{about}">
<script>{script}</script>
<style>{style}</style>
<noscript>{no_script}</noscript>
"""


BASE_TAG = '<base href="{}" />'


def rewrite(html: str, nonce: str, base: str = "./", language: str = CHINESE) -> str:
    """Rewrite the document that Gradio sends for the page; its own scripts get the nonce.

    The style sheet is put here rather than given to Gradio, which would repeat every rule
    under a prefix, so that the order of rules no longer decided between them.

    :param base: the way to the page's folder from where it was asked for.
    """
    html = FOREIGN_META.sub("", html.replace('lang="en"', f'lang="{language}"', 1))
    if language != CHINESE:
        html = _translate_frame(html, language)
    html = html.replace(BASE_TAG.format("./"), BASE_TAG.format(base), 1)
    style = load_styles() + load_style()
    own = load_asset("chinese.js") if language == CHINESE else _list_words(language)
    script = load_asset("words.js") + own + load_asset("connection.js")
    with speaking(language):
        head = HEAD.format(
            script=script,
            style=style,
            title=translate("答复 Dafu"),
            about=translate("检索政府答复，给出逐字引用的回答"),
            no_script=translate("请在浏览器中允许 JavaScript，然后重新打开本页。"),
        )
    html = html.replace("<head>", head, 1)
    # Text within scripts has no such sign: Gradio writes it as \u003c.
    return html.replace("<script", f'<script nonce="{nonce}"')


CONFIG = "window.gradio_config = "
"""Stands before Gradio's own description of the page, which is JSON."""

IN_SCRIPT = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026"})
"""How JSON is written within HTML."""


@lru_cache(maxsize=4)
def _translate_frame(html: str, language: str) -> str:
    """Translate the names in the frame that Gradio describes, and what our HTML says at first.

    It is the same for all whose role and way to the page are.
    """
    before, sign, rest = html.partition(CONFIG)
    if not sign:
        return html
    config, end = json.JSONDecoder().raw_decode(rest)
    with speaking(language):
        said = json.dumps(_say_all(config), ensure_ascii=False, separators=(",", ":"))
    return before + sign + said.translate(IN_SCRIPT) + rest[end:]


def _say_all(value: Any) -> Any:
    if isinstance(value, str):
        return translate_framed(value)
    if isinstance(value, list):
        return [_say_all(each) for each in value]
    return {key: _say_all(of) for key, of in value.items()} if isinstance(value, dict) else value


SCRIPTED = re.compile(r"dafuSay\('([^']+)'[,)]")
"""What scripts say."""


@cache
def _list_words(language: str) -> str:
    """Return the script that gives the others their words."""
    words = load_words(language)
    asked = (
        said for path in STATIC.glob("*.js") for said in SCRIPTED.findall(path.read_text("utf-8"))
    )
    own = json.dumps({said: words[said] for said in asked if said in words}, ensure_ascii=False)
    return f"window.dafuWords = {own};\n" + load_asset("english.js")


class PageDocument:
    """ASGI middleware that rewrites the document, which the guard has all views ask for at `/`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything but the document on as it is."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        switched = switch_language(scope, *scope[WANTED])
        if switched:
            await switched(scope, receive, send)
            return
        language = language_of(scope)
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                content = rewrite(
                    body.decode("utf-8"), scope[NONCE], scope[BASE], language
                ).encode()
                MutableHeaders(scope=start)["content-length"] = str(len(content))
                await send(start)
                await send({"type": "http.response.body", "body": content})

        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, collect)
