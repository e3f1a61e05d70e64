"""`python -m helpers`, which `make run` calls: the course's dataset, from nothing.

Runs the reference solution as it stands in its notebook, on the tutor model unless
`COURSE_LLM` names another, and shows some of the rows that it saved.
"""

import os
import sys
import tempfile
import textwrap
from pathlib import Path

from helpers.messages import say

COURSE = Path(__file__).resolve().parents[1]
NOTEBOOK = COURSE / "solutions" / "instruction_sft_dataset.ipynb"
FOLDER = COURSE / "outputs" / "instruction"
SHOWN_ROWS = 5


def main() -> int:
    """Make the dataset, show five rows, say where to go on; return the exit status."""
    print(
        say(
            "main.start",
            "Running {notebook}: the model writes questions, then answers them ...",
            notebook=NOTEBOOK.relative_to(COURSE),
        ),
        flush=True,
    )
    problem = execute(NOTEBOOK)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    show_rows(FOLDER / "train.parquet")
    print(
        say(
            "main.next",
            "The dataset is in {folder} (Parquet, with a README.md that says how it was made).\n"
            "Now write that pipeline yourself: `make lab` opens the notebook.",
            folder=FOLDER.relative_to(COURSE),
        )
    )
    return 0


def execute(path: Path) -> str:
    """Run a notebook where it stands; return what went wrong, or nothing.

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
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COURSE_PROGRESS": str(Path(folder) / "progress.txt")}
        try:
            client.execute(env=environment)
        except (CellExecutionError, DeadKernelError) as error:
            # Of a check that does not hold, its text says more than where it was raised.
            return error.evalue if getattr(error, "ename", "") == "NotYet" else str(error)
    return ""


def show_rows(path: Path, count: int = SHOWN_ROWS) -> None:
    """Print the first rows of a saved dataset, an instruction and its response each."""
    import pyarrow.parquet

    rows = pyarrow.parquet.read_table(path, columns=["instruction", "response"]).to_pylist()
    print()
    for number, row in enumerate(rows[:count], 1):
        print(_wrapped(f"{number}. ", row["instruction"] or ""))
        print(_wrapped("   → ", row["response"] or ""))
        print()
    if len(rows) > count:
        print(say("main.more", "... and {count} more rows.\n", count=len(rows) - count))


def _wrapped(mark: str, text: str) -> str:
    lines = []
    for line in text.strip().splitlines():
        lead = mark if not lines else " " * len(mark)
        lines += textwrap.wrap(line, 88, initial_indent=lead, subsequent_indent=" " * len(mark))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
