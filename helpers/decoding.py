"""Sampling many rows in one batch, each row with a seed of its own.

`model.generate` draws one random number per batch and step, so a row's text
depends on the rows beside it. Here each row has its own row of random numbers,
and the token is found by inverting the cumulative distribution: one number per
token, whatever the batch. Rows that are done leave the batch, and the key-value
cache grows in place; on a model of a few million parameters this alone is worth
a factor of two, because copying the cache is most of a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from transformers.cache_utils import Cache, DynamicLayer


@dataclass(frozen=True)
class Sampling:
    """How to choose the next token.

    `temperature=0` takes the most likely token. `top_k=0` and `top_p=1.0` keep
    all tokens; `repetition_penalty=1.0` changes nothing.
    """

    temperature: float = 0.7
    top_p: float = 1.0
    top_k: int = 0
    repetition_penalty: float = 1.0

    def choose(self, logits: torch.Tensor, chance: torch.Tensor) -> torch.Tensor:
        """Return one token per row.

        Args:
            logits: scores, (rows, vocabulary).
            chance: a number in [0, 1) for each row, (rows,).
        """
        if self.temperature == 0:
            return logits.argmax(-1)
        scores = self._likely_ones(logits.float() / self.temperature)
        cumulated = torch.softmax(scores, -1).cumsum(-1)
        target = chance.clamp(max=1 - 1e-6)[:, None] * cumulated[:, -1:]
        return torch.searchsorted(cumulated, target, right=True)[:, 0]

    def _likely_ones(self, scores: torch.Tensor) -> torch.Tensor:
        if 0 < self.top_k < scores.shape[-1]:
            least = scores.topk(self.top_k).values[:, -1:]
            scores = scores.masked_fill(scores < least, -torch.inf)
        if self.top_p < 1:
            ordered, order = scores.sort(descending=True)
            probabilities = ordered.softmax(-1)
            beyond = probabilities.cumsum(-1) - probabilities > self.top_p
            beyond[:, 0] = False
            scores = scores.masked_fill(beyond.scatter(1, order, beyond), -torch.inf)
        return scores

    def penalise(self, logits: torch.Tensor, used: torch.Tensor) -> torch.Tensor:
        """Lower the scores of the tokens a row already has (arXiv:1909.05858)."""
        penalty = self.repetition_penalty
        lowered = torch.where(logits > 0, logits / penalty, logits * penalty)
        return torch.where(used, lowered, logits)


@dataclass
class Row:
    """One prompt to continue: its token ids, its seed, and how many tokens at most."""

    prompt: list[int]
    seed: int
    limit: int

    def chances(self) -> torch.Tensor:
        generator = torch.Generator().manual_seed(self.seed)
        return torch.rand(self.limit, generator=generator)


class _GrowingLayer(DynamicLayer):
    """A layer's keys and values, written into a buffer that doubles when it is full.

    transformers 5.23: `DynamicLayer` copies all keys and values at every token.
    """

    _HEADROOM = 64

    def update(self, keys, values, *args, **kwargs):
        if not self.is_initialized:
            self.dtype, self.device, self.is_initialized = keys.dtype, keys.device, True
            self._length, self._buffers = 0, None
        start, self._length = self._length, self._length + keys.shape[-2]
        self._make_room(keys, values, start)
        for buffer, new in zip(self._buffers, (keys, values)):
            buffer[:, :, start : self._length] = new
        self.keys, self.values = (b[:, :, : self._length] for b in self._buffers)
        return self.keys, self.values

    def _make_room(self, keys, values, filled: int) -> None:
        if self._buffers and self._length <= self._buffers[0].shape[2]:
            return
        room = max(self._length + self._HEADROOM, 2 * filled)
        old, self._buffers = self._buffers, []
        for index, new in enumerate((keys, values)):
            shape = (*new.shape[:2], room, new.shape[3])
            self._buffers.append(new.new_empty(shape))
            if old:
                self._buffers[index][:, :, :filled] = old[index][:, :, :filled]

    def keep_rows(self, rows: torch.Tensor) -> None:
        self._buffers = [buffer[rows] for buffer in self._buffers]
        self.keys, self.values = (b[:, :, : self._length] for b in self._buffers)


def batches(rows: list[Row], batch_size: int, token_budget: int) -> Iterator[list[int]]:
    """Yield the positions of rows that fit together: short ones first, so that
    little is padding, and no more than `token_budget` tokens of prompts and answers.
    """
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].prompt) + rows[i].limit)
    batch: list[int] = []
    for position in order:
        widest = len(rows[position].prompt) + rows[position].limit
        full = len(batch) >= batch_size or (len(batch) + 1) * widest > token_budget
        if batch and full:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


@torch.inference_mode()
def decode(
    model: torch.nn.Module,
    rows: list[Row],
    sampling: Sampling,
    stop: set[int],
    on_done: Callable[[int], None] = lambda rows: None,
) -> list[list[int]]:
    """Continue the rows in one batch, until a token of `stop` or the row's limit.

    Args:
        model: a causal language model of transformers.
        rows: the prompts; none is empty.
        sampling: how to choose tokens.
        stop: the ids that end a text; they are not part of it.
        on_done: told how many rows have ended, each time some have.

    Returns:
        The new token ids of each row.
    """
    device, width = model.device, max(len(row.prompt) for row in rows)
    longest = max(row.limit for row in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), width + longest, dtype=torch.long)
    chances = torch.zeros(len(rows), longest)
    for i, row in enumerate(rows):
        ids[i, width - len(row.prompt) :] = torch.tensor(row.prompt)
        mask[i, width - len(row.prompt) :] = 1
        chances[i, : row.limit] = row.chances()
    ids, mask, chances = ids.to(device), mask.to(device), chances.to(device)
    positions = (mask[:, :width].cumsum(1) - 1).clamp(min=0)
    limits = torch.tensor([row.limit for row in rows], device=device)
    stops = torch.tensor(sorted(stop), device=device)
    texts: list[list[int]] = [[] for _ in rows]

    cache = Cache(layer_class_to_replicate=_GrowingLayer)
    present = torch.arange(len(rows), device=device)  # which rows the batch holds
    going = torch.ones(len(rows), dtype=torch.bool, device=device)
    used = None
    for step in range(longest):
        logits = model(
            input_ids=ids,
            attention_mask=mask[:, : width + step],
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        ).logits[:, -1]
        if sampling.repetition_penalty != 1:
            if used is None:
                used = torch.zeros_like(logits, dtype=torch.long)
                used = used.scatter_reduce(1, ids, mask[:, :width], "amax").bool()
            logits = sampling.penalise(logits, used)
        token = sampling.choose(logits, chances[:, step])
        if used is not None:
            used.scatter_(1, token[:, None], True)
        going &= ~torch.isin(token, stops)
        for i, new, goes_on in zip(present.tolist(), token.tolist(), going.tolist()):
            if goes_on:
                texts[i].append(new)
        going &= limits > step + 1
        count = int(going.sum())
        on_done(len(rows) - count)
        if count == 0:
            break
        # Dropping rows copies the cache, so wait until it is worth it.
        if count <= 0.75 * len(present):
            keep = going.nonzero()[:, 0]
            for layer in cache.layers:
                layer.keep_rows(keep)
            present, token, limits = present[keep], token[keep], limits[keep]
            mask, chances, positions = mask[keep], chances[keep], positions[keep]
            used = used[keep] if used is not None else None
            going = going[keep]
        ids = token[:, None]
        positions = positions[:, -1:] + 1
    return texts


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the error says that the device has no memory left."""
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or (
        isinstance(error, RuntimeError) and "can't allocate memory" in str(error)
    )
