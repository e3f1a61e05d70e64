"""`browse`: read a dataset row by row."""

from collections.abc import Iterable, Sequence
from typing import Any

from helpers.checks.evidence import METADATA
from helpers.looking.cells import as_html, as_text
from helpers.looking.paging import Pages
from helpers.looking.shown import printable, safe
from helpers.looking.tables import Table, table_of
from helpers.messages import say

ROWS = 5
"""Rows on a page."""


def browse(
    dataset: Any, columns: Iterable[str] | None = None, search: str = "", rows: int = ROWS
) -> Pages:
    """Page through a dataset, search in it, and filter it by the values of a column.

    Only the rows of one page are read, however many there are.

    Args:
        dataset: what `run` returns, a Dataset, a DataFrame or a list of dictionaries.
        columns: the columns to show, in this order; without it, all.
        search: show only rows that hold this text, in capitals or not.
        rows: how many rows to show on a page.

    Returns:
        What a notebook shows with buttons, a page without a kernel as HTML, and a terminal as
        text.

    Raises:
        NothingToShow: there are no rows in it, or no column of such a name.

    >>> browse([{"instruction": "What is rain?", "response": "Water."}])
    Row 0
      instruction: What is rain?
      response: Water.
    Rows 1 to 1 of 1
    """
    table = table_of(dataset, "browse")
    chosen = _chosen(table, columns)

    def html(numbers: Sequence[int], searched: str) -> str:
        return "".join(_row_html(number, table.row(number), chosen, searched) for number in numbers)

    def text(numbers: Sequence[int], searched: str) -> str:
        return "\n".join(_row_text(number, table.row(number), chosen) for number in numbers)

    return Pages(table, html, text, max(1, int(rows)), search.strip())


def _chosen(table: Table, columns: Iterable[str] | None) -> list[str]:
    if columns is None:
        return sorted(table.columns, key=lambda name: name == METADATA)  # which says least, last
    return table.chosen(columns)


def _title(number: int) -> str:
    return say("look.row", "Row {number}", number=number)


def _row_html(number: int, row: dict, columns: list[str], search: str) -> str:
    cells = "".join(
        f'<div style="opacity:.75;overflow-wrap:anywhere"><b>{safe(name)}</b></div>'
        f'<div style="min-width:0">{as_html(row.get(name), search)}</div>'
        for name in columns
    )
    return (
        '<div style="border-top:1px solid rgba(127,127,127,.5);padding:.5em 0;line-height:1.5">'
        f"<div><b>{safe(_title(number))}</b></div>"
        '<div style="display:grid;grid-template-columns:minmax(5em,auto) minmax(0,1fr);'
        f'gap:.3em 1em">{cells}</div></div>'
    )


def _row_text(number: int, row: dict, columns: list[str]) -> str:
    lines = [_title(number)]
    for name in columns:
        first, *more = as_text(row.get(name)).split("\n")
        lines += [f"  {printable(name)}: {first}", *(f"    {line}" for line in more)]
    return "\n".join(lines)
