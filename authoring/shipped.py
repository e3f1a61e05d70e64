"""The instruction dataset that the course ships, made by the course's own pipeline.

`python -m authoring.shipped` takes the reference solution's `build_pipeline` out of the first
notebook, runs it on the tutor model, keeps the good rows and writes them to
notebooks/data/instruction. The preference notebook starts from them where a learner has no
dataset yet. Run it again when the tutor's weights have changed.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

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
FOLDER = ROOT / "notebooks" / "data" / "instruction"
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
    from distilabel.pipeline import Pipeline
    from distilabel.steps import LoadDataFromDicts
    from distilabel.steps.tasks import TextGeneration

    from helpers import load_llm

    cell = next(cell for cell in document.read(SOURCE).cells if cell.key == "turtle.gap")
    names = {
        "Pipeline": Pipeline,
        "LoadDataFromDicts": LoadDataFromDicts,
        "TextGeneration": TextGeneration,
        "load_llm": load_llm,
        "subjects": list(subjects),
    }
    exec(compile(document.solution(cell).source, str(SOURCE), "exec"), names)  # noqa: S102 (our own source)
    return names["pipeline"]


def good(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows worth shipping: two finished texts, and no two instructions alike.

    >>> rows = [
    ...     {"instruction": "Why is rain wet?", "response": "It is water."},
    ...     {"instruction": "Why is rain wet?", "response": "Because it is water."},
    ...     {"instruction": "What is bread?", "response": None},
    ... ]
    >>> [row["response"] for row in good(rows)]
    ['It is water.']
    """
    whole = [row for row in rows if _is_whole(row)]
    alike = {place for place, _ in near_repeated((row["instruction"] for row in whole), near=0.9)}
    yield from (row for place, row in enumerate(whole) if place not in alike)


def _is_whole(row: Row) -> bool:
    texts = (row["instruction"], row["response"])
    return (
        all(is_text(text) and not is_cut_short(text) and not is_refusal(text) for text in texts)
        and len(texts[0].splitlines()) == 1
        and len(words(texts[0])) <= LONGEST
        and not same_words(*texts)
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
    """Make the dataset anew; return the exit status, 1 when there are too few good rows."""
    from datasets import Dataset

    from helpers import load_llm, run, save

    print(f"Asking {load_llm().model_name} about {len(SUBJECTS)} subjects ...")
    pipeline = build_pipeline(SUBJECTS)
    made = run(pipeline)["default"]["train"]
    rows = list(good(row for subject, row in zip(SUBJECTS, made) if is_about(subject, row)))[:ROWS]
    if len(rows) < ROWS:
        print(f"Only {len(rows)} rows are good enough; {ROWS} are needed.", file=sys.stderr)
        return 1
    save(Dataset.from_list(rows), FOLDER, pipeline=pipeline, license=LICENSE)
    card = FOLDER / "README.md"
    card.write_text(card.read_text("utf-8") + ORIGIN, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
