"""What `check`, `hint` and `progress` do with whatever they are given."""

import itertools
import json
import os
import string
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from datasets import Dataset, DatasetDict, Image, IterableDataset
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.checks import (
    NotAttempted,
    NotYet,
    UnknownCheck,
    check,
    evaluate,
    hint,
    progress,
    solution,
    store,
)
from helpers.checks import engine as engine_module
from helpers.checks.engine import find
from helpers.checks.manifest import exercises, points, tiers
from helpers.checks.outcome import Criterion, Status, Verdict
from helpers.checks.patience import TookTooLong, at_most
from helpers.checks.rendering import verdict_block
from helpers.checks.solutions import NoSolution, reference
from tests.conftest import ROOT

ROWS = "instruction.turtle.rows"

texts = st.text(max_size=40) | st.sampled_from(["What is rain?", "generation", "<b>", "\x1b[31m"])
cells = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
COLUMNS = [
    "instruction", "response", "generation", "generations", "prompt", "chosen", "rejected",
    "ratings", "rationales", "conversation", "messages", "passage", "system_prompt",
    "evolved_instruction", "model_name", "distilabel_metadata", "other",
]  # fmt: skip
columns = st.sampled_from(COLUMNS)
messages = st.lists(st.fixed_dictionaries({"role": texts, "content": cells}), max_size=2)
metadata = st.dictionaries(
    st.sampled_from(["raw_input_a", "raw_output_a", "raw_input_b", "raw_output_b", "x"]),
    cells | messages,
    max_size=4,
)
rows = st.dictionaries(columns, cells | messages, max_size=6) | st.fixed_dictionaries(
    {"instruction": texts, "response": texts, "distilabel_metadata": metadata}
)
tables = st.lists(rows, max_size=30)
# What the checks take: rows, rows by name (before, after), and what is neither.
values = (
    tables
    | st.dictionaries(st.sampled_from(["before", "after", "default", "a"]), tables, max_size=3)
    | tables.map(pd.DataFrame)
    | tables.map(iter)
    | cells
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=values, key=st.sampled_from(sorted(points())))
def test_a_check_never_crashes_on_any_value(value, key):
    # Without the engine's own net, so that a mistake in a check is not caught by it.
    list(find(key).criteria(value))
    verdict = evaluate(key, value)
    assert verdict.status in Status
    verdict_block(verdict)


class Hostile:
    """Whatever is asked of it, it fails."""

    def __getattribute__(self, name):
        raise RuntimeError("hands off")

    def __eq__(self, other):
        raise RuntimeError("hands off")

    def __bool__(self):
        raise RuntimeError("hands off")


class Quitting:
    """Looking at it would end Python."""

    def __getattr__(self, name):
        raise SystemExit(3)


class Speechless(Exception):
    """An error that cannot say what it is."""

    def __str__(self):
        raise ValueError("no words")


class Failing(list):
    def __len__(self):
        raise Speechless

    def __iter__(self):
        raise Speechless


class Endless(Mapping):
    """A mapping that never comes to its end."""

    def __getitem__(self, name):
        return []

    def __len__(self):
        return 1

    def __iter__(self):
        return (str(n) for n in itertools.count())


def forever():
    while True:
        yield {"instruction": "What is rain?", "response": "Water."}


def picture():
    image = {"bytes": b"not an image", "path": None}
    rows = Dataset.from_list([{"instruction": image, "response": ["a"]}] * 30)
    return rows.cast_column("instruction", Image())


def circle():
    value = []
    value.append(value)
    return value


