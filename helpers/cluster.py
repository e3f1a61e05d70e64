"""A model on a Ray cluster: a copy on each node, or on each GPU, and what to decode is shared out.

distilabel's own Ray pipeline puts every step into an actor; it waits for ever where one dies, and
rows depend on which actor had them. Here the pipeline stays where `run` watches it, and only what
takes the time goes to the cluster: token ids, each row with its seed. So the rows are those of a
local run, and where a node is lost, what it had in hand goes to another.

https://docs.ray.io/en/latest/ray-core/actors.html
"""

from __future__ import annotations

import importlib.util
import logging
import math
import os
import re
import socket
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.messages import VARIABLE, language, reason_of, say
from helpers.sharing import Gone

LOCAL = "local-ray"
_ADDRESS = re.compile(r"(?:ray://)?(?P<host>[^/:\s]+):(?P<port>\d+)")
_PATIENCE = 5.0  # seconds for a first answer
_STARTING = 120.0  # seconds for the workers to be there
_LONG = 40  # characters; the names of Ray's sockets come below, and 107 are allowed
_TRIES = 3  # for rows whose copy is lost: it may be they that kill it


class ClusterError(RuntimeError):
    """The cluster cannot be used. The message says why, and what to do."""


def check(on: str) -> None:
    """Make sure that there is a cluster, before anything runs.

    Args:
        on: `"local-ray"`, `"auto"`, `"host:port"` or `"ray://host:port"`.

    Raises:
        ClusterError: it is no address, Ray is not installed, or nobody answers.
    """
    found = _ADDRESS.fullmatch(str(on))
    if not found and on not in (LOCAL, "auto"):
        raise ClusterError(
            say(
                "cluster.address",
                'on={on} names no Ray cluster. Give "ray://host:10001", "host:6379", "auto", or '
                '"{local}" for one of this machine.',
                on=repr(on),
                local=LOCAL,
            )
        )
    if importlib.util.find_spec("ray") is None:
        raise ClusterError(
            say(
                "cluster.not_installed",
                "Ray is not installed here: pip install -c constraints.txt 'ray[client]'.",
            )
        )
    if found:
        try:
            socket.create_connection((found["host"], int(found["port"])), _PATIENCE).close()
        except (OSError, OverflowError) as problem:
            raise ClusterError(
                say(
                    "cluster.nobody",
                    "Nobody answers at {on} ({why}). Is the cluster running (ray status), and may "
                    "this machine reach it?",
                    on=on,
                    why=reason_of(problem),
                )
            ) from None


class Cluster:
    """A cluster that this process has joined, with one worker on each node, or for each GPU.

    The cluster gets this package from us. One for `"local-ray"` ends with this process.

    Args:
        on: as in `check`.
        folder: where a cluster of this machine keeps its files.
        models: how many models the workers are to hold.
    """

    def __init__(self, on: str, folder: Path, models: int) -> None:
        self.workers: list[_Worker] = []
        self.refused = ""
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent to anybody
        import ray

        where: dict[str, Any] = {"address": on}
        if on == LOCAL:
            where = {"address": "local", "include_dashboard": False}
            if len(str(folder)) < _LONG:  # else where Ray keeps its files anyhow
                where["_temp_dir"] = str(folder / "ray")
        try:
            ray.init(
                **where,
                runtime_env={"py_modules": [str(Path(__file__).parent)]},
                logging_level=logging.ERROR,
                log_to_driver=False,
            )
            workers = [
                _Worker(node["NodeManagerAddress"], _start(node, models))
                for node in _useful(ray.nodes())
                for _ in range(max(1, int(node["Resources"].get("GPU", 1))))
            ]
            here = {worker.actor.is_here.remote(): worker for worker in workers}
            ready, _ = ray.wait(list(here), num_returns=len(here), timeout=_STARTING)
            self.workers = [here[one] for one in ready]
            if not self.workers:
                raise TimeoutError(
                    say("cluster.busy", "no node has let us start; are its GPUs taken?")
                )
        except Exception as problem:  # noqa: BLE001  (of many kinds, from several libraries)
            self.refused = say(
                "cluster.refused",
                "The Ray cluster at {on} cannot be used: {why}",
                on=on,
                why=reason_of(problem),
            )


