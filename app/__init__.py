"""Dafu: search government replies and answer from them by verbatim quotes.

from app import open_home

with open_home("文库") as library:
print(library.ask("加装电梯怎样补贴？"))
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.service import Service

__all__ = ["open_home"]


def open_home(
    folder: str | PathLike[str] | None = None, role: str = "administrator", **settings: Any
) -> Service:
    """Open a home, or create it, and return the Service over it; to be closed, or used by `with`.

    :param folder: the home; None: the one that the command line uses.
    :param role: reader, staff, editor or administrator: who is to see and change what.
    :param settings: settings that win over the home's own, such as `redact=False`.
    :raises InputError: where a setting has a value it can't have, or there is no such role.
    :raises HomeError: where the home can't be used or is of another format.
    """
    from app.access import Role
    from app.service import open_service
    from app.settings import load_settings
    from corpus.errors import InputError

    if role not in list(Role):
        raise InputError(f"没有角色 {role!r}，可用的有 {'、'.join(Role)}。")
    named = None if folder is None else Path(folder)
    return open_service(load_settings(named, **settings), Role(role))
