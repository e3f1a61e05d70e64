"""Leads a batch: hands submissions to warm processes, minds them, and keeps what they tell."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import queue
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from helpers.checks import manifest
from helpers.checks.outcome import Status
from helpers.grading.copies import runs
from helpers.grading.judging import TAMPERED
from helpers.grading.sandbox import SCRATCH, Sandbox, environment
from helpers.grading.sheets import COURSE, Sheet, Step, handed_out, sheet
from helpers.grading.submissions import Submission, Unreadable, read
from helpers.messages import ENGLISH, say

_PATIENCE = 30.0  # seconds that a warm process may be silent beyond what its job may take


@dataclass(frozen=True)
class Limits:
    """What one submission may take.

    Args:
        timeout: seconds for one cell.
        total: seconds for all of it.
        memory: bytes that all its processes together have to themselves.
        address_space: bytes that one process may map.
        processes: how many there may be.
        cold_retry: whether one that hangs and hears no interrupt runs once more, in a kernel that
            was not forked from a warm process; nobody shall pay for our short cut.
    """

    timeout: float = 120.0
    total: float = 600.0
    memory: int = 4 * 2**30
    address_space: int = 16 * 2**30
    processes: int = 400
    cold_retry: bool = True


@dataclass
class Result:
    """What came of one submission.

    Args:
        name: what its files are called.
        student: whose it is.
        file: its path.
        status: `graded`, `unreadable` or `failed`.
        text: why, where it is not graded.
        checks: for each check of the exercise its verdict.
        cells: the student's cells that failed: their place and the error.
        notes: what was done to the checks, by kind.
        events: what ended a process: `time`, `memory`, `exit`, `total`, `output`, `forged`.
        runs: what copies are told by; not stored.
    """

    name: str
    student: str
    file: str
    status: str = "graded"
    text: str = ""
    exercise: str = ""
    language: str = ENGLISH
    checks: list[dict] = field(default_factory=list)
    cells: list[dict] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    events: list[dict] = field(default_factory=list)
    seconds: float = 0.0
    protections: list[str] = field(default_factory=list)
    hash: str = ""
    runs: frozenset[int] = field(default=frozenset(), repr=False)

    @property
    def points(self) -> int:
        return sum(check["points"] for check in self.checks)

    @property
    def worth(self) -> int:
        return sum(check["worth"] for check in self.checks)

    def stored(self) -> dict:
        """Return all that is worth keeping, for JSON."""
        return {name: value for name, value in vars(self).items() if name != "runs"}


def grade(
    submissions: list[Submission],
    sandbox: Sandbox,
    limits: Limits = Limits(),
    *,
    engine: str = "fork",
    jobs: int = 1,
    hidden: Sequence[Step] = (),
    kept: Callable[[str], dict | None] = lambda digest: None,
    done: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Grade all submissions and return their results, in the same order.

    Args:
        submissions: what was handed in.
        sandbox: where they run.
        limits: what each may take.
        engine: `"fork"`; `"nbval"` for kernels run by pytest; `"cold"`, the same with kernels that
            import everything anew.
        jobs: how many run at the same time.
        hidden: further checks, sent after a student's cells have run.
        kept: returns the stored result of a digest, or `None`.
        done: is given each result as soon as it is known, one at a time.
    """
    results: dict[int, Result] = {}
    waiting: queue.SimpleQueue[tuple[int, Submission]] = queue.SimpleQueue()
    for place, submission in enumerate(submissions):
        waiting.put((place, submission))
    lock, stop, problems = threading.Lock(), threading.Event(), []

    def work() -> None:
        process: Warm | None = None
        try:
            while not stop.is_set():
                try:
                    place, submission = waiting.get_nowait()
                except queue.Empty:
                    return
                result, made = _prepare(submission, sandbox, limits, hidden, engine)
                if made is not None:
                    stored = kept(result.hash)
                    if stored is not None:
                        result = Result(**stored | _names(submission), runs=result.runs)
                    else:
                        process = process or Warm(sandbox, engine)
                        process = _run(process, made, result, limits, hidden)
                with lock:
                    results[place] = result
                    done(result)
        except BaseException as problem:  # noqa: BLE001  (told to the caller below)
            problems.append(problem)
            stop.set()
        finally:
            if process is not None:
                process.end()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(max(1, jobs))]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(0.2)
    except KeyboardInterrupt:
        stop.set()
        for thread in threads:
            thread.join(10)
        raise
    if problems:
        raise problems[0]
    return [results[place] for place in sorted(results)]


