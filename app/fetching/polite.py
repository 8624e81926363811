"""The one client that asks sites for pages: slowly, by their rules, never for long."""

from __future__ import annotations

import email.utils
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from app.fetching.addresses import Site, join, site_of
from app.fetching.reach import CheckedTransport, Deadline, Reach
from app.fetching.robots import Robots
from app.fetching.types import Answer, Refused, Unreached

REDIRECTS = (301, 302, 303, 307, 308)
FOR_GOOD = (301, 308)
BUSY = (429, 502, 503, 504)
"""Statuses after which a page is asked for again, later."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What tells the time and waits."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Manners:
    """How sites are asked; times in seconds.

    :ivar name: what we call ourselves.
    :ivar interval: the least time between two requests to a host; a site may ask for more.
    :ivar attempts: how often a page is asked for where the site is busy or does not answer.
    :ivar patience: the longest a site may have us wait, by Retry-After or Crawl-delay.
    :ivar silence: the longest without a byte. `whole`: the longest for all of a page.
    :ivar failures: so many pages in a row without an answer, and a site is left alone.
    """

    name: str = "Dafu"
    interval: float = 1.0
    attempts: int = 4
    patience: float = 600.0
    silence: float = 20.0
    whole: float = 120.0
    failures: int = 5
    redirects: int = 5
    most_bytes: int = 50 << 20


@dataclass(slots=True)
class _Host:
    """What is remembered of a host within a run."""

    last: float = float("-inf")
    not_before: float = 0.0
    failed: int = 0
    left_alone: str = ""


@dataclass(frozen=True, slots=True)
class Trust:
    """Which hosts may be asked, and whom to believe that they are these."""

    sites: frozenset[Site]
    intranet: bool = False
    ca: Path | None = None

    @classmethod
    def of(cls, addresses: Iterable[str], intranet: bool = False, ca: Path | None = None) -> Self:
        """Trust the hosts of these addresses."""
        return cls(frozenset(map(site_of, addresses)), intranet, ca)


class PoliteClient:
    """Fetches pages of the hosts that were named, and of no others."""

    def __init__(
        self,
        trust: Trust,
        manners: Manners = Manners(),
        tell: Callable[[str], None] = lambda words: None,
        clock: Clock = Clock(),
        reach: Reach | None = None,
    ) -> None:
        self.manners, self._tell, self._clock = manners, tell, clock
        self._sites = trust.sites
        reach = reach or Reach(trust.sites, trust.intranet)
        self._client = httpx.Client(
            transport=CheckedTransport(reach, trust.ca),
            headers={
                "User-Agent": manners.name,
                "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
                "Accept-Language": "zh-CN,zh;q=0.9",
                "Accept-Encoding": "gzip, deflate",
            },
            timeout=manners.silence,
            trust_env=False,
        )
        self._hosts: dict[str, _Host] = {}
        self.robots = Robots(lambda address: self._follow(address, {}, by_rules=False))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, address: str, conditions: Mapping[str, str] | None = None) -> Answer:
        """Fetch a page, whatever its status, following redirects within the named hosts.

        :param conditions: headers that have an unchanged page answered by 304.
        :raises Refused: where it may not be fetched.
        :raises Unreached: where it could not be.
        """
        return self._follow(address, conditions or {}, by_rules=True)

    def check(self, address: str) -> None:
        """Raise Refused where an address may not be fetched, Unreached where its host is left."""
        host = self._host(address)
        if host.left_alone:
            raise Unreached(address, host.left_alone)
        if not self.may_ask(address):
            raise Refused(address, f"在别的网站（{site_of(address)}）上；要抓，请加 --also")
        self.robots.check(address)

    def may_ask(self, address: str) -> bool:
        """Tell whether an address is of a host that was named."""
        return site_of(address) in self._sites

    @property
    def left_alone(self) -> bool:
        """Whether a site is left alone for now, so that some is still to do."""
        return any(host.left_alone for host in self._hosts.values())

    def interval(self, address: str) -> float:
        """Return the seconds between two requests to the host of an address."""
        return max(self.manners.interval, self.robots.interval(address))

    def _host(self, address: str) -> _Host:
        return self._hosts.setdefault(site_of(address).host, _Host())

    def _follow(self, first: str, conditions: Mapping[str, str], by_rules: bool) -> Answer:
        address, moved = first, True
        for _ in range(self.manners.redirects + 1):
            if by_rules:
                self.check(address)
            elif not self.may_ask(address):
                raise Refused(address, "转到了别的网站")
            answer = self._ask(address, conditions, by_rules)
            if answer.status not in REDIRECTS:
                return Answer(
                    address,
                    answer.status,
                    answer.headers,
                    answer.content,
                    moved and address != first,
                )
            moved = moved and answer.status in FOR_GOOD
            target = join(address, answer.headers.get("location", ""))
            if not answer.headers.get("location") or target is None:
                raise Refused(first, "转到了不是网页的地方")
            address = target
        raise Unreached(first, f"转来转去 {self.manners.redirects} 次以上，没有取到")

    def _ask(self, address: str, conditions: Mapping[str, str], by_rules: bool) -> Answer:
        """Ask for one address, again where the site is busy, and remember who does not answer."""
        host = self._host(address)
        interval = self.interval(address) if by_rules else self.manners.interval
        if interval > self.manners.patience:
            raise Refused(
                address, f"网站要求每次间隔 {interval:.0f} 秒，太久了，不抓；请向网站索要数据"
            )
        for attempt in range(1, self.manners.attempts + 1):
            self._wait(host, interval)
            answer, reason, again = self._try(address, conditions)
            if answer is not None and answer.status not in BUSY:
                host.failed = 0
                return answer
            pause = _asked_pause(answer) or interval * 2**attempt
            if pause > self.manners.patience:
                host.left_alone = (
                    f"网站要求过 {pause / 60:.0f} 分钟再来（{reason}）；请到时再运行一次"
                )
                raise Unreached(address, host.left_alone)
            host.not_before = self._clock.now() + pause
            if not again or attempt == self.manners.attempts:
                break
            self._tell(f"{site_of(address)}：{reason}，{pause:.0f} 秒后再试。")
        host.failed += 1
        if host.failed >= self.manners.failures:
            host.left_alone = (
                f"网站接连 {host.failed} 次没有正常应答，本次不再打扰；请稍后再运行一次"
            )
        raise Unreached(address, reason)

    def _wait(self, host: _Host, interval: float) -> None:
        pause = max(host.not_before, host.last + interval) - self._clock.now()
        if pause > 0:
            self._clock.sleep(pause)
        host.last = self._clock.now()

    def _try(self, address: str, conditions: Mapping[str, str]) -> tuple[Answer | None, str, bool]:
        """Ask once; return the answer or None, what is wrong, and whether to ask again."""
        with Deadline(self.manners.whole) as deadline:
            try:
                answer = self._once(address, conditions, deadline)
            except httpx.TransportError as error:
                if deadline.over:
                    return None, f"{self.manners.whole:g} 秒没有传完", False
                return None, *_say(error)
            except httpx.HTTPError:
                return None, "应答不合规范，读不懂", False
        return answer, f"网站正忙（HTTP {answer.status}）", True

    def _once(self, address: str, conditions: Mapping[str, str], deadline: Deadline) -> Answer:
        most = self.manners.most_bytes
        with self._client.stream(
            "GET", address, headers=dict(conditions), extensions={"trace": deadline.trace}
        ) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            declared = headers.get("content-length", "")
            size = int(declared) if declared.isdecimal() else 0
            content = bytearray()
            if response.status_code not in REDIRECTS and size <= most:
                for piece in response.iter_bytes():
                    content += piece
                    size = max(size, len(content))
                    if size > most or deadline.over:
                        break
            if deadline.over:
                raise httpx.ReadTimeout("deadline")
        if size > most:
            raise Unreached(address, f"超过 {most >> 20} MiB，太大了，没有取")
        return Answer(address, response.status_code, headers, bytes(content))


def _asked_pause(answer: Answer | None) -> float:
    """Return how long a site asks to be left alone, 0 where it doesn't say."""
    said = (answer.headers.get("retry-after", "") if answer else "").strip()
    if said.isdecimal():
        return float(said[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    except ValueError:
        return 0.0


def _say(error: httpx.TransportError) -> tuple[str, bool]:
    """Say why a site did not answer, and whether it may the next time."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            words = "网站的证书验证不过；单位自己签发的，请用 --ca 给出单位的根证书"
            return words, False
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.TimeoutException):
        return "网站没有应答（超时）", True
    if isinstance(error, httpx.ConnectError):
        return "连不上网站", True
    return "连接中断了", True
