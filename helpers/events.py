"""What a step's process tells the `run` that waits for it.

A pipe that every process of a run inherits. Each event is one line of JSON,
short enough that the operating system never mixes two of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from typing import Any

_pipe: int | None = None  # where this process writes, if a `run` is listening
_step: str | None = None  # the step that this process runs
_last_progress = 0.0

_SHORT = 3500  # bytes; a pipe takes 4,096 in one piece
_RATE = 0.2  # seconds between two reports of progress


class Channel:
    """The listening end: `run` opens it, forks, and reads."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        self._rest = b""

    def speak(self) -> None:
        """In the process that is to tell: from now on `tell` writes here."""
        global _pipe
        _pipe = self._writing
        os.close(self._reading)

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield what has been told since the last call, without waiting."""
        while True:
            try:
                data = os.read(self._reading, 65536)
            except BlockingIOError:
                return
            if not data:
                return
            *lines, self._rest = (self._rest + data).split(b"\n")
            yield from map(json.loads, lines)

    def fileno(self) -> int:
        return self._reading

    def close(self) -> None:
        os.close(self._reading)
        os.close(self._writing)


def this_is(step: str) -> None:
    """From now on this process speaks for `step`."""
    global _step
    _step = step
    tell("started", pid=os.getpid())


def tell(kind: str, **values: Any) -> None:
    """Tell an event to whoever waits; does nothing where nobody does."""
    if _pipe is None:
        return
    line = json.dumps({"kind": kind, "step": _step, **values}).encode() + b"\n"
    if len(line) <= _SHORT:
        with contextlib.suppress(BrokenPipeError):  # the listener is gone
            os.write(_pipe, line)


def tell_progress(rows: int) -> None:
    """Tell how many rows of its batch this step has done, but not too often."""
    global _last_progress
    if time.monotonic() - _last_progress >= _RATE:
        _last_progress = time.monotonic()
        tell("progress", rows=rows)
