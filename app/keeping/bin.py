"""The door to the bin: replies put away, brought back within thirty days, or removed for good."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from app.access import Role, check_edits, masks
from app.audit import Action
from app.home import Home, healing
from app.keeping.removal import KEPT_DAYS, RemovalProof, empty_bin, prove_removal
from app.keeping.settling import settle, telling_kept
from app.present import Presenter
from app.types import ReplyCard
from corpus.progress import Progress
from corpus.serialise import FLAT
from corpus.store.bin import PutAway

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BinnedReply:
    """A reply that was put away; times are ISO 8601, in UTC."""

    card: Annotated[ReplyCard, FLAT]
    put_away: str
    """何时移到回收站（ISO 8601，世界时）"""
    until: str
    """到什么时候可以恢复（ISO 8601，世界时）；之后彻底删除"""


@dataclass(frozen=True, slots=True)
class BinList:
    """What was put away, the last first."""

    replies: tuple[BinnedReply, ...]
    """回收站里的答复"""


class Bin:
    """The replies of a home that were put away, for its owner; shared between threads.

    Nobody finds them anywhere else. Every method raises NotAllowed for a role that does not edit.
    """

    def __init__(self, home: Home, role: Role) -> None:
        self.home = home
        self._role = role
        self._presenter = Presenter(masks(role, home.settings))

    def list_all(self) -> BinList:
        """List what was put away."""
        check_edits(self._role)
        return BinList(tuple(map(self._show, self.home.store.bin.list_all())))

    def tell_whose(self, reply_id: str) -> str:
        """Say who put a reply away, and where it can be brought back; "" where it isn't here."""
        check_edits(self._role)
        kept = next((e for e in self.home.store.bin.list_all() if e.reply.id == reply_id), None)
        if kept is None:
            return ""
        done = self.home.audit.list_entries(since=kept.at, action=Action.PUT_AWAY)
        who = next((each.name for each in done if reply_id in each.about.split("、")), "")
        if who:
            return f"“{who}”已把这份答复移到回收站，可以在“回收站”里恢复。"
        return "这份答复已移到回收站，可以在“回收站”里恢复。"

    @healing
    def put_away(self, reply_ids: Sequence[str]) -> tuple[str, ...]:
        """Put replies away: from now on they are found nowhere; return their ids.

        :raises NotFound: naming all unknown ids; nothing is then put away.
        :raises HomeBusy: where another process is writing.
        """
        check_edits(self._role)
        with self.home.engine() as engine, self.home.writing():
            done = self.home.store.bin.put_away(reply_ids)
            LOGGER.info("移到回收站：%s", "、".join(done))
            with telling_kept(self.home, engine, Action.PUT_AWAY, "、".join(done)):
                engine.indexer.catch_up()
                if engine.encoded:
                    engine.encoded.forget_others(engine.store)
        return done

    @healing
    def bring_back(self, reply_ids: Sequence[str]) -> tuple[str, ...]:
        """Bring replies back as they were, with what was corrected and judged; return their ids.

        :raises NotFound: naming all that were not put away; nothing is then brought back.
        :raises HomeBusy: where another process is writing.
        """
        check_edits(self._role)
        with self.home.engine() as engine, self.home.writing():
            done = self.home.store.bin.bring_back(reply_ids)
            LOGGER.info("从回收站恢复：%s", "、".join(done))
            settle(self.home, engine, Action.PUT_BACK, "、".join(done))
        return done

    @healing
    def remove(
        self, reply_ids: Sequence[str], progress: Progress | None = None
    ) -> tuple[RemovalProof, ...]:
        """Remove for good what was put away; return the proof for each that nothing is left.

        :raises NotFound: naming all that were not put away; nothing is then removed.
        :raises HomeBusy: where another process is writing.
        """
        check_edits(self._role)
        removed = empty_bin(self.home, reply_ids, progress)
        return tuple(prove_removal(self.home, reply_id, progress) for reply_id in removed)

    def _show(self, binned: PutAway) -> BinnedReply:
        until = datetime.fromisoformat(binned.at) + timedelta(days=KEPT_DAYS)
        card = self._presenter.card(binned.reply)
        return BinnedReply(card, binned.at, until.isoformat(timespec="seconds"))
