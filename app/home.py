"""One home: its settings and all that is kept in it, each opened when first needed."""

from __future__ import annotations

import functools
import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from app.audit import Audit
from app.running.log import TELL
from app.running.measures import Measures
from app.running.pace import Pace
from app.running.privacy import make_private
from app.settings import Settings, load_settings
from corpus.errors import IndexDamaged, IndexMismatch
from corpus.files import version_of
from corpus.progress import Progress
from corpus.store.opening import has_database
from corpus.store.store import Store
from index.models.choice import Models
from index.stores.manifest import write_lock
from index.text.language.own import OwnTerms

if TYPE_CHECKING:
    from eval.history.answers import AnswerHistory
    from eval.history.history import History
    from eval.judging.store import JudgmentStore
    from index.engine import Engine


LOGGER = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


class Home:
    """What one home owns; may be shared between threads.

    The store, the judgments and the engine are opened when first asked for, and closed with the
    home. Closing twice does nothing; who asks again after it has them opened again.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.home
        self.terms = OwnTerms(settings.home)
        self.pace = Pace()
        self.measures = Measures()
        self.audit = Audit(settings.home, settings.store)
        self._opening = threading.Lock()
        self._store: Store | None = None
        self._judgments: JudgmentStore | None = None
        self._healing = threading.Lock()
        # Of its own: an engine takes long to open, and the replies can be read meanwhile.
        self._lending = threading.Lock()
        self._loan: _Loan | None = None

    @classmethod
    def at(cls, folder: Path | None = None, **given: Any) -> Home:
        """Take a folder with its settings; `given` are settings that win, None where not given.

        :raises InputError: where a setting has a value it can't have.
        """
        return cls(load_settings(folder, **given))

    def close(self) -> None:
        """Close what was opened; an engine that is in use, once it no longer is."""
        self.close_engine()
        self.audit.close()
        with self._opening:
            store, self._store = self._store, None
            judgments, self._judgments = self._judgments, None
        if judgments:
            judgments.close()
        if store:
            store.close()
            make_private(self.folder)

    def __enter__(self) -> Home:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def writing(self) -> AbstractContextManager[None]:
        """Keep all others from writing to the home; readers go on.

        :raises HomeBusy: where another is writing.
        :raises HomeError: where the home can't be written to.
        """
        return write_lock(self.folder)

    # Databases

    @property
    def version(self) -> tuple[Any, ...]:
        """What changes whenever replies, their fields or the library's own terms are written."""
        return (*self.store.database.version, version_of(self.terms.path))

    @property
    def store(self) -> Store:
        """The replies; the folder is created where there is none.

        :raises HomeError: where the home can't be used or is of another format.
        """
        with self._opening:
            store = self._store
            replaced = bool(store and store.database.replaced)
            if replaced:
                self._store = None
        if store and replaced:
            self.close_engine()  # a backup was restored, or the file is gone, which is told
            store.close()
        with self._opening:
            if self._store is None:
                make_private(self.folder)
                self._store = Store.open(self.folder, self.settings.store)
            return self._store

    @property
    def judgments(self) -> JudgmentStore:
        """The judgments and what is to be judged; created where there are none.

        :raises HomeError: where they can't be used or are of another format.
        """
        from eval.judging.store import JudgmentStore  # asking needs none of `eval`

        with self._opening:
            if self._judgments and self._judgments.replaced:
                # Moved away meanwhile: what is judged from now on must not go where nobody sees it.
                self._judgments.close()
                self._judgments = None
            if self._judgments is None:
                self._judgments = JudgmentStore.open(self.folder, self.settings.store)
            return self._judgments

    @property
    def has_judgments(self) -> bool:
        """Whether anybody has judged or pooled anything, so that they were created."""
        from eval.judging.form import JUDGMENTS

        address = self.settings.store
        return bool(address and self._judgments) or has_database(self.folder, address, JUDGMENTS)

    # Evaluations

    @property
    def history(self) -> History:
        """The measured runs."""
        from eval.history.history import History

        return History(self.folder)

    @property
    def answers(self) -> AnswerHistory:
        """The evaluations of answers."""
        from eval.history.answers import AnswerHistory

        return AnswerHistory(self.folder)

    # The engine

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Lend the engine, with what other processes have committed.

        Where another process has adapted the model, that is the one lent from then on.

        :raises ModelError: where a model can't be loaded.
        :raises IndexMismatch: where the index was made otherwise than the settings ask.
        """
        loan = self._borrow_whole()
        try:
            loan.engine.refresh()
        except IndexMismatch:
            self._give_back(loan)
            with self._lending:
                if self._loan is loan:
                    self._replace(None)
            loan = self._borrow_whole()
        except BaseException:
            self._give_back(loan)
            raise
        try:
            yield loan.engine
        except IndexDamaged:
            loan.damaged = True
            raise
        finally:
            self._give_back(loan)

    def heal(self, error: IndexDamaged) -> None:
        """Make damaged indexes anew from the store, which loses nothing, and say so.

        :raises HomeBusy: where another process is writing.
        """
        with self._healing:
            if self._loan and not self._loan.damaged:
                return  # another thread met the same damage, and has healed it
            with self.writing():
                # Without what would be to do if it weren't done now.
                parts = re.split(r"(?<=。)", str(error))
                found = "".join(part for part in parts if "dafu rebuild" not in part)
                LOGGER.warning("%s正在由文库重建索引，文库不受影响。", found, extra=TELL)
                self.close_engine()
                self.rebuild()

    def rebuild(self, progress: Progress | None = None, models: Models | None = None) -> None:
        """Make the indexes anew from the store, and lend an engine over them from then on.

        To be called within `writing`.

        :param models: others than the settings name.
        :raises ModelError: where a model can't be loaded.
        """
        from index.engine import rebuild_engine

        models = models or self.settings.models
        engine = rebuild_engine(self.folder, models, self.store, progress, self.settings.place)
        with self._lending:
            self._replace(_Loan(engine))

    def forget_encoded(self) -> None:
        """Have all passages read anew by the encoder."""
        from index.stores.encoded import delete_encoded

        self.close_engine()  # which has opened what is deleted, and keeps what it has read
        delete_encoded(self.folder)

    def close_engine(self) -> None:
        """Close the engine once nobody uses it; the next to ask has it opened anew."""
        with self._lending:
            self._replace(None)

    def _borrow_whole(self) -> _Loan:
        try:
            return self._borrow()
        except IndexDamaged as error:
            self.heal(error)
            return self._borrow()

    def _borrow(self) -> _Loan:
        from index.engine import open_engine  # with all that searches, which reading does not need

        store = self.store
        with self._lending:
            if self._loan is None:
                settings = self.settings
                engine = open_engine(self.folder, settings.models, store, settings.place)
                self._loan = _Loan(engine)
            self._loan.users += 1
            return self._loan

    def _give_back(self, loan: _Loan) -> None:
        with self._lending:
            loan.users -= 1
            if not loan.users and loan is not self._loan:
                loan.engine.close()

    def _replace(self, loan: _Loan | None) -> None:
        """Lend this one from now on; the lock is held."""
        before, self._loan = self._loan, loan
        if before and not before.users:
            before.engine.close()


@dataclass(slots=True)
class _Loan:
    """An engine and how many use it now."""

    engine: Engine
    users: int = 0
    damaged: bool = False
    """Whether whoever used it met damage."""


def healing(method: Callable[P, R]) -> Callable[P, R]:
    """Measure a method of what has a `home`; begin again once damaged indexes were made anew."""

    @functools.wraps(method)
    def run(*args: P.args, **given: P.kwargs) -> R:
        home = cast(Any, args[0]).home
        with home.measures.time(method.__name__):
            try:
                return method(*args, **given)
            except IndexDamaged as error:
                home.heal(error)
                return method(*args, **given)

    return run
