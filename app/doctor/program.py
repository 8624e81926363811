"""Is the program whole: Python, the libraries that it needs, its models?"""

from __future__ import annotations

import platform
import struct
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from app.doctor.types import Finding, Patient, attention, fine, say_bytes, wrong
from app.running.installed import ROOT, digest_of, recorded
from index.models.encoder import BUNDLED_ENCODER
from index.models.static import BUNDLED_MODEL

LEAST = (3, 11)
"""The oldest Python that Dafu runs on."""

SPARED = frozenset({"torch", "sentence-transformers"})
"""What the bundled models don't need; small bundles leave it out."""

LINKED = ("numpy", "faiss", "tantivy", "onnxruntime", "lxml.etree", "sklearn", "pypdfium2")
"""Libraries that load others of the system, which may be missing though they are installed."""

REINSTALL = (
    "请重新安装：离线安装包请删除其中的 installed 文件夹再打开，克隆的请再运行 python start.py。"
)


def python(patient: Patient) -> Finding:
    """Say which Python this is."""
    bits = struct.calcsize("P") * 8
    found = f"{platform.python_version()}，{bits} 位"
    if sys.version_info[:2] < LEAST or bits != 64:
        return wrong("Python", found, "请安装 64 位的 Python 3.11 或更新版本，再重新安装 Dafu。")
    return fine("Python", found)


def libraries(patient: Patient) -> Finding:
    """Hold what is installed against what Dafu asks for."""
    try:
        asked = [Requirement(line) for line in requires("dafu") or ()]
    except PackageNotFoundError:
        return attention("程序库", "Dafu 没有安装，是直接从文件夹运行的。", REINSTALL)
    asked = [each for each in asked if each.marker is None or each.marker.evaluate({"extra": ""})]
    missing, other = [], []
    for each in asked:
        try:
            found = version(each.name)
        except PackageNotFoundError:
            missing.append(each.name)
        else:
            if not each.specifier.contains(found, prereleases=True):
                other.append(f"{each.name} {found}（要 {each.specifier}）")
    needed = [name for name in missing if name not in SPARED]
    if needed or other:
        lacking = [f"缺少 {name}" for name in needed]
        return wrong("程序库", "；".join([*lacking, *other]), REINSTALL)
    said = f"{len(asked) - len(missing)} 个都合乎要求"
    if missing:
        said += f"；没有 {'、'.join(missing)}，自带的模型用不着"
    return fine("程序库", said)


def loading(patient: Patient) -> Finding:
    """Import the libraries that are linked with what the system has."""
    broken = []
    for name in LINKED:
        try:
            import_module(name)
        except Exception as error:  # whatever a library raises where it can't be loaded
            broken.append(f"{name}（{type(error).__name__}）")
    if broken:
        windows = (
            "Windows 上多半缺 Microsoft Visual C++ 2015-2022 可再发行组件（x64），请先安装它。"
        )
        return wrong(
            "装入",
            f"打不开：{'、'.join(broken)}",
            (windows if sys.platform == "win32" else "") + REINSTALL,
        )
    return fine("装入", "要用的程序库都打得开")


def models(patient: Patient) -> Finding:
    """Hold the bundled models against the sums that they were installed with."""
    files = [path for folder in (BUNDLED_MODEL, BUNDLED_ENCODER) for path in _files(folder)]
    size = say_bytes(sum(path.stat().st_size for path in files))
    if len(files) < 2:
        return wrong("自带的模型", "文件不见了", REINSTALL)
    sums = recorded()
    if not sums:
        return fine("自带的模型", f"{size}；不是装好的包，没有可核对的清单")
    changed = [
        path.name
        for path in files
        if sums.get(path.relative_to(ROOT).as_posix()) != digest_of(path)
    ]
    if changed:
        return wrong("自带的模型", f"与安装时不同：{'、'.join(changed)}", REINSTALL)
    return fine("自带的模型", f"{size}，与安装时相同")


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]
