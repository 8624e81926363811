"""How well a reader finds answers, and tells that there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eval.training.encoder.batches import iter_by_length
from eval.training.encoder.texts import Texts
from eval.training.reader.batches import Layout, join_groups
from eval.training.reader.model import Logits, Reader
from eval.training.reader.packed import NOWHERE, Group

LONGEST_SPAN = 80
"""The most tokens of an answer."""

Floats = NDArray[np.float64]
Spans = NDArray[np.int64]


class Scorer:
    """Measure readers of one tokenizer with examples."""

    def __init__(self, texts: Texts, tokenizer: str, groups: Sequence[Group]) -> None:
        self._texts = texts
        self._layout = Layout(texts, tokenizer)
        self._widths = count_characters(Tokenizer.from_str(tokenizer))
        self._groups = [group for group in groups if len(group)]
        self._examples = join_groups(self._groups)

    def measure(self, reader: Reader, tokens: int) -> dict[str, float]:
        """Return areas under the ROC curve, and how well spans are found: `summarise`.

        :param tokens: of a batch at most.
        """
        odds, found = self._read(reader, tokens)
        overlaps = np.array(
            [
                overlap(one, right, self._widths[self._texts[passage]])
                for one, right, passage in zip(
                    found, self._examples.spans, self._examples.passages, strict=True
                )
            ]
        )
        exact = (found == self._examples.spans).all(axis=1).astype(float)
        marked = self._examples.spans[:, 0] != NOWHERE
        scores, at = [], 0
        for group in self._groups:
            part = slice(at, at + len(group))
            where = marked[part]
            scores.append((group, odds[part], exact[part][where], overlaps[part][where]))
            at += len(group)
        return summarise(scores)

    def _read(self, reader: Reader, tokens: int) -> tuple[Floats, Spans]:
        """Return the log odds of an answer, and the likeliest span in the passage, of each."""
        device = next(reader.parameters()).device
        training = reader.training
        reader.train(False)
        odds = np.zeros(len(self._examples))
        spans = np.zeros((len(self._examples), 2), np.int64)
        with torch.no_grad():
            for places in iter_by_length(self._examples.lengths(self._texts), tokens):
                batch = self._examples.take(places)
                logits = reader(self._layout.inputs(batch, device))
                odds[places] = logits.answered.cpu().numpy()
                shift = self._texts.lengths[batch.questions] + 3
                spans[places] = best_spans(logits).cpu().numpy() - shift[:, None]
        reader.train(training)
        return odds, spans


def best_spans(logits: Logits) -> torch.Tensor:
    """Return the first and the last token of the likeliest spans, int64 (n, 2).

    That is the one of at most `LONGEST_SPAN` tokens with the greatest sum of logits (BERT, 2019).
    """
    sums = logits.starts[:, :, None] + logits.ends[:, None, :]
    width = sums.shape[1]
    allowed = torch.ones(width, width, dtype=torch.bool, device=sums.device).triu()
    allowed = allowed.tril(LONGEST_SPAN - 1)
    best = sums.masked_fill(~allowed, -torch.inf).flatten(1).argmax(1)
    return torch.stack([best // width, best % width], 1)


def count_characters(tokenizer: Tokenizer) -> NDArray[np.int64]:
    """Return the characters of each piece of a vocabulary, without the mark of a word's begin."""
    pieces = [tokenizer.id_to_token(id) or "" for id in range(tokenizer.get_vocab_size())]
    return np.array([len(piece.replace("▁", "")) for piece in pieces], np.int64)


def overlap(found: Spans, right: Spans, widths: NDArray[np.int64]) -> float:
    """Return the F1 of the characters of one span by those of another (Rajpurkar et al., 2016).

    :param widths: the characters of each token of the passage.
    """
    ends = np.concatenate([[0], np.cumsum(widths)])
    both = ends[min(found[1], right[1]) + 1] - ends[max(found[0], right[0])]
    apart = sum(ends[span[1] + 1] - ends[span[0]] for span in (found, right))
    return float(2 * max(both, 0) / apart) if apart else 0.0


def auroc(right: Floats, wrong: Floats) -> float:
    """Return the chance that one of the right has more than one of the wrong; ties count half."""
    ordered = np.sort(wrong)
    below = np.searchsorted(ordered, right, "left") + np.searchsorted(ordered, right, "right")
    return float(below.mean() / 2 / len(wrong))


Score = tuple[Group, Floats, Floats, Floats]
"""A group, the log odds of its examples, and of those with a known span how well it was found."""


def summarise(scores: Sequence[Score]) -> dict[str, float]:
    """Return `auroc` of whether there is an answer, `f1` and `exact` of spans.

    Then the same by sources, and the area of each kind without answer beside the answered examples
    of the same sources. What can't be told is left out.
    """
    found = dict(_summary("", scores))
    every = dict.fromkeys(group.source for group, *_ in scores)
    for source in every if len(every) > 1 else ():
        found.update(_summary(f" {source}", [one for one in scores if one[0].source == source]))
    kinds = dict.fromkeys(group.kind for group, *_ in scores if not group.kind.answered)
    for kind in kinds:
        sources = {group.source for group, *_ in scores if group.kind is kind}
        beside = [
            one
            for one in scores
            if one[0].source in sources and (one[0].kind.answered or one[0].kind is kind)
        ]
        found.update(
            (name, value) for name, value in _summary(f" {kind}", beside) if "auroc" in name
        )
    return {name: round(value, 4) for name, value in found.items()}


def _summary(name: str, scores: Sequence[Score]) -> Iterable[tuple[str, float]]:
    right = [odds for group, odds, *_ in scores if group.kind.answered]
    wrong = [odds for group, odds, *_ in scores if not group.kind.answered]
    if right and wrong:
        yield f"auroc{name}", auroc(np.concatenate(right), np.concatenate(wrong))
    exact, overlaps = (np.concatenate([one[part] for one in scores]) for part in (2, 3))
    if len(overlaps):
        yield f"f1{name}", float(overlaps.mean())
        yield f"exact{name}", float(exact.mean())
