"""What stands in a bundle beside the wheels: start script, explanation, sums, and the zip of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.utils import parse_wheel_filename

from tools.bundle.parts.install import digest, room_for
from tools.bundle.platforms import GLIBC, Platform

PARTS = Path(__file__).with_name("parts")
SUMS = "SHA256SUMS"
INSTALLED = "installed"
"""The folder that the start script makes within a bundle."""


def write_requirements(wheels: Iterable[Path]) -> str:
    """Write the packages with their sums, by which pip installs these files and no others."""
    lines = []
    for wheel in sorted(wheels):
        name, version, *_ = parse_wheel_filename(wheel.name)
        lines.append(f"{name}=={version} --hash=sha256:{digest(wheel)}\n")
    return "".join(lines)


def write_parts(
    folder: Path, platform: Platform, python: str, version: str, notes: Iterable[str]
) -> None:
    """Write all but wheels, pip and Python into the folder of a bundle; its wheels are there."""
    files = folder / "files"
    wheels = sorted((files / "wheels").glob("*.whl"))
    facts = {"version": version, "python": python, "system": platform.system}
    facts |= {"machine": platform.machine, "title": platform.title, "glibc": str(GLIBC)}
    _write(files / "bundle.json", json.dumps(facts, ensure_ascii=False, indent=1) + "\n")
    _write(files / "requirements.txt", write_requirements(wheels))
    _write(files / "install.py", (PARTS / "install.py").read_text(encoding="utf-8"))
    major, _, minor = python.partition(".")
    words = {
        **{"VERSION": version, "TITLE": platform.title, "PYTHON": python},
        **{"MAJOR": major, "MINOR": minor, "SCRIPT": platform.script},
        "WHAT": platform.python.format(python),
    }
    windows = platform.system == "win32"
    template = "start.bat" if windows else "start.sh"
    _write(folder / platform.script, fill(template, words), windows=windows)
    _write(files / "no-python.txt", fill("no-python.txt", words), windows=windows)
    if not windows:
        (folder / platform.script).chmod(0o755)
    packed = sum(path.stat().st_size for path in files_of(folder))
    installed = room_for(wheels)
    words |= _usage(platform, with_python=(folder / "python").is_dir(), what=words["WHAT"])
    words |= {"SIZE": _size(packed), "INSTALLED": _size(installed)}
    words |= {"TOTAL": _size(packed + installed), "NOTES": "\n".join(notes)}
    _write(folder / "说明.txt", fill("说明.txt", words), windows=windows, mark=True)
    _write(folder / SUMS, sums_of(folder))


def fill(template: str, words: Mapping[str, str]) -> str:
    """Return a template of `parts/` with its words put in."""
    text = (PARTS / template).read_text(encoding="utf-8")
    for name, word in words.items():
        text = text.replace(f"@{name}@", word)
    return text


def _usage(platform: Platform, *, with_python: bool, what: str) -> dict[str, str]:
    script = platform.script
    interpreter = (
        "本安装包自带 Python，不必另外安装。"
        if with_python
        else f"本安装包不带 Python。请先安装：\n{what}。\n没有装，或版本不对，打开时会说明。"
    )
    if platform.system == "win32":
        interpreter += (
            "\n另需 Microsoft Visual C++ 2015-2022 可再发行组件（x64），多数电脑已有；"
            "没有时会提示。"
        )
        opening = f"双击“{script}”。"
        loading = f"把答复所在的文件夹拖到“{script}”上"
        return {
            **{"INTERPRETER": interpreter, "OPEN": opening, "LOAD": loading},
            "COMMAND": script,
        }
    opening = f"在终端里进入本文件夹，运行 sh {script}。"
    if platform.system == "darwin":
        opening += f"也可以双击 {script}（第一次用右键点开）。"
    return {
        **{"INTERPRETER": interpreter, "OPEN": opening, "COMMAND": f"sh {script}"},
        "LOAD": f"运行 sh {script} /答复所在的文件夹",
    }


def _size(number: int) -> str:
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"


def sums_of(folder: Path) -> str:
    """Return the SHA-256 of each file of a bundle, as `sha256sum --check` reads them."""
    return "".join(
        f"{digest(path)}  {path.relative_to(folder).as_posix()}\n"
        for path in files_of(folder)
        if path.name != SUMS
    )


def files_of(folder: Path) -> list[Path]:
    """Return the files of a bundle, without what was installed of it."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] != INSTALLED
    )


def zip_folder(folder: Path) -> Path:
    """Write a bundle into one file beside it, which keeps what may be started."""
    file = folder.with_name(f"{folder.name}.zip")
    part = file.with_name(f"{file.name}.part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
        for path in files_of(folder):
            archive.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    part.replace(file)
    file.with_name(f"{file.name}.sha256").write_text(f"{digest(file)}  {file.name}\n", "utf-8")
    return file


def _write(path: Path, text: str, *, windows: bool = False, mark: bool = False) -> None:
    """Write a text; with Windows' ends of lines, and marked as UTF-8, where it is read there."""
    encoding = "utf-8-sig" if windows and mark else "utf-8"
    path.write_text(text, encoding=encoding, newline="\r\n" if windows else "\n")
