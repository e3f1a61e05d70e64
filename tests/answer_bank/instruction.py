"""Answers to the instruction notebook: right ones, and typical wrong ones with their codes.

The pipelines are built as a learner builds them and run on the tutor model, each once per
test session; answers that differ only in their rows are made from those rows.
"""

from functools import cache
from typing import Any

from datasets import Dataset
from distilabel.pipeline import Pipeline
from distilabel.steps import KeepColumns, LoadDataFromDicts, StepInput, StepOutput, step
from distilabel.steps.tasks import TextGeneration

from helpers import load_llm, run

SUBJECTS = (
    "rain", "bicycles", "the moon", "bread", "rivers", "old maps", "sleep", "trains", "bees",
    "Lisbon", "chess", "saving water", "lighthouses", "tea", "solar panels", "football",
    "the Sahara", "knitting", "volcanoes", "cooking rice", "friendship", "penguins", "snow",
    "photography", "glass", "birthday cakes",
)  # fmt: skip
PROMPTS = [{"instruction": f"Write a question about {subject}."} for subject in SUBJECTS]


# --- right pipelines -------------------------------------------------------------------


def output_mappings() -> Any:
    with Pipeline(name="right-output-mappings") as pipeline:
        load = LoadDataFromDicts(data=PROMPTS)
        ask = TextGeneration(llm=load_llm(), output_mappings={"generation": "instruction"})
        answer = TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
        load >> ask >> answer
    return pipeline


def own_template() -> Any:
    """The prompt is made by the task, from a column with the subject."""
    with Pipeline(name="right-template") as pipeline:
        load = LoadDataFromDicts(data=[{"subject": subject} for subject in SUBJECTS])
        ask = TextGeneration(
            name="ask",
            llm=load_llm(),
            template="Write a question about {{ subject }}.",
            columns="subject",
            output_mappings={"generation": "instruction", "model_name": "asked_by_model"},
        )
        answer = TextGeneration(
            name="answer", llm=load_llm(), output_mappings={"generation": "response"}
        )
        load >> ask >> answer
    return pipeline


def input_mappings() -> Any:
    """The first task reads another column, and each instruction gets two responses."""
    with Pipeline(name="right-input-mappings") as pipeline:
        load = LoadDataFromDicts(data=[{"prompt": row["instruction"]} for row in PROMPTS])
        ask = TextGeneration(
            llm=load_llm(),
            input_mappings={"instruction": "prompt"},
            output_mappings={"generation": "instruction"},
        )
        answer = TextGeneration(
            llm=load_llm(), num_generations=2, output_mappings={"generation": "response"}
        )
        load >> ask >> answer
    return pipeline


@step(inputs=["generation"], outputs=["instruction"])
def Clean(rows: StepInput) -> StepOutput:
    for row in rows:
        text = (row["generation"] or "").strip().strip('"')
        row["instruction"] = f"Please answer: {text}"
    yield rows


def cleaning_step() -> Any:
    """A step between the tasks rewrites what the model wrote, and a copy stays beside it."""
    with Pipeline(name="right-cleaning-step") as pipeline:
        load = LoadDataFromDicts(data=PROMPTS)
        ask = TextGeneration(llm=load_llm())
        clean = Clean()
        answer = TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
        load >> ask >> clean >> answer
    return pipeline


RIGHT = {
    "output mappings": output_mappings,
    "own template": own_template,
    "input mappings": input_mappings,
    "cleaning step": cleaning_step,
}


# --- wrong pipelines, with the codes of each check -------------------------------------


def _chain(ask_mapping: dict, answer_mapping: dict, name: str) -> Any:
    with Pipeline(name=name) as pipeline:
        load = LoadDataFromDicts(data=PROMPTS)
        ask = TextGeneration(llm=load_llm(), output_mappings=ask_mapping)
        answer = TextGeneration(llm=load_llm(), output_mappings=answer_mapping)
        load >> ask >> answer
    return pipeline


def no_mapping() -> Any:
    return _chain({}, {}, "wrong-no-mapping")


