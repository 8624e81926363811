"""All wheels that a program needs on another computer, as they are locked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from tools.bundle.platforms import Platform

AT_ONCE = 4
"""Downloads that go on at the same time."""

TORCH_CPU = "https://download.pytorch.org/whl/cpu"
"""Where PyTorch keeps its builds without CUDA; on Linux PyPI has those with CUDA alone."""

NEVER = ("nvidia-", "cuda-", "triton")
"""How the names of packages begin that only a graphics card needs."""

_NO_NETWORK = (
    "NewConnectionError",
    "NameResolutionError",
    "name resolution",
    "Max retries exceeded",
    "Connection refused",
    "Network is unreachable",
    "Read timed out",
    "ProxyError",
    "SSLError",
)
_DISK_FULL = ("No space left on device", "Errno 28", "WinError 112")


class BundleError(Exception):
    """A bundle can't be made; the message says why, and what to do."""


def read_lock(text: str, markers: dict[str, str]) -> dict[NormalizedName, Version]:
    """Read which version of each package is locked, of those meant for these markers."""
    lock = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        locked = Requirement(line)
        if locked.marker is None or locked.marker.evaluate(markers):
            pin = next(iter(locked.specifier))
            lock[canonicalize_name(locked.name)] = Version(pin.version)
    return lock


