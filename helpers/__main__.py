"""`python -m helpers`, which `make run` calls: the course's datasets, from nothing.

Runs the reference solutions as they stand in their notebooks, on the tutor models unless
`COURSE_LLM` names another, and writes a report of what they made.
"""

import hashlib
import json
import os
import sys
import tempfile
import textwrap
import time
from pathlib import Path

from helpers.checks.manifest import Exercise, exercises
from helpers.messages import in_language, say
from helpers.report import Made, effects, page, rows_in, shown_columns, text_of

COURSE = Path(__file__).resolve().parents[1]
SHOWN_ROWS = 2


def main(course: Path = COURSE) -> int:
    """Make the datasets and the report, say where to go on; return the exit status."""
    outputs = course / "outputs"
    outputs.mkdir(exist_ok=True)
    made = []
    for exercise in exercises():
        folder = outputs / exercise.name
        if moved := set_aside(folder):
            print(
                say(
                    "main.set_aside",
                    "What you saved in {folder} stays, as {moved}.",
                    folder=folder.relative_to(course),
                    moved=moved.relative_to(course),
                )
            )
        try:
            made.append(make(exercise, course, folder))
        finally:
            # Also of a run that failed or was stopped: it may have saved before.
            remember(outputs, [folder])
        show(made[-1])
    report = outputs / "report.html"
    report.write_text(page(made, say("main.report", "What this run made")), "utf-8")
    print(_what_was_made(made, report, course))
    return 1 if any(one.problem for one in made) else 0


def make(exercise: Exercise, course: Path, folder: Path) -> Made:
    """Run the solution of one exercise and return what it made."""
    path = in_language(course / "solutions") / f"{exercise.notebook}.ipynb"
    print(
        say(
            "main.start",
            "{title}: running {notebook} ...",
            title=exercise.title,
            notebook=path.relative_to(course),
        ),
        flush=True,
    )
    begun = time.monotonic()
    notebook, problem = execute(path)
    seconds = time.monotonic() - begun
    return Made(exercise, notebook, folder, seconds, problem, [] if problem else rows_in(folder))


def execute(path: Path) -> tuple:
    """Run a notebook where it stands; return it with its outputs, and what went wrong, if any.

    The learner's own progress stays as it is: this solution is not theirs.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": path.parent}},
        # ipykernel 7 warns about its local TCP port at every start.
        extra_arguments=["--Application.log_level=ERROR"],
    )
    problem = ""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COURSE_PROGRESS": str(Path(folder) / "progress.txt")}
        try:
            client.execute(env=environment)
        except (CellExecutionError, DeadKernelError) as error:
            # Of a check that does not hold, its text says more than where it was raised.
            is_check = getattr(error, "ename", "") == "NotYet"
            problem = error.evalue if is_check else str(error)
    return notebook, problem


# --- what the learner saved -------------------------------------------------


def set_aside(folder: Path) -> Path | None:
    """Rename a folder that a learner saved, which the run would replace; return its new name.

    A folder is the learner's when its rows are not those that the last run wrote.
    """
    found = fingerprint(folder)
    if not found or _remembered(folder.parent).get(folder.name) == found:
        return None
    number = 1
    while (moved := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    folder.rename(moved)
    return moved


def remember(outputs: Path, folders: list[Path]) -> None:
    """Note down which rows are a run's own."""
    noted = _remembered(outputs) | {folder.name: fingerprint(folder) for folder in folders}
    (outputs / "run.json").write_text(json.dumps(noted, indent=1), "utf-8")


def fingerprint(folder: Path) -> str:
    """Return what tells one saved dataset, or the models below a folder, from another."""
    digest = hashlib.sha256()
    files = sorted([*folder.rglob("*.parquet"), *folder.rglob("*.safetensors")])
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest() if files else ""


def _remembered(outputs: Path) -> dict[str, str]:
    try:
        noted = json.loads((outputs / "run.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


# --- in the terminal --------------------------------------------------------


def show(made: Made, count: int = SHOWN_ROWS) -> None:
    """Print what stopped a notebook, or else the first rows that it made."""
    print()
    if made.problem:
        print(made.problem, file=sys.stderr)
        return
    for output in effects(made.notebook) if made.notebook else ():
        print(output["data"]["text/plain"], end="\n\n")
    columns = shown_columns(made.rows)
    for number, row in enumerate(made.rows[:count], 1):
        for column in columns:
            mark = f"{number}. " if column == columns[0] else f"   {column}: "
            print(_wrapped(mark, text_of(row[column])))
        print()


def _what_was_made(made: list[Made], report: Path, course: Path) -> str:
    lines = [
        say(
            "main.made",
            "{folder}: {rows} rows in {seconds} s",
            folder=one.folder.relative_to(course),
            rows=len(one.rows),
            seconds=round(one.seconds),
        )
        for one in made
        if one.rows and not one.problem
    ]
    return "\n".join(
        [
            *lines,
            say(
                "main.next",
                "{report} shows them side by side: open it in a browser.\n"
                "Now write these pipelines yourself: `make lab` opens the notebooks.",
                report=report.relative_to(course),
            ),
        ]
    )


def _wrapped(mark: str, text: str) -> str:
    """A text in lines of a terminal's width, without what a terminal would obey."""
    lines = []
    for line in text.strip().splitlines():
        line = "".join(c if c.isprintable() else " " for c in line)
        lead = mark if not lines else " " * len(mark)
        lines += textwrap.wrap(line, 88, initial_indent=lead, subsequent_indent=" " * len(mark))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
