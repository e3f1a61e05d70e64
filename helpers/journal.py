"""What a run had finished: a file for each step, to which every finished batch is added.

distilabel's own cache cannot be gone on from: 10 of 10 interrupted runs hung when they were repeated
with `use_cache=True`. So `run(pipeline, resume=True)` writes each batch that a step has finished to
a file of that step, and a later run takes from there what the same step has made of the same rows.
Only steps that read rows are kept; a loader is quick, and reads its data again.

A batch is known by its step and by its rows. With it stands what chance looked like afterwards, so
that the batches behind it come out as if nothing had happened.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import random
import re
import struct
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from types import CodeType
from typing import Any

from helpers import events
from helpers.messages import say

# Each record: this mark, the step's signature, the key of its rows, length and checksum of the rest.
_HEAD = struct.Struct(">8s16s32sQI")
_MARK = b"BATCH-1\n"
_PATIENCE = 3.0  # seconds

_folder: Path | None = None  # of the run that this process belongs to
_open: dict[str, _File] = {}


class JournalError(OSError):
    """The folder cannot be used. The message says why, and what to do."""


def use(folder: Path | None) -> None:
    """In the process of a run: what its steps finish is kept here; `None` for nowhere."""
    global _folder
    _folder = folder
    _open.clear()


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a folder for one run alone, for as long as it takes.

    Raises:
        JournalError: it cannot be written, or another run uses it.
    """
    import fcntl  # not on Windows, where no run comes here

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as problem:
        raise JournalError(
            say(
                "journal.unwritable",
                "{folder} cannot be written ({why}). Name another folder: "
                'run(pipeline, resume="my-folder").',
                folder=folder,
                why=problem.strerror,
            )
        ) from None
    try:
        _lock(lock)
    except OSError:
        os.close(lock)
        raise JournalError(
            say(
                "journal.in_use",
                "Another run uses {folder} now. Wait for it, or name another folder: "
                'run(pipeline, resume="my-folder").',
                folder=folder,
            )
        ) from None
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)  # for steps that are still dying, too
        os.close(lock)


def _lock(file: int) -> None:
    """Lock a file; where somebody died with it, the processes of that run are gone in a moment."""
    import fcntl

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def through(step: Any, rows: tuple, compute: Callable[[], Iterator]) -> Iterator:
    """Yield what a step makes of a batch: from its file if it has made it already.

    Args:
        step: distilabel's step, in its own process.
        rows: the batch, as a list of rows for each step before.
        compute: makes it anew.
    """
    if _folder is None:
        yield from compute()
        return
    file = _open.get(step.name)
    if file is None:
        file = _open[step.name] = _File(_folder, step)
    count = max(map(len, rows))
    key = file.key_of(rows)
    record = file.get(key)
    if record is not None:
        _restore(step, record["chance"])
        events.tell("reused", rows=count)
        yield from record["made"]
        return
    before = _prompts_seen(step).copy()
    made = list(compute())
    events.tell("anew", rows=count, was=file.was)
    file.add(key, {"made": made, "chance": _chance(step, before)})
    yield from made


def generated(step: Any, make: Callable[[int], Iterator]) -> Iterator:
    """The same for a step that makes rows of nothing: its batches are known by their number.

    Args:
        step: distilabel's generator step.
        make: makes all batches but so many rows; a batch is its rows and whether it is the last.
    """
    if _folder is None or getattr(step, "llm", None) is None:
        yield from make(0)
        return
    file = _File(_folder, step)
    rows, number = 0, 0
    while (record := file.get(key := file.key_of((number,)))) is not None:
        _restore(step, record["chance"])
        events.tell("reused", rows=len(record["made"][0]))
        yield record["made"]
        if record["made"][1]:
            return
        rows, number = rows + len(record["made"][0]), number + 1
    before = _prompts_seen(step).copy()
    for made in make(rows):
        events.tell("anew", rows=len(made[0]), was=file.was)
        file.add(key, {"made": made, "chance": _chance(step, before)})
        yield made
        number, before = number + 1, _prompts_seen(step).copy()
        key = file.key_of((number,))