AWKWARD = {
    "an object that fails": Hostile,
    "a list of objects that fail": lambda: [Hostile()],
    "cells that fail": lambda: [{column: Hostile() for column in COLUMNS}] * 30,
    "an object that quits": Quitting,
    "a list that fails without a word": Failing,
    "a dataset with broken images": picture,
    "a dataset with lists": lambda: Dataset.from_list([{c: ["a"] for c in COLUMNS[:9]}] * 30),
    "a dataset with nothing in it": lambda: Dataset.from_dict({}),
    "a DatasetDict with nothing in it": DatasetDict,
    "a table with numbers for names": lambda: pd.DataFrame([[1, 2], [3, 4]]),
    "a table with one name twice": lambda: pd.DataFrame(
        [["a", "b"]], columns=["instruction", "instruction"]
    ),
    "a table with an index of two levels": lambda: pd.DataFrame(
        {"instruction": ["a"], "response": ["b"]}, index=pd.MultiIndex.from_tuples([(1, 2)])
    ),
    "a module": lambda: json,
    "a class": lambda: dict,
    "bytes": lambda: b"rows",
    "a generator": forever,
    "a range without an end in sight": lambda: range(10**12),
    "a million rows": lambda: [{"instruction": "a", "response": "b"}] * 10**6,
    "a table of a million rows": lambda: pd.DataFrame({"instruction": ["a"] * 10**6}),
    "a dataset of a million rows": lambda: Dataset.from_dict({"instruction": ["a"] * 10**6}),
    "columns of a million rows": lambda: {"instruction": ["a"] * 10**6},
    "a text of ten million letters": lambda: [{"instruction": "a " * 5_000_000}],
    "a dataset that is streamed without end": lambda: IterableDataset.from_generator(forever),
    "before and after, one of them missing": lambda: {"before": [{"a": 1}], "after": None},
    "a list that holds itself": circle,
}


@pytest.mark.filterwarnings("ignore:DataFrame columns are not unique")
@pytest.mark.parametrize("key", sorted(points()))
@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_value_gets_a_verdict_within_seconds(name, key):
    with pytest.raises(NotYet) as caught:
        check(key, AWKWARD[name]())
    codes = caught.value.verdict.codes
    assert codes and "TOO_LONG" not in codes


def test_what_never_ends_is_stopped_and_called_so(monkeypatch):
    monkeypatch.setattr(engine_module, "SECONDS", 0.2)
    verdict = evaluate(ROWS, Endless())
    assert verdict.codes == ("TOO_LONG",)


def test_a_million_rows_are_not_read_and_the_learner_is_told_what_to_give():
    with pytest.raises(NotYet, match=r"(?s)1000000 rows in it.*5000 at most.*select\(range"):
        check(ROWS, [{"instruction": "a", "response": "b"}] * 10**6)


def test_an_interrupt_while_a_check_looks_is_an_interrupt():
    class Interrupted(list):
        def __len__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(ROWS, Interrupted([1]))


def test_a_timer_that_somebody_else_set_goes_on():
    import signal

    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(1))
    left, interval = signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with at_most(5):
            pass
        time.sleep(0.5)
        assert rang
        with pytest.raises(TookTooLong), at_most(0.05):
            while True:
                pass
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left, interval)


def test_checks_work_in_a_thread_too():
    found = []
    thread = threading.Thread(target=lambda: found.append(evaluate(ROWS, [])))
    thread.start()
    thread.join()
    assert found[0].codes == ("NO_ROWS",)


@pytest.mark.parametrize("value", [{"before": None, "after": ...}, {"before": None}])
def test_parts_that_are_all_missing_are_not_attempted(value):
    with pytest.raises(NotAttempted):
        check(ROWS, value)


@settings(max_examples=100, deadline=None)
@given(row=rows)
def test_many_equal_rows_never_pass(row):
    assert evaluate(ROWS, [row] * 24).status is not Status.CORRECT


def test_a_check_raises_its_two_exceptions_only():
    with pytest.raises(NotYet):
        check(ROWS, object())
    with pytest.raises(NotAttempted):
        check(ROWS, ...)


def test_unknown_check_lists_the_known_ones():
    with pytest.raises(UnknownCheck, match="no check named 'instruction.turtle.row'.*turtle.rows"):
        check("instruction.turtle.row", [])


@pytest.mark.parametrize("key", [None, 3, ["instruction.turtle.rows"], "", {}])
def test_a_key_that_is_no_key_is_an_unknown_check(key):
    for function in (evaluate, hint, solution):
        with pytest.raises(UnknownCheck):
            function(key)


def test_a_wrong_key_in_ipython_is_one_line():
    with pytest.raises(UnknownCheck) as caught:
        check("instruction.turtle.row", [])
    (line,) = caught.value._render_traceback_()
    assert line.startswith("UnknownCheck: There is no check named 'instruction.turtle.row'")


