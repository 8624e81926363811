"""A transformer as it turns packed texts into vectors, while it is trained and before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import normalize

from eval.training.encoder.batches import iter_by_length, pad
from eval.training.encoder.blocks import Floats
from eval.training.encoder.packed import Pack
from eval.training.encoder.packfile import Start
from eval.training.encoder.texts import Texts
from eval.training.encoder.trainer import Settings

if TYPE_CHECKING:
    from transformers import BertModel


def make_encoder(start: Start) -> BertModel:
    """Make the model of a pack."""
    from transformers import BertConfig, BertModel

    model = BertModel(BertConfig.from_dict(start.config), add_pooling_layer=False)
    model.load_state_dict({name: torch.tensor(v) for name, v in start.tensors.items()})
    return model


def make_learner(start: Start, settings: Settings) -> BertModel:
    """Make what is trained of the model of a pack: its layers, what is frozen, its dropout."""
    if (dropout := settings.dropout) is not None:
        names = ("hidden_dropout_prob", "attention_probs_dropout_prob")
        start = replace(start, config={**start.config, **dict.fromkeys(names, dropout)})
    model = make_encoder(start)
    if settings.layers is not None:
        kept = [model.encoder.layer[layer] for layer in settings.layers]
        model.encoder.layer = torch.nn.ModuleList(kept)
        model.config.num_hidden_layers = len(kept)
    model.embeddings.word_embeddings.requires_grad_(not settings.frozen_embeddings)
    if settings.frozen_layers:
        for part in (model.embeddings, *model.encoder.layer[: settings.frozen_layers]):
            part.requires_grad_(False)
    return model


def take_tensors(model: torch.nn.Module) -> dict[str, Floats]:
    """Return the tensors of a model as they are now, float32, by the names of its state dict."""
    return {name: value.cpu().float().numpy() for name, value in model.state_dict().items()}


def mixed_precision(device: str) -> torch.autocast:
    """Return what multiplies in bfloat16: all on a GPU, what is learned on a CPU that can.

    :param device: "cuda" or "cpu".
    """
    able = torch.cpu._is_avx512_bf16_supported()  # no public name for it
    fit = device == "cuda" or (able and torch.is_grad_enabled())
    return torch.autocast(device, torch.bfloat16, enabled=fit)


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
        rows = [self._texts[number] for number in numbers]
        ids, mask = (part.to(self._device) for part in pad(rows, filler))
        with mixed_precision(self._device.type):
            states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask[:, :, None].float()
        return normalize((states.float() * weights).sum(1) / weights.sum(1), dim=1)

    def all_vectors(self, numbers: NDArray[np.int32], tokens: int) -> Tensor:
        """Return the same of many texts, without gradients and chance, by length in batches.

        :param tokens: of a batch at most.
        """
        training = self.model.training
        self.model.train(False)
        batches = list(iter_by_length(self._texts.lengths[numbers], tokens))
        with torch.no_grad():
            vectors = torch.cat([self.vectors(numbers[batch].tolist()) for batch in batches])
        self.model.train(training)
        order = torch.from_numpy(np.concatenate(batches)).to(self._device)
        return torch.empty_like(vectors).index_copy_(0, order, vectors)


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
