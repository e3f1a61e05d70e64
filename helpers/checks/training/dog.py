"""🐕 of the training notebook: alignment on pairs, and whether it was worth it."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from helpers.checks.criteria import few
from helpers.checks.outcome import Check, Criterion
from helpers.checks.preference.parts import parts_of, rows_in
from helpers.checks.rows import Unusable
from helpers.checks.texts import plain, same_words, shown
from helpers.checks.training.evaluations import evaluations_in, trained_in
from helpers.checks.training.trainers import (
    Pair,
    end_of,
    name_of_model,
    not_reported,
    pair_of,
    pair_shown,
    pairs_of,
    rows_of_trainer,
    trainer_in,
)
from helpers.checks.training.values import is_a, is_truth, number_of, what_it_is
from helpers.messages import say

if TYPE_CHECKING:
    from helpers.checks.training.evaluations import Evaluations
    from helpers.training.evaluating import Preference

PAIRS, HELD_OUT = 12, 3
UNTUNED = "tutor-base"
CHANCE = 0.05  # where both models are equal, so seldom one of them leads by as much or more
MAY_FALL = 0.05  # a share that falls by no more than this has not become worse
BORDER = 1e-9  # a fall of three in sixty is less or more than 0.05, as it is computed


# --- training.dog.trainer --------------------------------------------------------------


def trainer_criteria(value: object) -> Iterator[Criterion]:
    """Look at a trainer: the learner's pairs as they are, others held out, a fine-tuned model."""
    parts = yield from parts_of(value, ("pairs", "trainer"), hint=1)
    rows = yield from rows_in(
        parts,
        "pairs",
        ("chosen", "rejected"),
        say(
            "training.dog.trainer.NO_COLUMN.expected",
            "the pairs of the second notebook, or those of the course",
        ),
        hint=1,
    )
    given = [_plain(pair_of(row)) for row in rows]
    trainer = yield from trainer_in(parts, "DPOTrainer", "NOT_DPO", hint=1)
    learned, holds_rows = rows_of_trainer(trainer, hint=2)
    yield holds_rows
    yield Criterion(
        "FEW_PAIRS",
        say("training.dog.trainer.FEW_PAIRS", "It learns from at least {pairs} pairs", pairs=PAIRS),
        len(learned) >= PAIRS if learned else None,
        say("training.dog.trainer.FEW_PAIRS.found", "Pairs: {pairs}.", pairs=len(learned)),
        say("training.dog.trainer.FEW_PAIRS.expected", "{pairs} pairs or more", pairs=PAIRS),
        hint=2,
    )
    pairs = [pair_of(row, end_of(trainer)) for row in learned]
    yield from _of_these_pairs(pairs, given)
    yield few(
        "SAME_TEXT",
        say("training.dog.trainer.SAME_TEXT", "Chosen and rejected are different answers"),
        [n for n, (_, one, other) in enumerate(pairs) if one and other and same_words(one, other)]
        if pairs
        else None,
        len(pairs),
        lambda n: pair_shown(n, pairs[n]),
        say("training.dog.trainer.SAME_TEXT.expected", "two texts that say different things"),
        hint=3,
    )
    yield from _held_out(trainer, pairs)
    name = name_of_model(trainer)
    yield Criterion(
        "NOT_TUNED",
        say("training.dog.trainer.NOT_TUNED", "The model is fine-tuned already"),
        None if trainer is None else name != UNTUNED,
        say(
            "training.dog.trainer.NOT_TUNED.found",
            "The trainer's model is `{model}`, which has not learned to answer: pairs of answers "
            "teach it little.",
            model=name,
        ),
        say("training.dog.trainer.NOT_TUNED.expected", "the model that your fine-tuning made"),
        hint=5,
    )
    yield not_reported(trainer, hint=5)


def _plain(pair: Pair) -> Pair:
    return tuple(plain(text) if isinstance(text, str) else None for text in pair)


