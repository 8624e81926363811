"""A library on disks that can't be written, or are full: `python -m tests.disks read-only HOME`.

Disks are those of a mount namespace of its own, which needs no rights and goes with the program.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tests.homes import run, texts_of, write_letters

ROOT = Path(__file__).resolve().parents[1]

READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
SMALL = 'mount -t tmpfs -o size=64m none "$0" && exec "$@"'
"""Of a folder "$0": what is done to it before "$@" is run."""

SPARE = (0, 40_000, 150_000, 400_000, 1_200_000)
"""So many bytes are left on a disk beside the home, when something is done to it."""

ACTIONS = ("ingest", "rebuild", "remove", "bin", "correct", "backup")


@cache
def can_mount() -> bool:
    """Tell whether this system lets anybody mount disks of their own."""
    if not shutil.which("unshare"):
        return False
    tried = ["unshare", "-rm", "sh", "-c", SMALL, "/tmp", "true"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def without_rights() -> list[str]:
    """Return what to run a program by that is to be kept out by modes of files, root too."""
    if os.geteuid():
        return []
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]


def on_disk(how: str, folder: Path) -> list[str]:
    """Return what to run a program by for which a folder is such a disk."""
    return ["unshare", "-rm", "sh", "-c", how, str(folder)]


def run_all(by: Sequence[str], home: Path, *commands: Sequence[str]) -> list[tuple[int, str]]:
    """Run commands one after another in one process; return the exit code and words of each."""
    asked = [sys.executable, "-m", "tests.disks", "run", str(home), json.dumps(commands)]
    done = subprocess.run([*by, *asked], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return [(code, said) for code, said in json.loads(done.stdout.splitlines()[-1])]


def try_full(home: Path, spares: Sequence[int], actions: Sequence[str]) -> list[str]:
    """Do things to a library on a disk that is full; return all that is wrong."""
    place = home.parent / "disk"
    place.mkdir(exist_ok=True)
    asked = ["full", str(home), json.dumps([str(place), spares, actions])]
    command = [*on_disk(SMALL, place), sys.executable, "-m", "tests.disks", *asked]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return [str(each) for each in json.loads(done.stdout.splitlines()[-1])]


def _iter_wrong(
    whole: Path, disk: Path, spares: Sequence[int], actions: Sequence[str]
) -> Iterator[str]:
    write_letters(more := disk.parent / "more", range(100, 160))
    before = texts_of(whole)
    for action in actions:
        for spare in spares:
            home = disk / "home"
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(whole, home)
            filling = disk / "filling"
            _fill(disk, filling, spare)
            gone = next(iter(before))
            code, said = run(home, *_command(action, more, disk, gone))
            story = f"{action} with {spare} bytes to spare: {code} {said[-600:]}"
            if "Traceback" in said or "没有料到" in said or code not in (0, 2):
                yield story
            if code == 2 and "磁盘已满" not in said:
                yield f"{story}: not told that the disk is full"
            filling.unlink()
            after = texts_of(home)
            kept = {id: t for id, t in before.items() if id != gone or action not in GOING}
            if not after.items() >= kept.items():
                yield f"{story}: lost"
            if action in GOING and code == 0 and gone in after:
                yield f"{story}: not gone"
            verified, words = run(home, "verify")
            if verified:
                yield f"{story}: {words}"
            if list(disk.rglob("*.part")):
                yield f"{story}: a part is left"


GOING = ("remove", "bin")


def _command(action: str, more: Path, disk: Path, gone: str) -> tuple[str, ...]:
    return {
        "ingest": ("ingest", str(more)),
        "rebuild": ("rebuild",),
        "remove": ("remove", gone),
        "bin": ("remove", gone, "--bin"),
        "correct": ("correct", gone, f"标题={'长' * 100}"),
        "backup": ("backup", str(disk / "made.zip")),
    }[action]


def _fill(disk: Path, filling: Path, spare: int) -> None:
    (disk / "made.zip").unlink(missing_ok=True)
    free = shutil.disk_usage(disk).free
    with filling.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free - spare))


def main() -> None:
    """Do what is asked, on whatever disks there are."""
    what, home, given = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
    if what == "run":
        done: object = [run(home, *command) for command in given]
    else:
        disk, spares, actions = given
        done = list(_iter_wrong(home, Path(disk), spares, actions))
    print(json.dumps(done))


if __name__ == "__main__":
    main()
