"""One copy of a model for all steps of a run that use it.

distilabel loads a model once for each step. Here, before the steps start, a process of its own loads
a model that several of them name, and they send it their prompts, ready as token ids, with the seed of
each row; what waits at the same time is decoded in one batch. A row's text follows from its own
seed, so it is the same with and without sharing, but for rounding.
"""

from __future__ import annotations

import multiprocessing
import queue
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from helpers import events
from helpers.messages import reason_of

WORTH = 100 * 2**20  # bytes of weights; below, a copy for each step is quicker
_SAME = (
    "model", "revision", "torch_dtype", "trust_remote_code", "model_kwargs", "device", "device_map",
    "batch_size", "batch_tokens",
)  # fmt: skip

_addresses: dict[str, str] = {}  # of the models that this run shares, by what they are
_listeners: list[Listener] = []


def serve(pipeline: Any, folder: Path) -> list[str]:
    """Start a process for each model that several steps of a pipeline use; return their names.

    Args:
        pipeline: distilabel's, before its steps start.
        folder: where the sockets go.
    """
    _addresses.clear()
    _listeners.clear()
    users: dict[str, list[Any]] = defaultdict(list)
    for name in pipeline.dag:
        llm = getattr(pipeline.dag.get_step(name)["step"], "llm", None)
        if getattr(llm, "can_be_shared", False) and _size_of(llm) >= WORTH:
            users[_what_it_is(llm)].append(llm)
    names = []
    for number, (key, llms) in enumerate(users.items()):
        if len(llms) > 1:
            path = str(folder / f"model-{number}")
            listener = Listener(path, family="AF_UNIX", backlog=64)
            server = multiprocessing.get_context("fork").Process(
                target=_be_server, args=(llms[0], listener), daemon=True
            )
            server.start()
            # Told here, for it may be killed before it comes to say a word.
            events.tell("started", step=llms[0].model_name, pid=server.pid)
            _listeners.append(listener)  # one that is forgotten takes its socket's name with it
            _addresses[key] = path
            names.append(llms[0].model_name)
    return names


def _what_it_is(llm: Any) -> str:
    return repr([getattr(llm, name) for name in _SAME])


def _size_of(llm: Any) -> int:
    return sum(file.stat().st_size for file in llm.weights)


def of(llm: Any) -> Remote | None:
    """The shared copy of a model, in a step's process; `None` where it has to load its own."""
    address = _addresses.get(_what_it_is(llm)) if _addresses else None
    return Remote(address) if address else None


class Remote:
    """A step's line to the shared copy.

    Raises:
        RuntimeError: the copy could not be loaded.
    """

    def __init__(self, address: str) -> None:
        self._line = Client(address, family="AF_UNIX")
        if failure := self._line.recv():
            raise RuntimeError(failure)

    def decode(self, rows: list, sampling: Any, on_done: Callable[[int], None]) -> list:
        """What `BatchedLLM` does with its own copy."""
        self._line.send((rows, sampling))
        answers = self._line.recv()
        if isinstance(answers, Exception):
            raise answers
        on_done(len(rows))
        return answers


# --- in the process that has the model -------------------------------------


@dataclass
class _Request:
    """What a step waits for."""

    rows: list
    sampling: Any
    answers: Any = None
    is_answered: threading.Event = field(default_factory=threading.Event)


def _be_server(llm: Any, listener: Listener) -> None:
    waiting: queue.Queue[_Request] = queue.Queue()
    loaded = threading.Event()
    told: list[str] = []

    def work() -> None:
        try:
            llm.load(shared=False)
        except Exception as error:  # noqa: BLE001  (each step says so where it loads)
            told.append(reason_of(error))
        loaded.set()
        while not told:
            _answer(llm, waiting)

    # A new thread, for after a fork torch may hang in the first one.
    threading.Thread(target=work, daemon=True).start()
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
                one.answers = RuntimeError(reason_of(error))
        for one in group:
            one.is_answered.set()
