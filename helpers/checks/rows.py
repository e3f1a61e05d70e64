"""From whatever a learner hands in to plain rows, a list of dictionaries."""

import math
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from helpers.messages import say

Row = dict[str, Any]

MOST = 5_000
"""The most rows that a check looks at: some seconds' worth."""


class Unusable(Exception):
    """The value has no rows in it; `code` and `found` say what it is instead."""

    def __init__(self, code: str, found: str) -> None:
        super().__init__(found)
        self.code = code
        self.found = found


def is_missing(value: object) -> bool:
    """Tell whether a gap was left as it is: `...`, or the `None` that such a gap returns."""
    return value is None or value is Ellipsis


def rows_of(value: object, wanted: Iterable[str] = (), most: int | None = MOST) -> list[Row]:
    """Return the rows of a Distiset, DatasetDict, Dataset, DataFrame or list of dictionaries.

    Args:
        value: what the learner handed in.
        wanted: column names; of several datasets in one value the first that has all of
            them is taken, or else the first.
        most: how many rows there may be; `None` for any number.

    Raises:
        Unusable: the value holds no rows, or too many, with a code and a sentence that say so.

    >>> rows_of([{"instruction": "What is rain?"}])
    [{'instruction': 'What is rain?'}]
    """
    kind = type(value).__name__
    if isinstance(value, Mapping):
        return _rows_of_mapping(value, tuple(wanted), most)
    if isinstance(value, (list, tuple)):
        return _rows_of_list(value, most)
    module = type(value).__module__.partition(".")[0]
    if module in ("pandas", "datasets", "pyarrow") and hasattr(value, "__len__"):
        _refuse_more_than(most, len(value))
    if module == "pandas" and kind == "DataFrame":
        return [
            {str(name): _no_nan(cell) for name, cell in row.items()}
            for row in value.to_dict("records")
        ]
    if module == "datasets" and hasattr(value, "column_names"):
        rows = [dict(row) for row in islice(value, None if most is None else most + 1)]
        _refuse_more_than(most, len(rows))  # of a dataset that is streamed
        return rows
    if module == "pyarrow" and hasattr(value, "to_pylist"):
        return value.to_pylist()
    if hasattr(value, "dag") and hasattr(value, "run"):
        raise Unusable(
            "NOT_RUN",
            say(
                "checks.rows.not_run",
                "This is the pipeline itself. It holds no rows before it has run: "
                "give the check what `run(pipeline)` returns.",
            ),
        )
    if callable(value):
        raise Unusable(
            "NOT_CALLED",
            say(
                "checks.rows.not_called",
                "This is the function or class `{name}` itself, not what it returns: "
                "call it, with brackets.",
                name=getattr(value, "__name__", kind),
            ),
        )
    if isinstance(value, Iterable) and hasattr(value, "__next__"):
        raise Unusable(
            "WRONG_TYPE",
            say(
                "checks.rows.generator",
                "This is a {kind}, which gives its rows away only once: "
                "turn it into a list first, with `list(...)`.",
                kind=kind,
            ),
        )
    raise Unusable("WRONG_TYPE", _wrong_type(kind))


def _rows_of_mapping(value: Mapping, wanted: tuple[str, ...], most: int | None) -> list[Row]:
    """A Distiset is a dictionary of DatasetDicts, which are dictionaries of Datasets."""
    if not value:
        raise Unusable(
            "NO_ROWS",
            say(
                "checks.rows.empty",
                "There are no rows in it at all. Look at the lines that `run` printed: "
                "they say where the rows were lost.",
            ),
        )
    if all(isinstance(name, str) for name in value) and _are_columns(value):
        lengths = {len(column) for column in value.values()}
        if len(lengths) == 1:
            _refuse_more_than(most, max(lengths))
            return [dict(zip(value, cells)) for cells in zip(*value.values())]
    inner = list(value.values())
    if not all(isinstance(part, Mapping) or hasattr(part, "column_names") for part in inner):
        raise Unusable("WRONG_TYPE", _wrong_type(type(value).__name__))
    parts = [rows_of(part, wanted, most) for part in inner]
    fitting = [rows for rows in parts if rows and all(name in rows[0] for name in wanted)]
    return (fitting or parts)[0]


def _are_columns(value: Mapping) -> bool:
    return all(isinstance(column, (list, tuple)) for column in value.values())


def _rows_of_list(value: list | tuple, most: int | None) -> list[Row]:
    if not value:
        raise Unusable(
            "NO_ROWS", say("checks.rows.empty_list", "The list is empty: there are no rows.")
        )
    _refuse_more_than(most, len(value))
    for number, row in enumerate(value):
        if not isinstance(row, Mapping):
            raise Unusable(
                "WRONG_TYPE",
                say(
                    "checks.rows.not_a_row",
                    "Row {number} of this list is of type {kind}. "
                    "A row is a dictionary, with the column names as its keys.",
                    number=number,
                    kind=type(row).__name__,
                ),
            )
    return [dict(row) for row in value]


def _refuse_more_than(most: int | None, rows: int) -> None:
    if most is not None and rows > most:
        raise Unusable(
            "TOO_MANY_ROWS",
            say(
                "checks.rows.too_many",
                "There are {rows} rows in it, and a check looks at {most} at most. Give it some "
                "of them: `dataset.select(range({most}))`, or `rows[:{most}]` of a list.",
                rows=rows,
                most=most,
            ),
        )


def _wrong_type(kind: str) -> str:
    return say(
        "checks.rows.wrong_type",
        "This is of type {kind}, and there are no rows in that. The check takes what "
        "`run(pipeline)` returns, a Dataset, a DataFrame or a list of dictionaries.",
        kind=kind,
    )


def _no_nan(cell: object) -> object:
    """pandas writes a missing cell as NaN, or as its own NA."""
    if isinstance(cell, float) and math.isnan(cell):
        return None
    return None if type(cell).__name__ in ("NAType", "NaTType") else cell
