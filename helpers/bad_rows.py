"""Rows that go wrong: each fails alone, is tried again where that may help, and is counted.

A model's output that does not parse is asked for once more with another seed, as often as
`run(pipeline, retries=...)` allows. What still does not parse stays `None`, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from helpers import events
from helpers.messages import reason_of, say

FAILURE_KEY = "error_{step}"
"""Where a row's `distilabel_metadata` keeps the reason why a step failed on it."""
retries = 0
"""How often an output that does not parse is asked for again; `run` sets it in its own process."""

_TEXTS = ("generations", "instructions", "responses")
_RATINGS = ("ratings", "scores")


class Halving:
    """Runs a step on a batch, and on its halves where it fails."""

    # When so many single rows failed for one reason and none went through, the
    # step itself is to blame: trying on would only take time.
    PATIENCE = 3

    def __init__(self, step: Any, process: Callable) -> None:
        self.step, self.process = step, process
        self.reasons: list[str] = []
        self.some_row_is_fine = False

    def rows(self, rows: list[dict]) -> list[dict]:
        """What the step makes of these rows, each of which may fail alone."""
        result = self._halved(rows)
        if len(result) == len(rows):  # else there is no telling which row came of which
            self._ask_again(rows, result)
        return self._each_to_its_text(result)

    def _halved(self, rows: list[dict]) -> list[dict]:
        from distilabel.exceptions import (
            DistilabelOfflineBatchGenerationNotFinishedException as NotFinished,
        )

        if self._is_hopeless():
            return [self._failed(row, self.reasons[-1]) for row in rows]
        seen = getattr(getattr(self.step, "llm", None), "prompts_seen", None)
        before = 0 if seen is None else len(seen)
        try:
            result = self._with_all_columns(self._process(rows))
        except NotFinished:
            raise
        except Exception as error:
            if seen is not None:  # the same rows again must give the same text
                seen.back_to(before)
            if len(rows) > 1:
                middle = len(rows) // 2
                return self._halved(rows[:middle]) + self._halved(rows[middle:])
            self.step._logger.warning("%s", error, exc_info=not self.reasons)
            self.reasons.append(reason_of(error))
            return [self._failed(rows[0], self.reasons[-1])]
        self.some_row_is_fine = True
        return result

    def _ask_again(self, rows: list[dict], result: list[dict]) -> None:
        """Put better rows in place of those that do not parse, where there are any.

        A prompt that is seen again gets another seed.
        """
        for _ in range(retries if _has_chance(self.step) else 0):
            bad = [at for at, row in enumerate(result) if is_unreadable(row, self.step)]
            if not bad:
                return
            again = self._halved([rows[at] for at in bad])
            if len(again) != len(bad):
                return
            for at, row in zip(bad, again):
                result[at] = row
            left = sum(is_unreadable(row, self.step) for row in again)
            events.tell("retried", rows=len(bad), mended=len(bad) - left)

    def _each_to_its_text(self, result: list[dict]) -> list[dict]:
        """Ratings of another number than the texts belong to none of them."""
        for row in result:
            if wrong := _ratings_beside(row, self.step):
                texts, columns = wrong
                reason = say(
                    "run.lost.ratings",
                    "ratings for {found} of {wanted} texts",
                    found=min(len(row[column]) for column in columns),
                    wanted=texts,
                )
                for column in columns:
                    row[column] = [None] * texts
                metadata = dict(row.get("distilabel_metadata") or {})
                metadata[FAILURE_KEY.format(step=self.step.name)] = reason
                row["distilabel_metadata"] = metadata
        return result

    def _process(self, rows: list[dict]) -> list[dict]:
        """Run the step, and give each row back the columns that mappings hid.

        distilabel 1.5.3 gives them back in turn (1, 2, 1, 2) where a task with
        `num_generations=2` makes its rows in pairs (1, 1, 2, 2): a row gets what
        belongs to another.
        """
        step = self.step
        several = getattr(step, "num_generations", 1) > 1 and not step.group_generations
        if not (several and step.input_mappings):
            return next(self.process(step, rows), [])
        (renamed,), hidden = step._apply_input_mappings((rows,))
        made = next(step.process(renamed), [])
        per_row = max(1, len(made) // len(rows))
        return [
            step._apply_mappings_and_restore_overriden(row, hidden[i // per_row])
            for i, row in enumerate(made)
        ]

    def _is_hopeless(self) -> bool:
        last = self.reasons[-self.PATIENCE :]
        return not self.some_row_is_fine and len(last) == self.PATIENCE and len(set(last)) == 1

    def _with_all_columns(self, rows: list[dict]) -> list[dict]:
        """A task may leave its columns out of a row it failed on (Magpie does)."""
        if getattr(self.step, "llm", None) is not None:
            for row in rows:
                for column in self.step.get_outputs():
                    row.setdefault(column, None)
        return rows

    def _failed(self, row: dict, reason: str) -> dict:
        failed = self.step.impute_step_outputs([dict(row)])[0]
        metadata = dict(failed.get("distilabel_metadata") or {})
        metadata[FAILURE_KEY.format(step=self.step.name)] = reason
        return {**failed, "distilabel_metadata": metadata}


def why_lost(row: dict, step: Any) -> str | None:
    """Return why a step made nothing of a row, or `None` when it did."""
    metadata = row.get("distilabel_metadata") or {}
    if reason := metadata.get(FAILURE_KEY.format(step=step.name)):
        return reason
    statistics = metadata.get(f"statistics_{step.name}") or {}
    failure = statistics.get("failure")
    if failure := next(filter(None, failure), None) if isinstance(failure, list) else failure:
        return failure
    if getattr(step, "llm", None) is None:
        return None
    made = [row.get(column) for column in step.get_outputs() if column != "model_name"]
    if made and all(value is None for value in made):
        if metadata.get(f"raw_output_{step.name}") is None:
            return say("run.lost.nothing", "the model gave no text")
        return say("run.lost.unreadable", "the model's output is not in the form the task reads")
    return None


def is_unreadable(row: dict, step: Any) -> bool:
    """Whether a model wrote something, and the task cannot read all of it."""
    if getattr(step, "llm", None) is None:
        return False
    metadata = row.get("distilabel_metadata") or {}
    if metadata.get(f"raw_output_{step.name}") is None:
        return False
    made = [row.get(column) for column in step.get_outputs() if column != "model_name"]
    if all(value is None for value in made):
        return True
    ratings = [row.get(step.output_mappings.get(name, name)) for name in _RATINGS]
    some_missing = any(isinstance(values, list) and None in values for values in ratings)
    return some_missing or bool(_ratings_beside(row, step))


def _ratings_beside(row: dict, step: Any) -> tuple[int, list[str]] | None:
    """How many texts a judge had, and its columns that have another number of entries."""
    if getattr(step, "llm", None) is None or not {*_RATINGS} & {*step.outputs}:
        return None
    given = (row.get(step.input_mappings.get(name, name)) for name in _TEXTS)
    texts = next((value for value in given if isinstance(value, list)), None)
    if texts is None:
        return None
    columns = [
        column
        for column in step.get_outputs()
        if isinstance(row.get(column), list) and column != "model_name"
    ]
    wrong = any(len(row[column]) != len(texts) for column in columns)
    return (len(texts), columns) if wrong else None


def is_lost(row: dict, steps: list[Any]) -> bool:
    """Whether a finished row lacks what one of these tasks was to make."""
    for step in steps:
        made = [row[c] for c in step.get_outputs() if c in row and c != "model_name"]
        if made and (
            all(value is None for value in made)
            or any(isinstance(value, list) and None in value for value in made)
        ):
            return True
    return False


def _has_chance(step: Any) -> bool:
    """Whether its model may write something else when it is asked again."""
    options = getattr(getattr(step, "llm", None), "generation_kwargs", None) or {}
    return options.get("temperature") != 0 and options.get("do_sample", True)
