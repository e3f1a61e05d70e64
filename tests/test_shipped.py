"""The instruction dataset that the course ships."""

import pyarrow.parquet
import yaml

from authoring import shipped
from helpers import leaked
from helpers.checks import evaluate
from helpers.checks.outcome import Status

ROWS = pyarrow.parquet.read_table(shipped.FOLDER / "train.parquet").to_pylist()


def test_the_shipped_rows_pass_the_check_of_the_tier_whose_pipeline_made_them():
    verdict = evaluate("instruction.turtle.rows", ROWS)
    assert verdict.status is Status.CORRECT, verdict.summary


def test_there_are_as_many_rows_as_promised_and_all_of_them_are_good():
    assert len(ROWS) == len(list(shipped.good(ROWS))) == shipped.ROWS == 60


def test_no_prompt_of_a_shipped_dataset_is_held_out_to_measure_with():
    prompts = [row["instruction"] for row in ROWS]
    for folder in (*shipped.TIERS.values(), shipped.PAIRS):
        table = pyarrow.parquet.read_table(folder / "train.parquet")
        column = "prompt" if folder == shipped.PAIRS else "instruction"
        prompts += table[column].to_pylist()
    assert len(prompts) == 4 * shipped.ROWS
    assert leaked(prompts) == []


def test_the_card_says_the_licence_and_the_command():
    card = (shipped.FOLDER / "README.md").read_text("utf-8")
    assert yaml.safe_load(card.split("---")[1])["license"] == "apache-2.0"
    assert "python -m authoring.shipped" in card and "60 rows" in card


def test_the_shipped_pipeline_is_the_reference_solutions():
    pipeline = shipped.build_pipeline(["rain"])
    assert evaluate("instruction.turtle.pipeline", pipeline).status is Status.CORRECT


def test_rows_that_break_off_or_repeat_or_are_held_out_are_not_shipped():
    rows = [
        {"instruction": "Why is rain wet?", "response": "It is water."},
        {"instruction": "Why is rain wet, again?", "response": "It is water that falls and"},
        {"instruction": "Why is rain wet?", "response": "Because."},
        {"instruction": "What is tea?\nTell me.", "response": "A drink."},
        {"instruction": "What is soap?", "response": None},
        {"instruction": "Who invented falconry?", "response": "Nobody knows it."},  # held out
        {"instruction": "Soap is an old invention, and " * 9 + "so on.", "response": "Yes."},
    ]
    assert list(shipped.good(rows)) == rows[:1]


def test_rows_that_lost_their_subject_are_not_shipped():
    row = {"instruction": "What is tea made of?", "response": "Tea is made of leaves."}
    assert shipped.is_about("tea", row)
    assert not shipped.is_about("tea", row | {"response": "It is made of leaves."})
    assert not shipped.is_about("tea", row | {"response": None})


def test_every_subject_stands_in_the_list_once():
    assert len(set(shipped.SUBJECTS)) == len(shipped.SUBJECTS) == 2 * shipped.ROWS