def _names(submission: Submission) -> dict[str, str]:
    return {"name": submission.name, "student": submission.student, "file": submission.path}


def _prepare(
    submission: Submission, sandbox: Sandbox, limits: Limits, hidden: Sequence[Step], engine: str
) -> tuple[Result, Sheet | None]:
    """Read a submission and lay the checks; what cannot be read has a result already."""
    result = Result(**_names(submission), protections=sandbox.protections)
    try:
        data = submission.load()
        made = sheet(read(data), submission.path)
    except Unreadable as problem:
        result.status, result.text = "unreadable", str(problem)
        return result, None
    except (OSError, RuntimeError, MemoryError) as problem:  # a zip with a password among them
        text = say("grading.cannot_read", "It cannot be read: {why}", why=problem)
        result.status, result.text = "unreadable", text
        return result, None
    result.exercise, result.language = made.exercise.name, made.language
    result.notes = made.notes
    result.runs = runs(made)
    digest = hashlib.sha256(data)
    for part in (versions(), engine, sandbox.is_wrapped, limits, list(hidden), made.steps):
        digest.update(repr(part).encode())
    result.hash = digest.hexdigest()
    return result, made


@cache
def versions() -> str:
    """What decides a grade besides the submission: the course's code and the libraries."""
    digest = hashlib.sha256()
    for path in sorted((COURSE / "helpers").rglob("*")):
        if path.is_file() and path.suffix in (".py", ".toml", ".mo", ".safetensors"):
            digest.update(path.read_bytes())
    for name in ("distilabel", "transformers", "torch", "datasets", "ipython"):
        try:
            digest.update(version(name).encode())
        except PackageNotFoundError:
            digest.update(b"?")
    return digest.hexdigest()


def _run(
    process: Warm,
    made: Sheet,
    result: Result,
    limits: Limits,
    hidden: Sequence[Step],
) -> Warm:
    """Run a sheet and fill its result; return the process for the next one."""
    begun = time.monotonic()
    further = [step for step in hidden if step.tier in ("", made.exercise.name)]
    for _ in range(2):  # it may have been killed from inside, or it hangs: once more, in a new one
        told = process.run(made, further, limits)
        if told is not None:
            break
        process = process.anew()
    if told is None:
        result.status = "failed"
        result.text = say(
            "grading.failed", "It ended the process that ran it, twice. Look at it by hand."
        )
    elif limits.cold_retry and has_nbval() and any(event.get("why") == "time" for event in told):
        cold = Warm(process.sandbox, "cold")
        try:
            told = cold.run(made, further, limits) or told
        finally:
            cold.end()
    _fill(result, [*made.steps, *further], told or [])
    result.seconds = round(time.monotonic() - begun, 2)
    return process


def has_nbval() -> bool:
    """Whether there is what two of the engines need."""
    return importlib.util.find_spec("nbval") is not None


def _fill(result: Result, steps: list[Step], told: list[dict]) -> None:
    """Read the events of a run: the best verdict of each check, and what went wrong."""
    best: dict[str, dict] = {}
    for event in told:
        at = event.get("at", -1)
        if event["event"] in ("died", "forged"):
            result.events.append({"why": event.get("why", event["event"]), "at": at})
            continue
        if not 0 <= at < len(steps):
            continue
        step = steps[at]
        if verdict := _clean(event.get("verdict"), step):
            verdict["seconds"] = event.get("seconds", 0)
            if step.key not in best or verdict["points"] > best[step.key]["points"]:
                best[step.key] = verdict
        elif event.get("error"):
            result.cells.append({"at": at, "error": str(event["error"])[:600]})
    worth = manifest.points() | {step.key: step.worth for step in steps if step.worth}
    keys = [key for key in worth if key.startswith(f"{result.exercise}.")]
    keys += [step.key for step in steps if step.key and step.key not in keys]
    forged = any(event["why"] == "forged" for event in result.events)
    for key in dict.fromkeys(keys):
        nothing = {
            "key": key, "status": "not run", "points": 0, "worth": worth.get(key, 0), "codes": [],
            "criteria": [], "text": "", "seconds": 0,
        }  # fmt: skip
        verdict = best.get(key, nothing)
        if forged:
            verdict = nothing | {"status": TAMPERED}
        result.checks.append(verdict)


