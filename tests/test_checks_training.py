"""The answer bank of the training notebook through its checks."""

import random
import re
import time

import pytest

from helpers.checks import NotAttempted, check, evaluate
from helpers.checks.outcome import Status
from helpers.checks.training import CHECKS
from tests.answer_bank import training as bank
from tests.answer_bank.checked import hints_named, missed, rejected, silent, text_of_failing
from tests.conftest import ROOT

KEYS = list(bank.RIGHT)
SHARED_CODES = {"PARTS", "EMPTY_PART", "WRONG_TYPE", "NO_ROWS", "NO_COLUMN"}


@pytest.fixture(scope="module")
def right():
    return {key: answers() for key, answers in bank.RIGHT.items()}


@pytest.fixture(scope="module")
def wrong():
    return {key: answers() for key, answers in bank.WRONG.items()}


def test_every_check_has_a_bank_of_answers():
    assert set(CHECKS) == set(bank.RIGHT) == set(bank.WRONG)


@pytest.mark.parametrize("key", KEYS)
def test_right_answers_pass(key, right):
    assert len(right[key]) >= 9
    assert not rejected(key, right[key])


@pytest.mark.parametrize("key", KEYS)
def test_wrong_answers_get_their_codes(key, wrong):
    assert len(wrong[key]) >= 20
    assert not missed(key, wrong[key])


@pytest.mark.parametrize("key", KEYS)
def test_every_code_of_a_check_has_a_wrong_answer(key, right, wrong):
    looked_at = {c.code for value in right[key].values() for c in evaluate(key, value).criteria}
    assert looked_at - SHARED_CODES <= {code for _, code in wrong[key].values()}


@pytest.mark.parametrize("key", KEYS)
def test_what_does_not_hold_says_what_was_found_and_names_a_hint_that_exists(key, wrong):
    assert not silent(key, wrong[key], len(CHECKS[key].hints()))


@pytest.mark.parametrize("key", KEYS)
def test_every_hint_of_a_check_belongs_to_a_mistake(key, wrong):
    assert hints_named(key, wrong[key]) == set(range(1, len(CHECKS[key].hints()) + 1))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("empty", [None, ...])
def test_an_empty_gap_is_not_attempted_though_the_rest_is_filled(key, empty):
    with pytest.raises(NotAttempted, match=f"`{CHECKS[key].gap}` is still empty"):
        check(key, {CHECKS[key].gap: empty, "rows": bank.rows()})


def test_the_same_key_always_has_the_same_text():
    """The catalogue keeps one text for a key."""
    texts = {}
    for path in (ROOT / "helpers" / "checks" / "training").glob("*.py"):
        for key, text in re.findall(r'say\(\s*"([\w.]+)",\s*((?:"[^"]*"\s*)+)', path.read_text()):
            assert texts.setdefault(key, text.split()) == text.split(), key
    assert len(texts) > 100


# --- what a learner reads --------------------------------------------------------------


def test_a_question_that_is_learned_too_is_named():
    own = bank.rows()
    value = bank.turtle(own, bank.sft(own, "messages"))
    text = text_of_failing("training.turtle.trainer", value)
    assert "[WHOLE_TEXT]" in text
    assert re.search(r"in row 0 the loss is taken on (\d+) of \1 tokens", text)


def test_a_held_out_subject_is_shown_with_the_row_that_gives_it_away():
    first = bank.held_out()[0]
    leaking = [*bank.rows(), {"instruction": f"Write of {first['subject']}.", "response": "Yes."}]
    text = text_of_failing("training.turtle.trainer", bank.turtle(leaking, bank.sft(leaking)))
    assert f"“{first['prompt']}”" in text and f"“Write of {first['subject']}.”" in text


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("before minus after", "the sign is not"),
        ("percent", "in percent"),
        ("a ratio", "divided"),
        ("only after", "`gained` says 0.95"),
    ],
)
def test_a_gain_that_is_another_figure_is_recognised(mistake, said):
    value, _ = bank.wrong_effects()[mistake]
    assert said in text_of_failing("training.turtle.effect", value)


def test_only_the_swapped_order_is_named_where_all_else_follows_from_it():
    value, _ = bank.wrong_effects()["before and after exchanged"]
    assert evaluate("training.turtle.effect", value).codes == ("SWAPPED_ORDER",)


