"""A transformer as it turns packed texts into vectors, while it is trained and before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import normalize

from eval.training.encoder.batches import pad
from eval.training.encoder.packed import Pack, Start, Texts

if TYPE_CHECKING:
    from transformers import BertModel


def make_encoder(start: Start, layers: Sequence[int] | None = None) -> BertModel:
    """Make the model of a pack, of these of its layers, counted from 0; None for all."""
    from transformers import BertConfig, BertModel

    model = BertModel(BertConfig.from_dict(start.config), add_pooling_layer=False)
    model.load_state_dict({name: torch.tensor(v) for name, v in start.tensors.items()})
    if layers is not None:
        kept = [model.encoder.layer[layer] for layer in layers]
        model.encoder.layer = torch.nn.ModuleList(kept)
        model.config.num_hidden_layers = len(kept)
    return model


class Encoder:
    """A model with the texts that it reads."""

    def __init__(self, model: BertModel, texts: Texts, device: torch.device) -> None:
        self.model = model
        torch.nn.Module.to(model, device)
        self._texts = texts
        self._device = device

    def vectors(self, numbers: Sequence[int]) -> Tensor:
        """Return the means of the tokens' vectors at unit length, float32 (n, hidden)."""
        filler = self.model.config.pad_token_id or 0
        ids, mask = (part.to(self._device) for part in pad(self._texts, numbers, filler))
        cuda = self._device.type == "cuda"
        with torch.autocast(self._device.type, torch.bfloat16, enabled=cuda):
            states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask[:, :, None].float()
        return normalize((states.float() * weights).sum(1) / weights.sum(1), dim=1)

    def all_vectors(self, numbers: NDArray[np.int32], tokens: int) -> Tensor:
        """Return the same of many texts, without gradients and chance, by length in batches.

        :param tokens: of a batch at most.
        """
        training = self.model.training
        self.model.train(False)
        order = np.argsort(self._texts.lengths[numbers], kind="stable")
        parts, at = [], 0
        with torch.no_grad():
            while at < len(order):
                longest = self._texts.lengths[numbers[order[at]]]
                stop = at + max(int(tokens // max(longest, 1)), 1)
                longest = self._texts.lengths[numbers[order[min(stop, len(order)) - 1]]]
                stop = at + max(int(tokens // longest), 1)
                parts.append(self.vectors(numbers[order[at:stop]].tolist()))
                at = stop
        self.model.train(training)
        vectors = torch.cat(parts)
        return torch.empty_like(vectors).index_copy_(
            0, torch.from_numpy(order).to(self._device), vectors
        )


class Teacher:
    """The vectors of a model that a student learns from; each text is read once."""

    def __init__(self, encoder: Encoder, count: int) -> None:
        self._encoder = encoder
        self._known = torch.zeros(count, dtype=torch.bool)
        self._vectors = torch.zeros(count, encoder.model.config.hidden_size)

    def vectors(self, numbers: NDArray[np.int32], tokens: int) -> Tensor:
        """Return the teacher's vectors, float32 (n, hidden), on the CPU."""
        wanted = torch.from_numpy(np.unique(numbers).astype(np.int64))
        new = wanted[~self._known[wanted]]
        if len(new):
            found = self._encoder.all_vectors(new.numpy().astype(np.int32), tokens)
            self._vectors[new] = found.cpu()
            self._known[new] = True
        return self._vectors[torch.from_numpy(numbers.astype(np.int64))]


def measure(encoder: Encoder, pack: Pack, tokens: int) -> dict[str, float]:
    """Return how the held queries find what answers them in the pool.

    :returns: `recall@1`, the part whose answer comes first, and `mrr`, the mean of 1 / rank.
    """
    queries = encoder.all_vectors(pack.held.queries, tokens)
    passages = encoder.all_vectors(pack.pool, tokens)
    place = {number: place for place, number in enumerate(pack.pool.tolist())}
    right = torch.tensor([place[number] for number in pack.held.passages.tolist()])
    scores = (queries @ passages.T).cpu()
    best = scores.gather(1, right[:, None])
    ranks = 1 + (scores > best).sum(1).float()
    return {
        "recall@1": round(float((ranks == 1).float().mean()), 4),
        "mrr": round(float((1 / ranks).mean()), 4),
    }
