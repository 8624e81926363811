"""The bundle: which wheels it holds, what its scripts say, and that it runs without a network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from tools.bundle.folder import sums_of, write_parts, write_requirements, zip_folder
from tools.bundle.interpreter import unpack_interpreter
from tools.bundle.parts import install
from tools.bundle.platforms import PLATFORMS
from tools.bundle.wheels import BundleError, Wheels, read_lock, requirements_of, run_pip, tidy

ROOT = Path(__file__).resolve().parents[1]
WINDOWS, LINUX, MAC = (PLATFORMS[name] for name in ("win", "linux", "mac"))

LOCK = """\
# made by hand
colour==1.0 ; sys_platform == 'win32'
needle==2.1
nvidia-thing==13.0 ; sys_platform == 'linux'
old==0.9 ; python_full_version < '3.12'
torch==2.13.0
"""


def make_wheel(
    folder: Path, name: str, version: str = "1.0", requires: tuple[str, ...] = ()
) -> Path:
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    metadata = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {r}" for r in requires)]
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(metadata))
    return wheel


def make_bundle(folder: Path, platform: str = "linux") -> Path:
    wheels = folder / "files" / "wheels"
    wheels.mkdir(parents=True)
    make_wheel(wheels, "needle", "2.1")
    write_parts(folder, PLATFORMS[platform], "3.11", "0.2.0", ["没有更多说明。"])
    return folder


def test_the_lock_is_read_for_the_platform_that_the_bundle_is_for() -> None:
    windows = read_lock(LOCK, WINDOWS.markers("3.11"))
    assert {name: str(each) for name, each in windows.items()} == {
        "colour": "1.0",
        "needle": "2.1",
        "old": "0.9",
        "torch": "2.13.0",
    }
    assert list(read_lock(LOCK, MAC.markers("3.12"))) == ["needle", "torch"]


def test_a_wheel_asks_for_what_its_markers_and_extras_say(tmp_path: Path) -> None:
    wheel = make_wheel(
        tmp_path,
        "needle",
        requires=(
            "always>=1",
            "only-there; sys_platform == 'win32'",
            "pictures; extra == 'ocr'",
            "checks; extra == 'dev'",
        ),
    )
    asked = requirements_of(wheel, ("ocr",), WINDOWS.markers("3.11"))
    assert [each.name for each in asked] == ["always", "only-there", "pictures"]
    asked = requirements_of(wheel, (), LINUX.markers("3.11"))
    assert [each.name for each in asked] == ["always"]


def test_what_lies_there_whole_is_not_fetched_again(tmp_path: Path) -> None:
    root = make_wheel(tmp_path, "dafu", "0.2.0", ("needle", "torch"))
    make_wheel(tmp_path, "needle", "2.1", ("old; python_version < '3.12'", "torch"))
    make_wheel(tmp_path, "old", "0.9", ("needle",))  # a circle, as packages do have them
    wheels = Wheels(
        tmp_path, MAC, "3.11", read_lock(LOCK, MAC.markers("3.11")), frozenset({"torch"})
    )
    told: list[str] = []
    assert [wheel.name.split("-")[0] for wheel in wheels.gather(root, (), told.append)] == [
        "dafu",
        "needle",
        "old",
    ]
    assert len(told) == 2
    (tmp_path / ".part-1").mkdir()
    make_wheel(tmp_path, "needle", "2.0")
    tidy(tmp_path, [root, tmp_path / "needle-2.1-py3-none-any.whl"])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        root.name,
        "needle-2.1-py3-none-any.whl",
    ]


def test_nothing_of_cuda_is_ever_taken(tmp_path: Path) -> None:
    wheels = Wheels(tmp_path, LINUX, "3.11", read_lock(LOCK, LINUX.markers("3.11")))
    root = make_wheel(tmp_path, "dafu", requires=("nvidia-thing",))
    with pytest.raises(BundleError, match="nvidia-thing 只有显卡才用得着"):
        wheels.gather(root, (), print)


PIP = "import sys; sys.stderr.write({!r}); sys.exit(1)"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("NewConnectionError: Failed to establish", "连不上软件源（下载 needle==2.1 时）"),
        ("OSError: [Errno 28] No space left on device", "磁盘已满"),
        ("ERROR: No matching distribution found for needle", "needle==2.1 没有适用于 macOS 14"),
    ],
)
def test_what_goes_wrong_is_told_with_what_to_do(
    said: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = tmp_path / "pip.py"
    pip.write_text(PIP.format(said))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    wheels = Wheels(tmp_path, MAC, "3.11", read_lock(LOCK, MAC.markers("3.11")))
    with pytest.raises(BundleError, match=re.escape(told)):
        wheels.fetch(next(iter(wheels.lock)))
    assert list(tmp_path.glob("*.whl")) == []


def test_torch_for_linux_is_the_build_without_cuda_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.py").write_text(
        "import sys; open(sys.argv[-1].replace('/', '_') + '.asked', 'w').write(' '.join(sys.argv))"
        ";sys.exit(1)"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    wheels = Wheels(tmp_path, LINUX, "3.11", read_lock(LOCK, LINUX.markers("3.11")))
    with pytest.raises(BundleError, match=r"找不到 torch==2\.13\.0\+cpu.*--small"):
        wheels.fetch(next(name for name in wheels.lock if name == "torch"))
    asked = (tmp_path / "torch==2.13.0+cpu.asked").read_text()
    assert "--platform manylinux_2_28_x86_64" in asked
    assert "--only-binary=:all:" in asked


def test_the_requirements_hold_the_sums_of_the_files(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "needle", "2.1")
    assert write_requirements([wheel]) == f"needle==2.1 --hash=sha256:{install.digest(wheel)}\n"


def test_the_scripts_of_windows_can_be_read_in_any_code_page(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "b", "win")
    script = (bundle / "开始.bat").read_bytes()
    assert script.isascii()
    assert script.count(b"\r\n") == script.count(b"\n")
    assert b"(3, 11)" in script
    assert b"@" not in script.replace(b"@echo off", b"")
    assert (bundle / "说明.txt").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_explanation_says_what_to_install_first(platform: str, tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path / "b", platform)
    text = (bundle / "说明.txt").read_text("utf-8-sig")
    assert "@" not in text
    assert "请先安装：\nPython 3.11（" in text
    assert PLATFORMS[platform].script in text
    assert "Python 3.11（64 位）" in (bundle / "files" / "no-python.txt").read_text("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="a script for sh")
@pytest.mark.parametrize("found", ["", "3.9"])
def test_without_the_right_python_the_start_script_says_what_is_needed(
    found: str, tmp_path: Path
) -> None:
    bundle = make_bundle(tmp_path / "b")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("dirname", "cat"):
        (programs / name).symlink_to(shutil.which(name) or name)
    if found:
        other = programs / "python3"
        other.write_text(
            f'#!/bin/sh\n[ "$1" = --version ] && echo Python {found} && exit\nexit 1\n'
        )
        other.chmod(0o755)
    script = (bundle / "start.sh").read_text().replace("/usr/local/bin/python3.11", "")
    (bundle / "start.sh").write_text(script)
    run = subprocess.run(
        ["/bin/sh", str(bundle / "start.sh")],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "没有找到 Python 3.11（64 位）" in run.stderr
    assert ("Python 3.9" if found else "没有 Python") in run.stderr


def test_a_file_that_is_not_as_packed_is_named_before_anything_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = make_bundle(tmp_path / "b")
    monkeypatch.setattr(install, "BUNDLE", bundle)
    monkeypatch.setattr(install, "SUMS", bundle / "SHA256SUMS")
    install.check_sums()
    assert (bundle / "SHA256SUMS").read_text("utf-8") == sums_of(bundle)
    (bundle / "files" / "requirements.txt").write_text("needle==2.1\n")
    (bundle / "files" / "wheels" / "needle-2.1-py3-none-any.whl").unlink()
    with pytest.raises(SystemExit) as leaving:
        install.check_sums()
    said = str(leaving.value)
    assert "files/requirements.txt：与打包时不同" in said
    assert "needle-2.1-py3-none-any.whl：不见了" in said
    assert "说明.txt" not in said


def test_a_bundle_for_another_computer_says_so() -> None:
    facts = {"python": "3.11", "system": "vms", "machine": "vax", "title": "VMS", "glibc": "28"}
    with pytest.raises(SystemExit, match="这个安装包用于 VMS，这台电脑是"):
        install.check_computer({**facts, "python": ".".join(map(str, sys.version_info[:2]))})
    with pytest.raises(SystemExit, match=r"要用 Python 3\.99"):
        install.check_computer({**facts, "python": "3.99"})


def test_the_zip_keeps_what_may_be_started_and_leaves_out_what_was_installed(
    tmp_path: Path,
) -> None:
    bundle = make_bundle(tmp_path / "b")
    (bundle / "installed").mkdir()
    (bundle / "installed" / "python").write_text("")
    with zipfile.ZipFile(zip_folder(bundle)) as archive:
        assert "b/files/wheels/needle-2.1-py3-none-any.whl" in archive.namelist()
        assert "b/installed/python" not in archive.namelist()
        assert archive.getinfo("b/start.sh").external_attr >> 16 & 0o111
    assert (tmp_path / "b.zip.sha256").read_text("utf-8").endswith("  b.zip\n")


def test_a_python_goes_along_where_one_is_given(tmp_path: Path) -> None:
    package = tmp_path / "python.nupkg"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("tools/python.exe", "MZ")
        archive.writestr("tools/Lib/venv/__init__.py", "")
    unpack_interpreter(package, tmp_path / "python", WINDOWS)
    assert (tmp_path / "python" / "python.exe").read_text() == "MZ"
    embedded = tmp_path / "embed.zip"
    with zipfile.ZipFile(embedded, "w") as archive:
        archive.writestr("python.exe", "MZ")
    with pytest.raises(BundleError, match=r"没有用于 Windows .* 的完整 Python"):
        unpack_interpreter(embedded, tmp_path / "python", WINDOWS)
    assert (tmp_path / "python" / "python.exe").exists()
    standalone = tmp_path / "python.tar.gz"
    (tmp_path / "tree" / "python" / "bin").mkdir(parents=True)
    (tmp_path / "tree" / "python" / "bin" / "python3").write_text("")
    with tarfile.open(standalone, "w:gz") as packed:
        packed.add(tmp_path / "tree" / "python", "python")
    with pytest.raises(BundleError, match="没有用于 Linux"):
        unpack_interpreter(standalone, tmp_path / "other", LINUX)  # it has no venv


# What follows needs the network to fetch from, and takes minutes.


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where pip finds packages; tests that need it are skipped where it is out of reach."""
    try:
        wheel, said = run_pip(["download", "mdurl"], tmp_path_factory.mktemp("index"))
    except BundleError as error:
        pytest.skip(str(error))
    if wheel is None:
        pytest.skip(said)


