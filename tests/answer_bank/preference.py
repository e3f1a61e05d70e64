"""Answers to the preference notebook: right ones, and typical wrong ones with their codes.

One dataset of completions is made by the reference solution on the course's models. All others
are made by distilabel's tasks with scripted models, so that the judge of the bank has all the
weaknesses that a judge may have: it is unreadable, undecided or looks at the place of a text.
"""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from datasets import Dataset, DatasetDict, load_dataset
from distilabel.distiset import Distiset
from distilabel.steps import (
    FormatTextGenerationDPO,
    GroupColumns,
)
from distilabel.steps.tasks import EvolQuality, TextGeneration, UltraFeedback

from authoring import shipped
from helpers import run, save
from tests.answer_bank.scripted import ScriptedLLM, done_by

STRONG, WEAK = "HuggingFaceTB/SmolLM2-1.7B-Instruct", "Qwen/Qwen2.5-1.5B-Instruct"
SUBJECTS = (
    "rain", "bicycles", "the moon", "bread", "rivers", "old maps", "sleep", "trains", "bees",
    "Lisbon", "chess", "saving water", "lighthouses", "tea", "solar panels", "football",
    "the Sahara", "knitting", "volcanoes", "cooking rice", "friendship", "penguins", "snow",
    "photography", "glass", "birthday cakes", "owls", "salt", "kites", "Nairobi", "soup",
    "paper", "jazz", "tents", "honey", "clocks", "whales", "ginger", "soap", "wool",
)  # fmt: skip
PROMPTS = [f"What should a beginner know about {subject}?" for subject in SUBJECTS]
Answers = dict[str, Any]
WrongAnswers = dict[str, tuple[Any, str]]


@cache
def reference() -> dict[str, Callable]:
    """The functions of the reference solution, by their names."""
    return shipped.solutions(shipped.PREFERENCE)


def as_distiset(rows: list[dict]) -> Distiset:
    """Return rows in the form in which `run` returns them."""
    return Distiset({"default": DatasetDict({"train": Dataset.from_list(rows)})})


def rows_in(distiset: Distiset) -> list[dict]:
    return list(distiset["default"]["train"])


def changed(rows: list[dict], **columns: Any) -> list[dict]:
    """Rows with some columns replaced by a value, or by what a function of the row says."""
    return [
        row | {name: new(row) if callable(new) else new for name, new in columns.items()}
        for row in rows
    ]


def without(rows: list[dict], *columns: str) -> list[dict]:
    return [{k: v for k, v in row.items() if k not in columns} for row in rows]


def chat(role: str, text: str) -> dict[str, str]:
    return {"role": role, "content": text}


def as_conversations(pairs: list[dict]) -> list[dict]:
    """Pairs as TRL takes them: prompt and completions are conversations of one turn."""
    return changed(
        pairs,
        prompt=lambda pair: [chat("user", pair["prompt"])],
        chosen=lambda pair: [chat("assistant", pair["chosen"])],
        rejected=lambda pair: [chat("assistant", pair["rejected"])],
    )


def with_prompt_inside(pairs: list[dict]) -> list[dict]:
    """Pairs without a prompt of their own: it is the first turn of both conversations."""
    made = changed(
        pairs,
        chosen=lambda p: [chat("user", p["prompt"]), chat("assistant", p["chosen"])],
        rejected=lambda p: [chat("user", p["prompt"]), chat("assistant", p["rejected"])],
    )
    return without(made, "prompt")


def swapped(pairs: list[dict], *kinds: str) -> list[dict]:
    """Pairs in which chosen and rejected are exchanged, in all their columns or in some."""
    kinds = kinds or ("", "_model", "_rating", "_critique")
    return [
        pair
        | {f"chosen{kind}": pair[f"rejected{kind}"] for kind in kinds if f"chosen{kind}" in pair}
        | {f"rejected{kind}": pair[f"chosen{kind}"] for kind in kinds if f"chosen{kind}" in pair}
        for pair in pairs
    ]


def moved(rows: list[dict], *columns: str) -> list[dict]:
    """Rows in which some columns come from the row before."""
    return [
        row | {column: before[column] for column in columns}
        for row, before in zip(rows, rows[-1:] + rows[:-1])
    ]


# --- preference.turtle.completions -----------------------------------------------------


def subject_of(prompt: str) -> str:
    return prompt.partition("about ")[2].rstrip("?")


def long_answer(prompt: str) -> str:
    subject = subject_of(prompt)
    return (
        f"**{subject.capitalize()}** is a good subject to begin with.\n\n"
        f"1. Find somebody who knows {subject} well.\n2. Ask why they like it.\n\n"
        f"Then try it yourself: an hour with {subject} tells you more than a book."
    )


def short_answer(prompt: str) -> str:
    return f"You should know what {subject_of(prompt)} means."


def answered(prompts: list[str], name: str, answer: Callable[[str], str]) -> list[dict]:
    """The rows of one branch: what a model of this name answers."""
    llm = ScriptedLLM(name, answer)
    task = TextGeneration(name="by_" + answer.__name__.strip("<>"), llm=llm)
    return done_by(task, [{"instruction": prompt} for prompt in prompts])


