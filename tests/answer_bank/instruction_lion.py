"""Answers to the 🦁 tier of the instruction notebook: right ones, and wrong ones with their codes."""

from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
from datasets import Dataset, DatasetDict
from distilabel.pipeline import Pipeline
from distilabel.steps import ExpandColumns, LoadDataFromDicts
from distilabel.steps.tasks import EvolInstruct, TextGeneration

from helpers import load_llm, run
from tests.answer_bank.instruction_dog import PASSAGES, answered_by, loaded_back
from tests.answer_bank.scripted import ScriptedLLM, done_by

ORIGINALS = [
    {**passage, "instruction": f"Why do people care about {passage['subject']}?"}
    for passage in PASSAGES[:30]
]


# --- evolved: right answers ------------------------------------------------------------


def evolved_then_answered() -> Any:
    with Pipeline(name="right-evolved") as pipeline:
        load = LoadDataFromDicts(data=ORIGINALS)
        evolve = EvolInstruct(llm=load_llm(max_new_tokens=256), num_evolutions=1)
        answer = TextGeneration(
            llm=load_llm(max_new_tokens=512),
            input_mappings={"instruction": "evolved_instruction"},
            output_mappings={"generation": "response"},
        )
        load >> evolve >> answer
    return pipeline


def answered_by_the_task() -> Any:
    """EvolInstruct answers its own evolutions."""
    with Pipeline(name="right-own-answers") as pipeline:
        load = LoadDataFromDicts(data=ORIGINALS)
        evolve = EvolInstruct(
            llm=load_llm(max_new_tokens=512),
            num_evolutions=1,
            generate_answers=True,
            output_mappings={"answer": "response"},
        )
        load >> evolve
    return pipeline


def every_stage() -> Any:
    """Two evolutions of each instruction, one row for each stage, answered with a template."""
    with Pipeline(name="right-every-stage") as pipeline:
        load = LoadDataFromDicts(data=ORIGINALS[:15])
        evolve = EvolInstruct(
            llm=load_llm(max_new_tokens=256), num_evolutions=2, store_evolutions=True
        )
        expand = ExpandColumns(columns={"evolved_instructions": "evolved_instruction"})
        answer = TextGeneration(
            llm=load_llm(max_new_tokens=512),
            template="{{ evolved_instruction }}",
            columns="evolved_instruction",
            output_mappings={"generation": "response"},
        )
        load >> evolve >> expand >> answer
    return pipeline


@cache
def made_by(build: Any) -> Any:
    """Run a pipeline of this module on the tutor, once per session."""
    return run(build())


def evolved_rows() -> list[dict]:
    return list(made_by(evolved_then_answered)["default"]["train"])


def given_prompt(prompt: str) -> str:
    """The instruction in a prompt that asks for its evolution."""
    return prompt.rpartition("\n#")[0].rpartition("Prompt#:\n")[2].strip()


def as_smollm2(prompt: str) -> str:
    """Evolve as SmolLM2-1.7B does: it repeats the heading, and writes at length."""
    if "Prompt#" not in prompt:
        return f"When it comes to this question of {len(prompt)} letters, there is a lot to say."
    subject = given_prompt(prompt).partition("about ")[2].rstrip("?")
    return f"#Rewritten Prompt#:\nConsidering history and daily life, what makes {subject} matter?"


def scripted_rows(write: Callable[[str], str], rows: list[dict] | None = None) -> list[dict]:
    """What distilabel's own tasks make of the originals when this function is the model."""
    model = ScriptedLLM("SmolLM2-1.7B-Instruct", write)
    evolved = done_by(EvolInstruct(llm=model, num_evolutions=1), rows or ORIGINALS)
    return answered_by(model, evolved, column="evolved_instruction")


def _one_in(count: int, bad: Callable[[str], str]) -> Callable[[str], str]:
    """Write as SmolLM2, and with one evolution in so many as `bad` does."""
    asked = Counter()

    def write(prompt: str) -> str:
        if "Prompt#" in prompt:
            asked["evolutions"] += 1
            if asked["evolutions"] % count == 0:
                return bad(given_prompt(prompt))
        return as_smollm2(prompt)

    return write


