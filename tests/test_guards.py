"""Each danger of the libraries below us, and that it is closed.

Every test here was red with its guard taken out.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import pytest
from distilabel.pipeline import Pipeline
from distilabel.pipeline.batch import _Batch
from distilabel.pipeline.write_buffer import _WriteBuffer
from distilabel.steps import FormatTextGenerationDPO, LoadDataFromDicts, StepInput, step
from distilabel.steps.tasks import MagpieGenerator, TextGeneration

import helpers
from helpers import load_llm

ROOT = Path(helpers.__file__).parents[1]


def rows(count: int) -> list[dict]:
    return [{"number": number} for number in range(count)]


@step(inputs=["number"], outputs=["double"])
def Double(inputs: StepInput):
    yield [{**row, "double": row["number"] * 2} for row in inputs]


@step(inputs=["number"], outputs=["number"])
def KeepSmall(inputs: StepInput):
    yield [row for row in inputs if row["number"] < 4]


def numbers(distiset) -> list[int]:
    return distiset["default"]["train"]["number"]


def python(code: str, timeout: int = 100) -> subprocess.CompletedProcess:
    """Run a script of its own, as a learner's is: its session may be hung or changed."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=ROOT,
        check=False,
    )


# --- failing cells ---------------------------------------------------------


@pytest.fixture(scope="session")
def verdicts(tmp_path_factory) -> dict[str, str]:
    """What nbval says of notebooks whose last cell fails, or does not."""
    folder = tmp_path_factory.mktemp("notebooks")
    cells = {
        "helpers_first": ["import helpers", "import distilabel", "assert False"],
        "distilabel_first": ["import distilabel", "import helpers", "assert False"],
        "syntax": ["import distilabel", "import helpers", "x ="],
        "rich_again": [
            "import helpers",
            "from rich import traceback\ntraceback.install()",
            "assert False",
        ],
        "fine": ["import distilabel", "import helpers", "assert True"],
        "unguarded": ["import distilabel", "assert False"],
    }
    for name, sources in cells.items():
        notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, sources)))
        nbformat.write(notebook, folder / f"{name}.ipynb")
    report = folder / "report.xml"
    subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval-lax", "-q", f"--junitxml={report}", str(folder)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        timeout=200,
        check=False,
    )
    from xml.etree import ElementTree

    verdicts = dict.fromkeys(cells, "passed")
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None:
            name = next(n for n in cells if n in f"{case.get('classname')} {case.get('name')}")
            verdicts[name] = "failed"
    return verdicts


def test_failing_cell_fails_nbval_when_helpers_come_first(verdicts):
    assert verdicts["helpers_first"] == "failed"


def test_failing_cell_fails_nbval_when_distilabel_comes_first(verdicts):
    assert verdicts["distilabel_first"] == "failed"


def test_failing_cell_fails_nbval_when_the_learner_installs_rich_tracebacks(verdicts):
    assert verdicts["rich_again"] == "failed"


def test_syntax_error_fails_nbval(verdicts):
    assert verdicts["syntax"] == "failed"


def test_passing_notebook_passes_nbval(verdicts):
    assert verdicts["fine"] == "passed"


def test_the_danger_is_still_there_without_helpers(verdicts):
    """When this fails, distilabel has mended it, and the guard can go."""
    assert verdicts["unguarded"] == "passed"


# --- runs ------------------------------------------------------------------


def test_pipeline_run_after_torch_in_the_session_does_not_hang():
    done = python(
        """
import torch
torch.set_num_threads(2)
x = torch.randn(3000, 300)
(x @ x.T).softmax(-1)                     # OpenMP's workers are running now
from helpers import setup
setup()
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts, StepInput, step

@step(inputs=["number"], outputs=["sum"])
def Compute(inputs: StepInput):
    total = float((x @ x.T).softmax(-1).sum())
    yield [{**row, "sum": total, "threads": torch.get_num_threads()} for row in inputs]

with Pipeline() as pipeline:
    LoadDataFromDicts(data=[{"number": 1}]) >> Compute()
print(pipeline.run()["default"]["train"][0])
"""
    )
    assert "'threads': 2" in done.stdout, done.stderr[-2000:]


