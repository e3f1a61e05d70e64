"""What a hundred times the rows cost: time, and the memory of the session that asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def figures(count: int) -> tuple[float, float]:
    """Return seconds, and megabytes by which the session grew, for so many rows through 🐢.

    In a new Python, after a run of 20 rows, so that what is loaded once is not counted.
    """
    code = f"from benchmarks.growing import main; main({count})"
    told = subprocess.check_output([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT)
    seconds, megabytes = map(float, told.split()[-2:])
    return seconds, megabytes


def main(count: int) -> None:
    import time

    from helpers import processes, run
    from helpers.watching import quiet

    with quiet():
        run(turtle(20))
        before = processes.own(os.getpid())
        began = time.perf_counter()
        distiset = run(turtle(count))
    assert len(distiset["default"]["train"]) == count
    print(time.perf_counter() - began, (processes.own(os.getpid()) - before) / 2**20)


def turtle(count: int):
    """The first tier's pipeline: questions about subjects, and an answer to each."""
    from distilabel.pipeline import Pipeline
    from distilabel.steps import LoadDataFromDicts
    from distilabel.steps.tasks import TextGeneration

    from helpers import load_llm

    with Pipeline(name=f"turtle-{count}") as pipeline:
        load = LoadDataFromDicts(
            data=[{"instruction": f"Write a question about subject {n}."} for n in range(count)]
        )
        ask = TextGeneration(
            name="ask", llm=load_llm("tutor"), output_mappings={"generation": "question"}
        )
        answer = TextGeneration(
            name="answer", llm=load_llm("tutor"), input_mappings={"instruction": "question"}
        )
        load >> ask >> answer
    return pipeline
