"""Make one folder that installs and runs Dafu on a computer without a network.

    python start.py bundle --platform win

Whatever is there already is not fetched again, so that an interrupted run goes on where it was.
"""

from __future__ import annotations

import argparse
import errno
import sys
import time
import tomllib
from pathlib import Path

from tools.bundle.folder import files_of, write_parts, zip_folder
from tools.bundle.interpreter import KINDS, unpack_interpreter
from tools.bundle.platforms import PLATFORMS, Platform
from tools.bundle.wheels import BundleError, Wheels, read_lock, run_pip, tidy

ROOT = Path(__file__).resolve().parents[2]

WITHOUT = frozenset({"torch", "sentence-transformers"})
"""What only models other than the bundled ones need, and with it what only these need."""

EXTRAS = ("ocr", "mcp")
"""Extras of Dafu that a bundle holds where it is asked to."""

PYTHONS = ("3.11", "3.12", "3.13")


def main() -> None:
    """Read the command line and make the bundle that it asks for."""
    options = _read_options()
    try:
        _make(options)
    except BundleError as error:
        sys.exit(f"打包没有完成：{error}")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit(f"打包没有完成：磁盘已满（{options.out}）。请腾出空间后再试，已下载的会留着。")
    except KeyboardInterrupt:
        sys.exit("已停下。再运行一次会接着做，已下载的不会重新下载。")


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="start.py bundle", description="做一个离线安装包：不联网也能安装和运行的文件夹。"
    )
    parser.add_argument("--platform", required=True, choices=PLATFORMS, help="用在什么系统上")
    parser.add_argument(
        "--python", default=PYTHONS[0], choices=PYTHONS, help="那里的 Python 版本（默认 3.11）"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("dist"), metavar="文件夹", help="做在哪里（默认 dist）"
    )
    parser.add_argument("--small", action="store_true", help="不带 torch：只能用自带的模型")
    parser.add_argument("--ocr", action="store_true", help="带上文字识别（扫描件、图片）")
    parser.add_argument("--mcp", action="store_true", help="带上供智能体调用的接口（MCP）")
    parser.add_argument(
        "--interpreter", type=Path, metavar="文件", help=f"把这个 Python 一起放进去。{KINDS}"
    )
    parser.add_argument("--zip", action="store_true", help="再压成一个 zip")
    return parser.parse_args()


def _make(options: argparse.Namespace) -> None:
    began = time.monotonic()
    platform = PLATFORMS[options.platform]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    kind = "-small" if options.small else ""
    name = f"dafu-{version}-{platform.name}-py{options.python.replace('.', '')}{kind}"
    folder: Path = options.out.expanduser().resolve() / name
    wheels = folder / "files" / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    tidy(wheels)
    print(f"正在做 {folder}（{platform.title}，Python {options.python}）…", flush=True)
    if options.interpreter:
        unpack_interpreter(options.interpreter, folder / "python", platform)
    gathered = _gather(options, platform, wheels)
    tidy(wheels, gathered)
    _fetch_pip(folder / "files", platform, options.python)
    write_parts(folder, platform, options.python, version, _notes(options))
    made = zip_folder(folder) if options.zip else folder
    size = sum(path.stat().st_size for path in files_of(folder))
    took = time.monotonic() - began
    print(
        f"做好了：{made}\n{len(gathered)} 个安装包，{size / 1e6:.0f} MB，用了 {took:.0f} 秒。"
        f"把它整个复制到目标电脑上，先看其中的“说明.txt”。"
    )


def _gather(options: argparse.Namespace, platform: Platform, folder: Path) -> list[Path]:
    lock = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    wheels = Wheels(
        folder,
        platform,
        options.python,
        read_lock(lock, platform.markers(options.python)),
        WITHOUT if options.small else frozenset(),
    )
    own, said = run_pip(["wheel", str(ROOT)], folder)
    if own is None:
        raise BundleError(f"Dafu 自己的安装包没有做成：\n{said.strip()}")
    extras = [name for name in EXTRAS if getattr(options, name)]
    return wheels.gather(own, extras, _tell)


def _tell(line: str) -> None:
    print(line, flush=True)


def _fetch_pip(files: Path, platform: Platform, python: str) -> None:
    """Put pip itself beside the wheels: the target's Python may have been installed without it."""
    if (files / "pip.whl").is_file():
        return
    tags = ["--platform", "any", "--python-version", python, "--only-binary=:all:"]
    wheel, said = run_pip(["download", *tags, "pip"], files)
    if wheel is None:
        raise BundleError(f"pip 下载不到：\n{said.strip()}")
    wheel.replace(files / "pip.whl")


def _notes(options: argparse.Namespace) -> list[str]:
    notes = ["安装包里的各个程序是 constraints.txt 锁定的版本，各有许可证（见 installed 里）。"]
    if options.small:
        notes.append("这是小包，不带 torch：自带的模型照常用，换用别的语义模型要用完整的包。")
    if not options.ocr:
        notes.append("不带文字识别：扫描件和图片读不出文字；需要的话请打包的人加 --ocr。")
    return notes


if __name__ == "__main__":
    main()