def _of_these_pairs(pairs: list[Pair], given: list[Pair]) -> Iterator[Criterion]:
    """Yield whether the trainer's pairs are those it was given, and the right way round."""
    known = {pair for pair in given if None not in pair}
    turned = {(prompt, rejected, chosen) for prompt, chosen, rejected in known} - known
    off, swapped = [], []
    for n, pair in enumerate(map(_plain, pairs)):
        if pair in turned:
            swapped.append(n)
        elif pair not in known:
            off.append(n)
    yield few(
        "OTHER_PAIRS",
        say("training.dog.trainer.OTHER_PAIRS", "The trainer learns from the pairs it was given"),
        off if given else None,
        len(pairs),
        lambda n: pair_shown(n, pairs[n]),
        say(
            "training.dog.trainer.OTHER_PAIRS.expected",
            "of each pair in `pairs` the prompt and both of its texts",
        ),
        hint=3,
    )
    yield few(
        "SWAPPED",
        say("training.dog.trainer.SWAPPED", "Chosen is what was chosen"),
        swapped if given else None,
        len(pairs),
        lambda n: say(
            "training.dog.trainer.SWAPPED.found",
            "{pair}; in `pairs` it is the other way round",
            pair=pair_shown(n, pairs[n]),
        ),
        say(
            "training.dog.trainer.SWAPPED.expected",
            "in `chosen` the better text of the pair, in `rejected` the other one",
        ),
        hint=3,
    )


def _held_out(trainer: object, pairs: list[Pair]) -> Iterator[Criterion]:
    """Yield whether there are pairs to measure the training with, and only for that."""
    title = say(
        "training.dog.trainer.NO_HELD_OUT", "At least {pairs} pairs are held out", pairs=HELD_OUT
    )
    apart = say("training.dog.trainer.OVERLAP", "No pair that is held out is learned")
    if trainer is None:
        yield Criterion("NO_HELD_OUT", title, None)
        yield Criterion("OVERLAP", apart, None)
        return
    dataset = getattr(trainer, "eval_dataset", None)
    try:
        held, found = pairs_of(dataset, end_of(trainer)), ""
    except Unusable as problem:
        held, found = [], problem.found
    if dataset is None:
        found = say("training.dog.trainer.NO_HELD_OUT.none", "The trainer has no `eval_dataset`.")
    yield Criterion(
        "NO_HELD_OUT",
        title,
        len(held) >= HELD_OUT,
        found
        or say("training.dog.trainer.NO_HELD_OUT.found", "Pairs held out: {pairs}.",
               pairs=len(held)),
        say(
            "training.dog.trainer.NO_HELD_OUT.expected",
            "pairs that tell whether it prefers the better text where it has not seen it",
        ),
        hint=4,
    )  # fmt: skip
    learned = set(map(_plain, pairs))
    yield few(
        "OVERLAP",
        apart,
        [n for n, pair in enumerate(held) if _plain(pair) in learned] if held and pairs else None,
        len(held),
        lambda n: pair_shown(n, held[n]),
        say("training.dog.trainer.OVERLAP.expected", "other pairs than those in `train_dataset`"),
        hint=4,
        tolerated=0,
    )


def _trainer_hints() -> list[str]:
    return [
        say(
            "training.dog.trainer.hint.1",
            "The cell hands in your `pairs` and what `build_aligner(...)` returns. Does the "
            "function end with `return` and the trainer that it made? The class stands in the "
            "import at the top of the cell.",
        ),
        say(
            "training.dog.trainer.hint.2",
            "The trainer learns from `train_dataset`: give it all the `pairs` that the function "
            "was given. If they are too few, make more in the second notebook, or take those of "
            "the course.",
        ),
        say(
            "training.dog.trainer.hint.3",
            "`to_dpo` finds prompt, chosen and rejected by their names and leaves the texts as they "
            "are. Compare `trainer.train_dataset[0]` with `pairs[0]`, column by column.",
        ),
        say(
            "training.dog.trainer.hint.4",
            "The function is given two lists of pairs. One is for learning, the other for "
            "measuring on the way: TRL's trainers take each under a name of its own. Both need the "
            "same form.",
        ),
        say(
            "training.dog.trainer.hint.5",
            "Which model did your fine-tuning make? `load_model` also takes a folder. The "
            "settings come from `dpo_config`, which reports to no service unless you tell it to.",
        ),
    ]


def _trainer_explanation(value: Mapping) -> str:
    trainer = value["trainer"]
    held = trainer.eval_dataset
    return say(
        "training.dog.trainer.explanation",
        "`{model}` is going to learn from {pairs} pairs which of two answers is the better one, "
        "and is measured on {held_out} others.",
        model=name_of_model(trainer),
        pairs=len(trainer.train_dataset),
        held_out=len(pairs_of(held)),
    )


# --- training.dog.effect ---------------------------------------------------------------