def test_two_values_are_refused_with_what_the_check_takes():
    with pytest.raises(NotYet, match="given 2 values. It takes one: dataset"):
        check(ROWS, [{}], [{}])


def test_failure_names_code_and_hint_and_never_the_solution():
    with pytest.raises(NotYet) as caught:
        check(ROWS, [{"instruction": "What is rain?", "generation": "Water."}] * 24)
    text = str(caught.value)
    assert "[NO_COLUMN]" in text and f'hint("{ROWS}", 2)' in text
    assert "output_mappings={" not in text


def test_a_failure_in_ipython_is_one_line_and_not_a_traceback():
    with pytest.raises(NotYet) as caught:
        check(ROWS, [])
    assert caught.value._render_traceback_() == ["NotYet: instruction.turtle.rows [NO_ROWS]"]


def test_an_empty_row_tells_why_its_step_failed():
    note = {"error_text_generation_0": "ValueError: the prompt is longer than the context"}
    row = {"instruction": None, "response": None, "distilabel_metadata": note}
    with pytest.raises(NotYet, match=r"response = None \(the step said: “ValueError: the prompt"):
        check(ROWS, [row] * 24)


def test_what_comes_from_data_is_escaped_and_printable():
    nasty = "<script>alert(1)</script>\x1b[31m" + "x" * 500
    with pytest.raises(NotYet) as caught:
        check(ROWS, [{"instruction": nasty, "response": nasty}] * 24)
    block = verdict_block(caught.value.verdict)
    assert "<script>" not in block.html and "&lt;script&gt;" in block.html
    assert set(block.text) <= set(string.printable) | set("✓✗○·“”…")
    assert "\x1b" not in block.text
    assert max(map(len, block.text.splitlines())) < 400


def test_a_passed_check_adds_its_points_and_says_what_it_shows(own_progress, capsys):
    from distilabel.models import LLM
    from distilabel.pipeline import Pipeline
    from distilabel.steps import LoadDataFromDicts
    from distilabel.steps.tasks import TextGeneration

    class Silent(LLM):
        """A model that is never run: the check must not need one."""

        def load(self):
            raise AssertionError("a check loaded a model")

        @property
        def model_name(self):
            return "silent"

        def generate(self, inputs, num_generations=1):
            raise AssertionError("a check ran a model")

    with Pipeline(name="passing") as pipeline:
        load = LoadDataFromDicts(data=[{"instruction": "Ask about rain."}])
        ask = TextGeneration(llm=Silent(), output_mappings={"generation": "instruction"})
        answer = TextGeneration(llm=Silent(), output_mappings={"generation": "response"})
        load >> ask >> answer
    check("instruction.turtle.pipeline", pipeline)
    shown = capsys.readouterr().out
    assert "correct, 4 of 4 points" in shown and "Mappings" in shown
    progress()
    assert "4 of 10 points" in capsys.readouterr().out


# --- hints -----------------------------------------------------------------------------


def test_hints_come_one_after_the_other_and_begin_again(capsys):
    last = len(find(ROWS).hints())
    for _ in range(last + 1):
        hint(ROWS)
    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Hint")]
    numbers = [int(head.split()[1]) for head in heads]
    assert numbers == [*range(1, last + 1), 1]


def test_a_hint_can_be_asked_for_by_number(capsys):
    hint(ROWS, 4)
    assert capsys.readouterr().out.startswith("Hint 4 of 5")


def test_a_hint_that_is_not_there_says_which_are():
    with pytest.raises(LookupError, match="hints 1 to 5, and no hint 9"):
        hint(ROWS, 9)


# --- solutions -------------------------------------------------------------------------


def test_a_solution_is_locked_until_its_check_is_passed(own_progress, capsys):
    solution(ROWS)
    shown = capsys.readouterr().out
    assert "No solution yet" in shown and "def build_pipeline" not in shown
    assert f'solution("{ROWS}", give_up=True)' in shown
    store.add(ROWS)
    solution(ROWS)
    assert "def build_pipeline(subjects):" in capsys.readouterr().out


