"""What an encoder is trained to make small."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax

LIKELY_RIGHT = 0.1
"""A passage that is nearer to a query than its answer by so much may answer it as well (Zhang et
al., Qwen3 Embedding, 2025), and is no negative."""


def contrastive(queries: Tensor, passages: Tensor, same: Tensor, temperature: float) -> Tensor:
    """Return InfoNCE in nats (van den Oord et al., 2018), in both directions.

    :param queries: (n, hidden), at unit length.
    :param passages: (m, hidden); the first n answer the queries.
    :param same: bool (n, m), true for what is no negative.
    """
    n = len(queries)
    cosines = queries @ passages.T
    same = same | (cosines.detach() > cosines.detach().diagonal()[:, None] + LIKELY_RIGHT)
    logits = (cosines / temperature).masked_fill(same, -1e4)
    right = torch.arange(n, device=queries.device)
    return (cross_entropy(logits, right) + cross_entropy(logits[:, :n].T, right)) / 2


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
