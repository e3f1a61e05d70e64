"""What a batch leaves: tables for people and programs, written by the grader alone.

Each file is written beside its place and then moved there, so that none is ever half of one. A
result is kept as soon as it is known; `--resume` goes on from there.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path

from helpers.checks.outcome import Status
from helpers.grading.grader import Result
from helpers.messages import say

STORE = "cache"
NEW = ".new"  # what a file that is being written is called at its end


class NotOurReport(ValueError):
    """There is something in the folder that no grader wrote. The message says what to do."""


class Report:
    """The folder that results go to.

    Args:
        folder: where; made if it is not there.
        resume: whether what an earlier batch found there still counts.

    Raises:
        NotOurReport: the folder holds other things, or an earlier report and no `resume`.
        OSError: it cannot be written.
    """

    def __init__(self, folder: str | Path, resume: bool = False) -> None:
        self.folder = Path(folder)
        self.store = self.folder / STORE
        if self.folder.exists():
            held = sorted(path.name for path in self.folder.iterdir())
            if held and STORE not in held:
                raise NotOurReport(
                    say(
                        "grading.not_ours_report",
                        "{folder} holds other things ({first}). Name a new folder with --out.",
                        folder=self.folder,
                        first=held[0],
                    )
                )
            if held and not resume:
                raise NotOurReport(
                    say(
                        "grading.there_already",
                        "{folder} holds a report already. Go on with it with --resume, or name "
                        "another folder with --out.",
                        folder=self.folder,
                    )
                )
        self.store.mkdir(parents=True, exist_ok=True)
        for unfinished in self.folder.rglob(f".*{NEW}"):  # of a grader that was killed
            unfinished.unlink()

    def kept(self, digest: str) -> dict | None:
        """Return the stored result of a digest."""
        try:
            found = json.loads((self.store / f"{digest}.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def keep(self, result: Result) -> None:
        """Store a result, and write all that is for one student."""
        from helpers.grading.pages import feedback

        if result.hash and result.status == "graded":
            write(self.store / f"{result.hash}.json", json.dumps(result.stored()))
        shape = json.dumps(gradescope(result), indent=1, ensure_ascii=False)
        write(self.folder / "results" / f"{result.name}.json", shape)
        write(self.folder / "feedback" / f"{result.name}.html", feedback(result))

    def close(self, results: list[Result]) -> None:
        """Write what is for all: the tables and the page of the class."""
        from helpers.grading.pages import class_page

        everything = json.dumps([one.stored() for one in results], indent=1, ensure_ascii=False)
        write(self.folder / "grades.json", everything)
        write(self.folder / "grades.csv", table(results))
        write(self.folder / "class.html", class_page(results))


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}{NEW}")
    try:
        with open(beside, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        if beside.exists():
            beside.unlink()


def free_space(folder: Path) -> int:
    """Return how many bytes fit where a folder will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def table(results: list[Result]) -> str:
    """Return the grades as CSV: a row for each submission, unreadable ones, too."""
    keys = list(dict.fromkeys(check["key"] for one in results for check in one.checks))
    made = io.StringIO()
    rows = csv.writer(made)
    rows.writerow(
        [
            "student",
            "file",
            "status",
            "exercise",
            "points",
            "worth",
            *keys,
            "codes",
            "notes",
            "seconds",
        ]
    )
    for one in results:
        points = {check["key"]: check["points"] for check in one.checks}
        rows.writerow(
            [
                *map(_as_text, (one.student, one.file)),
                one.status,
                one.exercise,
                one.points,
                one.worth,
                *(points.get(key, "") for key in keys),
                "; ".join(codes(one)),
                _as_text("; ".join([*noted(one), one.text]).strip("; ")),
                one.seconds,
            ]
        )
    return made.getvalue()


def _as_text(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def codes(result: Result) -> list[str]:
    """Return what each check that is not passed found, in the words of every language."""
    return [
        f"{check['key']} [{' '.join(check['codes']) or check['status']}]"
        for check in result.checks
        if check["status"] != Status.CORRECT.value
    ]


def noted(result: Result) -> list[str]:
    """Return what was done to the checks, and what ended a process."""
    notes = [f"{kind}: {', '.join(keys)}" for kind, keys in result.notes.items()]
    return notes + [f"ended by {event['why']}" for event in result.events]


def gradescope(result: Result) -> dict:
    """Return a result in the shape that Gradescope's autograder takes.

    https://gradescope-autograders.readthedocs.io/en/latest/specs/
    """
    tests = [
        {
            "name": check["key"],
            "score": check["points"],
            "max_score": check["worth"],
            "status": "passed" if check["status"] == Status.CORRECT.value else "failed",
            "output": "\n".join(
                [f"{check['status']} {' '.join(check['codes'])}".strip()]
                + [
                    f"{one['title']}: {one['found']}"
                    for one in check["criteria"]
                    if one["holds"] is False
                ]
            ),
            "visibility": "visible",
        }
        for check in result.checks
    ]
    return {
        "score": result.points,
        "execution_time": result.seconds,
        "output": result.text or "; ".join(noted(result)),
        "tests": tests,
        "extra_data": {"protections": result.protections, "hash": result.hash},
    }