def first_mapping_forgotten() -> Any:
    return _chain({}, {"generation": "response"}, "wrong-first-mapping")


def second_mapping_forgotten() -> Any:
    return _chain({"generation": "instruction"}, {}, "wrong-second-mapping")


def both_write_the_instruction() -> Any:
    mapping = {"generation": "instruction"}
    return _chain(mapping, mapping, "wrong-overwritten")


def work_column_taken() -> Any:
    """The second task reads `generation`, writes `response`, and replaces both."""
    with Pipeline(name="wrong-work-column") as pipeline:
        load = LoadDataFromDicts(data=PROMPTS)
        ask = TextGeneration(llm=load_llm())
        answer = TextGeneration(
            llm=load_llm(),
            template="{{ generation }}",
            columns="generation",
            output_mappings={"generation": "response"},
        )
        load >> ask >> answer
    return pipeline


def instruction_dropped() -> Any:
    with Pipeline(name="wrong-dropped") as pipeline:
        load = LoadDataFromDicts(data=PROMPTS)
        ask = TextGeneration(llm=load_llm(), output_mappings={"generation": "instruction"})
        answer = TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
        load >> ask >> answer >> KeepColumns(columns=["response"])
    return pipeline


def side_by_side() -> Any:
    """Both tasks read what was loaded."""
    with Pipeline(name="wrong-side-by-side") as pipeline:
        load = LoadDataFromDicts(data=PROMPTS)
        ask = TextGeneration(llm=load_llm(), output_mappings={"generation": "instruction"})
        answer = TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
        load >> [ask, answer]
    return pipeline


def one_task() -> Any:
    """Instructions written by hand, and only the responses by a model."""
    with Pipeline(name="wrong-one-task") as pipeline:
        data = [{"instruction": f"What is special about {subject}?"} for subject in SUBJECTS]
        load = LoadDataFromDicts(data=data)
        answer = TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
        load >> answer
    return pipeline


def no_task() -> Any:
    with Pipeline(name="wrong-no-task") as pipeline:
        LoadDataFromDicts(data=PROMPTS)
    return pipeline


# For each: the pipeline, its code in `instruction.turtle.pipeline` (None where that check has
# nothing to say), and its code in `instruction.turtle.rows` (None where it is not run).
WRONG = {
    "no mapping": (no_mapping, "NOT_READ", "NO_COLUMN"),
    "first mapping forgotten": (first_mapping_forgotten, "NOT_READ", "SEED_PROMPT"),
    "second mapping forgotten": (second_mapping_forgotten, None, "NO_COLUMN"),
    "both write the instruction": (both_write_the_instruction, "OVERWRITTEN", None),
    "work column taken": (work_column_taken, "OVERWRITTEN", "SEED_PROMPT"),
    "instruction dropped": (instruction_dropped, "OVERWRITTEN", None),
    "side by side": (side_by_side, "CHAINED", None),
    "one task": (one_task, "TWO_TASKS", "SEED_PROMPT"),
    "no task": (no_task, "TWO_TASKS", None),
}


@cache
def dataset_of(build: Any) -> Any:
    """Run a pipeline of this module on the tutor, once per session."""
    return run(build())


@cache
def right_rows() -> tuple[dict, ...]:
    """The rows of a right answer; take copies before you change them."""
    return tuple(dataset_of(output_mappings)["default"]["train"])


# --- right and wrong rows --------------------------------------------------------------


def _changed(**columns: Any) -> list[dict]:
    """Right rows with some columns replaced by a value, or by what a function of the row says."""
    return [
        row | {name: new(row) if callable(new) else new for name, new in columns.items()}
        for row in right_rows()
    ]


def _with_note(row: dict, name: str, value: str) -> dict:
    """A row with another text in its metadata."""
    return row | {"distilabel_metadata": row["distilabel_metadata"] | {name: value}}


