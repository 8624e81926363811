"""Watch folders: load what is written to the end, tell what vanished, wait where others write."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from app.keeping.load_into import load_into
from app.loading.choices import Choices
from app.loading.reports import IngestReport
from app.service import Service
from app.watching.folders import Seen, Stamp, is_on_network, look_into
from app.watching.state import Loaded
from app.watching.vanished import Vanished
from app.watching.words import AWAY, HELD, say_gone, say_report
from corpus.errors import DafuError, HomeBusy, HomeError, InputError
from corpus.progress import Progress

LOGGER = logging.getLogger(__name__)

EVERY, EVERY_ON_NETWORK = 5.0, 60.0
"""Seconds between two looks at folders of this computer, and at network drives."""

SETTLE, SETTLE_ON_NETWORK = 2.0, 10.0
"""Seconds for which a file must have stayed as it is: of what other computers write, a drive may
tell late."""

SHARE = 20
"""Between two looks passes so many times what a look took: slow drives are asked less often."""

AGAIN = 60.0
"""Seconds after which a file that could not be opened is tried again: somebody has it open."""

LEAST = 0.02
"""Seconds between two rounds, whatever is asked for."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How folders are to be watched.

    `every` and `settle` are in seconds, None: as the drive is. A file is loaded once it has stayed
    as it is for `settle`. The replies of vanished files go to the bin only with `remove_vanished`.
    """

    every: float | None = None
    settle: float | None = None
    remove_vanished: bool = False
    allow_secret: bool = False


USUAL = Wish()


class Stopped(Exception):
    """It was asked to end while it was loading; the files before are loaded."""


def _rest(_: Callable[[], bool]) -> None:
    """Do nothing between two looks."""


class Watcher:
    """Watches folders for a Service of an editor; what it did is logged and told."""

    def __init__(
        self,
        service: Service,
        folders: Sequence[Path],
        wish: Wish = USUAL,
        tell: Callable[[str], None] = lambda _: None,
        progress: Callable[[], AbstractContextManager[Progress | None]] = nullcontext,
    ) -> None:
        """Take what is to be watched.

        :raises InputError: where there is no folder, one is a file, or holds the home.
        """
        self._service = service
        self._files = service.home.store.files
        self._wish = wish
        self._tell_user = tell
        self._progress = progress
        self.roots = find_roots(folders, service.home.folder)
        far = {root: wish.every is None and is_on_network(root) for root in self.roots}
        self.every = {
            root: wish.every or (EVERY_ON_NETWORK if far[root] else EVERY) for root in self.roots
        }
        usual = SETTLE_ON_NETWORK if any(far.values()) else SETTLE
        self._settle = usual if wish.settle is None else wish.settle
        self._loaded = Loaded(service.home.folder)
        self._loaded.keep_known(self._files.replies())
        self._ended = threading.Event()
        self.leaving = False
        """Set by a signal, whose exception is lost where it comes while something is finalised."""
        self._seen: dict[Path, Seen] = {}
        self._away: set[Path] = set()
        self._vanished = Vanished()
        self._waiting: dict[str, tuple[Stamp, float]] = {}
        self._retry_at: dict[str, float] = {}
        self._held = False
        self._trouble = ""
        self._once = False
        self._next = dict.fromkeys(self.roots, 0.0)
        self._soon = dict.fromkeys(self.roots, 0.0)
        self._due = 0.0

    def close(self) -> None:
        """Have `run` end soon: after the file that is being loaded."""
        self._ended.set()

    def run(self, once: bool = False, beside: Callable[[Callable[[], bool]], None] = _rest) -> None:
        """Watch until closed; with `once`, until all that is there is loaded or can't be.

        :param beside: done between two looks, as long as what it is given returns True.
        :raises DafuError: with `once`, where nothing can be loaded now, which is else tried again.
        """
        self._once = once
        while not self._is_over():
            try:
                waits = self.look()
            except Stopped:
                return
            if once and not waits:
                return
            self._due = min((self._soon if waits else self._next).values())
            if not waits:
                beside(self._has_time)
            self._ended.wait(max(LEAST, self._due - time.monotonic()))

    def _has_time(self) -> bool:
        return time.monotonic() < self._due and not self._is_over()

    def _is_over(self) -> bool:
        return self.leaving or self._ended.is_set()

    def look(self) -> bool:
        """Look once and load what can be; tell whether anything waits to settle, or for its turn.

        Whoever watches looks again soon where it does.
        """
        due = self._soon if self._waiting or self._vanished.waits else self._next
        for root in self.roots:
            if time.monotonic() >= due[root]:
                self._look_into(root)
        if ready := self._find_ready():
            self._load(ready)
        if self._waiting:
            return True  # what vanished may be one of those, by another name
        if self._vanished.waits and self._vanished.has_settled(self._settle):
            if self._may_be_renamed():
                if not self._held and self._vanished.has_settled(AGAIN):
                    self._held = True
                    self._tell(HELD)
                return False
            self._tell_vanished()
        return self._vanished.waits

    def _may_be_renamed(self) -> bool:
        """Tell whether what vanished may be a file that could not be opened yet."""
        files = (each for seen in self._seen.values() for each in seen.files.items())
        known = self._files.replies() if self._retry_at else {}  # none of these is a new name
        closed = {x for path, x in files if path in self._retry_at and path not in known}
        return self._loaded.may_be(self._vanished.paths, closed)

    def _look_into(self, root: Path) -> None:
        began = time.monotonic()
        seen, before = look_into(root), self._seen.get(root)
        now = time.monotonic()
        self._next[root] = now + max(self.every[root], SHARE * (now - began))
        self._soon[root] = now + max(self._settle / 2, SHARE * (now - began))
        known = before.files.keys() if before else self._known_below(root)
        if known and not seen.files and not seen.closed:
            seen.there = False  # a drive that is gone often leaves its empty folder
        if seen.there:
            self._seen[root] = seen
            self._vanished.note(
                each for each in known - seen.files.keys() if not seen.may_hold(each)
            )
        else:
            self._vanished.forget_below(root)
        self._tell_away(root, not seen.there)

    def _known_below(self, root: Path) -> set[str]:
        """Return the files of a folder that the library has replies of."""
        below = f"{root.as_posix().rstrip('/')}/"
        return {path for path in self._files.replies() if path.startswith(below)}

    def _tell_away(self, root: Path, away: bool) -> None:
        if away and root not in self._away:
            self._away.add(root)
            self._tell(AWAY.format(root))
        elif not away and root in self._away:
            self._away.discard(root)
            self._retry_at.clear()
            self._tell(f"{root} 又在了，接着看。")

    def _find_ready(self) -> dict[str, Stamp]:
        """Return the files that are other than when they were loaded, and have settled."""
        now = time.monotonic()
        files: dict[str, Stamp] = {}
        for root in self._seen.keys() - self._away:
            files |= self._seen[root].files
        self._vanished.note_back(files.keys())
        waiting = {}
        for path, stamp in self._loaded.changed(files).items():
            if now >= self._retry_at.get(path, 0):
                before = self._waiting.get(path)
                waiting[path] = before if before and before[0] == stamp else (stamp, now)
        self._waiting = waiting
        return {path: stamp for path, (stamp, at) in waiting.items() if now - at >= self._settle}

    def _load(self, ready: dict[str, Stamp]) -> None:
        """Load files; where that can't be done now they go on waiting."""
        choices = Choices(allow_secret=self._wish.allow_secret, watched=self.roots)
        paths = [Path(path) for path in sorted(ready)]
        try:
            with self._progress() as progress:
                report = load_into(self._service.home, paths, choices, self._stopping(progress))
        except HomeBusy as error:
            self._tell_trouble("另一个程序正在写入资料夹，等它结束再载入。", error)
        except DafuError as error:
            self._tell_trouble(f"没能载入，稍后再试：{error}", error)
        else:
            self._trouble = ""
            self._note_loaded(ready, report)

    def _note_loaded(self, ready: dict[str, Stamp], report: IngestReport) -> None:
        names = (each.source.split("#") for each in report.files if each.unopened)  # a.zip#name
        closed = {path for parts in names for path in accumulate(parts, "{}#{}".format)}
        for path in ready:
            self._waiting.pop(path)
            self._retry_at.pop(path, None)
            if path in closed:
                self._retry_at[path] = time.monotonic() + AGAIN
        done = {path: stamp for path, stamp in ready.items() if path not in closed}
        self._loaded.note(done, self._files.replies())
        if said := say_report(report):
            self._tell(said)

    def _tell_vanished(self) -> None:
        self._held = False
        lost = self._vanished.find_lost(self._files.replies())
        if lost.files and self._wish.remove_vanished:
            try:
                self._service.bin.put_away(lost.reply_ids)
            except HomeBusy as error:
                self._tell_trouble("另一个程序正在写入资料夹，等它结束再移到回收站。", error)
                return
            except HomeError as error:
                self._tell_trouble(f"移到回收站时出错：{error}", error)
                return
        if lost.files:
            self._tell(say_gone(lost.files, len(lost.reply_ids), self._wish.remove_vanished))
        self._loaded.forget(self._vanished.settle())

    def _stopping(self, progress: Progress | None) -> Progress:
        def report(stage: str, done: int, total: int | None) -> None:
            if self._is_over():
                raise Stopped
            if progress:
                progress(stage, done, total)

        return report

    def _tell(self, said: str) -> None:
        LOGGER.info("%s", said)
        self._tell_user(said)

    def _tell_trouble(self, said: str, error: DafuError) -> None:
        """Tell what keeps it from working, once."""
        if self._once:
            raise error
        if said != self._trouble:
            self._trouble = said
            self._tell(said)


def find_roots(folders: Sequence[Path], home: Path) -> tuple[Path, ...]:
    """Return where the folders are, without those below others.

    :raises InputError: where there is no folder, one is a file, or holds the home.
    """
    if not folders:
        raise InputError("请给出要看着的文件夹。")
    found = [Path(os.path.realpath(folder)) for folder in folders]
    own = Path(os.path.realpath(home))
    for root in found:
        if root.exists() and not root.is_dir():
            raise InputError(f"{root} 是文件；请给出它所在的文件夹。")
        if own.is_relative_to(root) or root.is_relative_to(own):
            raise InputError(f"{root} 与资料夹 {own} 互相包含；请给出别的文件夹。")
    outermost = (r for r in found if not any(r != o and r.is_relative_to(o) for o in found))
    return tuple(dict.fromkeys(outermost))
