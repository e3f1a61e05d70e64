"""What several steps that name the same model take: with one copy, with their own, and stock."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from helpers import processes

ROWS, TOKENS = 8, 16


@contextlib.contextmanager
def peak_memory() -> Iterator[list[int]]:
    """Yield a list whose only entry grows to the most bytes that all child processes held."""
    most, is_over = [0], threading.Event()

    def look() -> None:
        while not is_over.wait(0.3):
            most[0] = max(most[0], sum(map(processes.own, processes.below(os.getpid()))))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield most
    finally:
        is_over.set()
        looking.join()


def figures(model: Path, steps: int, kind: str) -> tuple[float, float]:
    """Return seconds and gigabytes (sum of proportional set sizes) of a run.

    Args:
        model: a folder.
        steps: how many tasks there are, one after the other.
        kind: `"shared"`, `"own"` for a copy in each step, or `"stock"` for distilabel's class.
    """
    from distilabel.models.llms import TransformersLLM
    from distilabel.pipeline import Pipeline
    from distilabel.steps import LoadDataFromDicts
    from distilabel.steps.tasks import TextGeneration

    from helpers import load_llm, run, sharing
    from helpers.watching import quiet

    def llm() -> TransformersLLM:
        if kind == "stock":
            options = {"max_new_tokens": TOKENS}
            return TransformersLLM(model=str(model), generation_kwargs=options)
        return load_llm(str(model), max_new_tokens=TOKENS)

    with Pipeline(name=f"{kind}-{steps}") as pipeline:
        last = LoadDataFromDicts(data=[{"instruction": f"Say {n}."} for n in range(ROWS)])
        for number in range(steps):
            task = TextGeneration(llm=llm(), output_mappings={"generation": f"text_{number}"})
            last >> task
            last = task
    before, sharing.WORTH = sharing.WORTH, 0 if kind == "shared" else 2**50
    try:
        began = time.perf_counter()
        with peak_memory() as most, quiet():
            run(pipeline)
        return time.perf_counter() - began, most[0] / 2**30
    finally:
        sharing.WORTH = before
