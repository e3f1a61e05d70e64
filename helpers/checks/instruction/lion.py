"""The 🦁 checks of the instruction notebook: evolved instructions, and what a filter leaves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from helpers.checks.criteria import (
    answers_its_own,
    by_a_model,
    columns_of,
    columns_there,
    enough,
    few,
    filled,
    no_echo,
    no_refusals,
    no_row_twice,
    no_two_alike,
    not_cut_short,
    readable,
    row_shown,
)
from helpers.checks.evidence import (
    RESPONSE_LIKENESS,
    Call,
    calls,
    is_list,
    models,
    rewrote,
    traces,
    writer,
)
from helpers.checks.outcome import Check, Criterion
from helpers.checks.rows import Row, is_missing, rows_of
from helpers.checks.texts import (
    is_about,
    is_text,
    plain,
    same_words,
    share_of_words,
    shown,
    stands_in,
)
from helpers.messages import say

ROWS = 24
ORIGINAL, EVOLVED, RESPONSE = COLUMNS = ("instruction", "evolved_instruction", "response")
# What a model may get wrong before the filter: a quarter of its evolutions each way. An
# evolution may ask something rarer in words of its own, so half of them may leave the subject.
FAILED, ASTRAY = 0.25, 0.5
# After the filter only what is a matter of judgement may remain, in one row of twenty.
LEFT = 0.05
# A filter that keeps less than this has thrown away good rows; so has one that leaves no rows.
KEPT, LEAST = 0.25, 12
# The columns that may say what an instruction is about.
SEEDS = ("subject", "passage", "input", "seed", "context", "text")


# --- instruction.lion.evolved ----------------------------------------------------------


def evolved_criteria(dataset: object) -> Iterator[Criterion]:
    """Look at the evolutions beside their originals, and at the answers."""
    rows, is_readable = readable(dataset, COLUMNS, hint=1)
    yield is_readable
    one_each = _one_evolution_in_each_row(rows)
    yield one_each
    if one_each.holds is False:
        rows = []
    expected = say(
        "instruction.lion.evolved.NO_COLUMN.expected",
        "the instruction as it was, what it became, and the answer to what it became",
    )
    yield columns_there(rows, COLUMNS, expected, hint=2)
    yield enough(rows, ROWS, hint=1)
    full, most_are_filled = filled(rows, COLUMNS, hint=3)
    yield most_are_filled
    changed = [n for n in full if not _is_unchanged(rows[n])]
    yield few(
        "UNCHANGED",
        say("instruction.lion.evolved.UNCHANGED", "The instructions really changed"),
        [n for n in full if _is_unchanged(rows[n])],
        len(full),
        lambda n: row_shown(n, rows[n], (ORIGINAL, EVOLVED)),
        say(
            "instruction.lion.evolved.UNCHANGED.expected",
            "the original beside a rewritten instruction; a quarter of them may have failed",
        ),
        hint=2,
        tolerated=FAILED,
    )
    yield from _written_and_answered(rows, full, changed)
    yield no_echo(rows, full, EVOLVED, hint=3)
    yield no_refusals(rows, full, (EVOLVED,), hint=5, tolerated=FAILED)
    yield not_cut_short(rows, full, (EVOLVED,), hint=5, tolerated=FAILED)
    yield few(
        "OFF_SUBJECT",
        say("instruction.lion.evolved.OFF_SUBJECT", "They still speak of the same subject"),
        [n for n in full if not _is_on_subject(rows[n])],
        len(full),
        lambda n: row_shown(n, rows[n], (ORIGINAL, EVOLVED)),
        say(
            "instruction.lion.evolved.OFF_SUBJECT.expected",
            "in half of the rows or more an evolution that shares a word of substance with its "
            "original, its subject or its passage",
        ),
        hint=2,
        tolerated=ASTRAY,
    )
    yield no_row_twice(
        rows,
        full,
        (ORIGINAL, EVOLVED),
        say(
            "instruction.lion.evolved.DUPLICATES.expected",
            "instructions that differ, each evolved on its own",
        ),
        hint=1,
    )


def _one_evolution_in_each_row(rows: list[Row]) -> Criterion:
    title = say("instruction.lion.evolved.NOT_EXPLODED", "Each row holds one evolution")
    columns = columns_of(rows)
    column = EVOLVED if EVOLVED in columns else "evolved_instructions"
    if column not in columns:
        return Criterion("NOT_EXPLODED", title, None)
    return few(
        "NOT_EXPLODED",
        title,
        [n for n, row in enumerate(rows) if is_list(row.get(column))],
        len(rows),
        lambda n: say(
            "instruction.lion.evolved.NOT_EXPLODED.found",
            "row {row} has a list of {count} in `{column}`",
            row=n,
            count=len(rows[n][column]),
            column=column,
        ),
        say(
            "instruction.lion.evolved.NOT_EXPLODED.expected",
            "one text in `evolved_instruction`; `store_evolutions=True` keeps all of them",
        ),
        hint=2,
    )


def _is_unchanged(row: Row) -> bool:
    return same_words(row[ORIGINAL], row[EVOLVED])


def _is_on_subject(row: Row) -> bool:
    seeds = (row.get(name) for name in SEEDS)
    return is_about(row[EVOLVED], row[ORIGINAL], *(seed for seed in seeds if is_text(seed)))


def _written_and_answered(
    rows: list[Row], full: list[int], changed: list[int]
) -> Iterator[Criterion]:
    """EvolInstruct's own texts leave no proof but its name, so the answer is what is proved."""
    unknown: dict[int, str] = {}
    elsewhere: list[int] = []
    before: list[int] = []
    for n in full:
        made = calls(rows[n])
        answering = writer(made, rows[n][RESPONSE], RESPONSE_LIKENESS)
        if answering is None and not _answers_are_its_own(rows[n]):
            unknown[n] = RESPONSE
        elif _was_loaded(rows[n], answering):
            unknown[n] = EVOLVED
        if answering is None or n not in changed:
            continue
        if _was_given(answering, rows[n][EVOLVED]):
            continue
        (before if _was_given(answering, rows[n][ORIGINAL]) else elsewhere).append(n)
    yield by_a_model(rows, unknown, len(full), hint=4)
    yield few(
        "ANSWERED_BEFORE",
        say(
            "instruction.lion.evolved.ANSWERED_BEFORE",
            "The response answers the evolved instruction",
        ),
        before,
        len(full),
        lambda n: say(
            "instruction.lion.evolved.ANSWERED_BEFORE.found",
            "the response of row {row} was written for {original}, and not for {evolved}",
            row=n,
            original=shown(rows[n][ORIGINAL]),
            evolved=shown(rows[n][EVOLVED]),
        ),
        say(
            "instruction.lion.evolved.ANSWERED_BEFORE.expected",
            "an answer that was written after the evolution, to what the instruction became",
        ),
        hint=3,
    )
    yield answers_its_own(rows, elsewhere, len(full), EVOLVED, hint=3)


