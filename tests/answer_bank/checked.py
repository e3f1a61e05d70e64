"""What the checks say of a bank's answers, for the tests of every bank."""

from typing import Any

import pytest

from helpers.checks import NotYet, check, evaluate
from helpers.checks.outcome import Status

Right = dict[str, Any]
Wrong = dict[str, tuple[Any, str]]


def rejected(key: str, right: Right) -> dict[str, Any]:
    """The right answers that do not pass with all their points."""
    found = {}
    for name, value in right.items():
        verdict = evaluate(key, value)
        if verdict.status is not Status.CORRECT or not verdict.points == verdict.worth > 0:
            found[name] = (verdict.summary, [c.found for c in verdict.criteria if not c.holds])
    print(f"{key}: {len(right)} right answers, {len(found)} rejected")
    return found


def missed(key: str, wrong: Wrong) -> dict[str, Any]:
    """The wrong answers that pass, that nothing could read, or that get other codes than theirs."""
    found = {}
    for name, (value, code) in wrong.items():
        verdict = evaluate(key, value)
        unread = "UNREADABLE" in verdict.codes
        if verdict.status is not Status.NOT_YET or code not in verdict.codes or unread:
            found[name] = (code, verdict.summary)
    codes = {code for _, code in wrong.values()}
    print(f"{key}: {len(wrong)} wrong answers, {len(codes)} codes, {len(found)} missed")
    return found


def silent(key: str, wrong: Wrong, hints: int) -> dict[str, Any]:
    """The criteria that fail and do not say what was found, or name no hint that exists."""
    return {
        (name, criterion.code): (criterion.found, criterion.hint)
        for name, (value, _) in wrong.items()
        for criterion in evaluate(key, value).criteria
        if criterion.holds is False
        and (not criterion.found or criterion.hint not in range(1, hints + 1))
    }


def hints_named(key: str, wrong: Wrong) -> set[int]:
    """The hints to which a criterion leads that fails for one of the wrong answers."""
    return {
        criterion.hint
        for value, _ in wrong.values()
        for criterion in evaluate(key, value).criteria
        if criterion.holds is False
    }


def text_of_failing(key: str, value: Any) -> str:
    """What a learner reads who hands this in."""
    with pytest.raises(NotYet) as caught:
        check(key, value)
    return str(caught.value)