@cache
def branches() -> tuple[list[dict], list[dict]]:
    return answered(PROMPTS, STRONG, long_answer), answered(PROMPTS, WEAK, short_answer)


def grouped(*rows: list[dict]) -> list[dict]:
    """What GroupColumns makes of branches."""
    group = GroupColumns(
        columns=["generation", "model_name"], output_columns=["generations", "generation_models"]
    )
    return next(group.process(*([dict(row) for row in branch] for branch in rows)))


@cache
def completions() -> tuple[dict, ...]:
    """Right completions, by scripted models; take copies before you change them."""
    return tuple(grouped(*branches()))


@cache
def tutor_completions() -> Distiset:
    """The reference solution's pipeline, run on the course's models, once per session."""
    return run(reference()["build_completions"](PROMPTS[:26]))


def right_completions() -> Answers:
    rows = list(completions())
    strong, weak = branches()
    third = answered(PROMPTS, "a third model", lambda p: f"Read a book on {subject_of(p)}, twice.")
    two_runs = [
        {
            "instruction": one["instruction"],
            "generations": [one["generation"], other["generation"]],
            "generation_models": [one["model_name"], other["model_name"]],
            "distilabel_metadata": [one["distilabel_metadata"], other["distilabel_metadata"]],
        }
        for one, other in zip(strong, weak)
    ]
    folder = save(rows, Path(tempfile.mkdtemp()) / "completions")
    return {
        "on the course's models, a Distiset": tutor_completions(),
        "of larger models": rows,
        "a Distiset": as_distiset(rows),
        "a DatasetDict": as_distiset(rows)["default"],
        "a DataFrame": as_distiset(rows)["default"]["train"].to_pandas(),
        "loaded back from disk": load_dataset(str(folder)),
        "shuffled, columns in another order": Dataset.from_list(rows)
        .shuffle(seed=1)
        .select_columns(["distilabel_metadata", "generation_models", "generations", "instruction"]),
        "three models": grouped(strong, weak, third),
        "two runs put together by hand": two_runs,
        "weaker model first": grouped(weak, strong),
        "texts cleaned afterwards": changed(
            rows, generations=lambda row: [t.strip().replace("**", "") for t in row["generations"]]
        ),
        "two rows of 40 failed": [
            row | {"generations": [None, row["generations"][1]]} if n in (3, 9) else row
            for n, row in enumerate(rows)
        ],
    }


def given_the_first_prompt(row: dict) -> dict:
    """A row's metadata, as if the model had been given the first of all prompts."""
    notes = row["distilabel_metadata"]
    return {
        name: [chat("user", PROMPTS[0])] if name.startswith("raw_input") else note
        for name, note in notes.items()
    }


def wrong_completions() -> WrongAnswers:
    rows = list(completions())
    strong, weak = branches()
    by_hand = changed(
        without(rows, "distilabel_metadata"),
        generations=lambda r: [f"{r['instruction']} A lot.", "Not much, I would say."],
    )
    one_prompt = grouped(
        *(changed(branch, instruction=PROMPTS[0], distilabel_metadata=given_the_first_prompt)
          for branch in (strong, weak))
    )  # fmt: skip
    return {
        "one model twice": (
            grouped(strong, answered(PROMPTS, STRONG, short_answer)),
            "ONE_MODEL",
        ),
        "two generations of one task": (
            changed(without(rows, "generation_models"), model_name=STRONG),
            "NO_COLUMN",
        ),
        "model names not grouped": (without(rows, "generation_models"), "NO_COLUMN"),
        "one name for both": (changed(rows, generation_models=STRONG), "NO_NAMES"),
        "one name in the list": (changed(rows, generation_models=[STRONG]), "NO_NAMES"),
        "branches not grouped": (
            {"one": Dataset.from_list(strong), "other": Dataset.from_list(weak)},
            "NO_COLUMN",
        ),
        "a text where the list must be": (
            changed(rows, generations=lambda row: row["generations"][0]),
            "NOT_TWO",
        ),
        "one completion each": (
            changed(rows, generations=lambda row: row["generations"][:1]),
            "NOT_TWO",
        ),
        "one completion twice": (
            changed(rows, generations=lambda row: row["generations"][:1] * 2),
            "SAME_TEXT",
        ),
        "half of the completions is None": (
            [r | {"generations": [r["generations"][0], None]} if n % 2 else r
             for n, r in enumerate(rows)],
            "EMPTY",
        ),
        "the prompt as completion": (
            changed(rows, generations=lambda r: [r["generations"][0], r["instruction"]]),
            "ECHO",
        ),
        "written by hand": (by_hand, "NO_MODEL"),
        "written by hand, proof of others": (
            [row | hand for row, hand in zip(rows, by_hand)],
            "NO_MODEL",
        ),
        "proof removed": (without(rows, "distilabel_metadata"), "NO_MODEL"),
        "prompts of other rows": (moved(rows, "instruction"), "OTHER_PROMPT"),
        "one row 40 times": ([rows[0]] * 40, "DUPLICATES"),
        "four rows ten times": (rows[:4] * 10, "DUPLICATES"),
        "one prompt, answered 40 times": (one_prompt, "FEW_PROMPTS"),
        "23 rows": (rows[:23], "FEW_ROWS"),
        "no rows": ([], "NO_ROWS"),
        "the pipeline, never run": (reference()["build_completions"](PROMPTS), "NOT_RUN"),
        "the function, never called": (reference()["build_completions"], "NOT_CALLED"),
        "a generator": ((row for row in rows), "WRONG_TYPE"),
        "a text": ("generations", "WRONG_TYPE"),
    }  # fmt: skip


