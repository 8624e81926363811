"""How the page is reached: where it is served, and what stands before it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from app.access import is_local
from app.web.server.addresses import EVERYWHERE, HTTPS, list_addresses, write_address
from corpus.errors import InputError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names by which this machine calls itself."""

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
"""A part of a domain name, RFC 1123; some networks write underscores as well."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the page is reached: where it is served, and what stands before it."""

    host: str = "127.0.0.1"
    port: int | None = None
    names: tuple[str, ...] = ()
    """Names by which it may be asked for, besides this machine's own; none: any, unless local."""
    certificate: Path | None = None
    key: Path | None = None
    """The key of the certificate, where it isn't in its file."""
    proxies: tuple[str, ...] = ()
    """Addresses of proxies that are believed who asks, and whether by TLS."""

    def __post_init__(self) -> None:
        """Refuse what names no host or proxy; InputError."""
        for name in self.names:
            _check_name(name)
        for address in self.proxies:
            _check_proxy(address)

    @property
    def local(self) -> bool:
        """Whether only this machine reaches the page."""
        return is_local(self.host) and not self.names and not self.proxies

    @property
    def scheme(self) -> str:
        """What the page's own address begins with."""
        return "https" if self.certificate else "http"

    def list_addresses(self, host: str, port: int) -> list[str]:
        """Return where others can open what is served at a port: by its names, where it has any."""
        if not self.names:
            return list_addresses(host, port, self.scheme)
        if self.proxies:
            return [write_address(name, HTTPS, "https") for name in self.names]
        return [write_address(name, port, self.scheme) for name in self.names]

    @property
    def hosts(self) -> set[str] | None:
        """Names by which the page may be asked for; None: any."""
        if not self.names and not is_local(self.host):
            return None
        own = () if self.host in EVERYWHERE else (self.host,)
        return {*LOOPBACK, *own, *(name.lower() for name in self.names)}


def _check_name(name: str) -> None:
    """Refuse what no browser can ask for as the name of a host.

    :raises InputError: for it.
    """
    labels = name.split(".")
    named = all(map(_LABEL.fullmatch, labels)) and len(name) < 254 and not labels[-1].isdecimal()
    if not (named or _is_address(name)):
        raise InputError(
            f"--host-name 不能是“{name}”，应为一个域名，如 dafu.example.gov.cn，"
            "不带 http:// 和端口；中文域名写成 xn-- 开头的形式。"
        )


def _check_proxy(address: str) -> None:
    """Refuse what names no proxy: a name, or whatever would have anybody believed.

    :raises InputError: for it.
    """
    try:
        if not ipaddress.ip_network(address).prefixlen:
            raise ValueError(address)  # everybody's
    except ValueError as error:
        raise InputError(
            f"--proxy-headers 不能是“{address}”，应为反向代理的 IP 地址或网段，"
            "如 10.0.0.1 或 10.0.0.0/24，几个用逗号分开。"
        ) from error


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