def asked_rows() -> list[dict]:
    """Originals that a model wrote."""
    asked = iter(row["instruction"] for row in ORIGINALS)
    model = ScriptedLLM("tutor", lambda prompt: next(asked))
    task = TextGeneration(name="ask", llm=model)
    prompts = [row | {"instruction": f"Ask about {row['subject']}."} for row in ORIGINALS]
    return [row | {"instruction": row["generation"]} for row in done_by(task, prompts)]


def rewritten_rows(by_hand: bool = False) -> list[dict]:
    """Originals of a model, with three steps asked for by a prompt of one's own, or by hand."""
    model = ScriptedLLM("tutor", lambda prompt: f"An answer to {prompt[:30]} and {len(prompt)}.")
    rows = []
    for row in asked_rows():
        evolved = f"{row['instruction']} Explain it in three steps."
        notes = {
            "raw_input_rewrite": [
                {"role": "user", "content": f"Ask for more: {row['instruction']}"}
            ],
            "raw_output_rewrite": evolved,
        }
        proof = row["distilabel_metadata"] | ({} if by_hand else notes)
        rows.append(row | {"evolved_instruction": evolved, "distilabel_metadata": proof})
    return answered_by(model, rows, column="evolved_instruction")


def right_evolved() -> dict[str, Any]:
    distiset = made_by(evolved_then_answered)
    rows = evolved_rows()
    return {
        "evolved, then answered": distiset,
        "answered by the task itself": made_by(answered_by_the_task),
        "every stage in a row of its own": made_by(every_stage),
        "a DatasetDict": distiset["default"],
        "a DataFrame, columns the other way round": pd.DataFrame(rows)[list(rows[0])[::-1]],
        "loaded back from disk": loaded_back(rows),
        "as SmolLM2 words it": scripted_rows(as_smollm2),
        "asked, rewritten with a prompt, answered": rewritten_rows(),
        "one in six is unchanged": scripted_rows(_one_in(6, lambda text: text)),
        "one in six refuses": scripted_rows(
            _one_in(6, lambda text: f"I'm sorry, but I can't rewrite that: {text}")
        ),
        "shuffled": distiset["default"]["train"].shuffle(seed=3),
    }


# --- evolved: wrong answers ------------------------------------------------------------


def _changed(rows: list[dict], **columns: Any) -> list[dict]:
    return [
        row | {name: new(row) if callable(new) else new for name, new in columns.items()}
        for row in rows
    ]


def _without(rows: list[dict], *columns: str) -> list[dict]:
    return [{name: row[name] for name in row if name not in columns} for row in rows]


def wrong_evolved() -> dict[str, tuple[Any, str]]:
    rows = evolved_rows()
    model = ScriptedLLM("tutor", lambda prompt: f"An answer to {prompt[:30]} and {len(prompt)}.")
    evolved = done_by(EvolInstruct(llm=ScriptedLLM("tutor", as_smollm2), num_evolutions=1), [
        dict(row) for row in ORIGINALS
    ])  # fmt: skip
    stages = [row | {"evolved_instructions": [row["evolved_instruction"]] * 2} for row in rows]
    by_hand = [
        row | {"evolved_instruction": f"{row['instruction']} Give three reasons, number {n}."}
        for n, row in enumerate(ORIGINALS)
    ]
    own = made_by(answered_by_the_task)["default"]["train"]
    return {
        "the original was answered": (answered_by(model, evolved), "ANSWERED_BEFORE"),
        "the passage was answered": (
            answered_by(model, evolved, column="passage"),
            "OTHER_PROMPT",
        ),
        "the original was overwritten": (
            [row | {"instruction": row.pop("evolved_instruction")} for row in _changed(rows)],
            "NO_COLUMN",
        ),
        "never evolved": (
            answered_by(
                model, _changed(ORIGINALS, evolved_instruction=lambda row: row["instruction"])
            ),
            "UNCHANGED",
        ),
        "half of them unchanged": (scripted_rows(_one_in(2, lambda text: text)), "UNCHANGED"),
        "all stages in one list": (_without(stages, "evolved_instruction"), "NOT_EXPLODED"),
        "a list under the right name": (
            _changed(rows, evolved_instruction=lambda row: [row["evolved_instruction"]]),
            "NOT_EXPLODED",
        ),
        "not answered": (_without(rows, "response"), "NO_COLUMN"),
        "the answer under its task's name": (
            [{**_without([row], "response")[0], "answer": row["response"]} for row in own],
            "NO_COLUMN",
        ),
        "answers are None": (_changed(rows, response=None), "EMPTY"),
        "half of them refuse": (
            scripted_rows(_one_in(2, lambda text: f"I'm sorry, but I can't rewrite that: {text}")),
            "REFUSAL",
        ),
        "half of them are cut short": (
            scripted_rows(_one_in(2, lambda text: f"{text} Name the reasons and explain the")),
            "CUT_SHORT",
        ),
        "nearly all left their subject": (
            scripted_rows(lambda prompt: f"How many bananas fit in box {sum(map(ord, prompt))}?"),
            "OFF_SUBJECT",
        ),
        "the response is the evolved instruction": (
            _changed(rows, response=lambda row: row["evolved_instruction"]),
            "ECHO",
        ),
        "evolved by hand, answered by a model": (
            answered_by(model, by_hand, column="evolved_instruction"),
            "NO_MODEL",
        ),
        "a model's instructions, evolved by hand": (rewritten_rows(by_hand=True), "NO_MODEL"),
        "all by hand": (_changed(by_hand, response="That is easy."), "NO_MODEL"),
        "proof removed": (_without(rows, "distilabel_metadata"), "NO_MODEL"),
        "responses moved by one row": (
            [a | {"response": b["response"]} for a, b in zip(rows, rows[1:] + rows[:1])],
            "NO_MODEL",
        ),
        "twelve rows": (rows[:12], "FEW_ROWS"),
        "one row many times": ([rows[0]] * 30, "DUPLICATES"),
        "no rows": ([], "NO_ROWS"),
        "the pipeline, never run": (evolved_then_answered(), "NOT_RUN"),
        "the function, never called": (evolved_then_answered, "NOT_CALLED"),
        "a string": ("evolved", "WRONG_TYPE"),
    }