def effect_criteria(value: object) -> Iterator[Criterion]:
    """Look at an alignment: what the judge prefers, what the figures say, and the verdict."""
    parts = yield from parts_of(
        value, ("aligned", "before", "after", "preference", "worth_it"), hint=1
    )
    yield trained_in(parts, "aligned", "DPO", "NOT_ALIGNED", hint=1)
    both = yield from evaluations_in(parts, hint=1, hint_prompts=2)
    preference = yield from _preference_in(parts, both)
    title = say("training.dog.effect.NOT_A_BOOL", "`worth_it` is True or False")
    verdict = parts.get("worth_it")
    yield Criterion(
        "NOT_A_BOOL",
        title,
        is_truth(verdict) if "worth_it" in parts else None,
        _what_verdict(verdict),
        say("training.dog.effect.NOT_A_BOOL.expected", "what comparisons with `>` and `and` give"),
        hint=4,
    )
    yield _not_worse(preference)
    yield _right_verdict(both, preference, verdict)


def _what_verdict(verdict: object) -> str:
    return say("training.dog.effect.NOT_A_BOOL.found", "It is {value}.", value=shown(verdict))


def _is_preference(value: object) -> bool:
    counts = [number_of(getattr(value, name, None)) for name in ("better", "worse", "undecided")]
    rows = getattr(value, "rows", None)
    return (
        is_a(value, "Preference")
        and None not in counts
        and isinstance(rows, (list, tuple))
        and all(
            isinstance(row, Mapping)
            and all(isinstance(row.get(name), str) for name in ("prompt", "before", "after"))
            for row in rows
        )
        and sum(counts) == len(rows)
    )


def _what_preference(value: object) -> str:
    if not is_a(value, "Preference"):
        return what_it_is(value)
    return say(
        "training.dog.effect.NOT_PREFERENCE.rows",
        "This is a Preference whose numbers and `rows` do not belong together.",
    )


def _preference_in(
    parts: Mapping[str, object], both: "Evaluations | None"
) -> Iterator[Criterion]:  # returns Preference | None
    """Yield whether a judge compared these answers, in this order, and return what it said."""
    title = say("training.dog.effect.NOT_PREFERENCE", "`preference` compares these answers")
    order = say("training.dog.effect.ORDER", "The judge was given `before` first")
    expected = say(
        "training.dog.effect.NOT_PREFERENCE.expected",
        "what `prefer` returned for these two evaluations",
    )
    if "preference" not in parts or (both is None and _is_preference(parts["preference"])):
        yield Criterion("NOT_PREFERENCE", title, None)
        yield Criterion("ORDER", order, None)
        return None
    preference = parts["preference"]
    if not _is_preference(preference):
        yield Criterion(
            "NOT_PREFERENCE", title, False, _what_preference(preference), expected, hint=1
        )
        yield Criterion("ORDER", order, None)
        return None
    before, after = ({(row["prompt"], row["answer"]) for row in one.answers} for one in both)
    rows = preference.rows
    straight = [_compares(row, before, after) for row in rows]
    turned = all(_compares(row, after, before) for row in rows) and not all(straight)
    fits = len(rows) == len(both[0].answers) and (turned or all(straight))
    yield Criterion(
        "NOT_PREFERENCE",
        title,
        fits,
        _misfit(rows, straight, len(both[0].answers)),
        expected,
        hint=1,
    )
    yield Criterion(
        "ORDER",
        order,
        not turned if fits else None,
        say(
            "training.dog.effect.ORDER.found",
            "The first answers that the judge was given are those of {after}, so `better` and "
            "`worse` are exchanged.",
            after=shown(both[1].model),
        ),
        say("training.dog.effect.ORDER.expected", "the earlier model first, then the aligned one"),
        hint=2,
    )
    return preference if fits and not turned else None


def _compares(row: Mapping, first: set, second: set) -> bool:
    return (row["prompt"], row["before"]) in first and (row["prompt"], row["after"]) in second


def _misfit(rows: list[Mapping], straight: list[bool], prompts: int) -> str:
    if all(straight):
        return say(
            "training.dog.effect.NOT_PREFERENCE.prompts",
            "The judge compared answers to {rows} prompts, and the evaluations are of {prompts}.",
            rows=len(rows),
            prompts=prompts,
        )
    row = rows[straight.index(False)]
    return say(
        "training.dog.effect.NOT_PREFERENCE.answers",
        "To {prompt} the judge was given {before} and {after}, and these are not the answers in "
        "`before` and `after`.",
        prompt=shown(row["prompt"]),
        before=shown(row["before"]),
        after=shown(row["after"]),
    )


