"""Grade a folder of notebooks: `python -m helpers.grading SUBMISSIONS --out REPORT`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from helpers.grading.grader import Limits, Result, grade, has_nbval
from helpers.grading.results import NotOurReport, Report, free_space
from helpers.grading.sandbox import probed
from helpers.grading.sheets import hidden_checks
from helpers.grading.submissions import NoSubmissions, Unreadable, find
from helpers.messages import say

_SPACE = 100 * 2**20  # bytes that a report of a class may need


def main(arguments: list[str] | None = None) -> int:
    """Grade, and return the exit status: 0 when every submission has a row."""
    options = _options(arguments)
    try:
        _require(options.engine)
        hidden = hidden_checks(options.hidden) if options.hidden else []
        submissions = find(options.submissions, options.student)
        sandbox = probed()
        if options.require_sandbox and not sandbox.is_wrapped:
            raise NoSubmissions(
                say(
                    "grading.no_sandbox",
                    "There is no sandbox here ({why}), and --require-sandbox was given. Nothing ran.",
                    why=sandbox.why_not,
                )
            )
        if free_space(options.out) < _SPACE:
            raise OSError(28, os.strerror(28), str(options.out))
        report = Report(options.out, options.resume)
    except (NoSubmissions, NotOurReport, Unreadable, ValueError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    if not sandbox.is_wrapped:
        print(
            say(
                "grading.unprotected",
                "No bubblewrap ({why}): submissions can read and change what you can, and use the "
                "network. Grade only what you trust, or install bubblewrap.",
                why=sandbox.why_not,
            ),
            file=sys.stderr,
        )
    progress = _Progress(len(submissions))
    known: dict[str, Result] = {}

    def done(result: Result) -> None:
        known[result.name] = result
        report.keep(result)
        progress.show(result)

    limits = Limits(options.timeout, max(options.timeout, options.total))
    status = 0
    try:
        grade(
            submissions, sandbox, limits, engine=options.engine, jobs=options.jobs, hidden=hidden, kept=report.kept,
            done=done,
        )  # fmt: skip
    except KeyboardInterrupt:
        status = 130
        progress.line(say("grading.stopped", "Stopped. Go on with --resume."))
    except (OSError, RuntimeError) as problem:
        status = 1
        progress.line(str(problem))
    results = [known[one.name] for one in submissions if one.name in known]
    try:
        report.close(results)
    except OSError as problem:
        progress.line(str(problem))
        return 1
    progress.end(results, report.folder)
    return status


def _require(engine: str) -> None:
    """Raise where this system or this Python has not what the engine needs."""
    if not hasattr(os, "fork"):
        raise NoSubmissions(
            say(
                "grading.no_fork",
                "Grading needs Linux or macOS. On Windows, use it in WSL: "
                "https://learn.microsoft.com/windows/wsl/install",
            )
        )
    if engine != "fork" and not has_nbval():
        raise NoSubmissions(
            say(
                "grading.no_nbval",
                "--engine {engine} needs nbval, which is not installed: {command}",
                engine=engine,
                command=f"{sys.executable} -m pip install nbval",
            )
        )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m helpers.grading", description=__doc__)
    parser.add_argument("submissions", type=Path, help="a folder, a zip or a notebook")
    parser.add_argument("--out", type=Path, default=Path("report"), help="where the report goes")
    parser.add_argument(
        "--engine", choices=["fork", "nbval", "cold"],
        default="fork" if sys.platform.startswith("linux") else "cold",
        help="nbval: pytest runs each notebook in a kernel of its own; cold: the same, from nothing",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    parser.add_argument("--timeout", type=float, default=120, help="seconds for one cell")
    parser.add_argument("--total", type=float, default=600, help="seconds for one notebook")
    parser.add_argument("--student", help="regular expression with a group `student`, for paths")
    parser.add_argument("--hidden", type=Path, help="a folder with further checks of yours")
    parser.add_argument("--resume", action="store_true", help="go on with an earlier report")
    parser.add_argument(
        "--require-sandbox", action="store_true", help="refuse to run without bubblewrap"
    )
    return parser.parse_args(arguments)


class _Progress:
    """One line with what is done and what is left."""

    def __init__(self, count: int) -> None:
        self.count, self.done, self.begun = count, 0, time.monotonic()

    def show(self, result: Result) -> None:
        self.done += 1
        took = time.monotonic() - self.begun
        left = took / self.done * (self.count - self.done)
        minutes, seconds = divmod(round(left), 60)
        line = say(
            "grading.progress",
            "{done}/{count} · {left} left · {student}: {points} of {worth}",
            done=self.done,
            count=self.count,
            left=f"{minutes}:{seconds:02d}",
            student=result.student,
            points=result.points,
            worth=result.worth,
        )
        if sys.stderr.isatty():
            print(f"\r\033[2K{line[:100]}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)

    def line(self, text: str) -> None:
        """Say something below the line."""
        print(f"\n{text}" if sys.stderr.isatty() else text, file=sys.stderr, flush=True)

    def end(self, results: list[Result], folder: Path) -> None:
        """Say what there is now."""
        if sys.stderr.isatty():
            print(file=sys.stderr)
        graded = sum(one.status == "graded" for one in results)
        print(
            say(
                "grading.done",
                "Graded: {graded} of {count} in {seconds} s. See {page} and {table}.",
                graded=graded,
                count=self.count,
                seconds=f"{time.monotonic() - self.begun:.0f}",
                page=folder / "class.html",
                table=folder / "grades.csv",
            )
        )


if __name__ == "__main__":
    sys.exit(main())
