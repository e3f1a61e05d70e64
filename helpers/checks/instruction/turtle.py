"""The 🐢 checks of the instruction notebook: the pipeline and the rows that it made."""

from collections.abc import Iterator

from helpers.checks.criteria import (
    answers_its_own,
    by_a_model,
    columns_there,
    enough,
    few,
    filled,
    instructions_differ,
    is_elsewhere,
    names,
    no_echo,
    readable,
)
from helpers.checks.evidence import METADATA, Call, calls, models, writers
from helpers.checks.lineage import Flow, flow_of, is_pipeline
from helpers.checks.outcome import Check, Criterion
from helpers.checks.rows import Row, rows_of
from helpers.checks.texts import shown
from helpers.messages import say

ROWS = 24


# --- instruction.turtle.pipeline -------------------------------------------------------


def pipeline_criteria(pipeline: object) -> Iterator[Criterion]:
    """Look at the pipeline before it runs: two tasks, chained, both texts kept."""
    title = say("instruction.turtle.pipeline.PIPELINE", "It is a distilabel pipeline")
    if not is_pipeline(pipeline):
        yield Criterion("PIPELINE", title, False, _not_a_pipeline(pipeline), hint=1)
        flow = None
    else:
        yield Criterion("PIPELINE", title, True)
        flow = flow_of(pipeline)
    yield from _tasks_are_chained(flow)
    yield from _mappings_carry_both_texts(flow)


def _not_a_pipeline(value: object) -> str:
    if isinstance(value, dict) or hasattr(value, "column_names"):
        return say(
            "instruction.turtle.pipeline.PIPELINE.dataset",
            "This is a dataset, of type {kind}. This check looks at the pipeline that makes it.",
            kind=type(value).__name__,
        )
    if callable(value):
        return say(
            "instruction.turtle.pipeline.PIPELINE.function",
            "This is the function or class `{name}` itself, not what it returns: "
            "call it, with brackets.",
            name=getattr(value, "__name__", type(value).__name__),
        )
    return say(
        "instruction.turtle.pipeline.PIPELINE.other",
        "This is of type {kind}. Does your function end with `return pipeline`?",
        kind=type(value).__name__,
    )


def _tasks_are_chained(flow: Flow | None) -> Iterator[Criterion]:
    two = say("instruction.turtle.pipeline.TWO_TASKS", "Two steps call a model")
    chained = say("instruction.turtle.pipeline.CHAINED", "One of them runs after the other")
    if flow is None:
        yield Criterion("TWO_TASKS", two, None)
        yield Criterion("CHAINED", chained, None)
        return
    enough = len(flow.tasks) >= 2
    yield Criterion(
        "TWO_TASKS",
        two,
        enough,
        found=say(
            "instruction.turtle.pipeline.TWO_TASKS.found",
            "Steps that call a model, in this pipeline: {names}.",
            names=", ".join(flow.tasks) or say("instruction.turtle.pipeline.none", "none"),
        ),
        expected=say(
            "instruction.turtle.pipeline.TWO_TASKS.expected",
            "one task that writes the instruction, and one that answers it",
        ),
        hint=1,
    )
    yield Criterion(
        "CHAINED",
        chained,
        any(flow.after[task] for task in flow.tasks) if enough else None,
        found=say(
            "instruction.turtle.pipeline.CHAINED.found",
            "None of {names} comes after another one.",
            names=", ".join(flow.tasks),
        ),
        expected=say(
            "instruction.turtle.pipeline.CHAINED.expected",
            "an arrow `>>` from the task that writes to the task that answers",
        ),
        hint=2,
    )


def _mappings_carry_both_texts(flow: Flow | None) -> Iterator[Criterion]:
    reads = say(
        "instruction.turtle.pipeline.NOT_READ", "The second task reads what the first one wrote"
    )
    kept = say("instruction.turtle.pipeline.OVERWRITTEN", "Both texts reach the end")
    pairs = [(task, earlier) for task in flow.tasks for earlier in flow.after[task]] if flow else []
    reading = _reading(flow) if flow else []
    yield Criterion(
        "NOT_READ",
        reads,
        bool(reading) if pairs else None,
        found=_not_read(flow, pairs[0]) if pairs and not reading else "",
        expected=say(
            "instruction.turtle.pipeline.NOT_READ.expected",
            "the column that the first task writes and the column that the second task reads "
            "have one name; a mapping can rename either",
        ),
        hint=3,
    )
    whole = any(
        any(task in origin for origin in end.values())
        and any(earlier in origin for origin in end.values())
        for end in (_texts_at(flow, end) for end in (flow.ends if flow else ()))
        for task, earlier in reading
    )
    yield Criterion(
        "OVERWRITTEN",
        kept,
        whole if reading else None,
        found=_overwritten(flow, reading[0]) if reading and not whole else "",
        expected=say(
            "instruction.turtle.pipeline.OVERWRITTEN.expected",
            "a column of its own for each of the two texts",
        ),
        hint=4,
    )


