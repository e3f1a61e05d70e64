"""The process between a run and a Ray cluster: `python -m helpers.bridge CLUSTER MODELS`.

It listens where the steps look for a shared copy of their model, and passes on to the cluster what
they send.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from helpers.cluster import Cluster, Copies
from helpers.sharing import be_server


def main(on: str, models: Path) -> None:
    """Connect, and serve until the run ends this process.

    Args:
        on: the cluster, as in `helpers.cluster.check`.
        models: a file with the models and the addresses that they are asked for at.
    """
    llms, addresses = pickle.loads(models.read_bytes())  # written by the run that starts this
    there = Cluster(on, models.parent, len(llms))
    be_server([Copies(llm, number, there) for number, llm in enumerate(llms)], addresses)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
