"""A small home with something of all that homes keep, and ways to damage its files."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

from typer.testing import CliRunner

from app.cli.commands import application
from app.loading.reports import IngestReport
from app.service import Service, open_service
from app.settings import load_settings
from app.uploads import load_uploads
from app.web.following import follow
from corpus.readers import ColumnMapping
from corpus.store.store import Store

LETTER = """柳川市{agency}
柳{n}函〔2024〕{n}号
关于{matter}的答复
陈一鸣委员：
您提出的关于{matter}的提案收悉。现答复如下：
一、关于{matter}，我局已会同有关部门逐一摸排，年内完成第{n}批点位的改造。
二、下一步将建立台账，按季度通报{matter}的进展，并请居民代表参与验收。
三、所需经费由市区两级分担，今年先行安排{n}万元。
感谢您对我们工作的关心和支持。
柳川市{agency}
2024年7月30日
"""

MATTERS = ("电梯加装", "河道清淤", "夜间停车", "社区食堂", "公园照明", "校车安全", "菜场改造")


def letter(number: int, matter: str | None = None) -> str:
    """Return a letter like no other of another number."""
    matter = matter or f"{MATTERS[number % len(MATTERS)]}第{number}号"
    return LETTER.format(agency=f"城市管理第{number}局", n=number, matter=matter)


def write_letters(folder: Path, numbers: range) -> Path:
    """Write a file for each letter."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number}.txt").write_text(letter(number), encoding="utf-8")
    return folder


def upload(
    service: Service, *paths: Path, replacing: bool = False, mapping: ColumnMapping | None = None
) -> IngestReport:
    """Load files as the page does, which keeps copies of them and follows how far it has come."""
    *_, report = follow(partial(load_uploads, service, paths, replacing, mapping))
    assert isinstance(report, IngestReport)
    return report


def make_home(folder: Path, letters: Path, uploaded: Path | None = None) -> Path:
    """Make a home of letters, with a judgment, a dictionary and settings."""
    with open_service(load_settings(folder)) as service:
        service.ingest([letters])
        if uploaded:
            upload(service, uploaded)
        _ = service.home.judgments
    (folder / "用语.txt").write_text("没电梯 → 电梯加装\n", encoding="utf-8")
    (folder / "dafu.toml").write_text('encoder = "off"\n', encoding="utf-8")
    return folder


def texts_of(home: Path) -> dict[str, str]:
    """Return the text of each reply of a home."""
    with Store.open(home) as store:
        return {id: reply.text for id, reply in store.replies(store.reply_ids()).items()}


def run(home: Path, *arguments: str) -> tuple[int, str]:
    """Run a command; return its exit code and all that it said, without where lines were broken."""
    result = CliRunner().invoke(application, [*arguments, "--home", str(home)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output.replace("\n", "")


def damage(path: Path, chance: random.Random) -> str:
    """Damage a file in one of four ways; return which."""
    content = bytearray(path.read_bytes())
    how = chance.choice(("flipped", "zeroed", "truncated", "deleted"))
    if how == "deleted" or not content:
        path.unlink()
        return "deleted"
    if how == "flipped":
        for _ in range(chance.randrange(1, 5)):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    elif how == "zeroed":
        start = chance.randrange(len(content))
        stop = min(len(content), start + chance.choice((1, 64, 4096)))
        content[start:stop] = bytes(stop - start)
    else:
        del content[chance.randrange(len(content)) :]
    path.write_bytes(content)
    return how
