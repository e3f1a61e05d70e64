"""What the checks of every dataset look at: rows, columns, texts, and who wrote them.

Each function makes one criterion. The code can be another one where a check looks at the same
thing twice; the number of the hint is always the check's own.
"""

from collections.abc import Callable, Collection, Sequence

from helpers.checks.evidence import METADATA, Call, failures
from helpers.checks.outcome import Criterion
from helpers.checks.rows import Row, Unusable, rows_of
from helpers.checks.texts import (
    is_cut_short,
    is_refusal,
    is_text,
    near_repeated,
    repeated,
    same_words,
    shown,
)
from helpers.messages import say

# One row in ten may be empty, repeated or otherwise off: models are like that.
TOLERATED = 0.1
# Two texts are near-duplicates when they share so much of the words of both.
NEAR = 0.9

# From a row's number to a sentence about it.
Describe = Callable[[int], str]


def few(
    code: str,
    title: str,
    off: Collection[int] | None,
    total: int,
    describe: Describe,
    expected: str,
    hint: int,
    tolerated: float = TOLERATED,
) -> Criterion:
    """Return a criterion that a small share of the rows may break.

    Args:
        code: the criterion's code.
        title: what must hold.
        off: the numbers of the rows that break it; `None` when that was not looked at yet.
        total: how many rows were looked at.
        describe: says of the first of these rows what stands there.
        expected: what was expected, in kind.
        hint: the number of the hint that helps.
        tolerated: the share of the rows that may break it.
    """
    if off is None or not total:
        return Criterion(code, title, None)
    holds = len(off) <= tolerated * total
    found = ""
    if not holds:
        found = say(
            "checks.criteria.share",
            "{off} of {total} rows are off; {first}.",
            off=len(off),
            total=total,
            first=describe(next(iter(off))),
        )
    return Criterion(code, title, holds, found, expected, hint)


# --- is there anything to look at? -----------------------------------------------------


def readable(value: object, wanted: Sequence[str], hint: int) -> tuple[list[Row], Criterion]:
    """Return the rows of a value, none where there are none, and whether it holds rows.

    Args:
        value: what the learner handed in.
        wanted: the columns that the check needs; they tell two datasets in one value apart.
        hint: the number of the hint that helps.

    >>> rows, criterion = readable([{"instruction": "Why?"}], ("instruction",), hint=1)
    >>> len(rows), criterion.holds
    (1, True)
    """
    title = say("checks.criteria.READABLE", "It holds rows")
    try:
        rows = rows_of(value, wanted=wanted)
    except Unusable as problem:
        return [], Criterion(problem.code, title, False, problem.found, hint=hint)
    found = say(
        "checks.criteria.NO_ROWS.found",
        "The dataset has 0 rows. Look at the lines that `run` printed: "
        "they say where the rows were lost.",
    )
    return rows, Criterion("NO_ROWS", title, bool(rows), found, hint=hint)


def columns_of(rows: list[Row]) -> set[str]:
    """Return all columns that the rows have."""
    return {column for row in rows for column in row}


def columns_there(
    rows: list[Row], wanted: Sequence[str], expected: str, hint: int, code: str = "NO_COLUMN"
) -> Criterion:
    """Return whether all wanted columns are there; what was found names those that are."""
    columns = columns_of(rows)
    missing = [column for column in wanted if column not in columns]
    found = say(
        "checks.criteria.NO_COLUMN.found",
        "The columns are {columns}.",
        columns=names(sorted(map(str, columns))),
    )
    if "generation" in columns and "generation" not in wanted:
        found += " " + say(
            "checks.criteria.NO_COLUMN.generation",
            "`generation` is the name that TextGeneration gives to what its model writes: "
            "an output mapping is missing.",
        )
    return Criterion(
        code,
        say("checks.criteria.NO_COLUMN", "It has the columns {columns}", columns=names(wanted)),
        not missing if rows else None,
        found=found,
        expected=expected,
        hint=hint,
    )


def names(columns: Collection[str]) -> str:
    """Return names as they stand in a sentence: each as code, with commas.

    >>> names(["instruction", "response"])
    '`instruction`, `response`'
    """
    return ", ".join(f"`{column}`" for column in columns)


def enough(rows: list[Row], least: int, hint: int, code: str = "FEW_ROWS") -> Criterion:
    """Return whether there are at least so many rows."""
    return Criterion(
        code,
        say("checks.criteria.FEW_ROWS", "There are at least {rows} rows", rows=least),
        len(rows) >= least if rows else None,
        found=say("checks.criteria.FEW_ROWS.found", "Rows: {rows}.", rows=len(rows)),
        expected=say("checks.criteria.FEW_ROWS.expected", "{rows} rows or more", rows=least),
        hint=hint,
    )


