"""What was put away is found nowhere, comes back as it was, and after thirty days is gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.access import Role
from app.actor import Actor, acting
from app.keeping.bin import Bin
from app.service import Service, open_service
from app.settings import load_settings
from app.web.editing import _tell_gone
from app.web.reader import GONE
from corpus.errors import InputError, NotAllowed, NotFound
from corpus.filters import Filters
from corpus.store.store import Store
from corpus.types import FieldName
from eval.data.topics import Topic
from eval.judging.pool import Origin, Place
from tests.homes import letter, run, upload, write_letters
from tests.test_removal import WORDS, holding, id_of


@pytest.fixture
def either(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the library in the home, and in PostgreSQL."""
    if address:
        monkeypatch.setenv("DAFU_STORE", address)


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = write_letters(tmp_path / "letters", range(6))
    (folder / "门.txt").write_text(letter(77, WORDS), encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path, letters: Path) -> Path:
    folder = tmp_path / "home"
    with open_service(load_settings(folder, encoder="off")) as service:
        service.ingest([letters])
    return folder


@pytest.fixture
def service(home: Path) -> Iterator[Service]:
    with open_service(load_settings(home, encoder="off", abstain_below=0)) as service:
        yield service


AGENCY = "城市管理第77局"
"""Who answered it, and nothing else."""

DOORS: dict[str, Callable[[Service], Any]] = {
    "list": lambda s: s.list_replies(limit=100),
    "list of words": lambda s: s.list_replies(text=WORDS),
    "list of an id": lambda s: s.list_replies(Filters(reply_ids=("门",))),
    "charts": lambda s: s.listing.facets(text=WORDS),
    "search": lambda s: s.search(WORDS),
    "answer": lambda s: s.ask(f"{WORDS}什么时候完成？"),
    "precedents": lambda s: s.precedents(WORDS),
    "promises": lambda s: s.ledger.read(),
    "doubts": lambda s: s.review.list_replies(),
    "corrected": lambda s: s.review.list_replies(corrected=True),
    "counts": lambda s: s.stats().facets,
}


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize("role", Role)
def test_it_is_found_by_no_door(home: Path, role: Role) -> None:
    with open_service(load_settings(home, encoder="off")) as service:
        reply_id = id_of(service)
        service.review.correct(reply_id, {FieldName.OUTCOME: ["A"]})
        assert service.bin.put_away([reply_id]) == (reply_id,)
        assert service.verify().problems == ()
    settings = load_settings(home, encoder="off", abstain_below=0, serve_unmarked=True)
    with open_service(settings, role) as service:
        for name, look in DOORS.items():
            if role.edits or name not in ("doubts", "corrected"):
                shown = repr(look(service))
                assert AGENCY not in shown, name
                assert reply_id not in shown, name
        for closed in (service.show, service.pages.draw):
            with pytest.raises((NotFound, InputError)):
                closed(reply_id)
        with pytest.raises((NotFound, InputError)):
            service.review.correct(reply_id, {FieldName.OUTCOME: ["B"]})
        assert service.list_replies().total == 6


def test_only_the_owner_has_the_bin(home: Path) -> None:
    with open_service(load_settings(home), Role.READER) as service:
        calls: list[Callable[[], object]] = [
            service.bin.list_all,
            lambda: service.bin.put_away(["x"]),
            lambda: service.bin.bring_back(["x"]),
            lambda: service.bin.remove(["x"]),
        ]
        for call in calls:
            with pytest.raises(InputError, match="只有编辑和管理员"):
                call()


def test_who_corrects_a_reply_meanwhile_is_told_who_put_it_away(service: Service) -> None:
    reply_id = id_of(service)
    parts: Any = SimpleNamespace(service=service)
    assert _tell_gone(parts, reply_id) == GONE
    with acting(Actor("王芳", Role.EDITOR, "10.0.0.7")):
        service.bin.put_away([reply_id])
    said = "“王芳”已把这份答复移到回收站，可以在“回收站”里恢复。"
    assert _tell_gone(parts, reply_id) == said
    assert _tell_gone(parts, reply_id, ("河道清淤", "")) == f"{said}\n您填写的“河道清淤”没有保存。"
    assert service.bin.tell_whose(reply_id[:-1]) == ""
    service.bin.bring_back([reply_id])
    service.home.store.bin.put_away([reply_id], "2999-01-01T00:00:00+00:00")
    assert "王芳" not in service.bin.tell_whose(reply_id)  # it was she the last time only
    service.bin.remove([reply_id])
    assert _tell_gone(parts, reply_id) == GONE
    with pytest.raises(NotAllowed):
        Bin(service.home, Role.STAFF).tell_whose(reply_id)


