"""Files that hold proposals: read one, or many from folders and zips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.queries import LONGEST_PROPOSAL
from corpus.errors import InputError, Remark, UnreadableFile
from corpus.readers import DOCUMENTS
from corpus.readers.finding import iter_paths
from corpus.text.clean import clean
from corpus.types import Document
from corpus.workers import iter_read, read_whole

PROPOSAL_ENDINGS = DOCUMENTS
"""Endings of files that hold one document; replies are also loaded from tables (SUFFIXES)."""

ZIP = ".zip"


@dataclass(frozen=True, slots=True)
class ProposalFile:
    """One file that should hold a proposal: its text, or why it could not be read.

    :ivar source: its path; of a member of a zip `path#member`.
    """

    source: str
    text: str = ""
    reason: str | None = None

    @property
    def name(self) -> str:
        """The file's own name."""
        return PurePosixPath(self.source.replace("#", "/")).name


def read_proposal(path: Path) -> str:
    """Read the cleaned text of a file that holds one document.

    :raises InputError: where it holds none, more than is looked for, or cannot be read.
    """
    check_ending(path, PROPOSAL_ENDINGS)
    try:
        return _join(path.name, read_whole(path, hurried=True))
    except UnreadableFile as error:
        raise InputError(f"“{path.name}”读不出：{error.reason}。也可以直接粘贴正文。") from error


def iter_proposals(paths: Iterable[Path], besides: Path | None = None) -> Iterator[ProposalFile]:
    """Read files, folders and zips of such, in their order; a bad one is told and stops nothing.

    :param besides: a folder that is passed over: what was made of proposals is none.
    """
    left = besides.resolve().as_posix() if besides else None
    found = [each for each in iter_paths(paths) if not (left and _is_below(each, left))]
    read = iter_read(path for path in found if isinstance(path, Path) and _is_taken(path))
    for each in found:
        if isinstance(each, UnreadableFile):
            yield ProposalFile(each.source, reason=each.reason)
        elif not _is_taken(each):
            yield ProposalFile(each.as_posix(), reason=_unsupported(each.name, (*DOCUMENTS, ZIP)))
        else:
            path, items = next(read)
            whole = {path.as_posix(): items}
            parts = _by_members(path, items) if path.suffix.lower() == ZIP else whole
            for source, part in parts.items():
                yield _read(source, part)


def check_ending(path: Path, endings: Sequence[str]) -> None:
    """Check that a file's name ends in one of the endings.

    :raises InputError: where it does not.
    """
    if path.suffix.lower() not in endings:
        raise InputError(_unsupported(path.name, endings))


def _unsupported(name: str, endings: Sequence[str]) -> str:
    known = "、".join(ending.removeprefix(".") for ending in endings)
    return f"不支持“{name}”这种文件：请用 {known}。"


def _is_below(found: Path | UnreadableFile, folder: str) -> bool:
    name = found.as_posix() if isinstance(found, Path) else found.source
    return name.startswith(f"{folder}/")


def _is_taken(path: Path) -> bool:
    return path.suffix.lower() in (*PROPOSAL_ENDINGS, ZIP)


def _by_members(
    path: Path, items: Sequence[Document | UnreadableFile]
) -> dict[str, list[Document | UnreadableFile]]:
    """Return what was read of a zip by its members, in their order."""
    archive = f"{path.as_posix()}#"
    members: dict[str, list[Document | UnreadableFile]] = {}
    for item in items:
        member = item.source.removeprefix(archive).partition("#")[0]
        source = f"{archive}{member}" if item.source.startswith(archive) else item.source
        members.setdefault(source, []).append(item)
    return members or {path.as_posix(): []}


def _read(source: str, items: Sequence[Document | UnreadableFile]) -> ProposalFile:
    name = ProposalFile(source).name
    documents = [item for item in items if isinstance(item, Document)]
    bad = [item for item in items if not isinstance(item, Document)]
    stopped = [item for item in bad if not isinstance(item, Remark)] or (
        bad if not documents else []
    )
    if stopped:
        return ProposalFile(source, reason=stopped[0].reason)
    if documents and PurePosixPath(name).suffix.lower() not in PROPOSAL_ENDINGS:
        return ProposalFile(source, reason=_unsupported(name, PROPOSAL_ENDINGS))
    try:
        return ProposalFile(source, _join(name, documents))
    except InputError as error:
        return ProposalFile(source, reason=str(error))


def _join(name: str, documents: Iterable[Document]) -> str:
    texts: list[str] = []
    for document in documents:
        texts.append(clean(document.lines).text)
        if (length := sum(map(len, texts))) > LONGEST_PROPOSAL:
            raise InputError(
                f"“{name}”有 {length:,} 字以上，最多 {LONGEST_PROPOSAL:,} 字。"
                "请只粘贴与事项有关的部分。"
            )
    text = "\n".join(texts)
    if not text.strip():
        raise InputError(f"“{name}”里没有文字：请给出提案、建议或来信的正文。")
    return text