# --- preference.turtle.pairs -----------------------------------------------------------


def turtle_value(pairs: object, made_of: object = None) -> dict[str, Any]:
    return {"completions": list(completions()) if made_of is None else made_of, "pairs": pairs}


@cache
def turtle_pairs() -> tuple[dict, ...]:
    return tuple(reference_pairs(list(completions())))


def reference_pairs(rows: list[dict]) -> list[dict]:
    """The reference's pairs of any two models; it knows the weaker one by the course's name."""
    named = changed(rows, generation_models=[STRONG, "tutor-mini"])
    pairs = reference()["make_pairs"](as_distiset(named))
    return changed(pairs, rejected_model=rows[0]["generation_models"][1])


def by_ratings(rows: list[dict]) -> list[dict]:
    """distilabel's own step makes the pairs, from ratings that somebody gave."""
    rated = changed(rows, ratings=lambda row: [len(text) % 5 + 10 * (len(text) > 60)
                                               for text in row["generations"]])  # fmt: skip
    return next(FormatTextGenerationDPO().process(rated))


def right_turtle_pairs() -> Answers:
    pairs = list(turtle_pairs())
    tutors = reference()["make_pairs"](tutor_completions())
    clean = without(pairs, "distilabel_metadata")
    return {
        "flat": turtle_value(pairs),
        "on the course's models": turtle_value(tutors, tutor_completions()),
        "conversations": turtle_value(as_conversations(pairs)),
        "prompt inside of the conversations": turtle_value(with_prompt_inside(pairs)),
        "FormatTextGenerationDPO, by ratings": turtle_value(by_ratings(list(completions()))),
        "a Dataset": turtle_value(Dataset.from_list(clean)),
        "a DataFrame of conversations": turtle_value(
            Dataset.from_list(as_conversations(clean)).to_pandas()
        ),
        "the other way round in all rows, with large models": turtle_value(swapped(pairs)),
        "fewer pairs": turtle_value(clean[5:27]),
        "stripped texts": turtle_value(changed(pairs, chosen=lambda p: p["chosen"].strip(" .*"))),
    }


def wrong_turtle_pairs() -> WrongAnswers:
    pairs = list(turtle_pairs())
    tutors = reference()["make_pairs"](tutor_completions())
    made_of = tutor_completions()
    half = [wrong if n % 2 else right
            for n, (right, wrong) in enumerate(zip(pairs, swapped(pairs)))]  # fmt: skip
    one_model = grouped(branches()[0], answered(PROMPTS, STRONG, short_answer))
    return {
        "the weaker model chosen": (turtle_value(swapped(tutors), made_of), "SWAPPED"),
        "conversations, the weaker model chosen": (
            turtle_value(as_conversations(swapped(tutors)), made_of),
            "SWAPPED",
        ),
        "the lower rating chosen": (
            turtle_value(swapped(by_ratings(list(completions())))),
            "SWAPPED",
        ),
        "chosen by chance": (turtle_value(half), "MIXED"),
        "texts swapped, names not": (turtle_value(swapped(pairs, "")), "WRONG_NAME"),
        "one name for both texts": (
            turtle_value(changed(pairs, rejected_model=STRONG)),
            "WRONG_NAME",
        ),
        "pairs of one model": (
            turtle_value(reference_pairs(one_model), one_model),
            "ONE_MODEL",
        ),
        "no names": (turtle_value(without(pairs, "chosen_model", "rejected_model")), "NO_NAMES"),
        "chosen twice": (turtle_value(changed(pairs, rejected=lambda p: p["chosen"])), "SAME"),
        "one pair with equal texts": (
            turtle_value([pairs[0] | {"rejected": pairs[0]["chosen"].upper()}, *pairs[1:]]),
            "SAME",
        ),
        "no prompt": (turtle_value(without(pairs, "prompt")), "NO_PROMPT"),
        "prompts of other rows": (turtle_value(moved(pairs, "prompt")), "FOREIGN"),
        "rejected of other rows": (turtle_value(moved(pairs, "rejected")), "FOREIGN"),
        "written by hand": (
            turtle_value(changed(pairs, rejected="I would rather not say.")),
            "FOREIGN",
        ),
        "the prompt as rejected": (
            turtle_value(changed(pairs, rejected=lambda p: p["prompt"])),
            "ECHO",
        ),
        "lists where texts must be": (
            turtle_value(changed(pairs, chosen=lambda p: [p["chosen"], p["rejected"]])),
            "NOT_TEXT",
        ),
        "None among the texts": (turtle_value([*pairs, pairs[0] | {"chosen": None}]), "NOT_TEXT"),
        "one pair 40 times": (turtle_value(pairs[:1] * 40), "DUPLICATES"),
        "19 pairs": (turtle_value(pairs[:19]), "FEW_ROWS"),
        "an empty list": (turtle_value([]), "NO_ROWS"),
        "the completions again": (turtle_value(list(completions())), "NO_COLUMN"),
        "no completions": ({"completions": None, "pairs": pairs}, "EMPTY_PART"),
        "the pairs alone": (pairs, "PARTS"),
        "a generator": (turtle_value(pair for pair in pairs), "WRONG_TYPE"),
        "the function, never called": (turtle_value(reference()["make_pairs"]), "NOT_CALLED"),
    }


