"""How long each check looks at 1,000 rows: what its reference solution hands it, repeated."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks import solutions


def seconds_of_each(rows: int) -> Iterator[tuple[str, float]]:
    """Yield each check's name and how many seconds one look at so many rows takes."""
    from helpers.checks import evaluate

    for key, value in handed_in():
        larger = repeated(value, rows)
        begun = time.perf_counter()
        evaluate(key, larger)
        yield key, time.perf_counter() - begun


def handed_in() -> list[tuple[str, Any]]:
    """Run the solutions and return what they give to each check."""
    given: list[tuple[str, Any]] = []
    solutions.run_all(check=lambda key, value: given.append((key, value)))
    return given


def repeated(value: Any, rows: int) -> Any:
    """Return a dataset, or each dataset of several, with its rows again and again."""
    from helpers.checks.rows import Unusable, rows_of

    if type(value) is dict:
        return {name: repeated(part, rows) for name, part in value.items()}
    if not isinstance(value, (Mapping, list)) and not hasattr(value, "column_names"):
        return value
    try:
        table = rows_of(value)
    except Unusable:
        return value
    return (table * (rows // len(table) + 1))[:rows]
