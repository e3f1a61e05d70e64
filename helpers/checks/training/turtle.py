"""🐢 of the training notebook: fine-tuning on instruction data, and what it did."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.checks.criteria import columns_of, enough, few, names, no_row_twice, readable
from helpers.checks.outcome import Check, Criterion
from helpers.checks.preference.cells import list_of
from helpers.checks.preference.parts import parts_of
from helpers.checks.rows import Row
from helpers.checks.texts import is_text, plain, shown, stands_in
from helpers.checks.training.evaluations import answers_of, evaluations_in, trained_in
from helpers.checks.training.trainers import (
    Talk,
    end_of,
    name_of_model,
    not_reported,
    rows_of_trainer,
    talk_of,
    talks_in,
    trainer_in,
)
from helpers.checks.training.values import number_of, rounded, what_it_is
from helpers.messages import say

if TYPE_CHECKING:
    from helpers.checks.training.evaluations import Evaluations

ROWS = 24
CHATTING = ("tutor", "tutor-mini")  # the course's models that have learned to chat
NO_LOSS = -100  # what TRL writes for a token that is not learned
GAINS = ("ends", "on_subject")
NEAR = 0.005 + 1e-9  # a gain may be rounded to two places
LEAST_ENDS, ENOUGH_ON_SUBJECT = 0.5, 0.8


# --- training.turtle.trainer -----------------------------------------------------------


def trainer_criteria(value: object) -> Iterator[Criterion]:
    """Look at a trainer: the learner's rows in the form of a chat, and a model without one."""
    parts = yield from parts_of(value, ("rows", "trainer"), hint=1)
    given = yield from _given(parts)
    trainer = yield from trainer_in(parts, "SFTTrainer", "NOT_SFT", hint=1)
    rows, holds_rows = rows_of_trainer(trainer, hint=2)
    yield holds_rows
    yield enough(rows, ROWS, hint=2)
    talks = [talk_of(row, end_of(trainer)) for row in rows]
    yield few(
        "NO_TEXTS",
        say("training.turtle.trainer.NO_TEXTS", "The trainer's rows show a prompt and an answer"),
        [n for n, talk in enumerate(talks) if not all(map(is_text, talk))] if rows else None,
        len(rows),
        lambda n: say(
            "training.turtle.trainer.NO_TEXTS.found",
            "row {row} has the columns {columns}",
            row=n,
            columns=names(map(str, rows[n])),
        ),
        say(
            "training.turtle.trainer.NO_TEXTS.expected",
            "the rows as `to_sft` makes them, one question and its answer in each",
        ),
        hint=2,
    )
    full = {n: talk for n, talk in enumerate(talks) if all(map(is_text, talk))}
    yield _of_these_rows(full, given)
    yield no_row_twice(
        [{"prompt": prompt, "completion": completion} for prompt, completion in full.values()],
        range(len(full)),
        ("prompt", "completion"),
        say("training.turtle.trainer.REPEATED.expected", "each row once"),
        hint=2,
        code="REPEATED",
    )
    yield from _form(rows, list(full))
    yield _no_chat_model(trainer)
    yield _nothing_leaked([prompt for prompt, _ in full.values()])
    yield not_reported(trainer, hint=4)


def _given(parts: Mapping[str, object]) -> Iterator[Criterion]:  # returns set[Talk]
    """Yield whether the learner's rows hold instructions and responses, and return these."""
    has_rows = say("training.turtle.trainer.READABLE", "`rows` holds rows")
    has_texts = say(
        "training.turtle.trainer.NO_COLUMN", "`rows` has an instruction and a response in each row"
    )
    if "rows" not in parts:
        yield Criterion("NO_ROWS", has_rows, None)
        yield Criterion("NO_COLUMN", has_texts, None)
        return set()
    rows, holds_rows = readable(parts["rows"], ("instruction", "response"), hint=1)
    yield replace(holds_rows, title=has_rows)
    talks = {talk for row in rows for talk in talks_in(row)}
    yield Criterion(
        "NO_COLUMN",
        has_texts,
        bool(talks) if rows else None,
        say(
            "training.turtle.trainer.NO_COLUMN.found",
            "In none of the rows are both texts. The columns are {columns}.",
            columns=names(sorted(map(str, columns_of(rows)))),
        ),
        say(
            "training.turtle.trainer.NO_COLUMN.expected",
            "the instruction data of the first notebook, or that of the course",
        ),
        hint=1,
    )
    return {(plain(prompt), plain(reply)) for prompt, reply in talks}


