"""Whether what is judged stands where the judgments say."""

from __future__ import annotations

from dataclasses import replace

from corpus.errors import InputError
from eval.files.beir import BeirSet
from eval.files.lines import name_some
from eval.files.spans import document_of, parse_span
from eval.ranking.collection import Collection


def check_places(collection: Collection, judged: BeirSet) -> None:
    """See that spans of a test set's documents are spans of the texts that are searched.

    :raises InputError: where cleaning changes a document that has judged spans, so that their
        offsets are none of the cleaned text's; all such documents are named.
    """
    replies = {id: reply for reply, ids in collection.names.items() for id in ids}
    spans = {
        span.document
        for gains in judged.qrels.values()
        for id in gains
        if id not in replies and (span := parse_span(id))
    }
    given = {document.id: document.text for document in judged.documents if document.id in spans}
    stored = collection.engine.store.replies({replies[id] for id in given if id in replies})
    changed = [
        id for id, text in given.items() if id in replies and stored[replies[id]].text != text
    ]
    if changed:
        raise InputError(
            f"这些文档有按段落的判断，但载入时文字经过清理，与 corpus.jsonl 里的不同，位置对不上："
            f"{name_some(changed)}；请用清理后的文字重做测试集，或用 --level reply 按整份评测"
        )


def note_lost(collection: Collection, judged: BeirSet) -> BeirSet:
    """Note which relevant documents or passages a library does not hold; they count as not found.

    :raises InputError: where it holds none of what is judged.
    """
    ids = {document_of(id) for gains in judged.qrels.values() for id in gains}
    known = {id: len(r.text) for id, r in collection.engine.store.replies(ids).items()}
    if not known:
        raise InputError(
            f"判断里的答复没有一份在文库里，如 {name_some(sorted(ids)[:3])}；"
            "编号应是答复的编号，可用 dafu list 查看"
        )
    lost = {
        id: None
        for gains in judged.qrels.values()
        for id, gain in gains.items()
        if gain > 0 and not _holds(known, id)
    }
    if not lost:
        return judged
    note = (
        f"有 {len(lost)} 份判为相关的答复（或段落）不在文库里，按没有找到计："
        f"{name_some(list(lost))}。请载入这些答复，或从判断中删去。"
    )
    return replace(judged, notes=(*judged.notes, note))


def _holds(lengths: dict[str, int], id: str) -> bool:
    """Tell whether a reply of these lengths, or a span of one, has this id."""
    span = parse_span(id)
    return id in lengths or (span is not None and span.end <= lengths.get(span.document, 0))
