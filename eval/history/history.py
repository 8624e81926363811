"""The runs that a home keeps: every measured run in a file, found again by a short id."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from corpus.errors import InputError, NotFound
from corpus.files import save_bytes_atomically, save_text_atomically, say_trouble
from corpus.serialise import FLAT, Named, shown
from eval.ranking.causes import Failures
from eval.ranking.evaluate import Evaluation
from eval.ranking.measured import MeasuredRun, encode_measured, load_measured
from eval.statistics import Mean, mean_of


@dataclass(frozen=True, slots=True)
class KeptEvaluation:
    """An evaluation; `id` is empty where the home could not be written."""

    id: str
    """编号，见 `dafu eval history`；没有存下的为空"""
    evaluation: Annotated[Evaluation, FLAT]


@dataclass(frozen=True, slots=True)
class KeptFailures:
    """Missed queries; `id` is empty where the home could not be written."""

    id: str
    """评测的编号，见 `dafu eval history`；没有存下的为空"""
    failures: Annotated[Failures, FLAT]


@dataclass(frozen=True, slots=True)
class RunCard:
    """A kept run in short; `means` are those of its measures over `queries` judged queries.

    `made` is ISO 8601, in UTC.
    """

    id: str
    """编号"""
    made: str
    """何时评测（ISO 8601，世界时）"""
    test_set: str
    """测试集"""
    queries: int
    """有判断的查询数"""
    means: Annotated[dict[str, Mean], Named("measures")]
    """各个指标"""
    settings: dict[str, Any]
    """设置"""
    digests: dict[str, str]
    """查询、判断、文档的摘要"""

    @classmethod
    def of(cls, id: str, run: MeasuredRun) -> RunCard:
        """Make the card of a run; its intervals take a moment."""
        return cls(
            id=id,
            made=run.made,
            test_set=run.test_set,
            queries=len(run.query_ids),
            means={measure: mean_of(list(by.values())) for measure, by in run.values.items()},
            settings=run.settings,
            digests=run.digests,
        )

    @property
    def leg(self) -> str:
        """What was ranked by; empty where the run is another program's."""
        return str(self.settings.get("leg", ""))

    @property
    def set_name(self) -> str:
        """The test set with the part of it that was asked, where that is not all: `问答/title`."""
        split = self.settings.get("split", "test")
        return self.test_set if split == "test" else f"{self.test_set}/{split}"


LATEST = "latest"
"""Names the newest run."""

_CARD = TypeAdapter(RunCard)


@shown("cards")
@dataclass(frozen=True, slots=True)
class Listing:
    """Kept runs, newest first, and the files among them that cannot be read, with the reason."""

    cards: Annotated[tuple[RunCard, ...], Named("runs")]
    """做过的评测，最近的在前"""
    unreadable: tuple[str, ...] = ()


class History:
    """The runs of one home, each a file `evaluation/runs/ID.json` as `dafu eval run --save` writes.

    Beside each stands a card in `evaluation/cards`, so that listing opens no run; a card that is
    missing is made again. The home need not exist.
    """

    def __init__(self, home: Path) -> None:
        self._runs = home / "evaluation" / "runs"
        self._cards = home / "evaluation" / "cards"

    def record(self, run: MeasuredRun) -> RunCard:
        """Keep a run; return its card, with the id it has got.

        :raises InputError: where the home cannot be written to.
        """
        id = secrets.token_hex(4)
        while (self._runs / f"{id}.json").exists():
            id = secrets.token_hex(4)
        try:
            self._runs.mkdir(parents=True, exist_ok=True)
            save_text_atomically(self._runs / f"{id}.json", encode_measured(run))
            return self._make_card(id, run)
        except OSError as error:
            raise InputError(f"评测记录写不进 {self._runs}：{say_trouble(error)}") from error

    def list_runs(self, test_set: str = "") -> Listing:
        """List the runs over a test set, of all test sets where none is named.

        :param test_set: a test set, or `NAME/SPLIT` for a part of it.
        """
        cards, unreadable = [], []
        for path in self._runs.glob("*.json"):
            try:
                cards.append(self._card(path.stem))
            except InputError as error:
                unreadable.append(str(error))
        kept = [card for card in cards if test_set in ("", card.test_set, card.set_name)]
        kept.sort(key=lambda card: (card.made, card.id), reverse=True)
        return Listing(tuple(kept), tuple(sorted(unreadable)))

    def find(self, name: str) -> str:
        """Return the id of the run that a name means: the start of one id, or `latest`.

        :raises NotFound: where there is none.
        :raises InputError: where several ids begin so.
        """
        if name == LATEST:
            cards = self.list_runs().cards
            if not cards:
                raise NotFound("还没有评测记录，请先用 dafu eval run 评测")
            return cards[0].id
        ids = sorted(path.stem for path in self._runs.glob("*.json"))
        found = [name] if name in ids else [id for id in ids if name and id.startswith(name)]
        if not found:
            raise NotFound(f"没有编号以 {name!r} 开头的评测记录，请用 dafu eval history 查看")
        if len(found) > 1:
            raise InputError(f"编号以 {name!r} 开头的评测记录不止一个：{'、'.join(found)}，请写全")
        return found[0]

    def load(self, name: str, measures: Sequence[str] = ()) -> MeasuredRun:
        """Load the run that `find` finds; it is named by what it was ranked by, and its id.

        :param measures: the measures to keep; none for all.
        :raises NotFound: where there is none.
        :raises InputError: where several are meant, or the file cannot be used.
        """
        id = self.find(name)
        run = load_measured(self._runs / f"{id}.json", names=measures)
        return replace(run, name=f"{run.settings.get('leg', '')} {id}".strip())

    def remove(self, names: Iterable[str]) -> tuple[str, ...]:
        """Remove runs; return their ids.

        :raises NotFound: where one is unknown; nothing is then removed.
        """
        ids = tuple(dict.fromkeys(self.find(name) for name in names))
        for id in ids:
            (self._runs / f"{id}.json").unlink()
            (self._cards / f"{id}.json").unlink(missing_ok=True)
        return ids

    def keep_newest(self, count: int, test_set: str = "") -> tuple[str, ...]:
        """Remove all but the `count` newest runs of each test set and way of ranking.

        :param test_set: the only test set whose runs are looked at, where one is named.
        """
        groups: dict[tuple[str, str], list[str]] = {}
        for card in self.list_runs(test_set).cards:
            groups.setdefault((card.set_name, card.leg), []).append(card.id)
        return self.remove(id for ids in groups.values() for id in ids[count:])

    def _card(self, id: str) -> RunCard:
        try:
            return _CARD.validate_json((self._cards / f"{id}.json").read_bytes())
        except (OSError, ValidationError):
            return self._make_card(id, load_measured(self._runs / f"{id}.json"))

    def _make_card(self, id: str, run: MeasuredRun) -> RunCard:
        card = RunCard.of(id, run)
        self._cards.mkdir(parents=True, exist_ok=True)
        save_bytes_atomically(self._cards / f"{id}.json", _CARD.dump_json(card, indent=1))
        return card
