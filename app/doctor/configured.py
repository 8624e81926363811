"""Which settings are in force, where each comes from, and what of them would use a network."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from app.doctor.types import Finding, Patient, attention, fine, wrong
from app.settings import TOML_NAME, Settings, load_settings
from corpus.errors import InputError

_SECRET = re.compile(r"key|token|secret|password", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?|postgres(?:ql)?)://", re.IGNORECASE)

MODELS = ("model", "reranker")
"""Settings that name a model: a folder, or one that a hub has."""


def examine(home: Path | None) -> Patient:
    """Read the settings of a home, wherever they can be read."""
    from app.settings import default_home

    folder = (home or default_home()).expanduser().absolute()
    try:
        return Patient(folder, load_settings(folder))
    except InputError as error:
        return Patient(folder, None, _say_fault(error))


def _say_fault(error: InputError) -> str:
    """Say which settings are wrong, without what they are: that may be a secret."""
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        names = dict.fromkeys(str(each["loc"][0]) for each in cause.errors())
        return "不对的有：" + "、".join(
            f"{name}（{Settings.model_fields[name].description}）"
            if name in Settings.model_fields
            else f"{name}（没有这一项）"
            for name in names
        )
    return f"{TOML_NAME} 读不出（{type(cause).__name__}）"


def settings(patient: Patient) -> Finding:
    """Say which settings aren't the defaults, and where they come from."""
    if patient.settings is None:
        return wrong(
            "设置",
            patient.fault,
            f"请改正资料夹里的 {TOML_NAME}，或环境变量 DAFU_…；不用的一项删去。",
        )
    written = _written(patient.home)
    said = []
    for name in Settings.model_fields:
        if name == "home":
            continue
        source = _source(name, written)
        if source:
            said.append(f"{name} = {_show(name, getattr(patient.settings, name))}（{source}）")
    rest = len(Settings.model_fields) - 1 - len(said)
    return fine("设置", "；".join([*said, f"{'其余 ' if said else ''}{rest} 项是默认值"]))


def _written(home: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((home / TOML_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _source(name: str, written: dict[str, Any]) -> str:
    """Say where a setting comes from; empty where it is the default."""
    named = next((each for each in os.environ if each.upper() == f"DAFU_{name.upper()}"), None)
    if named:
        return f"环境变量 {named}"
    return TOML_NAME if name in written else ""


def _show(name: str, value: Any) -> str:
    """Show a setting's value; a secret, and one within an address, is only said to be there."""
    if isinstance(value, SecretStr) or _SECRET.search(name):
        return "已设置，不显示" if value else "空"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # In https://name:secret@host/?key=secret the parts before @ and after ? are nobody's business.
    return re.sub(r"(://)[^/@\s]{0,200}@", r"\1…@", text).split("?")[0] or "空"


def network(patient: Patient) -> Finding:
    """Say what is set that would use a network; nothing is asked there."""
    if patient.settings is None:
        return fine("网络", "设置读不出，没有查")
    using = []
    for name in Settings.model_fields:
        value = getattr(patient.settings, name)
        if isinstance(value, str) and _REMOTE.match(value):
            using.append(f"{name} = {_show(name, value)}")
        elif (
            name in MODELS
            and value not in ("", "bundled")
            and not Path(value).expanduser().is_dir()
        ):
            using.append(f"{name} = {value}（第一次用时要下载）")
    if using:
        return attention(
            "网络",
            f"用得着网络：{'；'.join(using)}",
            "没有网络时这些用不成，其余照常；要全部在本机做，请去掉这几项设置。",
        )
    return fine("网络", "用不着：没有设置任何要联网的")
