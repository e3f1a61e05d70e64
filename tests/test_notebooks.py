"""The notebooks as learners, instructors and nbval run them."""

import ast
import json
import os
import re
import subprocess
import sys
from functools import cache

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from authoring import build, document
from helpers.checks.engine import find
from helpers.checks.manifest import exercises, points
from helpers.checks.rendering import VERDICT
from tests.conftest import ALL, ROOT

# Whole notebooks run here, on a machine that may have other things to do.
pytestmark = pytest.mark.timeout(900)

NAMES = sorted(path.stem for path in (ROOT / "authoring" / "notebooks").glob("*.py"))
EXERCISES = {exercise.notebook: exercise for exercise in exercises()}


def load(folder, name):
    return nbformat.read(ROOT / folder / f"{name}.ipynb", as_version=4)


def source_of(name):
    return document.read(ROOT / "authoring" / "notebooks" / f"{name}.py")


def copied(notebook, course, name="answer"):
    """Write a notebook where its setup cell finds the course: in a folder of the course."""
    path = course / "notebooks" / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


def a_course(folder):
    """A course folder of its own: the real helpers, and an outputs folder that is not ours."""
    for name in ("helpers", "requirements.txt", "solutions"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / "data").symlink_to(ROOT / "notebooks" / "data")
    return folder


@pytest.fixture
def course(tmp_path):
    return a_course(tmp_path)


@pytest.fixture(scope="session")
def solved(tmp_path_factory):
    """Run a solution under nbval, once for all tests; return its run, its cells and its folder.

    Without its asides, among them a dozen trainings: COURSE_TEST_ALL=1 runs them, too.
    """

    @cache
    def run(name):
        folder = a_course(tmp_path_factory.mktemp(name))
        notebook = load("solutions", name)
        if not ALL:
            asides = EXERCISES[name].asides
            notebook.cells = [c for c in notebook.cells if not c.id.startswith(asides)]
        return nbval(copied(notebook, folder, name)), notebook.cells, folder

    return run


@pytest.fixture(scope="session")
def on_colab(tmp_path_factory):
    """Run a solution as Colab saves it, once for all tests; return it with its outputs."""

    @cache
    def run(name):
        folder = a_course(tmp_path_factory.mktemp(name))
        path = folder / "notebooks" / f"{name}.ipynb"
        path.write_text(json.dumps(colab_form(load("solutions", name))), "utf-8")
        return executed(path)

    return run


def executed(path, allow_errors=False):
    """Run a notebook where it stands, on the tutor, and return it with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, allow_errors=allow_errors, resources={"metadata": {"path": path.parent}}
    )
    client.execute(env={**os.environ, "COURSE_LLM": "tutor"})
    return notebook


def colab_form(notebook):
    """A notebook as Colab writes it: format 4.0, no cell ids, old outputs without a count."""
    cells = []
    for cell in notebook.cells:
        new = {"cell_type": cell.cell_type, "source": cell.source.splitlines(True), "metadata": {}}
        if cell.cell_type == "code":
            old = {"text/plain": ["a line of yesterday"]}
            new["execution_count"] = None
            new["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": ["a line of yesterday"]},
                {"output_type": "execute_result", "data": old, "metadata": {},
                 "execution_count": None},
            ]  # fmt: skip
        cells.append(new)
    metadata = {
        "colab": {"provenance": []},
        "kernelspec": {"display_name": "Python 3", "name": "python3"},
    }
    return {"nbformat": 4, "nbformat_minor": 0, "metadata": metadata, "cells": cells}


def outputs(notebook):
    """Yield each output with its cell."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell, output


def verdicts(notebook):
    """What the checks of an executed notebook said: `{key: status}`."""
    said = [o["data"][VERDICT] for _, o in outputs(notebook) if VERDICT in o.get("data", {})]
    return {verdict["key"]: verdict["status"] for verdict in said}


def checks_in(notebook):
    """The keys that the cells of a notebook call `check` with."""
    keys = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check":
                    keys.append(node.args[0].value)
    return keys


def nbval(path):
    """Run a notebook under nbval as an instructor does."""
    return subprocess.run(
        [
            sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval-lax",
            "--noconftest", "-c", os.devnull, path.name,
        ],
        cwd=path.parent, capture_output=True, text=True, check=False,
        env={**os.environ, "COURSE_LLM": "tutor"},
    )  # fmt: skip


def replaced(notebook, key, old, new):
    """Put a learner's mistake into one cell."""
    cell = next(cell for cell in notebook.cells if cell.id == key)
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    return notebook


def cut_after(notebook, tier):
    """A notebook that ends with this tier."""
    names = ["turtle", "dog", "lion"]
    later = names[names.index(tier) + 1 :]
    end = next(n for n, cell in enumerate(notebook.cells) if cell.id.split("-")[0] in later)
    notebook.cells = notebook.cells[:end]
    return notebook


# --- gate 1: derived and nothing else --------------------------------------------------


@pytest.fixture(scope="module")
def derived():
    return build.derive()


def test_derived_files_are_what_their_sources_say(derived):
    assert build.differences(derived) == []


