"""The answer bank of the instruction notebook through its checks."""

import pytest

from helpers.checks import NotAttempted, NotYet, check, evaluate
from helpers.checks.outcome import Status
from tests.answer_bank import instruction as bank
from tests.answer_bank import instruction_dog as dog
from tests.answer_bank import instruction_lion as lion
from tests.answer_bank.checked import missed, rejected

PIPELINE, ROWS = "instruction.turtle.pipeline", "instruction.turtle.rows"
VALUES = [
    "Distiset", "DatasetDict", "Dataset", "DataFrame", "list of dictionaries",
    "dictionary of columns", "one row in ten is empty", "columns renamed afterwards",
    "more columns", "shuffled",
]  # fmt: skip


@pytest.fixture(scope="module")
def right_values():
    return bank.right_values()


@pytest.fixture(scope="module")
def wrong_values():
    return bank.wrong_values()


@pytest.mark.parametrize("name", bank.RIGHT)
def test_right_pipeline_passes_both_checks(name):
    build = bank.RIGHT[name]
    for key, value in ((PIPELINE, build()), (ROWS, bank.dataset_of(build))):
        verdict = evaluate(key, value)
        assert verdict.status is Status.CORRECT, (verdict.summary, verdict.criteria)
        assert verdict.points == verdict.worth > 0


@pytest.mark.parametrize("name", VALUES)
def test_right_answer_passes_in_every_form(name, right_values):
    verdict = evaluate(ROWS, right_values[name])
    assert verdict.status is Status.CORRECT, (verdict.summary, verdict.criteria)


def test_every_form_of_the_answer_bank_is_tested(right_values):
    assert set(VALUES) == set(right_values)


@pytest.mark.parametrize("name", bank.WRONG)
def test_wrong_pipeline_gets_its_code(name):
    build, pipeline_code, rows_code = bank.WRONG[name]
    if pipeline_code:
        assert evaluate(PIPELINE, build()).codes == (pipeline_code,)
    else:
        assert evaluate(PIPELINE, build()).status is Status.CORRECT
    if rows_code:
        assert rows_code in evaluate(ROWS, bank.dataset_of(build)).codes


def test_wrong_rows_get_their_code(wrong_values):
    assert len(wrong_values) >= 20
    assert not missed(ROWS, wrong_values)


def test_forgotten_output_mapping_is_named():
    """The learner reads which row it is, what stands there, and where to look."""
    with pytest.raises(NotYet) as caught:
        check(ROWS, bank.dataset_of(bank.first_mapping_forgotten))
    text = str(caught.value)
    assert "[SEED_PROMPT]" in text
    assert "row 0" in text and "Write a question about rain." in text
    assert "mapping" in text and 'hint("instruction.turtle.rows", 2)' in text


def test_forgotten_mapping_shows_before_the_pipeline_runs():
    with pytest.raises(NotYet) as caught:
        check(PIPELINE, bank.first_mapping_forgotten())
    text = str(caught.value)
    assert "writes the column `generation`" in text and "reads the column `instruction`" in text


@pytest.mark.parametrize("key", [PIPELINE, ROWS])
@pytest.mark.parametrize("value", [None, ...])
def test_empty_gap_is_not_attempted(key, value):
    with pytest.raises(NotAttempted):
        check(key, value)


def test_no_value_at_all_is_not_attempted():
    with pytest.raises(NotAttempted):
        check(ROWS)


def test_a_dataset_is_not_taken_for_a_pipeline():
    verdict = evaluate(PIPELINE, bank.dataset_of(bank.output_mappings))
    assert verdict.codes == ("PIPELINE",)
    assert "dataset" in verdict.criteria[0].found


def test_pipeline_without_loader_passes():
    """Rows may come in through `run(pipeline, dataset=...)`."""
    from distilabel.pipeline import Pipeline
    from distilabel.steps.tasks import TextGeneration

    from helpers import load_llm

    with Pipeline(name="right-no-loader") as pipeline:
        ask = TextGeneration(llm=load_llm(), output_mappings={"generation": "instruction"})
        answer = TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
        ask >> answer
    assert evaluate(PIPELINE, pipeline).status is Status.CORRECT


