"""Grading elsewhere: a zip for Gradescope's autograder, a course folder for nbgrader.

```
python -m helpers.grading.elsewhere gradescope autograder.zip
python -m helpers.grading.elsewhere nbgrader class
```
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from pathlib import Path

from helpers.checks import manifest
from helpers.grading.results import write
from helpers.grading.sandbox import OF_THE_COURSE
from helpers.grading.sheets import COURSE, handed_out, hidden_checks, keys_in
from helpers.grading.submissions import Unreadable
from helpers.messages import ENGLISH, languages, say

# What the zip has of the course, its Makefile and the page that pyproject.toml names with it.
_PACKED = (*OF_THE_COURSE, "LICENSE", "Makefile", "README.md")
_SETUP = """\
#!/usr/bin/env bash
# Runs once, when Gradescope builds the machine.
set -euo pipefail
apt-get update
apt-get install -y --no-install-recommends bubblewrap make python3 python3-venv
# A build of torch without CUDA is a tenth of the size.
export PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
make -C "${AUTOGRADER:-/autograder}/source/course" .venv/.grading
"""
_RUN = """\
#!/usr/bin/env bash
# Runs for each submission, and writes results/results.json.
set -euo pipefail
place="${AUTOGRADER:-/autograder}"
cd "$place/source/course"
report="$(mktemp -d)/report"
"${PYTHON:-.venv/bin/python}" -m helpers.grading "$place/submission" --out "$report" --jobs 1 OPTIONS || [ $? -eq 2 ]
"${PYTHON:-.venv/bin/python}" -m helpers.grading.elsewhere results "$report" "$place/results/results.json"
"""


def gradescope(path: Path, hidden: Path | None = None) -> None:
    """Write the zip that Gradescope builds an autograder from.

    https://gradescope-autograders.readthedocs.io/en/latest/specs/

    Args:
        path: the zip to be written.
        hidden: a folder with checks of your own, which go into it, too.

    Raises:
        Unreadable: a hidden check is no Python.
        FileExistsError: there is such a file.
    """
    checks = hidden.glob("*.py") if hidden and hidden_checks(hidden) else ()
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "setup.sh", _SETUP)
        _add(
            archive,
            "run_autograder",
            _RUN.replace("OPTIONS", "--hidden ../hidden" if hidden else ""),
        )
        for name in _PACKED:
            place = COURSE / name
            for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
                if file.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(file.parts):
                    archive.write(file, f"course/{file.relative_to(COURSE).as_posix()}")
        for file in checks:
            archive.write(file, f"hidden/{file.name}")


def _add(archive: zipfile.ZipFile, name: str, script: str) -> None:
    entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
    entry.external_attr = 0o755 << 16  # it is a program
    archive.writestr(entry, script)


def results(report: Path, target: Path) -> None:
    """Write one `results.json` for all notebooks of one student, as Gradescope wants it."""
    found = [json.loads(file.read_text("utf-8")) for file in sorted(report.glob("results/*.json"))]
    nothing = say("grading.none", "No notebook (*.ipynb) was found in {place}.", place="submission")
    write(
        target,
        json.dumps(
            {
                "score": sum(one["score"] for one in found),
                "execution_time": round(sum(one["execution_time"] for one in found)),
                "output": "\n".join(filter(None, (one["output"] for one in found)))
                if found
                else nothing,
                "tests": [test for one in found for test in one["tests"]],
            },
            ensure_ascii=False,
        ),
    )


def nbgrader(folder: Path, language: str = ENGLISH) -> list[Path]:
    """Write each exercise as a source assignment of nbgrader, its checks as locked tests.

    https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html

    Args:
        folder: nbgrader's course folder.
        language: which notebooks.

    Returns:
        The notebooks, as `FOLDER/source/NAME/NAME.ipynb`.

    Raises:
        FileExistsError: there is such an assignment.
    """
    written = []
    for exercise in manifest.exercises():
        name = exercise.notebook
        target = folder / "source" / name / f"{name}.ipynb"
        if target.exists():
            raise FileExistsError(17, say("grading.exists", "It is there already"), str(target))
        notebook = json.loads((handed_out(language) / f"{name}.ipynb").read_text("utf-8"))
        for cell in notebook["cells"]:
            keys = keys_in("".join(cell["source"])) if cell["cell_type"] == "code" else []
            if keys:
                cell["metadata"]["nbgrader"] = {
                    "schema_version": 3, "grade_id": keys[0].replace(".", "-"), "grade": True,
                    "points": manifest.points()[keys[0]], "locked": True, "solution": False,
                    "task": False, "cell_type": "code",
                }  # fmt: skip
        write(target, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
        written.append(target)
    return written


def main(arguments: list[str] | None = None) -> int:
    """Write what was asked for, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.grading.elsewhere", description=__doc__.splitlines()[0]
    )
    kinds = parser.add_subparsers(dest="kind", required=True)
    one = kinds.add_parser("gradescope", help="write the zip of an autograder")
    one.add_argument("path", type=Path, help="say autograder.zip")
    one.add_argument("--hidden", type=Path, help="a folder with further checks of yours")
    one = kinds.add_parser("nbgrader", help="write source assignments")
    one.add_argument("path", type=Path, help="nbgrader's course folder")
    one.add_argument("--lang", choices=languages(), default=ENGLISH, help="which notebooks")
    one = kinds.add_parser("results", help="put one student's results together for Gradescope")
    one.add_argument("report", type=Path, help="what the grader wrote")
    one.add_argument("path", type=Path, help="results.json")
    options = parser.parse_args(arguments)
    try:
        if options.kind == "gradescope":
            gradescope(options.path, options.hidden)
        elif options.kind == "nbgrader":
            nbgrader(options.path, options.lang)
        else:
            results(options.report, options.path)
    except (OSError, Unreadable) as problem:
        print(problem, file=sys.stderr)
        return 2
    print(options.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