# --- preference.dog.evolved ------------------------------------------------------------


def evolved_text(asked: str) -> str | None:
    """What a model makes of EvolQuality's prompt: a better text, and every eighth a bad one."""
    subject = next(s for s in sorted(SUBJECTS, key=len, reverse=True) if f" {s}?" in asked)
    original = long_answer(f"about {subject}?")
    return {
        0: original.replace("**", "").upper(),
        1: original + f"\n\nAnd what is more, {subject} is also",
        2: "I'm sorry, but I cannot help with that.",
        3: original[:60] + ".",
        4: None,
    }.get(
        SUBJECTS.index(subject) % 8,
        original + f"\n\nAn example: a friend of mine began with {subject} at the age of ten.",
    )


@cache
def evolved() -> tuple[dict, ...]:
    """Evolutions by a scripted model; of eight, three are good."""
    rows = [
        {"instruction": prompt, "response": long_answer(prompt), "response_model": STRONG}
        for prompt in PROMPTS
    ]
    task = EvolQuality(name="evolve", llm=ScriptedLLM(STRONG, evolved_text), num_evolutions=1)
    return tuple(done_by(task, rows))


def dog_value(pairs: object, made_of: object = None) -> dict[str, Any]:
    return {"evolved": list(evolved()) if made_of is None else made_of, "pairs": pairs}


@cache
def dog_pairs() -> tuple[dict, ...]:
    return tuple(reference()["evolved_pairs"](as_distiset(list(evolved()))))


def every_pair(keep: Callable[[str, str], bool] = lambda before, after: True) -> list[dict]:
    """Pairs of all evolutions that are a text, or of those that a simple rule keeps."""
    return [
        {
            "prompt": row["instruction"],
            "chosen": row["evolved_response"],
            "rejected": row["response"],
        }
        for row in evolved()
        if row["evolved_response"] and keep(row["response"], row["evolved_response"])
    ]


def is_whole(text: str) -> bool:
    return text.endswith(".") and not text.startswith("I'm sorry")


def right_dog_pairs() -> Answers:
    rows, pairs = list(evolved()), list(dog_pairs())
    asked_again = [
        row | {"distilabel_metadata": {
            "raw_input_rewrite": [chat("user", f"Improve this: {row['response']}")],
            "raw_output_rewrite": row["evolved_response"] or "",
        }}
        for row in rows
    ]  # fmt: skip
    return {
        "flat": dog_value(pairs),
        "a Distiset and a Dataset": dog_value(Dataset.from_list(pairs), as_distiset(rows)),
        "DataFrames": dog_value(
            Dataset.from_list(pairs).to_pandas(), Dataset.from_list(rows).to_pandas()
        ),
        "conversations": dog_value(as_conversations(pairs)),
        "prompt inside of the conversations": dog_value(with_prompt_inside(pairs)),
        "another rule": dog_value(
            every_pair(lambda a, b: is_whole(b) and len(b) > len(a) and a.upper() != b.upper())
        ),
        "by a task with a prompt of its own": dog_value(pairs, asked_again),
        "answered by one task and rewritten by another": answered_then_rewritten(),
        "a last line without a full stop": ends_as_a_letter(),
        "shuffled": dog_value(pairs[::-1], rows[::-1]),
        "more columns": dog_value(changed(pairs, gained=lambda p: len(p["chosen"]))),
    }


def ends_as_a_letter() -> dict[str, Any]:
    """Evolutions with a last line that has no full stop: a greeting, an emoji, or code."""
    ends = ("Best wishes from your old friend Anna", "Have fun! 😊", "print(rain, snow, tea)")
    rows = [
        row | {"evolved_response": f"{row['evolved_response']}\n\n{ends[n % 3]}"}
        if row["evolved_response"]
        else row
        for n, row in enumerate(evolved())
    ]
    made = {row["instruction"]: row["evolved_response"] for row in rows}
    return dog_value(changed(list(dog_pairs()), chosen=lambda p: made[p["prompt"]]), rows)


def written_by_hand() -> dict[str, Any]:
    """A model answered, and the evolved responses were typed."""
    rows = [
        {
            "instruction": row["instruction"],
            "response": row["generation"],
            "evolved_response": f"{row['generation']} It is worth every minute of your time.",
            "distilabel_metadata": row["distilabel_metadata"],
        }
        for row in branches()[0]
    ]
    pairs = [
        {"prompt": r["instruction"], "chosen": r["evolved_response"], "rejected": r["response"]}
        for r in rows
    ]
    return dog_value(pairs, rows)