def _useful(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The nodes that are to compute: those with GPUs, else those with cores."""
    alive = [node for node in nodes if node["Alive"]]
    with_gpus = [node for node in alive if node["Resources"].get("GPU")]
    return with_gpus or [node for node in alive if node["Resources"].get("CPU")] or alive


@dataclass(frozen=True)
class _Worker:
    """An actor, and the address of its node."""

    node: str
    actor: Any


def _start(node: dict[str, Any], models: int) -> Any:
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    cores = max(1, int(node["Resources"].get("CPU", 1)))
    return (
        ray.remote(_Models)
        .options(
            num_cpus=0,  # a node that others use, too, is not waited for
            num_gpus=min(1, node["Resources"].get("GPU", 0)),
            max_concurrency=models,
            scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False),
            runtime_env={"env_vars": {"OMP_NUM_THREADS": str(cores), VARIABLE: language()}},
        )
        .remote()
    )


class _Models:
    """The models, in a process on a node of the cluster."""

    def __init__(self) -> None:
        self.llms: dict[int, Any] = {}
        self.one_at_a_time = threading.Lock()

    def is_here(self) -> bool:
        return True

    def load(self, number: int, llm: Any) -> None:
        with self.one_at_a_time:  # transformers cannot load two models side by side
            llm.load(shared=False)
        self.llms[number] = llm

    def decode(self, number: int, rows: list, sampling: Any) -> list:
        return self.llms[number]._decode(rows, sampling)


class Copies:
    """The copies of one model on a cluster, in the place of the model itself.

    Args:
        llm: the model, not loaded.
        number: which of the models that the cluster holds this is.
        cluster: that holds them.
    """

    def __init__(self, llm: Any, number: int, cluster: Cluster) -> None:
        self.llm, self.number, self.cluster = llm, number, cluster
        self.workers = list(cluster.workers)

    def load(self, shared: bool = False) -> None:
        """Load a copy in each worker.

        Raises:
            ClusterError: the cluster cannot be used, or a node lacks a library or the model's files.
        """
        import ray

        if self.cluster.refused:
            raise ClusterError(self.cluster.refused)
        loading = [worker.actor.load.remote(self.number, self.llm) for worker in self.workers]
        for worker, loaded in zip(self.workers, loading):
            try:
                ray.get(loaded)
            except Exception as problem:  # noqa: BLE001  (of many kinds, from several libraries)
                raise ClusterError(
                    say(
                        "cluster.node_failed",
                        "The node {node} cannot load {model}: {why} Each node needs what "
                        "requirements.txt lists, and a folder of yours under the same path.",
                        node=worker.node,
                        model=self.llm.model_name,
                        why=reason_of(getattr(problem, "cause", None) or problem),
                    )
                ) from None
        print(
            say(
                "cluster.copies",
                "{model}: {copies} copies on the cluster ({nodes}).",
                model=self.llm.model_name,
                copies=len(self.workers),
                nodes=", ".join(sorted({worker.node for worker in self.workers})),
            )
        )

    def _decode(self, rows: list, sampling: Any) -> list:
        """What the model would do with its own copy; whoever is free takes the next piece."""
        import ray
        from ray.exceptions import RayError, RayTaskError

        # Like lengths together, and no piece so large that a copy has nothing to do.
        order = sorted(range(len(rows)), key=lambda at: len(rows[at].prompt))
        size = max(1, min(self.llm.batch_size, math.ceil(len(rows) / max(1, len(self.workers)))))
        pieces = deque((order[at : at + size], 1) for at in range(0, len(order), size))
        answers: list[Any] = [None] * len(rows)
        free, working = list(self.workers), {}
        while pieces or working:
            while pieces and free:
                worker, (piece, tries) = free.pop(), pieces.popleft()
                some = [rows[at] for at in piece]
                sent = worker.actor.decode.remote(self.number, some, sampling)
                working[sent] = worker, piece, tries
            if not working:
                raise Gone(
                    say(
                        "cluster.all_lost",
                        "All copies of {model} on the cluster are lost: their nodes are gone, or had "
                        "not enough memory.",
                        model=self.llm.model_name,
                    )
                )
            (done, *_), _ = ray.wait(list(working))
            worker, piece, tries = working.pop(done)
            try:
                made = ray.get(done)
            except RayTaskError:
                raise
            except RayError as problem:  # of many kinds: a node that died, or had no memory left
                self._lose(worker)
                if tries == _TRIES:
                    raise Gone(reason_of(problem)) from None
                pieces.appendleft((piece, tries + 1))
                continue
            free.append(worker)
            for at, answer in zip(piece, made):
                answers[at] = answer
        return answers

    def _lose(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        print(
            say(
                "cluster.lost",
                "A copy of {model} on the cluster was lost ({node}); copies left: {left}.",
                model=self.llm.model_name,
                node=worker.node,
                left=len(self.workers),
            )
        )
