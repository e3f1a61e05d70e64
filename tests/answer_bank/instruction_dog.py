"""Answers to the 🐕 tier of the instruction notebook: right ones, and wrong ones with their codes.

Right answers are pipelines as a learner builds them, run on the tutor model, and the same tasks
with a scripted model that words its rows as SmolLM2 does. Wrong ones are mostly made from these.
"""

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from datasets import Dataset, load_from_disk
from distilabel.pipeline import Pipeline
from distilabel.steps import ExpandColumns, LoadDataFromDicts
from distilabel.steps.tasks import Magpie, SelfInstruct, TextGeneration

from helpers import load_llm, run
from tests.answer_bank.scripted import ScriptedLLM, done_by
from tests.conftest import ROOT

PASSAGES = [
    json.loads(line)
    for line in (ROOT / "notebooks" / "data" / "passages.jsonl").read_text("utf-8").splitlines()
]
SEEDS = PASSAGES[::5]  # of 13 areas


# --- SelfInstruct: right answers -------------------------------------------------------


def expanded_in_the_pipeline() -> Any:
    with Pipeline(name="right-expanded") as pipeline:
        load = LoadDataFromDicts(data=SEEDS)
        ask = SelfInstruct(llm=load_llm(), num_instructions=3, input_mappings={"input": "passage"})
        expand = ExpandColumns(columns={"instructions": "instruction"})
        answer = TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
        load >> ask >> expand >> answer
    return pipeline


def two_answers_each() -> Any:
    """The passage is loaded as `input`, and each instruction gets two responses."""
    with Pipeline(name="right-two-answers") as pipeline:
        load = LoadDataFromDicts(data=[{"input": seed["passage"]} for seed in SEEDS])
        ask = SelfInstruct(llm=load_llm(), num_instructions=2)
        expand = ExpandColumns(columns={"instructions": "instruction"}, split_statistics=True)
        answer = TextGeneration(
            llm=load_llm(), num_generations=2, output_mappings={"generation": "response"}
        )
        load >> ask >> expand >> answer
    return pipeline


@cache
def exploded_with_pandas() -> list[dict]:
    """Two pipelines, and a DataFrame between them."""
    with Pipeline(name="right-ask") as asking:
        load = LoadDataFromDicts(data=SEEDS)
        ask = SelfInstruct(llm=load_llm(), num_instructions=3, input_mappings={"input": "passage"})
        load >> ask
    table = run(asking)["default"]["train"].to_pandas().explode("instructions")
    table = table.rename(columns={"instructions": "instruction"})
    with Pipeline(name="right-answer") as answering:
        TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
    return list(run(answering, dataset=table.reset_index(drop=True))["default"]["train"])


@cache
def made_by(build: Any) -> Any:
    """Run a pipeline of this module on the tutor, once per session."""
    return run(build())


def seeded_rows() -> list[dict]:
    """The rows of a right answer."""
    return list(made_by(expanded_in_the_pipeline)["default"]["train"])


def as_smollm2(prompt: str) -> str:
    """Word an answer as SmolLM2-1.7B does: numbered lines, or a paragraph."""
    if "# Context" not in prompt:
        return f"Of course! {prompt.removesuffix('?')} is a good question. Here is what matters."
    topic = " ".join(prompt.rpartition("# Context\n")[2].split()[:2]).rstrip(",.")
    return (
        f"1. Explain the main facts about {topic} to a young reader.\n"
        f"2. What would change if there were no {topic}?\n"
        f"3. Write a short poem that mentions {topic}."
    )


def scripted_rows(write: Any = as_smollm2, seeds: Any = SEEDS, change: Any = str) -> list[dict]:
    """What distilabel's own tasks make of the passages when this function is the model.

    `change` is what a learner does to each instruction before it is answered.
    """
    model = ScriptedLLM("SmolLM2-1.7B-Instruct", write)
    given = [{"input": seed["passage"], **seed} for seed in seeds]
    asked = done_by(SelfInstruct(llm=model), given)
    rows = [row | {"instruction": change(text)} for row in asked for text in row["instructions"]]
    return answered_by(model, rows)


def answered_by(model: Any, rows: list[dict], column: str = "instruction") -> list[dict]:
    """The rows with a response to what stands in a column, and all else as it was."""
    asked = [row | {"instruction": row[column]} for row in rows]
    answered = done_by(TextGeneration(llm=model), asked)
    return [
        row | {"response": new["generation"], "distilabel_metadata": new["distilabel_metadata"]}
        for row, new in zip(rows, answered)
    ]