def answered_then_rewritten() -> dict[str, Any]:
    """One TextGeneration answers, and another one writes the answer anew."""
    value = written_by_hand()
    rows = [
        row | {"distilabel_metadata": row["distilabel_metadata"] | {
            "raw_input_rewrite": [chat("user", f"Improve this: {row['response']}")],
            "raw_output_rewrite": row["evolved_response"],
        }}
        for row in value["evolved"]
    ]  # fmt: skip
    return dog_value(value["pairs"], rows)


def wrong_dog_pairs() -> WrongAnswers:
    rows, pairs = list(evolved()), list(dog_pairs())
    longer = every_pair(lambda before, after: len(after.split()) > len(before.split()))
    whole = every_pair(lambda before, after: is_whole(after) and before[:50] == after[:50])
    different = every_pair(lambda before, after: before != after and is_whole(after))
    by_hand = changed(pairs, chosen=lambda p: p["chosen"] + " It is worth every minute.")
    return {
        "all evolutions kept": (dog_value(every_pair()), "BROKEN"),
        "all that differ in a letter": (dog_value(different), "UNCHANGED"),
        "all that are longer": (dog_value(longer), "BROKEN"),
        "all that come to an end": (dog_value(whole), "SHORTENED"),
        "a refusal among them": (
            dog_value([*pairs, *(p for p in every_pair() if p["chosen"].startswith("I'm"))]),
            "BROKEN",
        ),
        "None among them": (
            dog_value([*pairs, pairs[0] | {"chosen": None}]),
            "NOT_TEXT",
        ),
        "chosen and rejected swapped": (dog_value(swapped(pairs)), "SWAPPED"),
        "the original as chosen, too": (
            dog_value(changed(pairs, chosen=lambda p: p["rejected"])),
            "UNCHANGED",
        ),
        "the evolved text as rejected, too": (
            dog_value(changed(pairs, rejected=lambda p: p["chosen"])),
            "UNCHANGED",
        ),
        "chosen texts by hand": (dog_value(by_hand), "FOREIGN"),
        "prompts of other rows": (dog_value(moved(pairs, "prompt")), "FOREIGN"),
        "nothing evolved": (
            dog_value(pairs, changed(rows, evolved_response=lambda r: r["response"])),
            "NOT_EVOLVED",
        ),
        "a model that could not read the prompts": (
            dog_value([], changed(rows, evolved_response=None)),
            "NOT_EVOLVED",
        ),
        "evolutions in a list": (
            dog_value(pairs, changed(rows, evolved_response=lambda r: [r["evolved_response"]])),
            "NOT_EVOLVED",
        ),
        "evolutions by hand": (
            dog_value(pairs, without(rows, "distilabel_metadata")),
            "NO_MODEL",
        ),
        "a model's answers, evolved by hand": (written_by_hand(), "NO_MODEL"),
        "no original beside it": (dog_value(pairs, without(rows, "response")), "NO_COLUMN"),
        "no prompt": (dog_value(without(pairs, "prompt")), "NO_PROMPT"),
        "lists where texts must be": (
            dog_value(changed(pairs, chosen=lambda p: [p["chosen"]])),
            "NOT_TEXT",
        ),
        "one pair 20 times": (dog_value(pairs[:1] * 20), "DUPLICATES"),
        "11 pairs": (dog_value(pairs[:11]), "FEW_ROWS"),
        "20 prompts": (dog_value(pairs, rows[:20]), "FEW_EVOLVED"),
        "no pairs": (dog_value([]), "NO_ROWS"),
        "pairs missing": (dog_value(None), "EMPTY_PART"),
        "the dataset alone": (as_distiset(rows), "PARTS"),
        "the pipeline, never run": (
            dog_value(pairs, reference()["build_evolution"](PROMPTS)),
            "NOT_RUN",
        ),
    }


# --- preference.lion.ratings -----------------------------------------------------------

PREAMBLE = "Here is my judgement of the three texts.\n\n"


def longest_answer(prompt: str) -> str:
    return long_answer(prompt) + f" And keep notes on {subject_of(prompt)}, for later."


@cache
def candidates() -> tuple[dict, ...]:
    return tuple(
        {
            "instruction": prompt,
            "generations": [long_answer(prompt), short_answer(prompt), longest_answer(prompt)],
            "generation_models": [STRONG, WEAK, STRONG],
        }
        for prompt in PROMPTS
    )


