"""For which computers a bundle can be made, and how pip and markers name them."""

from __future__ import annotations

from dataclasses import dataclass

GLIBC = 28
"""The oldest glibc, 2.x, that the locked wheels for Linux run on (Debian 10, 麒麟 V10, UOS 20)."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A kind of computer.

    :ivar title: what people call it.
    :ivar tags: the platforms of wheels that run on it, for pip's `--platform`.
    :ivar system: what `sys.platform` says there; `machine` what `platform.machine()` says.
    :ivar script: the start script that lies at the top of a bundle.
    :ivar python: what to install where there is no Python; `{}` stands for its version.
    """

    name: str
    title: str
    tags: tuple[str, ...]
    system: str
    machine: str
    script: str
    python: str

    def markers(self, python: str) -> dict[str, str]:
        """Return what environment markers are evaluated by on it.

        pip evaluates them by the computer that it runs on, whatever `--platform` says.
        """
        windows = self.system == "win32"
        names = {"win32": "Windows", "darwin": "Darwin", "linux": "Linux"}
        return {
            "python_version": python,
            "python_full_version": f"{python}.9",
            "os_name": "nt" if windows else "posix",
            "sys_platform": self.system,
            "platform_system": names[self.system],
            "platform_machine": self.machine,
            "platform_release": "",
            "platform_version": "",
            "implementation_name": "cpython",
            "implementation_version": f"{python}.9",
            "platform_python_implementation": "CPython",
        }


# pip takes a tag of manylinux as it stands, not with the older ones that run as well.
_LINUX = (
    *(f"manylinux_2_{minor}_x86_64" for minor in range(GLIBC, 4, -1)),
    *(f"manylinux{year}_x86_64" for year in ("2014", "2010", "1")),
    "linux_x86_64",
)

PLATFORMS = {
    platform.name: platform
    for platform in (
        Platform(
            "win",
            "Windows 10 或 11（64 位）",
            ("win_amd64",),
            "win32",
            "AMD64",
            "开始.bat",
            "Python {}（64 位，Windows installer (64-bit)，python.org 的 Downloads 页），"
            "安装时勾选 Add python.exe to PATH",
        ),
        Platform(
            "linux",
            f"Linux（x86_64，glibc 2.{GLIBC} 或更新）",
            _LINUX,
            "linux",
            "x86_64",
            "start.sh",
            "Python {0}（用系统的软件源，如 apt install python{0}、dnf install python{0}）",
        ),
        Platform(
            "mac",
            "macOS 14 或更新（Apple 芯片）",
            ("macosx_14_0_arm64",),
            "darwin",
            "arm64",
            "start.command",
            "Python {}（macOS 64-bit universal2 installer，python.org 的 Downloads 页）",
        ),
    )
}
