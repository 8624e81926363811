"""Persons whom no rule announces: what is likely a name, by itself or by the persons around it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from corpus.personal.called import is_common, is_no_name, is_title
from corpus.personal.likely import Span, Weights, candidates, follows_name, load_weights, spans
from corpus.personal.public import is_public

_TOO_LITTLE = -5.5
"""What all that begins a name weighs less makes none."""
_LIKE_A_WORD = 2.5
"""So much more a name needs to weigh that is a word (向阳) or ends like a place (李家山)."""
_LESS_BESIDE, _LESS_AGAIN = 3.0, 4.0
"""So much less a name needs to weigh before another one, and where it is one elsewhere."""
_NEVER = 99.0


def iter_likely(plain: str, known: Collection[Span] = ()) -> Iterator[Span]:
    """Yield the spans that are likely a private person's name, one after the other.

    :param known: where persons stand that are known already. A name beside one of them or of
        those found, and one that is found elsewhere, needs to weigh less.
    """
    weights = load_weights()
    ends = {end for _, end in known}
    found: list[Span] = []
    doubtful: list[tuple[int, int, float]] = []
    last = public = 0
    for start, given in candidates(weights, plain):
        if start < last:
            continue
        listed = follows_name(plain, last, start) or any(
            follows_name(plain, end, start) for end in ends & {start - 1}
        )
        begun = weights.sum(weights.begun(plain, start, given)) - weights.least
        if begun < _TOO_LITTLE:
            continue
        weighed = [
            (begun + weights.sum(weights.ended(plain, start, given, end, listed)), end)
            for end in spans(plain, given)
        ]
        most, at = max(weighed, default=(-9.0, start))
        if most <= 0:
            if most > -max(_LESS_BESIDE, _LESS_AGAIN):
                doubtful.append((start, at, most))
            continue
        last = at
        if follows_name(plain, public, start, "、和与及") or is_public(plain, start, at):
            public = at
        elif most > doubt(weights, plain, start, at):
            found.append((start, at))
    yield from found
    yield from _iter_again(weights, plain, doubtful, (*known, *found))


def doubt(weights: Weights, plain: str, start: int, end: int) -> float:
    """Return how much more than others a name weighs at least that is a word or a place's name.

    In a list (高温、洪水) none weighs enough, nor does a surname with a title or a common word.
    """
    name = plain[start:end]
    if is_title(name) or is_common(name):
        return _NEVER
    if not (weights.is_word(name) or is_no_name(name)):
        return 0.0
    listed = "、" in (plain[end : end + 1], plain[start - 1 : start])
    return _NEVER if listed else _LIKE_A_WORD


def _iter_again(
    weights: Weights,
    plain: str,
    doubtful: Iterable[tuple[int, int, float]],
    known: Iterable[Span],
) -> Iterator[Span]:
    """Yield what is doubtful by itself, but stands before another name or is one elsewhere."""
    begins, names = set(), set()
    for start, end in known:
        begins.add(start)
        names.add(plain[start:end])
    for start, end, weight in doubtful:
        beside = plain[end : end + 1] in ("、", "和", "与", "及") and end + 1 in begins
        again = plain[start:end] in names
        enough = (beside and weight > -_LESS_BESIDE) or (again and weight > -_LESS_AGAIN)
        if enough and not doubt(weights, plain, start, end) and not is_public(plain, start, end):
            yield start, end