# --- filtered: right answers -----------------------------------------------------------

OFF = "How many bananas fit in a box of wood?"
SORRY = "I'm sorry, but I can't help with that."


@cache
def spoilt() -> list[dict]:
    """Rows as a careless model leaves them: 30 good ones, and two of each failure."""
    good = scripted_rows(as_smollm2)
    bad = [
        good[0] | {"response": ""},
        good[1] | {"evolved_instruction": None},
        good[2] | {"evolved_instruction": good[2]["instruction"]},
        good[3] | {"evolved_instruction": good[3]["instruction"].upper()},
        good[4] | {"evolved_instruction": OFF},
        good[5] | {"evolved_instruction": OFF.replace("wood", "clay")},
        good[6] | {"evolved_instruction": SORRY},
        good[7] | {"response": SORRY},
        good[8] | {"response": "They are useful because they keep the"},
        good[9] | {"evolved_instruction": good[9]["evolved_instruction"][:-10] + " and the"},
        good[10],
        good[11] | {"evolved_instruction": good[11]["evolved_instruction"] + " Why?"},
    ]
    return good + bad


def good_and_counts() -> tuple[list[dict], list[dict], dict[str, int]]:
    """The spoilt rows, the good ones, and why the others went."""
    reasons = ("empty", "unchanged", "off the subject", "refusal", "cut short", "repeated")
    return spoilt(), spoilt()[:30], dict.fromkeys(reasons, 2)


def by_own_filter(rows: list[dict]) -> dict[str, Any]:
    """A filter as a learner may write it: a table, tests on columns, and a set of sets."""
    table = pd.DataFrame(rows).fillna("")
    lower = table[["evolved_instruction", "response"]].apply(lambda texts: texts.str.lower())
    tests = {
        "missing": (table["evolved_instruction"] == "") | (table["response"] == ""),
        "same": table["evolved_instruction"].str.lower() == table["instruction"].str.lower(),
        "subject": [
            subject.lower().removeprefix("the ") not in text
            for subject, text in zip(table["subject"], lower["evolved_instruction"])
        ],
        "sorry": lower.apply(lambda texts: texts.str.contains("sorry")).any(axis=1),
        "end": ~lower.apply(lambda texts: texts.str.match(r"(?s).*[.?!]$")).all(axis=1),
        "again": table["evolved_instruction"].str.split().map(lambda w: frozenset(w[:8])).duplicated(),
    }  # fmt: skip
    removed, bad = {}, pd.Series(False, index=table.index)
    for name, found in tests.items():
        found = pd.Series(list(found), index=table.index) & ~bad
        removed[name], bad = int(found.sum()), bad | found
    return {"before": table, "after": table[~bad], "removed": removed}