def _answers_are_its_own(row: Row) -> bool:
    """EvolInstruct with `generate_answers` writes the answers itself and keeps no text."""
    return any(name.startswith("answer_") for name in traces(row))


def _was_loaded(row: Row, answering: Call | None) -> bool:
    """No task is named that made the evolved instruction: it was there before."""
    if answering is None:
        return False
    others = [call for call in calls(row) if call.task != answering.task]
    return not rewrote(row, others, row[ORIGINAL], row[EVOLVED])


def _was_given(call: Call, text: str) -> bool:
    """Nearly all words: an evolution often holds its whole original, and some words more."""
    return any(
        same_words(text, given) or stands_in(text, given) or share_of_words(text, given) >= 0.95
        for given in call.inputs
    )


def _evolved_hints() -> list[str]:
    return [
        say(
            "instruction.lion.evolved.hint.1",
            "The check takes what `run(pipeline)` returns, before any filter. Each instruction "
            "that you load becomes one row, so load 24 or more, all different.",
        ),
        say(
            "instruction.lion.evolved.hint.2",
            "`EvolInstruct(llm=..., num_evolutions=1)` reads `instruction` and writes "
            "`evolved_instruction`. Leave both where they are: no mapping, no renaming. The "
            "prompts that ask for an evolution are its own; you write none.",
        ),
        say(
            "instruction.lion.evolved.hint.3",
            "`TextGeneration` reads the column `instruction`, where the original still stands. "
            "An input mapping makes it read another one: on the left the task's own name, on the "
            "right the column of your rows.",
        ),
        say(
            "instruction.lion.evolved.hint.4",
            "Give the check the rows as they come out of `run`, with `distilabel_metadata`. "
            "distilabel notes there which tasks a row went through.",
        ),
        say(
            "instruction.lion.evolved.hint.5",
            "If many evolutions break off, the model had no room left: give `load_llm` more "
            "`max_new_tokens`. If many refuse, read their originals: what were they asked?",
        ),
    ]


