"""`run(resume=True)`: what was finished is never made twice, and never lost; rows that go wrong."""

import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from distilabel.models.llms import LLM
from distilabel.pipeline import Pipeline
from distilabel.steps import GroupColumns, LoadDataFromDicts, StepInput, step
from distilabel.steps.tasks import EvolInstruct, MagpieGenerator, TextGeneration, UltraFeedback
from pydantic import PrivateAttr

from helpers import journal, load_llm, run
from helpers.models import TUTORS
from helpers.running import PipelineFailed
from tests.conftest import ALL, ROOT

SUBJECTS = ["tea", "rain", "bread", "maps", "bees", "chess"]


def pairs(count=12, temperature=0.7, extra=(), size=4):
    """Evolved questions, two answers to each, and a judge: all kinds of chance."""
    data = [{"instruction": f"Write a question about {one}."} for one in SUBJECTS * 40][:count]
    with Pipeline(name="pairs") as pipeline:
        load = LoadDataFromDicts(data=[*data, *extra], batch_size=size)
        evolve = EvolInstruct(
            name="evolve", llm=load_llm("tutor"), num_evolutions=1, input_batch_size=size,
            output_mappings={"evolved_instruction": "instruction"},
        )  # fmt: skip
        one = TextGeneration(name="one", llm=load_llm("tutor"), input_batch_size=size)
        other = TextGeneration(
            name="other", llm=load_llm("tutor-mini", temperature=temperature), input_batch_size=size
        )
        both = GroupColumns(
            name="both", columns=["generation", "model_name"], input_batch_size=size,
            output_columns=["generations", "model_names"],
        )  # fmt: skip
        judge = UltraFeedback(name="judge", llm=load_llm("tutor"), input_batch_size=size)
        load >> evolve >> [one, other] >> both >> judge
    return pipeline


def rows(distiset):
    return list(distiset["default"]["train"])


SCRIPT = f"""
import json, sys
sys.path.insert(0, {str(ROOT)!r})
from tests.test_resuming import pairs, rows, run
made = rows(run(pairs(int(sys.argv[2])), resume=sys.argv[1]))
open(sys.argv[3], "w").write(json.dumps(made, default=str))
"""


@pytest.mark.timeout(7200)
def test_killed_at_any_moment_it_ends_and_goes_on_to_the_same_rows(tmp_path):
    """60 times with 200 rows and in all four ways where COURSE_TEST_ALL=1, else twice."""
    count, times = (200, 60) if ALL else (12, 2)
    began = time.monotonic()
    expected = json.loads(json.dumps(rows(run(pairs(count))), default=str))
    took = time.monotonic() - began
    rng, how_often = random.Random(7), {}
    for attempt in range(times):
        way = ("a step", "the session", "the run", "an interrupt")[attempt % 4]
        folder, out = tmp_path / f"kept-{attempt}", tmp_path / f"rows-{attempt}.json"
        command = [sys.executable, "-W", "ignore", "-c", SCRIPT, str(folder), str(count), str(out)]
        session = psutil.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while not list(folder.glob("*.journal")) and session.poll() is None:
            time.sleep(0.05)
        time.sleep(rng.random() * took)
        below = session.children(recursive=True) if session.is_running() else []
        victim = session
        if way == "a step" and below:
            victim = rng.choice(below)
        elif way == "the run" and below:
            victim = below[0]
        try:
            victim.send_signal(signal.SIGINT if way == "an interrupt" else signal.SIGKILL)
        except psutil.NoSuchProcess:
            pass
        session.wait(timeout=20)
        _, alive = psutil.wait_procs(below, timeout=20)
        assert not alive, way
        how_often[way, out.exists()] = how_often.get((way, out.exists()), 0) + 1
        if not out.exists():
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60 + 4 * took)
        assert json.loads(out.read_text()) == expected, way
    print(how_often)
    assert sum(how_often.values()) == times


