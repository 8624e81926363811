"""`dafu doctor`: whatever is wrong with a home is named, nothing is changed, no secret is told."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.doctor import computer, program
from app.doctor.checkup import CHECKS, look_over
from app.doctor.configured import examine
from app.doctor.types import Checkup, Finding, Patient, State
from app.export.official import ALTERNATIVES
from app.running.log import log_file
from app.web.server.addresses import FIRST_PORT
from app.web.server.addresses import PORTS as SERVED
from corpus.store.form import FILE_NAME, LIBRARY
from tests.homes import make_home, run, write_letters

LOOKED_AT = {name for name, _ in CHECKS}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("doctor")
    home = make_home(place / "home", write_letters(place / "letters", range(4)))
    (home / "backups").mkdir(exist_ok=True)
    return home


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Iterator[Path]:
    copied = tmp_path / "home"
    shutil.copytree(whole, copied)
    copied.chmod(0o700)
    yield copied
    copied.chmod(0o700)


def found(home: Path, name: str) -> Finding:
    return dict(CHECKS)[name](examine(home))


def content_of(home: Path) -> dict[str, tuple[int, int]]:
    return {
        path.relative_to(home).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


def test_all_is_well_with_a_home_just_made_and_nothing_of_it_is_changed(home: Path) -> None:
    before = content_of(home)
    checkup = look_over(home, "0.2.0")
    assert checkup.works
    assert content_of(home) == before
    by_name = {each.name: each for each in checkup.findings}
    assert by_name.keys() == LOOKED_AT
    assert by_name["文库"].found == "4 份答复，完好"
    assert by_name["索引"].state is State.FINE
    assert by_name["设置"].found.startswith("encoder = off（")
    for finding in checkup.findings:
        assert bool(finding.remedy) == (finding.state is not State.FINE)


def test_the_command_prints_a_line_for_each_and_json(home: Path) -> None:
    status, printed = run(home, "doctor")
    assert status == 0, printed
    told = {name for name in LOOKED_AT if any(f"{mark} {name}：" in printed for mark in "✓!")}
    assert told == LOOKED_AT
    assert "结论：可以工作" in printed
    status, printed = run(home, "doctor", "--json")
    said = json.loads(printed)
    assert (status, said["works"], len(said["findings"])) == (0, True, len(CHECKS))
    assert set(said["findings"][0]) == {"name", "state", "found", "remedy"}


def test_a_home_that_is_not_there_is_no_fault_and_is_not_made(tmp_path: Path) -> None:
    checkup = look_over(tmp_path / "none" / "home", "0")
    assert checkup.works
    assert list(tmp_path.iterdir()) == []
    assert found(tmp_path / "none" / "home", "资料夹").found.endswith("还没有，第一次载入时建立")


def test_a_damaged_library_is_named_with_its_remedy(home: Path) -> None:
    library = home / FILE_NAME
    size = library.stat().st_size
    with open(library, "r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * (size // 2))
    status, printed = run(home, "doctor")
    assert status == 1
    assert "✗ 文库：" in printed
    assert "dafu restore" in printed
    assert "结论：不能工作" in printed


def test_another_database_that_is_damaged_is_named_and_the_rest_are_told_too(home: Path) -> None:
    assert found(home, "其他文件").state is State.FINE
    (home / "judgments.sqlite").write_bytes(b"x" * 5000)
    finding = found(home, "其他文件")
    assert finding.state is State.ATTENTION
    assert "判断文件读不出（SQLITE_NOTADB）；帐号文件" in finding.found
    (home / "accounts.sqlite").write_bytes(b"x" * 5000)
    assert found(home, "其他文件").state is State.WRONG


@pytest.mark.parametrize("content", [b"", b"no database at all, but a text of some length" * 30])
def test_a_library_that_is_none_is_named(content: bytes, home: Path) -> None:
    (home / FILE_NAME).write_bytes(content)
    assert found(home, "文库").state is State.WRONG


def test_a_home_of_a_newer_version_asks_for_the_newer_program(home: Path) -> None:
    with closing(sqlite3.connect(home / FILE_NAME)) as connection:
        connection.execute(f"PRAGMA user_version = {LIBRARY.version + 1}")
    finding = found(home, "文库")
    assert finding.state is State.WRONG
    assert f"格式是第 {LIBRARY.version + 1} 版，是更新的程序写的" in finding.found
    assert "新版的程序" in finding.remedy


def test_an_index_made_otherwise_or_behind_is_told_with_its_remedy(home: Path) -> None:
    manifest = json.loads((home / "manifest.json").read_text("utf-8"))
    (home / "manifest.json").write_text(json.dumps({**manifest, "model": "another"}), "utf-8")
    assert "dafu rebuild" in found(home, "索引").remedy
    (home / "manifest.json").write_text("{", "utf-8")
    assert "dafu rebuild" in found(home, "索引").remedy
    (home / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with closing(sqlite3.connect(home / manifest["folder"] / "texts.sqlite")) as connection:
        connection.execute("DELETE FROM passages WHERE key = (SELECT max(key) FROM passages)")
        connection.commit()
    finding = found(home, "索引")
    assert finding.state is State.ATTENTION
    assert "索引里是" in finding.found


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
@pytest.mark.parametrize(
    ("mode", "state"), [(0o700, State.FINE), (0o750, State.FINE), (0o755, State.ATTENTION)]
)
def test_who_else_may_read_a_home_is_told(mode: int, state: State, home: Path) -> None:
    home.chmod(mode)
    assert found(home, "权限").state is state


def test_a_home_that_can_only_be_read_is_looked_through_all_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:  # who runs the tests may well be allowed everything
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    by_name = {each.name: each for each in look_over(home, "0").findings}
    assert by_name["资料夹"].state is State.WRONG
    assert by_name["文库"].found == "4 份答复，完好"


def test_settings_are_told_with_where_they_come_from(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAFU_ENCODER", raising=False)
    monkeypatch.setenv("DAFU_REDACT", "false")
    said = found(home, "设置").found
    assert "encoder = off（dafu.toml）" in said
    assert "redact = false（环境变量 DAFU_REDACT）" in said


def test_settings_that_are_wrong_are_named_but_never_shown(home: Path) -> None:
    (home / "dafu.toml").write_text('abstain_below = "hush-hush"\nllm_kee = "sk-secret"\n', "utf-8")
    printed = run(home, "doctor")[1] + run(home, "doctor", "--json")[1]
    assert "abstain_below" in printed
    assert "llm_kee（没有这一项）" in printed
    assert "sk-secret" not in printed
    assert "hush-hush" not in printed
    (home / "dafu.toml").write_text('redact = "sk-secret', "utf-8")
    assert found(home, "设置").state is State.WRONG
    assert "sk-secret" not in str(look_over(home, "0"))


def test_secrets_within_settings_are_not_shown() -> None:
    from app.doctor.configured import _show

    assert _show("llm_key", "sk-1234") == "已设置，不显示"
    assert _show("llm_address", "https://ann:pw@llm.example/v1?key=9") == "https://…@llm.example/v1"


def test_what_would_use_a_network_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(home, "网络").state is State.FINE
    monkeypatch.setenv("DAFU_RERANKER", "BAAI/bge-reranker-base")
    finding = found(home, "网络")
    assert finding.state is State.ATTENTION
    assert "reranker = BAAI/bge-reranker-base（第一次用时要下载）" in finding.found


def test_neither_the_user_nor_what_was_loaded_is_told(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "wangxiaoming"
    shutil.copytree(whole, own / "dafu")
    monkeypatch.setenv("HOME", str(own))
    monkeypatch.setenv("USERPROFILE", str(own))
    monkeypatch.setenv("LOGNAME", "wangxiaoming")
    said = str(look_over(own / "dafu", "0"))
    assert "wangxiaoming" not in said
    assert f"~{os.sep}dafu" in said.replace("\\\\", "\\")
    assert "陈一鸣" not in said
    assert "城市管理" not in said
    elsewhere = str(look_over(Path("/srv/wangxiaoming/dafu"), "0"))
    assert "/srv/~/dafu" in elsewhere


def test_a_check_that_fails_hides_no_other(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(patient: Patient) -> Finding:
        raise RuntimeError("sk-secret")

    monkeypatch.setattr("app.doctor.checkup.CHECKS", (("坏的", broken), ("系统", computer.system)))
    checkup: Checkup = look_over(home, "0")
    assert [each.name for each in checkup.findings] == ["坏的", "系统"]
    assert checkup.findings[0].found == "查不了（RuntimeError）"
    assert "sk-secret" not in str(checkup)


def test_faults_in_the_log_are_counted(home: Path) -> None:
    log_file(home).parent.mkdir(exist_ok=True)
    log_file(home).write_text(
        "2026-01-05 10:00:00,1 WARNING app.cli.output: unforeseen\nTraceback …\n", "utf-8"
    )
    assert "有 1 次没有料到的错，最近一次在 2026-01-05 10:00" in found(home, "日志").found


def test_old_backups_are_told(home: Path) -> None:
    for path in (home / "backups").glob("*"):
        path.unlink()
    assert found(home, "备份").found == "没有自动备份"
    old = home / "backups" / "auto-20250101-000000-000000.zip"
    old.write_bytes(b"")
    os.utime(old, (0, 0))
    assert found(home, "备份").state is State.ATTENTION


def test_fonts_are_known_by_their_names_and_by_what_takes_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = Patient(tmp_path, None)
    monkeypatch.setattr(computer, "_iter_fonts", lambda: iter(ALTERNATIVES))
    assert computer.fonts(patient).found == "齐全"
    monkeypatch.setattr(
        computer, "_iter_fonts", lambda: iter(["Fang Song", "SimHei", "KaiTi", "宋体"])
    )
    said = computer.fonts(patient)
    assert said.state is State.FINE
    assert "仿宋_GB2312（用 FangSong 代替）" in said.found
    monkeypatch.setattr(computer, "_iter_fonts", lambda: iter(["DejaVu Sans"]))
    assert computer.fonts(patient).state is State.ATTENTION


def test_a_library_that_is_missing_or_too_old_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = Patient(tmp_path, None)
    asked = ["numpy>=999", "torch>=1", "no-such-library>=1", 'pytest; extra == "dev"']
    monkeypatch.setattr(program, "requires", lambda _: asked)
    said = program.libraries(patient)
    assert said.state is State.WRONG
    assert "缺少 no-such-library" in said.found
    assert "numpy" in said.found
    assert "pytest" not in said.found
    monkeypatch.setattr(program, "LINKED", ("json", "no_such_module"))
    assert "no_such_module（ModuleNotFoundError）" in program.loading(patient).found
    monkeypatch.setattr(program, "LEAST", (sys.version_info[0] + 1, 0))
    assert program.python(patient).state is State.WRONG


def test_models_are_held_against_what_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = Patient(tmp_path, None)
    monkeypatch.setattr(
        program, "recorded", lambda: {"index/models/encoder/encoder.onnx": "sha256="}
    )
    said = program.models(patient)
    assert said.state is State.WRONG
    assert "encoder.onnx" in said.found


def test_the_port_is_the_one_that_the_page_tries_first() -> None:
    assert (computer.PORT, computer.PORTS) == (FIRST_PORT, SERVED)
