"""How fast a model writes: three seconds-per-something, measured here or worked out.

The time of one batch is `a` for each step (a token of the longest row), `b` for each token that
is written, and `c` for each token of the prompts. Decoding reads all weights once for a step,
however many rows there are, and that is `a`; `b` and `c` are arithmetic
(https://arxiv.org/abs/2211.05102).
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Speed:
    """Seconds of a model on a machine.

    Args:
        step: for each step of a batch.
        new: for each new token.
        prompt: for each token of a prompt.
        load: to load the model once.
        cores: how many of them one batch keeps busy.
    """

    step: float
    new: float
    prompt: float
    load: float = 0.0
    cores: int = 1

    def seconds(self, prompts: float, longest: float, new: float) -> float:
        """Return the seconds of one batch.

        Args:
            prompts: tokens of all its prompts.
            longest: tokens of its longest answer.
            new: tokens of all its answers.

        >>> Speed(step=0.01, new=0.001, prompt=0.0001).seconds(prompts=1000, longest=50, new=300)
        0.9
        """
        return self.step * longest + self.new * new + self.prompt * prompts


@dataclass(frozen=True)
class Shape:
    """What of a model counts for its speed and memory; weights and values of two bytes.

    Args:
        parameters: how many it has.
        layers: how many, each with keys and values of `width` numbers for each token.
        width: heads of keys and values, times the width of one.
    """

    parameters: float
    layers: int
    width: int

    @property
    def bytes(self) -> float:
        return 2 * self.parameters

    @property
    def bytes_per_token(self) -> int:
        """Of the keys and values that a batch keeps for each of its tokens."""
        return 2 * 2 * self.layers * self.width


SMOLLM2 = Shape(parameters=1.71e9, layers=24, width=2048)
"""SmolLM2-1.7B, from the configuration on its page."""


@dataclass(frozen=True)
class Card:
    """A GPU, by its data sheet.

    Args:
        name: what it is called.
        memory: gigabytes.
        bandwidth: bytes each second.
        arithmetic: operations each second, dense, on numbers of two bytes.
    """

    name: str
    memory: int
    bandwidth: float
    arithmetic: float


L4 = Card("NVIDIA L4", 24, 300e9, 121e12)
# How much of a data sheet programs reach, and what starting a layer's kernels from Python takes.
_READING, _RECKONING, _LAYER = 0.7, 0.4, 1.0e-3


def on_card(shape: Shape, card: Card) -> Speed:
    """Work out a model's speed on a GPU from data sheets, with transformers' own loop.

    >>> 0.01 < on_card(SMOLLM2, L4).step < 0.05
    True
    """
    operation = 2 * shape.parameters / (_RECKONING * card.arithmetic)
    reading = shape.bytes / (_READING * card.bandwidth)
    return Speed(max(reading, _LAYER * shape.layers), operation, operation, load=15.0)


def measured(llm: Any) -> Speed:
    """Measure a model of this machine as it is: some tokens in one row, then in many."""
    return Speed(**_elsewhere(_measure, llm))


def _measure(llm: Any) -> dict:
    from helpers.decoding import Row, Sampling, decode
    from helpers.models import threads

    begun = time.perf_counter()
    llm.load()
    load = time.perf_counter() - begun
    model = llm._pipeline.model
    is_small = llm._threads == 1
    new = 24 if is_small else 6

    def seconds(rows: int, prompt: int, new: int) -> float:
        batch = [Row([5 + i % 50 for i in range(prompt)], seed, new) for seed in range(rows)]
        begun = time.perf_counter()
        decode(model, batch, Sampling(), set())
        return time.perf_counter() - begun

    with threads(llm._threads):
        seconds(2, 8, 2)  # the first time is slower
        again = 3 if is_small else 1
        one = min(seconds(1, 8, new) for _ in range(again))
        many = min(seconds(24, 8, new) for _ in range(again))
        read = min(seconds(8, 256 if is_small else 64, 1) for _ in range(again))
    prompt = max(1e-9, (read - one / new) / (8 * (256 if is_small else 64)))
    # one = new (step + b) + 8 prompt; many = new (step + 24 b) + 24 * 8 prompt
    of_one, of_many = one - 8 * prompt, many - 24 * 8 * prompt
    each = max(1e-9, (of_many - of_one) / (23 * new))
    cores = 1 if is_small else (os.cpu_count() or 1)
    step = max(1e-9, of_one / new - each)
    return asdict(Speed(step, each, prompt, load, cores))


def on_this_cpu(shape: Shape) -> Speed:
    """Work out a model's speed here from how fast this CPU multiplies matrices of its size."""
    return Speed(**_elsewhere(_measure_products, shape))


def _measure_products(shape: Shape) -> dict:
    import torch

    # Of different matrices in turn, as layers come in turn, so that no cache holds them.
    width, depth, count = 2048, 8192, 6
    weights = [torch.randn(depth, width).to(torch.bfloat16) for _ in range(count)]
    parameters = width * depth * count

    def seconds(rows: int) -> float:
        """For each parameter, once for all rows."""
        values = torch.randn(rows, width).to(torch.bfloat16)
        taken = []
        for _ in range(3):
            begun = time.perf_counter()
            for weight in weights:
                values @ weight.T
            taken.append(time.perf_counter() - begun)
        return min(taken) / parameters

    with torch.inference_mode():
        one, some, many = seconds(1), seconds(16), seconds(128)
    each = max(1e-15, (some - one) / 15)
    # The rest of a layer (norms, attention, copying) takes about a third of what products take.
    whole = 1.3 * shape.parameters
    return asdict(
        Speed(
            whole * max(one - each, 0.0),
            whole * each,
            whole * many / 128,
            load=10.0,
            cores=len(os.sched_getaffinity(0)),
        )
    )


class NotMeasured(RuntimeError):
    """The process that measured ended before it had a result."""


_PATIENCE = 300  # seconds


def _elsewhere(work: Callable[[Any], dict], *args: Any) -> dict:
    """Do the work in a process of its own, whose memory and threads go with it."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)

    def child() -> None:
        def tell() -> None:
            try:
                there.send(work(*args))
            except Exception as error:  # noqa: BLE001  (told to the parent)
                there.send(f"{type(error).__name__}: {error}")

        # A forked process has none of the workers of its parent's OpenMP; a new thread does.
        thread = threading.Thread(target=tell)
        thread.start()
        thread.join()

    process = context.Process(target=child, daemon=True)
    process.start()
    there.close()
    try:
        result = here.recv() if here.poll(_PATIENCE) else "it took too long"
    except EOFError:
        result = "it ended, perhaps for want of memory"
    finally:
        process.kill()
        process.join()
    if isinstance(result, str):
        raise NotMeasured(result)
    return result
