"""Where the page is served, and where colleagues can open it: this machine's addresses."""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
from collections.abc import Iterator

from corpus.errors import InputError
from corpus.files import say_trouble

FIRST_PORT = 7860
PORTS = 100
"""Ports that are tried from FIRST_PORT on where the user names none."""

EVERYWHERE = ("0.0.0.0", "::")
"""What is served on all addresses of the machine."""

HTTP, HTTPS = 80, 443
"""Ports that an address need not name."""

_INNER = re.compile(r"(?:docker|br-|veth|virbr|cni|flannel|cali|podman|lxc|lxd|vmnet|vEthernet)")
"""Networks within this machine, of containers and virtual machines, by their names."""


def listen(host: str, port: int | None) -> socket.socket:
    """Take a port; without a number the first free one from FIRST_PORT on.

    :raises InputError: where it can't be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ports = range(FIRST_PORT, FIRST_PORT + PORTS) if port is None else (port,)
    _look_up(host, family)
    taken: OSError | None = None
    for number in ports:
        try:
            return socket.create_server((host, number), family=family)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise InputError(f"网页开不了：{host} {_say_unusable(error)}") from error
            taken = error
    if port is None:
        what = f"{ports[0]} 到 {ports[-1]} 的端口都不能用：都被占用，或没有权限。请用 --port 换一个"
    elif taken and taken.errno == errno.EADDRINUSE:
        what = f"端口 {port} 不能用：已被别的程序占用。请换一个端口"
    else:
        what = f"端口 {port} 不能用：没有权限（1024 以下的一般要管理员）。请换一个端口"
    raise InputError(f"网页开不了：{host} 的{what}。")


_TAKEN = (errno.EADDRINUSE, errno.EACCES)
"""Of a port that is another's, and of one that the system keeps: the next may be free."""


def _look_up(host: str, family: socket.AddressFamily) -> None:
    """Refuse a host that the system doesn't know, and a blank one, which would be all addresses.

    :raises InputError: for it.
    """
    try:
        if host.strip() and socket.getaddrinfo(host, None, family):
            return
    except (OSError, ValueError):  # of what is no name at all a UnicodeError, too
        pass
    raise InputError(
        f"网页开不了：没有“{host}”这个地址。--host 应为这台电脑的 IP 地址或名字，"
        "如 127.0.0.1；0.0.0.0 是所有地址。"
    )


def _say_unusable(error: OSError) -> str:
    if error.errno == errno.EADDRNOTAVAIL:
        return "不是这台电脑的地址。--host 应为它自己的 IP 地址，如 127.0.0.1；0.0.0.0 是所有地址。"
    return f"不能用（{say_trouble(error)}）。请换一个地址。"


def list_addresses(host: str, port: int, scheme: str = "http") -> list[str]:
    """Return the addresses at which others can open what is served on a host."""
    if host not in EVERYWHERE:
        return [write_address(host, port, scheme)]
    found = dict.fromkeys(_own_addresses(with_six=host == "::"))
    return [write_address(each, port, scheme) for each in found]


def write_address(host: str, port: int, scheme: str = "http") -> str:
    """Write where something is served, the port only where it isn't the scheme's own."""
    name = f"[{host}]" if ":" in host else host
    usual = HTTPS if scheme == "https" else HTTP
    return f"{scheme}://{name}" + ("" if port == usual else f":{port}")


def _own_addresses(with_six: bool) -> Iterator[str]:
    import psutil  # only where the page is served to others

    up = {name for name, stats in psutil.net_if_stats().items() if stats.isup}
    for name, held in psutil.net_if_addrs().items():
        if name not in up or _INNER.match(name):
            continue
        for each in held:
            try:
                address = ipaddress.ip_address(each.address.partition("%")[0])
            except ValueError:
                continue  # the number of the card itself
            inner = address.is_loopback or address.is_link_local
            if not inner and (with_six or address.version == 4):
                yield str(address)


def draw_code(address: str) -> str:
    """Draw an address as a QR code for a terminal."""
    import io

    import segno

    drawn = io.StringIO()
    segno.make(address, error="l").terminal(drawn, compact=True)
    return drawn.getvalue()
