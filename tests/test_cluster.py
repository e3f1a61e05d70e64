"""`run(pipeline, on=...)`: the models run on a Ray cluster of two nodes, and the rows stay the same."""

import shutil
import threading
import time

import psutil
import pytest

from benchmarks.two_nodes import running
from helpers import run
from helpers.models import TUTORS
from helpers.running import PipelineFailed
from tests.test_resuming import shouting
from tests.test_sharing import rows, several


@pytest.fixture(scope="module")
def two_nodes():
    """The process that has the cluster, with its addresses for Ray and for Ray's client."""
    with running() as cluster:
        yield cluster


@pytest.mark.timeout(600)
def test_a_model_that_a_node_cannot_load_is_said(two_nodes, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(TUTORS / "tutor", broken)
    (broken / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(PipelineFailed, match="cannot load broken: .*under the same path"):
        run(several(str(broken)), on=two_nodes[1])


@pytest.mark.timeout(600)
def test_two_nodes_make_the_rows_of_one_machine_even_if_one_dies(two_nodes, capsys, monkeypatch):
    """It is the last test of this cluster."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # as on a learner's machine
    expected = rows(run(several("tutor", "tutor-mini", count=400)))
    capsys.readouterr()
    cluster, _, address = two_nodes
    killed = []

    def kill():
        while not any(
            p.info["name"] == "ray::_Models.decode" for p in psutil.process_iter(["name"])
        ):
            time.sleep(0.05)
        cluster.stdin.write("now\n")
        cluster.stdin.flush()
        killed.append(cluster.stdout.readline().strip())

    killing = threading.Thread(target=kill, daemon=True)
    killing.start()
    made = rows(run(several("tutor", "tutor-mini", count=400), on=address))
    killing.join(30)
    assert killed == ["killed"] and made == expected
    said = capsys.readouterr().out
    assert "tutor: 2 copies on the cluster" in said and "tutor-mini: 2 copies" in said
    assert "on the cluster was lost" in said


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
