"""Any dataset as rows by number: of a large one only the rows that are asked for are read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from helpers.checks.rows import Row, Unusable, rows_of
from helpers.looking.cells import contains, plain
from helpers.looking.shown import NothingToShow
from helpers.messages import say

FEW = 30
"""A column with at most so many different values can be filtered by them."""

WORDY = 80
"""Letters: a value that is longer is a text to search in, not one to choose."""

_AT_ONCE = 2_000  # rows of a Dataset in one go


@dataclass(frozen=True)
class Table:
    """Rows by number, read where they are.

    Args:
        source: a `datasets.Dataset`, a DataFrame or a list of dictionaries.
        columns: their names.
        note: what there is to say of where the rows are from.
    """

    source: Any
    columns: list[str]
    note: str = ""

    def __len__(self) -> int:
        return len(self.source)

    def chosen(self, columns: str | Iterable[str]) -> list[str]:
        """Return the columns that somebody named.

        Raises:
            NothingToShow: one of them is not there.
        """
        names = [columns] if isinstance(columns, str) else list(columns)
        if missing := [name for name in names if name not in self.columns]:
            raise NothingToShow(
                say(
                    "look.no_column",
                    "There is no column {missing}. There are: {columns}",
                    missing=", ".join(map(str, missing)),
                    columns=", ".join(self.columns),
                )
            )
        return names

    def row(self, number: int) -> Row:
        """Return one row as plain Python: lists, texts, numbers and `None`."""
        if hasattr(self.source, "iloc"):
            return {name: plain(cell) for name, cell in self.source.iloc[number].items()}
        return {name: plain(cell) for name, cell in dict(self.source[number]).items()}

    def _cells(self, column: str) -> Iterator[Any]:
        """The cells of one column, top to bottom, without the rows around them."""
        if hasattr(self.source, "iloc"):
            return map(plain, self.source[column])
        return (plain(row.get(column)) for row in self.source)

    def matching(self, search: str = "", where: tuple[str, Any] | None = None) -> Sequence[int]:
        """Return the numbers of the rows that hold a text, or a value in a column.

        Args:
            search: a text that stands in any cell, in capitals or not.
            where: a column and the value that it has.
        """
        if not search and where is None:
            return range(len(self))
        if _is_arrow(self.source):
            return _matching_in_arrow(self.source, search, where)
        hits = set(range(len(self)))
        if where is not None:
            cells = enumerate(self._cells(where[0]))
            hits = {number for number, cell in cells if cell == where[1]}
        if search:
            columns = (enumerate(self._cells(name)) for name in self.columns)
            hits &= {n for cells in columns for n, cell in cells if contains(cell, search)}
        return sorted(hits)

    def values(self, column: str) -> dict[Any, int] | None:
        """Return how often each value of a column occurs; `None` where that is no help.

        No help are values of which there is only one, or more than `FEW`, lists, and long texts.
        """
        counts: Counter = Counter()
        for some in self._counted(column):
            counts.update(some)
            if len(counts) > FEW or any(len(str(value)) > WORDY for value in counts):
                return None
        return dict(counts) if len(counts) > 1 else None

    def _counted(self, column: str) -> Iterator[dict[Any, int]]:
        """Yield how often each value occurs in some rows, and then in the next ones."""
        if not _is_arrow(self.source):
            cells = iter(self._cells(column))
            while some := list(islice(cells, _AT_ONCE)):
                try:
                    yield Counter(some)
                except TypeError:  # a list or a dictionary is no value to choose
                    yield dict.fromkeys(range(FEW + 1), 1)
            return
        import pyarrow.compute as pc
        from pyarrow import types

        for batch in _batches(self.source.select_columns([column])):
            cells = batch.column(0)
            if types.is_nested(cells.type):
                yield dict.fromkeys(range(FEW + 1), 1)
                return
            counted = pc.value_counts(cells.combine_chunks()).to_pylist()
            yield {one["values"]: one["counts"] for one in counted}


def table_of(dataset: Any, function: str) -> Table:
    """Return a dataset's rows by number.

    Args:
        dataset: a Distiset, DatasetDict, Dataset, DataFrame, pyarrow table or list of
            dictionaries.
        function: the name of who asks, for the message.

    Raises:
        NothingToShow: there are no rows in it.
    """
    note = ""
    if isinstance(dataset, Mapping) and (parts := _parts(dataset)):
        name = next((name for name, part in parts.items() if len(part)), next(iter(parts)))
        dataset = parts[name]
        if len(parts) > 1:
            note = say(
                "look.part",
                "This is the part {name}, one of {names}.",
                name=name,
                names=", ".join(parts),
            )
    if type(dataset).__module__.startswith("pyarrow") and hasattr(dataset, "schema"):
        from datasets import Dataset

        dataset = Dataset(dataset)
    if _is_arrow(dataset):
        table = Table(dataset.with_format(None), list(dataset.column_names), note)
    elif hasattr(dataset, "iloc") and hasattr(dataset, "columns"):
        named = dataset.set_axis([str(name) for name in dataset.columns], axis=1)
        table = Table(named, list(named.columns), note)
    else:
        table = _from_list(dataset, function)
    if not len(table):
        raise NothingToShow(
            say("look.empty", "There are no rows in it, so {function}() has nothing to show.",
                function=function)
        )  # fmt: skip
    return table


def _from_list(dataset: Any, function: str) -> Table:
    if hasattr(dataset, "dag"):
        raise NothingToShow(
            say(
                "look.pipeline",
                "This is the pipeline itself, and it holds no rows. Give {function}() what "
                "`run(pipeline)` returns, or draw it with `draw(pipeline)`.",
                function=function,
            )
        )
    try:
        rows = rows_of(dataset, most=None)
    except Unusable as problem:
        if problem.code == "NO_ROWS":
            raise NothingToShow(problem.found) from None
        if isinstance(dataset, (list, tuple)):
            raise NothingToShow(problem.found) from None
        raise NothingToShow(
            say(
                "look.wrong_type",
                "This is of type {kind}, and there are no rows in that. {function}() takes what "
                "`run(pipeline)` returns, a Dataset, a DataFrame or a list of dictionaries.",
                kind=type(dataset).__name__,
                function=function,
            )
        ) from None
    return Table(rows, [str(name) for name in dict.fromkeys(key for row in rows for key in row)])


def _is_arrow(value: Any) -> bool:
    return hasattr(value, "column_names") and hasattr(value, "with_format") and hasattr(
        value, "__len__"
    )  # fmt: skip


def _parts(dataset: Mapping) -> dict[str, Any]:
    """The Datasets in a Distiset or a DatasetDict, by their names; none in another mapping."""
    parts: dict[str, Any] = {}
    for name, value in dataset.items():
        if isinstance(value, Mapping):
            parts |= {f"{name}/{inner}": part for inner, part in _parts(value).items()}
        elif _is_arrow(value):
            parts[str(name)] = value
    return parts


def _batches(dataset: Any) -> Iterator[Any]:
    """The rows as pyarrow tables, which point into the dataset and copy nothing."""
    return dataset.with_format("arrow").iter(batch_size=_AT_ONCE)


def _matching_in_arrow(dataset: Any, search: str, where: tuple[str, Any] | None) -> list[int]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    found: list[int] = []
    begin = 0
    for batch in _batches(dataset):
        hits = np.ones(len(batch), bool)
        if where is not None:
            column, value = batch.column(where[0]), where[1]
            same = pc.is_null(column) if value is None else pc.equal(
                column, pa.scalar(value, column.type)
            )  # fmt: skip
            hits &= _mask(same)
        if search:
            columns = [column.combine_chunks() for column in batch.columns]
            hits &= np.any([_holds(column, search) for column in columns], axis=0)
        found += (np.flatnonzero(hits) + begin).tolist()
        begin += len(batch)
    return found


def _mask(values: Any) -> Any:
    import numpy as np

    return np.asarray(values.fill_null(False).to_pylist(), bool)


def _holds(array: Any, search: str) -> Any:
    """For each cell of a pyarrow array: does the text stand in it, however deep?"""
    import numpy as np
    import pyarrow.compute as pc
    from pyarrow import types

    kind = array.type
    if types.is_struct(kind):
        fields = [_holds(part, search) for part in array.flatten()]
        return np.any(fields, axis=0) if fields else np.zeros(len(array), bool)
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        hits = np.zeros(len(array), bool)
        parents = pc.list_parent_indices(array).to_numpy(zero_copy_only=False)
        hits[parents[_holds(array.flatten(), search)]] = True
        return hits
    if types.is_null(kind) or types.is_binary(kind):
        return np.zeros(len(array), bool)
    texts = array if types.is_string(kind) or types.is_large_string(kind) else array.cast("string")
    return _mask(pc.match_substring(texts, search, ignore_case=True))