def _of_these_rows(full: dict[int, Talk], given: set[Talk]) -> Criterion:
    off = [n for n, talk in full.items() if tuple(map(plain, talk)) not in given]
    return few(
        "OTHER_ROWS",
        say("training.turtle.trainer.OTHER_ROWS", "The trainer learns from the rows it was given"),
        off if given else None,
        len(full),
        lambda n: say(
            "training.turtle.trainer.OTHER_ROWS.found",
            "row {row} of the trainer asks {prompt} and answers {completion}, and no row of `rows` "
            "does",
            row=n,
            prompt=shown(full[n][0]),
            completion=shown(full[n][1]),
        ),
        say(
            "training.turtle.trainer.OTHER_ROWS.expected",
            "the instructions of `rows`, each with its own response",
        ),
        hint=2,
    )


def _form(rows: list[Row], full: list[int]) -> Iterator[Criterion]:
    """Yield whether a prompt has the form of a chat, and is not itself learned."""
    yield few(
        "NO_FORMAT",
        say("training.turtle.trainer.NO_FORMAT", "The prompt has the form of a chat"),
        [n for n in full if isinstance(rows[n].get("prompt"), str)] if full else None,
        len(full),
        lambda n: say(
            "training.turtle.trainer.NO_FORMAT.found",
            "the prompt of row {row} is the bare text {prompt}; the model does not see who says it",
            row=n,
            prompt=shown(rows[n]["prompt"]),
        ),
        say(
            "training.turtle.trainer.NO_FORMAT.expected",
            "messages that each have a role: TRL then writes the marks of the chat format",
        ),
        hint=3,
    )
    yield few(
        "WHOLE_TEXT",
        say("training.turtle.trainer.WHOLE_TEXT", "Only the answer is learned"),
        [n for n in full if not _learns_answer(rows[n])] if full else None,
        len(full),
        lambda n: say(
            "training.turtle.trainer.WHOLE_TEXT.found",
            "in row {row} the loss is taken on {learned} of {tokens} tokens, the question's among "
            "them",
            row=n,
            learned=_learned(rows[n]),
            tokens=len(list_of(rows[n].get("input_ids")) or []),
        ),
        say(
            "training.turtle.trainer.WHOLE_TEXT.expected",
            "rows whose `labels` begin with {mark}, up to where the answer begins",
            mark=NO_LOSS,
        ),
        hint=3,
    )


def _learns_answer(row: Row) -> bool:
    labels = list_of(row.get("labels"))
    return bool(labels) and labels[0] == NO_LOSS and _learned(row) > 0


def _learned(row: Row) -> int:
    """How many tokens of a row the loss is taken on; without labels it is all of them."""
    labels = list_of(row.get("labels")) or list_of(row.get("input_ids")) or []
    return sum(label != NO_LOSS for label in labels)


def _no_chat_model(trainer: object) -> Criterion:
    name = name_of_model(trainer)
    return Criterion(
        "NOT_BASE",
        say("training.turtle.trainer.NOT_BASE", "The model has not learned to chat yet"),
        None if trainer is None else name not in CHATTING,
        say(
            "training.turtle.trainer.NOT_BASE.found",
            "The trainer's model is `{model}`, which answers questions already: a training would "
            "show little.",
            model=name,
        ),
        say(
            "training.turtle.trainer.NOT_BASE.expected", "a base model, which only continues texts"
        ),
        hint=4,
    )


