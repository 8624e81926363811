"""Documents that queries can be run over: an engine, and the ids that a test set knows them by.

What can be opened: the documents of a test set or a folder of replies, indexed in a library of
their own as long as they are used, and the library of a home as it stands. Temporary libraries are
made nowhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import InputError, UnreadableFile
from corpus.progress import Progress, say_nothing
from corpus.readers import iter_paths
from corpus.store.store import Store
from corpus.temporary import hold_folder
from corpus.types import ParsedReply
from corpus.workers import read_whole
from eval.data.beir import BeirDocument
from index.engine import Engine, open_engine
from index.models.choice import Models

BATCH = 1000
"""So many replies are read at a time."""


@dataclass(frozen=True, slots=True)
class Collection:
    """An engine over documents.

    `names` are the ids of the documents by the id of the reply they were parsed to; documents of
    the same text share a reply. A collection of `documents` documents may have `empty` ones, with
    no text to be found by. `digest` changes with any document.
    """

    engine: Engine
    names: Mapping[str, Sequence[str]]
    documents: int
    empty: int
    digest: str

    @property
    def replies(self) -> dict[str, str]:
        """The id of the reply by that of each document that was parsed to it."""
        return {id: reply for reply, ids in self.names.items() for id in ids}


def digest_of(value: Any) -> str:
    """Return 16 hexadecimal digits that change with a value that JSON can hold."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def index_documents(
    documents: Sequence[BeirDocument], model: Models | str, progress: Progress = say_nothing
) -> Iterator[Collection]:
    """Index documents as long as they are used.

    They go the way of all replies: parsed, stored, cut into passages, indexed by both legs.

    :param model: an embedding model as `index.models.choice.Models` names it.
    :raises ModelError: where the model cannot be loaded.
    """
    with _open_temporary(model) as engine:
        names = store_documents(engine.store, documents, progress)
        _index(engine, progress)
        yield Collection(
            engine=engine,
            names=names,
            documents=len(documents),
            empty=len(documents) - sum(map(len, names.values())),
            digest=digest_of([[d.id, d.title, d.text] for d in documents]),
        )


@contextmanager
def index_replies(folder: Path, model: Models | str, progress: Progress) -> Iterator[Collection]:
    """Index a folder of replies as long as it is used; its documents have the names of their files.

    :raises InputError: where a reply cannot be read.
    :raises ModelError: where the model cannot be loaded.
    """
    with _open_temporary(model) as engine:
        _store_files(engine.store, folder, progress)
        _index(engine, progress)
        yield _collect(engine, _file_names(engine.store))


@contextmanager
def open_library(home: Path, model: Models | str) -> Iterator[Collection]:
    """Open the library of a home as it stands; its documents are its replies, by their own ids.

    The engine is one of its own, so that what is loaded meanwhile does not change what is measured.

    :raises InputError: where it is empty.
    :raises ModelError: where the model cannot be loaded.
    :raises IndexMismatch: where the indexes were made with another model or segmentation.
    """
    with Store.open(home) as store:
        ids = store.reply_ids()
        if not ids:
            raise InputError(f"文库 {home} 是空的，没有可评测的；请先用 dafu ingest 载入答复")
        with closing(open_engine(home, model, store)) as engine:
            yield _collect(engine, {id: id for id in ids})


@contextmanager
def open_store_and_engine(home: Path, model: Models | str) -> Iterator[Engine]:
    """Open the store and the engine of a home together; the home may be a new folder."""
    with Store.open(home) as store, closing(open_engine(home, model, store)) as engine:
        yield engine


@contextmanager
def _open_temporary(model: Models | str) -> Iterator[Engine]:
    with (
        hold_folder("eval") as folder,
        open_store_and_engine(folder, model) as engine,
    ):
        yield engine


def _index(engine: Engine, progress: Progress) -> None:
    engine.indexer.catch_up(progress)
    if engine.encoded:
        engine.encoded.catch_up(engine.store, progress)
    engine.refresh()


def _collect(engine: Engine, names: Mapping[str, str]) -> Collection:
    """Take all replies that an engine searches for documents, with ids by those of the replies."""
    ids = sorted(engine.store.reply_ids())
    digests = sorted(
        [names[id], digest_of(reply.text)]
        for start in range(0, len(ids), BATCH)
        for id, reply in engine.store.replies(ids[start : start + BATCH]).items()
    )
    return Collection(
        engine=engine,
        names={id: (names[id],) for id in ids},
        documents=len(ids),
        empty=0,  # a reply without any text is never stored
        digest=digest_of(digests),
    )


def store_documents(
    store: Store, documents: Sequence[BeirDocument], progress: Progress
) -> dict[str, list[str]]:
    """Store the documents as replies; return the documents' ids by the id of their reply.

    Replies have ids of their own here, as the documents' may have any characters. Documents
    without any text are left out.
    """
    from corpus.parse import parse_text  # which takes half a second to import

    parsed: list[ParsedReply] = []
    sources: dict[str, str] = {}
    for number, document in enumerate(documents):
        if number % 100 == 0:
            progress("读取文档", number, len(documents))
        columns = (("title", document.title),) if document.title else ()
        try:
            parsed.append(parse_text(f"#{number}", document.text, columns))
        except UnreadableFile:
            continue
        sources[f"#{number}"] = document.id
    progress("读取文档", len(documents), len(documents))
    names: dict[str, list[str]] = {}
    for result in store.put_file("corpus.jsonl", None, parsed).results:
        names.setdefault(result.reply_id, []).append(sources[result.source])
    return names


def _store_files(store: Store, folder: Path, progress: Progress) -> None:
    """Load a folder's replies as `dafu ingest` does; what can't be read is an error here."""
    from corpus.parse import parse  # which takes half a second to import

    paths = list(iter_paths([folder]))
    for number, path in enumerate(paths):
        progress("读取文件", number, len(paths))
        if isinstance(path, UnreadableFile):
            continue  # a README beside the replies
        parsed = [parse(document) for document in read_whole(path)]
        store.put_file(path.as_posix(), None, parsed)
    progress("读取文件", len(paths), len(paths))


def _file_names(store: Store) -> dict[str, str]:
    """Return the names of the replies' files (of a table's row with `#` and its id) by their ids.

    Ids of replies are made of whole paths, so they are others in another place.
    """
    names = {id: store.sources(id)[0].rpartition("/")[2] for id in store.reply_ids()}
    return names if len(set(names.values())) == len(names) else {id: id for id in names}
