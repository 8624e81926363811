"""The journey of a user through the command line, on the bundled samples."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.cli import application

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "corpus" / "samples" / "replies"

QUESTION = "云桥区普通床位改造为护理型床位，每张补助多少？"


def run(home: Path, *arguments: str, **given: Any) -> Result:
    return CliRunner().invoke(application, [*arguments, "--home", str(home)], **given)


def read(home: Path, *arguments: str, **given: Any) -> Any:
    """Run a reading command and return its JSON object."""
    result = run(home, *arguments, "--json", **given)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the samples; tests that change it take a copy."""
    home = tmp_path_factory.mktemp("samples") / "home"
    report = read(home, "ingest", str(SAMPLES))
    assert (report["added"], report["failed"], report["duplicate"]) == (71, 0, 0)
    return home


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(loaded, tmp_path / "home"))


def assert_verbatim(home: Path, quoted: list[dict[str, Any]]) -> None:
    for quote in quoted:
        text = read(home, "show", quote["reply_id"])["text"]
        assert text[quote["start"] : quote["end"]] == quote["text"]


def test_loading_again_changes_nothing(home: Path) -> None:
    before = read(home, "stats")
    report = read(home, "ingest", str(SAMPLES))
    assert {entry["status"] for entry in report["files"]} == {"unchanged"}
    after = read(home, "stats")
    assert (after["replies"], after["passages"]) == (before["replies"], before["passages"])
    assert after["replies"] == 71


def test_search(loaded: Path) -> None:
    hits = read(loaded, "search", "加装电梯补贴标准", "-k", "5")["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2, 3, 4, 5]
    assert any("电梯" in hit["text"] for hit in hits[:2])
    assert all(0 <= worse["score"] <= better["score"] <= 1 for better, worse in pairwise(hits))
    assert_verbatim(loaded, hits)
    assert "1.  " in run(loaded, "search", "加装电梯补贴标准").stdout


def test_an_answer_is_verbatim_and_cited(loaded: Path) -> None:
    answer = read(loaded, "ask", QUESTION)
    assert answer["status"] == "answered"
    assert answer["quotes"]
    assert_verbatim(loaded, answer["quotes"])
    numbers = [citation["number"] for citation in answer["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    cited = {citation["number"]: citation["reply_id"] for citation in answer["citations"]}
    assert all(cited[quote["citation"]] == quote["reply_id"] for quote in answer["quotes"])
    shown = run(loaded, "ask", QUESTION).stdout
    assert answer["citations"][0]["doc_number"] in shown
    assert "来源：" in shown


def test_no_answer_where_nothing_supports_one(loaded: Path) -> None:
    answer = read(loaded, "ask", "月球背面的氦三储量有多少吨？")
    assert (answer["status"], answer["quotes"], answer["citations"]) == ("abstained", [], [])
    assert "没有找到可以回答的内容" in run(loaded, "ask", "月球背面的氦三储量有多少吨？").stdout
    assert "没有说是什么事" in run(loaded, "ask", "怎么申请？").stdout


def test_precedents_for_a_proposal_from_standard_input(loaded: Path) -> None:
    proposal = "关于推进既有多层住宅加装电梯、提高补贴标准的提案\n老人上下楼难，建议加快加装。"
    found = read(loaded, "precedents", "-", input=proposal.encode())["precedents"]
    assert all("电梯" in precedent["passages"][0]["text"] for precedent in found[:2])
    assert len({precedent["reply_id"] for precedent in found}) == len(found)
    assert_verbatim(loaded, found[0]["passages"])


def test_filters(loaded: Path) -> None:
    assert read(loaded, "list", "--disclosure", "依申请公开")["total"] == 2
    assert read(loaded, "list", "--kind", "会办意见")["total"] == 7
    both = read(loaded, "list", "--kind", "会办意见", "--kind", "提案答复", "--limit", "3")
    assert (both["total"], len(both["replies"])) == (30, 3)
    assert read(loaded, "list", "--agency", "没有这个机关")["total"] == 0
    dates = [card["date"] for card in read(loaded, "list", "--year", "2022-2023")["replies"]]
    assert {date[:4] for date in dates} == {"2022", "2023"}
    hits = read(loaded, "search", "电梯", "--agency", "没有这个机关")["hits"]
    assert hits == []
    wrong = run(loaded, "list", "--year", "去年")
    assert (wrong.exit_code, wrong.stdout) == (2, "")


def test_the_owner_sees_what_is_disclosed_on_request(loaded: Path) -> None:
    (card, _) = read(loaded, "list", "--disclosure", "依申请公开")["replies"]
    assert read(loaded, "show", card["reply_id"])["disclosure"] == "依申请公开"


def test_personal_data_is_masked_in_its_place(loaded: Path) -> None:
    fields = {
        card["reply_id"]: read(loaded, "show", card["reply_id"])["fields"]
        for card in read(loaded, "list", "--kind", "会办意见")["replies"]
    }
    reply_id, phone = next(
        (reply_id, field["value"])
        for reply_id, found in fields.items()
        for field in found
        if field["name"] == "contact_phone"
    )
    masked, plain = (read(loaded, "show", reply_id, *options) for options in ([], ["--no-redact"]))
    assert set(phone) == {"＊"}
    assert len(masked["text"]) == len(plain["text"])
    number = next(f["value"] for f in plain["fields"] if f["name"] == "contact_phone")
    assert number in plain["text"]
    assert number not in masked["text"]


@pytest.mark.slow
def test_what_is_removed_is_found_no_more(home: Path) -> None:
    first = read(home, "search", "加装电梯补贴标准")["hits"][0]["reply_id"]
    unknown = run(home, "remove", first, "没有")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "没有" in unknown.stderr
    assert run(home, "remove", first).stdout == f"已移除 1 份：{first}\n"
    assert run(home, "show", first).exit_code == 2
    left = read(home, "search", "加装电梯补贴标准", "-k", "50")["hits"]
    assert first not in {hit["reply_id"] for hit in left}
    assert read(home, "verify")["problems"] == []
    assert read(home, "ingest", str(SAMPLES))["added"] == 1


@pytest.mark.slow
def test_rebuilding_gives_the_same_ranking(home: Path) -> None:
    before = read(home, "search", "加装电梯补贴标准")
    result = run(home, "rebuild")
    assert (result.exit_code, result.stdout[:3]) == (0, "已重建")
    assert read(home, "verify")["problems"] == []
    assert read(home, "search", "加装电梯补贴标准") == before


def test_an_index_of_another_model_is_refused_with_the_remedy(home: Path) -> None:
    manifest = home / "manifest.json"
    made = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**made, "model": "bge-small-zh", "dimension": 512}))
    refused = run(home, "ask", QUESTION, "--json")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "bge-small-zh（512 维）" in refused.stderr
    assert f"{made['model']}（{made['dimension']} 维）" in refused.stderr
    assert "dafu rebuild" in refused.stderr
    assert read(home, "list")["total"] == 71
    assert run(home, "rebuild").exit_code == 0
    assert read(home, "ask", QUESTION)["status"] == "answered"


