"""What an installed copy holds, and that Dafu starts only with packages of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app.running.installed import PACKAGES, find_foreign, find_replaced

ROOT = Path(__file__).resolve().parents[1]


def start_with(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Dafu from this clone where `path` comes before it."""
    program = "import sys; sys.argv[0] = 'dafu'; from app.__main__ import main; main()"
    environment = {"PYTHONPATH": os.pathsep.join([str(path), str(ROOT)]), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=path,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def make_package(folder: Path, name: str, source: str = "") -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(source, encoding="utf-8")
    return folder


def test_the_packages_of_this_clone_are_its_own() -> None:
    assert find_foreign() == {}
    assert find_replaced() == {}


def test_a_package_of_the_same_name_elsewhere_stops_dafu(tmp_path: Path) -> None:
    foreign = make_package(tmp_path, "corpus", "raise SystemExit('was imported')")
    done = start_with(foreign, "--version")
    assert done.returncode == 1
    assert f"corpus：找到的是 {foreign / 'corpus' / '__init__.py'}\n" in done.stderr
    assert f"应当都在 {ROOT}，" in done.stderr
    assert "单独的虚拟环境" in done.stderr
    assert "index：" not in done.stderr


def test_a_module_of_the_same_name_stops_dafu_too(tmp_path: Path) -> None:
    (tmp_path / "eval.py").write_text("", encoding="utf-8")
    assert f"eval：找到的是 {tmp_path / 'eval.py'}\n" in start_with(tmp_path, "--version").stderr


def test_a_plain_folder_of_the_same_name_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "一.txt").write_text("答复", encoding="utf-8")
    done = start_with(tmp_path, "--version")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_package_written_over_by_another_distribution_is_noticed(tmp_path: Path) -> None:
    empty = "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0"
    for name in PACKAGES:
        make_package(tmp_path, name)
    record = tmp_path / "dafu-0.1.0.dist-info" / "RECORD"
    record.parent.mkdir()
    record.write_text("".join(f"{name}/__init__.py,{empty}\n" for name in PACKAGES))
    assert find_replaced(tmp_path) == {}
    written_over = tmp_path / "index" / "__init__.py"
    written_over.write_text("from .index import Index\n", encoding="utf-8")
    assert find_replaced(tmp_path) == {"index": f"{written_over} 被别的软件包改写过"}


@pytest.mark.slow
def test_the_wheel_holds_the_four_packages_whole_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("dafu-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    information = f"{'-'.join(wheel.name.split('-')[:2])}.dist-info"
    assert {name.split("/")[0] for name in names} == {*PACKAGES, information}
    files = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files - names == set()
    assert {Path(name).suffix for name in names} >= {
        *(".py", ".html", ".css", ".js", ".png", ".json", ".txt", ".sql", ".safetensors")
    }