class _File:
    """The finished batches of one step."""

    def __init__(self, folder: Path, step: Any) -> None:
        name = re.sub(r"[^\w.-]", "_", step.name)
        self.signature = signature(step)
        self.path = folder / f"{name}.journal"
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self.places: dict[bytes, tuple[int, int, int]] = {}
        self.times: Counter[bytes] = Counter()
        # "" where there is nothing yet, else whether this very step was there.
        self.was = ""
        self._read()

    def _read(self) -> None:
        """Find all whole records; what was cut off when a run was killed is removed."""
        size, at = os.fstat(self.descriptor).st_size, 0
        while at + _HEAD.size <= size:
            head = os.pread(self.descriptor, _HEAD.size, at)
            mark, signed, key, length, checksum = _HEAD.unpack(head)
            if mark != _MARK or at + _HEAD.size + length > size:
                break
            if signed == self.signature:
                self.places[key] = (at + _HEAD.size, length, checksum)
                self.was = "same"
            self.was = self.was or "changed"
            at += _HEAD.size + length
        if at < size:
            self._cut(at, size)

    def _cut(self, at: int, size: int) -> None:
        """Set aside what cannot be read; the end of a file is often but half a record."""
        rest = os.pread(self.descriptor, size - at, at)
        self.path.with_suffix(".damaged").write_bytes(rest)
        os.ftruncate(self.descriptor, at)

    def key_of(self, rows: tuple) -> bytes:
        """The key of a batch: its rows, and how often this step has had the very same."""
        digest = hashlib.sha256(pickle.dumps(_plain(rows), protocol=5)).digest()
        self.times[digest] += 1
        return hashlib.sha256(digest + str(self.times[digest]).encode()).digest()

    def get(self, key: bytes) -> dict[str, Any] | None:
        place = self.places.get(key)
        if place is None:
            return None
        at, length, checksum = place
        data = os.pread(self.descriptor, length, at)
        if zlib.crc32(data) != checksum:
            return None
        try:
            return pickle.loads(data)  # written by this learner's own run
        except Exception:  # noqa: BLE001  (of another version: then it is made anew)
            return None

    def add(self, key: bytes, record: dict[str, Any]) -> None:
        data = pickle.dumps(record, protocol=5)
        head = _HEAD.pack(_MARK, self.signature, key, len(data), zlib.crc32(data))
        before = os.fstat(self.descriptor).st_size
        whole = memoryview(head + data)
        try:
            while whole:
                whole = whole[os.write(self.descriptor, whole) :]
        except OSError as problem:
            os.ftruncate(self.descriptor, before)
            why = say(
                "journal.full",
                "{path} cannot be written ({why}). What was finished is kept: make room, and run "
                "it again with the same resume.",
                path=self.path,
                why=problem.strerror,
            )
            events.tell("stuck", why=why)
            os._exit(1)  # a step that only raised would lose this batch, and go on


def _plain(value: Any) -> Any:
    """A value whose pickle says the same each time: equal strings may be one object or two."""
    if isinstance(value, dict):
        return [(str(key), _plain(one)) for key, one in value.items()]
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return f"{type(value).__name__}:{value!r}"
    return f"{type(value).__name__}:{hashlib.sha256(pickle.dumps(value, protocol=5)).hexdigest()}"


# --- chance ----------------------------------------------------------------


def _prompts_seen(step: Any) -> Counter:
    """How often each prompt was seen: what the seed of a text follows from."""
    seen = getattr(getattr(step, "llm", None), "prompts_seen", None)
    return seen if seen is not None else Counter()


def _chance(step: Any, before: Counter) -> dict[str, Any]:
    """All that the next batch of a step depends on, besides its rows."""
    import numpy

    new = {k: n for k, n in _prompts_seen(step).items() if before.get(k) != n}
    return {"random": random.getstate(), "numpy": numpy.random.get_state(), "seen": new}


def _restore(step: Any, chance: dict[str, Any]) -> None:
    import numpy

    random.setstate(chance["random"])
    numpy.random.set_state(chance["numpy"])
    _prompts_seen(step).update(
        {k: n - _prompts_seen(step).get(k, 0) for k, n in chance["seen"].items()}
    )


# --- what a step is --------------------------------------------------------


def signature(step: Any) -> bytes:
    """Sixteen bytes that change when a step would make something else of the same rows.

    Its settings and those of its model, the code of a class that was written in a notebook, the
    files of a model that stands in a folder, and the versions of the libraries.
    """
    digest = hashlib.sha256(step.signature.encode())
    for name in ("distilabel", "transformers", "torch"):
        digest.update(version(name).encode())
    llm = getattr(step, "llm", None)
    for thing in filter(None, (step, llm)):
        for kind in type(thing).__mro__:
            if kind.__module__.partition(".")[0] not in _LIBRARIES:
                digest.update(_code_of(kind))
    # What an attribute holds that its settings do not name, as a function given to a step.
    for value in vars(step).values():
        if callable(value) and hasattr(value, "__code__"):
            digest.update(_said(value.__code__))
    for file in getattr(llm, "weights", ()):
        status = file.stat()
        digest.update(f"{file.name} {status.st_size} {status.st_mtime_ns}".encode())
    return digest.digest()[:16]


_LIBRARIES = {"builtins", "distilabel", "pydantic", "abc", "typing", "enum"}


def _code_of(kind: type) -> bytes:
    parts = []
    for name, value in sorted(vars(kind).items()):
        function = getattr(value, "__func__", getattr(value, "fget", value))
        if code := getattr(function, "__code__", None):
            parts.append(name.encode() + _said(code))
            for cell in getattr(function, "__closure__", None) or ():
                with contextlib.suppress(ValueError):  # an empty cell
                    if inner := getattr(cell.cell_contents, "__code__", None):
                        parts.append(_said(inner))
    return b"".join(parts)


def _said(code: CodeType) -> bytes:
    """What a function does, wherever it stands."""
    # The order of a frozenset changes from process to process.
    consts = [sorted(map(repr, c)) if isinstance(c, frozenset) else c for c in code.co_consts]
    inner = [_said(one) if isinstance(one, CodeType) else repr(one).encode() for one in consts]
    return b"".join([code.co_code, repr(code.co_names).encode(), *inner])