def _nothing_leaked(prompts: list[str]) -> Criterion:
    title = say("training.turtle.trainer.LEAKED", "No prompt of the measurement is learned")
    if not prompts:
        return Criterion("LEAKED", title, None)
    from helpers.training.evaluating import held_out, leaked  # it needs transformers

    seen = leaked(prompts)
    found = ""
    if seen:
        subject = next(row["subject"] for row in held_out() if row["prompt"] == seen[0])
        found = say(
            "training.turtle.trainer.LEAKED.found",
            "Held-out prompts that the training sees: {count}. The first is {prompt}; a row of the "
            "trainer asks {row}.",
            count=len(seen),
            prompt=shown(seen[0]),
            row=shown(next((p for p in prompts if stands_in(subject, p)), prompts[0])),
        )
    return Criterion(
        "LEAKED",
        title,
        not seen,
        found,
        say(
            "training.turtle.trainer.LEAKED.expected",
            "rows about other subjects than those that the model is measured on",
        ),
        hint=5,
    )


def _trainer_hints() -> list[str]:
    return [
        say(
            "training.turtle.trainer.hint.1",
            "The cell hands in your `rows` and what `build_trainer(rows)` returns. Does the "
            "function end with `return` and the trainer that it made? The class stands in the "
            "import at the top of the cell.",
        ),
        say(
            "training.turtle.trainer.hint.2",
            "The trainer learns from `train_dataset`. Give it all the `rows` that the function was "
            "given, each once, and leave it to `to_sft` to shape them. Compare "
            "`trainer.train_dataset[0]` with `rows[0]`.",
        ),
        say(
            "training.turtle.trainer.hint.3",
            "`to_sft` knows three forms; `help(to_sft)` says what each is for. Look at the columns "
            "of `trainer.train_dataset[0]`: in `labels` every token with -100 is read but not "
            "learned. Which form keeps the roles and sets the answer apart from the question?",
        ),
        say(
            "training.turtle.trainer.hint.4",
            "`load_model` takes the name of a model: take one that has not learned to chat. The "
            "settings come from `sft_config`, which reports to no service unless you tell it to.",
        ),
        say(
            "training.turtle.trainer.hint.5",
            "Who has seen the questions before the exam shows nothing in it. "
            "`leaked(prompts)` names the held-out prompts that your rows give away: leave "
            "the rows about their subjects out before you build the trainer.",
        ),
    ]


def _trainer_explanation(value: Mapping) -> str:
    trainer = value["trainer"]
    row = trainer.train_dataset[0]
    return say(
        "training.turtle.trainer.explanation",
        "`{model}` is going to learn from {rows} rows. In the first one the loss is taken on "
        "{learned} of {tokens} tokens: on the answer and its end, and not on the question.",
        model=name_of_model(trainer),
        rows=len(trainer.train_dataset),
        learned=_learned(row),
        tokens=len(list_of(row.get("input_ids")) or []),
    )


# --- training.turtle.effect ------------------------------------------------------------


def effect_criteria(value: object) -> Iterator[Criterion]:
    """Look at two evaluations of one training, and at what the learner says was gained."""
    parts = yield from parts_of(value, ("trained", "before", "after", "gained"), hint=1)
    yield trained_in(parts, "trained", "SFT", "NOT_TRAINED", hint=1)
    both = yield from evaluations_in(parts, hint=1, hint_prompts=2)
    gained = _gains(parts.get("gained"))
    measured = _trained_was_measured(both, parts.get("trained"))
    yield measured
    in_order = _in_order(both if measured.holds else None, parts.get("trained"), gained)
    yield in_order
    yield _is_dict(parts)
    both = both if in_order.holds else None
    yield _right_gain(both, gained)
    yield _better(both)


def _gains(value: object) -> dict[str, float] | None:
    if not isinstance(value, Mapping):
        return None
    found = {name: number_of(value.get(name)) for name in GAINS}
    return None if None in found.values() else found


def _trained_name(trained: object) -> str:
    """The name that `evaluate_model` gives to what this training made."""
    return f"{getattr(trained, 'base', '')} + {getattr(trained, 'kind', '')}"


