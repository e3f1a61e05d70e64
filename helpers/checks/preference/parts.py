"""A value of several parts, such as `{"completions": ..., "pairs": ...}`, and the rows of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from helpers.checks.criteria import columns_there, names, readable
from helpers.checks.outcome import Criterion
from helpers.checks.rows import Row, is_missing
from helpers.messages import say


def parts_of(
    value: object, wanted: Sequence[str], hint: int
) -> Iterator[Criterion]:  # returns dict[str, object]
    """Yield whether a value has these parts, each with something in it, and return those.

    A generator whose result is a dictionary: `parts = yield from parts_of(...)`.
    """
    title = say("preference.PARTS", "The check is given {parts}", parts=names(wanted))
    expected = say(
        "preference.PARTS.expected",
        "a dictionary with {parts}, as the notebook's cell writes it",
        parts=names(wanted),
    )
    if not isinstance(value, Mapping) or not set(wanted) <= set(value):
        found = say("preference.PARTS.found", "This is of type {kind}.", kind=type(value).__name__)
        yield Criterion("PARTS", title, False, found, expected, hint)
        return {}
    empty = [name for name in wanted if is_missing(value[name])]
    yield Criterion(
        "EMPTY_PART",
        title,
        not empty,
        say(
            "preference.EMPTY_PART.found",
            "Still empty: {parts}. Does the function that makes it return what it made?",
            parts=names(empty),
        ),
        expected,
        hint,
    )
    return {name: value[name] for name in wanted if name not in empty}


def rows_in(
    parts: Mapping[str, object],
    name: str,
    wanted: Sequence[str],
    expected: str,
    hint: int,
    hint_none: int | None = None,
) -> Iterator[Criterion]:  # returns list[Row]
    """Yield whether a part holds rows with these columns, and return the rows if it does.

    Args:
        parts: what the check was given.
        name: which part.
        wanted: the columns it must have.
        expected: what these columns are, in kind.
        hint: the number of the hint that helps.
        hint_none: the number of the hint that helps where there is no row at all.
    """
    has_rows = say("preference.READABLE", "`{part}` holds rows", part=name)
    has_columns = say(
        "preference.NO_COLUMN",
        "`{part}` has the columns {columns}",
        part=name,
        columns=names(wanted),
    )
    if name not in parts:
        yield Criterion("NO_ROWS", has_rows, None)
        yield Criterion("NO_COLUMN", has_columns, None)
        return []
    rows, holds_rows = readable(parts[name], wanted, hint)
    if holds_rows.code == "NO_ROWS" and hint_none:
        holds_rows = replace(holds_rows, hint=hint_none)
    yield replace(holds_rows, title=has_rows)
    complete = columns_there(rows, wanted, expected, hint)
    yield replace(complete, title=has_columns)
    return rows if complete.holds else []


def prompts_in(rows: list[Row]) -> int:
    """Return how many different prompts the rows have."""
    return len({str(row.get("instruction")) for row in rows})
