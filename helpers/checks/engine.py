"""`check`, `hint` and `progress`: the three functions that a learner calls."""

import importlib

from helpers.checks import manifest, store
from helpers.checks.outcome import (
    Check,
    Criterion,
    NotAttempted,
    NotYet,
    Status,
    UnknownCheck,
    Verdict,
)
from helpers.checks.rendering import board_block, hint_block, show, verdict_block
from helpers.checks.rows import is_missing
from helpers.messages import say

_opened: dict[str, int] = {}


def check(key: str, *values: object) -> None:
    """Check an answer: show each criterion with its outcome, and raise unless all hold.

    Args:
        key: the check's name, `notebook.tier.part`.
        values: what the check looks at, for example the dataset.

    Raises:
        NotAttempted: the gap is still empty.
        NotYet: at least one criterion does not hold.
        UnknownCheck: there is no check of this name.

    >>> check("instruction.turtle.rows", [{"instruction": "Hi"}])
    Traceback (most recent call last):
        ...
    helpers.checks.outcome.NotYet: ✗ instruction.turtle.rows · not yet ...
    """
    verdict = evaluate(key, *values)
    if verdict.status is Status.CORRECT:
        store.add(key)
    block = verdict_block(verdict)
    # Outside of a notebook, the exception itself carries the text of what does not hold.
    show(block, also_as_text=verdict.status is Status.CORRECT)
    if verdict.status is Status.CORRECT:
        return
    kind = NotAttempted if verdict.status is Status.NOT_ATTEMPTED else NotYet
    raise kind(verdict, block.text)


def evaluate(key: str, *values: object) -> Verdict:
    """Return the verdict on an answer; show nothing, note nothing down, raise nothing else.

    Raises:
        UnknownCheck: there is no check of this name.

    >>> evaluate("instruction.turtle.rows", ...).status.value
    'not attempted'
    """
    known = find(key)
    worth = manifest.points()[key]
    if not any(not is_missing(value) for value in values):
        return Verdict(key, Status.NOT_ATTEMPTED, worth=worth, text=_not_attempted(known))
    if len(values) > 1:
        criteria = (_one_value(known, values),)
    else:
        criteria = _criteria(known, values[0])
    if not all(criterion.holds for criterion in criteria):
        return Verdict(key, Status.NOT_YET, criteria, worth=worth)
    text = known.explanation(values[0])
    return Verdict(key, Status.CORRECT, criteria, points=worth, worth=worth, text=text)


def hint(key: str, number: int | None = None) -> None:
    """Show the next hint of a check, or the one with this number.

    Raises:
        UnknownCheck: there is no check of this name.
        LookupError: there is no hint of this number.

    >>> hint("instruction.turtle.rows", 3)  # doctest: +ELLIPSIS
    Hint 3 of 5 · instruction.turtle.rows
    ...
    """
    texts = find(key).hints()
    if number is None:
        number = _opened.get(key, 0) % len(texts) + 1
        _opened[key] = number
    if number not in range(1, len(texts) + 1):
        raise LookupError(
            say(
                "checks.hint.unknown",
                "{key} has hints 1 to {last}, and no hint {number}.",
                key=key,
                last=len(texts),
                number=number,
            )
        )
    show(hint_block(key, number, len(texts), texts[number - 1]), also_as_text=True)


def progress(reset: bool = False) -> None:
    """Show every tier with its checks and the points you have; `reset=True` starts anew."""
    if reset:
        store.reset()
    show(board_block(manifest.exercises(), store.passed(), store.is_kept()), also_as_text=True)


def find(key: object) -> Check:
    """Return the check of this name.

    Raises:
        UnknownCheck: there is none.
    """
    known = manifest.points()
    if key not in known:
        raise UnknownCheck(key, list(known))
    module = importlib.import_module(f"helpers.checks.{key.partition('.')[0]}")
    return module.CHECKS[key]


def _criteria(known: Check, value: object) -> tuple[Criterion, ...]:
    found: list[Criterion] = []
    try:
        found.extend(known.criteria(value))
    except Exception as error:  # noqa: BLE001 (a learner's own objects may raise anything)
        found.append(
            Criterion(
                "UNREADABLE",
                say("checks.unreadable", "The check can read it"),
                False,
                say(
                    "checks.unreadable.found",
                    "Reading this value of type {kind} ended with {error}: {text}",
                    kind=type(value).__name__,
                    error=type(error).__name__,
                    text=str(error)[:200],
                ),
            )
        )
    return tuple(found)


def _one_value(known: Check, values: tuple) -> Criterion:
    return Criterion(
        "ONE_VALUE",
        say("checks.one_value", "The check is given one value"),
        False,
        say(
            "checks.one_value.found",
            "It was given {count} values. It takes one: {takes}.",
            count=len(values),
            takes=known.takes,
        ),
    )


def _not_attempted(known: Check) -> str:
    return say(
        "checks.not_attempted",
        "Nothing to look at yet: `{takes}` is still empty. Fill the gap above, run its cell and "
        "the one after it, then run this cell again. If you filled it already: does your "
        "function return what it made?",
        takes=known.takes,
    )