def _reading(flow: Flow) -> list[tuple[str, str]]:
    """The pairs of a task and an earlier one whose text it reads."""
    return [
        (task, earlier)
        for task in flow.tasks
        for earlier in flow.after[task]
        if any(earlier in origin for origin in flow.reads[task].values())
    ]


def _texts_at(flow: Flow, end: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The columns at an end of the pipeline without the names of the models."""
    texts = {column for columns in flow.writes.values() for column in columns}
    return {column: origin for column, origin in end.items() if _is_text_column(column, texts)}


def _is_text_column(column: str, texts: set[str]) -> bool:
    return column in texts or not column.startswith(("model_name", METADATA))


def _not_read(flow: Flow, pair: tuple[str, str]) -> str:
    task, earlier = pair
    return say(
        "instruction.turtle.pipeline.NOT_READ.found",
        "{earlier} writes the column {written}, but {task} reads the column {read}, "
        "which no task wrote: it still holds what you loaded.",
        earlier=earlier,
        written=names(flow.writes[earlier]),
        task=task,
        read=names(flow.reads[task]),
    )


def _overwritten(flow: Flow, pair: tuple[str, str]) -> str:
    task, earlier = pair
    return say(
        "instruction.turtle.pipeline.OVERWRITTEN.found",
        "{earlier} writes the column {written} and {task} writes the column {later}. "
        "At the end only one of the two texts is left.",
        earlier=earlier,
        written=names(flow.writes[earlier]),
        task=task,
        later=names(flow.writes[task]),
    )


def _pipeline_hints() -> list[str]:
    return [
        say(
            "instruction.turtle.pipeline.hint.1",
            "Look at the small pipeline above: it has a step that loads rows and one "
            "`TextGeneration` task. Yours has one `TextGeneration` more. Everything stands "
            "inside `with Pipeline(...) as pipeline:`, and the function returns `pipeline`.",
        ),
        say(
            "instruction.turtle.pipeline.hint.2",
            "Give each step a name of your choice and join them in one line, in the order in "
            "which a row passes through them: `first >> second >> third`.",
        ),
        say(
            "instruction.turtle.pipeline.hint.3",
            "`TextGeneration` reads the column `instruction` and writes the column "
            '`generation`. `output_mappings={{"generation": "NEW_NAME"}}` writes to another '
            "column instead. Which name does the next task look for?",
        ),
        say(
            "instruction.turtle.pipeline.hint.4",
            "Every task puts its text into `generation` first, and an output mapping renames it "
            "when the task is done. So what an earlier task left in `generation` is gone after a "
            "later one. Give the first task a column of its own, with `output_mappings`.",
        ),
    ]


def _pipeline_explanation(pipeline: object) -> str:
    task, earlier = _reading(flow_of(pipeline))[0]
    return say(
        "instruction.turtle.pipeline.explanation",
        "`{task}` answers what `{earlier}` wrote. Mappings are how two tasks that know nothing "
        "of each other work on one row.",
        task=task,
        earlier=earlier,
    )


# --- instruction.turtle.rows -----------------------------------------------------------


def rows_criteria(dataset: object) -> Iterator[Criterion]:
    """Look at the rows: enough of them, by a model, and each an instruction with its answer."""
    both = ("instruction", "response")
    rows, is_readable = readable(dataset, both, hint=1)
    yield is_readable
    expected = say(
        "instruction.turtle.rows.NO_COLUMN.expected",
        "the text of the first task in one, the text of the second task in the other",
    )
    yield columns_there(rows, both, expected, hint=2)
    yield enough(rows, ROWS, hint=1)
    full, most_are_filled = filled(rows, both, hint=3)
    yield most_are_filled
    authors = {n: writers(rows[n]) for n in full}
    yield from _who_wrote_it(rows, authors)
    yield from _instruction_against_response(rows, authors)


# For each row by number: the call that wrote the instruction, and the one that answered it.
Authors = dict[int, tuple[Call | None, Call | None]]


def _who_wrote_it(rows: list[Row], authors: Authors) -> Iterator[Criterion]:
    """Both texts come out of a model, and the instruction is not what went into the first."""
    loaded, unknown = [], {}
    for n, (asking, answering) in authors.items():
        if asking is None:
            was_loaded = any(call.was_given(rows[n]["instruction"]) for call in calls(rows[n]))
            if was_loaded:
                loaded.append(n)
            else:
                unknown[n] = "instruction"
        elif answering is None:
            unknown[n] = "response"
    yield few(
        "SEED_PROMPT",
        say(
            "instruction.turtle.rows.SEED_PROMPT",
            "The instruction is not the prompt that you loaded",
        ),
        loaded,
        len(authors),
        lambda n: say(
            "instruction.turtle.rows.SEED_PROMPT.found",
            "row {row} has instruction = {instruction}. That text went into a model, "
            "and no model wrote it",
            row=n,
            instruction=shown(rows[n]["instruction"]),
        ),
        say(
            "instruction.turtle.rows.SEED_PROMPT.expected",
            "what the first task wrote when it read that prompt; "
            "look at the output mapping of the first task",
        ),
        hint=2,
    )
    yield by_a_model(rows, unknown, len(authors), hint=4)


def _instruction_against_response(rows: list[Row], authors: Authors) -> Iterator[Criterion]:
    yield no_echo(rows, list(authors), "instruction", hint=2)
    elsewhere = [n for n in authors if is_elsewhere(authors[n][1], rows[n]["instruction"])]
    yield answers_its_own(rows, elsewhere, len(authors), "instruction", hint=2)
    yield instructions_differ(
        rows,
        list(authors),
        ROWS,
        say(
            "instruction.turtle.rows.DUPLICATES.expected",
            "another subject in each prompt that you load",
        ),
        hint=5,
    )


def _rows_hints() -> list[str]:
    return [
        say(
            "instruction.turtle.rows.hint.1",
            "The check takes what `run(pipeline)` returns. Each subject in the list becomes one "
            "row, so the list of subjects decides how many rows there are.",
        ),
        say(
            "instruction.turtle.rows.hint.2",
            "Follow one row. It is loaded with your prompt in the column `instruction`. The first "
            "task has to put its text where the second task reads, in the prompt's place. The "
            "second task has to put its text in the column `response`. `output_mappings` of each "
            'task decides; `check("instruction.turtle.pipeline", pipeline)` looks at them.',
        ),
        say(
            "instruction.turtle.rows.hint.3",
            "A row is empty when the model could not be asked or did not answer. Look at the "
            "summary that `run` printed, and at the prompt you load: is it a text in every row?",
        ),
        say(
            "instruction.turtle.rows.hint.4",
            "Give the check the dataset as it comes out of `run`, before you remove columns or "
            "write rows of your own. distilabel keeps the proof in `distilabel_metadata`, unless "
            "`add_raw_output=False` or a `KeepColumns` step takes it away.",
        ),
        say(
            "instruction.turtle.rows.hint.5",
            "Same prompt, same instruction. Is the subject really part of each prompt? An f-string "
            "needs its `f`. Of two answers to one instruction both may stay, but the list of "
            "subjects has to be long enough.",
        ),
    ]


def _rows_explanation(dataset: object) -> str:
    rows = rows_of(dataset, wanted=("instruction", "response"))
    return say(
        "instruction.turtle.rows.explanation",
        "{rows} rows of instruction and response, written by {models}. Nobody wrote a word of "
        "them: your prompts only named the subjects. This is an instruction tuning dataset.",
        rows=len(rows),
        models=", ".join(models(rows)) or say("checks.criteria.a_model", "a model"),
    )


CHECKS = {
    "instruction.turtle.pipeline": Check(
        pipeline_criteria, _pipeline_hints, _pipeline_explanation, "pipeline"
    ),
    "instruction.turtle.rows": Check(rows_criteria, _rows_hints, _rows_explanation, "dataset"),
}
