"""Web addresses: how they are written, whose they are, and what their files are called."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from corpus.errors import InputError, UnreadableFile
from corpus.files import say_trouble
from corpus.readers.text import decode

LONGEST = 2000
"""Characters of an address; a longer one is a trap, or no page's."""

_PORTS = {"http": 80, "https": 443}
_SESSION = re.compile(r";jsessionid=[^?#/]{0,200}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Site:
    """A host that may be fetched from; `port` is None for both usual ones."""

    host: str
    port: int | None = None

    def __str__(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def folder(self) -> str:
        """The name of the folder that its pages are kept in."""
        return re.sub(r"[^\w.-]", "_", str(self))

    @property
    def names_machine(self) -> bool:
        """Whether it names one machine by number, so that whoever wrote it meant that one."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return self.host == "localhost"
        return True


def site_of(address: str) -> Site:
    """Return whose an address is that `read_address` or `join` gave."""
    parts = urlsplit(address)
    usual = parts.port in (None, _PORTS[parts.scheme])
    return Site((parts.hostname or "").rstrip("."), None if usual else parts.port)


def read_address(text: str) -> str:
    """Read an address as somebody wrote it; without http:// before it, it is given that.

    :raises InputError: where it is none of a web page.
    """
    text = text.strip()
    whole = text if re.match(r"[A-Za-z][A-Za-z0-9+.-]{0,20}:(?!\d)", text) else f"http://{text}"
    address = join(whole, "")
    if address is None or not site_of(address).host.strip("."):
        raise InputError(
            f"网址读不懂：{text[:200]}。请写完整的网址，如 https://www.example.gov.cn/zwgk/"
            "（只支持 http 和 https，不能带用户名和密码）。"
        )
    return address


def join(base: str, link: str) -> str | None:
    """Return where a link on the page `base` leads; None where that is no web page's address."""
    import httpx  # slow to import, and whoever only loads or searches needs none of it

    link = re.sub(r"[\t\r\n]", "", link).strip()
    if len(base) + len(link) > LONGEST:
        return None
    try:
        url = httpx.URL(_SESSION.sub("", urljoin(base, link))).copy_with(fragment=None)
        parts = urlsplit(str(url))
        valid = parts.scheme in _PORTS and parts.hostname and not parts.username
        _ = parts.port
    except (httpx.InvalidURL, ValueError, TypeError):
        return None
    return str(url) if valid and not parts.password else None


def name_of(address: str) -> str:
    """Return what a page's file is called, without ending: words of its address, and its digest."""
    last = urlsplit(address).path.rstrip("/").rsplit("/", 1)[-1]
    words = re.sub(r"[^\w-]+", "_", unquote(last.rpartition(".")[0] or last)).strip("_")
    digest = hashlib.sha256(address.encode()).hexdigest()[:12]
    return f"{words[:40] or 'page'}-{digest}"


def read_list(path: Path) -> Sequence[str]:
    """Read a list of addresses, one a line; lines that are blank or begin with # are none.

    :raises InputError: where it can't be read, or naming the first line that is no address.
    """
    try:
        lines = decode(path.read_bytes(), path.as_posix()).splitlines()
    except OSError as error:
        raise InputError(f"网址清单打不开：{path}（{say_trouble(error)}）。") from error
    except UnreadableFile as error:
        raise InputError(f"网址清单读不出：{error}。请存成 UTF-8 的文本，一行一个网址。") from error
    wanted = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            wanted.append(read_address(line))
        except InputError as error:
            raise InputError(f"{path.name} 第 {number} 行：{error}") from error
    return wanted