def judgement_text(asked: str) -> str:
    """What a judge writes: of ten rows it rates five well, and each other one in a bad way."""
    subject = next(
        s for s in sorted(SUBJECTS, key=len, reverse=True) if f"beginner know about {s}?" in asked
    )
    begin = {n: asked.rfind(f"<text {n}>") for n in (1, 2, 3)}
    texts = [asked[begin[n] : begin.get(n + 1, len(asked))] for n in (1, 2, 3)]
    ratings = [2 if "what" in t and "means." in t else 5 if "keep notes" in t else 4 for t in texts]
    kind = SUBJECTS.index(subject) % 10
    if kind == 0:
        return "All three texts are fine, but the first is the nicest of them."
    if kind == 1:
        ratings = [4, 4, 4]
    if kind == 2:
        ratings = [5, 4, 3]
    sections = [
        f"#### Output for Text {n}\nRating: {rating}\nRationale: As number {n} it is worth {rating}."
        for n, rating in enumerate(ratings, 1)
    ]
    if kind == 3:
        sections[1] = "#### Output for Text 2\nI cannot rate this one."
    return (PREAMBLE if kind == 4 else "") + "\n\n".join(sections)


def judged_by(judge: Callable[[str], str | None], rows: Any) -> list[dict]:
    task = UltraFeedback(name="judge", llm=ScriptedLLM("a judge", judge), aspect="overall-rating")
    return done_by(task, list(rows))


@cache
def judged() -> tuple[tuple[dict, ...], tuple[dict, ...]]:
    """Both judgements, in one order and in the opposite one."""
    other_way = reference()["reversed_order"](list(candidates()))
    return tuple(judged_by(judgement_text, candidates())), tuple(
        judged_by(judgement_text, other_way)
    )


def orders(first: object = None, second: object = None) -> dict[str, Any]:
    one, other = judged()
    return {
        "judged": list(one) if first is None else first,
        "reversed": list(other) if second is None else second,
    }


def judged_again_where_needed() -> list[dict]:
    """Rows that did not parse, replaced by another judgement as a whole."""
    unread = [row for row in judged()[0] if None in row["ratings"] or len(row["ratings"]) != 3]
    plain = [
        {k: row[k] for k in ("instruction", "generations", "generation_models")} for row in unread
    ]
    anew = judged_by(
        lambda asked: judgement_text(asked.replace(f" {SUBJECTS[0]}?", " tea?")), plain
    )
    by_prompt = {row["instruction"]: row for row in anew}
    return [by_prompt.get(row["instruction"], row) for row in judged()[0]]


def shuffled_order() -> list[dict]:
    """The second judgement in another order than the opposite one."""
    turned = [
        row | {"generations": row["generations"][1:] + row["generations"][:1]}
        for row in candidates()
    ]
    return judged_by(judgement_text, turned)


def right_ratings() -> Answers:
    one, other = (list(rows) for rows in judged())
    in_words = [
        judged_by(
            lambda asked: (
                "Rating: Very good (4)\nRationale: It has 5 points.\n\n"
                "Rating: **2** of 5\nRationale: Short.\n\nRating: 3/5\nRationale: Not bad."
            ),
            [row | {"generations": texts(row)} for row in candidates()],
        )
        for texts in (lambda r: r["generations"], lambda r: r["generations"][::-1])
    ]
    two_texts = [
        judged_by(lambda asked: "Rating: 4\nRationale: Good.\n\nRating: 2\nRationale: Short.",
                  [row | {"generations": texts(row)} for row in candidates()])
        for texts in (lambda r: r["generations"][:2], lambda r: r["generations"][1::-1])
    ]  # fmt: skip
    return {
        "lists of rows": orders(),
        "Distisets": orders(as_distiset(one), as_distiset(other)),
        "DataFrames": orders(
            Dataset.from_list(one).to_pandas(), Dataset.from_list(other).to_pandas()
        ),
        "rows in another sequence": orders(one, other[::-1]),
        "unread rows dropped": orders(*(
            [row for row in rows if None not in row["ratings"] and len(row["ratings"]) == 3]
            for rows in (one, other)
        )),
        "unread rows judged again": orders(judged_again_where_needed()),
        "another order than the opposite": orders(None, shuffled_order()),
        "two texts": orders(*two_texts),
        "both orders in one pipeline": orders(one, in_one_row(one, other)),
        "two aspects, the second kept": orders(in_one_row(
            judged_by(lambda asked: "Rating: 1\nRationale: Bad.\n\n" * 3, candidates()), one
        )),
        "a judge that says more than the number": orders(*in_words),
        "ratings as floats": orders(changed(
            one, ratings=lambda r: [None if x is None else float(x) for x in r["ratings"]]
        )),
    }  # fmt: skip


def in_one_row(one: list[dict], other: list[dict]) -> list[dict]:
    """Rows of which each was judged before, in another order or by another aspect."""
    return [
        row | {"distilabel_metadata": {
            **{f"{name}_before": note for name, note in before["distilabel_metadata"].items()},
            **row["distilabel_metadata"],
        }}
        for before, row in zip(one, other)
    ]  # fmt: skip


def filled_in(rows: list[dict], value: int) -> list[dict]:
    """Ratings that are missing, replaced: the typical mistake."""
    return changed(
        rows,
        ratings=lambda row: ([value if r is None else r for r in row["ratings"]] + [value] * 3)[:3],
        rationales=lambda row: ([c or "" for c in row["rationales"]] + [""] * 3)[:3],
    )