def test_pipeline_run_gives_fresh_rows_when_only_the_data_changed():
    made = []
    for data in ([{"number": 1}], [{"number": 2}]):
        with Pipeline() as pipeline:
            LoadDataFromDicts(data=data) >> Double()
        made.append(numbers(pipeline.run()))
    assert made == [[1], [2]]


def test_the_same_pipeline_runs_twice_on_a_dataset():
    with Pipeline() as pipeline:
        Double()
    first, second = pipeline.run(dataset=rows(2)), pipeline.run(dataset=rows(3))
    assert (numbers(first), numbers(second)) == ([0, 1], [0, 1, 2])


def test_logging_and_interrupts_are_the_learners_after_a_run(caplog):
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    on_interrupt = signal.getsignal(signal.SIGINT)
    with Pipeline() as pipeline:
        LoadDataFromDicts(data=rows(1)) >> Double()
    pipeline.run()
    logging.getLogger("my.own").warning("still heard")
    assert "still heard" in caplog.text
    assert (logging.getLogger().handlers, logging.getLogger().level) == (handlers, level)
    assert signal.getsignal(signal.SIGINT) == on_interrupt


@pytest.mark.timeout(60)
def test_steps_one_after_the_other_take_many_batches():
    with Pipeline() as pipeline:
        load = LoadDataFromDicts(data=rows(12), batch_size=4)
        load >> Double(input_batch_size=4) >> KeepSmall(input_batch_size=4)
    assert numbers(pipeline.run(load_groups="sequential_step_execution")) == [0, 1, 2, 3]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kept", [0, 4], ids=["all rows", "the last rows"])
def test_a_filter_may_drop(kept):
    with Pipeline() as pipeline:
        load = LoadDataFromDicts(data=rows(kept) + [{"number": 9}] * 4, batch_size=2)
        keep = KeepSmall(input_batch_size=2)
        load >> keep >> Double(input_batch_size=2)
    distiset = pipeline.run()
    assert (numbers(distiset) if kept else dict(distiset)) == (list(range(kept)) if kept else {})


def test_citations_are_not_fetched_from_the_web(monkeypatch):
    """Behind a proxy that answers nobody the request would wait for ever."""
    import socket

    from distilabel.distiset import _grab_citations

    class OfAPaper(FormatTextGenerationDPO):
        """A step of a paper.

        References:
            - [Self-Instruct](https://arxiv.org/abs/2212.10560)
        """

    with socket.socket() as silent, Pipeline() as pipeline:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{silent.getsockname()[1]}")
        OfAPaper()
        citing = threading.Thread(target=_grab_citations, args=(pipeline.dag,), daemon=True)
        citing.start()
        citing.join(5)
        assert not citing.is_alive()


# --- rows ------------------------------------------------------------------


def process(task, inputs: list[dict]) -> list[dict]:
    task.load()
    return next(task.process_applying_mappings(inputs))


@pytest.fixture(scope="module")
def text_generation():
    return TextGeneration(name="answer", llm=load_llm("tutor", max_new_tokens=8))


def test_a_missing_instruction_fails_alone(text_generation):
    made = process(text_generation, [{"instruction": i} for i in ("Why?", None, "How?")])
    assert [row["generation"] is None for row in made] == [False, True, False]
    assert "must be a string" in made[1]["distilabel_metadata"]["error_answer"]


def test_a_bad_row_does_not_change_the_text_of_the_others(text_generation):
    alone = process(text_generation, [{"instruction": "Why?"}] * 3)
    beside = process(text_generation, [{"instruction": i} for i in ("Why?", "Why?", None, "Why?")])
    texts = [row["generation"] for row in beside if row["instruction"]]
    assert texts == [row["generation"] for row in alone]