def _clean(verdict: Any, step: Step) -> dict | None:
    """A verdict from inside the sandbox: only what we expect, of the types that we expect."""
    key = step.key
    if not (key and isinstance(verdict, dict) and verdict.get("key") == key):
        return None
    worth = manifest.points().get(key, step.worth)
    points = verdict.get("points")
    status = str(verdict.get("status"))[:20]
    right = status == Status.CORRECT.value and type(points) is int and points == worth
    if status == Status.CORRECT.value and not right:
        status = TAMPERED
    criteria = verdict.get("criteria")
    names = ("code", "title", "found", "expected")
    return {
        "key": key,
        "status": status,
        "points": worth if right else 0,
        "worth": worth,
        "codes": [str(code)[:60] for code in verdict.get("codes") or []][:20],
        "criteria": [
            {name: str(one.get(name, ""))[:600] for name in names}
            | {"holds": one.get("holds") if isinstance(one.get("holds"), bool) else None}
            | {"hint": one["hint"] if type(one.get("hint")) is int else None}
            for one in (criteria if isinstance(criteria, list) else [])[:20]
            if isinstance(one, dict)
        ],
        "text": str(verdict.get("text", ""))[:600],
    }


class Warm:
    """A warm process in its sandbox, and the two pipes to it."""

    def __init__(self, sandbox: Sandbox, engine: str = "fork") -> None:
        self.sandbox, self.engine = sandbox, engine
        self.folder = tempfile.mkdtemp(prefix="grading-") if not sandbox.is_wrapped else ""
        theirs_in, self._commands = os.pipe()
        self._events, theirs_out = os.pipe()
        how = "wrapped" if sandbox.is_wrapped else "bare"
        command = sandbox.command(
            "-m", "helpers.grading.warm", str(theirs_in), str(theirs_out), how, engine
        )
        # Its own error output, for the case that it does not even begin.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  (closed in `end`)
        self._process = subprocess.Popen(
            command, env=environment(self.folder or "/tmp"), pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=self._log, start_new_session=True, cwd=self.folder or "/",
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._rest = b""
        ready = self._next(time.monotonic() + 180)
        if ready is None or ready.get("event") != "ready":
            self._log.seek(0)
            said = self._log.read().decode(errors="replace").strip().splitlines()
            self.end()
            raise RuntimeError(
                say(
                    "grading.no_start",
                    "The process that runs submissions did not start: {why}",
                    why=(said or ["?"])[-1][:300],
                )
            )

    def run(self, made: Sheet, hidden: list[Step], limits: Limits) -> list[dict] | None:
        """Run a sheet; return what was told, or `None` where the process is of no more use."""
        steps = [vars(step) for step in made.steps]
        job = {
            "steps": steps,
            "language": made.language,
            "folder": str(handed_out(made.language)),
            "scratch": [self.folder]
            if self.folder
            else ["/tmp", "/dev/shm", str(COURSE / "outputs")],
            "file": SCRATCH,
            "reply": 20 * 2**20,
            **vars(limits),
        }
        told: list[dict] = []
        if not self._send(job):
            return None
        until = time.monotonic() + limits.total + _PATIENCE
        while event := self._next(until):
            if event["event"] == "asks":
                numbered = list(enumerate(map(vars, hidden), len(steps)))
                if not self._send(numbered):
                    return None
            elif event["event"] == "end":
                return told
            else:
                told.append(event)
        return None

    def anew(self) -> Warm:
        """End this process, and return another one like it."""
        self.end()
        return Warm(self.sandbox, self.engine)

    def end(self) -> None:
        """End the process and all that is in its sandbox."""
        for descriptor in (self._commands, self._events):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _send(self, message: Any) -> bool:
        data = json.dumps(message).encode() + b"\n"
        try:
            while data:
                data = data[os.write(self._commands, data) :]
        except OSError:
            return False
        return True

    def _next(self, until: float) -> dict | None:
        """The next event; `None` where there will be none."""
        while b"\n" not in self._rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._events], [], [], left)[0]:
                return None
            data = os.read(self._events, 65536)
            if not data:
                return None
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            return None
        return event if isinstance(event, dict) and "event" in event else None
