"""Make a test set of a library without annotation: each matter's title must find its reply."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InputError
from corpus.redact import redact
from corpus.store import Store
from corpus.types import FieldName, Passage, Reply, Role
from index.content import searchable_text

SHORTEST_CUT = 4
"""A shorter title is a common word: it is not cut out of the documents."""

README = """# 由文库生成的测试集

- `corpus.jsonl`：{documents} 份答复；`queries.jsonl`：{titles} 个标题、{questions} 个来信。
- `qrels/test.tsv` 是全部判断，`qrels/title.tsv`、`qrels/question.tsv` 分别只有标题、只有来信。
- 评测：`dafu eval run 本文件夹`，只测一种用 `--split title` 或 `--split question`。

每个查询是提案、建议、来信的标题或来信正文，答案是对它的答复。为了不把答案写在题面上，答复中的开头部分
（标题、称呼、“……收悉”）已去掉，正文中与标题、来信完全相同的文字也已删去，标题不作为文档的标题。
正文为空的答复不在内（{empty} 份）。联系方式等个人信息已遮盖。

仍会泄露答案、使结果偏高的：答复常用自己的话复述事项，正文各级标题常与事项同词；来信中的地名、小区名多
半也在答复里。使结果偏低的：每个查询只知道一份（或标题相同的几份）答复相关，其他能回答的都按不相关计。
所以宜用来比较改动前后，不宜当作实际的准确率。没有答案的查询不在其中。
"""


@dataclass(frozen=True, slots=True)
class MadeTestSet:
    """How many documents and queries of each kind were written; `empty` replies were left out."""

    documents: int
    titles: int
    questions: int
    empty: int


def make_test_set(store: Store, folder: Path) -> MadeTestSet:
    """Write a BEIR folder of all replies of a library, and a README that says what leaks.

    Replies to matters of the same title are all relevant to it. Personal data is masked.

    :raises InputError: where the folder has something in it or cannot be written, or no reply of
        the library names the matter it answers.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} 已经存在，请给出一个新的或空的文件夹")
    replies = sorted(store.replies(store.reply_ids()).values(), key=lambda reply: reply.id)
    texts = {reply.id: _document(reply, store.passages_of(reply.id).values()) for reply in replies}
    kept = [reply for reply in replies if texts[reply.id]]
    titles = _pairs((reply.id, reply.value(FieldName.MATTER_TITLE) or "") for reply in kept)
    questions = _pairs((reply.id, reply.question) for reply in kept)
    if not titles and not questions:
        raise InputError("文库里没有写明所答事项的答复，做不成测试集；请先用 dafu ingest 载入答复")
    made = MadeTestSet(len(kept), len(titles), len(questions), len(replies) - len(kept))
    queries = {
        kind: {f"{kind}-{relevant[0]}": (text, relevant) for text, relevant in pairs.items()}
        for kind, pairs in (("title", titles), ("question", questions))
    }
    try:
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        _write_records(folder / "corpus.jsonl", ((reply.id, texts[reply.id]) for reply in kept))
        everything = queries["title"] | queries["question"]
        _write_records(
            folder / "queries.jsonl", ((id, text) for id, (text, _) in everything.items())
        )
        for name, part in (*queries.items(), ("test", everything)):
            rows = [f"{id}\t{found}\t1\n" for id, (_, ids) in part.items() for found in ids]
            _write(folder / "qrels" / f"{name}.tsv", ["query-id\tcorpus-id\tscore\n", *rows])
        _write(
            folder / "README.md",
            [
                README.format(
                    documents=made.documents,
                    titles=made.titles,
                    questions=made.questions,
                    empty=made.empty,
                )
            ],
        )
    except OSError as error:
        raise InputError(f"写不了 {folder}：{error.strerror}") from error
    return made


def _document(reply: Reply, passages: Iterable[Passage]) -> str:
    """Return a reply's text without its openings and without its matter's own words."""
    text = "\n".join(
        searchable_text(reply, passage.start, passage.end).strip("\n")
        for passage in passages
        if passage.role is not Role.OPENING
    )
    for words in (*reply.values(FieldName.MATTER_TITLE), reply.question):
        characters = "".join(redact(words).split())
        if len(characters) >= SHORTEST_CUT:
            # The field's value has its spaces removed; the text may break it over lines.
            text = re.sub(r"\s*".join(map(re.escape, characters)), "", text)
    return text.strip()


def _pairs(found: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the ids of the replies by the text that asks for them, personal data masked."""
    pairs: dict[str, list[str]] = {}
    for reply_id, text in found:
        if text.strip():
            pairs.setdefault(redact(text.strip()), []).append(reply_id)
    return pairs


def _write_records(path: Path, records: Iterable[tuple[str, str]]) -> None:
    _write(
        path,
        (json.dumps({"_id": id, "text": t}, ensure_ascii=False) + "\n" for id, t in records),
    )


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
