"""Whether the packages that Dafu imports are its own: others may well have the same names.

Looked at before any of them is imported, hence without them and without what takes long to import.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import sys
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("corpus", "index", "eval", "app")

ROOT = Path(__file__).resolve().parents[2]
"""Where all of them stand side by side: `site-packages`, or the clone."""


def require_own_packages() -> None:
    """Leave with a message where Python would import one of the packages from elsewhere."""
    foreign = find_foreign() | find_replaced()
    if foreign:
        sys.exit(
            f"不能启动：Dafu 由 {'、'.join(PACKAGES)} 四个包组成，应当都在 {ROOT}，但是\n"
            + "".join(f"  {name}：{found}\n" for name, found in foreign.items())
            + "多半是别的软件有同名的包，或者 PYTHONPATH、当前文件夹里有同名的文件夹。\n"
            "请把 Dafu 重新安装到单独的虚拟环境里（python -m venv），"
            "或者清除 PYTHONPATH、换一个文件夹再运行。"
        )


def find_version() -> str:
    """Find the version where Dafu is installed, else beside the packages in the repository."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("dafu")
    except PackageNotFoundError:
        import tomllib

        project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(project)["project"]["version"])


def find_foreign() -> dict[str, str]:
    """Say of each package that Python finds elsewhere than beside us where it finds it."""
    foreign = {}
    for name in PACKAGES:
        spec = find_spec(name)
        if spec is None:
            foreign[name] = "找不到"
        elif spec.origin is None:  # a folder without __init__.py
            foreign[name] = f"不完整，只有文件夹 {'、'.join(spec.submodule_search_locations or ())}"
        elif Path(spec.origin).resolve() != ROOT / name / "__init__.py":
            foreign[name] = f"找到的是 {spec.origin}"
    return foreign


def find_replaced(root: Path = ROOT) -> dict[str, str]:
    """Say of each package whose `__init__.py` isn't what was installed that it was written over.

    pip lets a distribution write over the files of another. A clone has no list of what was
    installed: nothing is then said.
    """
    replaced = {}
    if installed := recorded(root):
        for name in PACKAGES:
            file = root / name / "__init__.py"
            if file.is_file() and installed.get(f"{name}/__init__.py") != digest_of(file):
                replaced[name] = f"{file} 被别的软件包改写过"
    return replaced


def recorded(root: Path = ROOT) -> dict[str, str]:
    """Read the digest of each file as it was installed, by its name; a clone has no such list."""
    installed: dict[str, str] = {}
    for record in root.glob("dafu-*.dist-info/RECORD"):
        with open(record, encoding="utf-8", newline="") as file:
            installed.update((line[0], line[1]) for line in csv.reader(file))
    return installed


def digest_of(file: Path) -> str:
    """Digest a file as the RECORD of an installed distribution does."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest())
    return f"sha256={digest.decode().rstrip('=')}"