def test_looking_at_a_pipeline_does_not_load_its_model():
    pipeline = bank.output_mappings()
    evaluate(PIPELINE, pipeline)
    steps = [pipeline.dag.get_step(name)["step"] for name in pipeline.dag]
    models = [step.llm for step in steps if hasattr(step, "llm")]
    assert models and all(getattr(model, "_model", None) is None for model in models)


# --- the dog and lion tiers ------------------------------------------------------------

SEEDED, TALKS = "instruction.dog.self_instruct", "instruction.dog.magpie"
EVOLVED, FILTERED = "instruction.lion.evolved", "instruction.lion.filtered"
ANSWERS = {
    SEEDED: (dog.right_seeded, dog.wrong_seeded),
    TALKS: (dog.right_talks, dog.wrong_talks),
    EVOLVED: (lion.right_evolved, lion.wrong_evolved),
    FILTERED: (lion.right_filtered, lion.wrong_filtered),
}


@pytest.mark.parametrize("key", ANSWERS)
def test_every_right_answer_passes_and_every_wrong_one_gets_its_code(key):
    right, wrong = (answers() for answers in ANSWERS[key])
    assert len(right) >= 3 and len(wrong) >= 6
    assert (rejected(key, right), missed(key, wrong)) == ({}, {})


@pytest.mark.parametrize("key", ANSWERS)
@pytest.mark.parametrize("value", [None, ...])
def test_empty_gaps_of_the_later_tiers_are_not_attempted(key, value):
    with pytest.raises(NotAttempted):
        check(key, value)


def test_lists_that_were_not_exploded_are_named_and_nothing_else_is():
    """One mistake, one code: what follows from it is not held against the learner."""
    verdict = evaluate(SEEDED, dog.made_by(dog.never_expanded))
    assert verdict.codes == ("NOT_EXPLODED",)
    found = next(c.found for c in verdict.criteria if c.code == "NOT_EXPLODED")
    assert "row 0 has several in `instructions`" in found and " · " in found


def test_one_instruction_on_two_lines_is_not_taken_for_two():
    text = "Read this sentence about rain.\nThen put it into your own words."
    steps = "Put these in order:\n1. Bake the warm bread.\n2. Mix water and flour."
    for instruction in (text, steps):
        rows = [row | {"instruction": instruction} for row in dog.seeded_rows()]
        assert "NOT_EXPLODED" not in evaluate(SEEDED, rows).codes


def test_a_count_below_nothing_is_named():
    value, _ = lion.wrong_filtered()["less than none was removed"]
    with pytest.raises(NotYet, match='Under "dull" stands -6'):
        check(FILTERED, value)


def test_an_answer_to_the_original_shows_both_instructions():
    value, _ = lion.wrong_evolved()["the original was answered"]
    with pytest.raises(NotYet) as caught:
        check(EVOLVED, value)
    text = str(caught.value)
    assert "was written for “Why do people care about honey bees?”" in text
    assert "and not for “Considering" in text and 'hint("instruction.lion.evolved", 3)' in text


def test_counts_that_do_not_add_up_are_shown_as_numbers():
    value, _ = lion.wrong_filtered()["counts that do not add up"]
    with pytest.raises(NotYet, match="42 rows before, 30 after: 12 are gone. .* add up to 15"):
        check(FILTERED, value)


def test_a_pass_says_what_the_filter_removed():
    verdict = evaluate(FILTERED, lion.right_filtered()["what is good"])
    assert "42 rows before, 30 after" in verdict.text and "refusal (2)" in verdict.text


def test_passages_are_many_short_and_name_their_subject():
    """What notebooks/data/README.md promises, and what the SelfInstruct tier builds on."""
    subjects = [row["subject"] for row in dog.PASSAGES]
    assert len(subjects) == len(set(subjects)) >= 60
    assert len({row["area"] for row in dog.PASSAGES}) >= 20
    for row in dog.PASSAGES:
        assert 40 <= len(row["passage"].split()) <= 90, row["subject"]
        assert row["passage"].count(row["subject"]) >= 2, row["subject"]