def right_filtered() -> dict[str, Any]:
    before, after, removed = good_and_counts()
    tutor = evolved_rows()
    return {
        "what is good": {"before": before, "after": after, "removed": removed},
        "Datasets": {
            "before": DatasetDict({"train": Dataset.from_list(before)}),
            "after": Dataset.from_list(after),
            "removed": Counter(removed),
        },
        "DataFrames and a Series": {
            "before": pd.DataFrame(before),
            "after": pd.DataFrame(after),
            "removed": pd.Series(removed),
        },
        "a filter of one's own": by_own_filter(before),
        "a filter of one's own, on the tutor's rows": by_own_filter(tutor),
        "a strict filter": {
            "before": before,
            "after": after[:20],
            "removed": removed | {"dull": 10},
        },
        "the removed rows, by reason": {
            "before": before,
            "after": after,
            "removed": {"bad": before[30:]},
        },
        "other order, fewer columns": {
            "before": before,
            "after": loaded_back(_without(after[::-1], "distilabel_metadata", "area")),
            "removed": removed,
        },
    }


# --- filtered: wrong answers -----------------------------------------------------------


def wrong_filtered() -> dict[str, tuple[Any, str]]:
    before, after, removed = good_and_counts()
    bad = before[30:]

    def left(*rows: dict) -> dict[str, Any]:
        """A filter that let these rows pass, with counts that are true."""
        gone = len(before) - len(after) - len(rows)
        return {"before": before, "after": after + list(rows), "removed": {"bad": gone}}

    return {
        "only the rows that are left": (after, "BEFORE_AND_AFTER"),
        "no counts": ({"before": before, "after": after}, "BEFORE_AND_AFTER"),
        "a pair": ((before, after), "BEFORE_AND_AFTER"),
        "nothing was removed": ({"before": before, "after": before, "removed": {}}, "EMPTY"),
        "a missing response is left": (left(bad[0]), "EMPTY"),
        "an unchanged one is left": (left(bad[2]), "UNCHANGED"),
        "unchanged but for its letters": (left(bad[3]), "UNCHANGED"),
        "two off the subject are left": (left(bad[4], bad[5]), "OFF_SUBJECT"),
        "refusals are left": (left(bad[6], bad[7]), "REFUSAL"),
        "two that are cut short are left": (left(bad[8], bad[9]), "CUT_SHORT"),
        "a row stands there twice": (left(bad[10]), "DUPLICATES"),
        "near-duplicates are left": (
            {
                "before": before + _changed(after[:9], evolved_instruction=lambda row: (
                    f"{row['evolved_instruction']} Why?")),
                "after": after + _changed(after[:9], evolved_instruction=lambda row: (
                    f"{row['evolved_instruction']} Why?")),
                "removed": removed,
            },
            "NEAR_DUPLICATES",
        ),
        "counts that do not add up": (
            {"before": before, "after": after, "removed": removed | {"refusal": 5}},
            "COUNTS",
        ),
        "less than none was removed": (
            {"before": before, "after": after, "removed": {"empty": 18, "dull": -6}},
            "COUNTS",
        ),
        "rows counted under every reason": (
            {"before": before, "after": after, "removed": dict.fromkeys(removed, 12)},
            "COUNTS",
        ),
        "one number": ({"before": before, "after": after, "removed": 12}, "COUNTS"),
        "before and after swapped": (
            {"before": after, "after": before, "removed": removed},
            "NEW_ROWS",
        ),
        "a row was mended": (
            {
                "before": before,
                "after": [*after[:-1], after[-1] | {"response": "A better answer."}],
                "removed": removed,
            },
            "NEW_ROWS",
        ),
        "nearly everything was removed": (
            {"before": before, "after": after[:5], "removed": {"dull": 37}},
            "TOO_STRICT",
        ),
        "too few are left to train on": (
            {"before": before, "after": after[:11], "removed": {"dull": 31}},
            "TOO_STRICT",
        ),
        "everything was removed": (
            {"before": before, "after": [], "removed": {"dull": 42}},
            "NO_ROWS",
        ),
        "columns dropped": (
            {"before": before, "after": _without(after, "instruction"), "removed": removed},
            "NO_COLUMN",
        ),
        "the function, never called": (by_own_filter, "BEFORE_AND_AFTER"),
        "a number": (42, "BEFORE_AND_AFTER"),
    }  # fmt: skip
