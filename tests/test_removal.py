"""What was removed is gone: from every file of the home, by every encoding, and stays so."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from app.keeping.traces import Search, make_traces
from app.service import Service, open_service
from app.settings import load_settings
from corpus.store.store import Store
from eval.data.topics import Topic
from eval.judging.pool import Origin, Place
from tests.homes import letter, run, upload, write_letters

WORDS = "紫荆巷丙七号院垂花门修缮"
"""Words that stand in one letter alone."""


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = write_letters(tmp_path / "letters", range(20))
    (folder / "门.txt").write_text(letter(77, WORDS), encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def id_of(service: Service, words: str = WORDS) -> str:
    return next(c.reply_id for c in service.list_replies(text=words).cards)


def holding(home: Path, words: str = WORDS) -> list[str]:
    """Return the files that hold words, written in any of several ways."""
    forms = [words.encode(e) for e in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")]
    forms.append(json.dumps(words).strip('"').encode())
    held = []
    for path in sorted(home.rglob("*")):
        if path.is_file():
            contents = [path.read_bytes()]
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    contents += [archive.read(name) for name in archive.namelist()]
            if any(form in content for form in forms for content in contents):
                held.append(path.name)
    return held


def test_a_removed_reply_is_in_no_file(home: Path, letters: Path) -> None:
    with open_service(load_settings(home)) as service:
        service.ingest([letters])
        reply = service.home.store.reply(id_of(service))
        start = reply.text.index(WORDS)
        place = Place.of(reply, start, start + 40)
        service.home.judgments.judge(Topic("q1", "谁修门？"), place, "甲", 3, Origin.JUDGING)
        kept = home / "evaluation" / "runs" / "abcd.json"
        kept.parent.mkdir(parents=True)
        kept.write_text(json.dumps({"text": reply.text}), encoding="utf-8")
    assert {"dafu.sqlite", "texts.sqlite", "judgments.sqlite", "abcd.json"} <= set(holding(home))
    with open_service(load_settings(home)) as service:
        assert service.remove([reply.id]) == (reply.id,)
        assert holding(home) == []  # while it is open, with the logs of its databases
        assert service.prove_removal(reply.id).problems == ()
        assert service.verify().problems == ()
        (judged,) = service.home.judgments.judgments()
        assert (judged.grade, judged.place.text) == (3, "＊" * 40)
        assert service.list_replies().total == 20
    assert holding(home) == []
    code, said = run(home, "verify", "--removed", reply.id)
    assert code == 0
    assert "已无痕迹" in said


def test_a_word_that_only_it_had_is_in_no_index(home: Path, letters: Path) -> None:
    (letters / "门.txt").write_text(letter(77, "zqx7431 设备更新"), encoding="utf-8")
    with open_service(load_settings(home)) as service:
        service.ingest([letters])
        assert holding(home, "zqx7431")
        service.remove([id_of(service, "zqx7431")])
        assert holding(home, "zqx7431") == []
        assert service.verify().problems == ()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030", "escapes", "zip"]
)
def test_what_is_left_is_found(home: Path, letters: Path, encoding: str) -> None:
    with open_service(load_settings(home)) as service:
        service.ingest([letters])
        reply = service.home.store.reply(id_of(service))
        service.remove([reply.id])
    left = home / "留下的"
    if encoding == "zip":
        with zipfile.ZipFile(left, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("一", reply.text)
    elif encoding == "escapes":
        left.write_text(json.dumps(reply.text), encoding="utf-8")
    else:
        left.write_bytes(b"\x01" + reply.text.encode(encoding))
    code, said = run(home, "verify", "--removed", reply.id)
    assert code == 1
    assert "留下的" in said
    assert "请删除这个文件" in said
    left.unlink()
    assert run(home, "verify", "--removed", reply.id)[0] == 0


def test_words_that_others_have_too_are_no_trace(home: Path, letters: Path) -> None:
    (letters / "又.txt").write_text(letter(77, WORDS).replace("七", "柒"), encoding="utf-8")
    with open_service(load_settings(home)) as service:
        service.ingest([letters])
        removed = next(c.reply_id for c in service.list_replies(text="丙七号").cards)
        service.remove([removed])
        assert service.prove_removal(removed).problems == ()


def test_an_uploaded_file_goes_with_its_reply(home: Path, letters: Path, tmp_path: Path) -> None:
    with open_service(load_settings(home)) as service:
        upload(service, letters / "门.txt", letters / "3.txt")
        removed = id_of(service)
        service.remove([removed])
        assert [path.name for path in (home / "uploads").iterdir()] == ["3.txt"]
        service.ingest([home / "uploads"])
        assert service.list_replies().total == 1
        assert holding(home) == []
        upload(service, letters / "门.txt")  # who uploads it again wants it
        assert service.list_replies().total == 2
    code, said = run(home, "verify", "--removed", removed)
    assert code == 2
    assert "又载入了" in said


def test_an_uploaded_table_that_others_need_stays_and_does_not_bring_it_back(
    home: Path, tmp_path: Path
) -> None:
    rows = [{"编号": str(n), "答复内容": letter(n)} for n in range(3)]
    rows.append({"编号": "9", "答复内容": letter(77, WORDS)})
    table = tmp_path / "表.jsonl"
    table.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    with open_service(load_settings(home)) as service:
        upload(service, table)
        removed = id_of(service)
        service.remove([removed])
        (problem,) = service.prove_removal(removed).problems
        assert "还有别的答复" in problem
        report = service.ingest([home / "uploads"])
        assert (report.counts.skipped, report.counts.unchanged) == (1, 3)
        assert service.list_replies().total == 3
        service.remove([c.reply_id for c in service.list_replies().cards])
        assert list((home / "uploads").iterdir()) == []
        assert service.prove_removal(removed).problems == ()


def test_a_file_of_the_user_brings_it_back(home: Path, letters: Path) -> None:
    with open_service(load_settings(home)) as service:
        service.ingest([letters])
        service.remove([id_of(service)])
        assert (letters / "门.txt").exists()
        assert service.ingest([letters]).counts.added == 1


def test_what_a_kill_has_left_is_erased_at_the_next_start(home: Path, letters: Path) -> None:
    with open_service(load_settings(home)) as service:
        service.ingest([letters])
        reply = service.home.store.reply(id_of(service))
    with Store.open(home) as store:  # as far as a remove came that was killed
        store.remove([reply.id], {reply.id: make_traces([reply.text])})
    assert holding(home) != []
    code, said = run(home, "stats")
    assert code == 0
    assert "正在接着清除" in said
    assert holding(home) == []
    assert run(home, "verify", "--removed", reply.id)[0] == 0


def test_traces_hold_nothing_of_the_text() -> None:
    traces = make_traces([letter(77, WORDS)])
    assert not set(traces) - set('0123456789abcdef[]{},:"saltpieces')
    assert make_traces([letter(77, WORDS)]) != traces  # salted
    assert Search([traces]).in_bytes(letter(77, WORDS).encode())
    assert Search([traces]).in_bytes("别的文字".encode() * 100) == set()


def test_nothing_that_was_removed_by_that_id(home: Path) -> None:
    code, said = run(home, "verify", "--removed", "abc")
    assert code == 2
    assert "没有移除过" in said
