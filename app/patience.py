"""How long each kind of work may take, by who asks for it; docs/running.md says why so long."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.access import Role
from corpus.bounds import Bound, always

MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work that somebody waits for.

    :ivar told: what took too long, after how many minutes, and what whoever asked can do.
    :ivar seconds: for readers, for staff, for who edits.
    :ivar to_the_end: whether it goes on where whoever asked has left: it changes the library.
    """

    told: str
    seconds: tuple[float, float, float]
    to_the_end: bool = False

    def seconds_of(self, role: Role) -> float:
        """Return how long it may take."""
        return self.seconds[min(role.rank, 2)]

    def bound(self, role: Role, wanted: Callable[[], bool] = always) -> Bound:
        """Bound a piece of such work that begins now.

        :param wanted: tells whether somebody still waits for it.
        """
        seconds = self.seconds_of(role)
        told = self.told.format(f"{seconds / MINUTE:g}")
        return Bound(time.monotonic() + seconds, told, always if self.to_the_end else wanted)


QUESTION = Kind(
    "这一步超过 {} 分钟还没有做完，已经停下。请过一会儿再试，或者换短一些的说法、多加筛选条件。",
    (2 * MINUTE, 2 * MINUTE, 5 * MINUTE),
)
"""A question, a search, a list, a reply, a page drawn: whatever has no kind of its own."""

PROPOSAL = Kind(
    "查先例超过 {} 分钟还没有做完，已经停下。请删去几项诉求，或只粘贴要答复的部分，再查一次。",
    (4 * MINUTE, 4 * MINUTE, 15 * MINUTE),
)
"""One proposal, request by request."""

MANY = Kind(
    "这一批提案超过 {} 分钟还没有做完，已经停下。没有办完的请分成几批再上传。",
    (30 * MINUTE, 6 * HOUR, 6 * HOUR),
)
"""Many proposals at once."""

EXPORT = Kind(
    "导出超过 {} 分钟还没有做完，已经停下。请加上筛选条件，分几次导出。",
    (5 * MINUTE, 15 * MINUTE, 30 * MINUTE),
)
"""A file made of a list."""

WRITING = Kind(
    "语言模型作答超过 {} 分钟还没有做完，已经停下。引文不受影响；请过一会儿再试。",
    (HOUR, HOUR, HOUR),
)
"""What a language model writes: `generator_seconds` ends it, which may be as long."""

LOADING = Kind(
    "载入超过 {} 分钟还没有做完，已经停下。已载入的都留着；没有载入的请分成几批再上传。",
    (HOUR, HOUR, 12 * HOUR),
    to_the_end=True,
)
"""Files that are loaded: on the page, whoever has closed it finds them loaded."""

KINDS = (QUESTION, PROPOSAL, MANY, EXPORT, WRITING, LOADING)
"""All of them."""
