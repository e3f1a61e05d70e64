"""What a second node brings: the same rows decoded by one node of a Ray cluster, and by two."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.two_nodes import ROOT, running

ROUNDS = 3


def rows_per_second(model: Path, rows: int, tokens: int) -> tuple[float, float]:
    """Rows per second of one node and of two, which took turns; the medians of three rounds.

    Each node has a core to itself where there are two. The models are loaded before.
    """
    with running() as (_, address, _):
        code = f"from benchmarks.cluster import main; main({str(model)!r}, {address!r}, {rows}, {tokens})"
        told = subprocess.check_output([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT)
    one, two = map(float, told.split()[-2:])
    return one, two


def main(model: str, address: str, count: int, tokens: int) -> None:
    """Print the two figures; in a process of its own, for Ray stays in one that has joined."""
    import tempfile

    from helpers import load_llm
    from helpers.cluster import Cluster, Copies
    from helpers.decoding import Row, Sampling

    llm = load_llm(model)
    copies = Copies(llm, 0, Cluster(address, Path(tempfile.mkdtemp()), models=1))
    copies.load()
    workers = list(copies.workers)
    rows = [Row(list(range(10, 10 + 20 + n % 20)), seed=n, limit=tokens) for n in range(count)]
    taken: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(ROUNDS + 1):
        for nodes, times in taken.items():
            copies.workers = workers[:nodes]
            began = time.perf_counter()
            copies._decode(rows, Sampling())
            if turn:  # the first is to be warm
                times.append(time.perf_counter() - began)
    print(*(count / statistics.median(times) for times in taken.values()))
