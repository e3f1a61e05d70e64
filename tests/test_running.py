"""`run`: what it gives, what it says, and that nothing outlives it."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from distilabel.pipeline import Pipeline
from distilabel.steps import GlobalStep, LoadDataFromDicts, StepInput, step
from distilabel.steps.tasks import EvolInstruct, TextGeneration

import helpers
from helpers import load_llm, run
from helpers.running import PipelineFailed
from helpers.watching import Progress

ROOT = Path(helpers.__file__).parents[1]


@step(inputs=["number"], outputs=["double"])
def Double(inputs: StepInput):
    yield [{**row, "double": row["number"] * 2} for row in inputs]


@step(inputs=["number"], outputs=["number"])
def Sleep(inputs: StepInput):
    time.sleep(60)
    yield inputs


@step(inputs=["number"], outputs=["number"])
def Die(inputs: StepInput):
    os.kill(os.getpid(), signal.SIGKILL)
    yield inputs


@step(inputs=["number"], outputs=["number"])
def DropAll(inputs: StepInput):
    yield []


@step(inputs=["number"], outputs=["number"])
def Look(inputs: StepInput):
    print("looking at", inputs)
    yield inputs


@step(inputs=["number"], outputs=["mixed"])
def MixTypes(inputs: StepInput):
    yield [{**row, "mixed": ["a", 1][row["number"] % 2]} for row in inputs]


class FailingGlobal(GlobalStep):
    @property
    def inputs(self):
        return ["number"]

    @property
    def outputs(self):
        return ["number"]

    def process(self, inputs: StepInput):
        raise ValueError("not today")
        yield


class Unloadable(GlobalStep):
    def load(self):
        super().load()
        raise OSError("the file of the step is missing")

    def process(self, inputs: StepInput):
        yield inputs


def numbers(count: int) -> list[dict]:
    return [{"number": number} for number in range(count)]


def of(*steps_after_loader, count: int = 3) -> Pipeline:
    """A pipeline: a loader of numbers, then steps in a row."""
    with Pipeline() as pipeline:
        last = LoadDataFromDicts(data=numbers(count))
        for make in steps_after_loader:
            last = last >> make()
    return pipeline


@pytest.fixture
def no_children_left():
    yield
    until = time.monotonic() + 5
    while (left := children()) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


def children(pid: int | None = None) -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process(pid).children(recursive=True)
        if "resource_tracker" not in " ".join(child.cmdline())
    ]


# --- what it gives ---------------------------------------------------------


def test_run_returns_the_rows(no_children_left):
    distiset = run(of(Double))
    assert distiset["default"]["train"]["double"] == [0, 2, 4]


def test_run_takes_a_dataset_again_and_again(no_children_left):
    with Pipeline() as pipeline:
        Double()
    for count in (2, 3):
        assert run(pipeline, numbers(count))["default"]["train"]["number"] == list(range(count))


def test_run_reads_the_data_of_today():
    pipeline = of(Double)
    run(pipeline)
    pipeline.dag.get_step("load_data_from_dicts_0")["step"].data = [{"number": 7}]
    assert run(pipeline)["default"]["train"]["number"] == [7]


def test_run_leaves_the_session_as_it_was(caplog):
    pipeline = of(Double)
    on_interrupt = signal.getsignal(signal.SIGINT)
    run(pipeline)
    import logging

    logging.getLogger("my.own").warning("still heard")
    assert "still heard" in caplog.text
    assert signal.getsignal(signal.SIGINT) == on_interrupt


def test_same_seed_same_dataset():
    with Pipeline() as pipeline:
        TextGeneration(llm=load_llm("tutor", max_new_tokens=24), input_batch_size=5)
    data = [{"instruction": "Why do people care about rain?"}] * 12
    first, second = (run(pipeline, data)["default"]["train"].to_list() for _ in range(2))
    assert first == second
    assert len({row["generation"] for row in first}) >= 10


def test_the_mutations_of_evol_instruct_follow_its_seed():
    import random

    import numpy

    data = [{"instruction": f"What is {word}?"} for word in ("rain", "bread", "a bridge") * 3]
    evolved = []
    for seed in (1, 1, 2):
        random.random(), numpy.random.random()  # a session that goes on
        with Pipeline() as pipeline:
            EvolInstruct(llm=load_llm("tutor", max_new_tokens=8), num_evolutions=1, seed=seed)
        evolved.append(run(pipeline, data)["default"]["train"]["evolved_instruction"])
    assert evolved[0] == evolved[1] != evolved[2]


# --- what it says ----------------------------------------------------------


def test_run_says_how_many_rows_were_lost_and_why(capsys):
    with Pipeline() as pipeline:
        TextGeneration(llm=load_llm("tutor", max_new_tokens=4))
    instructions = ["What is rain?", None, " ", "word " * 5000]
    run(pipeline, [{"instruction": instruction} for instruction in instructions])
    out = capsys.readouterr().out
    assert "4 rows in " in out
    assert "text_generation_0 lost 3 of 4 rows" in out
    assert "1 × the prompt is empty" in out
    assert "1 × Input `instruction` must be a string. Got: None." in out
    assert "and the model reads" in out


def test_run_shows_a_line_per_step_outside_notebooks(capsys):
    run(of(Double))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in lines] == ["load_data_from_dicts_0", "double_0"]
    assert all(line.split()[2] == "3/3" for line in lines)


def test_what_a_step_prints_is_shown(capsys):
    run(of(Look, count=1))
    assert "looking at [{'number': 0}]\n" in capsys.readouterr().out


def test_progress_knows_the_total_and_the_time_left():
    progress = Progress()
    progress.take({"kind": "step", "name": "load", "before": [], "size": 40})
    progress.take({"kind": "step", "name": "split", "before": ["load"], "size": None})
    progress.take({"kind": "step", "name": "answer", "before": ["split"], "size": None})
    progress.take({"kind": "sent", "name": "split", "rows": 10})
    batch = {"kind": "batch", "lost": {}, "last": False}
    progress.take({**batch, "name": "load", "taken": 0, "made": 20})
    progress.take({**batch, "name": "split", "taken": 10, "made": 30})
    split, answer = progress.steps["split"], progress.steps["answer"]
    assert (progress.total(split), progress.total(answer)) == (40, 120)
    assert progress.seconds_left(split) > 0
    progress.take({"kind": "progress", "step": "split", "rows": 5})
    assert split.done == 15


# --- what goes wrong -------------------------------------------------------


@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        (lambda: of(Double, Unloadable), "'unloadable_0' could not load.*the file of the step"),
        (lambda: of(FailingGlobal, Double), "'failing_global_0' failed: ValueError: not today"),
        (lambda: of(Die), "`die_0` ended all at once"),
        (lambda: of(DropAll, Double), "made no rows"),
        (lambda: of(MixTypes, count=60), "pipeline failed: Arrow"),
        (lambda: Pipeline(), "has no steps"),
        (lambda: ..., "takes a distilabel Pipeline, and got ellipsis"),
    ],
    ids=["load", "global", "dead", "no rows", "mixed types", "no steps", "no pipeline"],
)
@pytest.mark.timeout(60)
def test_a_failure_is_one_clear_error(pipeline, message, no_children_left):
    pipeline = pipeline()
    with pytest.raises(PipelineFailed, match=message) as failure:
        run(pipeline)
    assert len(str(failure.value)) < 600


@pytest.mark.timeout(60)
def test_workers_that_die_before_they_have_a_step_end_the_run(monkeypatch, no_children_left):
    monkeypatch.setattr(
        "multiprocessing.pool.worker", lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
    )
    with pytest.raises(PipelineFailed, match="The process of the pipeline ended all at once"):
        run(of(Double))


@step(inputs=["number"], outputs=["handler"])
def TellHandler(inputs: StepInput):
    yield [{**row, "handler": str(signal.getsignal(signal.SIGTERM))} for row in inputs]


def test_a_handler_that_the_session_has_for_its_end_does_not_hold_up_the_steps():
    """Python's handlers may miss a signal in a worker that is about to wait: it never ended."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        made = run(of(TellHandler))["default"]["train"]
    finally:
        signal.signal(signal.SIGTERM, before)
    assert set(made["handler"]) == {str(signal.SIG_DFL)}


