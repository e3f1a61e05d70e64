"""What the checks of both trainings look at alike: what was trained, and two evaluations."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from helpers.checks.criteria import names
from helpers.checks.outcome import Criterion
from helpers.checks.texts import shown
from helpers.checks.training.values import is_a, is_truth, number_of, what_it_is
from helpers.messages import say

if TYPE_CHECKING:  # it needs transformers, which takes seconds
    from helpers.training.evaluating import Evaluation

    Evaluations = tuple[Evaluation, Evaluation]

PROMPTS = 20


def trained_in(
    parts: Mapping[str, object], name: str, kind: str, code: str, hint: int
) -> Criterion:
    """Return whether a part is a training of this kind that took steps.

    Args:
        parts: what the check was given.
        name: which part.
        kind: "SFT" or "DPO".
        code: the criterion's code.
        hint: the number of the hint that helps.
    """
    title = say(
        "training.evaluations.TRAINED",
        "`{part}` is what `train` returned for {kind}",
        part=name,
        kind=kind,
    )
    if name not in parts:
        return Criterion(code, title, None)
    trained = parts[name]
    found, holds = what_it_is(trained), False
    if is_a(trained, "Trained"):
        steps = number_of(getattr(trained, "steps", None))
        holds = getattr(trained, "kind", None) == kind and (steps or 0) > 0
        found = say(
            "training.evaluations.TRAINED.found",
            "This is a training of the kind {kind}, of {steps} steps.",
            kind=shown(getattr(trained, "kind", None)),
            steps=round(steps or 0),
        )
    expected = say(
        "training.evaluations.TRAINED.expected",
        "what `train` gave back for the {kind}Trainer, after at least one step",
        kind=kind,
    )
    return Criterion(code, title, holds, found, expected, hint)


def evaluations_in(
    parts: Mapping[str, object], hint: int, hint_prompts: int
) -> Iterator[Criterion]:  # returns Evaluations | None
    """Yield whether two evaluations of the same prompts were handed in, and return them if so.

    Args:
        parts: what the check was given; they are under `before` and `after`.
        hint: the number of the hint on what an evaluation is.
        hint_prompts: the number of the hint on the prompts.
    """
    wanted = ("before", "after")
    there = all(name in parts for name in wanted)
    off = [name for name in wanted if there and not _is_evaluation(parts[name])]
    title = say("training.evaluations.KIND", "`before` and `after` are evaluations")
    found = ""
    if off:
        found = f"{names(off[:1])}: {_what_evaluation(parts[off[0]])}"
    yield Criterion(
        "NOT_EVALUATIONS",
        title,
        not off if there else None,
        found,
        say(
            "training.evaluations.KIND.expected",
            "what `evaluate_model` returned for each of the two models",
        ),
        hint,
    )
    both = (parts["before"], parts["after"]) if there and not off else None
    same = _same_prompts(both, hint_prompts)
    yield same
    return both if same.holds else None


def answers_of(evaluation: "Evaluation") -> dict[str, str]:
    """Return the answer to each prompt."""
    return {row["prompt"]: row["answer"] for row in evaluation.answers}


def _is_evaluation(value: object) -> bool:
    answers = getattr(value, "answers", None)
    return (
        is_a(value, "Evaluation") and isinstance(answers, (list, tuple)) and not _odd_row(answers)
    )


def _odd_row(answers: list | tuple) -> bool:
    return any(
        not isinstance(row, Mapping)
        or not all(isinstance(row.get(name), str) for name in ("prompt", "answer"))
        or not all(is_truth(row.get(name)) for name in ("ends", "on_subject"))
        for row in answers
    )


def _what_evaluation(value: object) -> str:
    if not is_a(value, "Evaluation"):
        return what_it_is(value)
    return say(
        "training.evaluations.KIND.found",
        "an Evaluation with an answer that lacks its `prompt`, `answer`, `ends` or `on_subject`.",
    )


def _same_prompts(both: "Evaluations | None", hint: int) -> Criterion:
    title = say(
        "training.evaluations.OTHER_PROMPTS",
        "Both are of the same prompts, of {prompts} or more",
        prompts=PROMPTS,
    )
    if both is None:
        return Criterion("OTHER_PROMPTS", title, None)
    asked = [Counter(row["prompt"] for row in one.answers) for one in both]
    found = say(
        "training.evaluations.OTHER_PROMPTS.found",
        "Different prompts in `before`: {before}, in `after`: {after}.",
        before=len(asked[0]),
        after=len(asked[1]),
    )
    alone = [*(asked[0] - asked[1]), *(asked[1] - asked[0])]
    if alone:
        found += " " + say(
            "training.evaluations.OTHER_PROMPTS.alone",
            "The two do not both ask {prompt} equally often.",
            prompt=shown(alone[0]),
        )
    return Criterion(
        "OTHER_PROMPTS",
        title,
        not alone and len(asked[0]) >= PROMPTS,
        found,
        say(
            "training.evaluations.OTHER_PROMPTS.expected",
            "two evaluations that ask both models the same",
        ),
        hint,
    )
