"""The process that submissions run in: imports the heavy libraries once, then forks for each.

It talks with the grader in lines of JSON. It never computes anything itself, for a fork after a
computation may hang (OpenMP's threads do not live on in a child). A job comes in, a child runs its
steps one by one and tells what came of each, and all that it left behind is removed.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import resource
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from helpers import processes
from helpers.grading import kernel
from helpers.grading.telling import heard, tell

_TICK = 0.1  # seconds between two looks at a child
_GRACE = 3.0  # seconds from the interrupt to the end
_DUMPABLE, _CHILD_SUBREAPER = 4, 36
_DYING = 20.0  # seconds that killed processes may take to give their memory back


def main() -> None:
    """Serve jobs until there are no more.

    `python -m helpers.grading.warm COMMANDS EVENTS wrapped|bare fork|nbval|cold`: the numbers of two
    pipes, whether there is a sandbox around it, and how submissions run.
    """
    commands = os.fdopen(int(sys.argv[1]), "rb")
    events = os.fdopen(int(sys.argv[2]), "wb", buffering=0)
    is_alone = sys.argv[3] == "wrapped"
    for descriptor in (commands.fileno(), events.fileno()):
        os.set_inheritable(descriptor, False)
    _set_dumpable(False)
    _control(_CHILD_SUBREAPER, 1)  # what a submission leaves behind falls to this process
    try:
        begun = time.monotonic()
        session = _Session(sys.argv[4])
        gc.collect()
        gc.freeze()  # so that the children share these pages
        tell(events, {"event": "ready", "seconds": round(time.monotonic() - begun, 2)})
        for line in commands:
            _Job(json.loads(line), session, commands, events, is_alone).run()
    finally:
        if not is_alone:  # the grader may have been killed, so nobody else removes it
            shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)


class _Session:
    """What a child finds ready: the libraries, the judge, and a shell.

    Args:
        engine: `"fork"`, `"nbval"`, or `"cold"`, which is nbval with nothing imported beforehand.
    """

    def __init__(self, engine: str) -> None:
        self.engine = engine
        if engine != "cold":
            self.warm_up()

    def warm_up(self) -> None:
        """Import everything."""
        from helpers.grading.judging import Judge

        import_the_heavy()
        self.judge = Judge()
        if self.engine == "fork":
            from IPython.core.interactiveshell import InteractiveShell
            from traitlets.config import Config

            config = Config()
            config.HistoryManager.enabled = False
            self.shell = InteractiveShell.instance(config=config)
        else:
            kernel.import_all()


def import_the_heavy() -> None:
    """Import what notebooks import, without computing anything."""
    import datasets  # noqa: F401
    import pandas  # noqa: F401
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: F401

    import helpers.decoding
    import helpers.looking.browsing
    import helpers.running  # noqa: F401

    torch.set_num_threads(1)


class _Job:
    """One submission, from its first step to the last process that it left."""

    def __init__(
        self, job: dict, session: _Session, commands: Any, events: Any, is_alone: bool
    ) -> None:
        self.job, self.session = job, session
        self.commands, self.events, self.is_alone = commands, events, is_alone
        self.deadline = time.monotonic() + job["total"]

    def run(self) -> None:
        """Run all steps; after one that killed its process, those of the next tier."""
        steps = list(enumerate(self.job["steps"]))
        try:
            while steps:
                died_at = self._run_in_child(steps)
                if died_at is None:
                    break
                steps = self._after(died_at)
        finally:
            self._clean()
        tell(self.events, {"event": "end"})

    def _after(self, died_at: int) -> list[tuple[int, dict]]:
        """What still can run: what comes before the first tier, and the tiers after this one."""
        steps = self.job["steps"]
        if died_at >= len(steps):
            return []
        tier = steps[died_at]["tier"]
        tiers = list(dict.fromkeys(step["tier"] for step in steps if step["tier"]))
        later = tiers[tiers.index(tier) + 1 :] if tier in tiers else []
        if not later or time.monotonic() > self.deadline:
            return []
        return [
            (at, step)
            for at, step in enumerate(steps)
            if at != died_at and (not step["tier"] or (step["tier"] in later and at > died_at))
        ]

    def _run_in_child(self, steps: list[tuple[int, dict]]) -> int | None:
        """Return the place of the step in which the child died; `None` when it ran all."""
        ours, theirs = socket.socketpair()
        if self.session.engine == "fork":
            child = self._fork(lambda: _live(self, theirs, steps))
        else:
            child = self._fork_for_nbval(theirs, steps)
        theirs.close()
        try:
            return self._watch(child, ours, [at for at, _ in steps])
        finally:
            ours.close()
            self._end()

    def _fork_for_nbval(self, theirs: socket.socket, steps: list[tuple[int, dict]]) -> int:
        """Fork a kernel, and pytest with nbval that drives it; return the kernel."""
        notebook = kernel.lay_out(Path(os.environ["TMPDIR"], "nbval"), steps)
        inner, outer = os.pipe()

        def be_kernel() -> None:
            os.close(outer)
            if self.session.engine == "cold":
                self.session.warm_up()
            seed()
            kernel.be_kernel(self.session.judge, steps, theirs, inner)

        def be_pytest() -> None:
            os.close(inner)
            theirs.close()
            kernel.be_pytest(notebook, child, outer)

        child = self._fork(be_kernel)
        self._fork(be_pytest)
        os.close(inner)
        os.close(outer)
        return child

    def _fork(self, live: Callable[[], None]) -> int:
        """Run a function in a process of its own, with what a submission may take of everything."""
        child = os.fork()
        if child:
            return child
        try:
            os.setsid()
            _set_dumpable(True)
            self.commands.close()
            self.events.close()
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(null, descriptor)
            os.environ["COURSE_LANG"] = self.job["language"]
            os.chdir(self.job["folder"])
            _limit(self.job)
            live()
        finally:
            os._exit(0)  # nothing returns from here

    def _watch(self, child: int, ours: socket.socket, places: list[int]) -> int | None:
        """Listen to the child and keep its limits; what it tells out of turn is no news of ours."""
        # Time counts from the first step on: a cold kernel has to import everything before.
        rest, at, begun, interrupted, looked = b"", places[0], math.inf, 0.0, 0.0
        why, expected = "", _in_turn(places)
        while True:
            ready, _, _ = select.select([ours], [], [], _TICK)
            if ready:
                data = ours.recv(65536)
                rest += data
                if len(rest) > self.job["reply"]:
                    why = "output"
                *lines, rest = rest.split(b"\n")
                for line in lines:
                    event = heard(line)
                    if (event.get("event"), event.get("at")) != next(expected):
                        tell(self.events, {"event": "forged", "at": at})
                        return len(self.job["steps"])
                    if event["event"] == "step":
                        at, begun, interrupted = event["at"], time.monotonic(), 0.0
                    elif event["event"] == "ran":
                        tell(self.events, event)
                    elif event["event"] == "asks":
                        hidden = self._hidden()
                        expected = _in_turn([place for place, _ in json.loads(hidden)], last=True)
                        ours.sendall(hidden)
                    else:
                        return None
                if not data:
                    tell(self.events, {"event": "died", "at": at, "why": why or "exit"})
                    return at
            now = time.monotonic()
            if not why and now - looked < _TICK:
                continue
            looked = now
            if why := why or self._passed(now, interrupted):
                tell(self.events, {"event": "died", "at": at, "why": why})
                return at
            if not interrupted and now - begun > self.job["timeout"]:
                interrupted = now
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGINT)

    def _passed(self, now: float, interrupted: float) -> str:
        """Which limit the submission has gone beyond by now, or nothing."""
        pids = list(self._processes())
        if len(pids) > self.job["processes"]:
            return "processes"
        if self._memory_of(pids) > self.job["memory"]:
            return "memory"
        if interrupted and now - interrupted > _GRACE:
            return "time"
        return "total" if now > self.deadline else ""

    def _memory_of(self, pids: list[int]) -> int:
        """Bytes that processes hold together; shared ones are only told apart where it matters."""
        most = sum(map(processes.resident, pids))
        return most if most <= self.job["memory"] else sum(map(processes.own, pids))

    def _hidden(self) -> bytes:
        """Ask the grader for what a submission may see only now."""
        tell(self.events, {"event": "asks"})
        return self.commands.readline()

    def _processes(self) -> Iterator[int]:
        """All living processes of this submission, those that left its group, too."""
        own = os.getpid()
        # Alone in a sandbox, all but its first process are the submission's.
        pids = set(psutil.pids()) - {1, own} if self.is_alone else processes.below(own)
        return (pid for pid in pids if not processes.is_dead(pid))

    def _end(self) -> None:
        until = time.monotonic() + _DYING
        while time.monotonic() < until:
            left = list(self._processes())
            # All at once where nothing else is there: one after the other, a bomb would outrun us.
            for pid in [-1] if self.is_alone and left else left:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            if not left:
                return
            time.sleep(0.002)
        os._exit(1)  # and the sandbox ends with this process

    def _clean(self) -> None:
        mounts = Path("/proc/self/mountinfo").read_text().splitlines() if self.is_alone else []
        for place in self.job["scratch"]:
            _empty(Path(place), [line.split()[4] for line in mounts])


def _in_turn(places: list[int], last: bool = False) -> Iterator[tuple[str, int | None]]:
    """What a child tells, in order; after that it has nothing to tell."""
    for at in places:
        yield "step", at
        yield "ran", at
    yield ("done" if last else "asks"), None
    while True:
        yield "nothing", None


def _empty(folder: Path, mounts: list[str]) -> None:
    """Remove all that is in a folder but what is mounted there."""
    for entry in folder.iterdir() if folder.is_dir() else ():
        if str(entry) in mounts:
            continue
        if any(mount.startswith(f"{entry}/") for mount in mounts):
            _empty(entry, mounts)
        elif entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                entry.unlink()


# --- in the child ----------------------------------------------------------


def _live(job: _Job, theirs: socket.socket, steps: list[tuple[int, dict]]) -> None:
    """Run the steps, and then those that the grader shows only now."""
    seed()
    speak = theirs.makefile("wb", buffering=0)
    _run_steps(job, speak, steps)
    tell(speak, {"event": "asks"})
    hidden = json.loads(theirs.makefile("rb").readline() or b"[]")
    _run_steps(job, speak, hidden)
    tell(speak, {"event": "done"})


def _run_steps(job: _Job, speak: Any, steps: list) -> None:
    was_check = False
    for at, step in steps:
        tell(speak, {"event": "step", "at": at})
        begun = time.monotonic()
        try:
            if step["key"]:
                names = job.session.shell.user_ns
                told = {"verdict": job.session.judge.look(step, names, was_check)}
            else:
                told = {"error": _run_cell(job.session.shell, step["source"])}
        except KeyboardInterrupt:
            told = {"error": "Timeout"}
        except BaseException as problem:  # noqa: BLE001  (whatever it is, the next step runs)
            told = {"error": type(problem).__name__}
        was_check = bool(step["key"])
        seconds = round(time.monotonic() - begun, 3)
        tell(speak, {"event": "ran", "at": at, "seconds": seconds, **told})


def _run_cell(shell: Any, source: str) -> str:
    """Run a cell as a notebook does; return what it failed with, or ""."""
    result = shell.run_cell(source, store_history=False, silent=False)
    problem = result.error_before_exec or result.error_in_exec
    if problem is None:
        return ""
    if isinstance(problem, KeyboardInterrupt):
        return "Timeout"
    try:
        text = str(problem)
    except Exception:  # noqa: BLE001  (an error that cannot say what it is)
        text = ""
    return f"{type(problem).__name__}: {text}"[:600]


def _limit(job: dict) -> None:
    hard = {
        resource.RLIMIT_AS: job["address_space"],
        resource.RLIMIT_CPU: int(job["total"]) + 60,
        resource.RLIMIT_FSIZE: job["file"],
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in hard.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def seed() -> None:
    """Begin all random numbers anew, so that a submission always gets the same grade."""
    import random

    import numpy as np
    import torch

    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)


# --- of both ---------------------------------------------------------------


def _set_dumpable(value: bool) -> None:
    """Let processes of the same user, submissions among them, read this one's memory, or not."""
    _control(_DUMPABLE, int(value))


def _control(option: int, value: int) -> None:
    """Set what Linux keeps of a process: see `man prctl`."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    main()