def _trained_was_measured(both: "Evaluations | None", trained: object) -> Criterion:
    title = say("training.turtle.effect.SAME_MODEL", "Two different models were measured")
    if both is None:
        return Criterion("SAME_MODEL", title, None)
    before, after = both
    return Criterion(
        "SAME_MODEL",
        title,
        answers_of(before) != answers_of(after)
        or before.model != after.model == _trained_name(trained),
        say(
            "training.turtle.effect.SAME_MODEL.found",
            "All answers in `before` (of {before}) and `after` (of {after}) are the same.",
            before=shown(before.model),
            after=shown(after.model),
        ),
        say(
            "training.turtle.effect.SAME_MODEL.expected",
            "one evaluation of the model that the training began with, one of what it made",
        ),
        hint=2,
    )


def _in_order(
    both: "Evaluations | None", trained: object, gained: dict[str, float] | None
) -> Criterion:
    title = say("training.turtle.effect.SWAPPED_ORDER", "`before` was measured before the training")
    if both is None:
        return Criterion("SWAPPED_ORDER", title, None)
    before, after = both
    name = _trained_name(trained)
    if name in (before.model, after.model):
        swapped = before.model == name != after.model
    else:
        swapped = before.ends > after.ends and gained is not None and gained["ends"] < 0
    return Criterion(
        "SWAPPED_ORDER",
        title,
        not swapped,
        say(
            "training.turtle.effect.SWAPPED_ORDER.found",
            "`before` is of {before}, where {ends_before} of the answers end; `after` is of "
            "{after}, where {ends_after} do.",
            before=shown(before.model),
            after=shown(after.model),
            ends_before=before.share("ends"),
            ends_after=after.share("ends"),
        ),
        say(
            "training.turtle.effect.SWAPPED_ORDER.expected",
            "under `before` the model that the training began with",
        ),
        hint=2,
    )


def _is_dict(parts: Mapping[str, object]) -> Criterion:
    title = say("training.turtle.effect.NOT_A_DICT", "`gained` holds two numbers, by their names")
    if "gained" not in parts:
        return Criterion("NOT_A_DICT", title, None)
    gained = parts["gained"]
    if isinstance(gained, Mapping):
        cells = ", ".join(f"{shown(name)}: {shown(cell)}" for name, cell in gained.items())
        found = say("training.turtle.effect.NOT_A_DICT.found", "It holds {cells}.", cells=cells)
    else:
        found = what_it_is(gained)
    return Criterion(
        "NOT_A_DICT",
        title,
        _gains(gained) is not None,
        found,
        say(
            "training.turtle.effect.NOT_A_DICT.expected",
            "a dictionary with a number under each of {names}",
            names=names(GAINS),
        ),
        hint=3,
    )


def _right_gain(both: "Evaluations | None", gained: dict[str, float] | None) -> Criterion:
    title = say("training.turtle.effect.WRONG_GAIN", "`gained` says by how much each share rose")
    if both is None or gained is None:
        return Criterion("WRONG_GAIN", title, None)
    shares = {name: (getattr(both[0], name), getattr(both[1], name)) for name in GAINS}
    off = [n for n in GAINS if abs(gained[n] - (shares[n][1] - shares[n][0])) > NEAR]
    found = ""
    if off:
        before, after = shares[off[0]]
        found = say(
            "training.turtle.effect.WRONG_GAIN.found",
            "`{name}` is {before} before and {after} after, and `gained` says {gained}.",
            name=off[0],
            before=rounded(before),
            after=rounded(after),
            gained=rounded(gained[off[0]]),
        )
        found = f"{found} {_mistake(gained[off[0]], before, after)}".strip()
    return Criterion(
        "WRONG_GAIN",
        title,
        not off,
        found,
        say(
            "training.turtle.effect.WRONG_GAIN.expected",
            "a difference of two shares, from -1 to 1: above 0 where the training helped",
        ),
        hint=4,
    )


