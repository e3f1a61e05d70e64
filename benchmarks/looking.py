"""How long the first page of a large dataset takes, and how much memory looking at it costs."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = 100_000

# In a Python of its own: memory that another benchmark gave back would hide what this one takes.
_LOOK = """
import json, sys, time
from datasets import Dataset, load_from_disk
from helpers import browse, compare
from helpers.looking.paging import _Controls

def memory():
    with open("/proc/self/smaps_rollup") as lines:
        found = {line.split(":")[0]: line.split()[1] for line in lines if line.endswith("kB\\n")}
    return {"all": int(found["Rss"]) / 1024, "own": int(found["Anonymous"]) / 1024}

def measured(action):
    before, begun = memory(), time.perf_counter()
    made = action()
    seconds, after = time.perf_counter() - begun, memory()
    return made, [seconds, after["all"] - before["all"], after["own"] - before["own"]]

import ipywidgets
small = Dataset.from_list([{"prompt": "Why?", "chosen": "So.", "rejected": "No."}] * 3)
repr(browse(small, search="so")), _Controls(browse(small)), repr(compare(small))  # imports
dataset = load_from_disk(sys.argv[1])
figures = {}
pages, figures["first page"] = measured(lambda: browse(dataset))
_, figures["its HTML and its buttons"] = measured(lambda: (pages._repr_html_(), pages.widget()))
_, figures["a page in the middle"] = measured(lambda: (pages.turn(10_000), pages._repr_html_()))
_, figures["a value of a column"] = measured(
    lambda: len(pages.table.matching("", ("model_name", "tutor")))
)
_, figures["a search in all texts"] = measured(lambda: len(pages.table.matching("lighthouse 99")))
_, figures["compare, first page"] = measured(lambda: compare(dataset)._repr_html_())
print(json.dumps(figures))
"""


def figures(rows: int = ROWS) -> tuple[float, dict[str, list[float]]]:
    """Return the dataset's megabytes, and of each action its seconds and its megabytes.

    The first megabytes count the dataset's file, too, so far as it was read into memory, which
    the operating system takes back when it needs it; the second ones do not.
    """
    with tempfile.TemporaryDirectory() as folder:
        size = _write(Path(folder) / "large", rows)
        command = [sys.executable, "-c", _LOOK, str(Path(folder) / "large")]
        found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return size, json.loads(found.stdout.splitlines()[-1])


def _write(folder: Path, rows: int) -> float:
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    chance = random.Random(0)
    words = [
        "rain",
        "cloud",
        "lighthouse",
        "bread",
        "flour",
        "boat",
        "river",
        "stone",
        "tree",
        "leaf",
        "wind",
    ]

    def text(count: int) -> str:
        return " ".join(chance.choices(words, k=count))

    def made():
        for number in range(rows):
            yield {
                "prompt": f"{text(12)} {number}?",
                "messages": [{"role": "user", "content": text(12)}],
                "chosen": text(90),
                "rejected": text(60),
                "chosen_rating": chance.randint(3, 5),
                "model_name": chance.choice(["tutor", "tutor-mini"]),
            }

    dataset = Dataset.from_generator(made, cache_dir=str(folder / "cache"))
    dataset.save_to_disk(folder)
    return dataset.data.nbytes / 2**20


def main() -> None:
    """Print the table."""
    size, found = figures()
    print(f"\nlooking at {ROWS:,} rows of {size:.0f} MB, in one process from top to bottom")
    print(f"{'':34}{'seconds':>9}{'MB':>9}{'MB without the file':>21}")
    for action, (taken, every, own) in found.items():
        print(f"{action:34}{taken:>9.3f}{every:>9.1f}{own:>21.1f}")


if __name__ == "__main__":
    main()
