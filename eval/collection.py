"""Documents that queries can be run over: an engine, and the ids that a test set knows them by."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError, UnreadableFile
from corpus.parse import parse_text
from corpus.progress import Progress
from corpus.store.store import Store
from corpus.types import ParsedReply
from eval.data.beir import BeirDocument
from eval.ranking.measured import digest_of
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


@contextmanager
def index_documents(
    documents: Sequence[BeirDocument], model: Models | str, progress: Progress
) -> Iterator[Collection]:
    """Index documents as long as they are used.

    They go the way of all replies, in a temporary home: parsed, stored, cut into passages, indexed
    by both legs.

    :param model: an embedding model as `index.models.choice.Models` names it.
    :raises ModelError: where the model cannot be loaded.
    """
    with (
        tempfile.TemporaryDirectory(prefix="dafu-eval-", ignore_cleanup_errors=True) as folder,
        Store.open(Path(folder)) as store,
        closing(open_engine(Path(folder), model, store)) as engine,
    ):
        names = _store(store, documents, progress)
        engine.indexer.catch_up(progress)
        engine.refresh()
        yield Collection(
            engine=engine,
            names=names,
            documents=len(documents),
            empty=len(documents) - sum(map(len, names.values())),
            digest=digest_of([[d.id, d.title, d.text] for d in documents]),
        )


@contextmanager
def open_library(home: Path, model: Models | str) -> Iterator[Collection]:
    """Open the library of a home as it stands; its documents are its replies, by their own ids.

    :raises InputError: where it is empty.
    :raises ModelError: where the model cannot be loaded.
    :raises IndexMismatch: where the indexes were made with another model or segmentation.
    """
    with Store.open(home) as store:
        if not store.reply_ids():
            raise InputError(f"文库 {home} 是空的，没有可评测的；请先用 dafu ingest 载入答复")
        with closing(open_engine(home, model, store)) as engine:
            yield collect(engine)


def collect(engine: Engine, names: Mapping[str, str] | None = None) -> Collection:
    """Take all replies that an engine searches for documents.

    :param names: the documents' ids by those of the replies; without, the replies' own.
    """
    ids = sorted(engine.store.reply_ids())
    names = names or {id: id for id in ids}
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


def _store(
    store: Store, documents: Sequence[BeirDocument], report: Progress
) -> dict[str, list[str]]:
    """Store the documents as replies; return the documents' ids by the id of their reply.

    Replies have ids of their own here, as the documents' may have any characters. Documents
    without any text are left out.
    """
    parsed: list[ParsedReply] = []
    sources: dict[str, str] = {}
    for number, document in enumerate(documents):
        if number % 100 == 0:
            report("读取文档", number, len(documents))
        columns = (("title", document.title),) if document.title else ()
        try:
            parsed.append(parse_text(f"#{number}", document.text, columns))
        except UnreadableFile:
            continue
        sources[f"#{number}"] = document.id
    report("读取文档", len(documents), len(documents))
    names: dict[str, list[str]] = {}
    for result in store.put_file("corpus.jsonl", None, parsed).results:
        names.setdefault(result.reply_id, []).append(sources[result.source])
    return names
