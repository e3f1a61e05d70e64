"""The notebooks as learners, instructors and nbval run them."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from authoring import build, document
from tests.conftest import ROOT

NAMES = sorted(path.stem for path in (ROOT / "authoring" / "notebooks").glob("*.py"))
CHECK = 'check("'


def load(folder, name):
    return nbformat.read(ROOT / folder / f"{name}.ipynb", as_version=4)


def copied(notebook, folder, name="answer"):
    """Write a notebook where its setup cell finds the course: in a folder of the course."""
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def course(tmp_path):
    """A course folder of its own: the real helpers, and an outputs folder that is not ours."""
    for name in ("helpers", "requirements.txt"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def nbval(path):
    """Run a notebook under nbval as an instructor does; return the run and its verdicts."""
    report = path.with_suffix(".xml")
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval-lax",
            "--noconftest", "-c", os.devnull, f"--junitxml={report}", path.name,
        ],
        cwd=path.parent, capture_output=True, text=True, check=False,
        env={**os.environ, "COURSE_LLM": "tutor"},
    )  # fmt: skip
    return done


def replaced(notebook, key, old, new):
    """Put a learner's mistake into one cell."""
    cell = next(cell for cell in notebook.cells if cell.id == key)
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    return notebook


# --- gate 1: derived and nothing else --------------------------------------------------


def test_derived_files_are_what_their_sources_say():
    assert build.differences(build.derive()) == []


def test_two_builds_are_equal_to_the_byte():
    assert build.derive() == build.derive()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", ["notebooks", "solutions"])
def test_no_outputs_are_committed(folder, name):
    for cell in load(folder, name).cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None


@pytest.mark.parametrize("name", NAMES)
def test_exercise_has_gaps_and_no_line_of_the_solution(name):
    source = document.read(ROOT / "authoring" / "notebooks" / f"{name}.py")
    shown = "\n".join(cell.source for cell in load("notebooks", name).cells)
    hidden = set()
    for cell in source.cells:
        if cell.is_code:
            kept = set(document.exercise(cell).source.splitlines())
            hidden |= set(document.solution(cell).source.splitlines()) - kept
    assert len(hidden) > 5
    elsewhere = {line.strip() for line in shown.splitlines()}
    revealed = {line for line in hidden if line.strip() in elsewhere and len(line.strip()) > 12}
    assert revealed <= {"        load = LoadDataFromDicts("}  # the worked example has it, too
    assert "    ..." in shown


@pytest.mark.parametrize("name", NAMES)
def test_exercise_and_solution_have_the_same_cells_and_checks(name):
    exercise, solution = load("notebooks", name), load("solutions", name)
    assert [c.id for c in exercise.cells] == [c.id for c in solution.cells]
    differing = [a.id for a, b in zip(exercise.cells, solution.cells) if a.source != b.source]
    assert differing and all(key.endswith("gap") for key in differing)


# --- gate 4: untouched -----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_untouched_notebook_fails_in_its_checks_only_and_says_not_attempted(name, course):
    notebook = load("notebooks", name)
    path = copied(notebook, course / "notebooks")
    NotebookClient(
        notebook, allow_errors=True, resources={"metadata": {"path": path.parent}}
    ).execute()
    failed = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                failed[cell.source] = output.ename
    checks = [c.source for c in notebook.cells if c.source.startswith(CHECK)]
    assert checks
    assert failed == {source: "NotAttempted" for source in checks}
    assert not (course / "outputs").exists()


# --- gate 5: solutions, under nbval ----------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_solution_passes_under_nbval(name, course):
    path = copied(load("solutions", name), course / "notebooks", name)
    done = nbval(path)
    code_cells = sum(cell.cell_type == "code" for cell in load("solutions", name).cells)
    assert done.returncode == 0, done.stdout[-4000:]
    assert f"{code_cells} passed" in done.stdout
    saved = (course / "outputs" / "instruction" / "README.md").read_text("utf-8")
    assert "30 rows" in saved


def test_a_check_that_does_not_hold_fails_under_nbval(course):
    """distilabel's own tracebacks would hide it, and every run here would be green."""
    notebook = replaced(
        load("solutions", "instruction_sft_dataset"),
        "turtle-gap",
        'ask = TextGeneration(llm=load_llm(), output_mappings={"generation": "instruction"})',
        "ask = TextGeneration(llm=load_llm())",
    )
    done = nbval(copied(notebook, course / "notebooks"))
    assert done.returncode == 1
    assert "2 failed" in done.stdout, done.stdout[-4000:]
    assert "instruction.turtle.pipeline [NOT_READ]" in done.stdout
    assert "instruction.turtle.rows [SEED_PROMPT]" in done.stdout


def test_a_notebook_is_found_its_course_from_its_own_folder(course):
    """The setup cell looks upwards from wherever the notebook is."""
    setup = next(c for c in load("notebooks", NAMES[0]).cells if c.id == "setup").source
    deep = course / "notebooks" / "mine" / "copy"
    deep.mkdir(parents=True)
    head = setup.split("# On Colab")[0]
    code = f"{head}\nprint(course)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=deep, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(course)


def test_notebooks_name_no_place_of_this_machine():
    for folder in ("notebooks", "solutions"):
        for name in NAMES:
            text = json.dumps(load(folder, name))
            assert str(ROOT) not in text and "site-packages" not in text