def test_two_builds_are_equal_to_the_byte(derived):
    assert build.derive() == derived


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", ["notebooks", "solutions"])
def test_no_outputs_are_committed(folder, name):
    for cell in load(folder, name).cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None


@pytest.mark.parametrize("name", NAMES)
def test_exercise_has_gaps_and_no_line_of_the_solution(name):
    """Beyond lines that the source shows anyway, in a worked example or in a later cell."""
    shown = {cell.id.replace("-", "."): cell.source for cell in load("notebooks", name).cells}
    public, hidden = set(), {}
    for cell in source_of(name).cells:
        if not cell.is_code:
            continue
        gap, whole = document.exercise(cell).source, document.solution(cell).source
        public |= {line.strip() for line in gap.splitlines()}
        if lines := set(whole.splitlines()) - set(gap.splitlines()):
            hidden[cell.key] = {line.strip() for line in lines if len(line.strip()) > 12}
            assert re.search(r"^ *\.\.\.$", shown[cell.key], re.MULTILINE), cell.key
    assert len(hidden) >= len(EXERCISES[name].tiers)
    everything = {line.strip() for source in shown.values() for line in source.splitlines()}
    for key, lines in hidden.items():
        assert lines & everything <= public, key
        assert len(lines & public) <= len(lines) / 3, key


@pytest.mark.parametrize("name", NAMES)
def test_exercise_and_solution_have_the_same_cells_and_checks(name):
    exercise, solution = load("notebooks", name), load("solutions", name)
    assert [c.id for c in exercise.cells] == [c.id for c in solution.cells]
    differing = [a.id for a, b in zip(exercise.cells, solution.cells) if a.source != b.source]
    assert differing and all(key.endswith("gap") for key in differing)


# --- the manifest ----------------------------------------------------------------------