@pytest.mark.parametrize("place", [0, 1], ids=["the manager", "a worker whose step has ended"])
def test_a_process_without_a_step_is_missed_too(tmp_path, place):
    """A worker that is killed while it waits for work takes the pool's lock with it."""
    script = SCRIPT.replace("pairs(int(sys.argv[2]))", "pairs(int(sys.argv[2]), size=600)")
    command = [sys.executable, "-W", "ignore", "-c", script, str(tmp_path / "kept"), "600"]
    session = psutil.Popen(
        [*command, str(tmp_path / "rows.json")], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    while len(below := session.children(recursive=True)) < 8 and session.poll() is None:
        time.sleep(0.05)
    time.sleep(2)  # the loader has given its only batch by then
    workers = sorted(below[0].children(), key=lambda one: one.pid)
    workers[place].kill()
    _, said = session.communicate(timeout=20)
    assert session.returncode != 0 and "PipelineFailed" in said.decode()
    _, alive = psutil.wait_procs(below, timeout=20)
    assert not alive


def test_what_was_not_edited_is_taken_from_before(tmp_path, capsys):
    run(pairs(), resume=tmp_path)
    capsys.readouterr()
    edited = rows(run(pairs(temperature=0.3), resume=tmp_path))
    said = capsys.readouterr().out
    assert "one: all 12 rows from before" in said and "evolve: all 12 rows" in said
    assert "other: 0 rows from before, 12 made anew: this step, its model" in said
    assert "judge: 0 rows from before, 12 made anew: these rows are new" in said
    assert edited == rows(run(pairs(temperature=0.3)))
    more = run(pairs(extra=[{"instruction": "Write a question about cats."}]), resume=tmp_path)
    assert "evolve: 12 rows from before, 1 made anew" in capsys.readouterr().out
    assert len(rows(more)) == 13


SHOUT = """
from distilabel.steps import StepInput, step

@step(inputs=["text"], outputs=["text"])
def shout(inputs: StepInput):
    for row in inputs:
        row["text"] = row["text"].upper() + SIGN
    yield inputs
"""


def shouting(pipeline_name, sign):
    """A pipeline whose own step was written by hand, as in a notebook."""
    exec(SHOUT.replace("SIGN", repr(sign)), globals())  # noqa: S102
    with Pipeline(name=pipeline_name) as pipeline:
        load = LoadDataFromDicts(data=[{"text": "a"}, {"text": "b"}])
        load >> globals()["shout"](name="shout")
    return pipeline


def test_a_step_whose_code_changed_is_run_again(tmp_path):
    assert [row["text"] for row in rows(run(shouting("s", "!"), resume=tmp_path))] == ["A!", "B!"]
    assert [row["text"] for row in rows(run(shouting("s", "?"), resume=tmp_path))] == ["A?", "B?"]


THRESHOLD = 5


def limit(text):
    return text[:THRESHOLD]


@step(inputs=["text"], outputs=["text"])
def Cut(inputs: StepInput):
    yield [{"text": limit(row["text"])} for row in inputs]


def making(sign):
    @step(inputs=["text"], outputs=["text"])
    def Sign(inputs: StepInput):
        yield [{"text": row["text"] + sign} for row in inputs]

    globals()["Sign"] = Sign  # distilabel sends its steps by name
    return Sign


def of(kind):
    with Pipeline(name="of") as pipeline:
        LoadDataFromDicts(data=[{"text": "abcdefgh"}]) >> kind(name="it")
    return pipeline


def test_what_a_step_takes_from_outside_it_is_part_of_it(tmp_path, monkeypatch):
    """A constant of the notebook, a function in another cell, what a closure holds."""
    assert rows(run(of(Cut), resume=tmp_path)) == [{"text": "abcde"}]
    monkeypatch.setitem(globals(), "THRESHOLD", 3)
    assert rows(run(of(Cut), resume=tmp_path)) == [{"text": "abc"}]
    monkeypatch.setitem(globals(), "limit", lambda text: text.upper())
    assert rows(run(of(Cut), resume=tmp_path)) == [{"text": "ABCDEFGH"}]
    assert rows(run(of(making("!")), resume=tmp_path)) == [{"text": "abcdefgh!"}]
    assert rows(run(of(making("?")), resume=tmp_path)) == [{"text": "abcdefgh?"}]


def test_weights_that_were_only_copied_are_the_same(tmp_path, capsys):
    """As on a new machine of Colab's; weights of the same size that differ are others."""
    model = shutil.copytree(TUTORS / "tutor-mini", tmp_path / "model")

    def asking():
        with Pipeline(name="asking") as pipeline:
            load = LoadDataFromDicts(data=[{"instruction": "Why tea?"}])
            load >> TextGeneration(name="ask", llm=load_llm(str(model)))
        return pipeline

    run(asking(), resume=tmp_path / "kept")
    os.utime(model / "model.safetensors", (1, 1))
    capsys.readouterr()
    run(asking(), resume=tmp_path / "kept")
    assert "ask: all 1 rows from before" in capsys.readouterr().out
    data = bytearray((model / "model.safetensors").read_bytes())
    data[-1] ^= 1
    (model / "model.safetensors").write_bytes(data)
    run(asking(), resume=tmp_path / "kept")
    assert "ask: 0 rows from before, 1 made anew" in capsys.readouterr().out


def test_equal_batches_are_not_one(tmp_path):
    def twice():
        with Pipeline(name="twice") as pipeline:
            load = LoadDataFromDicts(data=[{"instruction": "Name a bird."}] * 4, batch_size=1)
            load >> TextGeneration(llm=load_llm("tutor", temperature=1.0), input_batch_size=1)
        return pipeline

    first = [row["generation"] for row in rows(run(twice(), resume=tmp_path))]
    assert len(set(first)) > 1
    assert [row["generation"] for row in rows(run(twice(), resume=tmp_path))] == first


def test_what_a_generator_made_of_nothing_is_kept(tmp_path, capsys):
    def talks(count):
        with Pipeline(name="talks") as pipeline:
            MagpieGenerator(
                name="talk", llm=load_llm("tutor", use_magpie_template=True), num_rows=count,
                batch_size=4, n_turns=1,
            )  # fmt: skip
        return pipeline

    first = rows(run(talks(8), resume=tmp_path))
    size = (tmp_path / "talk.journal").stat().st_size
    capsys.readouterr()
    assert rows(run(talks(8), resume=tmp_path)) == first == rows(run(talks(8)))
    assert (tmp_path / "talk.journal").stat().st_size == size
    assert "talk: all 8 rows from before" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["cut", "noise in front", "noise inside", "another version"])
