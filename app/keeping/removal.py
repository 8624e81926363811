"""Remove replies so that nothing of them is left in the home, and prove it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.audit import Action
from app.fetching.snapshots import FETCHED, forget_bytes
from app.home import Home
from app.keeping.backup import OWN, UPLOADS, renew_backups
from app.keeping.job_file import JOBS, forget_loads
from app.keeping.leftovers import clear_home
from app.keeping.traces import Search, make_traces
from app.running.log import TELL
from corpus.errors import DafuError, HomeBusy, HomeError, NotFound
from corpus.progress import Progress
from corpus.serialise import shown
from corpus.store.database import Database
from corpus.store.encoding import encode_fields
from corpus.store.opening import has_database
from corpus.store.removing import Removal
from corpus.types import Reply
from index.engine import Engine
from index.stores.together.shared import VECTORS, forget_others, list_gone
from index.text.segment import normalise

LOGGER = logging.getLogger(__name__)


@shown("reply_id at files bytes problems")
@dataclass(frozen=True, slots=True)
class RemovalProof:
    """What a search of every file of a home for a removed reply came to."""

    reply_id: str
    """已移除的答复的编号"""
    at: str
    """何时移除（ISO 8601，世界时）"""
    files: int
    """查了多少个文件"""
    bytes: int
    """查了多少字节，压缩在文件里的也算"""
    problems: tuple[str, ...]
    """还在哪里查到；为空即已无痕迹"""


def remove_replies(
    home: Home, reply_ids: Sequence[str], progress: Progress | None = None
) -> tuple[str, ...]:
    """Remove replies, and erase all that is left of them; return their ids.

    Erased are rows and free pages of the databases and their logs, the words and vectors in the
    indexes, uploaded files that no other reply needs, their words in judgments, evaluations that
    quote them, and automatic backups, which are made anew. A kill leaves a note of what is to be
    erased, and `finish_removals` goes on with it.

    Replies that were put away are removed as well.

    :raises NotFound: naming all unknown ids; nothing is then removed.
    :raises HomeBusy: where another process is writing.
    """
    with home.engine() as engine, home.writing():
        wanted = tuple(dict.fromkeys(reply_ids))
        store = home.store
        known = store.replies(wanted)
        binned = store.bin.find(id for id in wanted if id not in known)
        traces = {id: make_traces(_texts(r)) for id, r in (known | binned).items()}
        with store.transaction():
            store.remove([id for id in wanted if id not in binned], traces)
            store.bin.drop(list(binned), traces)
        _erase_all(home, engine, wanted, progress)
    return wanted


def empty_bin(
    home: Home, reply_ids: Sequence[str], progress: Progress | None = None
) -> tuple[str, ...]:
    """Remove replies that were put away, so that nothing of them is left; return their ids.

    :raises NotFound: naming all that were not put away; nothing is then removed.
    :raises HomeBusy: where another process is writing.
    """
    with home.engine() as engine, home.writing():
        store = home.store
        traces = {id: make_traces(_texts(r)) for id, r in store.bin.find(reply_ids).items()}
        removed = store.bin.drop(reply_ids, traces)
        _erase_all(home, engine, removed, progress)
    return removed


KEPT_DAYS = 30
"""So long what was put away can be brought back."""


def empty_old(home: Home) -> None:
    """Remove for good what was put away more than thirty days ago, unless another is writing."""
    limit = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
    old = home.store.bin.put_away_before(limit.isoformat(timespec="seconds"))
    if not old:
        return
    try:
        empty_bin(home, old)
        LOGGER.warning("回收站里 %d 份答复满 %d 天，已彻底删除。", len(old), KEPT_DAYS, extra=TELL)
    except HomeBusy:
        pass  # the next start does it
    except (DafuError, OSError) as error:
        LOGGER.warning("回收站里到期的答复还没有删完：%s%s", error, _LATER, extra=TELL)


def _erase_all(
    home: Home, engine: Engine, removed: Sequence[str], progress: Progress | None
) -> None:
    try:
        _erase(home, engine, progress)
        home.audit.record(Action.ERASED, "、".join(removed))
    except (HomeError, OSError) as error:
        raise HomeError(
            f"{'、'.join(removed)} 已移除，但痕迹还没有清除完：{error}{_LATER}"
        ) from error


_LATER = "问题解决后，下次打开资料夹会接着清除。"


def finish_removals(home: Home) -> None:
    """Erase what a kill has left of removed replies, unless another process is writing."""
    if not home.store.removals.pending():
        return
    try:
        with home.engine() as engine, home.writing():
            LOGGER.warning("上次移除的答复还没有清除干净，正在接着清除。", extra=TELL)
            _erase(home, engine, None)
    except HomeBusy:
        pass  # who is writing has it before them
    except (DafuError, OSError) as error:  # reading goes on nevertheless
        LOGGER.warning("移除的答复还没有清除完：%s%s", error, _LATER, extra=TELL)


def _texts(reply: Reply) -> Iterator[str]:
    """Yield a reply's texts, as they were loaded and as they are searched."""
    yield from (reply.text, reply.question)
    yield from (folded for t in (reply.text, reply.question) if (folded := normalise(t)) != t)


