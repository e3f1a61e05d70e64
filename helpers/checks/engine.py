"""`check`, `hint`, `solution` and `progress`: the functions that a learner calls."""

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
from helpers.checks.patience import TookTooLong, at_most
from helpers.checks.rendering import (
    board_block,
    hint_block,
    locked_block,
    show,
    solution_block,
    verdict_block,
)
from helpers.checks.rows import is_missing
from helpers.checks.solutions import NoSolution, reference
from helpers.checks.texts import shown
from helpers.messages import say

SECONDS = 10  # for one look at a value; a thousand rows take less than two
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
    if all(_is_empty(value, known.gap) for value in values):
        return Verdict(key, Status.NOT_ATTEMPTED, worth=worth, text=_not_attempted(known))
    if len(values) > 1:
        criteria, text = (_one_value(known, values),), ""
    else:
        criteria, text = _look(known, values[0])
    if not all(criterion.holds for criterion in criteria):
        return Verdict(key, Status.NOT_YET, criteria, worth=worth)
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


def solution(key: str, give_up: bool = False) -> None:
    """Show the reference solution of a check that you passed.

    Args:
        key: the check's name, `notebook.tier.part`.
        give_up: show it before you passed, too.

    Raises:
        UnknownCheck: there is no check of this name.

    >>> solution("instruction.turtle.rows", give_up=True)  # doctest: +ELLIPSIS
    One solution of many · instruction.turtle.rows
    ...
    """
    find(key)
    if key not in store.passed() and not give_up:
        text = say(
            "checks.solution.locked",
            "The solution opens when this check is passed: then you have something to compare "
            "it with. `{hint}` helps; `{give_up}` shows it now.",
            hint=f'hint("{key}")',
            give_up=f'solution("{key}", give_up=True)',
        )
        block = locked_block(key, text)
    else:
        try:
            block = solution_block(key, reference(key))
        except NoSolution as problem:
            block = locked_block(key, str(problem))
    show(block, also_as_text=True)


def progress(reset: bool = False) -> None:
    """Show every tier with its checks and the points you have; `reset=True` starts anew."""
    notes = []
    if reset and not store.reset():
        notes.append(
            say(
                "checks.progress.not_reset",
                "{path} cannot be removed, so your points stay. Remove it yourself, or give "
                "yourself the right to write there.",
                path=store.path(),
            )
        )
    passed, kept = store.passed(), store.is_kept()
    if not kept:
        notes.append(
            say(
                "checks.progress.not_kept",
                "{path} cannot be written, so the course forgets these points when the kernel "
                "stops.",
                path=store.path(),
            )
        )
    if damaged := store.damaged_lines():
        notes.append(
            say(
                "checks.progress.damaged",
                "Lines of {path} that make no sense and were passed over: {count}. All others "
                "count.",
                path=store.path(),
                count=damaged,
            )
        )
    show(board_block(manifest.exercises(), passed, notes), also_as_text=True)


def find(key: object) -> Check:
    """Return the check of this name.

    Raises:
        UnknownCheck: there is none.
    """
    known = manifest.points()
    if not isinstance(key, str) or key not in known:
        raise UnknownCheck(key, list(known))
    module = importlib.import_module(f"helpers.checks.{key.partition('.')[0]}")
    return module.CHECKS[key]


def _is_empty(value: object, gap: str | None) -> bool:
    """Tell whether there is nothing yet in a value, in any part of it, or in this exercise's."""
    if type(value) is dict and value:
        if gap in value and is_missing(value[gap]):
            return True
        return all(is_missing(part) for part in value.values())
    return is_missing(value)


def _look(known: Check, value: object) -> tuple[tuple[Criterion, ...], str]:
    """The criteria, and the explanation of a value for which all of them hold."""
    criteria: list[Criterion] = []
    try:
        with at_most(SECONDS):
            criteria.extend(known.criteria(value))
            if all(criterion.holds for criterion in criteria):
                return tuple(criteria), known.explanation(value)
            if not any(criterion.holds is False for criterion in criteria):
                criteria.append(_undecided(criteria))
    except KeyboardInterrupt:
        raise
    except TookTooLong:
        criteria.append(_too_long())
    except BaseException as error:  # noqa: BLE001 (a learner's own objects may raise anything)
        criteria.append(_unreadable(value, error))
    return tuple(criteria), ""


def _undecided(criteria: list[Criterion]) -> Criterion:
    """Nothing is known to be wrong, but not all could be looked at."""
    return Criterion(
        "UNDECIDED",
        say("checks.undecided", "The check can look at all of it"),
        False,
        say(
            "checks.undecided.found",
            "There was nothing in it to look at for this: {title}.",
            title=next(criterion.title for criterion in criteria if not criterion.holds),
        ),
    )


def _too_long() -> Criterion:
    return Criterion(
        "TOO_LONG",
        say("checks.too_long", "The check can read it in {seconds} seconds", seconds=SECONDS),
        False,
        say("checks.too_long.found", "It had not come to an end by then."),
        say("checks.too_long.expected", "some hundred rows, as a Dataset or a list"),
    )


def _unreadable(value: object, error: BaseException) -> Criterion:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 (an error that cannot even say what it is)
        text = ""
    return Criterion(
        "UNREADABLE",
        say("checks.unreadable", "The check can read it"),
        False,
        say(
            "checks.unreadable.found",
            "Reading this value of type {kind} ended with {error}: {text}",
            kind=type(value).__name__,
            error=type(error).__name__,
            text=shown(text),
        ),
    )


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