def requirements_of(
    wheel: Path, extras: Iterable[str], markers: dict[str, str]
) -> Iterator[Requirement]:
    """Yield what a wheel itself asks for where these markers hold."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(archive.read(name))
    for line in metadata.get_all("Requires-Dist", []):
        asked = Requirement(line)
        wanted = ({**markers, "extra": extra} for extra in (*extras, ""))
        if asked.marker is None or any(map(asked.marker.evaluate, wanted)):
            yield asked


@dataclass(frozen=True, slots=True)
class Wheels:
    """A folder of wheels for one platform; what lies there whole is not fetched again.

    :ivar without: packages that are left out, with what only they need.
    """

    folder: Path
    platform: Platform
    python: str
    lock: dict[NormalizedName, Version]
    without: frozenset[str] = frozenset()

    def gather(self, root: Path, extras: Iterable[str], tell: Callable[[str], None]) -> list[Path]:
        """Fetch all that a wheel needs, however far down; return all wheels with that one.

        :raises BundleError: where one can't be had for the platform, or nothing can.
        """
        markers = self.platform.markers(self.python)
        found: dict[NormalizedName, Path] = {}
        seen: set[tuple[NormalizedName, frozenset[str]]] = set()
        asked = list(requirements_of(root, extras, markers))
        while asked:
            names = {canonicalize_name(each.name) for each in asked} - self.without
            with ThreadPoolExecutor(AT_ONCE) as pool:
                new = sorted(names - found.keys())
                for name, wheel in zip(new, pool.map(self.fetch, new), strict=True):
                    found[name] = wheel
                    tell(f"  {len(found):3} {wheel.name}（{wheel.stat().st_size / 1e6:.1f} MB）")
            following: list[Requirement] = []
            for each in asked:
                name = canonicalize_name(each.name)
                key = (name, frozenset(each.extras))
                if name in names and key not in seen:
                    seen.add(key)
                    following += requirements_of(found[name], each.extras, markers)
            asked = following
        return [root, *(found[name] for name in sorted(found))]

    def fetch(self, name: NormalizedName) -> Path:
        """Return the wheel of a package, from the folder or from where pip finds it."""
        if name.startswith(NEVER):
            raise BundleError(
                f"{name} 只有显卡才用得着，不应装进来：锁定的 torch 不是 CPU 版，请检查下载来源。"
            )
        version = self._version(name)
        return self._kept(name, version) or self._download(name, version)

    def _version(self, name: NormalizedName) -> Version:
        version = self.lock.get(name)
        if version is None:
            raise BundleError(f"constraints.txt 里没有 {name}：请重新锁定版本后再打包。")
        cuda = name == "torch" and self.platform.system == "linux"
        return Version(f"{version}+cpu") if cuda else version

    def _kept(self, name: NormalizedName, version: Version) -> Path | None:
        for wheel in self.folder.glob("*.whl"):
            if parse_wheel_filename(wheel.name)[:2] == (name, version):
                return wheel
        return None

    def _download(self, name: NormalizedName, version: Version) -> Path:
        wanted = f"{name}=={version}"
        tags = [word for tag in self.platform.tags for word in ("--platform", tag)]
        for_platform = [*tags, "--python-version", self.python, "--only-binary=:all:"]
        attempts = [["download", *for_platform, wanted]]
        if version.local:
            attempts.append([*attempts[0], "--extra-index-url", TORCH_CPU])
        else:  # of those that have no wheel anywhere, one is built from what there is
            attempts.append(["wheel", wanted])
        said = ""
        for attempt in attempts:
            wheel, said = run_pip(attempt, self.folder)
            if wheel and attempt[0] == "wheel" and not _runs_anywhere(wheel):
                wheel.unlink()
                break
            if wheel:
                return wheel
        raise BundleError(self._explain(wanted, said))

    def _explain(self, wanted: str, said: str) -> str:
        title = f"{self.platform.title}、Python {self.python}"
        if "+cpu" in wanted:
            return (
                f"找不到 {wanted}（不带 CUDA 的 torch，用于 {title}）。请让 pip 能找到它"
                "（设置 PIP_EXTRA_INDEX_URL 或 PIP_FIND_LINKS，见 PyTorch 网站的安装说明），"
                "或者加 --small：自带的模型用不着 torch。"
            )
        return (
            f"{wanted} 没有适用于 {title} 的安装包，也不能在这台电脑上编译出来。"
            f"请换一个 Python 版本（--python），或到一台{self.platform.title}的电脑上打包。"
            + (f"\npip 说：{said.strip().splitlines()[-1]}" if said.strip() else "")
        )


def run_pip(arguments: list[str], folder: Path) -> tuple[Path | None, str]:
    """Have pip bring one wheel into a folder, whole or not at all; return it, or what pip said.

    :raises BundleError: where there is no network, or no room.
    """
    with tempfile.TemporaryDirectory(prefix=PART, dir=folder) as part:
        where = "--dest" if arguments[0] == "download" else "--wheel-dir"
        command = [sys.executable, "-m", "pip", arguments[0], where, part, "--no-deps", "--quiet"]
        run = subprocess.run(
            [*command, "--retries", "2", "--disable-pip-version-check", *arguments[1:]],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        made = next(Path(part).glob("*.whl"), None)
        if run.returncode == 0 and made:
            kept = folder / made.name
            os.replace(made, kept)
            return kept, ""
    if any(sign in run.stderr for sign in _DISK_FULL):
        raise BundleError(f"磁盘已满：{folder}。请腾出空间后再试，已下载的会留着。")
    if any(sign in run.stderr for sign in _NO_NETWORK):
        raise BundleError(
            f"连不上软件源（下载 {arguments[-1]} 时）。打包要在能上网的电脑上做：请检查网络和代理"
            "（PIP_INDEX_URL、HTTPS_PROXY）后再试，已下载的不会重新下载。"
        )
    return None, run.stderr


PART = ".part-"
"""How the folder begins in which pip is at work."""


def tidy(folder: Path, keep: Iterable[Path] = ()) -> None:
    """Delete what an interrupted run has left, and with `keep` all other wheels."""
    for part in folder.glob(f"{PART}*"):
        shutil.rmtree(part, ignore_errors=True)
    if kept := set(keep):
        for wheel in set(folder.glob("*.whl")) - kept:
            wheel.unlink()


def _runs_anywhere(wheel: Path) -> bool:
    return any(tag.platform == "any" for tag in parse_wheel_filename(wheel.name)[3])
