"""Install Dafu from the folder that this file lies in, without a network, and start it.

    install.py                    open the page
    install.py /folder /file …    load these, then open the page
    install.py ask 问题            any other command of dafu

What was installed is used again until another bundle, another Python or another place comes.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

FILES = Path(__file__).resolve().parent
BUNDLE = FILES.parent
SUMS = BUNDLE / "SHA256SUMS"
INSTALLED = BUNDLE / "installed"
STAMP = INSTALLED / "dafu-bundle.txt"
PYTHON = INSTALLED / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

INTERRUPTED = 130

COMPILED = 1.3
"""How much larger packages are with what Python compiles of them."""


def main(arguments: "list[str]") -> int:
    """Install what isn't, and do what the arguments say."""
    facts = json.loads((FILES / "bundle.json").read_text(encoding="utf-8"))
    check_computer(facts)
    wanted = f"{digest(SUMS)} {sys.base_prefix} {BUNDLE}"
    if not (PYTHON.exists() and STAMP.exists() and STAMP.read_text("utf-8") == wanted):
        install()
        STAMP.write_text(wanted, encoding="utf-8")
    if arguments and Path(arguments[0]).is_absolute() and Path(arguments[0]).exists():
        run_dafu("ingest", *arguments)
        arguments = []
    return become_dafu(*(arguments or ["serve", "--open", "--owner"]))


def check_computer(facts: "dict[str, str]") -> None:
    """Leave with a message where the packages were made for another Python or computer."""
    version = ".".join(map(str, sys.version_info[:2]))
    if version != facts["python"]:
        sys.exit(f"这里的程序要用 Python {facts['python']}，现在是 {version}。见“说明.txt”。")
    found = (sys.platform, platform.machine().lower())
    if found != (facts["system"], facts["machine"].lower()):
        here = " ".join(found)
        sys.exit(f"这个安装包用于 {facts['title']}，这台电脑是 {here}。请换相应的安装包。")
    library, release = platform.libc_ver() if sys.platform == "linux" else ("", "")
    if library == "glibc" and int(release.split(".")[1]) < int(facts["glibc"]):
        sys.exit(f"系统太旧：glibc 是 {release}，至少要 2.{facts['glibc']}。")
    if sys.platform == "win32" and not has_runtime():
        sys.exit(
            "缺少 Microsoft Visual C++ 2015-2022 可再发行组件（x64，文件名 vc_redist.x64.exe）。\n"
            "请从微软网站下载后安装，再打开一次。"
        )


def has_runtime() -> bool:
    """Whether Windows has the C++ library that several packages are linked with."""
    from ctypes import CDLL

    try:
        for name in ("msvcp140.dll", "vcruntime140_1.dll"):
            CDLL(name)
    except OSError:
        return False
    return True


def install() -> None:
    """Check every file, and make the environment with all packages in it, whole or not at all."""
    print("正在核对文件…", flush=True)
    check_sums()
    needed, free = room_for((FILES / "wheels").glob("*.whl")), shutil.disk_usage(BUNDLE).free
    if free < needed:
        sys.exit(f"磁盘空间不够：{BUNDLE} 还有 {free / 1e9:.1f} GB，要 {needed / 1e9:.1f} GB。")
    try:
        shutil.rmtree(INSTALLED, ignore_errors=True)
        INSTALLED.mkdir(exist_ok=True)
    except OSError as error:
        sys.exit(f"这个文件夹不能写入：{BUNDLE}（{error.strerror}）。请先整个复制到硬盘上。")
    print(f"正在安装到 {INSTALLED}，要几分钟，请不要关闭…", flush=True)
    done = False
    try:
        done = not call(sys.executable, "-m", "venv", "--without-pip", str(INSTALLED)) and not call(
            str(PYTHON), str(FILES / "pip.whl" / "pip"), "--isolated", "install", "--quiet",
            "--no-index", "--no-deps", "--no-cache-dir", "--disable-pip-version-check",
            "--require-hashes", "--no-compile", "--find-links", str(FILES / "wheels"),
            "--requirement", str(FILES / "requirements.txt"),
        )  # fmt: skip
    finally:
        if not done:
            shutil.rmtree(INSTALLED, ignore_errors=True)
    if not done:
        sys.exit(
            "没有装成，原因见上。多半是磁盘已满、文件夹不能写入，或被杀毒软件拦住；请处理后再试。"
        )
    print("装好了。", flush=True)


def check_sums() -> None:
    """Leave with a message where a file is missing or isn't what was packed."""
    wrong = []
    for line in SUMS.read_text(encoding="utf-8").splitlines():
        wanted, name = line.split(maxsplit=1)
        file = BUNDLE / name
        if not file.is_file():
            wrong.append(f"{name}：不见了")
        elif digest(file) != wanted:
            wrong.append(f"{name}：与打包时不同")
    if wrong:
        more = f"\n  …共 {len(wrong)} 个" if len(wrong) > 5 else ""
        sys.exit(
            "安装包不完整，没有安装：\n  " + "\n  ".join(wrong[:5]) + more
            + "\n请从原来的地方重新复制整个文件夹。"
        )  # fmt: skip


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    summed = hashlib.sha256()
    with open(file, "rb") as opened:
        while piece := opened.read(1 << 20):
            summed.update(piece)
    return summed.hexdigest()


def room_for(wheels: "Iterable[Path]") -> int:
    """Return how many bytes wheels take once they are installed and have been used."""
    packed = 0
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            packed += sum(member.file_size for member in archive.infolist())
    return int(packed * COMPILED)


def run_dafu(*arguments: str) -> int:
    """Run a command of dafu and return its exit status."""
    return call(str(PYTHON), "-m", "app", *arguments)


def become_dafu(*arguments: str) -> int:
    """Run a command of dafu in the place of this program, where the system can do that."""
    if os.name == "nt":
        return run_dafu(*arguments)
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), "-m", "app", *arguments], environment())


def call(*command: str) -> int:
    """Run a command and return its exit status; Ctrl+C, which it gets too, is left to it."""
    with subprocess.Popen(command, env=environment()) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()
            return INTERRUPTED


def environment() -> "dict[str, str]":
    """Return what commands run in: no settings of pip or Python of this computer have a say."""
    outside = ("PIP_", "PYTHONPATH", "PYTHONHOME")
    kept = {name: each for name, each in os.environ.items() if not name.startswith(outside)}
    # A folder named like one of the packages, where this is started, is none of them.
    return {**kept, "PYTHONUTF8": "1", "PYTHONSAFEPATH": "1", "PIP_CONFIG_FILE": os.devnull}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