def test_who_gives_up_sees_the_solution_and_gets_no_points(own_progress, capsys):
    solution(ROWS, give_up=True)
    assert "def build_pipeline(subjects):" in capsys.readouterr().out
    assert store.passed() == set()


@pytest.mark.parametrize("key", sorted(points()))
def test_every_check_has_a_solution_without_a_gap(key):
    code = reference(key)
    compile(code, key, "exec")
    assert code.strip() and "    ...\n" not in code


def test_a_solution_of_its_part_comes_before_that_of_the_tier(tmp_path):
    cells = [
        {"id": "turtle-gap", "source": ["of the tier"]},
        {"id": "turtle-rows-gap", "source": "of the part"},
    ]
    path = tmp_path / "instruction_sft_dataset.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    assert reference(ROWS, tmp_path) == "of the part"
    assert reference("instruction.turtle.pipeline", tmp_path) == "of the tier"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "The solutions are not here"),
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"cells": []}', "no solution of instruction.turtle.rows"),
    ],
    ids=["no folder", "not JSON", "not a notebook", "no such cell"],
)
def test_a_solution_that_cannot_be_shown_says_why(tmp_path, content, message):
    if content is not None:
        (tmp_path / "instruction_sft_dataset.ipynb").write_text(content)
    with pytest.raises(NoSolution, match=message):
        reference(ROWS, tmp_path)


def test_without_the_courses_folder_no_traceback_is_shown(own_progress, capsys, monkeypatch):
    monkeypatch.setattr(reference, "__defaults__", (ROOT / "nowhere",))
    solution(ROWS, give_up=True)
    assert "The solutions are not here" in capsys.readouterr().out


def test_a_solution_is_coloured_and_escaped_in_a_notebook():
    from helpers.checks.rendering import solution_block

    block = solution_block(ROWS, 'def f():\n    return "<script>alert(1)</script>"\n')
    assert "<script>" not in block.html and "&lt;script&gt;" in block.html
    assert 'style="color:' in block.html.lower() and "background:none" in block.html


# --- the manifest ----------------------------------------------------------------------


@pytest.mark.parametrize("key", points())
def test_every_check_of_the_manifest_is_there_with_hints(key):
    known = find(key)
    assert known.hints() and all(text.strip() for text in known.hints())
    opened = {c.hint for c in known.criteria(object()) if c.holds is False}
    assert opened <= set(range(1, len(known.hints()) + 1)) | {None}


def test_every_hint_that_a_criterion_names_exists():
    for key in points():
        numbers = {c.hint for c in find(key).criteria([{}]) if c.hint}
        assert max(numbers) <= len(find(key).hints())


def test_every_tier_has_points_and_minutes():
    for tier in tiers():
        assert tier.total > 0 and tier.minutes > 0 and tier.title and tier.mark
    for exercise in exercises():
        assert (ROOT / "notebooks" / f"{exercise.notebook}.ipynb").is_file()


# --- the store -------------------------------------------------------------------------


def _add(number: int) -> None:
    store.add(f"some.check.n{number}")


def test_two_notebooks_may_write_at_once(own_progress):
    with ProcessPoolExecutor(4) as pool:
        list(pool.map(_add, range(60)))
    assert len(store.passed()) == 60


def test_a_damaged_file_keeps_what_can_be_read(own_progress, capsys):
    own_progress.write_bytes(b"passed instruction.turtle.rows\n\xff\xfe\x00garbage\npassed instruc")
    store.add("instruction.turtle.pipeline")
    assert store.passed() >= {"instruction.turtle.rows", "instruction.turtle.pipeline"}
    progress()
    shown = capsys.readouterr().out
    assert "10 of 10 points" in shown
    assert f"Lines of {own_progress} that make no sense and were passed over: 1" in shown


def test_an_undamaged_file_is_not_complained_about(own_progress, capsys):
    store.add(ROWS)
    progress()
    assert "no sense" not in capsys.readouterr().out


