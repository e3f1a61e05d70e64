"""The datasets that the course ships, made by the course's own pipelines.

`python -m authoring.shipped` takes the functions of the reference solutions out of the first two
notebooks, runs them on the tutor models, keeps the good rows and writes them to notebooks/data: the
instructions of each tier, and pairs of the highest one. The second and the third notebook start from
them where a learner has no dataset yet. Run it again when the tutor's weights have changed.
"""

import ast
import json
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from authoring import document
from helpers.checks.rows import Row
from helpers.checks.texts import (
    is_cut_short,
    is_refusal,
    is_text,
    near_repeated,
    same_words,
    stands_in,
    words,
)

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "authoring" / "notebooks" / "instruction_sft_dataset.py"
PREFERENCE = ROOT / "authoring" / "notebooks" / "preference_alignment_dataset.py"
DATA = ROOT / "notebooks" / "data"
FOLDER = DATA / "instruction"
TIERS = {tier: DATA / f"instruction_{tier}" for tier in ("dog", "lion")}
PAIRS = DATA / "preference"
LICENSE = "apache-2.0"
ROWS = 60

LONGEST = 20  # words of an instruction; a longer one is mostly an answer already

# Twice as many as are needed: rows that are not good enough are dropped.
SUBJECTS = (
    "rain", "bicycles", "the moon", "bread", "the piano", "rivers", "tomatoes", "old maps",
    "sleep", "trains", "bees", "Lisbon", "chess", "saving water", "lighthouses", "tea",
    "solar panels", "public libraries", "football", "the Sahara", "knitting", "volcanoes",
    "cooking rice", "friendship", "penguins", "mountain hiking", "photography", "snow",
    "recycling glass", "birthday cakes", "soap", "ferries", "apple trees", "clocks",
    "learning Spanish", "origami", "thunder", "museums", "honey", "bridges", "kites", "school",
    "wool", "the night sky", "Iceland", "markets", "theatre", "swimming", "letters", "cheese",
    "owls", "winter coats", "gardens", "maple syrup", "lakes", "the violin", "salt", "umbrellas",
    "whales", "dictionaries", "pottery", "sailing", "beans", "paper", "Nairobi", "running",
    "spiders", "candles", "postcards", "windmills", "ginger", "tents", "ice skating", "harbours",
    "mushrooms", "jazz", "elevators", "soup", "footpaths", "hedgehogs", "icebergs", "pears",
    "marathons", "compasses", "beekeeping", "puppets", "the harp", "canals", "sunflowers",
    "roundabouts", "cinnamon", "telescopes", "barges", "juggling", "lemons", "castles", "the Alps",
    "mosaics", "rowing", "dandelions", "radio", "parks", "foxes", "bookbinding", "deserts",
    "pancakes", "the accordion", "tides", "street lamps", "Dublin", "goats", "poetry", "canoes",
    "wheat", "ponds", "chalk", "tunnels", "peppermint", "stamps", "the Danube",
)  # fmt: skip


def build_pipeline(subjects: Iterable[str]):
    """Return the pipeline of the first notebook's reference solution for these subjects."""
    return solutions(SOURCE)["build_pipeline"](list(subjects))


def solutions(source: Path) -> dict[str, Callable]:
    """Return the functions of a notebook's reference solutions, by their names."""
    from collections import Counter

    from distilabel.pipeline import Pipeline
    from distilabel.steps import ExpandColumns, GroupColumns, LoadDataFromDicts
    from distilabel.steps.tasks import (
        EvolInstruct,
        EvolQuality,
        Magpie,
        SelfInstruct,
        TextGeneration,
        UltraFeedback,
    )

    from helpers import load_llm

    parts = (Pipeline, ExpandColumns, GroupColumns, LoadDataFromDicts, EvolInstruct, EvolQuality)
    tasks = (Magpie, SelfInstruct, TextGeneration, UltraFeedback)
    found: dict[str, Any] = {part.__name__: part for part in (*parts, *tasks, Counter)}
    found["load_llm"] = load_llm
    for cell in document.read(source).cells:
        text = document.solution(cell).source
        if cell.is_code and "\ndef " in f"\n{text}":
            exec(compile(_functions(text), str(source), "exec"), found)  # noqa: S102 (our own source)
    return found


def _functions(text: str) -> ast.Module:
    """Of a cell its functions and constants, without the lines that use them."""
    tree = ast.parse(text)
    tree.body = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).isupper())
    ]
    return tree


def good(rows: Iterable[Row], longest: int = LONGEST) -> Iterator[Row]:
    """Yield the rows worth shipping: two finished texts, and no two instructions alike.

    A row about a subject that the third notebook holds out to measure with is left out, too.

    >>> rows = [
    ...     {"instruction": "Why is rain wet?", "response": "It is water."},
    ...     {"instruction": "Why is rain wet?", "response": "Because it is water."},
    ...     {"instruction": "What is bread?", "response": None},
    ... ]
    >>> [row["response"] for row in good(rows)]
    ['It is water.']
    """
    whole = [row for row in rows if _is_whole(row, longest)]
    alike = {place for place, _ in near_repeated((row["instruction"] for row in whole), near=0.9)}
    yield from (row for place, row in enumerate(whole) if place not in alike)


