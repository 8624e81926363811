"""Kill what works on a home at any moment, by the thousand: `python -m tests.killing`.

`--seed 1 --first 47 --count 1` does one case again, as near as the machine's pace allows.
"""

from __future__ import annotations

import argparse
import re
import shutil
import signal
import tempfile
import time
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

from tests.homes import letter, make_home, run, texts_of, write_letters
from tests.shepherd import PATIENCE, End, Shepherd
from tests.test_adapt import write_board
from tests.webs import Site, new_list, new_page, serve_site

SHARES = {
    **{"ingest": 16, "reload": 10, "rebuild": 10, "remove": 14, "bin": 8, "bin back": 6},
    **{"correct": 8, "backup": 8, "restore": 8, "fetch": 5, "desk": 3, "serve": 3, "adapt": 1},
}
"""What is killed, and how often of a hundred times."""

KNOWN = {
    *("dafu.sqlite", "judgments.sqlite", "judgments.sqlite-wal", "judgments.sqlite-shm"),
    *("audit.sqlite", "audit.sqlite-wal", "audit.sqlite-shm"),
    *("dafu.sqlite-wal", "dafu.sqlite-shm", "manifest.json", "用语.txt", "dafu.toml"),
    *("backups", "logs", "log.lock", "write.lock", "encode.lock", "uploads", "evaluation"),
    *("fetched", "model"),
    "manifest.json.part",  # which the next load clears away, see `app.keeping.leftovers`
    *(f"index-{number}" for number in range(100)),
}
"""What may lie in a home."""

SERVE = ("serve", "--no-open", "--port", "0")

PROPOSAL = (
    "关于{0}的提案\n案由：{0}困扰居民多年。\n建议：\n一、尽快开展{0}的改造。\n"
    "二、所需经费由财政安排。\n三、定期通报进展。\n"
)

PAGES = {
    f"/art/2024/6/1/art_7_{number + 10}.html": f"关于{matter}提案的答复"
    for number, matter in enumerate(("屋顶绿化", "早餐工程", "犬只管理"), 1)
}


class Ground:
    """Where commands are killed: homes as they were, which are copied back before each case."""

    def __init__(self, folder: Path, site: Site, *, wide: bool) -> None:
        """Make them; a wide one has enough in it for the model to be adapted."""
        self.place, self._whole, self.site = folder / "place", folder / "whole", site
        site.routes["/l/"] = new_list(PAGES)
        for number, (path, title) in enumerate(PAGES.items(), 1):
            site.routes[path] = new_page(number, title[2:-5])
        self.place.mkdir(parents=True)
        self._make(wide)
        self.place.rename(self._whole)

    def _make(self, wide: bool) -> None:
        place = self.place
        letters = write_letters(place / "letters", range(15))
        uploaded = place / "上传.txt"
        uploaded.write_text(letter(90), encoding="utf-8")
        home = make_home(place / "home", letters, uploaded)
        run(home, "backup", str(place / "backup.zip"))
        kept = texts_of(home)
        run(home, "ingest", str(write_letters(letters, range(15, 20))))
        run(home, "remove", next(id for id in texts_of(home) if id not in kept), "--bin")
        write_letters(place / "more", range(20, 30))
        proposals = place / "proposals"
        proposals.mkdir()
        for matter in ("电梯加装", "河道清淤", "夜间停车"):
            (proposals / f"{matter}.txt").write_text(PROPOSAL.format(matter), encoding="utf-8")
        if wide:
            made = make_home(place / "wide", write_letters(place / "few", range(3)))
            run(made, "ingest", str(write_board(place / "留言.jsonl")))

    def renew(self, *, wide: bool) -> None:
        """Put everything back as it was, the wide home only where it is asked for."""
        shutil.rmtree(self.place, ignore_errors=True)
        ignore = None if wide else shutil.ignore_patterns("wide")
        shutil.copytree(self._whole, self.place, ignore=ignore)