def test_without_the_right_to_write_points_are_kept_until_the_end(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "progress.txt"
    folder.mkdir()  # a folder in the file's place: nobody can write that, not even root
    monkeypatch.setenv("COURSE_PROGRESS", str(folder))
    store.add(ROWS)
    assert ROWS in store.passed() and not store.is_kept()
    progress()
    assert "cannot be written" in capsys.readouterr().out


def test_a_file_that_cannot_be_removed_is_said_and_points_stay(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "progress.txt"
    folder.mkdir()
    monkeypatch.setenv("COURSE_PROGRESS", str(folder))
    store.add(ROWS)
    progress(reset=True)
    assert "cannot be removed, so your points stay" in capsys.readouterr().out
    assert ROWS in store.passed()


def test_a_folder_without_the_right_to_write_loses_nothing(tmp_path):
    """As somebody who is not root, for whom there is no such folder."""
    (tmp_path / "progress.txt").write_text("passed instruction.turtle.pipeline\n")
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[1])\n"
        "from helpers.checks import progress, store\n"
        "progress()\n"  # reads what it needs of the course, which may stand in a private folder
        "os.setuid(65534) if os.getuid() == 0 else None\n"
        "store.add('instruction.turtle.rows'); progress(); progress(reset=True)"
    )
    tmp_path.chmod(0o755)
    (tmp_path / "progress.txt").chmod(0o444)
    for folder in tmp_path.parents:
        if folder == Path(tempfile.gettempdir()):
            break
        folder.chmod(0o755)
    if os.getuid() != 0:
        tmp_path.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "COURSE_PROGRESS": str(tmp_path / "progress.txt")},
    )  # fmt: skip
    tmp_path.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert "10 of 10 points" in done.stdout and "cannot be written" in done.stdout
    assert "cannot be removed" in done.stdout
    kept = (tmp_path / "progress.txt").read_text()
    assert kept == "passed instruction.turtle.pipeline\n"


def test_the_board_shows_all_tiers_with_points_and_escapes_them():
    from helpers.checks.manifest import Exercise, Tier
    from helpers.checks.rendering import board_block

    listed = tuple(
        Exercise(
            name, f"{name}_notebook", f"<{name}>",
            tuple(
                Tier(name, tier, f"a <{tier}> tier", 10, {f"{name}.{tier}.part": 10})
                for tier in ("turtle", "dog", "lion")
            ),
        )
        for name in ("first", "second")
    )  # fmt: skip
    block = board_block(listed, {"first.dog.part", "second.lion.part"}, ["a <note>"])
    assert "Your progress: 20 of 60 points" in block.text
    assert block.text.count("10 of 10 points") == 2 and block.text.count("0 of 10 points") == 6
    assert block.html.count("width:100%") == 2 and block.html.count("width:0%") == 4
    assert "<first>" not in block.html and "<note>" not in block.html and "<dog>" not in block.html


def test_progress_can_be_reset(own_progress, capsys):
    store.add(ROWS)
    progress(reset=True)
    assert "0 of 10 points" in capsys.readouterr().out
    assert not own_progress.exists()


def test_a_failed_check_adds_no_points(own_progress):
    with pytest.raises(NotYet):
        check(ROWS, [])
    assert store.passed() == set()


# --- outcomes --------------------------------------------------------------------------


def test_codes_are_those_of_the_criteria_that_do_not_hold():
    criteria = (
        Criterion("A", "a", True), Criterion("B", "b", False), Criterion("C", "c", None),
    )  # fmt: skip
    verdict = Verdict("x.y.z", Status.NOT_YET, criteria)
    assert verdict.codes == ("B",) and verdict.summary == "x.y.z [B]"


def test_not_yet_always_has_a_code(monkeypatch):
    """Also when a check could look at nothing: the learner reads what that was."""
    known = find(ROWS)
    undecided = replace(known, criteria=lambda value: iter([Criterion("A", "It is wet", None)]))
    monkeypatch.setattr(engine_module, "find", lambda key: undecided)
    verdict = evaluate(ROWS, [{}])
    assert verdict.status is Status.NOT_YET and verdict.codes == ("UNDECIDED",)
    assert "It is wet" in verdict.criteria[-1].found


def test_importing_the_checks_is_light():
    """No heavy library comes in before a check needs it."""
    code = (
        "import sys, helpers; helpers.check; "
        "print([m for m in ('torch', 'distilabel', 'datasets', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