def test_a_hidden_column_comes_back_to_its_own_row():
    task = TextGeneration(
        llm=load_llm("tutor", max_new_tokens=4),
        input_mappings={"instruction": "prompt"},
        num_generations=2,
    )
    inputs = [{"prompt": f"Why {n}?", "instruction": f"note {n}"} for n in range(3)]
    made = process(task, inputs)
    assert [(row["prompt"], row["instruction"]) for row in made] == [
        (f"Why {n}?", f"note {n}") for n in (0, 0, 1, 1, 2, 2)
    ]


def test_a_missing_rating_fails_alone():
    row = {"instruction": "i", "generations": ["a", "b"], "ratings": [4, 2]}
    bad = {**row, "ratings": [None, 2]}
    made = process(FormatTextGenerationDPO(name="format"), [row, bad, row])
    assert [r.get("chosen") is None for r in made] == [False, True, False]
    assert made[1]["distilabel_metadata"]["error_format"].startswith("TypeError")


def test_a_step_that_always_fails_is_not_tried_for_ever():
    calls = []

    @step(inputs=["number"], outputs=["nothing"])
    def Broken(inputs: StepInput):
        calls.append(len(inputs))
        raise RuntimeError("broken")
        yield

    made = process(Broken(), rows(64))
    assert len(made) == 64 and all("broken" in str(r["distilabel_metadata"]) for r in made)
    assert len(calls) < 16


@pytest.mark.timeout(60)
def test_magpie_generator_makes_as_many_rows_as_asked():
    generator = MagpieGenerator(
        llm=load_llm("tutor", max_new_tokens=4), num_rows=5, batch_size=2, only_instruction=True
    )
    generator.load()
    batches = list(generator.process())
    assert [len(made) for made, _ in batches] == [2, 2, 1]
    assert [last for _, last in batches] == [False, False, True]


def written(folder, *parts: list[dict]) -> list[dict]:
    import pyarrow.parquet as pq

    buffer = _WriteBuffer(folder, {"leaf"})
    for number, part in enumerate(parts):
        buffer.add_batch(_Batch(number, "leaf", last_batch=False, data=[part]))
    buffer.close()
    return pq.read_table(folder / "leaf").to_pylist()


def test_a_column_may_be_empty_in_the_first_rows(tmp_path):
    table = written(tmp_path, [{"text": None}] * 60, [{"text": "words"}] * 60)
    assert (table[0], table[-1]) == ({"text": None}, {"text": "words"})


def test_a_column_may_be_missing_in_the_first_row(tmp_path):
    table = written(tmp_path, [{"text": "a"}, {"text": "b", "more": "c"}])
    assert table == [{"text": "a", "more": None}, {"text": "b", "more": "c"}]


def test_a_reason_may_come_late(tmp_path):
    table = written(tmp_path, [{"data": {"a": 1}}] * 60, [{"data": {"a": 1, "why": "b"}}] * 60)
    assert table[-1] == {"data": {"a": 1, "why": "b"}}


def test_errors_that_cannot_be_pickled_reach_the_parent():
    from helpers.guards import _that_travels

    class Stubborn(Exception):
        def __init__(self, one, two):
            super().__init__("stubborn")

    assert str(_that_travels(Stubborn(1, 2))) == "Stubborn: stubborn"


# --- quiet -----------------------------------------------------------------


def test_no_warning_reaches_the_learner():
    done = python(
        """
from helpers import setup, load_llm, run
setup()
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from distilabel.steps.tasks import TextGeneration
with Pipeline() as pipeline:
    load = LoadDataFromDicts(data=[{"instruction": "What is rain?"}])
    load >> TextGeneration(llm=load_llm(max_new_tokens=4))
run(pipeline)
pipeline.run()
"""
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines() + done.stderr.splitlines()
    shown = ("Python 3.", "load_data_from_dicts_0 ", "text_generation_0 ", "1 rows in ")
    assert [line for line in lines if not line.startswith(shown)] == []


def test_importing_helpers_imports_nothing_heavy():
    done = python(
        "import sys, helpers; heavy = {'torch', 'distilabel', 'transformers', 'datasets', "
        "'pandas', 'numpy', 'rich', 'IPython'}; print(sorted(heavy & set(sys.modules)))"
    )
    assert json.loads(done.stdout.replace("'", '"')) == []