class Case:
    """One kill: what is done, what it may have changed, and what must hold afterwards."""

    def __init__(self, ground: Ground, shepherd: Shepherd, action: str, chance: Random) -> None:
        self.place, self.shepherd, self.action, self.chance = (
            *(ground.place, shepherd, action, chance),
        )
        ground.renew(wide=action == "adapt")
        self.home = self.place / ("wide" if action == "adapt" else "home")
        self.before = texts_of(self.home)
        self.chosen = chance.choice(sorted(self.before))
        if action == "bin back":
            self._do("remove", self.chosen, "--bin")
        if action == "reload":
            for number in range(12):
                path = self.place / "letters" / f"{number}.txt"
                path.write_text(path.read_text("utf-8").replace("摸排", "勘查"), "utf-8")
        self.arguments = self._arguments(ground.site.at("/l/"))
        self.by = chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM))

    def _arguments(self, site: str) -> tuple[str, ...]:
        place, chosen = self.place, self.chosen
        return {
            "ingest": ("ingest", str(place / "more")),
            "reload": ("ingest", str(place / "letters"), str(place / "more")),
            "rebuild": ("rebuild",),
            "remove": ("remove", chosen),
            "bin": ("remove", chosen, "--bin"),
            "bin back": ("bin", "--restore", chosen),
            "correct": ("correct", chosen, "公开属性=不予公开", "标题=改过的标题"),
            "backup": ("backup", str(place / "made.zip")),
            "restore": ("restore", str(place / "backup.zip"), "--replace"),
            "fetch": ("fetch", site, "--index", "--interval", "0"),
            "desk": ("desk", str(place / "proposals"), "--out", str(place / "out"), "--overwrite"),
            "serve": ("ingest", str(place / "more")),
            "adapt": ("adapt",),
        }[self.action]

    # Killing

    def kill(self, seconds: float) -> End:
        """Do it, and kill it after some seconds; return how it ended."""
        if self.action == "serve":
            return self._kill_beside(seconds)
        return self._do(*self.arguments, seconds=seconds, by=self.by)

    def _kill_beside(self, seconds: float) -> End:
        """Serve the page and load beside it; kill one of them, the other goes on unharmed."""
        fate = self.chance.choice(("starting", "page", "load"))
        if fate == "starting":
            return self._do(*SERVE, seconds=seconds, by=self.by)
        page, address = self.serve()
        load = self.shepherd.start(*self.arguments, "--home", str(self.home))
        if fate == "page":
            end = self.shepherd.end(page, seconds, self.by)
            self.ended = self.shepherd.end(load)
            assert self.ended.code == 0, self.ended
            return end
        end = self.shepherd.end(load, seconds, self.by)
        with urllib.request.urlopen(f"{address}/ready", timeout=60) as answer:
            assert answer.status == 200
        stopped = self.shepherd.end(page, 0, signal.SIGTERM)
        assert stopped.code in (0, 128 + signal.SIGTERM), stopped
        return end

    def serve(self) -> tuple[int, str]:
        """Serve the page; return its process and its address."""
        page = self.shepherd.start(*SERVE, "--home", str(self.home))
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := re.search(r"http://127\.0\.0\.1:\d+", self.shepherd.said(page)):
                return page, found[0]
            time.sleep(0.05)
        raise AssertionError(f"no page: {self.shepherd.said(page)}")

    # What must hold

    def check(self, end: End) -> Iterator[str]:
        """Yield all that is wrong after a kill."""
        # SIGTERM may be met in the midst of a library that makes an error of its own of it.
        if end.code not in (0, -self.by, 128 + self.by) and not (
            self.by == signal.SIGTERM and end.code in (1, 2)
        ):
            yield f"ended with {end.code}"
        if "Traceback" in end.said or "没有料到" in end.said:
            yield f"said {end.said[-2000:]}"
        yield from (f"lives on: {each}" for each in self.shepherd.survivors())
        if self.chance.random() < 0.2:  # a second kill, of what finishes or undoes the first
            self._do("verify", seconds=self.chance.uniform(0, 0.5))
        verified = self._do("verify")
        if verified.code or "Traceback" in verified.said:
            yield f"verify: {verified}"
        if left := self.shepherd.left():
            yield f"left in the temporary folder: {left}"
            self.shepherd.clear()
        if any(path.name not in KNOWN for path in self.home.iterdir()):
            yield f"left in the home: {sorted(path.name for path in self.home.iterdir())}"
        yield from self._lost(end.code == 0)
        yield from self._unusable()
        if len(list(self.home.glob("index-*"))) != 1:
            yield "more than one index"

    def _lost(self, done: bool) -> Iterator[str]:
        """Yield what was lost, or was acknowledged and is not there."""
        after, before = texts_of(self.home), self.before
        if self.action in ("ingest", "fetch", "serve"):
            if not after.items() >= before.items():
                yield "a reply is lost"
        elif self.action == "reload":
            new = {id: text.replace("摸排", "勘查") for id, text in before.items()}
            if any(after.get(id) not in (text, new[id]) for id, text in before.items()):
                yield "a reply is lost"
            if done and sum("勘查" in text for text in after.values()) != 12:
                yield "a new version is lost"
        elif self.action in ("remove", "bin", "bin back"):
            yield from self._removed(done, self.chosen in after)
            if after != {id: t for id, t in before.items() if id != self.chosen or id in after}:
                yield "another reply is lost"
        elif self.action == "restore":
            if len(after) not in ((16,) if done else (16, len(before))):
                yield f"half restored: {len(after)}"
        elif after != before:
            yield "the library is another"
        loads = self.action in ("ingest", "reload") and done
        if loads and len(after) != len(before) + 10:
            yield "what was loaded is lost"
        if self.action == "correct":
            yield from self._corrected(done)
        if self.action == "backup" and done:
            with zipfile.ZipFile(self.place / "made.zip") as archive:
                if archive.testzip():
                    yield "the backup is damaged"
        if self.action == "desk":
            yield from self._drafts()

    def _removed(self, done: bool, inside: bool) -> Iterator[str]:
        if self.action == "remove":
            if done and inside:
                yield "what was removed is there"
            if not inside and (proof := self._do("verify", "--removed", self.chosen)).code:
                yield f"not wholly removed: {proof}"
            return
        listed = self.chosen in self._do("bin", "--json").said
        if inside == listed:
            yield "both in the library and in the bin" if inside else "neither here nor there"
        if done and inside != (self.action == "bin back"):
            yield "what was acknowledged is undone"

    def _corrected(self, done: bool) -> Iterator[str]:
        view = self._do("show", self.chosen, "--json").said
        found = ("改过的标题" in view, "不予公开" in view)
        if found not in (((True, True),) if done else ((True, True), (False, False))):
            yield f"half corrected: {found}"

    def _drafts(self) -> Iterator[str]:
        for path in (self.place / "out").glob("*.[dx]*"):
            if path.suffix in (".docx", ".xlsx") and not zipfile.is_zipfile(path):
                yield f"{path.name} is not whole"

    def _unusable(self) -> Iterator[str]:
        """Yield what is wrong where the same is done again."""
        again = (
            self.arguments
            if self.action in ("ingest", "reload", "rebuild", "backup", "restore", "fetch", "desk")
            else ("correct", min(texts_of(self.home)), "标题=又一个标题")
        )
        end = self._do(*again)
        if end.code or "Traceback" in end.said:
            yield f"again: {end}"
        if self.action == "fetch" and sum("青禾市" in t for t in texts_of(self.home).values()) != 3:
            yield "a page is lost"
        if self.action == "desk" and list((self.place / "out").glob("*.part")):
            yield "a part of a file is left"

    def _do(self, *arguments: str, seconds: float = PATIENCE, by: int = signal.SIGKILL) -> End:
        return self.shepherd.run(*arguments, "--home", str(self.home), seconds=seconds, by=by)


