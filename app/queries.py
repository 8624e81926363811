"""What may be asked: how long it may be, and what of it can be written out again."""

from __future__ import annotations

from corpus.errors import InputError

LONGEST_QUESTION = 2_000
"""Characters that a question or search may have: time and memory grow with them."""

LONGEST_PROPOSAL = 50_000
"""Characters that a proposal may have whose precedents are looked for."""


def make_whole(text: str) -> str:
    """Replace halves of surrogate pairs, which no output can be written with."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


MOST_WORDS = 50
"""Words, parted by spaces, that a list may be narrowed by: each is a condition of its own."""


def check_words(text: str) -> str:
    """Return the words that a list is to be narrowed by, as they can be looked up.

    :raises InputError: where they are too many.
    """
    longest = len(text) > LONGEST_QUESTION
    if longest or len(text.split()) > MOST_WORDS:
        found = f"{len(text):,} 字" if longest else f"{len(text.split()):,} 个词"
        most = f"{LONGEST_QUESTION:,} 字" if longest else f"{MOST_WORDS} 个词"
        raise InputError(f"要查的内容有 {found}，最多 {most}。请只留下几个词。")
    return make_whole(text)


def check_query(
    text: str, k: int = 1, longest: int = LONGEST_QUESTION, *, has_desk: bool = True
) -> None:
    """Check that there is something to look for, of no more than `longest` characters.

    :param has_desk: whether whoever asks can be sent to the desk with longer texts.

    :raises InputError: where there is not, or `k` results are less than 1.
    """
    if not text.strip():
        raise InputError("没有要查的内容。请输入问题或粘贴提案原文。")
    if len(text) > longest:
        found, most = f"{len(text):,}", f"{longest:,}"
        if longest != LONGEST_QUESTION:
            raise InputError(f"要查的内容有 {found} 字，最多 {most} 字。请只粘贴与事项有关的部分。")
        if has_desk:
            raise InputError(
                f"要查的内容有 {found} 字，最多 {most} 字。请只留下要问的话，长文请用“查先例”。"
            )
        raise InputError(f"要查的内容有 {found} 字，最多 {most} 字。请只留下要问的话。")
    if k < 1:
        raise InputError(f"条数应当至少为 1，收到的是 {k}。")
