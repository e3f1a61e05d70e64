"""What it takes to judge many rows, and how near an estimate comes to the run that follows."""

from __future__ import annotations

import contextlib
import io
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import solutions

ROOT = Path(__file__).parents[1]
REFERENCES = ("instruction-", "preference-")
"""How the names of the reference solutions' pipelines begin; the examples on the way do not."""


def seconds_of_quality(count: int) -> dict[str, float]:
    """Return how long each look at so many rows takes, near-duplicates among them."""
    from helpers import deduplicate, filter_rows, quality_report

    rows = varied(count)
    taken = {}
    for look in (quality_report, filter_rows, deduplicate):
        begun = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            look(rows)
        taken[look.__name__] = time.perf_counter() - begun
    return taken


def varied(count: int) -> list[dict]:
    """Rows made of the shipped ones by changing up to twenty words of each text."""
    import pyarrow.parquet

    path = ROOT / "notebooks" / "data" / "instruction" / "train.parquet"
    shipped, draw = pyarrow.parquet.read_table(path).to_pylist(), random.Random(0)

    def changed(text: str) -> str:
        words = text.split()
        for _ in range(draw.choice((0, 1, 2, 5, 9, 20))):
            words[draw.randrange(len(words))] = f"word{draw.randrange(500)}"
        return " ".join(words)

    return [
        row | {"instruction": changed(row["instruction"]), "response": changed(row["response"])}
        for row in draw.choices(shipped, k=count)
    ]


def estimates() -> Iterator[tuple[str, float, float]]:
    """Yield for each reference pipeline its name, the seconds estimated, and those it took."""
    from helpers import estimate, run

    for pipeline in _pipelines():
        estimated = estimate(pipeline)["places"]["here"]["seconds"]
        begun = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            run(pipeline)
        yield pipeline.name, estimated, time.perf_counter() - begun


def _pipelines() -> list[Any]:
    """The pipelines that the solutions run, one of each name."""
    import helpers

    found: dict[str, Any] = {}
    whole_run = helpers.run

    def noted(pipeline: Any, *args: Any, **kwargs: Any) -> Any:
        found.setdefault(pipeline.name, pipeline)
        return whole_run(pipeline, *args, **kwargs)

    solutions.run_all(run=noted)
    return [made for name, made in found.items() if name.startswith(REFERENCES)]