def bundle(platform: str, folder: Path, *options: str) -> Path:
    command = [sys.executable, "-m", "tools.bundle", "--platform", platform, "--out", str(folder)]
    run = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return next(path for path in folder.iterdir() if path.is_dir())


@pytest.mark.long
@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("platform", ["win", "mac"])
def test_every_wheel_is_to_be_had_for_the_other_platforms(platform: str, tmp_path: Path) -> None:
    made = bundle(platform, tmp_path, "--ocr", "--mcp")
    names = {path.name.split("-")[0] for path in (made / "files" / "wheels").iterdir()}
    assert {"dafu", "torch", "jieba", "onnxruntime", "rapidocr", "mcp"} <= names
    assert ({"colorama", "pywin32"} <= names) == (platform == "win")
    assert not {name for name in names if name.startswith(("nvidia", "cuda", "triton"))}


SILENT = ["unshare", "--user", "--map-root-user", "--net"]
"""In a network of its own, which has no way out."""

SESSION = """
set -e
ip link set lo up
sh start.sh ingest "$REPLIES"
sh start.sh ask 一楼那家不同意，我们楼还能装电梯吗？
exec sh start.sh serve --no-open --port 7923
"""
"""What happens there; the page is asked from within too."""

ASK_PAGE = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:7923').read().decode())"


