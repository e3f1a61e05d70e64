"""One copy of a model for all steps of a run that use it.

distilabel loads a model once for each step. Here, before the steps start, a process of its own loads
a model that several of them name, and they send it their prompts, ready as token ids, with the seed of
each row; what waits at the same time is decoded in one batch. A row's text follows from its own
seed, so it is the same with and without sharing, but for rounding.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from helpers import events
from helpers.messages import reason_of

WORTH = 100 * 2**20  # bytes of weights; below, a copy for each step is quicker
_END = 30.0  # seconds
_SAME = (
    "model", "revision", "torch_dtype", "trust_remote_code", "model_kwargs", "device", "device_map",
    "batch_size", "batch_tokens",
)  # fmt: skip

_addresses: dict[str, str] = {}  # of the models that this run shares, by what they are


def serve(pipeline: Any, folder: Path, on: str | None = None) -> list[str]:
    """Start a process for each model that several steps of a pipeline use; return their names.

    Args:
        pipeline: distilabel's, before its steps start.
        folder: where the sockets go.
        on: a Ray cluster that all models go to instead, through one process.
    """
    _addresses.clear()
    users: dict[str, list[Any]] = defaultdict(list)
    for name in pipeline.dag:
        llm = getattr(pipeline.dag.get_step(name)["step"], "llm", None)
        if getattr(llm, "can_be_shared", False) and (on or _size_of(llm) >= WORTH):
            users[_what_it_is(llm)].append(llm)
    shared = {key: llms[0] for key, llms in users.items() if on or len(llms) > 1}
    for number, key in enumerate(shared):
        _addresses[key] = str(folder / f"model-{number}")
    if on and shared:
        _start_bridge(list(shared.values()), list(_addresses.values()), on, folder)
    else:
        for key, llm in shared.items():
            server = multiprocessing.get_context("fork").Process(
                target=be_server, args=([llm], [_addresses[key]]), daemon=True
            )
            server.start()
            # Told here, for it may be killed before it comes to say a word.
            events.tell("started", step=llm.model_name, pid=server.pid)
    return [llm.model_name for llm in shared.values()]


def _start_bridge(llms: list[Any], addresses: list[str], on: str, folder: Path) -> None:
    """Start the process between this run and a cluster, from nothing: Ray must not be forked."""
    models = folder / "models.pickle"
    models.write_bytes(pickle.dumps((llms, addresses)))
    package = Path(__file__).parent
    paths = [str(package.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    bridge = subprocess.Popen(
        [sys.executable, "-u", "-m", f"{package.name}.bridge", on, str(models)],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )
    events.tell("started", step=" + ".join(llm.model_name for llm in llms), pid=bridge.pid)


def _what_it_is(llm: Any) -> str:
    return repr([getattr(llm, name) for name in _SAME])


def _size_of(llm: Any) -> int:
    return sum(file.stat().st_size for file in llm.weights)


def of(llm: Any) -> Remote | None:
    """The shared copy of a model, in a step's process; `None` where it has to load its own."""
    address = _addresses.get(_what_it_is(llm)) if _addresses else None
    return Remote(address) if address else None


class Gone(RuntimeError):
    """There is no copy left. The message says why; the run cannot go on."""


class NotLoaded(RuntimeError):
    """The shared copy could not be loaded. The message says why."""


class Remote:
    """A step's line to the shared copy.

    Raises:
        NotLoaded: there is none.
    """

    def __init__(self, address: str) -> None:
        self._line = _connected(address)
        if failure := self._line.recv():
            raise NotLoaded(failure)

    def decode(self, rows: list, sampling: Any, on_done: Callable[[int], None]) -> list:
        """What `BatchedLLM` does with its own copy; where that is gone, this process ends, too.

        A step that only failed would go on, and its rows would count as finished.
        """
        try:
            self._line.send((rows, sampling))
            answers = self._line.recv()
        except (EOFError, OSError):
            time.sleep(_END)  # the run ends us as soon as it misses that process
            os._exit(1)
        if isinstance(answers, Gone):
            events.tell("stuck", why=str(answers))
            os._exit(1)
        if isinstance(answers, Exception):
            raise answers
        on_done(len(rows))
        return answers


def _connected(address: str) -> Connection:
    """A line to a process that may still be about to listen; where it dies, the run ends."""
    while True:
        try:
            return Client(address, family="AF_UNIX")
        except (FileNotFoundError, ConnectionRefusedError):
            time.sleep(0.1)


# --- in the process that has the model -------------------------------------


@dataclass
class _Request:
    """What a step waits for."""

    rows: list
    sampling: Any
    answers: Any = None
    is_answered: threading.Event = field(default_factory=threading.Event)


def be_server(llms: list[Any], addresses: list[str]) -> None:
    """Serve each model at its address, for as long as this process lives."""
    accepting = []
    for llm, address in zip(llms, addresses):
        listener = Listener(address, family="AF_UNIX", backlog=64)
        served = (queue.Queue(), threading.Event(), [])
        # New threads, for after a fork torch may hang in the first one.
        threading.Thread(target=_work, args=(llm, *served), daemon=True).start()
        accepting.append(threading.Thread(target=_accept, args=(listener, *served), daemon=True))
        accepting[-1].start()
    for thread in accepting:  # at its end a process takes the names of its sockets with it
        thread.join()


def _work(llm: Any, waiting: queue.Queue, loaded: threading.Event, told: list) -> None:
    try:
        llm.load(shared=False)
    except Exception as error:  # noqa: BLE001  (each step says so where it loads)
        told.append(reason_of(error))
    loaded.set()
    while not told:
        _answer(llm, waiting)


def _accept(listener: Listener, waiting: queue.Queue, loaded: threading.Event, told: list) -> None:
    while True:
        line = listener.accept()
        threading.Thread(target=_attend, args=(line, waiting, loaded, told), daemon=True).start()


def _attend(line: Connection, waiting: queue.Queue, loaded: threading.Event, told: list) -> None:
    """Talk with one step until it is gone."""
    loaded.wait()
    try:
        line.send(told[0] if told else None)
        while True:
            request = _Request(*line.recv())
            waiting.put(request)
            request.is_answered.wait()
            line.send(request.answers)
    except (EOFError, OSError):
        line.close()


def _answer(llm: Any, waiting: queue.Queue) -> None:
    """Decode all that waits now, what is sampled alike in one go."""
    requests = [waiting.get()]
    while not waiting.empty():
        requests.append(waiting.get())
    alike: dict[Any, list[_Request]] = defaultdict(list)
    for request in requests:
        alike[request.sampling].append(request)
    for sampling, group in alike.items():
        try:
            answers = iter(llm._decode([row for one in group for row in one.rows], sampling))
            for one in group:
                one.answers = [next(answers) for _ in one.rows]
        except Exception as error:  # noqa: BLE001  (the step handles it as it would its own)
            for one in group:
                one.answers = error if isinstance(error, Gone) else RuntimeError(reason_of(error))
        for one in group:
            one.is_answered.set()
