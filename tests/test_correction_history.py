"""What was corrected is told change by change, survives loading again, and can be taken back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.access import Role
from app.actor import Actor, acting
from app.service import Service, open_service
from app.settings import load_settings
from app.web.facts import list_all
from app.wording import change_words
from corpus.errors import InputError
from corpus.types import FieldName
from tests.homes import letter, run, write_letters

TITLE, OUTCOME, PERSON = FieldName.TITLE, FieldName.OUTCOME, FieldName.CONTACT_PERSON


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    return write_letters(tmp_path / "letters", range(1, 2))


@pytest.fixture
def service(tmp_path: Path, letters: Path) -> Iterator[Service]:
    with open_service(load_settings(tmp_path / "home", encoder="off")) as service:
        service.ingest([letters])
        yield service


def only(service: Service) -> str:
    (card,) = service.list_replies().cards
    return card.reply_id


def said(service: Service) -> list[str]:
    return [change_words(each) for each in service.review.show(only(service)).history]


def test_each_change_is_told_with_what_was_there_before(service: Service) -> None:
    reply_id = only(service)
    service.review.correct(reply_id, {OUTCOME: ["A"]})
    service.review.correct(reply_id, {OUTCOME: ["B"], TITLE: ["河道的答复"]})
    view = service.review.undo(reply_id, [OUTCOME])
    assert said(service) == [
        "B → 撤销更正",
        "关于河道清淤第1号的答复 → 河道的答复",
        "A → B",
        "无 → A",
    ]
    assert view.card.outcome is None
    assert all(each.by and each.at for each in view.history)
    assert len({each.number for each in view.history}) == 4


def test_it_outlasts_loading_again_the_bin_and_a_changed_text(
    service: Service, letters: Path
) -> None:
    reply_id = only(service)
    service.review.correct(reply_id, {OUTCOME: ["A"]})
    (letters / "1.txt").write_text(letter(1).replace("年内", "明年"), encoding="utf-8")
    assert service.ingest([letters]).counts.replaced == 1
    assert said(service) == ["无 → A"]
    service.bin.put_away([reply_id])
    service.bin.bring_back([reply_id])
    assert said(service) == ["无 → A"]
    service.remove([reply_id])
    service.ingest([letters])
    assert said(service) == []


def test_what_another_has_made_of_a_field_is_not_replaced_unseen(service: Service) -> None:
    review, reply_id = service.review, only(service)
    review.correct(reply_id, {OUTCOME: ["A"]})
    (seen,) = (each.number for each in review.show(reply_id).history)
    with acting(Actor("王芳", Role.EDITOR, "10.0.0.7")):
        review.correct(reply_id, {OUTCOME: ["B"]}, seen)
        review.correct(reply_id, {PERSON: ["张三丰"]}, seen)
    replacing: tuple[Callable[[int], object], ...] = (
        lambda last: review.correct(reply_id, {OUTCOME: ["C"]}, last),
        lambda last: review.correct(reply_id, {TITLE: ["河道"], OUTCOME: []}, last),
        lambda last: review.undo(reply_id, [OUTCOME], last),
        lambda last: review.undo(reply_id, seen=last),
        lambda last: review.revert(reply_id, seen, last),
    )
    for replace in replacing:
        for last in (0, seen):
            with pytest.raises(InputError, match=r"刚由“王芳”改动：.*请再点一次"):
                replace(last)
    assert review.show(reply_id).card.outcome == "B"
    facts = {fact.name: fact for fact in list_all(review.show(reply_id))}
    assert " 王芳 更正，" in facts[OUTCOME].note
    review.correct(reply_id, {TITLE: ["河道的答复"]}, seen)
    now = review.show(reply_id).history[0].number
    assert review.correct(reply_id, {OUTCOME: ["C"]}, now).card.outcome == "C"
    assert review.correct(reply_id, {OUTCOME: ["A"]}).card.outcome == "A"


def test_any_change_can_be_taken_back(service: Service) -> None:
    reply_id = only(service)
    service.review.correct(reply_id, {OUTCOME: ["A"]})
    service.review.correct(reply_id, {OUTCOME: ["B"]})
    last, first = service.review.show(reply_id).history
    assert service.review.revert(reply_id, last.number).card.outcome == "A"
    view = service.review.revert(reply_id, first.number)
    assert (view.card.outcome, view.corrections) == (None, ())
    assert said(service)[0] == "A → 撤销更正"
    with pytest.raises(InputError, match="没有第 999 号"):
        service.review.revert(reply_id, 999)


def test_what_is_masked_stays_masked_in_the_history(service: Service) -> None:
    view = service.review.correct(only(service), {PERSON: ["邵文轩"]})
    assert "邵文轩" not in repr(view.history)
    assert view.history[0].after == ("＊＊＊",)


def test_visitors_see_no_history(service: Service, tmp_path: Path) -> None:
    reply_id = only(service)
    service.review.correct(reply_id, {OUTCOME: ["A"]})
    settings = load_settings(tmp_path / "home", serve_unmarked=True)
    with open_service(settings, Role.READER) as public:
        assert public.show(reply_id).history == ()
        with pytest.raises(InputError, match="只有编辑和管理员"):
            public.review.revert(reply_id, 1)


def test_the_command_line_tells_and_takes_back(service: Service, tmp_path: Path) -> None:
    home, reply_id = tmp_path / "home", only(service)
    assert "还没有更正过" in run(home, "correct", reply_id, "--history")[1]
    run(home, "correct", reply_id, "办理结果=A")
    run(home, "correct", reply_id, "办理结果=C")
    shown = run(home, "correct", reply_id, "--history")[1]
    assert "办理结果：A → C" in shown
    assert "共 2 次更正" in shown
    number = service.review.show(reply_id).history[0].number
    assert run(home, "correct", reply_id, "--back", str(number))[0] == 0
    answer = run(home, "show", reply_id, "--json")[1]
    shown_reply = json.loads(answer[answer.index("{") :])
    assert (shown_reply["outcome"], len(shown_reply["history"])) == ("A", 3)
    assert run(home, "correct", reply_id, "--back", "1", "办理结果=A")[0] == 2
