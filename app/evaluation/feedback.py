"""The door to feedback: 👍 and 👎 for what was shown, kept with the judgments of the home."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from app.access import may_rate
from corpus.errors import InputError, NotAllowed
from corpus.store.encoding import digest
from corpus.text.redact import redact
from eval.data.spans import Span
from eval.judging.pool import USEFUL, USELESS, Origin, Place, make_topic

if TYPE_CHECKING:
    from app.service import Service

JUDGE = "反馈 "
"""Feedback is kept under this and a number that a visit to the page has."""

LONGEST_QUERY = 10_000
"""Characters that a query may have to be kept with its feedback."""

PER_VISIT, IN_ALL = 60, 600
"""Clicks that are taken within an hour, of one visit to the page and of all."""

HOUR = 3600.0


class Feedback:
    """Takes 👍 and 👎 for one home, each visit's for itself; may be shared between threads.

    Personal data in the query is masked before it is kept.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._home = service.home
        self.taken = may_rate(service.role, service.settings, service.alone)
        """Whether this role's is."""
        self._clicks: deque[tuple[float, str]] = deque()
        self._lock = threading.Lock()

    def rate(self, query: str, span: Span, visit: str, useful: bool | None) -> None:
        """Keep what a visitor thinks of a span that was found for a query; None forgets it.

        :raises NotAllowed: where this role's is not taken.
        :raises NotFound: where there is no such reply, or the role may not see it.
        :raises InputError: where the query is too long, the text has changed since it was shown,
            or there were too many clicks.
        """
        if not self.taken:
            raise NotAllowed("反馈只给工作人员用：请用有这个权限的帐号登录。")
        if len(query) > LONGEST_QUERY:
            raise InputError(
                f"正文有 {len(query):,} 字，太长了，记不下对它的反馈（最多 {LONGEST_QUERY:,} 字）。"
            )
        judge = _judge(visit)
        self._service.show(span.document)  # refuses what the role may not see
        place = Place.of(self._home.store.reply(span.document), span.start, span.end)
        if not 0 <= span.start < span.end or len(place.text) < span.end - span.start:
            raise InputError("这份答复刚刚变动过，请重新查询后再作反馈。")
        self._count(judge)
        topic = make_topic(redact(query.strip()))
        if useful is None:
            self._home.judgments.withdraw(topic, place, judge)
        else:
            grade = USEFUL if useful else USELESS
            self._home.judgments.judge(topic, place, judge, grade, Origin.FEEDBACK)

    def given(self, query: str, visit: str) -> dict[Span, bool]:
        """Return what a visitor has said of the spans found for a query."""
        if not self._home.has_judgments:
            return {}
        text = redact(query.strip())
        return {
            judgment.place.span: judgment.grade == USEFUL
            for judgment in self._home.judgments.judgments(_judge(visit))
            if judgment.topic.text == text
        }

    def _count(self, judge: str) -> None:
        """Count a click.

        :raises InputError: where there were too many.
        """
        now = time.monotonic()
        with self._lock:
            while self._clicks and self._clicks[0][0] < now - HOUR:
                self._clicks.popleft()
            own = sum(clicker == judge for _, clicker in self._clicks)
            if own >= PER_VISIT or len(self._clicks) >= IN_ALL:
                raise InputError("反馈太多了，请过一会儿再点。")
            self._clicks.append((now, judge))


def _judge(visit: str) -> str:
    """Return the name under which a visit's feedback is kept: a digest, not what names it."""
    return f"{JUDGE}{digest(visit)[:12]}"