def test_it_comes_back_with_what_was_corrected_and_judged(service: Service) -> None:
    reply_id = id_of(service)
    service.review.correct(reply_id, {FieldName.OUTCOME: ["A"]})
    before = service.show(reply_id)
    start = before.text.index(WORDS)
    place = Place.of(service.home.store.reply(reply_id), start, start + 40)
    service.home.judgments.judge(Topic("q1", "谁修门？"), place, "甲", 3, Origin.JUDGING)
    service.bin.put_away([reply_id])
    (binned,) = service.bin.list_all().replies
    assert binned.card == before.card
    assert binned.until > binned.put_away
    assert service.bin.bring_back([reply_id]) == (reply_id,)
    assert service.show(reply_id) == before
    assert service.home.store.sources(reply_id)
    assert id_of(service) == reply_id
    assert service.search(WORDS).hits[0].card.reply_id == reply_id
    (judged,) = service.home.judgments.judgments()
    assert (judged.grade, judged.place.text) == (3, before.text[start : start + 40])
    assert service.bin.list_all().replies == ()
    assert service.verify().problems == ()
    with pytest.raises(NotFound, match="回收站里没有"):
        service.bin.bring_back([reply_id])


@pytest.mark.usefixtures("either")
def test_its_file_does_not_bring_it_back_but_whoever_uploads_it_does(
    service: Service, letters: Path
) -> None:
    reply_id = id_of(service)
    service.review.correct(reply_id, {FieldName.OUTCOME: ["A"]})
    service.bin.put_away([reply_id])
    report = service.ingest([letters])
    assert report.counts.skipped == 1
    assert any("回收站" in (entry.reason or "") for entry in report.files)
    assert service.list_replies().total == 6
    upload(service, letters / "门.txt")
    assert service.bin.list_all().replies == ()
    assert service.show(id_of(service)).card.outcome == "A"
    assert service.verify().problems == ()


@pytest.mark.usefixtures("either")
def test_an_id_that_is_taken_meanwhile_is_not_given_twice(service: Service, letters: Path) -> None:
    reply_id = id_of(service)
    service.bin.put_away([reply_id])
    (letters / "门.txt").write_text(letter(78, "新的门"), encoding="utf-8")
    service.ingest([letters])
    (back,) = service.bin.bring_back([reply_id])
    assert (back == reply_id) == (id_of(service, "新的门") != reply_id)
    assert id_of(service) == back
    assert service.verify().problems == ()


def test_removed_from_the_bin_nothing_is_left(home: Path, tmp_path: Path) -> None:
    (tmp_path / "门.txt").write_text(letter(77, WORDS), encoding="utf-8")
    with open_service(load_settings(home, encoder="off")) as service:
        service.remove([id_of(service)])
        upload(service, tmp_path / "门.txt")
        reply_id = id_of(service)
        service.bin.put_away([reply_id])
        assert [path.name for path in (home / "uploads").iterdir()] == ["门.txt"]
        with pytest.raises(NotFound, match="还在回收站里"):
            service.prove_removal(reply_id)
        (proof,) = service.bin.remove([reply_id])
        assert proof.problems == ()
        assert proof.files > 0
        assert list((home / "uploads").iterdir()) == []
        assert holding(home) == []
        assert service.verify().problems == ()


@pytest.mark.parametrize("days", [29, 31])
def test_after_thirty_days_the_next_start_removes_it(home: Path, days: int) -> None:
    with open_service(load_settings(home, encoder="off")) as service:
        reply_id = id_of(service)
        service.bin.put_away([reply_id])
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
    with Store.open(home) as store, store.database.transaction() as connection:
        connection.execute("UPDATE bin SET put_away_at = ?", (at,))
    code, said = run(home, "bin", "--json")
    assert code == 0
    left = days < 30
    assert len(json.loads(said[said.index("{") :])["replies"]) == left
    assert run(home, "verify", "--removed", reply_id)[0] == (2 if left else 0)
    assert bool(holding(home)) == left


def test_the_command_line_puts_away_brings_back_and_removes(home: Path) -> None:
    with open_service(load_settings(home)) as service:
        reply_id = id_of(service)
    code, said = run(home, "remove", reply_id, "--bin")
    assert (code, "已移到回收站 1 份" in said) == (0, True)
    assert "前可以恢复" in run(home, "bin")[1]
    assert run(home, "show", reply_id)[0] == 2
    assert "已恢复 1 份" in run(home, "bin", "--restore", reply_id)[1]
    assert run(home, "show", reply_id)[0] == 0
    run(home, "remove", reply_id, "--bin")
    code, said = run(home, "remove", reply_id)
    assert (code, "已移除 1 份" in said) == (0, True)
    assert run(home, "verify", "--removed", reply_id)[0] == 0
    assert run(home, "bin", "--restore", reply_id)[0] == 2
    assert "回收站是空的" in run(home, "bin")[1]


def test_an_older_backup_does_not_bring_back_what_was_put_away(home: Path, tmp_path: Path) -> None:
    run(home, "backup", str(tmp_path / "before.zip"))
    with open_service(load_settings(home)) as service:
        reply_id = id_of(service)
    run(home, "remove", reply_id, "--bin")
    assert run(home, "restore", str(tmp_path / "before.zip"), "--replace")[0] == 0
    assert run(home, "show", reply_id)[0] == 2
    assert run(home, "bin", "--restore", reply_id)[0] == 0
    run(home, "remove", reply_id, "--bin")
    run(home, "backup", str(tmp_path / "after.zip"))
    other = tmp_path / "other"
    assert run(other, "restore", str(tmp_path / "after.zip"))[0] == 0
    assert run(other, "show", reply_id)[0] == 2
    assert run(other, "bin", "--restore", reply_id)[0] == 0
    assert run(other, "verify")[0] == 0