@pytest.mark.long
@pytest.mark.usefixtures("index")
def test_a_bundle_is_installed_and_asked_where_there_is_no_network(tmp_path: Path) -> None:
    try:
        subprocess.run([*SILENT, "ip", "link"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no network namespaces, or no ip, on this machine")
    version = "{}.{}".format(*sys.version_info)
    made = bundle("linux", tmp_path / "out", "--small", "--python", version)
    environment = {
        **{"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DAFU_HOME": str(tmp_path / "home")},
        "REPLIES": str(ROOT / "corpus" / "samples" / "replies"),
        "DAFU_ENCODER": "off",
    }
    said = tmp_path / "said.txt"
    with said.open("w") as output:
        process = subprocess.Popen(
            [*SILENT, "sh", "-c", SESSION], cwd=made, env=environment, stdout=output, stderr=output
        )
        try:
            until = time.monotonic() + 600
            while "网页已打开" not in said.read_text("utf-8"):
                assert process.poll() is None, said.read_text("utf-8")
                assert time.monotonic() < until, said.read_text("utf-8")
                time.sleep(1)
            within = [
                "nsenter",
                f"--target={process.pid}",
                "--user",
                "--net",
                "--preserve-credentials",
            ]
            page = subprocess.run(
                [*within, sys.executable, "-c", ASK_PAGE],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        finally:
            process.terminate()
            process.wait(60)
    assert "加装电梯" in said.read_text("utf-8").partition("来源：")[0]
    assert "<title>答复" in page