def _is_whole(row: Row, longest: int) -> bool:
    from helpers import leaked

    texts = (row["instruction"], row["response"])
    return (
        all(is_text(text) and not is_cut_short(text) and not is_refusal(text) for text in texts)
        and len(texts[0].splitlines()) == 1
        and len(words(texts[0])) <= longest
        and not same_words(*texts)
        and not leaked(texts[:1])
    )


def is_about(subject: str, row: Row) -> bool:
    """Tell whether both texts of a row name the subject.

    >>> is_about("rain", {"instruction": "Why is rain wet?", "response": "It is water."})
    False
    """
    return all(stands_in(subject, row[name] or "") for name in ("instruction", "response"))


ORIGIN = """
The subjects are ours and the model is the course's own. Made by `python -m authoring.shipped`.
"""


def main() -> int:
    """Make the datasets anew; return the exit status, 1 when there are too few good rows."""
    from helpers import load_llm, run

    print(f"Asking {load_llm().model_name} about {len(SUBJECTS)} subjects ...")
    pipeline = build_pipeline(SUBJECTS)
    made = run(pipeline)["default"]["train"]
    rows = [row for subject, row in zip(SUBJECTS, made) if is_about(subject, row)]
    enough = _ship(rows, FOLDER, pipeline)
    return 0 if enough and _ship_tiers() and _ship_pairs() else 1


def _ship_tiers() -> bool:
    """The rows of 🐕 and 🦁, for whoever wants to train on them."""
    from helpers import run

    course = solutions(SOURCE)
    lines = (DATA / "passages.jsonl").read_text("utf-8").splitlines()
    passages = [json.loads(line) for line in lines]
    for passage in passages:
        passage["passage"] = f"# {passage['subject']}\n\n{passage['passage']}"
    seeded = course["build_seeded_pipeline"](passages)
    from_passages = [row for row in run(seeded)["default"]["train"] if _is_grounded(row)]
    random.Random(0).shuffle(from_passages)  # the first 60 are then of many passages
    evolving = course["build_evolution_pipeline"](
        [
            {name: row[name] for name in ("instruction", "subject", "passage")}
            for row in from_passages
        ]
    )
    evolved, _ = course["sift"](list(run(evolving)["default"]["train"]), course["verdict"])
    evolved = [row | {"instruction": row["evolved_instruction"]} for row in evolved]
    columns = ("instruction", "response")
    return _ship(from_passages, TIERS["dog"], seeded, columns) and _ship(
        evolved, TIERS["lion"], evolving, columns, longest=60
    )


def _is_grounded(row: Row) -> bool:
    return is_about(row["subject"].removeprefix("the "), row)


def _ship_pairs() -> bool:
    """The pairs of 🦁, on the prompts of all tiers."""
    import pyarrow.parquet

    from helpers import run, save

    course = solutions(PREFERENCE)
    folders = (FOLDER, *TIERS.values())
    tables = (pyarrow.parquet.read_table(folder / "train.parquet") for folder in folders)
    prompts = [text for table in tables for text in table["instruction"].to_pylist()]
    completions = run(course["build_completions"](prompts))["default"]["train"]
    evolved = run(course["build_evolution"](prompts))["default"]["train"]
    evolutions = {row["instruction"]: row["evolved_response"] for row in evolved}
    candidates = [
        {
            "instruction": row["instruction"],
            "generations": [*row["generations"], evolutions[row["instruction"]]],
            "generation_models": [*row["generation_models"], "tutor"],
        }
        for row in completions
        if all(row["generations"]) and evolutions.get(row["instruction"])
    ]
    judging = course["build_judging"](candidates)
    judged = run(judging)
    again = run(course["build_judging"](course["reversed_order"](candidates)))
    pairs = course["agreed_pairs"](judged, again)
    names = ("prompt", "chosen", "rejected", "chosen_rating", "rejected_rating")
    rows = [
        {name: row[name] for name in (*names, "chosen_model", "rejected_model")} for row in pairs
    ]
    if len(rows) < ROWS:
        return _too_few(rows, PAIRS)
    random.Random(0).shuffle(rows)
    save(rows[:ROWS], PAIRS, pipeline=judging, license=LICENSE)
    _say_where_from(PAIRS)
    return True


def _ship(
    rows: Iterable[Row],
    folder: Path,
    pipeline: Any,
    columns: Iterable[str] = (),
    longest: int = LONGEST,
) -> bool:
    """Save the first good rows; tell whether there are enough."""
    from datasets import Dataset

    from helpers import save

    kept = list(good(rows, longest))[:ROWS]
    if len(kept) < ROWS:
        return _too_few(kept, folder)
    if columns:
        kept = [{name: row[name] for name in columns} for row in kept]
    save(Dataset.from_list(kept), folder, pipeline=pipeline, license=LICENSE)
    _say_where_from(folder)
    return True


def _too_few(rows: list, folder: Path) -> bool:
    print(
        f"Only {len(rows)} rows for {folder.name} are good enough; {ROWS} are needed.",
        file=sys.stderr,
    )
    return False


def _say_where_from(folder: Path) -> None:
    card = folder / "README.md"
    card.write_text(card.read_text("utf-8") + ORIGIN, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
