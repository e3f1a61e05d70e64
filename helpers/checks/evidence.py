"""Who wrote a text: what distilabel noted down about each call of a model.

Every task leaves in the row's `distilabel_metadata` what went into the model
(`raw_input_TASK`) and what came out of it (`raw_output_TASK`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from helpers.checks.rows import Row
from helpers.checks.texts import same_words, share_of_words, stands_in

METADATA = "distilabel_metadata"
# A text counts as a model's when so much of it stands in what the model wrote. A learner may
# reword an instruction before it is answered; two responses share many small words.
INSTRUCTION_LIKENESS, RESPONSE_LIKENESS = 0.45, 0.75
REWRITTEN_LIKENESS = 0.5


@dataclass(frozen=True)
class Call:
    """One task's call of a model: the texts that went in and those that came out."""

    task: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def was_given(self, text: str) -> bool:
        """Tell whether `text` is, as it stands, what went into the model."""
        return any(same_words(text, given) for given in self.inputs)

    def was_asked(self, text: str) -> bool:
        """Tell whether `text` is part of what went into the model."""
        return any(
            stands_in(text, given) or share_of_words(text, given) >= 0.8 for given in self.inputs
        )

    def likeness(self, text: str) -> float:
        """Return how much of `text` this model wrote: 1 is all of it, 0 is nothing.

        Nothing, too, when the text went into the model as it stands.
        """
        if self.was_given(text):
            return 0.0
        return max((_likeness(text, output) for output in self.outputs), default=0.0)


def _likeness(text: str, output: str) -> float:
    if same_words(text, output):
        return 1.0
    return 0.99 if stands_in(text, output) else 0.9 * share_of_words(text, output)


def writer(calls_made: list[Call], text: str, likeness: float) -> Call | None:
    """Return the call that most likely wrote a text, if it is at least so much like it.

    A learner may clean or reword what a model wrote, so it need not be the same to the letter.
    """
    best = max(calls_made, key=lambda call: call.likeness(text), default=None)
    return best if best and best.likeness(text) >= likeness else None


def calls(row: Row) -> list[Call]:
    """Return the calls that a row's metadata speaks of; none where there is no metadata.

    >>> row = {"distilabel_metadata": {
    ...     "raw_input_ask": [{"role": "user", "content": "Ask about rain."}],
    ...     "raw_output_ask": "What is rain?",
    ... }}
    >>> writer(calls(row), "What is rain?", likeness=0.5).task
    'ask'
    """
    inputs: dict[str, list[str]] = {}
    outputs: dict[str, list[str]] = {}
    for note in _notes(row.get(METADATA)):
        for name, value in note.items():
            if not isinstance(name, str):
                continue
            if name.startswith("raw_input_"):
                given = inputs.setdefault(name.removeprefix("raw_input_"), [])
                given.extend(_user_texts(value))
            elif name.startswith("raw_output_"):
                written = outputs.setdefault(name.removeprefix("raw_output_"), [])
                written.extend(_texts(value))
    return [
        Call(task, tuple(inputs.get(task, ())), tuple(written))
        for task, written in outputs.items()
        if written
    ]


def writers(row: Row) -> tuple[Call | None, Call | None]:
    """Return the call that wrote the instruction, and another one that wrote the response."""
    made = calls(row)
    answering = writer(made, row["response"], RESPONSE_LIKENESS)
    others = [call for call in made if call is not answering]
    return writer(others, row["instruction"], INSTRUCTION_LIKENESS), answering


def rewrote(row: Row, calls_made: list[Call], before: str, after: str) -> bool:
    """Tell whether a task may have made one text out of another one.

    Either a task that keeps no texts, as EvolInstruct and EvolQuality of distilabel 1.5.3, or a
    call that wrote the new text. The call that wrote the text as it was does not count: both
    texts share most words.

    Args:
        row: the row with both texts.
        calls_made: the calls that may have done it.
        before: the text as it was.
        after: what became of it.
    """
    if traces(row) - {call.task for call in calls(row)}:
        return True
    first = [call for call in calls_made if not any(stands_in(before, i) for i in call.inputs)]
    author = writer(first, before, REWRITTEN_LIKENESS)
    others = [call for call in calls_made if call is not author]
    return writer(others, after, REWRITTEN_LIKENESS) is not None


def failures(row: Row) -> list[str]:
    """Return the reasons that `run` noted down for a row on which a step failed.

    >>> failures({"distilabel_metadata": {"error_ask": "ValueError: no prompt"}})
    ['ValueError: no prompt']
    """
    reasons = []
    for note in _notes(row.get(METADATA)):
        for name, value in note.items():
            if isinstance(value, Mapping):  # what a model says of a text that it did not write
                value = value.get("failure")
            elif not isinstance(name, str) or not name.startswith("error_"):
                continue
            reasons += _texts(value)
    return reasons


def traces(row: Row) -> set[str]:
    """Return the names of the tasks that left any note in a row's metadata.

    EvolInstruct and Magpie note down how many tokens there were, and none of the texts.

    >>> traces({"distilabel_metadata": {"statistics_magpie_0": {"output_tokens": [9, 31]}}})
    {'magpie_0'}
    """
    return {
        name.removeprefix(kind)
        for note in _notes(row.get(METADATA))
        for name, value in note.items()
        if isinstance(name, str) and value is not None
        for kind in ("raw_output_", "statistics_")
        if name.startswith(kind)
    }


def models(rows: list[Row]) -> list[str]:
    """Return the models that the rows name, in any column with `model` in its name."""
    names: dict[str, None] = {}
    for row in rows:
        for column, value in row.items():
            if isinstance(column, str) and "model" in column and isinstance(value, str):
                names[value] = None
    return list(names)


def _notes(metadata: object) -> Iterator[Mapping]:
    """The metadata is a dictionary, or a list of them after grouping, or either as JSON."""
    if isinstance(metadata, str):
        try:
            metadata = json.loads(metadata)
        except (ValueError, RecursionError):
            return
    if isinstance(metadata, Mapping):
        yield metadata
    elif isinstance(metadata, (list, tuple)):
        yield from (note for note in metadata if isinstance(note, Mapping))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_list(value):
        for part in value:
            yield from _texts(part)


def _user_texts(value: object) -> Iterator[str]:
    """A conversation is a list of messages; grouping makes it a list of such lists."""
    if isinstance(value, Mapping):
        if value.get("role") != "system":
            yield from _texts(value.get("content"))
    elif isinstance(value, str):
        yield value
    elif is_list(value):
        for part in value:
            yield from _user_texts(part)


def is_list(value: object) -> bool:
    """Tell whether a cell holds a list, or the array that pandas makes of one.

    >>> is_list(["Why?"]), is_list("Why?")
    (True, False)
    """
    return isinstance(value, (list, tuple)) or type(value).__name__ == "ndarray"
