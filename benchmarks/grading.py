"""How many notebooks are graded in a minute, here and by pytest with nbval."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers.grading.grader import grade
from helpers.grading.sandbox import probed
from helpers.grading.sheets import references
from helpers.grading.submissions import find

ROOT = Path(__file__).parents[1]
IMPORTS = "import datasets, distilabel.pipeline, distilabel.steps.tasks, torch, transformers"
PIPELINE = """
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from distilabel.steps.tasks import TextGeneration
with Pipeline(name="mine") as pipeline:
    load = LoadDataFromDicts(data=[{"instruction": f"Write a question about {n}."} for n in range(30)])
    ask = TextGeneration(llm=load_llm(), output_mappings={"generation": "instruction"})
    answer = TextGeneration(llm=load_llm(), output_mappings={"generation": "response"})
    load >> ask >> answer
"""
LIGHT = ["import numpy as np", *(f"a{n} = np.arange({n})" for n in range(5)), "pipeline = 3"]
CHECK = 'check("instruction.turtle.pipeline", pipeline)'


def submissions(folder: Path, count: int, cells: list[str], setup: str) -> None:
    """Write so many notebooks that differ in a number."""
    for number in range(count):
        sources = [setup, f"number = {number}", *cells, CHECK]
        made = [
            {
                "cell_type": "code", "source": source, "outputs": [], "execution_count": None,
                "metadata": {}, "id": f"cell-{at}",
            }
            for at, source in enumerate(sources)
        ]  # fmt: skip
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}
        (folder / f"{number:03}.ipynb").write_text(json.dumps(notebook))


def seconds(kind: str, count: int = 10) -> dict[str, float]:
    """Return seconds for each notebook: by nbval in one pytest, and here, on one core each.

    Args:
        kind: `"heavy"`, with the course's own setup and libraries, or `"light"`, with numpy alone.
        count: of notebooks for nbval; here ten times as many, so that the start counts as little as
            in a class.
    """
    setup = references()["instruction"].setup
    cells = [IMPORTS, PIPELINE]
    if kind == "light":
        setup, cells = "from helpers import check", LIGHT
    taken = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        submissions(folder, count, cells, setup)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval-lax"]
        begun = time.perf_counter()
        subprocess.run(
            [*command, str(folder)], check=False, cwd=ROOT, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        taken["nbval"] = (time.perf_counter() - begun) / count
        submissions(folder, 10 * count, cells, setup)
        begun = time.perf_counter()
        results = grade(find(folder), probed(), jobs=1)
        taken["grading"] = (time.perf_counter() - begun) / len(results)
        right = sum(result.points > 0 for result in results)
        if kind == "heavy" and right != len(results):
            raise RuntimeError(f"{len(results) - right} of {len(results)} were not graded right")
    return taken