def _evolved_explanation(dataset: object) -> str:
    rows = [r for r in rows_of(dataset, wanted=COLUMNS) if all(is_text(r.get(c)) for c in COLUMNS)]
    before = sum(len(row[ORIGINAL].split()) for row in rows) / len(rows)
    after = sum(len(row[EVOLVED].split()) for row in rows) / len(rows)
    failed = sum(_is_unchanged(row) or not _is_on_subject(row) for row in rows)
    return say(
        "instruction.lion.evolved.explanation",
        "{rows} instructions, evolved by {models}: from {before:.0f} words on average to "
        "{after:.0f}. At first sight {failed} of them did not change or lost their subject. "
        "The next task is to find such rows.",
        rows=len(rows),
        models=", ".join(models(rows)) or say("checks.criteria.a_model", "a model"),
        before=before,
        after=after,
        failed=failed,
    )


# --- instruction.lion.filtered ---------------------------------------------------------


def filtered_criteria(value: object) -> Iterator[Criterion]:
    """Look at the rows before and after the filter, and at the counts of what it removed."""
    parts = _parts(value)
    yield Criterion(
        "BEFORE_AND_AFTER",
        say("instruction.lion.filtered.BEFORE_AND_AFTER", "Both datasets and the counts are there"),
        parts is not None,
        found=_not_the_parts(value),
        expected=say(
            "instruction.lion.filtered.BEFORE_AND_AFTER.expected",
            'a dictionary with "before" and "after", which hold rows, and "removed", which says '
            "how many rows were removed for which reason",
        ),
        hint=1,
    )
    before, all_readable = readable(parts["before"], COLUMNS, 1) if parts else ([], None)
    after, left = readable(parts["after"], COLUMNS, 2) if parts else ([], None)
    titles = (
        say("instruction.lion.filtered.before", "There are rows before the filter"),
        say("instruction.lion.filtered.after", "There are rows after the filter"),
    )
    for title, criterion in zip(titles, (all_readable, left)):
        yield replace(criterion, title=title) if criterion else Criterion("NO_ROWS", title, None)
    expected = say(
        "instruction.lion.filtered.NO_COLUMN.expected",
        "the same columns as before: a filter only leaves rows out",
    )
    has_columns = columns_there(after, COLUMNS, expected, hint=2)
    yield has_columns
    if not has_columns.holds or not before:
        after = []
    yield from _only_rows_from_before(before, after)
    yield from _counts(parts["removed"] if parts else None, before, after)
    yield from _no_failure_is_left(after)
    yield _not_too_strict(before, after)


def _parts(value: object) -> Mapping[str, Any] | None:
    if not isinstance(value, Mapping):
        return None
    wanted = ("before", "after", "removed")
    return value if all(not is_missing(value.get(name)) for name in wanted) else None


