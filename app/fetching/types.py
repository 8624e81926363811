"""What is fetched, what came of it, and why something was not.

As in `app.types`, the texts below attributes say what stands under a key of the JSON.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from app.loading.reports import IngestReport
from corpus.errors import UnreadableFile
from corpus.serialise import FLAT, Seconds, shown


class Unreached(UnreadableFile):
    """A page could not be fetched now; it may be the next time."""


class Refused(UnreadableFile):
    """A page must not be fetched: its site forbids it, or it leads where nobody sent us."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answered: `address` is where the page was in the end.

    `moved` says that all redirects on the way there are meant for good. `headers` have small names.
    """

    address: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    moved: bool = False

    @property
    def charset(self) -> str | None:
        """The encoding that the headers name, None where they name none."""
        _, _, named = self.headers.get("content-type", "").lower().partition("charset=")
        return named.split(";")[0].strip(" \"'") or None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be fetched, and how far to go.

    `index` says that the addresses are those of lists of replies, of which up to `pages` pages each
    are looked through; `match` are words of which a link must have one, none = links that look like
    replies. `most` limits the replies. `again` fetches what was removed from the library, too.
    """

    addresses: tuple[str, ...]
    index: bool = False
    pages: int = 20
    most: int = 2000
    match: tuple[str, ...] = ()
    again: bool = False


Status = Literal["new", "changed", "unchanged", "gone", "moved", "failed", "refused", "removed"]


@dataclass(frozen=True, slots=True)
class PageReport:
    """What became of one page or attachment."""

    address: str
    """网址"""
    status: Status
    """新取回、有变动、没有变动、已不在、搬到别处、没有取到、不抓、已从文库移除而不再取"""
    reason: str | None = None
    """为什么没有取到或不抓；搬到了哪里；没有可说的为 null"""
    page: str | None = None
    """附件在哪个网页上；不是附件的为 null"""


@dataclass(frozen=True, slots=True)
class PageCounts:
    """How many pages and attachments there are of each status."""

    new: int
    """新取回的个数"""
    changed: int
    """有变动的个数"""
    unchanged: int
    """没有变动的个数"""
    gone: int
    """已不在的个数"""
    moved: int
    """搬到别处的个数"""
    failed: int
    """没有取到的个数"""
    refused: int
    """不抓的个数"""
    removed: int
    """已从文库移除而不再取的个数"""


@shown("counts seconds notes pages loaded")
@dataclass(frozen=True, slots=True)
class FetchReport:
    """What became of all that was to be fetched, and of what was loaded of it."""

    pages: tuple[PageReport, ...]
    """每个网页或附件一条"""
    notes: tuple[str, ...]
    """对目录页的说明：没有找到答复的链接、到了上限等"""
    loaded: IngestReport | None
    """载入的结果；没有可载入的为 null"""
    seconds: Seconds
    """抓取用了多少秒"""

    @property
    def counts(self) -> Annotated[PageCounts, FLAT]:
        """The number of entries of each status."""
        counter: Counter[str] = Counter(page.status for page in self.pages)
        return PageCounts(**{name: counter[name] for name in PageCounts.__slots__})


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """A page that would be fetched, or why it would not be."""

    address: str
    """网址"""
    known: bool
    """是否以前取回过，这次只核对有没有变动"""
    refused: str | None = None
    """为什么不抓；会抓的为 null"""


@dataclass(frozen=True, slots=True)
class FetchPlan:
    """What `--dry-run` says would be fetched."""

    pages: tuple[PlannedPage, ...]
    """每个网页一条；附件要等取回网页才知道"""
    notes: tuple[str, ...]
    """对目录页的说明"""
    seconds: Seconds
    """照每个网站的间隔，最少要多少秒"""