def _mistake(gained: float, before: float, after: float) -> str:
    """A sentence about the mistake that explains such a number, if one does."""
    rise = after - before
    if abs(gained + rise) <= NEAR:
        return say(
            "training.turtle.effect.WRONG_GAIN.reversed",
            "The size is right, and the sign is not: from which of the two do you take the other?",
        )
    if abs(gained - 100 * rise) <= 100 * NEAR:
        return say(
            "training.turtle.effect.WRONG_GAIN.percent", "That is in percent, not as a share."
        )
    if before and min(abs(gained - after / before), abs(gained - rise / before)) <= NEAR:
        return say(
            "training.turtle.effect.WRONG_GAIN.ratio",
            "That is one share divided by the other, not their difference.",
        )
    return ""


def _better(both: "Evaluations | None") -> Criterion:
    title = say("training.turtle.effect.NOT_BETTER", "The training worked")
    if both is None:
        return Criterion("NOT_BETTER", title, None)
    before, after = both
    stays = after.on_subject > before.on_subject or after.on_subject >= ENOUGH_ON_SUBJECT
    return Criterion(
        "NOT_BETTER",
        title,
        after.ends >= LEAST_ENDS and stays,
        say(
            "training.turtle.effect.NOT_BETTER.found",
            "After the training {ends} of the answers end by themselves (before: {ends_before}), "
            "and {on_subject} stay on the subject (before: {on_subject_before}).",
            ends=after.share("ends"),
            ends_before=before.share("ends"),
            on_subject=after.share("on_subject"),
            on_subject_before=before.share("on_subject"),
        ),
        say(
            "training.turtle.effect.NOT_BETTER.expected",
            "at least half of the answers end, and more of them stay on the subject than before",
        ),
        hint=5,
    )


def _effect_hints() -> list[str]:
    return [
        say(
            "training.turtle.effect.hint.1",
            "`train` returns what it made, and `evaluate_model` returns an evaluation. Hand both "
            "in as they are: not the trainer, not a figure, not a printed table.",
        ),
        say(
            "training.turtle.effect.hint.2",
            "Measure twice, with the same prompts: the model that the training began with is "
            "`before`, and what `train` returned is `after`. Each evaluation says at its top which "
            "model it is of.",
        ),
        say(
            "training.turtle.effect.hint.3",
            "`gained` is a dictionary. Its keys are the names of the two figures, its values are "
            "plain numbers. An evaluation gives you each figure by its name, after a dot.",
        ),
        say(
            "training.turtle.effect.hint.4",
            "A gain is how far a share moved. If half of the answers ended before and all do now, "
            "it moved by 0.5. What do you take from what, so that better comes out above 0?",
        ),
        say(
            "training.turtle.effect.hint.5",
            "Look at the loss: does it still fall at the end? Then more steps help "
            "(`num_train_epochs`). Read some `after.answers`, and some rows that the model "
            "learned from: it writes what they write. Are there enough, and do they end well? Of rows "
            "with long answers the model may need more room: `evaluate_model(model, max_new_tokens=400)`.",
        ),
    ]


def _effect_explanation(value: Mapping) -> str:
    before, after = value["before"], value["after"]
    return say(
        "training.turtle.effect.explanation",
        "{rows} rows taught the model to answer: {ends_before} of its answers ended before and "
        "{ends} end now, {on_subject_before} stayed on the subject and {on_subject} do now. "
        "The interval in brackets says how far chance could move each figure.",
        rows=value["trained"].rows,
        ends_before=before.share("ends"),
        ends=after.share("ends"),
        on_subject_before=before.share("on_subject"),
        on_subject=after.share("on_subject"),
    )


CHECKS = {
    "training.turtle.trainer": Check(
        trainer_criteria, _trainer_hints, _trainer_explanation, "trainer", gap="trainer"
    ),
    "training.turtle.effect": Check(
        effect_criteria, _effect_hints, _effect_explanation, "gained", gap="gained"
    ),
}
