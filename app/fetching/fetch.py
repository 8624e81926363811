"""Fetch pages, keep them, notice what has changed, and have what was fetched loaded."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.fetching.addresses import site_of
from app.fetching.choosing import choose_attachments, says_reply
from app.fetching.content import (
    MOST_PAGE,
    ending_of_answer,
    lines_of,
    looks_like_page,
    says_missing,
)
from app.fetching.links import Link, open_links
from app.fetching.lists import Found, Lists
from app.fetching.polite import PoliteClient
from app.fetching.snapshots import FETCHED, Snapshot, Snapshots, now
from app.fetching.types import (
    Answer,
    FetchPlan,
    FetchReport,
    PageReport,
    PlannedPage,
    Refused,
    Status,
    Wanted,
)
from app.loading.reports import IngestReport
from corpus.errors import UnreadableFile
from corpus.files import make_private_folder, save_text_atomically
from corpus.progress import Progress
from index.stores.manifest import hold_lock

Tell = Callable[[str], None]

UNFINISHED = timedelta(hours=24)
"""So long a run that was broken off is gone on with; a later one begins anew."""


@contextmanager
def hold_fetching(home: Path) -> Iterator[None]:
    """Keep others from fetching into a home: two would ask sites twice as often.

    :raises HomeBusy: where another is fetching.
    """
    folder = home / FETCHED
    make_private_folder(folder)
    with hold_lock(folder, ".lock", "另一个 dafu fetch 正在为这个资料夹抓取，请等它结束后再试。"):
        yield


@dataclass(slots=True)
class Fetching:
    """One run: what is wanted of which sites, and what came of it so far."""

    snapshots: Snapshots
    client: PoliteClient
    wanted: Wanted
    progress: Progress = lambda stage, done, total: None
    tell: Tell = lambda words: None
    key: str = ""
    began: str = ""

    def plan(self) -> FetchPlan:
        """Say what would be fetched; only rules and lists are, and nothing is kept."""
        found = self._find(keep=False)
        pages = tuple(self._plan(address) for address in found.replies)
        most = Counter(site_of(p.address).host for p in pages if p.refused is None)
        pace = {site_of(p.address).host: self.client.interval(p.address) for p in pages}
        seconds = max((count * pace[host] for host, count in most.items()), default=0.0)
        return FetchPlan(pages, tuple(found.notes), seconds)

    def run(self, load: Callable[[Sequence[Path]], IngestReport]) -> FetchReport:
        """Fetch all that is wanted, then have it loaded.

        A run that was broken off, by a kill or by a site that wanted to be left alone, is gone on
        with: what it has fetched is not asked for again.
        """
        start = time.monotonic()
        self._begin()
        found = self._find(keep=True)
        self._tell_pace(found.replies)
        pages: list[PageReport] = []
        paths: dict[Path, None] = {}
        for done, (address, words) in enumerate(found.replies.items()):
            self.progress("抓取网页", done, len(found.replies))
            for report, path in self._fetch_whole(Link(address, words, "")):
                pages.append(report)
                if path:
                    paths[path] = None
        self.progress("抓取网页", len(found.replies), len(found.replies))
        seconds = time.monotonic() - start
        loaded = load(list(paths)) if paths else None
        if not self.client.left_alone:
            self._mark.unlink(missing_ok=True)
        return FetchReport(tuple(pages), tuple(found.notes), loaded, seconds)

    # One run after another

    @property
    def _mark(self) -> Path:
        return self.snapshots.folder / f".run-{self.key}.json"

    def _begin(self) -> None:
        """Begin a run, or go on with the one like it that was broken off."""
        wanted = (sorted(self.wanted.addresses), self.wanted.index, self.wanted.match)
        self.key = hashlib.sha256(json.dumps(wanted).encode()).hexdigest()[:16]
        self.began = now()
        make_private_folder(self.snapshots.folder)
        try:
            before = json.loads(self._mark.read_text(encoding="utf-8"))["began"]
            age = datetime.now(UTC) - datetime.fromisoformat(before)
        except (OSError, ValueError, TypeError, KeyError):
            age = UNFINISHED
        if age < UNFINISHED:
            self.began = before
            self.tell("接着上次没有做完的抓取；已经取回的这次不再请求。")
        else:
            save_text_atomically(self._mark, json.dumps({"began": self.began}))

    def _is_done(self, known: Snapshot | None) -> bool:
        """Tell whether this run has asked for a page, before it was broken off."""
        return known is not None and bool(self.began) and known.checked >= self.began

    # Lists

    def _find(self, keep: bool) -> Found:
        if not self.wanted.index:
            return Found(dict.fromkeys(self.wanted.addresses[: self.wanted.most], ""))

        def remembered(address: str) -> Snapshot | None:
            known = self.snapshots.find(address)
            same = known and not known.file and known.run == self.key
            return known if same and self._is_done(known) else None

        def remember(page: Snapshot) -> None:
            if keep:
                self.snapshots.note(replace(page, run=self.key))

        def look(pages: int) -> None:
            self.progress("查看目录", pages, None)

        return Lists(self.client, self.wanted, remembered, remember, look).find()

    def _tell_pace(self, addresses: Iterable[str]) -> None:
        hosts = {site_of(address).host: address for address in addresses}
        counts = Counter(
            site_of(address).host
            for address in addresses
            if not self._is_done(self.snapshots.find(address))
        )
        for host, count in counts.items():
            try:
                pace = self.client.interval(hosts[host])
            except UnreadableFile:
                continue
            if count * pace >= _WORTH_TELLING:
                self.tell(
                    f"{host}：{count} 页，每 {pace:g} 秒一次，预计还要 {_span(count * pace)}以上。"
                )

    def _plan(self, address: str) -> PlannedPage:
        known = self.snapshots.find(address)
        try:
            self.client.check(address)
        except UnreadableFile as error:
            return PlannedPage(address, known is not None, error.reason)
        return PlannedPage(address, known is not None)

    # Pages

    def _fetch_whole(self, link: Link) -> Iterator[tuple[PageReport, Path | None]]:
        """Fetch a page and what is attached to it; yield each, with its file if it is to be loaded.

        An attachment is loaded where the page has no text of its own, or where its name says that
        it is a reply: tables and forms that go with a reply are kept beside it only.
        """
        report, known = self._fetch(link.address, link.words)
        if known is None:
            yield report, None
            return
        path = self.snapshots.path(known)
        if path.suffix != ".html":
            yield report, path
            return
        content = path.read_bytes()
        bare = lines_of(content) is None
        try:
            attached = choose_attachments(open_links(Answer(known.found_at, 200, {}, content)))
        except UnreadableFile:
            attached = []
        yield report, None if bare and attached else path
        for each in attached:
            told, file = self._fetch(each.address, each.words, page=link.address)
            wanted = file is not None and (bare or says_reply(each.words or each.address))
            yield told, self.snapshots.path(file) if file and wanted else None

    def _fetch(
        self, address: str, words: str, page: str | None = None
    ) -> tuple[PageReport, Snapshot | None]:
        """Fetch one page or attachment; return what came of it, and what is kept and not gone."""
        before = self.snapshots.find(address)
        there = before is not None and self.snapshots.has_bytes(before)
        if before and before.file and not there and not self.wanted.again:
            reason = "已从文库移除，不再取；要再取，请加 --again"
            return PageReport(address, "removed", reason, page), None
        if before and (there or before.gone) and self._is_done(before):
            return self._again(before, page)
        try:
            answer = self.client.get(address, before.conditions if before and there else None)
        except UnreadableFile as error:
            status: Status = "refused" if isinstance(error, Refused) else "failed"
            return PageReport(address, status, error.reason, page), before if there else None
        if answer.status == 304 and before and there:
            return self._same(before, answer, page)
        if says_missing(answer, address):
            code = answer.status if answer.status in (404, 410) else 404
            if before:
                self.snapshots.note(replace(before, gone=code, checked=now()))
            return PageReport(address, "gone", _GONE.get(answer.status, _SAID), page), None
        if problem := _problem(answer, attached=page is not None):
            return PageReport(address, "failed", problem, page), before if there else None
        if before and there and _is_same(self.snapshots.path(before), answer):
            return self._same(before, answer, page)
        known = self.snapshots.keep(address, answer, ending_of_answer(answer, words), before)
        moved = _moved(before, answer) if there else None
        return PageReport(address, "changed" if there else "new", moved, page), known

    def _same(
        self, before: Snapshot, answer: Answer, page: str | None
    ) -> tuple[PageReport, Snapshot]:
        moved = _moved(before, answer)
        known = self.snapshots.checked(before, answer)
        status: Status = "moved" if moved else "unchanged"
        return PageReport(before.address, status, moved, page), known

    def _again(self, known: Snapshot, page: str | None) -> tuple[PageReport, Snapshot | None]:
        """Report what this run has fetched before it was broken off."""
        if known.gone:
            return PageReport(known.address, "gone", _GONE.get(known.gone, _SAID), page), None
        if known.fetched < self.began:
            return PageReport(known.address, "unchanged", None, page), known
        changed = self.snapshots.has_earlier(known)
        return PageReport(known.address, "changed" if changed else "new", None, page), known


_WORTH_TELLING = 10.0
"""Seconds from which on it is said how long a site will take."""

_SAID = "网站说这一页已不在"
_GONE = {404: "网站说这一页已不在（HTTP 404）", 410: "网站说这一页已撤下（HTTP 410）"}


def _problem(answer: Answer, attached: bool) -> str | None:
    """Say why an answer is not kept, None where it is."""
    if answer.status != 200:
        return f"网站答 HTTP {answer.status}，没有给出内容"
    if not answer.content.strip():
        return "网站给的是空的"
    if attached and looks_like_page(answer):
        return "附件的网址给的是网页，不是文件"
    return None


def _is_same(path: Path, answer: Answer) -> bool:
    """Tell whether what is read of a page is as it was, whatever its counters say now."""
    kept = path.read_bytes()
    if kept == answer.content:
        return True
    if not looks_like_page(answer) or path.suffix != ".html":
        return False
    if max(len(kept), len(answer.content)) > MOST_PAGE:
        return False
    before = lines_of(kept)
    return before is not None and before == lines_of(answer.content)


def _moved(before: Snapshot | None, answer: Answer) -> str | None:
    if before is None or not answer.moved or answer.address == before.found_at:
        return None
    return f"搬到了 {answer.address}"


def _span(seconds: float) -> str:
    """Say a time in words: 40 秒, 5 分钟, 2.5 小时."""
    if seconds < 90:
        return f"{seconds:.0f} 秒"
    return f"{seconds / 60:.0f} 分钟" if seconds < 5400 else f"{seconds / 3600:.1f} 小时"