def _not_the_parts(value: object) -> str:
    if isinstance(value, Mapping):
        missing = [n for n in ("before", "after", "removed") if is_missing(value.get(n))]
        return say(
            "instruction.lion.filtered.BEFORE_AND_AFTER.missing",
            "In this dictionary there is nothing under {names}.",
            names=", ".join(f'"{name}"' for name in missing),
        )
    return say(
        "instruction.lion.filtered.BEFORE_AND_AFTER.found",
        "This is of type {kind}.",
        kind=type(value).__name__,
    )


def _only_rows_from_before(before: list[Row], after: list[Row]) -> Iterator[Criterion]:
    known = {_identity(row) for row in before}
    yield few(
        "NEW_ROWS",
        say("instruction.lion.filtered.NEW_ROWS", "Every row stood there before"),
        [n for n, row in enumerate(after) if _identity(row) not in known],
        len(after),
        lambda n: row_shown(n, after[n], COLUMNS),
        say(
            "instruction.lion.filtered.NEW_ROWS.expected",
            "rows as they were, or not at all: mending a row is another step",
        ),
        hint=2,
        tolerated=0,
    )


def _identity(row: Row) -> tuple[str, ...]:
    return tuple(plain(str(row.get(column))) for column in COLUMNS)


def _counts(removed: object, before: list[Row], after: list[Row]) -> Iterator[Criterion]:
    counts = _numbers(removed)
    gone = len(before) - len(after)
    title = say("instruction.lion.filtered.COUNTS", "The counts say what became of each row")
    if not after:
        yield Criterion("COUNTS", title, None)
        return
    if counts is None:
        found = say(
            "instruction.lion.filtered.COUNTS.kind",
            '"removed" is of type {kind}.',
            kind=type(removed).__name__,
        )
    elif below := [reason for reason, count in counts.items() if count < 0]:
        found = say(
            "instruction.lion.filtered.COUNTS.below",
            'Under "{reason}" stands {count}, and no filter removes fewer rows than none.',
            reason=below[0],
            count=counts[below[0]],
        )
    else:
        found = say(
            "instruction.lion.filtered.COUNTS.found",
            "{before} rows before, {after} after: {gone} are gone. The counts add up to {sum}.",
            before=len(before),
            after=len(after),
            gone=gone,
            sum=sum(counts.values()),
        )
    yield Criterion(
        "COUNTS",
        title,
        counts is not None
        and min(counts.values(), default=0) >= 0
        and sum(counts.values()) == gone,
        found=found,
        expected=say(
            "instruction.lion.filtered.COUNTS.expected",
            "for each reason the number of rows that were removed for it, each row counted once",
        ),
        hint=3,
    )


def _numbers(removed: object) -> dict[str, int] | None:
    """The counts by reason; under a reason the rows themselves count, too."""
    if isinstance(removed, Mapping):
        counts = {}
        for reason, count in removed.items():
            if isinstance(count, (list, tuple)):
                count = len(count)
            if isinstance(count, bool) or not hasattr(count, "__index__"):
                return None
            counts[str(reason)] = int(count)
        return counts
    if type(removed).__name__ == "Series" and hasattr(removed, "to_dict"):
        return _numbers(removed.to_dict())
    return None


# For each failure its code, its title, and how a row shows it.
def _failures() -> list[tuple[str, str, Callable[[Row], bool], tuple[str, ...]]]:
    return [
        (
            "UNCHANGED",
            say("instruction.lion.filtered.UNCHANGED", "No instruction is as it was"),
            _is_unchanged,
            (ORIGINAL, EVOLVED),
        ),
        (
            "OFF_SUBJECT",
            say("instruction.lion.filtered.OFF_SUBJECT", "None has lost its subject"),
            lambda row: not _is_on_subject(row),
            (ORIGINAL, EVOLVED),
        ),
    ]


