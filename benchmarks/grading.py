"""How many notebooks are graded in a minute: here, by pytest with nbval, and by nbgrader.

nbgrader is measured where its command is found; it need not share our environment.
"""

from __future__ import annotations

import json
import os
import shutil
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


# What nbgrader needs to know of a test cell.
GRADED = {
    "schema_version": 3, "grade_id": "check", "grade": True, "points": 4, "locked": True,
    "solution": False, "task": False, "cell_type": "code",
}  # fmt: skip


def notebook(number: int, cells: list[str], setup: str) -> str:
    """A notebook that differs from others in a number."""
    made = [
        {
            "cell_type": "code", "source": source, "outputs": [], "execution_count": None,
            "metadata": {"nbgrader": GRADED} if source == CHECK else {}, "id": f"cell-{at}",
        }
        for at, source in enumerate([setup, f"number = {number}", *cells, CHECK])
    ]  # fmt: skip
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": spec, "cells": made})


def submissions(folder: Path, count: int, cells: list[str], setup: str) -> None:
    """Write so many notebooks that differ in a number."""
    for number in range(count):
        (folder / f"{number:03}.ipynb").write_text(notebook(number, cells, setup))


def nbgrader(folder: Path, count: int, cells: list[str], setup: str) -> float:
    """Return seconds for each notebook that `nbgrader autograde` takes."""
    spec = folder / "jupyter" / "kernels" / "python3"
    spec.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"})
    )
    # Its own tools are looked for beside it.
    own = str(Path(shutil.which("nbgrader")).parent)
    environment = os.environ | {
        "JUPYTER_PATH": str(folder / "jupyter"), "PATH": f"{own}{os.pathsep}{os.environ['PATH']}",
        "COURSE_LLM": "tutor",
    }  # fmt: skip
    for place, number in [("source", 0), *((f"submitted/s{n}", n) for n in range(count))]:
        (folder / place / "work").mkdir(parents=True)
        (folder / place / "work" / "work.ipynb").write_text(notebook(number, cells, setup))

    def told(*command: str) -> str:
        done = subprocess.run(
            ["nbgrader", *command], check=True, cwd=folder, env=environment, capture_output=True,
            text=True,
        )  # fmt: skip
        return done.stdout

    told("generate_assignment", "work")
    begun = time.perf_counter()
    told("autograde", "work")
    taken = (time.perf_counter() - begun) / count
    told("export")
    right = (folder / "grades.csv").read_text().count(",4.0,0.0,4.0,")
    if cells[0] == IMPORTS and right != count:
        raise RuntimeError(f"nbgrader: {count - right} of {count} were not graded right")
    return taken


def seconds(kind: str, count: int = 10) -> dict[str, float]:
    """Return seconds for each notebook: by nbval in one pytest, by nbgrader where it is installed,
    and here, on one core each.

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
        ended = subprocess.run(
            [*command, str(folder)], check=False, cwd=ROOT, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert ended.returncode in (0, 1), f"pytest ended with {ended.returncode}"
        taken["nbval"] = (time.perf_counter() - begun) / count
        if shutil.which("nbgrader"):
            outputs = ROOT / "outputs"  # the setup cell looks for the course above it
            outputs.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=outputs) as course:
                taken["nbgrader"] = nbgrader(Path(course), count, cells, setup)
        submissions(folder, 10 * count, cells, setup)
        begun = time.perf_counter()
        results = grade(find(folder), probed(), jobs=1)
        taken["grading"] = (time.perf_counter() - begun) / len(results)
        right = sum(result.points > 0 for result in results)
        if kind == "heavy" and right != len(results):
            raise RuntimeError(f"{len(results) - right} of {len(results)} were not graded right")
    return taken