@step(inputs=["number"], outputs=["watched"])
def CountWatched(inputs: StepInput):
    yield [{**row, "watched": len(gc.get_objects())} for row in inputs]


def test_a_step_does_not_search_the_sessions_things_for_garbage():
    rows = run(of(CountWatched, count=1))["default"]["train"]
    assert rows[0]["watched"] < len(gc.get_objects()) / 2


def test_the_cache_of_distilabel_is_refused():
    with pytest.raises(PipelineFailed, match="use_cache"):
        run(of(Double), use_cache=True)


# --- interrupts ------------------------------------------------------------


SLEEPER = """
import time
from helpers import run
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts, StepInput, step

@step(inputs=["number"], outputs=["number"])
def Sleep(inputs: StepInput):
    time.sleep(60)
    yield inputs

with Pipeline() as pipeline:
    LoadDataFromDicts(data=[{"number": 1}]) >> Sleep()
print("ready", flush=True)
"""


INTERRUPTED = (
    SLEEPER
    + """
import os, signal, threading
import psutil

def interrupt(delay, times):
    moments = [delay + 0.01 * n for n in range(times)]
    kill = (os.getpid(), signal.SIGINT)
    timers = [threading.Timer(moment, os.kill, kill) for moment in moments]
    began = time.monotonic()
    try:
        for timer in timers:
            timer.start()
        try:
            run(pipeline)
        except KeyboardInterrupt:
            pass
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:  # the second one came late
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    took = time.monotonic() - began
    for timer in timers:
        if timer.ident is not None:
            timer.join()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    left = psutil.Process().children(recursive=True)
    if left or took > 20:
        print(f"after {delay} s, {times} times: {took:.1f} s, left: {left}")

for delay in [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1.0]:
    for times in (1, 3):
        interrupt(delay, times)
"""
)


