"""`run(pipeline, on=...)`: the models run on a Ray cluster of two nodes, and the rows stay the same."""

import re
import shutil
import subprocess
import sys
from itertools import takewhile

import pytest

from benchmarks.two_nodes import running
from helpers import run
from helpers.models import TUTORS
from helpers.running import PipelineFailed
from tests.conftest import ALL, ROOT
from tests.test_resuming import shouting
from tests.test_sharing import rows, several


@pytest.fixture(scope="module")
def two_nodes():
    """The process that has the cluster, with its addresses for Ray and for Ray's client."""
    with running() as cluster:
        yield cluster


@pytest.mark.skipif(not ALL, reason="COURSE_TEST_ALL=1 runs it; the next test is the harder one")
@pytest.mark.timeout(600)
def test_two_nodes_make_the_rows_of_one_machine(two_nodes, capsys, monkeypatch):
    expected = rows(run(several("tutor", "tutor-mini", count=20)))
    capsys.readouterr()
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # as on a learner's machine
    assert rows(run(several("tutor", "tutor-mini", count=20), on=two_nodes[2])) == expected
    said = capsys.readouterr().out
    assert "tutor: 2 copies on the cluster" in said and "tutor-mini: 2 copies" in said


LOSING = """
import sys
from itertools import takewhile
from pathlib import Path
from helpers import load_llm
from helpers.cluster import Cluster, ClusterError, Copies
from helpers.decoding import Row, Sampling
cluster = Cluster(sys.argv[1], Path(sys.argv[2]), models=1)
copies = Copies(load_llm("tutor"), 0, cluster)
copies.load()
try:
    Copies(load_llm(sys.argv[2] + "/broken"), 1, cluster).load()
except ClusterError as problem:
    print(problem)
rows = [Row(list(range(10, 30 + n % 9)), seed=n, limit=60) for n in range(200)]
expected = copies._decode(rows, Sampling())
print("ready", flush=True)
while len(copies.workers) == 2:
    assert copies._decode(rows, Sampling()) == expected
assert copies._decode(rows, Sampling()) == expected
print("the same rows")
copies.workers.clear()
copies._decode(rows, Sampling())
"""


@pytest.mark.timeout(600)
def test_a_node_that_dies_in_the_middle_costs_nothing(two_nodes, tmp_path):
    """It is the last test of this cluster; a model that cannot be loaded is said before."""
    shutil.copytree(TUTORS / "tutor", tmp_path / "broken")
    (tmp_path / "broken" / "model.safetensors").write_bytes(b"no weights")
    cluster, address, _ = two_nodes
    decoding = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", LOSING, address, str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    before = list(takewhile(lambda line: line != "ready\n", decoding.stdout))
    cluster.stdin.write("now\n")
    cluster.stdin.flush()
    said, wrong = decoding.communicate()
    lines = "".join(before) + said
    assert re.search("cannot load broken: .*under the same path", lines), wrong
    assert "A copy of tutor on the cluster was lost" in said and "the same rows" in said
    assert "Gone: All copies of tutor on the cluster are lost" in wrong


@pytest.mark.parametrize(
    ("on", "message"),
    [
        ("my cluster", "names no Ray cluster"),
        ("ray://127.0.0.1:9", "Nobody answers at ray://127.0.0.1:9"),
        ("127.0.0.1:70000", "Nobody answers"),
    ],
)
@pytest.mark.timeout(30)
def test_a_cluster_that_is_none_is_said_before_anything_runs(on, message):
    with pytest.raises(PipelineFailed, match=message):
        run(several("tutor"), on=on)


def test_without_ray_the_command_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PipelineFailed, match="pip install .*ray"):
        run(several("tutor"), on="local-ray")


def test_a_pipeline_without_a_model_has_nothing_for_a_cluster():
    with pytest.raises(PipelineFailed, match="nothing for the cluster to do"):
        run(shouting("s", "!"), on="local-ray")