def test_a_damaged_file_costs_no_more_than_what_it_held(tmp_path, damage):
    expected = rows(run(pairs(8), resume=tmp_path))
    file = tmp_path / "one.journal"
    data = bytearray(file.read_bytes())
    if damage == "cut":
        data = data[:-7]
    elif damage == "noise in front":
        data = b"noise" + data
    elif damage == "noise inside":
        data[len(data) // 4] ^= 255
    else:
        data = data.replace(b"BATCH-1\n", b"BATCH-0\n")
    file.write_bytes(data)
    assert rows(run(pairs(8), resume=tmp_path)) == expected
    assert rows(run(pairs(8), resume=tmp_path)) == expected


def test_a_folder_is_used_by_one_run_at_a_time(tmp_path):
    with journal.held(tmp_path), pytest.raises(PipelineFailed, match="Another run uses"):
        run(shouting("s", "!"), resume=tmp_path)
    assert rows(run(shouting("s", "!"), resume=tmp_path))


def test_a_place_that_knows_no_locks_is_said(tmp_path, monkeypatch):
    """As some shares on a network."""

    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(PipelineFailed, match="cannot be written .No locks available."):
        run(shouting("s", "!"), resume=tmp_path)


@pytest.mark.parametrize("place", ["/proc/nobody", "{tmp}/file/below"])
def test_a_folder_that_cannot_be_written_is_said_before_anything_runs(tmp_path, place):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(PipelineFailed, match="cannot be written"):
        run(shouting("s", "!"), resume=place.replace("{tmp}", str(tmp_path)))


def test_a_full_disk_ends_the_run_and_loses_nothing(tmp_path, capsys):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, before[1]))
    try:
        with pytest.raises(PipelineFailed, match="make room"):
            run(pairs(24), resume=tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "What was finished is kept" in capsys.readouterr().out
    again = rows(run(pairs(24), resume=tmp_path))
    assert "rows from before" in capsys.readouterr().out
    assert again == rows(run(pairs(24)))


def test_without_a_name_the_folder_is_below_distilabels_own(tmp_path, monkeypatch):
    pipeline = shouting("mine", "!")
    pipeline._cache_dir = Path(tmp_path)
    run(pipeline, resume=True)
    assert (tmp_path / "mine" / "finished" / "shout.journal").exists()


# --- rows that go wrong


class Moody(LLM):
    """Writes what no task can read, until it is asked for the third time."""

    readable_at: int = 3
    fails_at: int = 0
    words: str = "#### Output for Text 1\nRating: 4\nRationale: a\n\n#### Output for Text 2\nRating: 2\nRationale: b"  # fmt: skip
    _asked: dict = PrivateAttr(default_factory=dict)

    def load(self) -> None:
        super().load()

    @property
    def model_name(self) -> str:
        return "moody"

    def generate(self, inputs, num_generations: int = 1, temperature: float = 1.0):
        made = []
        for conversation in inputs:
            key = str(conversation)
            self._asked[key] = self._asked.get(key, 0) + 1
            if "moody" in key and self._asked[key] == self.fails_at:
                raise OSError("no line to the model")
            fine = self._asked[key] >= self.readable_at or "fine" in key
            text = self.words if fine else "hm"
            made.append({"generations": [text], "statistics": {}})
        return made


def judged(**options):
    data = [{"instruction": f"{name}?", "generations": ["x", "y"]} for name in ("fine", "moody")]
    with Pipeline(name="judged") as pipeline:
        load = LoadDataFromDicts(data=data)
        load >> UltraFeedback(name="judge", llm=Moody(**options), aspect="overall-rating")
    return pipeline


def test_what_does_not_parse_is_asked_for_again(capsys):
    assert [row["ratings"] for row in rows(run(judged()))] == [[4, 2], [None, None]]
    assert "judge lost" in capsys.readouterr().out
    assert [row["ratings"] for row in rows(run(judged(), retries=2))] == [[4, 2], [4, 2]]
    said = capsys.readouterr().out
    assert "judge asked again for 2 outputs that did not parse; 1 then did" in said
    assert "lost" not in said
    never = rows(run(judged(readable_at=9), retries=2, drop_lost=True))
    assert [row["ratings"] for row in never] == [[4, 2]]


def test_ratings_of_another_number_belong_to_no_text(capsys):
    words = "Preamble\n\nRating: 4\nRationale: a\n\nRating: 2\nRationale: b"
    found = rows(run(judged(words=words)))
    assert [row["ratings"] for row in found] == [[None, None], [None, None]]
    assert "ratings for 3 of 2 texts" in capsys.readouterr().out


def test_what_is_always_the_same_is_not_asked_for_again():
    greedy = judged(readable_at=2, generation_kwargs={"temperature": 0})
    assert [row["ratings"] for row in rows(run(greedy, retries=3))][1] == [None, None]


def test_a_failure_while_asking_again_costs_no_other_row(capsys):
    found = rows(run(judged(fails_at=2), retries=1))
    assert [row["ratings"] for row in found] == [[4, 2], None]
    assert "no line to the model" in capsys.readouterr().out


def test_what_a_run_gave_up_is_asked_for_again_where_more_retries_are_allowed(tmp_path):
    assert [row["ratings"] for row in rows(run(judged(), resume=tmp_path))][1] == [None, None]
    again = rows(run(judged(), resume=tmp_path, retries=2))
    assert [row["ratings"] for row in again] == [[4, 2], [4, 2]]


class Away(Moody):
    def take_missed(self) -> bool:
        return True


def test_rows_that_a_server_did_not_answer_are_not_finished(tmp_path):
    with Pipeline(name="away") as pipeline:
        load = LoadDataFromDicts(data=[{"instruction": "fine?", "generations": ["x", "y"]}])
        load >> UltraFeedback(name="judge", llm=Away(), aspect="overall-rating")
    run(pipeline, resume=tmp_path)
    assert (tmp_path / "judge.journal").stat().st_size == 0
