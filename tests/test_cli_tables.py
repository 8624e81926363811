"""A table's columns are shown before it is loaded, and what they print can be declared."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from app.cli import application

ANSWER = "李先生：您好！您反映的长椅问题收悉，已更换。"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(application, ["columns", *arguments], env={"COLUMNS": "120"})


def test_each_column_is_shown_with_what_it_is_taken_for(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"标题,甲,备注\n长椅,{ANSWER},\n", encoding="utf-8")
    result = run(str(path))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[1:5] == [
        "标题  标题（按列名）　长椅",
        f"甲    答复内容（按内容）　{ANSWER}",
        "备注  —",
        "说明：“甲”列按内容认作答复内容",
    ]
    mapping = tmp_path / "m.json"
    mapping.write_text(lines[5], encoding="utf-8")
    assert json.loads(lines[5]) == {"title": "标题", "reply": "甲"}
    declared = run(str(path), "--mapping", str(mapping))
    assert "甲    答复内容（按声明）" in declared.stdout


def test_a_table_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("标题,备注\n长椅,无\n", encoding="utf-8")
    result = run(str(path))
    assert result.exit_code == 1
    assert "没有认出答复内容的列；文件里的列是：标题、备注" in result.stdout
    assert run(str(tmp_path / "b.csv")).exit_code == 2