def test_pairs_the_wrong_way_round_are_shown():
    value, _ = bank.wrong_aligners()["chosen and rejected swapped"]
    text = text_of_failing("training.dog.trainer", value)
    assert "[SWAPPED]" in text and "the other way round" in text
    assert "chosen = “I would rather not talk about number 0.”" in text
    assert evaluate("training.dog.trainer", value).codes == ("SWAPPED",)


def test_a_model_that_got_worse_is_asked_about_though_the_verdict_is_right():
    verdict = evaluate("training.dog.effect", bank.weighed(False, better=8, worse=40))
    assert verdict.codes == ("WORSE",)
    found = next(c.found for c in verdict.criteria if c.code == "WORSE")
    assert "on 8 prompts and the earlier one on 40" in found and "swapped" in found


def test_the_runs_of_the_learner_are_shown_where_the_tier_is_wrong():
    value = bank.concluded(bank.runs(bank.LUCKY), "dog", False)
    text = text_of_failing("training.lion.conclusion", value)
    assert "You name `dog`" in text and "`lion` 0.66, 0.70, 0.73" in text


def test_two_thousand_rows_are_read_in_two_seconds():
    own = [row | {"instruction": f"{row['instruction']} {n}"} for n, row in
           enumerate(bank.rows() * 34)]  # fmt: skip
    prepared = bank.sft(bank.rows()).train_dataset[0]
    taught = [
        prepared
        | {
            "prompt": [bank.chat("user", row["instruction"])],
            "completion": [bank.chat("assistant", row["response"])],
        }
        for row in own
    ]
    trainer = bank.named("SFTTrainer", train_dataset=bank.Dataset.from_list(taught))
    began = time.monotonic()
    verdict = evaluate("training.turtle.trainer", bank.turtle(own, trainer))
    print(f"{len(own)} rows: {time.monotonic() - began:.2f} s")
    assert verdict.status is Status.CORRECT


# --- whatever a learner hands in -------------------------------------------------------

COLUMNS = (
    "instruction", "response", "messages", "prompt", "completion", "chosen", "rejected",
    "input_ids", "labels", "tier", "seed", "tokens", "good", "answer", "ends", "on_subject",
    "before", "after",
)  # fmt: skip
ATTRIBUTES = (
    "train_dataset", "eval_dataset", "args", "model", "processing_class", "kind", "steps", "base",
    "answers", "better", "worse", "undecided", "rows",
)  # fmt: skip
KINDS = ("SFTTrainer", "DPOTrainer", "Trained", "Evaluation", "Preference", "Thing")
PARTS = (
    "rows", "pairs", "trainer", "trained", "aligned", "before", "after", "gained", "preference",
    "worth_it", "results", "best",
)  # fmt: skip
NUMBERS = (0, -9, 0.5, float("nan"), float("inf"))
SIMPLE = (None, True, *NUMBERS, "", "text", b"x", ..., print)


def odd_value(chance):
    """A text, a list of messages, a table, a trainer: with whatever in its cells."""

    def cell():
        turns = [
            {"role": chance.choice(["user", "assistant", 7]), "content": chance.choice(SIMPLE)}
        ]
        lists = ([], turns, [*turns, 3], [chance.choice(SIMPLE)], {"user": 1, "tier": []})
        return chance.choice([*SIMPLE, *lists])

    def table():
        columns = [name for name in COLUMNS if chance.random() < 0.8]
        return [{name: cell() for name in columns} for _ in range(chance.randrange(5))]

    if chance.random() < 0.3:
        return chance.choice([cell, table])()
    attributes = {name: chance.choice([cell, table])() for name in ATTRIBUTES}
    attributes = {name: made for name, made in attributes.items() if chance.random() < 0.9}
    return bank.named(chance.choice(KINDS), **attributes)


@pytest.mark.parametrize("key", KEYS)
def test_no_value_makes_a_check_stumble(key):
    chances = map(random.Random, range(80))
    for value in (v for c in chances for v in ({n: odd_value(c) for n in PARTS}, odd_value(c))):
        verdict = evaluate(key, value)
        assert verdict.status is not Status.CORRECT
        assert "UNREADABLE" not in verdict.codes, verdict.criteria[-1].found


@pytest.mark.parametrize("key", KEYS)
def test_no_part_of_a_right_answer_makes_a_check_stumble(key, right):
    for chance in map(random.Random, range(60)):
        value = dict(next(iter(right[key].values())))
        value[chance.choice(sorted(value))] = odd_value(chance)
        assert "UNREADABLE" not in evaluate(key, value).codes