def test_every_notebook_stands_in_the_manifest_and_the_other_way_round():
    assert sorted(EXERCISES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_calls_each_of_its_checks_once_and_in_order(name):
    keys = [key for tier in EXERCISES[name].tiers for key in tier.points]
    assert checks_in(load("notebooks", name)) == keys


@pytest.mark.parametrize(
    "tier",
    [t for e in exercises() for t in e.tiers],
    ids=lambda tier: f"{tier.notebook}.{tier.name}",
)
def test_every_tier_is_complete(tier):
    """Title, time, ten points; a task, a gap with its solution; hints for each check."""
    assert tier.title and tier.mark and 10 <= tier.minutes <= 30 and tier.total == 10
    name = next(n for n, e in EXERCISES.items() if e.name == tier.notebook)
    cells = {cell.key: cell for cell in source_of(name).cells}
    assert any(key.startswith(f"{tier.name}.") and key.endswith("task") for key in cells)
    for key in tier.points:
        part = key.split(".")[-1]
        gap = cells.get(f"{tier.name}.{part}.gap") or cells[f"{tier.name}.gap"]
        assert document.solution(gap).source != document.exercise(gap).source
        assert "# gap:" in gap.source
        assert len(find(key).hints()) >= 2


@pytest.mark.parametrize("key", points())
def test_every_check_has_its_answers_in_the_bank(key):
    """Its tests name it, or the name of its part."""
    name = key.partition(".")[0]
    text = (ROOT / "tests" / f"test_checks_{name}.py").read_text("utf-8")
    text += "".join(
        path.read_text("utf-8") for path in (ROOT / "tests" / "answer_bank").glob(f"{name}*.py")
    )
    assert key in text


# --- gate 4: untouched -----------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_untouched_notebook_fails_in_its_checks_only_and_says_not_attempted(name, course):
    exercise = load("notebooks", name)
    notebook = executed(copied(exercise, course), allow_errors=True)
    failed = [(cell.source, o.ename) for cell, o in outputs(notebook) if o.output_type == "error"]
    assert [name for _, name in failed] == ["NotAttempted"] * len(checks_in(exercise))
    assert all("check(" in source for source, _ in failed)
    assert set(verdicts(notebook).values()) == {"not attempted"}
    assert list(verdicts(notebook)) == checks_in(exercise)
    assert not (course / "outputs").exists()


# --- gate 5: solutions, under nbval ----------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_solution_passes_under_nbval(name, solved):
    done, cells, folder = solved(name)
    code_cells = sum(cell.cell_type == "code" for cell in cells)
    assert done.returncode == 0, done.stdout[-4000:]
    assert f"{code_cells} passed" in done.stdout
    made = folder / "outputs" / EXERCISES[name].name
    if EXERCISES[name].makes == "model":
        models = (
            ["dog", "dpo", "lion", "long", "sft", "swapped", "turtle"] if ALL else ["dpo", "sft"]
        )
        assert (
            sorted(path.parent.parent.name for path in made.glob("*/model/config.json")) == models
        )
        return
    assert int(re.search(r"(\d+) rows", (made / "README.md").read_text("utf-8"))[1]) >= 12


def test_a_check_that_does_not_hold_fails_under_nbval(course):
    """distilabel's own tracebacks would hide it, and every run here would be green."""
    notebook = replaced(
        cut_after(load("solutions", "instruction_sft_dataset"), "turtle"),
        "turtle-gap",
        'ask = TextGeneration(llm=load_llm(), output_mappings={"generation": "instruction"})',
        "ask = TextGeneration(llm=load_llm())",
    )
    done = nbval(copied(notebook, course))
    assert done.returncode == 1
    assert "2 failed" in done.stdout, done.stdout[-4000:]
    assert "instruction.turtle.pipeline [NOT_READ]" in done.stdout
    assert "instruction.turtle.rows [SEED_PROMPT]" in done.stdout


# --- gate 6: Colab ---------------------------------------------------------------------


# The other notebooks are nothing else on Colab, and take minutes; COURSE_TEST_ALL=1 runs them, too.
ON_COLAB = NAMES if ALL else ["instruction_sft_dataset"]


@pytest.mark.parametrize("name", ON_COLAB)
def test_a_solution_in_colabs_form_gets_the_same_verdicts(name, on_colab):
    notebook = on_colab(name)
    keys = [key for tier in EXERCISES[name].tiers for key in tier.points]
    assert verdicts(notebook) == dict.fromkeys(keys, "correct")


@pytest.mark.parametrize("name", ON_COLAB)
def test_a_solved_notebook_shows_its_points_and_opens_its_solutions(name, on_colab):
    """At its end the board counts all of its tiers."""
    said = "".join(
        str(o.get("text", "")) + str(o.get("data", {}).get("text/plain", ""))
        for _, o in outputs(on_colab(name))
    )
    for tier in EXERCISES[name].tiers:
        assert f"{tier.mark} {tier.title}: {tier.total} of {tier.total} points" in said


# --- what single cells do --------------------------------------------------------------


def names_after(notebook, key, **names):
    """What a cell of the solution leaves behind, run with these names."""
    cell = next(cell for cell in source_of(notebook).cells if cell.key == key)
    exec(document.solution(cell).source, names)  # noqa: S102
    return names


def saved_by_the_last_cell(**made):
    saved = []
    names = {"best_pairs": None, "better_pairs": None, "pairs": None} | made
    names |= {"pd": pd, "save": lambda rows, folder: saved.extend(rows), "course": ROOT}
    names_after("preference_alignment_dataset", "save", **names)
    return saved


PAIR = {"prompt": "Why?", "chosen": "So it is.", "rejected": "So."}


def test_the_highest_tier_that_has_pairs_is_saved():
    [row] = saved_by_the_last_cell(best_pairs=[], better_pairs=[PAIR])
    assert row["prompt"] == [{"role": "user", "content": "Why?"}]
    assert row["chosen"] == [{"role": "assistant", "content": "So it is."}]
    assert saved_by_the_last_cell(best_pairs=[]) == saved_by_the_last_cell() == []


def test_pairs_of_whole_conversations_are_saved_with_their_prompt():
    [texts] = saved_by_the_last_cell(pairs=[PAIR])
    asked = [{"role": "user", "content": "Why?"}]
    whole = {
        side: [*asked, {"role": "assistant", "content": PAIR[side]}]
        for side in ("chosen", "rejected")
    }
    assert saved_by_the_last_cell(pairs=[whole]) == [texts]


def test_an_evolution_may_come_without_the_name_of_its_model():
    evolved = {"instruction": "Why?", "evolved_response": "So it is."}
    row = {"instruction": "Why?", "generations": ["A.", "B."], "generation_models": ["a", "b"]}
    names = names_after(
        "preference_alignment_dataset",
        "lion.candidates",
        completions={"default": {"train": [row]}},
        evolved={"default": {"train": [evolved]}},
    )
    assert names["candidates"][0]["generation_models"] == ["a", "b", None]


def test_the_pairs_of_the_solution_go_by_the_names_and_not_by_the_order():
    row = {
        "instruction": "Why?",
        "generations": ["Weak.", "Strong."],
        "generation_models": ["tutor-mini", "tutor"],
        "distilabel_metadata": {},
    }
    names = names_after("preference_alignment_dataset", "turtle.pairs.gap", completions=None)
    [pair] = names["make_pairs"]({"default": {"train": [row]}})
    assert (pair["chosen"], pair["chosen_model"]) == ("Strong.", "tutor")
    assert (pair["rejected"], pair["rejected_model"]) == ("Weak.", "tutor-mini")


@pytest.mark.parametrize("rewritten", ["What is mud.", "what is  mud", '"What is mud?"'])
def test_the_filter_of_the_solution_sees_that_only_signs_have_changed(rewritten):
    names = names_after("instruction_sft_dataset", "lion.lost", evolved=None)
    names = names_after("instruction_sft_dataset", "lion.filtered.gap", **names)
    row = {"instruction": "What is mud?", "response": "Mud is wet earth."}
    assert names["verdict"](row | {"evolved_instruction": rewritten}, []) == "unchanged"
    other = row | {"evolved_instruction": "Where does mud come from?"}
    assert names["verdict"](other, []) == "keep"


# --- where a notebook is ---------------------------------------------------------------


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
