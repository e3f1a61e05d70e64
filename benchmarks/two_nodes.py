"""A Ray cluster of two nodes on this machine: `python -m benchmarks.two_nodes PORT`.

Where there are two cores, each node has one of them to itself. Prints the cluster's address; the
second node is killed when a line comes in, and all ends with the input. A process of its own, for
Ray's threads do not go well with the forks of `run`.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def running() -> Iterator[tuple[subprocess.Popen, str, str]]:
    """Start such a cluster; yield its process, and its addresses for Ray and for Ray's client."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.two_nodes", str(port)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        yield process, process.stdout.readline().strip(), f"ray://127.0.0.1:{port}"
        process.stdin.close()
        process.wait(60)


def main(port: int) -> None:
    from ray.cluster_utils import Cluster

    head = {"num_cpus": 1, "include_dashboard": False, "ray_client_server_port": port}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    other = cluster.add_node(num_cpus=1)
    for node, core in zip((cluster.head_node, other), _cores()):
        _pin(node, core)
    print(cluster.address, flush=True)
    for _ in sys.stdin:
        cluster.remove_node(other, allow_graceful=False)
        print("killed", flush=True)
    cluster.shutdown()


def _cores() -> list[int]:
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return cores if len(cores) > 1 else []


def _pin(node: Any, core: int) -> None:
    """Keep a node's processes to a core; those that it starts from now on stay there, too."""
    for processes in node.all_processes.values():
        for one in processes:
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(one.process.pid)
                for each in (process, *process.children(recursive=True)):
                    each.cpu_affinity([core])


if __name__ == "__main__":
    main(int(sys.argv[1]))