def _not_worse(preference: "Preference | None") -> Criterion:
    title = say("training.dog.effect.WORSE", "The judge does not prefer the earlier model")
    if preference is None:
        return Criterion("WORSE", title, None)
    return Criterion(
        "WORSE",
        title,
        _chance(preference) >= CHANCE,
        say(
            "training.dog.effect.WORSE.found",
            "In both orders the judge prefers the aligned model on {better} prompts and the earlier "
            "one on {worse}. Were chosen and rejected swapped? Or was the training so long that "
            "answers no longer end?",
            better=preference.better,
            worse=preference.worse,
        ),
        say(
            "training.dog.effect.WORSE.expected",
            "a training after which more answers are preferred than before",
        ),
        hint=3,
    )


def _chance(preference: "Preference") -> float:
    """How often the earlier model leads by as much or more where both are equal: a sign test."""
    from scipy.stats import binomtest

    decided = preference.worse + preference.better
    if not decided:
        return 1.0
    return float(binomtest(preference.worse, decided, alternative="greater").pvalue)


def _right_verdict(
    both: "Evaluations | None", preference: "Preference | None", verdict: object
) -> Criterion:
    title = say("training.dog.effect.WRONG_VERDICT", "The verdict follows from the figures")
    if both is None or preference is None or not is_truth(verdict):
        return Criterion("WRONG_VERDICT", title, None)
    before, after = both
    return Criterion(
        "WRONG_VERDICT",
        title,
        bool(verdict) in _right_verdicts(both, preference),
        say(
            "training.dog.effect.WRONG_VERDICT.found",
            "`worth_it` is {verdict}. The judge prefers the aligned model on {share} of the "
            "prompts; {ends_before} of the answers ended before and {ends} do now; "
            "{on_subject_before} stayed on the subject and {on_subject} do now.",
            verdict=bool(verdict),
            share=preference.share,
            ends_before=before.share("ends"),
            ends=after.share("ends"),
            on_subject_before=before.share("on_subject"),
            on_subject=after.share("on_subject"),
        ),
        say(
            "training.dog.effect.WRONG_VERDICT.expected",
            "True where it is preferred on more than half of all prompts and neither share fell by "
            "more than 0.05, else False",
        ),
        hint=5,
    )


def _right_verdicts(both: "Evaluations", preference: "Preference") -> set[bool]:
    """What may be said; either of the two where a share fell by just as much as it may."""
    before, after = both
    fell = max(before.ends - after.ends, before.on_subject - after.on_subject)
    if preference.share.value <= 0.5:
        return {False}
    return {True, False} if abs(fell - MAY_FALL) < BORDER else {fell < MAY_FALL}


def _effect_hints() -> list[str]:
    return [
        say(
            "training.dog.effect.hint.1",
            "Hand in what `train`, `evaluate_model` and `prefer` returned, as they are. If you "
            "evaluate a model anew, ask the judge anew, too: it has to see these answers.",
        ),
        say(
            "training.dog.effect.hint.2",
            "Both models get the same prompts. The judge is then asked "
            "`prefer(before, after)`: `better` means that the second one wins.",
        ),
        say(
            "training.dog.effect.hint.3",
            "Look at the rewards in the picture: does the line of chosen rise above that of "
            "rejected? If it is the other way round, look at the pairs. If both fall far, "
            "the steps were too many or too large: take fewer epochs or a smaller learning_rate.",
        ),
        say(
            "training.dog.effect.hint.4",
            "`worth_it` is no text, no number and no figure of the evaluation. A comparison such as "
            "`1 < 2` gives a value of the right type.",
        ),
        say(
            "training.dog.effect.hint.5",
            "The judge alone does not decide. The verdict joins three comparisons: how often the "
            "judge prefers the aligned model, of all prompts, and whether each of the two shares "
            "kept its height.",
        ),
    ]


def _effect_explanation(value: Mapping) -> str:
    preference, before, after = value["preference"], value["before"], value["after"]
    return say(
        "training.dog.effect.explanation",
        "The judge prefers the aligned model on {share} of the prompts and the earlier one on "
        "{worse} of them; {ends_before} of the answers ended before and {ends} do now. Your "
        "verdict, {verdict}, follows from that.",
        share=preference.share,
        worse=preference.worse,
        ends_before=before.share("ends"),
        ends=after.share("ends"),
        verdict=bool(value["worth_it"]),
    )


CHECKS = {
    "training.dog.trainer": Check(
        trainer_criteria, _trainer_hints, _trainer_explanation, "trainer", gap="trainer"
    ),
    "training.dog.effect": Check(
        effect_criteria, _effect_hints, _effect_explanation, "worth_it", gap="worth_it"
    ),
}
