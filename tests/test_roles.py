"""Who may see and do what: one service a role over one home, and who acts."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.access import Role, masks
from app.actor import VISITOR, Actor, acting, current
from app.services import open_services
from app.settings import load_settings
from corpus.errors import InputError


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


def test_services_of_one_home_are_made_once_and_refuse_by_role(tmp_path: Path) -> None:
    with open_services(load_settings(tmp_path, encoder="off")) as services:
        assert services.of(Role.STAFF) is services.of(Role.STAFF)
        assert len({id(services.of(role).home) for role in Role}) == 1
        services.of(Role.EDITOR).bin.list_all()
        for role in (Role.READER, Role.STAFF):
            with pytest.raises(InputError, match="主人"):
                services.of(role).bin.list_all()


def test_who_acts_is_known_within_and_forgotten_after() -> None:
    outside = current()
    assert outside.role is Role.ADMINISTRATOR
    with acting(Actor("王芳", Role.EDITOR, "10.0.0.7")), acting(VISITOR):
        assert current() is VISITOR
    assert current() == outside