def filled(
    rows: list[Row], columns: Sequence[str], hint: int, code: str = "EMPTY"
) -> tuple[list[int], Criterion]:
    """Return the numbers of the rows with a text in each of the columns, and whether most have.

    Nothing is looked at where one of the columns is missing.
    """
    title = say("checks.criteria.EMPTY", "There is a text in {columns}", columns=names(columns))
    if not set(columns) <= columns_of(rows):
        return [], Criterion(code, title, None)
    full = [n for n, row in enumerate(rows) if all(is_text(row.get(c)) for c in columns)]
    having = set(full)
    criterion = few(
        code,
        title,
        [n for n in range(len(rows)) if n not in having],
        len(rows),
        lambda n: _empty_row(n, rows[n], columns),
        say(
            "checks.criteria.EMPTY.expected",
            "one text in each, not None, not empty, not a list",
        ),
        hint,
    )
    return full, criterion


def row_shown(number: int, row: Row, columns: Sequence[str]) -> str:
    """Return what stands in some columns of a row, as the middle of a sentence.

    >>> row_shown(3, {"instruction": "Why?"}, ["instruction"])
    'row 3 has instruction = “Why?”'
    """
    cells = ", ".join(f"{column} = {shown(row.get(column))}" for column in columns)
    return say("checks.criteria.row", "row {row} has {cells}", row=number, cells=cells)


def _empty_row(number: int, row: Row, columns: Sequence[str]) -> str:
    found = row_shown(number, row, columns)
    reasons = failures(row)
    if reasons:
        reason = say(
            "checks.criteria.EMPTY.reason", "the step said: {text}", text=shown(reasons[0])
        )
        found = f"{found} ({reason})"
    return found


# --- who wrote it? ---------------------------------------------------------------------


def by_a_model(
    rows: list[Row], unknown: dict[int, str], total: int, hint: int, code: str = "NO_MODEL"
) -> Criterion:
    """Return whether a model wrote the texts.

    Args:
        rows: all rows.
        unknown: for each row that has such a text, the column whose text no model wrote.
        total: how many rows were looked at.
        hint: the number of the hint that helps.
        code: the criterion's code.
    """

    def describe(n: int) -> str:
        if METADATA not in columns_of(rows):
            return say(
                "checks.criteria.NO_MODEL.no_metadata",
                "the column `distilabel_metadata`, in which distilabel notes what each model was "
                "given and what it wrote, is missing",
            )
        return say(
            "checks.criteria.NO_MODEL.found",
            "row {row} has {column} = {text}, and its `distilabel_metadata` names no task "
            "that wrote it",
            row=n,
            column=unknown[n],
            text=shown(rows[n].get(unknown[n])),
        )

    return few(
        code,
        say("checks.criteria.NO_MODEL", "A model wrote the texts"),
        list(unknown),
        total,
        describe,
        say(
            "checks.criteria.NO_MODEL.expected",
            "rows as the pipeline made them, with the column `distilabel_metadata`",
        ),
        hint,
    )


def is_elsewhere(answering: Call | None, instruction: str) -> bool:
    """Tell whether the call that wrote a response was given another text than its instruction."""
    return bool(answering and answering.inputs and not answering.was_asked(instruction))


def answers_its_own(
    rows: list[Row],
    elsewhere: Sequence[int],
    total: int,
    column: str,
    hint: int,
    code: str = "OTHER_PROMPT",
) -> Criterion:
    """Return whether the responses answer the text in `column` of their own row.

    Args:
        rows: all rows.
        elsewhere: the numbers of the rows whose response was written for another text.
        total: how many rows were looked at.
        column: where the instruction stands.
        hint: the number of the hint that helps.
        code: the criterion's code.
    """
    return few(
        code,
        say("checks.criteria.OTHER_PROMPT", "The response answers `{column}` of its own row",
            column=column),
        elsewhere,
        total,
        lambda n: row_shown(n, rows[n], (column, "response")),
        say(
            "checks.criteria.OTHER_PROMPT.expected",
            "a response that the model wrote when it was given this very text",
        ),
        hint,
    )  # fmt: skip


# --- is it any good? -------------------------------------------------------------------


def no_echo(
    rows: list[Row], numbers: Sequence[int], column: str, hint: int, code: str = "ECHO"
) -> Criterion:
    """Return whether few responses only say again what stands in `column`."""
    return few(
        code,
        say("checks.criteria.ECHO", "The response is not the instruction again"),
        [n for n in numbers if same_words(rows[n][column], rows[n]["response"])],
        len(numbers),
        lambda n: row_shown(n, rows[n], (column, "response")),
        say("checks.criteria.ECHO.expected", "an answer in the column `response`"),
        hint,
    )