def test_an_interrupt_at_any_moment_leaves_nothing():
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stdout) == (0, "ready\n"), done.stderr[-2000:]


def test_an_interrupt_between_a_fork_and_the_note_of_it_leaves_nothing():
    """With a second thread, as every kernel has: it takes a signal that the first one blocks."""
    done = subprocess.run(
        [sys.executable, "-c", SLEEPER + INTERRUPT_AT_THE_FORK],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "ready\n[]\n"), done.stderr[-2000:]


INTERRUPT_AT_THE_FORK = """
import multiprocessing, os, signal, threading
import psutil

threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
fork = multiprocessing.context.ForkProcess._Popen

def fork_and_interrupt(process):
    made = fork(process)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.3)
    return made

multiprocessing.context.ForkProcess._Popen = staticmethod(fork_and_interrupt)
try:
    run(pipeline)
except KeyboardInterrupt:
    print(psutil.Process().children(recursive=True), flush=True)
"""


def wait_for(condition, seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_a_script(end):
    script = subprocess.Popen(
        [sys.executable, "-c", SLEEPER + "run(pipeline)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    assert script.stdout.readline() == "ready\n"
    assert wait_for(lambda: len(children(script.pid)) >= 4)
    family = children(script.pid)
    os.killpg(script.pid, end)  # as a terminal does on Ctrl-C
    errors = script.communicate(timeout=20)[1]
    assert script.returncode != 0
    assert ("KeyboardInterrupt" in errors) == (end == signal.SIGINT)
    assert wait_for(lambda: not any(map(is_alive, family)), 10), list(filter(is_alive, family))


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def kernel():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(cwd=str(ROOT))
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_an_interrupted_notebook_is_free_and_leaves_nothing(kernel):
    manager, client = kernel
    pid = manager.provisioner.pid
    assert client.execute_interactive(SLEEPER, timeout=60)["content"]["status"] == "ok"
    replies = []
    running = threading.Thread(
        target=lambda: replies.append(
            client.execute_interactive("run(pipeline)", timeout=60, output_hook=lambda message: 0)
        )
    )
    running.start()
    assert wait_for(lambda: len(children(pid)) >= 4)
    manager.interrupt_kernel()
    running.join(20)
    assert replies[0]["content"]["ename"] == "KeyboardInterrupt"
    assert wait_for(lambda: children(pid) == [], 5)


def test_a_notebook_keeps_little_output_and_none_on_stderr(tmp_path):
    from nbclient import NotebookClient

    cells = [
        SLEEPER.replace("time.sleep(60)", "time.sleep(1)"),
        "run(pipeline)",
        "run(...)",
    ]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    NotebookClient(
        notebook, resources={"metadata": {"path": str(ROOT)}}, allow_errors=True
    ).execute()
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    progress = [output for output in outputs if "text/html" in output.get("data", {})]
    assert len(progress) == 1 and "1/1" in progress[0].data["text/plain"]
    assert sum(len(str(output)) for output in outputs) < 4000
    error = outputs[-1]
    assert error.ename == "PipelineFailed" and len(error.traceback) == 1