def _no_failure_is_left(after: list[Row]) -> Iterator[Criterion]:
    full = [n for n, row in enumerate(after) if all(is_text(row.get(c)) for c in COLUMNS)]
    having = set(full)
    none = say("instruction.lion.filtered.left.expected", "no such row after the filter")
    yield few(
        "EMPTY",
        say("instruction.lion.filtered.EMPTY", "No text is missing"),
        [n for n in range(len(after)) if n not in having],
        len(after),
        lambda n: row_shown(n, after[n], COLUMNS),
        none,
        hint=4,
        tolerated=0,
    )
    for code, title, is_off, columns in _failures():
        yield few(
            code,
            title,
            [n for n in full if is_off(after[n])],
            len(full),
            lambda n, columns=columns: row_shown(n, after[n], columns),
            none,
            hint=4,
            tolerated=0 if code == "UNCHANGED" else LEFT,
        )
    yield no_refusals(after, full, (EVOLVED, RESPONSE), hint=4, tolerated=LEFT)
    yield not_cut_short(after, full, (EVOLVED, RESPONSE), hint=4, tolerated=LEFT)
    yield no_row_twice(after, full, (EVOLVED,), none, hint=5, tolerated=0)
    yield no_two_alike(after, full, EVOLVED, hint=5, tolerated=LEFT)


def _not_too_strict(before: list[Row], after: list[Row]) -> Criterion:
    least = max(min(LEAST, len(before)), round(KEPT * len(before)))
    return Criterion(
        "TOO_STRICT",
        say("instruction.lion.filtered.TOO_STRICT", "The good rows are still there"),
        len(after) >= least if before and after else None,
        found=say(
            "instruction.lion.filtered.TOO_STRICT.found",
            "Of {before} rows {after} are left.",
            before=len(before),
            after=len(after),
        ),
        expected=say(
            "instruction.lion.filtered.TOO_STRICT.expected",
            "{least} rows or more; the reasons that you counted say which test is too strict",
            least=least,
        ),
        hint=5,
    )


def _filtered_hints() -> list[str]:
    return [
        say(
            "instruction.lion.filtered.hint.1",
            "The check takes the dictionary that the notebook makes: all rows under `before`, the "
            "rows that you keep under `after`, and under `removed` the counts.",
        ),
        say(
            "instruction.lion.filtered.hint.2",
            "Go through the rows once. For each, look for the first thing that is wrong with it. "
            "If there is one, count it; else keep the row as it is.",
        ),
        say(
            "instruction.lion.filtered.hint.3",
            "A row that has two faults is counted under one reason only, the first that you find. "
            "Then the counts add up to the number of rows that are gone.",
        ),
        say(
            "instruction.lion.filtered.hint.4",
            "Look for six things: a text that is missing; an instruction that did not change; one "
            "that shares no word of substance with its original, its subject or its passage; a text "
            "that begins as refusals begin; a text that does not end where a sentence ends; an "
            "instruction that you kept already.",
        ),
        say(
            "instruction.lion.filtered.hint.5",
            "Two instructions are nearly the same when most words of one stand in the other, too. "
            "Compare each row with those that you kept, as sets of words: how many words do both "
            "have, and how many does at least one have? Keep the first of each pair.",
        ),
    ]


def _filtered_explanation(value: Mapping[str, Any]) -> str:
    before, after = rows_of(value["before"], COLUMNS), rows_of(value["after"], COLUMNS)
    counts = _numbers(value["removed"]) or {}
    return say(
        "instruction.lion.filtered.explanation",
        "{before} rows before, {after} after. Removed: {reasons}. Keep such counts with every "
        "dataset: they tell which step of the pipeline to mend first.",
        before=len(before),
        after=len(after),
        reasons=", ".join(f"{reason} ({count})" for reason, count in counts.items() if count)
        or say("instruction.lion.filtered.nothing", "nothing"),
    )


CHECKS = {
    "instruction.lion.evolved": Check(
        evolved_criteria, _evolved_hints, _evolved_explanation, "evolved"
    ),
    "instruction.lion.filtered": Check(
        filtered_criteria, _filtered_hints, _filtered_explanation, "filtered"
    ),
}
