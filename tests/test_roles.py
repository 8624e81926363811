"""Who may see and do what: one service a role over one home, and who acts."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.access import NO_DESK, Role, masks, may_rate, may_use_desk
from app.actor import VISITOR, Actor, acting, current
from app.queries import LONGEST_QUESTION
from app.service import open_service
from app.services import open_services
from app.settings import load_settings
from corpus.errors import InputError, NotAllowed


def test_each_role_may_what_those_before_it_may() -> None:
    rights = [(role.sees_all, role.edits, role.administers) for role in Role]
    assert rights == [
        (False, False, False),
        (True, False, False),
        (True, True, False),
        (True, True, True),
    ]


def test_a_reader_is_shown_personal_data_by_no_setting(tmp_path: Path) -> None:
    plain = load_settings(tmp_path, redact=False)
    assert [masks(role, plain) for role in Role] == [True, False, False, False]
    assert all(masks(role, load_settings(tmp_path)) for role in Role)


@pytest.mark.parametrize(
    ("said", "among_others", "alone"),
    [(None, False, True), (False, False, False), (True, True, True)],
)
def test_a_reader_has_a_desk_alone_or_where_the_settings_say_so(
    said: bool | None, among_others: bool, alone: bool, tmp_path: Path
) -> None:
    settings = load_settings(tmp_path, reader_desk=said)
    for role in Role:
        assert may_use_desk(role, settings) is (among_others or role.sees_all)
        assert may_use_desk(role, settings, alone=True) is (alone or role.sees_all)


@pytest.mark.parametrize(
    ("said", "readers", "alone", "staff"),
    [(None, False, True, True), (False, False, False, False), (True, True, True, True)],
)
def test_who_may_say_what_was_useful(
    said: bool | None, readers: bool, alone: bool, staff: bool, tmp_path: Path
) -> None:
    settings = load_settings(tmp_path, feedback=said)
    for role in Role:
        assert may_rate(role, settings) is (staff if role.sees_all else readers)
        assert may_rate(role, settings, alone=True) is (staff if role.sees_all else alone)


def test_without_a_desk_no_door_to_it_opens(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, encoder="off")
    with open_services(settings) as services:
        reader, staff = services.of(Role.READER), services.of(Role.STAFF)
        for door in (lambda: reader.desk, lambda: reader.precedents("建议加装护栏。")):
            with pytest.raises(NotAllowed, match=NO_DESK):
                door()
        long = "问" * (LONGEST_QUESTION + 1)
        for service, way in ((reader, "要问的话。"), (staff, "长文请用“查先例”。")):
            with pytest.raises(InputError, match=way):
                service.ask(long)
        assert staff.desk.split("建议加装护栏。")
        assert staff.precedents("建议加装护栏。") == ()
    with open_service(settings, Role.READER) as alone:
        assert alone.precedents("建议加装护栏。") == ()
    with open_services(settings, alone=True) as services:
        assert services.of(Role.READER).has_desk


def test_services_of_one_home_are_made_once_and_refuse_by_role(tmp_path: Path) -> None:
    with open_services(load_settings(tmp_path, encoder="off")) as services:
        assert services.of(Role.STAFF) is services.of(Role.STAFF)
        assert len({id(services.of(role).home) for role in Role}) == 1
        services.of(Role.EDITOR).bin.list_all()
        for role in (Role.READER, Role.STAFF):
            with pytest.raises(InputError, match="只有编辑和管理员"):
                services.of(role).bin.list_all()


def test_who_acts_is_known_within_and_forgotten_after() -> None:
    outside = current()
    assert outside.role is Role.ADMINISTRATOR
    with acting(Actor("王芳", Role.EDITOR, "10.0.0.7")), acting(VISITOR):
        assert current() is VISITOR
    assert current() == outside