def wrong_ratings() -> WrongAnswers:
    one, other = (list(rows) for rows in judged())
    by_hand = changed(without(one, "distilabel_metadata"), ratings=[5, 2, 4])
    same_order = judged_by(judgement_text, candidates())
    return {
        "None treated as 0": (orders(filled_in(one, 0), filled_in(other, 0)), "GUESSED"),
        "None treated as 3": (orders(filled_in(one, 3)), "GUESSED"),
        "ratings thought up": (orders(changed(one, ratings=[5, 1, 3])), "GUESSED"),
        "ratings of other rows": (orders(moved(one, "ratings")), "GUESSED"),
        "the same order twice": (orders(one, same_order), "SAME_ORDER"),
        "one dataset twice": (orders(one, one), "SAME_ORDER"),
        "other texts the second time": (
            orders(one, judged_by(judgement_text, [
                row | {"generations": [f"{t} (new)" for t in row["generations"]]}
                for row in candidates()
            ])),
            "OTHER_TEXTS",
        ),
        "other prompts the second time": (orders(one[:28], other[12:]), "OTHER_TEXTS"),
        "texts turned round afterwards": (
            orders(one, changed(one, generations=lambda r: r["generations"][::-1])),
            "MIXED_UP",
        ),
        "critiques dropped": (orders(without(one, "rationales")), "NO_COLUMN"),
        "critiques empty": (orders(changed(one, rationales=["", "", ""])), "NO_CRITIQUE"),
        "ratings by hand": (orders(by_hand, other), "NO_MODEL"),
        "a judge that writes in another form": (
            orders(*(judged_by(lambda asked: "I would give it 4 of 5.", rows)
                     for rows in (candidates(), candidates()))),
            "UNPARSED",
        ),
        "other texts put in afterwards": (
            orders(changed(one, generations=lambda r: [f"{t} New!" for t in r["generations"]])),
            "NO_MODEL",
        ),
        "one text each": (
            orders(changed(one, generations=lambda r: r["generations"][:1])),
            "NOT_TEXTS",
        ),
        "20 rows": (orders(one[:20], other[:20]), "FEW_ROWS"),
        "one row 40 times": (orders(one[5:6] * 40, other[5:6] * 40), "DUPLICATES"),
        "no second judgement": ({"judged": one, "reversed": None}, "EMPTY_PART"),
        "one dataset alone": (one, "PARTS"),
        "candidates, never judged": (orders(list(candidates())), "NO_COLUMN"),
        "the pipeline, never run": (
            orders(reference()["build_judging"](list(candidates()))),
            "NOT_RUN",
        ),
        "a text": (orders("judged"), "WRONG_TYPE"),
    }  # fmt: skip


# --- preference.lion.pairs -------------------------------------------------------------


def lion_value(pairs: object, **judgements: Any) -> dict[str, Any]:
    return {**orders(), **judgements, "pairs": pairs}


@cache
def lion_pairs() -> tuple[dict, ...]:
    return tuple(reference()["agreed_pairs"](*map(as_distiset, map(list, judged()))))


def naive_pairs(missing: float | None = None, both_orders: bool = False) -> list[dict]:
    """The highest against the lowest rating, without a look at what may be wrong with them."""
    pairs = []
    for row, other in zip(*judged()):
        texts = row["generations"]
        ratings = [missing if r is None else r for r in row["ratings"]]
        if missing is not None:
            ratings = (ratings + [missing] * 3)[:3]
        back = other["ratings"][::-1]
        if (
            None in ratings
            or len(ratings) != 3
            or (both_orders and (None in back or len(back) != 3))
        ):
            continue
        best, worst = ratings.index(max(ratings)), ratings.index(min(ratings))
        pairs.append(a_pair(row, ratings, best, worst, texts))
    return pairs


def a_pair(row: dict, ratings: list, best: int, worst: int, texts: list[str]) -> dict:
    critiques = (row["rationales"] + ["no critique"] * 3)[:3]
    return {
        "prompt": row["instruction"],
        "chosen": texts[best],
        "rejected": texts[worst],
        "chosen_rating": ratings[best],
        "rejected_rating": ratings[worst],
        "chosen_critique": critiques[best],
        "rejected_critique": critiques[worst],
    }


def ties_kept() -> list[dict]:
    """`>=` where `>` is meant: texts with the same rating make a pair, too."""
    return [
        a_pair(row, row["ratings"], 0, 2, row["generations"])
        for row in judged()[0]
        if row["ratings"] == [4, 4, 4]
    ]


def several_pairs() -> list[dict]:
    """Each better text against each worse one, not only the best against the worst."""
    good = {pair["prompt"] for pair in lion_pairs()}
    return [
        a_pair(row, row["ratings"], better, worse, row["generations"])
        for row in judged()[0]
        if row["instruction"] in good
        for better, worse in ((2, 0), (2, 1), (0, 1))
    ]


def beginnings_chosen() -> list[dict]:
    """Chosen is rated 4 and is all of the text that is rated 5, but for its last sentence."""
    rows = [row for row in judged()[0] if row["ratings"] == [4, 2, 5]]
    return [a_pair(row, row["ratings"], 0, 2, row["generations"]) for row in rows]