def right_values() -> dict[str, Any]:
    """A right answer in each form that a learner may hand in."""
    distiset = dataset_of(output_mappings)
    dataset = distiset["default"]["train"]
    rows = list(right_rows())
    return {
        "Distiset": distiset,
        "DatasetDict": distiset["default"],
        "Dataset": dataset,
        "DataFrame": dataset.to_pandas(),
        "list of dictionaries": rows,
        "dictionary of columns": dataset.to_dict(),
        "one row in ten is empty": rows + [rows[0] | {"response": None}] * (len(rows) // 10),
        "columns renamed afterwards": dataset.rename_column("response", "answer").rename_column(
            "answer", "response"
        ),
        "more columns": Dataset.from_list(_changed(length=lambda row: len(row["response"]))),
        "shuffled": dataset.shuffle(seed=1),
    }


def wrong_values() -> dict[str, tuple[Any, str]]:
    """Wrong answers, each with the code that it must get."""
    rows = list(right_rows())
    forgotten = list(dataset_of(first_mapping_forgotten)["default"]["train"])
    by_hand = [
        {"instruction": f"What is {s}?", "response": f"There is much to say about {s}."}
        for s in SUBJECTS
    ]
    return {
        "one row 24 times": ([rows[0]] * 24, "DUPLICATES"),
        "four rows six times": (rows[:4] * 6, "DUPLICATES"),
        "23 rows": (rows[:23], "FEW_ROWS"),
        "no rows": (Dataset.from_list(rows).select([]), "NO_ROWS"),
        "an empty list": ([], "NO_ROWS"),
        "an empty Distiset": (type(dataset_of(output_mappings))(), "NO_ROWS"),
        "responses are None": (_changed(response=None), "EMPTY"),
        "a third of the responses is empty": (
            [r | {"response": ""} if n % 3 == 0 else r for n, r in enumerate(rows)],
            "EMPTY",
        ),
        "responses are lists": (_changed(response=lambda row: [row["response"]]), "EMPTY"),
        "response is the instruction": (_changed(response=lambda row: row["instruction"]), "ECHO"),
        "rows written by hand": (by_hand, "NO_MODEL"),
        "rows by hand, proof taken from others": (
            [r | hand for r, hand in zip(rows, by_hand)],
            "NO_MODEL",
        ),
        "proof removed": (
            Dataset.from_list(rows).remove_columns("distilabel_metadata"),
            "NO_MODEL",
        ),
        "seed prompt put in afterwards": (
            [row | prompt for row, prompt in zip(rows, PROMPTS)],
            "SEED_PROMPT",
        ),
        "seed prompt, by a model that says it again first": (
            [
                _with_note(row, "raw_output_text_generation_0", row["instruction"] + " What is it?")
                for row in forgotten
            ],
            "SEED_PROMPT",
        ),
        "seed prompt put in, which the response speaks of": (
            [
                _with_note(row, "raw_output_text_generation_1", f"{row['response']} {asked}")
                | {"instruction": asked, "response": f"{row['response']} {asked}"}
                for row, asked in zip(rows, (prompt["instruction"] for prompt in PROMPTS))
            ],
            "SEED_PROMPT",
        ),
        "question put in after the mapping was forgotten": (
            [
                row | {"instruction": row["distilabel_metadata"]["raw_output_text_generation_0"]}
                for row in forgotten
            ],
            "OTHER_PROMPT",
        ),
        "responses moved by one row": (
            [
                row | {"response": before["response"]}
                for row, before in zip(rows, rows[-1:] + rows[:-1])
            ],
            "NO_MODEL",
        ),
        "columns named otherwise": (
            [{"question": r["instruction"], "answer": r["response"]} for r in rows],
            "NO_COLUMN",
        ),
        "the pipeline, never run": (output_mappings(), "NOT_RUN"),
        "the function, never called": (output_mappings, "NOT_CALLED"),
        "a generator": ((row for row in rows), "WRONG_TYPE"),
        "a string": ("instruction,response", "WRONG_TYPE"),
        "a number": (24, "WRONG_TYPE"),
        "a single row": (rows[0], "WRONG_TYPE"),
        "a list of texts": ([row["instruction"] for row in rows], "WRONG_TYPE"),
    }
