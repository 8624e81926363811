"""Set up Dafu in this clone and try it, or test it. Needs Python 3.11 or newer, nothing else.

    python start.py                   load the samples, answer a question, open the page
    python start.py --folder PATH     the same with your own replies
    python start.py bundle --platform win|linux|mac
                                      make a folder that installs and runs without a network
    python start.py test              install the test tools and run every check

The first run makes a virtual environment in .venv and installs the locked packages into it;
later runs go straight to work.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
SAMPLES = ROOT / "corpus" / "samples" / "replies"
SAMPLES_HOME = ROOT / ".dafu-samples"
QUESTION = "一楼那家不同意，我们楼还能装电梯吗？"

INTERRUPTED = 130
"""Exit status of what Ctrl+C ended, as shells have it."""

SHARED = ("-n", "logical", "--maxprocesses", "4", "--dist", "worksteal")
"""Has the whole of the tests run by a process for each processor; each may take 3 GB of memory."""

PATIENCE = 10
"""Seconds that a command has to end by itself after Ctrl+C."""


def install(extra: str = "") -> None:
    """Make .venv with the locked packages, unless it has been made from the same lock."""
    asked = b"".join((ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt"))
    wanted = hashlib.sha256(asked + extra.encode()).hexdigest()
    stamp = VENV / f"installed{extra.strip('[]')}.txt"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"正在安装到 {VENV}（首次运行需要几分钟）…", flush=True)
    if not PYTHON.exists():
        make_environment()
    # Python compiles what it imports, a small part of these packages; pip would compile it all.
    run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile",
        "--constraint", "constraints.txt", "--editable", f".{extra}")  # fmt: skip
    stamp.write_text(wanted)


def make_environment() -> None:
    """Make .venv with pip in it, whole or not at all."""
    made = False
    try:
        made = call(sys.executable, "-m", "venv", str(VENV)) == 0
    finally:
        if not made:
            shutil.rmtree(VENV, ignore_errors=True)
    if not made:
        sys.exit("虚拟环境建不成，原因见上。Debian 或 Ubuntu 请先安装 python3-venv，再试一次。")


def call(*command: str) -> int:
    """Run a command in the clone and return its exit status; Ctrl+C is left to it."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the command, being in the same terminal, has got it too
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.terminate()
            raise


def run(*arguments: str) -> None:
    """Run the environment's Python in the clone; leave with its exit status where it fails."""
    status = call(str(PYTHON), *arguments)
    if status:
        sys.exit(status)


# Annotations that older Pythons can't evaluate are strings: they must get as far as `main` tells
# them what is needed.
def try_out(folder: "Path | None", question: str, serve: bool) -> None:
    """Load replies, answer one question in the terminal and open the page."""
    install()
    home = () if folder else ("--home", str(SAMPLES_HOME))
    ingest = ("-m", "app", "ingest", str(folder or SAMPLES), *home)
    if folder:
        run(*ingest)
    elif call(str(PYTHON), *ingest):  # an earlier version has made the samples' index otherwise
        run("-m", "app", "rebuild", *home)
        run(*ingest)
    print(f"\n提问：{question}", flush=True)
    run("-m", "app", "ask", question, *home)
    print(
        f"以后可以直接运行：{' '.join((str(PYTHON.with_name('dafu')), *home, '--help'))}\n",
        flush=True,
    )
    if serve:
        run("-m", "app", "serve", "--open", "--owner", *home)


def test(arguments: "list[str]") -> None:
    """Check style and types and run the tests; `arguments`, if any, go to pytest alone.

    Some tests are sooner run by one process than shared, so those that are asked for are not.
    """
    install("[dev]")
    if not arguments:
        run("-m", "ruff", "check", ".")
        run("-m", "ruff", "format", "--check", ".")
        run("-m", "mypy")
    run("-m", "pytest", *(arguments or SHARED))


def main() -> None:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(
        description="安装并试用 Dafu（答复）。",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="python start.py bundle --platform win|linux|mac：做离线安装包（--help 有说明）。\n"
        "python start.py test [pytest 的参数]：安装测试工具，运行全部检查。",
    )
    parser.add_argument("--folder", type=Path, help="您自己的答复文件夹，不给则用自带样例")
    parser.add_argument("--question", default=QUESTION, help="要在终端里问的问题")
    parser.add_argument("--no-page", action="store_true", help="不打开网页")
    if sys.version_info < (3, 11):  # noqa: UP036 - newcomers run this with whatever they have
        sys.exit(f"需要 Python 3.11 或更新版本，现在是 {sys.version.split()[0]}。")
    try:
        if sys.argv[1:2] == ["test"]:
            test(sys.argv[2:])
            return
        if sys.argv[1:2] == ["bundle"]:
            install()
            run("-m", "tools.bundle", *sys.argv[2:])
            return
        options = parser.parse_args()
        folder = options.folder.expanduser().resolve() if options.folder else None
        if folder and not folder.exists():
            parser.error(f"找不到文件夹：{folder}")
        try_out(folder, options.question, serve=not options.no_page)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
