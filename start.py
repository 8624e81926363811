"""Set up Dafu in this clone and try it, or test it. Needs Python 3.11 or newer, nothing else.

    python start.py                   load the samples, answer a question, open the page
    python start.py --folder PATH     the same with your own replies
    python start.py test              install the test tools and run every check

The first run makes a virtual environment in .venv and installs the pinned packages into it;
later runs go straight to work.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
SAMPLES = ROOT / "corpus" / "samples" / "replies"
SAMPLES_HOME = ROOT / ".dafu-samples"
QUESTION = "老旧小区加装电梯，政府补贴多少钱？"


def install(extra: str = "") -> None:
    """Make .venv with the pinned packages, unless it has been made from the same pins."""
    pins = b"".join((ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt"))
    wanted = hashlib.sha256(pins + extra.encode()).hexdigest()
    stamp = VENV / f"installed{extra.strip('[]')}.txt"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"正在安装到 {VENV}（首次运行需要几分钟）…", flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    run("-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--constraint", "constraints.txt", "--editable", f".{extra}")  # fmt: skip
    stamp.write_text(wanted)


def run(*arguments: str, check: bool = True) -> int:
    """Run the environment's Python in the clone; leave with its exit status where it fails."""
    environment = {**os.environ, "PYTHONUTF8": "1"}
    status = subprocess.call([str(PYTHON), *arguments], cwd=ROOT, env=environment)
    if check and status:
        sys.exit(status)
    return status


def try_out(folder: Path | None, question: str, serve: bool) -> None:
    """Load replies, answer one question in the terminal and open the page."""
    install()
    home = () if folder else ("--home", str(SAMPLES_HOME))
    run("-m", "app", "ingest", str(folder or SAMPLES), *home)
    print(f"\n提问：{question}", flush=True)
    run("-m", "app", "ask", question, *home)
    if serve:
        run("-m", "app", "serve", "--open", *home)


def test(arguments: list[str]) -> None:
    """Check style and types, then run the tests; `arguments` go to pytest."""
    install("[dev]")
    if not arguments:
        run("-m", "ruff", "check", ".")
        run("-m", "ruff", "format", "--check", ".")
        run("-m", "mypy")
    sys.exit(run("-m", "pytest", *arguments, check=False))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="安装并试用 Dafu（答复）")
    parser.add_argument("task", nargs="?", choices=("try", "test"), default="try")
    parser.add_argument("--folder", type=Path, help="您自己的答复文件夹，不给则用自带样例")
    parser.add_argument("--question", default=QUESTION, help="要在终端里问的问题")
    parser.add_argument("--no-page", action="store_true", help="不打开网页")
    options, others = parser.parse_known_args()
    if sys.version_info < (3, 11):  # noqa: UP036 - newcomers run this with whatever they have
        sys.exit(f"需要 Python 3.11 或更新版本，现在是 {sys.version.split()[0]}")
    if options.task == "test":
        test(others)
    elif others:
        parser.error("无法识别的参数：" + " ".join(others))
    elif options.folder and not options.folder.exists():
        parser.error(f"找不到文件夹：{options.folder}")
    else:
        folder = options.folder.resolve() if options.folder else None
        try:
            try_out(folder, options.question, serve=not options.no_page)
        except KeyboardInterrupt:
            sys.exit(130)


if __name__ == "__main__":
    main()
