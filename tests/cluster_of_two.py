"""A Ray cluster of two nodes on this machine: python -m tests.cluster_of_two PORT.

Prints the cluster's address; the second node is killed when a line comes in, and all ends with the
input. A process of its own, for Ray's threads do not go well with the forks of `run`.
"""

import sys

from ray.cluster_utils import Cluster


def main(port: int) -> None:
    head = {"num_cpus": 1, "include_dashboard": False, "ray_client_server_port": port}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    other = cluster.add_node(num_cpus=1)
    print(cluster.address, flush=True)
    for _ in sys.stdin:
        cluster.remove_node(other, allow_graceful=False)
        print("killed", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
