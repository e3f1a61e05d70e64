"""`to_sft`, `to_dpo`, `to_argilla`: what trainers and annotators take, and what is left out."""

import json

import pandas as pd
import pytest
from datasets import Dataset

from helpers import to_argilla, to_dpo, to_sft
from helpers.models import TUTORS
from tests.conftest import ROOT

PAIR = {"prompt": "What is rain?", "chosen": "Water that falls.", "rejected": "Rain."}
ROW = {"instruction": "What is rain?", "response": "Water that falls."}
USER = {"role": "user", "content": "What is rain?"}
ANSWER = {"role": "assistant", "content": "Water that falls."}
WORSE = {"role": "assistant", "content": "Rain."}
SYSTEM = {"role": "system", "content": "You are kind."}


@pytest.fixture(scope="module")
def instructions():
    """What the tutor wrote with the first notebook's pipeline."""
    folder = ROOT / "notebooks" / "data" / "instruction"
    return Dataset.from_parquet(str(folder / "train.parquet")).select(range(8))


@pytest.fixture(scope="module")
def tutor():
    from transformers import AutoModelForCausalLM, AutoTokenizer

    def load():
        model = AutoModelForCausalLM.from_pretrained(TUTORS / "tutor", dtype="float32")
        return {
            "model": model,
            "processing_class": AutoTokenizer.from_pretrained(TUTORS / "tutor"),
        }

    return load


def trained(kind, config, dataset, tutor, folder):
    """The losses of three steps."""
    arguments = config(
        output_dir=str(folder), max_steps=3, per_device_train_batch_size=2, logging_steps=1,
        report_to="none", save_strategy="no", use_cpu=True, bf16=False, disable_tqdm=True,
    )  # fmt: skip
    trainer = kind(args=arguments, train_dataset=dataset, **tutor())
    trainer.train()
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


@pytest.mark.parametrize("form", ["messages", "conversational", "flat"])
def test_sft_trainer_trains_on_each_form(form, instructions, tutor, tmp_path):
    from trl import SFTConfig, SFTTrainer

    dataset = to_sft(instructions, form)
    assert len(dataset) == len(instructions)
    losses = trained(SFTTrainer, SFTConfig, dataset, tutor, tmp_path)
    assert len(losses) == 3 and all(0 < loss < 20 for loss in losses)


@pytest.mark.parametrize("form", ["conversational", "flat"])
def test_dpo_trainer_trains_on_each_form(form, instructions, tutor, tmp_path):
    from trl import DPOConfig, DPOTrainer

    pairs = [
        {"prompt": row["instruction"], "chosen": row["response"], "rejected": "I do not know."}
        for row in instructions
    ]
    losses = trained(DPOTrainer, DPOConfig, to_dpo(pairs, form), tutor, tmp_path)
    assert len(losses) == 3 and all(0 < loss < 20 for loss in losses)


def test_the_trainer_sees_the_tutors_own_chat_template(instructions, tutor):
    from trl import apply_chat_template, is_conversational

    row = to_sft(instructions)[0]
    assert is_conversational(row)
    text = apply_chat_template(row, tutor()["processing_class"])["text"]
    assert text.startswith("<|im_start|>") and instructions[0]["response"] in text


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ("messages", {"messages": [USER, ANSWER]}),
        ("conversational", {"prompt": [USER], "completion": [ANSWER]}),
        ("flat", {"prompt": "What is rain?", "completion": "Water that falls."}),
    ],
)
def test_an_instruction_and_its_response_in_each_form(form, wanted):
    assert list(to_sft([ROW | {"model_name": "tutor", "id": 3}], form)) == [wanted]


def test_the_response_goes_with_the_evolved_instruction_that_it_answers():
    row = ROW | {"evolved_instruction": "What is rain, and why?"}
    assert to_sft([row], "flat")[0]["prompt"] == "What is rain, and why?"
    assert to_sft([row], "flat", instruction="instruction")[0]["prompt"] == "What is rain?"


def test_a_system_prompt_becomes_the_first_message():
    rows = [ROW | {"system_prompt": "You are kind."}]
    assert to_sft(rows)[0]["messages"] == [SYSTEM, USER, ANSWER]
    assert to_sft(rows, "flat")[0]["prompt"] == "You are kind.\n\nWhat is rain?"


def test_whole_conversations_stay_whole_and_lose_only_other_keys():
    talk = [USER, ANSWER, {"role": "user", "content": "Why?"}, ANSWER]
    rows = [{"conversation": [message | {"name": "x"} for message in talk]}]
    assert to_sft(rows)[0]["messages"] == talk
    assert to_sft(rows, "conversational")[0] == {"prompt": talk[:3], "completion": talk[3:]}


def test_rows_that_do_not_fit_are_left_out_and_counted_by_reason(capsys):
    rows = [ROW, ROW | {"response": None}, ROW | {"response": "  "}, ROW | {"response": 4}]
    assert len(to_sft(rows)) == 1
    printed = capsys.readouterr().out
    assert "Rows for SFTTrainer: 1 (columns read: instruction, response)" in printed
    assert "Rows left out: 3 (2 × a text is missing or empty; 1 × neither a text" in printed