class Killing:
    """Kills one case after another, at moments spread over how long each command takes."""

    def __init__(self, folder: Path, *parts: str) -> None:
        """Make the homes; `parts` are what the shepherd imports beside."""
        self._stack = ExitStack()
        site = self._stack.enter_context(serve_site({}))
        self.ground = Ground(folder, site, wide="torch" in parts)
        self.shepherd = Shepherd(folder / "shepherd", *parts)
        self._stack.callback(self.shepherd.close)
        self.took: dict[str, float] = {}
        self.killed: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    def __enter__(self) -> Killing:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, seed: int, number: int) -> Iterator[str]:
        """Yield what is wrong with one case."""
        chance = Random(f"{seed} {number}")
        action = chance.choices(list(SHARES), list(SHARES.values()))[0]
        yield from self.kill(action, chance)

    def kill(self, action: str, chance: Random, most: float = 0.0) -> Iterator[str]:
        """Yield what is wrong after a kill of a command.

        :param most: seconds after which it is killed at the latest; 0: as long as it takes.
        """
        if action not in self.took:
            self.took[action] = most or self._time(action)
        case = Case(self.ground, self.shepherd, action, chance)
        seconds = chance.uniform(0, 1.1 * self.took[action])
        story = f"{action} by {signal.Signals(case.by).name} after {seconds:.3f} s"
        try:
            end = case.kill(seconds)
            if end.code == 0:
                self.took[action] += 0.3 * (end.seconds - self.took[action])
            self.killed[action] += end.code != 0
            self.done[action] += 1
            yield from (f"{story}: {each}" for each in case.check(end))
        except Exception as error:
            yield f"{story}: {type(error).__name__}: {error}"

    def _time(self, action: str) -> float:
        """Return how long a command takes that nobody kills; which must do what it should."""
        case = Case(self.ground, self.shepherd, action, Random(0))
        if action == "serve":
            began = time.monotonic()
            page, _ = case.serve()
            took = time.monotonic() - began
            self.shepherd.end(page, 0, signal.SIGTERM)
            return took
        end = case.kill(PATIENCE)
        assert end.code == 0, end
        return end.seconds


def run_all(seed: int, first: int, count: int, folder: Path) -> Iterator[str]:
    """Yield what is wrong, with the case's number."""
    with Killing(folder, "page", "torch") as killing:
        for number in range(first, first + count):
            for wrong in killing.run(seed, number):
                yield f"--seed {seed} --first {number}: {wrong}"
            if not (number + 1) % 50:
                print(_tell(number + 1 - first, killing), flush=True)
        print(_tell(count, killing), flush=True)


def _tell(count: int, killing: Killing) -> str:
    parts = (
        f"{action} {killing.killed[action]}/{done} ({killing.took[action]:.1f} s)"
        for action, done in sorted(killing.done.items())
    )
    return f"# {count} cases, {killing.killed.total()} before the end: {', '.join(parts)}"


def main() -> None:
    """Run the cases that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for wrong in run_all(asked.seed, asked.first, asked.count, Path(folder)):
            print(wrong, flush=True)


if __name__ == "__main__":
    main()
