"""What an encoder is trained to make small."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax

LIKELY_RIGHT = 0.1
"""A passage that is nearer to a query than its answer by so much may answer it as well (Zhang et
al., Qwen3 Embedding, 2025), and is no negative."""


@dataclass(frozen=True, slots=True)
class Others:
    """Vectors that a batch is told from as well, at unit length.

    :ivar queries: (k, hidden).
    :ivar passages: (k, hidden).
    :ivar asked: bool (n, k), true where a passage of the batch answers such a query.
    :ivar answering: bool (n, k), true where such a passage answers a query of the batch.
    """

    queries: Tensor
    passages: Tensor
    asked: Tensor
    answering: Tensor


def contrastive(
    queries: Tensor, passages: Tensor, same: Tensor, temperature: float, others: Others
) -> Tensor:
    """Return InfoNCE in nats (van den Oord et al., 2018), in both directions.

    :param queries: (n, hidden), at unit length.
    :param passages: (m, hidden); the first n answer the queries.
    :param same: bool (n, m), true for what is no negative.
    """
    n = len(queries)
    right = torch.arange(n, device=queries.device)
    forth = queries @ torch.cat([passages, others.passages]).T
    back = passages[:n] @ torch.cat([queries, others.queries]).T
    likely = forth.detach().diagonal()[:, None] + LIKELY_RIGHT
    # What is likely right for a query of the batch is so both ways; the others' own answers, by
    # which theirs could be told, are not at hand.
    near = forth.detach() > likely
    forth_same = torch.cat([same, others.answering], 1) | near
    back_same = torch.cat([(same | near[:, : same.shape[1]])[:, :n].T, others.asked], 1)
    return (
        cross_entropy((forth / temperature).masked_fill(forth_same, -1e4), right)
        + cross_entropy((back / temperature).masked_fill(back_same, -1e4), right)
    ) / 2


def distilled(
    student: tuple[Tensor, Tensor], teacher: tuple[Tensor, Tensor], temperature: float
) -> Tensor:
    """Return how far a student's vectors, and its order of passages, are from its teacher's.

    It is the mean of 1 - cosine, ten times, and the Kullback-Leibler divergence of the orders.

    :param student: vectors of queries (n, hidden) and passages (m, hidden), at unit length.
    """
    apart = [1 - (own * taught).sum(1) for own, taught in zip(student, teacher, strict=True)]
    own, taught = (queries @ passages.T / temperature for queries, passages in (student, teacher))
    order = kl_div(log_softmax(own, 1), softmax(taught, 1), reduction="batchmean")
    return 10 * torch.cat(apart).mean() + order