def instructions_differ(
    rows: list[Row],
    full: Sequence[int],
    least: int,
    expected: str,
    hint: int,
    code: str = "DUPLICATES",
    column: str = "instruction",
) -> Criterion:
    """Return whether no row stands there twice and enough instructions differ.

    Several answers to one instruction are fine, as long as enough instructions differ.

    Args:
        rows: all rows.
        full: the numbers of the rows with both texts.
        least: how many rows the check wants, nearly all of them with another instruction.
        expected: what was expected, in kind.
        hint: the number of the hint that helps.
        code: the criterion's code.
        column: where the instruction stands.
    """
    title = say("checks.criteria.DIFFER", "No row stands there twice, and the instructions differ")
    if len(full) < 2:
        return Criterion(code, title, None)
    again = repeated(f"{rows[n][column]}\n{rows[n]['response']}" for n in full)
    instructions = [rows[n][column] for n in full]
    same = repeated(instructions)
    different = len(full) - len(same)
    # With too few rows FEW_ROWS has said so already.
    enough_differ = different >= (1 - TOLERATED) * min(least, len(full))
    place, earlier = (again or same or [(0, 0)])[0]
    return Criterion(
        code,
        title,
        len(again) <= TOLERATED * len(full) and enough_differ,
        found=say(
            "checks.criteria.DIFFER.found",
            "{total} rows, {different} different instructions; rows {earlier} and {row} have "
            "{column} = {instruction}.",
            total=len(full),
            different=different,
            earlier=full[earlier],
            row=full[place],
            column=column,
            instruction=shown(instructions[place]),
        ),
        expected=expected,
        hint=hint,
    )


def no_row_twice(
    rows: list[Row],
    numbers: Sequence[int],
    columns: Sequence[str],
    expected: str,
    hint: int,
    code: str = "DUPLICATES",
    tolerated: float = TOLERATED,
) -> Criterion:
    """Return whether few of the rows say in all these columns what an earlier row says."""
    texts = ["\n".join(str(rows[n].get(column)) for column in columns) for n in numbers]
    again = repeated(texts)
    earlier = {numbers[place]: numbers[first] for place, first in again}
    return few(
        code,
        say("checks.criteria.DUPLICATES", "No row stands there twice"),
        list(earlier) if len(numbers) > 1 else None,
        len(numbers),
        lambda n: say(
            "checks.criteria.DUPLICATES.found",
            "row {row} says what row {earlier} says: {cells}",
            row=n,
            earlier=earlier[n],
            cells=", ".join(f"{column} = {shown(rows[n].get(column))}" for column in columns),
        ),
        expected,
        hint,
        tolerated,
    )


def no_two_alike(
    rows: list[Row],
    numbers: Sequence[int],
    column: str,
    hint: int,
    code: str = "NEAR_DUPLICATES",
    near: float = NEAR,
    tolerated: float = TOLERATED,
) -> Criterion:
    """Return whether few texts of a column share nearly all words with an earlier one."""
    alike = near_repeated([rows[n][column] for n in numbers], near)
    earlier = {numbers[place]: numbers[first] for place, first in alike}
    return few(
        code,
        say("checks.criteria.NEAR_DUPLICATES", "No two texts in `{column}` are nearly the same",
            column=column),
        list(earlier) if len(numbers) > 1 else None,
        len(numbers),
        lambda n: say(
            "checks.criteria.NEAR_DUPLICATES.found",
            "row {row} has {column} = {text}, and row {earlier} has {other}",
            row=n,
            column=column,
            text=shown(rows[n][column]),
            earlier=earlier[n],
            other=shown(rows[earlier[n]][column]),
        ),
        say(
            "checks.criteria.NEAR_DUPLICATES.expected",
            "one text of those that share {near} of 100 words or more",
            near=round(100 * near),
        ),
        hint,
        tolerated,
    )  # fmt: skip


def no_refusals(
    rows: list[Row],
    numbers: Sequence[int],
    columns: Sequence[str],
    hint: int,
    code: str = "REFUSAL",
    tolerated: float = TOLERATED,
) -> Criterion:
    """Return whether few texts of these columns say that the model cannot help."""
    refused = {n: c for n in numbers for c in columns if is_refusal(rows[n].get(c))}
    return few(
        code,
        say("checks.criteria.REFUSAL", "No text refuses its task"),
        list(refused) if numbers else None,
        len(numbers),
        lambda n: row_shown(n, rows[n], (refused[n],)),
        say("checks.criteria.REFUSAL.expected", "rows in which the model did what it was asked"),
        hint,
        tolerated,
    )


def not_cut_short(
    rows: list[Row],
    numbers: Sequence[int],
    columns: Sequence[str],
    hint: int,
    code: str = "CUT_SHORT",
    tolerated: float = TOLERATED,
) -> Criterion:
    """Return whether few texts of these columns end in the middle of a sentence."""
    cut = {n: c for n in numbers for c in columns if is_cut_short(rows[n].get(c))}
    return few(
        code,
        say("checks.criteria.CUT_SHORT", "Each text comes to its end"),
        list(cut) if numbers else None,
        len(numbers),
        lambda n: say(
            "checks.criteria.CUT_SHORT.found",
            "the {column} of row {row} ends with “{text}”",
            row=n,
            column=cut[n],
            text=shown(str(rows[n][cut[n]])[-40:]).strip("“”"),
        ),
        say("checks.criteria.CUT_SHORT.expected", "texts that end where a sentence or a list ends"),
        hint,
        tolerated,
    )
