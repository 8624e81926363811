"""A Python that goes along in a bundle: office computers often have none, nor may install one."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from pathlib import Path

from tools.bundle.platforms import Platform
from tools.bundle.wheels import BundleError

KINDS = (
    "可用的有：Windows 的 NuGet 包 python（python.3.11.9.nupkg 之类），"
    "或 python-build-standalone 的 install_only 包（tar.gz）；"
    "python.org 的 embeddable 包缺少 venv，不能用"
)

_ROOTS = ("tools", "python")
"""The folder within an archive in which Python stands: NuGet's packages, and the others'."""


def unpack_interpreter(archive: Path, folder: Path, platform: Platform) -> None:
    """Unpack an archive with a Python into a folder, which is replaced.

    :raises BundleError: where there is none in it for the platform.
    """
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as zipped:
                zipped.extractall(part)
        else:
            with tarfile.open(archive) as packed:
                packed.extractall(part, filter="tar")
    except (OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        shutil.rmtree(part, ignore_errors=True)
        raise BundleError(f"{archive} 打不开（{error}）。{KINDS}。") from error
    program = "python.exe" if platform.system == "win32" else "bin/python3"
    for root in (part / name for name in _ROOTS):
        if (root / program).is_file() and any(root.rglob("venv/__init__.py")):
            shutil.rmtree(folder, ignore_errors=True)
            root.rename(folder)
            shutil.rmtree(part, ignore_errors=True)
            return
    shutil.rmtree(part, ignore_errors=True)
    raise BundleError(f"{archive} 里没有用于 {platform.title} 的完整 Python。{KINDS}。")
