"""What a site's robots.txt allows, and how often it wants to be asked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from protego import Protego

from app.fetching.types import Answer, Refused, Unreached
from corpus.errors import UnreadableFile

AGENT = "Dafu"
"""The name by which rules for us begin."""

LONGEST = 512 * 1024
"""Bytes of the file that are read, as RFC 9309 asks for at least (500 KiB)."""

_ASKED = "（取 robots.txt 时；没有它不知道许不许抓，先不抓）"


class Robots:
    """The rules of the sites that are asked, each read once."""

    def __init__(self, fetch: Callable[[str], Answer]) -> None:
        """Read rules by `fetch`, which raises UnreadableFile where it can't."""
        self._fetch = fetch
        self._rules: dict[str, Protego | UnreadableFile] = {}

    def check(self, address: str) -> None:
        """Check whether a site wants an address to be fetched.

        :raises Refused: where it does not.
        :raises Unreached: where it does not tell.
        """
        rules = self._of(address)
        if isinstance(rules, UnreadableFile):
            raise type(rules)(address, rules.reason)
        if not rules.can_fetch(address, AGENT):
            raise Refused(address, "网站的 robots.txt 不许抓取这一页")

    def interval(self, address: str) -> float:
        """Return the seconds between two requests that the site asks for, 0 where it doesn't."""
        rules = self._of(address)
        if isinstance(rules, UnreadableFile):
            return 0
        rate = rules.request_rate(AGENT)
        asked = rate.seconds / rate.requests if rate and rate.requests else 0
        return float(max(rules.crawl_delay(AGENT) or 0, asked))

    def _of(self, address: str) -> Protego | UnreadableFile:
        """Return the rules, or why there are none to go by.

        As RFC 9309 has it, a site without the file allows all, and one that fails to say, nothing.
        """
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = self._read(urljoin(site, "/robots.txt"))
        return self._rules[site]

    def _read(self, address: str) -> Protego | UnreadableFile:
        try:
            answer = self._fetch(address)
        except Refused as error:
            # Led elsewhere, as by sites without such a file; or the site itself may not be asked.
            return Protego.parse("") if error.source != address else error
        except UnreadableFile as error:
            return Unreached(address, f"{error.reason}{_ASKED}")
        if answer.status >= 500 or answer.status == 429:
            return Unreached(address, f"网站答 HTTP {answer.status}{_ASKED}")
        text = (
            answer.content[:LONGEST].decode("utf-8-sig", "replace") if answer.status == 200 else ""
        )
        return Protego.parse(text)