def right_lion_pairs() -> Answers:
    one, other = (list(rows) for rows in judged())
    pairs = list(lion_pairs())
    decided = [row for row in one if row["instruction"] in {pair["prompt"] for pair in pairs}]
    formatted = changed(
        next(FormatTextGenerationDPO().process([dict(row) for row in decided])),
        chosen_critique=lambda r: r["rationales"][r["ratings"].index(r["chosen_rating"])],
        rejected_critique=lambda r: r["rationales"][r["ratings"].index(r["rejected_rating"])],
    )
    return {
        "flat": lion_value(pairs),
        "Distisets and a DataFrame": lion_value(
            Dataset.from_list(pairs).to_pandas(),
            judged=as_distiset(one),
            reversed=as_distiset(other),
        ),
        "conversations": lion_value(as_conversations(pairs)),
        "prompt inside of the conversations": lion_value(with_prompt_inside(pairs)),
        "FormatTextGenerationDPO after a filter": lion_value(formatted),
        "several pairs of a prompt": lion_value(several_pairs()),
        "ratings of both orders on average": lion_value(
            changed(pairs, chosen_rating=lambda p: (p["chosen_rating"] + p["chosen_rating"]) / 2)
        ),
        "rows of the second judgement in another sequence": lion_value(pairs, reversed=other[::-1]),
        "without models and proof": lion_value(
            without(pairs, "chosen_model", "rejected_model", "distilabel_metadata")
        ),
        "fewer pairs": lion_value(pairs[:13]),
    }


def wrong_lion_pairs() -> WrongAnswers:
    pairs = list(lion_pairs())
    return {
        "None treated as 0": (lion_value(naive_pairs(missing=0)), "GUESSED"),
        "the lowest of unread ratings": (lion_value(naive_pairs(missing=1)), "GUESSED"),
        "only the first order looked at": (lion_value(naive_pairs()), "DISAGREE"),
        "both parsed, agreement forgotten": (
            lion_value([p for p in naive_pairs(both_orders=True) if p["chosen"] != p["rejected"]]),
            "DISAGREE",
        ),
        "ties kept": (lion_value(pairs + ties_kept()), "TIE"),
        "ties kept, one text twice": (lion_value(naive_pairs(both_orders=True)), "SAME"),
        "chosen and rejected swapped": (lion_value(swapped(pairs)), "SWAPPED"),
        "a text that begins the better one as chosen": (lion_value(beginnings_chosen()), "SWAPPED"),
        "texts swapped, ratings not": (lion_value(swapped(pairs, "")), "SWAPPED"),
        "ratings swapped, texts not": (lion_value(swapped(pairs, "_rating")), "OTHER_RATING"),
        "ratings thought up": (lion_value(changed(pairs, chosen_rating=1)), "OTHER_RATING"),
        "ratings missing": (lion_value(changed(pairs, rejected_rating=None)), "OTHER_RATING"),
        "rating columns dropped": (
            lion_value(without(pairs, "chosen_rating", "rejected_rating")),
            "NO_COLUMN",
        ),
        "critiques dropped": (
            lion_value(without(pairs, "chosen_critique", "rejected_critique")),
            "NO_CRITIQUE",
        ),
        "critiques empty": (lion_value(changed(pairs, chosen_critique="")), "NO_CRITIQUE"),
        "critiques thought up": (
            lion_value(changed(pairs, rejected_critique="It is simply bad.")),
            "NO_CRITIQUE",
        ),
        "a text that was never judged": (
            lion_value(changed(pairs, chosen=lambda p: f"{p['chosen']} So they say.")),
            "FOREIGN",
        ),
        "prompts of other rows": (lion_value(moved(pairs, "prompt")), "FOREIGN"),
        "lists where texts must be": (
            lion_value(changed(pairs, rejected=lambda p: [p["rejected"]])),
            "NOT_TEXT",
        ),
        "no prompt": (lion_value(without(pairs, "prompt")), "NO_PROMPT"),
        "one pair 20 times": (lion_value(pairs[:1] * 20), "DUPLICATES"),
        "11 pairs": (lion_value(pairs[:11]), "FEW_ROWS"),
        "no pairs": (lion_value([]), "NO_ROWS"),
        "second judgement missing": (lion_value(pairs, reversed=None), "EMPTY_PART"),
        "judged texts in no list": (
            lion_value(pairs, judged=changed(list(judged()[0]), generations="a text")),
            "NOT_TEXTS",
        ),
        "the pairs alone": (pairs, "PARTS"),
        "the function, never called": (lion_value(reference()["agreed_pairs"]), "NOT_CALLED"),
    }


RIGHT = {
    "preference.turtle.completions": right_completions,
    "preference.turtle.pairs": right_turtle_pairs,
    "preference.dog.evolved": right_dog_pairs,
    "preference.lion.ratings": right_ratings,
    "preference.lion.pairs": right_lion_pairs,
}
WRONG = {
    "preference.turtle.completions": wrong_completions,
    "preference.turtle.pairs": wrong_turtle_pairs,
    "preference.dog.evolved": wrong_dog_pairs,
    "preference.lion.ratings": wrong_ratings,
    "preference.lion.pairs": wrong_lion_pairs,
}
