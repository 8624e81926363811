"""Which machines may be reached: what a name means is looked up once, checked, and then held to.

A page may redirect, or link, to the machine that Dafu runs on or to another within its network, and
a name may come to mean such a one between a check and the connection. So each request is sent to
the very address that was checked.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from app.fetching.addresses import Site, site_of
from app.fetching.types import Refused, Unreached
from corpus.errors import InputError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str], Sequence[str]]

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""Addresses of IPv4 within IPv6 as translators write them (RFC 6052)."""


def resolve_host(host: str) -> Sequence[str]:
    """Return the numbers that a name means.

    :raises OSError: where it means none.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Reach:
    """Decides which machine a request goes to.

    Those of the public net may be reached. One of a private network may where its number was
    named, or where its name was and `intranet` says that names may mean such; this machine itself
    only where it was named by number, or as localhost.
    """

    def __init__(
        self, named: Iterable[Site], intranet: bool = False, resolve: Resolve = resolve_host
    ) -> None:
        self._named = frozenset(named)
        self._intranet = intranet
        self._resolve = resolve
        self._known: dict[str, Sequence[str]] = {}

    def number_of(self, address: str) -> str:
        """Return the number of the machine that the request for an address is sent to.

        :raises Refused: where it may not be reached.
        :raises Unreached: where its name means none.
        """
        site = site_of(address)
        for number in self._numbers(address, site.host):
            self._check(address, site, _plain(ipaddress.ip_address(number.partition("%")[0])))
        return self._known[site.host][0]

    def _numbers(self, address: str, host: str) -> Sequence[str]:
        if host not in self._known:
            try:
                found = self._resolve(host)
            except (OSError, UnicodeError):
                found = ()
            if not found:
                raise Unreached(address, "查不到这个网站（域名解析不出）；请检查网址和网络")
            self._known[host] = found
        return self._known[host]

    def _check(self, address: str, site: Site, number: Address) -> None:
        """Refuse a machine that may not be reached; by number its port is part of what is named."""
        named = site in self._named
        if (number.is_global and not number.is_multicast) or (named and site.names_machine):
            return
        own = number.is_loopback or number.is_link_local or number.is_unspecified
        inner = not (own or number.is_multicast or number.is_reserved)
        if inner and named and self._intranet:
            return
        if inner and named:
            raise Refused(
                address, f"{site} 是内网的机器（{number}）；确是本单位的网站，请加 --intranet"
            )
        where = "本机" if own else "内网的机器"
        raise Refused(address, f"指向{where}（{number}），没有点名要抓它，不抓")


def _plain(number: Address) -> Address:
    """Return the number of IPv4 that one of IPv6 stands for, else the number itself."""
    if isinstance(number, ipaddress.IPv4Address):
        return number
    if number in _TRANSLATED:
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or number


class CheckedTransport(httpx.BaseTransport):
    """Sends each request to the machine that `reach` allows, over a connection of its own."""

    def __init__(self, reach: Reach, ca: Path | None = None) -> None:
        self._reach = reach
        self._inner = httpx.HTTPTransport(
            verify=_trust(ca), trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; its certificate is still checked for the name that was asked for."""
        number = self._reach.number_of(str(request.url))
        name = request.url.raw_host.decode("ascii")
        extensions = dict(request.extensions)
        if number != name.strip("[]"):
            extensions["sni_hostname"] = name
        return self._inner.handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(host=number),
                headers=request.headers,
                stream=request.stream,
                extensions=extensions,
            )
        )

    def close(self) -> None:
        """Close what is open."""
        self._inner.close()


def _trust(ca: Path | None) -> ssl.SSLContext:
    """Trust the usual authorities, and the office's own where it is given."""
    context = httpx.create_ssl_context(trust_env=False)
    if ca:
        try:
            context.load_verify_locations(cafile=str(ca))
        except (OSError, ssl.SSLError) as error:
            raise InputError(
                f"证书文件用不了：{ca}。请给出单位根证书的 PEM 文件（以 BEGIN CERTIFICATE 开头）。"
            ) from error
    return context


class Deadline:
    """Ends a request that takes too long in all, however it drips.

    A limit on each read alone would let a server send a byte now and then for ever.
    """

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Take note of the connection; httpx calls this with what happens to a request."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.over:
                self._end()

    def _end(self) -> None:
        self.over = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
