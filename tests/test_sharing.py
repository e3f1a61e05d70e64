"""Steps that name the same model share one copy of it, and nobody can tell by the rows."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from distilabel.steps.tasks import Magpie, TextGeneration

from helpers import events, load_llm, run, sharing
from helpers.models import BatchedLLM, _Known
from helpers.running import PipelineFailed
from tests.conftest import ROOT


def several(*names, count=6, **options):
    """Answers to the same prompts by each of these models."""
    data = [{"instruction": f"Tell me about {n} maps."} for n in range(count)]
    with Pipeline(name="several") as pipeline:
        last = LoadDataFromDicts(data=data)
        for number, name in enumerate(names):
            made = TextGeneration(
                name=f"t{number}", llm=load_llm(name, **options),
                output_mappings={"generation": f"text_{number}"},
            )  # fmt: skip
            last >> made
            last = made
    return pipeline


def rows(distiset):
    return list(distiset["default"]["train"])


@pytest.fixture
def told(monkeypatch):
    """Share even the smallest model, and note which processes a run tells of."""
    started = []
    stock = events.Channel.events

    def listen(self):
        for event in stock(self):
            if event["kind"] == "started":
                started.append(event["step"])
            yield event

    monkeypatch.setattr(events.Channel, "events", listen)
    monkeypatch.setattr(sharing, "WORTH", 0)
    return started


def test_the_rows_are_those_of_steps_with_copies_of_their_own(told, monkeypatch):
    shared = rows(run(several("tutor", "tutor", "tutor-mini")))
    assert sorted(told) == ["load_data_from_dicts_0", "t0", "t1", "t2", "tutor"]
    monkeypatch.setattr(sharing, "WORTH", 2**40)
    told.clear()
    assert rows(run(several("tutor", "tutor", "tutor-mini"))) == shared
    assert "tutor" not in told


def test_a_small_model_is_not_shared(told, monkeypatch):
    monkeypatch.undo()
    pipeline = several("tutor", "tutor")
    assert sharing.serve(pipeline, ROOT / "outputs") == []


def test_models_that_differ_in_anything_are_not_one(told, tmp_path):
    pipeline = several("tutor", "tutor-mini")
    assert sharing.serve(pipeline, tmp_path) == []
    with Pipeline() as other:
        load = LoadDataFromDicts(data=[{"instruction": "Hi."}])
        a = TextGeneration(llm=load_llm("tutor"))
        b = TextGeneration(llm=load_llm("tutor", torch_dtype="bfloat16"))
        load >> [a, b]
    assert sharing.serve(other, tmp_path) == []


def test_each_step_writes_as_it_was_told(told):
    """Different temperatures, Magpie's raw prompts, and a prompt that is none."""
    with Pipeline(name="mixed") as pipeline:
        load = LoadDataFromDicts(
            data=[
                {"instruction": t, "system_prompt": "You know bees."} for t in ("Why?", "", "How?")
            ]
        )
        greedy = TextGeneration(
            name="greedy", llm=load_llm("tutor", temperature=0, max_new_tokens=5),
            output_mappings={"generation": "short"},
        )  # fmt: skip
        talk = Magpie(name="talk", llm=load_llm("tutor", use_magpie_template=True), n_turns=1,
                      output_mappings={"instruction": "asked", "response": "answered"})  # fmt: skip
        load >> greedy >> talk
    shared = rows(run(pipeline))
    assert "tutor" in told
    assert [row["short"] is None for row in shared] == [False, True, False]
    sharing.WORTH = 2**40  # put back by `told`
    assert rows(run(pipeline)) == shared


def test_a_model_that_cannot_load_is_said_by_its_step(told, tmp_path):
    import shutil

    from helpers.models import TUTORS

    broken = tmp_path / "broken"
    shutil.copytree(TUTORS / "tutor", broken)
    (broken / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(PipelineFailed, match="could not load"):
        run(several(str(broken), str(broken)))


SCRIPT = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from helpers import run, sharing
from tests.test_sharing import several
sharing.WORTH = 0
run(several("tutor", "tutor", count=2000))
"""


def test_when_the_shared_copy_dies_the_run_ends_and_says_so():
    session = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SCRIPT], stderr=subprocess.PIPE, text=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    # The first process that the run forks has the copy.
    while not (below := psutil.Process(session.pid).children()):
        assert session.poll() is None
    while not (server := psutil.Process(below[0].pid).children()):
        assert session.poll() is None
    os.kill(server[0].pid, signal.SIGKILL)
    _, said = session.communicate(timeout=60)
    assert session.returncode != 0 and "`tutor`" in said and "ended all at once" in said
    _, alive = psutil.wait_procs(below, timeout=20)
    assert not alive


def test_a_shared_copy_that_never_comes_to_say_a_word_is_missed_at_once(told, monkeypatch):
    monkeypatch.setattr(sharing, "be_server", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    began = time.monotonic()
    with pytest.raises(PipelineFailed, match="`tutor` ended all at once"):
        run(several("tutor", "tutor"))
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("way", ["its process dies", "its cluster is gone"])
def test_what_a_lost_copy_left_undone_is_not_finished(told, monkeypatch, tmp_path, way):
    """Rows that nobody decoded are made when the run goes on, and are no lost ones."""
    expected = rows(run(several("tutor", "tutor", count=60)))
    stock = BatchedLLM._decode

    def fail(self, waiting, sampling):
        if isinstance(self._pipeline.model, _Known) or len(waiting) == 50:
            return stock(self, waiting, sampling)
        if way == "its process dies":
            os.kill(os.getpid(), signal.SIGKILL)
        raise sharing.Gone("All copies are lost.")

    with monkeypatch.context() as patch:
        patch.setattr(BatchedLLM, "_decode", fail)
        with pytest.raises(PipelineFailed, match="`tutor` ended all at once|All copies are lost"):
            run(several("tutor", "tutor", count=60), resume=tmp_path)
    assert rows(run(several("tutor", "tutor", count=60), resume=tmp_path)) == expected
