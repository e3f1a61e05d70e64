"""`python -m helpers`, which `make run` calls: the course's datasets, from nothing.

Runs the reference solutions as they stand in their notebooks, on the tutor models unless
`COURSE_LLM` names another, and writes a report of what they made. What was made from the same things
before is not made again: so a run that was stopped goes on where it was.
"""

import hashlib
import json
import os
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterable
from importlib.metadata import distributions
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
    made: list[Made] = []
    for exercise in exercises():
        folder = outputs / exercise.name
        source = source_of(exercise, course, [one.folder for one in made])
        if not (one := kept(exercise, folder, source)):
            _set_aside(folder, course)
            try:
                one = make(exercise, course, folder)
            finally:
                # Also of a run that failed or was stopped: it may have saved before.
                remember(outputs, [folder])
            if not one.problem:
                keep(one, source)
        made.append(one)
        show(one)
    report = outputs / "report.html"
    report.write_text(page(made, say("main.report", "What this run made")), "utf-8")
    print(_what_was_made(made, report, course))
    return 1 if any(one.problem for one in made) else 0


def make(exercise: Exercise, course: Path, folder: Path) -> Made:
    """Run the solution of one exercise and return what it made."""
    path = _solution(exercise, course)
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
    notebook, problem = execute(path, exercise.asides)
    seconds = time.monotonic() - begun
    return Made(exercise, notebook, folder, seconds, problem, [] if problem else rows_in(folder))


def _solution(exercise: Exercise, course: Path) -> Path:
    return in_language(course / "solutions") / f"{exercise.notebook}.ipynb"


def execute(path: Path, asides: tuple[str, ...] = ()) -> tuple:
    """Run a notebook where it stands; return it with its outputs, and what went wrong, if any.

    Cells whose key begins as one of the `asides` are left out. The learner's own progress stays as it
    is: this solution is not theirs.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if not cell.get("id", "").startswith(asides)]
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


# --- what is there already --------------------------------------------------


def source_of(exercise: Exercise, course: Path, earlier: list[Path]) -> str:
    """Return what tells whether an exercise would be made as before.

    All that it is made from goes in: its solution, the course's code, models and data, the versions of
    Python and of what is installed, the settings, and what the `earlier` folders hold.
    """
    files = [_solution(exercise, course)]
    for folder in (course / "helpers", course / "notebooks" / "data"):
        found = sorted(folder.rglob("*"))
        files += [file for file in found if file.is_file() and file.suffix != ".pyc"]
    names = [str(file.relative_to(course)) for file in files]
    told = {name: value for name, value in os.environ.items() if name.startswith("COURSE_")}
    installed = sorted(f"{one.name} {one.version}" for one in distributions())
    made_of = [
        names,
        _digest(files),
        sys.version,
        installed,
        told,
        [fingerprint(f) for f in earlier],
    ]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def keep(made: Made, source: str) -> None:
    """Keep the notebook of a run with its outputs, beside what it made."""
    import nbformat

    made.notebook.metadata["made"] = {"from": source, "seconds": made.seconds}
    path = _kept_notebook(made.folder)
    path.parent.mkdir(exist_ok=True)
    nbformat.write(made.notebook, path)


def kept(exercise: Exercise, folder: Path, source: str) -> Made | None:
    """Return what an earlier run made, if it came from the same source and is there unchanged."""
    import nbformat

    if not (found := fingerprint(folder)) or _remembered(folder.parent).get(folder.name) != found:
        return None
    try:
        notebook = nbformat.read(_kept_notebook(folder), as_version=4)
        made = notebook.metadata["made"]
    except (OSError, ValueError, KeyError):  # no run, or one that was stopped as it wrote
        return None
    if made["from"] != source:
        return None
    print(
        say(
            "main.kept",
            "{title}: nothing has changed since it was made. Delete {folder} to make it anew.",
            title=exercise.title,
            folder=f"{folder.parent.name}/{folder.name}",
        )
    )
    return Made(exercise, notebook, folder, made["seconds"], "", rows_in(folder))


def _kept_notebook(folder: Path) -> Path:
    return folder.parent / ".run" / f"{folder.name}.ipynb"


# --- what the learner saved -------------------------------------------------


def _set_aside(folder: Path, course: Path) -> None:
    if moved := set_aside(folder):
        print(
            say(
                "main.set_aside",
                "What you saved in {folder} stays, as {moved}.",
                folder=folder.relative_to(course),
                moved=moved.relative_to(course),
            )
        )


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
    files = sorted([*folder.rglob("*.parquet"), *folder.rglob("*.safetensors")])
    return _digest(files) if files else ""


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


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