def _erase(home: Home, engine: Engine, progress: Progress | None) -> None:
    """Erase all that is left of removed replies; the home is held for writing."""
    removals = home.store.removals
    pending = removals.pending()
    uploads, fetched = ((home.folder / name).resolve() for name in OWN)
    for name in removals.unneeded_files():
        path = Path(name)
        if path.is_relative_to(uploads):
            path.unlink(missing_ok=True)
        elif path.is_relative_to(fetched):
            forget_bytes(path)
    removals.forget_files()
    engine.indexer.erase(progress)
    if engine.encoded:
        engine.encoded.forget_others(home.store)
    with _shared_vectors(home) as vectors:
        if vectors:
            forget_others(vectors, home.store)
    if home.has_judgments:
        home.judgments.forget({each.content for each in pending})
    forget_loads(home.folder, home.settings.store, [each.reply_id for each in pending])
    home.store.database.erase()
    clear_home(home.folder)
    _delete_evaluations(home, pending)
    renew_backups(home)
    removals.close(pending)


def _delete_evaluations(home: Home, removals: Sequence[Removal]) -> None:
    """Delete test sets and measurements that quote what was removed: they can be made again."""
    folder = home.folder / "evaluation"
    search = Search([each.traces for each in removals])
    deleted = set()
    for path, _ in _iter_traces(home, search, folder):
        room, name = path.relative_to(folder).parts[:2]
        within = folder / room / name
        if within.is_dir():
            shutil.rmtree(within, ignore_errors=True)
        else:
            within.unlink(missing_ok=True)
        deleted.add(f"{room}/{name}")
    for name in sorted(deleted):
        LOGGER.warning("评测 evaluation/%s 引用了移除的答复，已一并删除。", name, extra=TELL)


def prove_removal(home: Home, reply_id: str, progress: Progress | None = None) -> RemovalProof:
    """Search every byte of a home for what was removed.

    :raises NotFound: where no reply of that id was removed.
    """
    removal = home.store.removals.find(reply_id)
    if removal is None and home.store.bin.find([reply_id]):
        raise NotFound(
            f"{reply_id} 还在回收站里，没有彻底删除。要彻底删除，请运行 dafu remove {reply_id}。"
        )
    if removal is None:
        raise NotFound(f"没有移除过编号为 {reply_id} 的答复，或移除后又载入了。")
    search = Search([removal.traces])
    if not search.longest:
        problems = ["这份答复太短，没有可供查找的文字。"]
    else:
        problems = [
            f"{path} 里还有它的文字（{count} 处）。{_advice(path.relative_to(home.folder))}"
            for path, count in _iter_traces(home, search, home.folder, progress)
        ]
    if home.store.database.shared:
        problems.append(_SERVER)
    files = sum(path.is_file() for path in home.folder.rglob("*"))
    problems += _iter_index_problems(home)
    if not removal.erased:
        problems.append("移除后还没有清除完。请再运行一次这个命令。")
    return RemovalProof(reply_id, removal.at, files, search.bytes_read, tuple(problems))


_SERVER = (
    "文库在 PostgreSQL 里：表里已没有，但服务器的日志（WAL）、归档、备份和从库里还有没有，"
    "这里查不到。请数据库管理员处理；用同一文库的其他资料夹，请各运行一次 dafu rebuild。"
)


def _advice(path: Path) -> str:
    if path.parts[0] == UPLOADS:
        return "这个上传的文件里还有别的答复；不再需要时，请移除它们，文件会一并删除。"
    if path.parts[0] == FETCHED:
        return "这个取回的文件里还有别的答复，或是它较早的样子；不再需要时，请删除。"
    if path.name.startswith(JOBS.file):
        return "正有人载入它，做完或取消后请再查一次。"
    return "请删除这个文件。"


@contextmanager
def _shared_vectors(home: Home) -> Iterator[Database | None]:
    """Lend what holds the vectors that homes over one library share; None where there are none."""
    store, address = home.store, home.settings.store
    if not (store.database.shared and has_database(home.folder, address, VECTORS)):
        yield None
        return
    with closing(store.database.beside(VECTORS)) as vectors:
        yield vectors


def _iter_index_problems(home: Home) -> Iterator[str]:
    with home.engine() as engine:
        legs = engine.legs
        yield from legs.iter_remains()
        wanted = set(home.store.select_keys().tolist())
        held = {"检索文本": legs.texts.keys(), "向量索引": legs.dense.keys()}
        if engine.encoded:
            held["语义向量"] = engine.encoded.keys()
        for name, keys in held.items():
            if not wanted.issuperset(keys.tolist()):
                yield f"{name}里还有已移除的段落。请运行 dafu rebuild。"
    with _shared_vectors(home) as vectors:
        if vectors and list_gone(vectors, home.store):
            yield "共用的语义向量里还有已移除的段落。请再运行一次 dafu encode。"


def _iter_traces(
    home: Home, search: Search, folder: Path, progress: Progress | None = None
) -> Iterator[tuple[Path, int]]:
    """Yield the files that hold pieces of what was removed, with how many.

    Pieces that a reply has which is still there are none of it.
    """
    found: dict[Path, set[tuple[int, int]]] = {}
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for number, path in enumerate(paths):
        if progress:
            progress("查找痕迹", number, len(paths))
        with suppress(FileNotFoundError):
            found[path] = search.in_file(path)
    if any(found.values()):
        kept = _kept_by_others(home, search)
        for path, pieces in found.items():
            if pieces - kept:
                yield path, len(pieces - kept)


def _kept_by_others(home: Home, search: Search) -> set[tuple[int, int]]:
    read = search.bytes_read
    kept: set[tuple[int, int]] = set()
    ids = home.store.reply_ids()
    for start in range(0, len(ids), 100):
        for reply in home.store.replies(ids[start : start + 100]).values():
            texts = (*_texts(reply), encode_fields(reply.fields))
            kept |= search.in_bytes("\n".join(texts).encode())
    for each in home.store.bin.list_all():
        kept |= search.in_bytes("\n".join(_texts(each.reply)).encode())
    search.bytes_read = read
    return kept