@pytest.mark.slow
def test_verify_fails_where_store_and_index_disagree(home: Path) -> None:
    for step in ("- 9", "+ 9"):  # the index is made of passages that the store then has no more
        with closing(sqlite3.connect(home / "dafu.sqlite")) as database, database:
            database.execute(f"UPDATE passages SET stop = stop {step} WHERE role = 'substance'")
        if step == "- 9":
            assert run(home, "rebuild").exit_code == 0
    result = run(home, "verify", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problems"] != []
    shown = run(home, "verify")
    assert (shown.exit_code, "dafu rebuild" in shown.stderr) == (1, True)
    assert run(home, "rebuild").exit_code == 0
    assert read(home, "verify")["problems"] == []


def test_bad_files_do_not_stop_good_ones(tmp_path: Path) -> None:
    folder = tmp_path / "混合"
    folder.mkdir()
    (folder / "好.txt").write_text("关于路灯的答复\n长青路的路灯已于3月修复。\n", encoding="utf-8")
    (folder / "空.txt").write_bytes(b"")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 broken")
    result = run(tmp_path / "home", "ingest", str(folder))
    assert result.exit_code == 0
    assert "空.txt：" in result.stdout
    assert "坏.docx：" in result.stdout
    report = read(tmp_path / "home", "ingest", str(folder))
    assert (report["unchanged"], report["failed"]) == (1, 2)
    worse = run(tmp_path / "other", "ingest", str(folder / "空.txt"))
    assert worse.exit_code == 1


def test_unknown_ids_and_blank_questions(loaded: Path) -> None:
    for arguments in (["show", "没有这个编号"], ["ask", "  "], ["search", ""]):
        result = run(loaded, *arguments, "--json")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("错误：")


def python(*arguments: str, home: Path, **given: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "DAFU_HOME": str(home), "PYTHONIOENCODING": "ascii"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, **given
    )


def test_a_process_of_its_own(loaded: Path) -> None:
    """Output is UTF-8 whatever the console says, and has no colours when it is piped."""
    result = python("-m", "app", "ask", QUESTION, home=loaded)
    assert (result.returncode, result.stderr) == (0, b"")
    assert "来源：" in result.stdout.decode("utf-8")
    assert b"\x1b" not in result.stdout


def test_asking_imports_nothing_heavy(loaded: Path) -> None:
    script = (
        "import sys\n"
        "from app.cli import main\n"
        f"sys.argv = ['dafu', 'ask', {QUESTION!r}]\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    code = end.code\n"
        "heavy = ('torch', 'transformers', 'sentence_transformers', 'gradio', 'pandas', 'docx')\n"
        "print(code, [name for name in heavy if name in sys.modules], file=sys.stderr)\n"
    )
    assert python("-c", script, home=loaded).stderr == b"0 []\n"
