"""Is the computer fit: memory, fonts, programs beside Dafu, the port of the page?"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from app.doctor.types import Finding, Patient, attention, fine, say_bytes, wrong
from corpus.readers.recognition import is_installed

MEMORY = 2e9
"""Bytes that should be free: recognising a scan takes 1.1 GiB, the program itself half of one."""

PORT, PORTS = 7860, 100
"""The first port that the page tries, and how many."""


def system(patient: Patient) -> Finding:
    """Say which system this is."""
    cores = os.cpu_count() or 1
    return fine(
        "系统", f"{platform.system()} {platform.release()}，{platform.machine()}，{cores} 核"
    )


def memory(patient: Patient) -> Finding:
    """Say how much memory there is."""
    import psutil

    now = psutil.virtual_memory()
    found = f"{say_bytes(now.total)}，可用 {say_bytes(now.available)}"
    if now.available < MEMORY:
        return attention(
            "内存", found, f"可用的少于 {say_bytes(MEMORY)}：请关闭一些程序，大的文件夹分几次载入。"
        )
    return fine("内存", found)


def fonts(patient: Patient) -> Finding:
    """Look for the fonts of official documents, or what Word takes instead."""
    from app.export.official import ALTERNATIVES

    have = {_plain(name) for name in _iter_fonts()}
    if not have:
        return fine("公文字体", "这台电脑上查不出有哪些字体；Word 稿用打开它的电脑上的字体")
    instead, missing = [], []
    for font, others in ALTERNATIVES.items():
        if _plain(font) not in have:
            other = next((each for each in others if _plain(each) in have), None)
            if other is None:
                missing.append(font)
            else:
                instead.append(f"{font}（用 {other} 代替）")
    said = f"没有 {'、'.join([*missing, *instead])}" if missing or instead else "齐全"
    if missing:
        return attention(
            "公文字体",
            said,
            "起草的 Word 稿要在装有这些字体的电脑上打开（Windows 中文版自带大部分）。",
        )
    return fine("公文字体", said)


def _plain(name: str) -> str:
    return name.replace(" ", "").replace("-", "").casefold()


def _iter_fonts() -> Iterator[str]:
    """Yield the names of the fonts that the system has, in all the languages that it has them."""
    if sys.platform == "win32":
        import winreg

        place = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts"
        for root in (winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER):
            with suppress(OSError), winreg.OpenKey(root, place) as key:
                for number in range(winreg.QueryInfoKey(key)[1]):
                    named = winreg.EnumValue(key, number)[0].partition("(")[0]
                    yield from (name.strip() for name in named.split("&"))
    elif sys.platform == "darwin":
        for folder in ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"):
            yield from (path.stem for path in Path(folder).expanduser().rglob("*.[to]t[fc]"))
    elif program := shutil.which("fc-list"):
        with suppress(OSError, subprocess.SubprocessError):
            listed = subprocess.run(
                [program, ":", "family"], capture_output=True, timeout=20, check=True
            )
            for line in listed.stdout.decode("utf-8", "replace").splitlines():
                yield from (name.replace("\\", "").strip() for name in line.split(","))


def office(patient: Patient) -> Finding:
    """Say whether LibreOffice is there, which reads what else can't be read of old Word files."""
    if shutil.which("soffice") or shutil.which("libreoffice"):
        return fine("LibreOffice", "有")
    return fine("LibreOffice", "没有；个别很旧的 .doc 没有它读不出，另存为 .docx 也行")


def recognition(patient: Patient) -> Finding:
    """Say whether scans and pictures can be read."""
    if is_installed():
        return fine("文字识别", "有")
    return attention(
        "文字识别",
        "没有装，扫描件和图片读不出文字",
        "要读的话，联网安装 pip install 'dafu[ocr]'，或用加了 --ocr 的离线安装包；不读可以不管。",
    )


def port(patient: Patient) -> Finding:
    """Say whether the page finds a port on this machine."""
    for number in range(PORT, PORT + PORTS):
        if _is_free(number):
            if number == PORT:
                return fine("端口", f"{PORT} 空着")
            return fine("端口", f"{PORT} 有程序在用（可能是已打开的网页），会用 {number}")
    return wrong(
        "端口",
        f"{PORT} 到 {PORT + PORTS - 1} 都有程序在用，或本机不许监听",
        "请用 dafu serve --port 指定一个空着的，或检查安全软件。",
    )


def _is_free(number: int) -> bool:
    with socket.socket() as listener, suppress(OSError):
        if os.name == "posix":  # else what has just been closed counts as used
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", number))
        return True
    return False
