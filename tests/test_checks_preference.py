"""The answer bank of the preference notebook through its checks."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.checks import NotAttempted, check, evaluate
from helpers.checks.outcome import Status
from helpers.checks.preference import CHECKS
from tests.answer_bank import preference as bank
from tests.answer_bank.checked import hints_named, missed, rejected, silent, text_of_failing

KEYS = list(bank.RIGHT)


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
def test_what_does_not_hold_says_what_was_found_and_names_a_hint_that_exists(key, wrong):
    assert not silent(key, wrong[key], len(CHECKS[key].hints()))


@pytest.mark.parametrize("key", KEYS)
def test_every_hint_of_a_check_belongs_to_a_mistake(key, wrong):
    assert hints_named(key, wrong[key]) == set(range(1, len(CHECKS[key].hints()) + 1))


@pytest.mark.parametrize(
    ("key", "empty"),
    [
        ("preference.turtle.completions", None),
        ("preference.turtle.pairs", {"completions": None, "pairs": None}),
        ("preference.dog.evolved", {"evolved": None, "pairs": ...}),
        ("preference.lion.ratings", {"judged": None, "reversed": None}),
        ("preference.lion.pairs", {"judged": None, "reversed": None, "pairs": None}),
    ],
)
def test_empty_gaps_are_not_attempted(key, empty):
    with pytest.raises(NotAttempted):
        check(key, empty)


@pytest.mark.parametrize(
    ("key", "value"),
    [("preference.turtle.pairs", bank.turtle_value), ("preference.lion.pairs", bank.lion_value)],
)
@pytest.mark.parametrize("empty", [None, ...])
def test_an_empty_gap_is_not_attempted_though_the_one_before_is_filled(key, value, empty):
    with pytest.raises(NotAttempted, match="`pairs` is still empty"):
        check(key, value(empty))


# --- what a learner reads --------------------------------------------------------------


def test_one_model_twice_is_named():
    value, _ = bank.wrong_completions()["one model twice"]
    text = text_of_failing("preference.turtle.completions", value)
    assert "[ONE_MODEL]" in text and f"row 0 names {bank.STRONG}, {bank.STRONG}" in text


def test_the_weaker_model_as_chosen_is_named():
    swapped = bank.swapped(list(bank.reference()["make_pairs"](bank.tutor_completions())))
    value = bank.turtle_value(swapped, bank.tutor_completions())
    text = text_of_failing("preference.turtle.pairs", value)
    assert "[SWAPPED]" in text and "`tutor-mini` is the weaker one" in text
    assert "chosen_model = “tutor-mini”, rejected_model = “tutor”" in text


def test_a_part_that_is_still_empty_is_named():
    text = text_of_failing("preference.dog.evolved", bank.dog_value(None))
    assert "[EMPTY_PART]" in text and "Still empty: `pairs`" in text


def test_an_evolution_that_breaks_off_is_shown():
    value, _ = bank.wrong_dog_pairs()["all that are longer"]
    text = text_of_failing("preference.dog.evolved", value)
    assert "[BROKEN]" in text and "more, bicycles is also”" in text


def test_a_rating_that_nobody_gave_is_shown_beside_what_the_judge_wrote():
    value, _ = bank.wrong_ratings()["None treated as 0"]
    text = text_of_failing("preference.lion.ratings", value)
    assert "[GUESSED]" in text
    assert "ratings = [0, 0, 0]" in text and "All three texts are fine" in text


def test_a_pair_on_which_the_orders_disagree_is_shown():
    value, _ = bank.wrong_lion_pairs()["both parsed, agreement forgotten"]
    text = text_of_failing("preference.lion.pairs", value)
    assert "[DISAGREE]" in text and "the moon" in text
    assert "chosen is rated 5 in `judged` and 3 in `reversed`, rejected 3 and 5" in text


# --- the reference solution ------------------------------------------------------------


def test_the_reference_pairs_are_those_that_every_rule_keeps():
    """Of two rows of the bank's judge one is rated well, of eight evolutions three are good."""
    assert len(bank.lion_pairs()) == 20
    assert len(bank.dog_pairs()) == 15
    assert len(bank.turtle_pairs()) == len(bank.PROMPTS)


def test_the_judge_of_the_bank_has_every_weakness():
    first, second = bank.judged()
    assert [row["ratings"] for row in first[:6]] == [
        [None], [4, 4, 4], [5, 4, 3], [4, None, 5], [None, 4, 2, 5], [4, 2, 5],
    ]  # fmt: skip
    assert second[2]["ratings"] == [5, 4, 3]


# --- whatever a learner hands in -------------------------------------------------------

COLUMNS = (
    "instruction", "generations", "generation_models", "response", "evolved_response", "ratings",
    "rationales", "prompt", "chosen", "rejected", "chosen_model", "rejected_model",
    "chosen_rating", "rejected_rating", "chosen_critique", "rejected_critique",
    "distilabel_metadata",
)  # fmt: skip
simple = st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=12)
turns = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", 7]), "content": simple}
)
cells = simple | st.lists(simple | turns, max_size=4) | st.dictionaries(st.text(max_size=4), simple)
tables = st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, cells)), min_size=1, max_size=8)


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=tables, other=tables, pairs=tables)
def test_no_cell_makes_a_check_stumble(key, one, other, pairs):
    parts = {"completions": one, "evolved": one, "judged": one, "reversed": other, "pairs": pairs}
    verdict = evaluate(key, one if key == "preference.turtle.completions" else parts)
    assert verdict.status is Status.NOT_YET
    assert "UNREADABLE" not in verdict.codes, verdict.criteria[-1].found
