"""What kinds of databases this program keeps: how each is called, made and brought up to date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Form:
    """What kind of file it is: its name in Chinese, and the SQL that creates its tables.

    `application` is SQLite's application_id, `version` its user_version in every file that this
    program writes. `upgrades` bring older files to it when they are opened: the last one those of
    the version before, the one before it those of the version before that. `remedy` is what to do
    where the file is damaged. `companions` are patterns of what stands beside it only where it has
    been: there it is not created anew. `room` tells what lies beside a library from it: it names
    the file, and the schema in PostgreSQL.
    """

    name: str
    schema: Path
    application: int
    version: int
    upgrades: tuple[Path, ...] = ()
    remedy: str = "请从备份恢复（dafu restore）。"
    companions: tuple[str, ...] = ()
    room: str = ""

    @property
    def file(self) -> str:
        """What the file is called in a home."""
        return f"{self.room or 'dafu'}.sqlite"

    @property
    def tables(self) -> tuple[str, ...]:
        """All tables, each after what it refers to."""
        schema = self.schema.read_text("utf-8")
        return tuple(re.findall(r"^CREATE TABLE (\w+)", schema, re.MULTILINE))

    def upgrade_from(self, version: int) -> Path | None:
        """Return what brings a file of this version to the next one, None where nothing does."""
        place = version - self.version
        return self.upgrades[place] if -len(self.upgrades) <= place < 0 else None


LIBRARY = Form(
    "文库",
    Path(__file__).with_name("schema.sql"),
    0x44616675,
    2,
    (Path(__file__).with_name("schema_1_to_2.sql"),),
    "请用 dafu restore 从备份恢复（资料夹的 backups 里有自动备份）；没有备份的，"
    "用 dafu recover 救出还能读的答复。",
    ("manifest.json", "index-*", "backups/*.zip"),
)
"""The replies of a home; its application_id is "Dafu" in ASCII."""

FILE_NAME = LIBRARY.file
