"""A web site on this machine, in the style of Chinese governments', that behaves as it is told."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.office_files import make_docx, paragraph, run

DRIP = 0.02


@dataclass(frozen=True)
class Given:
    """What the site answers; a page without a type is HTML in UTF-8."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drips: bool = False

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


Route = Given | str | bytes | Callable[[Mapping[str, str]], Given]


@dataclass
class Site:
    """What stands at each path, and which paths were asked for with which headers."""

    address: str
    routes: dict[str, Route]
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def at(self, path: str) -> str:
        return self.address + path

    def answer(self, path: str, headers: Mapping[str, str]) -> Given:
        self.asked.append(path)
        self.headers.append(headers)
        found = self.routes.get(path, Given("<html><body>无</body></html>", 404))
        found = found(headers) if callable(found) else found
        return found if isinstance(found, Given) else Given(found)

    def count(self, path: str) -> int:
        return self.asked.count(path)


@contextmanager
def serve_site(routes: dict[str, Route], tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serve a site on a free port of this machine."""
    site = Site("", routes)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = site.answer(self.path, {k.lower(): v for k, v in self.headers.items()})
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            if given.body and "Content-Type" not in given.headers:
                self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(given.content)))
            self.end_headers()
            try:
                if not given.drips:
                    self.wfile.write(given.content)
                for byte in given.content if given.drips else b"":
                    self.wfile.write(bytes([byte]))
                    time.sleep(DRIP)
            except OSError:
                pass  # who asked has gone

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    site.address = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def body_of(number: int, matter: str) -> list[str]:
    """Return the lines of a reply like no other of another number."""
    return [
        "张远山委员：",
        f"您提出的关于{matter}的提案（第{number:04}号）收悉。现答复如下：",
        f"一、关于{matter}，我局已会同街道逐户走访，第{number}批工程今年十月底前完成。",
        f"二、下一步将按月公开{matter}的进度，请您继续监督。",
        "感谢您对我们工作的关心和支持。",
        "青禾市住房和建设局",
        f"2024年5月{number % 28 + 1}日",
    ]


def docx_of(folder: Path, number: int, matter: str) -> bytes:
    """Return a reply as a Word file."""
    path = folder / f"{number}.docx"
    title = f"关于{matter}提案的答复"
    make_docx(path, "".join(paragraph(run(line)) for line in (title, *body_of(number, matter))))
    return path.read_bytes()


# 1. Tables for layout, GB2312, and a list whose pages a script counts.

OLD_FRAME = (
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    "<title>{title}</title></head><body><table width=980><tr><td><a href='/index.htm'>网站首页</a>"
    " | <a href='/zwgk/'>政务公开信息</a> | <a href='/ztzl/col12/'>专题专栏集中展示</a></td></tr>"
    "<tr><td>{inner}</td></tr><tr><td>主办：青禾市人民政府办公室 浏览次数：{seen}</td></tr></table>"
    "</body></html>"
)


def old_page(number: int, matter: str, seen: int = 7) -> bytes:
    lines = "<br>".join(f"　　{line}" for line in body_of(number, matter))
    inner = f"<p align=center><b>关于{matter}提案的答复</b></p><font size=3>{lines}</font>"
    return OLD_FRAME.format(title="答复", inner=inner, seen=seen).encode("gb2312")


def old_list(entries: Mapping[str, str], pages: int, page: int) -> bytes:
    rows = "".join(
        f"<tr><td>◆<a href='{path}' title='{title}'>{title[:12]}…</a></td>"
        f"<td>2024-05-0{n}</td></tr>"
        for n, (path, title) in enumerate(entries.items(), 1)
    )
    script = f'<script>createPageHTML({pages}, {page}, "index", "htm");</script>'
    return OLD_FRAME.format(title="目录", inner=f"<table>{rows}</table>{script}", seen=1).encode(
        "gb2312"
    )


# 2. Blocks with classes, a table with the 索引号, and 下一页.

NAVIGATION = (
    '<div class="nav"><ul><li><a href="/">首页</a></li>'
    '<li><a href="/col/col1024/index.html">人大代表建议和政协提案办理结果公开</a></li></ul></div>'
)


def new_page(number: int, matter: str, more: str = "") -> str:
    lines = "".join(f"<p>{line}</p>" for line in body_of(number, matter))
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>答复</title></head><body>'
        f'{NAVIGATION}<div class="article"><table class="xxgk"><tr><td>索引号</td>'
        f"<td>QH07-2024-{number:04}</td><td>发布日期</td><td>2024-06-01</td></tr></table>"
        f"<h1>关于{matter}提案的答复</h1><div class='content'>{lines}{more}</div></div>"
        '<div class="footer">版权所有：青禾市人民政府</div></body></html>'
    )


def new_list(entries: Mapping[str, str], turning: str = "") -> str:
    rows = "".join(
        f'<li><a href="{path}">{title}</a><span>2024-06-01</span></li>'
        for path, title in entries.items()
    )
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>'
        f'{NAVIGATION}<ul class="news">{rows}</ul><div class="page">{turning}</div>'
        '<div class="footer"><a href="/site/2024/map.html">关于本站的建议请回复网站管理员</a></div>'
        "</body></html>"
    )


# 3. A list that scripts write out of records, and whose pages they count.


def script_list(entries: Mapping[str, str], pages: int) -> str:
    records = "".join(
        f"<record><![CDATA[<li><a href='{path}' title='{title}'>{title}</a></li>]]></record>"
        for path, title in entries.items()
    )
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{NAVIGATION}<div id='2211'>"
        f'<script type="text/xml"><datastore><recordset>{records}</recordset></datastore></script>'
        f"</div><script>var currentPage = 0; var countPage = {pages}; function go(n) "
        '{ location = "index_" + n + ".html"; }</script></body></html>'
    )