@pytest.mark.parametrize("turns", [[USER, USER], [ANSWER, USER], [USER], [USER, ANSWER, USER]])
def test_a_conversation_that_does_not_take_turns_is_left_out(turns):
    with pytest.raises(ValueError, match="do not take turns"):
        to_sft([{"messages": turns}])


def test_several_turns_do_not_fit_into_flat_text():
    with pytest.raises(ValueError, match="several turns"):
        to_sft([{"messages": [USER, ANSWER, USER, ANSWER]}], "flat")


@pytest.mark.parametrize(
    "pair",
    [
        PAIR,
        {"instruction": "What is rain?", "chosen": [ANSWER], "rejected": [WORSE]},
        {"prompt": [USER], "chosen": [ANSWER], "rejected": [WORSE]},
        {"chosen": [USER, ANSWER], "rejected": [USER, WORSE]},
        {"prompt": "What is rain?", "chosen": [USER, ANSWER], "rejected": [USER, WORSE]},
    ],
)
def test_pairs_of_every_kind_come_to_the_same(pair):
    wanted = {"prompt": [USER], "chosen": [ANSWER], "rejected": [WORSE]}
    assert to_dpo([pair])[0] == wanted
    assert to_dpo([pair], "flat")[0] == PAIR


def test_ratings_choose_the_best_and_the_worst():
    row = {"instruction": "Why?", "generations": ["a", "b", "c"], "ratings": [3, 5, 1]}
    assert to_dpo([row], "flat")[0] == {"prompt": "Why?", "chosen": "b", "rejected": "c"}


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([3, 3], "all texts are rated alike"),
        ([3, None], "a rating is missing"),
        ([3, float("nan")], "a rating is missing"),
        ([3], "not a rating for each"),
    ],
)
def test_a_rating_is_never_guessed(ratings, reason):
    good = {"instruction": "Why?", "generations": ["a", "b"], "ratings": [1, 2]}
    with pytest.raises(ValueError, match=reason):
        to_dpo([good | {"ratings": ratings}])
    assert len(to_dpo([good, good | {"ratings": ratings}])) == 1


def test_two_texts_that_say_the_same_are_no_pair():
    with pytest.raises(ValueError, match="the same"):
        to_dpo([PAIR | {"rejected": "water that  falls."}])


def test_a_data_frame_with_arrays_in_its_cells_is_read(tmp_path):
    rows = [{"instruction": "Why?", "generations": ["a", "b"], "ratings": [1, 4]}]
    Dataset.from_list(rows).to_parquet(tmp_path / "rows.parquet")
    frame = pd.read_parquet(tmp_path / "rows.parquet")
    assert to_dpo(frame, "flat")[0] == {"prompt": "Why?", "chosen": "b", "rejected": "a"}
    assert to_argilla(frame)[0]["suggestions"]["generations-1-rating"] == {"value": 4}


@pytest.mark.parametrize("shape", [to_sft, to_dpo, to_argilla])
@pytest.mark.parametrize("value", [[], None, "rows.csv", [{"text": "a"}], [{}]])
def test_what_cannot_be_shaped_is_said_plainly(shape, value):
    with pytest.raises(ValueError, match=r"rows|columns|column"):
        shape(value)


def test_the_columns_there_are_stand_in_the_message():
    with pytest.raises(ValueError, match=r"(?s)Looked for: question.*instruction, response"):
        to_sft([ROW], instruction="question")
    with pytest.raises(ValueError, match="'flat'"):
        to_sft([ROW], "Flat")


def test_records_for_review_name_fields_and_questions_as_distilabel_does():
    row = {
        "instruction": "Why?",
        "generations": ["a", "b"],
        "ratings": [3, None],
        "rationales": ["Short.", None],
        "generation_models": ["tutor", "tutor-mini"],
    }
    (record,) = to_argilla([row])
    assert record["fields"] == {"instruction": "Why?", "generations-0": "a", "generations-1": "b"}
    assert record["suggestions"] == {
        "generations-0-rating": {"value": 3},
        "generations-0-rationale": {"value": "Short."},
    }
    assert record["metadata"]["generations-1-model"] == "tutor-mini"
    assert json.loads(json.dumps(record)) == record


def test_the_order_of_a_pair_under_review_does_not_say_which_is_chosen():
    rows = [PAIR | {"chosen": f"Answer {n}.", "rejected": f"Other {n}."} for n in range(40)]
    records = to_argilla(rows)
    first = [record["metadata"]["chosen"] == "generations-0" for record in records]
    assert 8 < sum(first) < 32
    assert all(r["fields"][r["metadata"]["chosen"]].startswith("Answer") for r in records)


def test_instructions_with_one_response_can_be_reviewed_too():
    (record,) = to_argilla([ROW | {"model_name": "tutor"}])
    assert record["fields"] == {"instruction": "What is rain?", "generation": "Water that falls."}
    assert record["metadata"] == {"model": "tutor"}
