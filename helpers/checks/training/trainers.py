"""What the checks of both trainers look at alike: its kind, its rows, its model, its settings."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from helpers.checks.criteria import readable
from helpers.checks.outcome import Criterion
from helpers.checks.preference.cells import prompt_of, reply_of
from helpers.checks.rows import Row, rows_of
from helpers.checks.texts import shown
from helpers.checks.training.values import is_a, what_it_is
from helpers.formats import INSTRUCTIONS, PROMPTS, RESPONSES, TALKS
from helpers.messages import say

Talk = tuple[str | None, str | None]  # a prompt and its completion
Pair = tuple[str | None, str | None, str | None]  # a prompt, chosen and rejected


# --- the trainer itself ----------------------------------------------------------------


def trainer_in(
    parts: Mapping[str, object], kind: str, code: str, hint: int
) -> Iterator[Criterion]:  # returns object
    """Yield whether a trainer of this kind was handed in, and return it, else `None`.

    Args:
        parts: what the check was given.
        kind: the name of TRL's class.
        code: the criterion's code.
        hint: the number of the hint that helps.
    """
    title = say("training.trainers.KIND", "`trainer` is TRL's {kind}", kind=kind)
    if "trainer" not in parts:
        yield Criterion(code, title, None)
        return None
    trainer = parts["trainer"]
    yield Criterion(
        code,
        title,
        is_a(trainer, kind),
        what_it_is(trainer),
        say(
            "training.trainers.KIND.expected",
            "the {kind} that your function makes and returns",
            kind=kind,
        ),
        hint,
    )
    return trainer if is_a(trainer, kind) else None


def rows_of_trainer(trainer: object, hint: int) -> tuple[list[Row], Criterion]:
    """Return the rows that a trainer learns from, and whether there are any."""
    title = say("training.trainers.ROWS", "The trainer has rows to learn from")
    if trainer is None:
        return [], Criterion("NO_ROWS", title, None)
    rows, criterion = readable(getattr(trainer, "train_dataset", None), (), hint)
    return rows, replace(criterion, title=title)


def name_of_model(trainer: object) -> str:
    """Return the name of the model that a trainer begins with."""
    from helpers.training.training import name_of  # it needs transformers

    return name_of(getattr(getattr(trainer, "model", None), "config", None))


def not_reported(trainer: object, hint: int) -> Criterion:
    """Return whether the trainer sends nothing to a service that follows trainings."""
    told = getattr(getattr(trainer, "args", None), "report_to", None) or []
    services = [told] if isinstance(told, str) else [str(one) for one in told]
    return Criterion(
        "REPORTED",
        say("training.trainers.REPORTED", "The training is reported to no service"),
        None if trainer is None else services in ([], ["none"]),
        say(
            "training.trainers.REPORTED.found",
            "`report_to` names {services}.",
            services=", ".join(services),
        ),
        say(
            "training.trainers.REPORTED.expected",
            "settings that keep your texts and figures on this machine",
        ),
        hint,
    )


# --- its rows, and those that it was made of -------------------------------------------


def talk_of(row: Row, end: object = None) -> Talk:
    """Return the prompt and the completion of a trainer's row, in whichever form they stand.

    Args:
        row: a row with `prompt` and `completion`, or with `messages`.
        end: what TRL writes behind a text that is no conversation.
    """
    if "prompt" in row:
        return prompt_of({"prompt": row["prompt"]}), without(end, reply_of(row.get("completion")))
    talk = row.get("messages")
    return prompt_of({"chosen": talk}), reply_of(talk)


def talks_in(row: Row) -> set[Talk]:
    """Return each prompt and completion that a learner's row may be read as."""
    asked = [prompt_of({"prompt": row[name]}) for name in INSTRUCTIONS if name in row]
    said = [reply_of(row[name]) for name in RESPONSES if name in row]
    talks = {(prompt, reply) for prompt in asked for reply in said}
    talks |= {(prompt_of({"chosen": row[n]}), reply_of(row[n])) for n in TALKS if n in row}
    return {talk for talk in talks if all(isinstance(text, str) for text in talk)}


def pair_of(row: Row, end: object = None) -> Pair:
    """Return the prompt, chosen and rejected of a row, in whichever form they stand."""
    asked = next((row[name] for name in PROMPTS if row.get(name) is not None), None)
    prompt = prompt_of({"prompt": asked, "chosen": row.get("chosen")})
    return prompt, *(without(end, reply_of(row.get(side))) for side in ("chosen", "rejected"))


def pairs_of(dataset: object, end: object = None) -> list[Pair]:
    """Return the pairs of a trainer's dataset.

    Raises:
        Unusable: it holds no rows.
    """
    return [pair_of(row, end) for row in rows_of(dataset)]


def end_of(trainer: object) -> object:
    """Return what the trainer's tokenizer writes where a text ends."""
    return getattr(getattr(trainer, "processing_class", None), "eos_token", None)


def without(end: object, text: str | None) -> str | None:
    """Return a text without what TRL wrote behind it."""
    return text.removesuffix(end) if isinstance(text, str) and isinstance(end, str) else text


def pair_shown(number: int, pair: Pair) -> str:
    """Return a pair as the middle of a sentence."""
    prompt, chosen, rejected = map(shown, pair)
    return say(
        "training.trainers.pair",
        "row {row} has prompt = {prompt}, chosen = {chosen}, rejected = {rejected}",
        row=number,
        prompt=prompt,
        chosen=chosen,
        rejected=rejected,
    )
