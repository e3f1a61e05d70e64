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
from types import CodeType, FunctionType
from typing import Any

from helpers import bad_rows, events
from helpers.messages import say
from helpers.seen import Seen

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

    lock = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        _lock(lock)
    except OSError as problem:
        if lock is not None:
            os.close(lock)
        raise JournalError(_why_not_held(folder, problem)) from None
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)  # for steps that are still dying, too
        os.close(lock)


def _why_not_held(folder: Path, problem: OSError) -> str:
    if isinstance(problem, BlockingIOError):
        return say(
            "journal.in_use",
            "Another run uses {folder} now. Wait for it, or name another folder: "
            'run(pipeline, resume="my-folder").',
            folder=folder,
        )
    return say(
        "journal.unwritable",
        "{folder} cannot be written ({why}). Name another folder: "
        'run(pipeline, resume="my-folder").',
        folder=folder,
        why=problem.strerror,
    )


def _lock(file: int) -> None:
    """Lock a file; where somebody died with it, the processes of that run are gone in a moment."""
    import fcntl

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
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
    if record is not None and not _asks_again(step, record):
        _restore(step, record["chance"])
        events.tell("reused", rows=count)
        yield from record["made"]
        return
    before = len(_prompts_seen(step))
    made = list(compute())
    events.tell("anew", rows=count, was=file.was)
    if not _has_missed(step):
        chance = _chance(step, before)
        file.add(key, {"made": made, "chance": chance, "retries": bad_rows.retries})
    yield from made


def _asks_again(step: Any, record: dict[str, Any]) -> bool:
    """Whether this run would ask again where the one before gave up."""
    if bad_rows.retries <= record.get("retries", 0):
        return False
    return any(bad_rows.is_unreadable(row, step) for rows in record["made"] for row in rows)


def _has_missed(step: Any) -> bool:
    """Whether a server gave no answer: rows that lack it are not finished."""
    return getattr(getattr(step, "llm", None), "take_missed", bool)()


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
    before = len(_prompts_seen(step))
    for made in make(rows):
        events.tell("anew", rows=len(made[0]), was=file.was)
        file.add(key, {"made": made, "chance": _chance(step, before)})
        yield made
        number, before = number + 1, len(_prompts_seen(step))
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


def _prompts_seen(step: Any) -> Seen:
    seen = getattr(getattr(step, "llm", None), "prompts_seen", None)
    return Seen() if seen is None else seen


def _chance(step: Any, before: int) -> dict[str, Any]:
    """All that the next batch of a step depends on, besides its rows."""
    import numpy

    return {
        "random": random.getstate(),
        "numpy": numpy.random.get_state(),
        "seen": _prompts_seen(step).since(before),
    }


def _restore(step: Any, chance: dict[str, Any]) -> None:
    import numpy

    random.setstate(chance["random"])
    numpy.random.set_state(chance["numpy"])
    _prompts_seen(step).take(chance["seen"])


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
        if isinstance(value, FunctionType):
            digest.update(_all_of(value, set()))
    for file in getattr(llm, "weights", ()):
        digest.update(_sample_of(file))
    return digest.digest()[:16]


def _sample_of(file: Path) -> bytes:
    """What tells one file of weights from another, on whichever machine it lies."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        ends = opened.read(_SAMPLE)
        opened.seek(max(0, size - _SAMPLE))
        ends += opened.read(_SAMPLE)
    return f"{file.name} {size}".encode() + hashlib.sha256(ends).digest()


_SAMPLE = 2**20
_LIBRARIES = {"builtins", "distilabel", "pydantic", "abc", "typing", "enum"}


def _code_of(kind: type) -> bytes:
    known: set[int] = set()
    parts = []
    for name, value in sorted(vars(kind).items()):
        function = getattr(value, "__func__", getattr(value, "fget", value))
        # Python itself notes where a class stands, and what its text says of it.
        if isinstance(function, FunctionType) or not name.startswith("__"):
            parts.append(name.encode() + _all_of(function, known))
    return b"".join(parts)


def _all_of(value: Any, known: set[int]) -> bytes:
    """What a function does, with all that it stands on: defaults, closure, and a notebook's globals."""
    if isinstance(value, (type(None), bool, int, float, str, bytes)):
        return f"{type(value).__name__}:{value!r}".encode()
    if isinstance(value, (set, frozenset)):
        return repr(sorted(map(repr, value))).encode()
    if isinstance(value, (list, tuple)):
        return b"(" + b",".join(_all_of(one, known) for one in value) + b")"
    if isinstance(value, dict):
        return (
            b"{" + b",".join(_all_of(one, known) for item in value.items() for one in item) + b"}"
        )
    if not isinstance(value, FunctionType) or id(value) in known:
        return b""
    known.add(id(value))
    parts = [_said(value.__code__)]
    parts.append(_all_of((value.__defaults__, value.__kwdefaults__), known))
    for cell in value.__closure__ or ():
        with contextlib.suppress(ValueError):  # an empty cell
            parts.append(_all_of(cell.cell_contents, known))
    if value.__module__.partition(".")[0] not in {*_LIBRARIES, "helpers"}:
        for name in sorted(_names_in(value.__code__)):
            parts.append(name.encode() + _all_of(value.__globals__.get(name), known))
    return b"".join(parts)


def _names_in(code: CodeType) -> set[str]:
    inner = (_names_in(one) for one in code.co_consts if isinstance(one, CodeType))
    return set(code.co_names).union(*inner)


def _said(code: CodeType) -> bytes:
    """What a function does, wherever it stands."""
    # The order of a frozenset changes from process to process.
    consts = [sorted(map(repr, c)) if isinstance(c, frozenset) else c for c in code.co_consts]
    inner = [_said(one) if isinstance(one, CodeType) else repr(one).encode() for one in consts]
    return b"".join([code.co_code, repr(code.co_names).encode(), *inner])
