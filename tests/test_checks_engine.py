"""What `check`, `hint` and `progress` do with whatever they are given."""

import string
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest
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
    store,
)
from helpers.checks.engine import find
from helpers.checks.manifest import exercises, points, tiers
from helpers.checks.outcome import Criterion, Status, Verdict
from helpers.checks.rendering import verdict_block
from tests.conftest import ROOT

ROWS = "instruction.turtle.rows"

texts = st.text(max_size=40) | st.sampled_from(["What is rain?", "generation", "<b>", "\x1b[31m"])
cells = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
columns = st.sampled_from(
    ["instruction", "response", "generation", "model_name", "distilabel_metadata", "other"]
)
metadata = st.dictionaries(
    st.sampled_from(["raw_input_a", "raw_output_a", "raw_input_b", "raw_output_b", "x"]),
    cells | st.lists(st.fixed_dictionaries({"role": texts, "content": cells}), max_size=2),
    max_size=4,
)
rows = st.dictionaries(columns, cells, max_size=6) | st.fixed_dictionaries(
    {"instruction": texts, "response": texts, "distilabel_metadata": metadata}
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=st.lists(rows, max_size=30) | cells, key=st.sampled_from(sorted(points())))
def test_a_check_never_crashes_on_any_value(value, key):
    # Without the engine's own net, so that a mistake in a check is not caught by it.
    list(find(key).criteria(value))
    verdict = evaluate(key, value)
    assert verdict.status in Status
    verdict_block(verdict)


@settings(max_examples=100, deadline=None)
@given(row=rows)
def test_many_equal_rows_never_pass(row):
    assert evaluate(ROWS, [row] * 24).status is not Status.CORRECT


def test_objects_that_fight_back_get_a_verdict():
    class Hostile:
        def __getattribute__(self, name):
            raise RuntimeError("hands off")

    for value in (Hostile(), [Hostile()], [{"instruction": Hostile(), "response": Hostile()}]):
        assert evaluate(ROWS, value).status is Status.NOT_YET


def test_a_check_raises_its_two_exceptions_only():
    with pytest.raises(NotYet):
        check(ROWS, object())
    with pytest.raises(NotAttempted):
        check(ROWS, ...)


def test_unknown_check_lists_the_known_ones():
    with pytest.raises(UnknownCheck, match="no check named 'instruction.turtle.row'.*turtle.rows"):
        check("instruction.turtle.row", [])


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
    assert "10 of 10 points" in capsys.readouterr().out


def test_without_the_right_to_write_points_are_kept_until_the_end(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "progress.txt"
    folder.mkdir()  # a folder in the file's place: nobody can write that, not even root
    monkeypatch.setenv("COURSE_PROGRESS", str(folder))
    store.add(ROWS)
    assert ROWS in store.passed() and not store.is_kept()
    progress()
    assert "cannot be written" in capsys.readouterr().out


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