def loaded_back(rows: list[dict]) -> Dataset:
    """The rows after they were saved and loaded."""
    folder = Path(tempfile.mkdtemp()) / "rows"
    Dataset.from_list(rows).save_to_disk(folder)
    return load_from_disk(folder)


def right_seeded() -> dict[str, Any]:
    distiset = made_by(expanded_in_the_pipeline)
    rows = seeded_rows()
    return {
        "expanded in the pipeline": distiset,
        "two answers each, seed under its task's name": made_by(two_answers_each),
        "exploded with pandas": exploded_with_pandas(),
        "a DataFrame, columns the other way round": distiset["default"]["train"].to_pandas()[
            list(rows[0])[::-1]
        ],
        "loaded back from disk": loaded_back(rows),
        "as SmolLM2 words it": scripted_rows(),
        "its numbers removed before the answer": scripted_rows(change=lambda text: text[3:]),
        "all passages, in a DataFrame": pd.DataFrame(scripted_rows(seeds=PASSAGES)),
        "shuffled": distiset["default"]["train"].shuffle(seed=2),
        "one row in ten has no answer": rows + [rows[0] | {"response": None}] * (len(rows) // 10),
    }


# --- SelfInstruct: wrong answers -------------------------------------------------------


def never_expanded() -> Any:
    with Pipeline(name="wrong-not-expanded") as pipeline:
        load = LoadDataFromDicts(data=SEEDS)
        ask = SelfInstruct(llm=load_llm(), num_instructions=3, input_mappings={"input": "passage"})
        load >> ask
    return pipeline


def _without(rows: list[dict], *columns: str) -> list[dict]:
    return [{name: row[name] for name in row if name not in columns} for row in rows]


def _changed(rows: list[dict], **columns: Any) -> list[dict]:
    return [
        row | {name: new(row) if callable(new) else new for name, new in columns.items()}
        for row in rows
    ]


def _firsts(rows: list[dict]) -> list[dict]:
    return list({row["passage"]: row for row in rows[::-1]}.values())


def wrong_seeded() -> dict[str, tuple[Any, str]]:
    rows = seeded_rows()
    lists = list(made_by(never_expanded)["default"]["train"])
    renamed = [row | {"instruction": row["instructions"], "response": "Yes."} for row in lists]
    titles = scripted_rows(seeds=[seed | {"passage": seed["subject"]} for seed in SEEDS])
    passage_of = {seed["subject"]: seed["passage"] for seed in PASSAGES}
    of_passage = answered_by(ScriptedLLM("tutor", lambda text: f"{len(text)} letters."), [
        row | {"distilabel_metadata": {
            name: note for name, note in row["distilabel_metadata"].items()
            if "self_instruct" in name
        }} for row in rows
    ], column="passage")  # fmt: skip
    by_hand = [
        {
            "instruction": f"{ask} {seed['subject']}?",
            "response": f"There is much to say about {seed['subject']}.",
            **seed,
        }
        for seed in SEEDS
        for ask in ("What is", "Who needs")
    ]
    off = scripted_rows(lambda prompt: "\n".join(
        f"What is the {n} of {len(prompt)} bananas?" for n in ("colour", "price", "smell")
    ))  # fmt: skip
    return {
        "lists not exploded": (made_by(never_expanded), "NOT_EXPLODED"),
        "lists under another name": (renamed, "NOT_EXPLODED"),
        "lists in a DataFrame": (pd.DataFrame(renamed), "NOT_EXPLODED"),
        "lists written out as text": (
            _changed(renamed, instruction=lambda row: str(row["instruction"])),
            "NOT_EXPLODED",
        ),
        "all instructions in one text": (
            _changed(renamed, instruction=lambda row: "\n".join(row["instruction"])),
            "NOT_EXPLODED",
        ),
        "the first of each list": (_firsts(rows), "ONE_EACH"),
        "passage not kept": (_without(rows, "passage"), "NO_COLUMN"),
        "not answered": (_without(rows, "response"), "NO_COLUMN"),
        "answers are None": (_changed(rows, response=None), "EMPTY"),
        "passages moved": (
            [a | {"passage": b["passage"]} for a, b in zip(rows, rows[3:] + rows[:3])],
            "OTHER_SEED",
        ),
        "the title was given, not the passage": (
            _changed(titles, passage=lambda row: passage_of[row["subject"]]),
            "OTHER_SEED",
        ),
        "one passage many times": (
            _changed(scripted_rows(), passage=SEEDS[0]["passage"]),
            "FEW_PASSAGES",
        ),
        "three passages": (scripted_rows(seeds=SEEDS[:3]), "FEW_ROWS"),
        "the response is the instruction": (
            _changed(rows, response=lambda row: row["instruction"]),
            "ECHO",
        ),
        "the passage was answered": (of_passage, "OTHER_PROMPT"),
        "written by hand": (by_hand, "NO_MODEL"),
        "by hand, proof taken from others": (
            [row | hand for row, hand in zip(rows, by_hand * 2)],
            "NO_MODEL",
        ),
        "own questions put in, which the model answered": (
            scripted_rows(change=lambda text: f"Bitte: {len(text)} Gründe, {text[-12:]}"),
            "NO_MODEL",
        ),
        "proof removed": (_without(rows, "distilabel_metadata"), "NO_MODEL"),
        "one row many times": ([rows[0]] * 30, "DUPLICATES"),
        "the same instruction for every passage": (
            scripted_rows(lambda prompt: "What is this about?\nWhy is it so?"),
            "DUPLICATES",
        ),
        "about something else": (off, "OFF_PASSAGE"),
        "no rows": ([], "NO_ROWS"),
        "the pipeline, never run": (expanded_in_the_pipeline(), "NOT_RUN"),
        "the function, never called": (expanded_in_the_pipeline, "NOT_CALLED"),
        "a generator": ((row for row in rows), "WRONG_TYPE"),
        "a string": ("instruction", "WRONG_TYPE"),
    }


# --- Magpie: right answers -------------------------------------------------------------

SUBJECTS = ("bread", "chess", "volcanoes")
PROMPTS = [f"You are an assistant that helps people with questions about {s}." for s in SUBJECTS]


def one_turn() -> Any:
    with Pipeline(name="right-one-turn") as pipeline:
        load = LoadDataFromDicts(data=[{"system_prompt": prompt} for prompt in PROMPTS * 6])
        converse = Magpie(llm=load_llm(temperature=0.9, max_new_tokens=256))
        load >> converse
    return pipeline


def two_turns() -> Any:
    with Pipeline(name="right-two-turns") as pipeline:
        load = LoadDataFromDicts(data=[{"system_prompt": prompt} for prompt in PROMPTS * 5])
        converse = Magpie(
            llm=load_llm(temperature=0.9, max_new_tokens=256),
            n_turns=2,
            include_system_prompt=True,
        )
        load >> converse
    return pipeline


def prompts_of_the_task() -> Any:
    """The task draws its prompt, and the row keeps the prompt's key."""
    with Pipeline(name="right-prompt-keys") as pipeline:
        load = LoadDataFromDicts(data=[{"number": n} for n in range(20)])
        converse = Magpie(
            llm=load_llm(temperature=0.9, max_new_tokens=256),
            system_prompt=dict(zip(SUBJECTS, PROMPTS)),
        )
        load >> converse
    return pipeline


def answered_by_another_task() -> Any:
    with Pipeline(name="right-answered-later") as pipeline:
        load = LoadDataFromDicts(data=[{"system_prompt": prompt} for prompt in PROMPTS * 6])
        speak = Magpie(llm=load_llm(temperature=0.9), only_instruction=True)
        answer = TextGeneration(
            llm=load_llm(max_new_tokens=256), output_mappings={"generation": "response"}
        )
        load >> speak >> answer
    return pipeline


def one_turn_rows() -> list[dict]:
    return list(made_by(one_turn)["default"]["train"])


def _as_smollm2_talks(rows: list[dict]) -> list[dict]:
    """The same rows with texts as SmolLM2 words them: longer, and with other words."""
    asks = {
        "bread": "sourdough loaf",
        "chess": "rook endgame in chess",
        "volcanoes": "volcanic ash",
    }
    return [
        row
        | {
            "instruction": f"I have a question, number {n}. Could you tell me about {asks[s]}?",
            "response": f"Certainly! Let's look at {s} number {n}. First, we have {n + 1} steps ...",
        }
        for n, (row, s) in enumerate(zip(rows, SUBJECTS * len(rows)))
    ]


def right_talks() -> dict[str, Any]:
    rows = one_turn_rows()
    several = made_by(two_turns)["default"]["train"]
    return {
        "one turn": made_by(one_turn),
        "two turns, the prompt in the conversation": several,
        "two turns, as messages only": [
            {"messages": r["conversation"], "distilabel_metadata": r["distilabel_metadata"]}
            for r in several
        ],
        "the task's own prompts": made_by(prompts_of_the_task),
        "answered by another task": made_by(answered_by_another_task),
        "loaded back from disk": loaded_back(list(several)),
        "a DataFrame of conversations": several.to_pandas(),
        "columns the other way round": Dataset.from_list(rows).select_columns(list(rows[0])[::-1]),
        "as SmolLM2 words it": _as_smollm2_talks(rows),
    }


# --- Magpie: wrong answers -------------------------------------------------------------


def always_the_likeliest() -> Any:
    with Pipeline(name="wrong-no-chance") as pipeline:
        load = LoadDataFromDicts(data=[{"system_prompt": prompt} for prompt in PROMPTS * 6])
        converse = Magpie(llm=load_llm(temperature=0))
        load >> converse
    return pipeline


def wrong_talks() -> dict[str, tuple[Any, str]]:
    rows = one_turn_rows()
    talks = list(made_by(two_turns)["default"]["train"])
    model = ScriptedLLM("tutor", lambda prompt: f"An answer of {len(prompt)} letters.")
    kinds = ("old", "new", "good", "bad", "soft", "hard", "cheap", "dear", "dark", "light")
    asked_by_hand = answered_by(model, [
        {"system_prompt": PROMPTS[n % 3], "instruction": f"What is {kind} {SUBJECTS[n % 3]}?"}
        for n, kind in enumerate(kinds * 2)
    ])  # fmt: skip
    prompt_answered = answered_by(
        model, [{"system_prompt": prompt, "instruction": prompt} for prompt in PROMPTS * 6]
    )
    by_hand = [
        {
            "system_prompt": PROMPTS[n % 3],
            "instruction": f"What is {SUBJECTS[n % 3]} number {n}?",
            "response": f"It is {SUBJECTS[n % 3]}, and {n} of them.",
        }
        for n in range(15)
    ]
    return {
        "one system prompt": (_changed(rows, system_prompt=PROMPTS[0]), "FEW_SYSTEM_PROMPTS"),
        "two system prompts": (
            [row for row in rows if row["system_prompt"] != PROMPTS[0]],
            "FEW_SYSTEM_PROMPTS",
        ),
        "one prompt in other letters": (
            [r | {"system_prompt": change(PROMPTS[0])} for r, change in zip(
                rows, [str.upper, str.lower, str.title] * 6)],
            "FEW_SYSTEM_PROMPTS",
        ),
        "system prompt not kept": (_without(rows, "system_prompt"), "NO_SYSTEM_PROMPT"),
        "temperature 0": (made_by(always_the_likeliest), "DUPLICATES"),
        "one conversation many times": (
            [rows[0] | {"system_prompt": PROMPTS[n % 3]} for n in range(18)],
            "DUPLICATES",
        ),
        "eight conversations": (rows[:8], "FEW_ROWS"),
        "only the instruction": (_without(rows, "response"), "NO_COLUMN"),
        "responses are None": (_changed(rows, response=None), "UNANSWERED"),
        "ends with the user": (
            _changed(talks, conversation=lambda row: row["conversation"][:-1]),
            "UNANSWERED",
        ),
        "conversations are empty": (_changed(talks, conversation=[]), "UNANSWERED"),
        "questions by hand, answered by a model": (asked_by_hand, "SEED_PROMPT"),
        "the system prompt as the instruction": (prompt_answered, "SEED_PROMPT"),
        "written by hand": (by_hand, "NO_MODEL"),
        "proof removed": (_without(rows, "distilabel_metadata"), "NO_MODEL"),
        "prompts moved by one row": (
            [a | {"system_prompt": b["system_prompt"]} for a, b in zip(rows, rows[1:] + rows[:1])],
            "OFF_SUBJECT",
        ),
        "no rows": ([], "NO_ROWS"),
        "the pipeline, never run": (one_turn(), "NOT_RUN"),
        "the function, never called": (one_turn, "NOT_CALLED"),
        "a string": ("conversation", "WRONG_TYPE"),
    }  # fmt: skip
