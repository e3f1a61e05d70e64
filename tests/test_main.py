"""`python -m helpers`, which `make run` calls, and the report that it writes."""

import re
import shutil
from html.parser import HTMLParser

import nbformat
import pytest

from helpers import __main__ as command
from helpers import save
from helpers.__main__ import (
    execute,
    fingerprint,
    main,
    remember,
    set_aside,
    show,
    source_of,
)
from helpers.checks.manifest import exercises
from helpers.report import SHOWN_ROWS, Made, page, rows_in, shown_columns
from tests.conftest import ROOT

EXERCISE = exercises()[0]


def notebook_with(path, *cells):
    cells = [f"import sys; sys.path.insert(0, {str(ROOT)!r})", *cells]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    nbformat.write(notebook, path)
    return path


def made(rows, folder, notebook=None, problem=""):
    notebook = notebook or nbformat.v4.new_notebook()
    return Made(EXERCISE, notebook, folder / "outputs" / "instruction", 12.3, problem, rows)


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.name)
def test_the_reference_solution_is_there(exercise):
    assert (ROOT / "solutions" / f"{exercise.notebook}.ipynb").is_file()


# --- running a notebook ----------------------------------------------------------------


def test_a_check_that_does_not_hold_says_why(tmp_path):
    path = notebook_with(
        tmp_path / "n.ipynb",
        "from helpers import check",
        'check("instruction.turtle.rows", [{"instruction": "Why?"}])',
    )
    _, problem = execute(path)
    assert "[NO_COLUMN]" in problem and "The columns are `instruction`." in problem


def test_any_other_mistake_shows_its_cell(tmp_path):
    _, problem = execute(notebook_with(tmp_path / "n.ipynb", "1 / 0"))
    assert "1 / 0" in problem and "ZeroDivisionError" in problem


def test_a_run_that_ends_well_has_nothing_to_say_and_keeps_its_outputs(tmp_path):
    notebook, problem = execute(notebook_with(tmp_path / "n.ipynb", "print(1 + 1)"))
    assert problem == ""
    assert notebook.cells[1].outputs[0].text == "2\n"


def test_asides_are_left_out(tmp_path):
    path = notebook_with(tmp_path / "n.ipynb", "print('task')", "1 / 0", "1 / 0", "print('more')")
    notebook = nbformat.read(path, as_version=4)
    for cell, key in zip(
        notebook.cells, ("setup", "dog-run", "dog-swapped", "lion-run", "lioness")
    ):
        cell.id = key
    nbformat.write(notebook, path)
    notebook, problem = execute(path, ("dog-swapped", "lion-"))
    assert problem == ""
    assert [cell.id for cell in notebook.cells] == ["setup", "dog-run", "lioness"]


def test_asides_are_cells_of_their_notebook():
    for exercise in exercises():
        path = ROOT / "solutions" / f"{exercise.notebook}.ipynb"
        keys = [cell.get("id") for cell in nbformat.read(path, as_version=4).cells]
        for aside in exercise.asides:
            assert any(key.startswith(aside) for key in keys), aside


def test_the_learners_own_points_stay_as_they_are(tmp_path, own_progress):
    cell = "from helpers.checks import store; store.add('x'); assert store.is_kept()"
    assert execute(notebook_with(tmp_path / "n.ipynb", cell))[1] == ""
    assert not own_progress.exists()


# --- what the learner saved ------------------------------------------------------------


def test_a_dataset_that_a_learner_saved_is_set_aside_and_whole(tmp_path):
    folder = save([{"instruction": "Mine?", "response": "Yes."}], tmp_path / "instruction")
    before = fingerprint(folder)
    moved = set_aside(folder)
    assert moved == tmp_path / "instruction-1" and fingerprint(moved) == before
    assert not folder.exists()
    again = save([{"instruction": "Mine, too?", "response": "Yes."}], folder)
    assert set_aside(again) == tmp_path / "instruction-2"


def test_a_dataset_of_the_last_run_may_be_replaced(tmp_path):
    folder = save([{"instruction": "Why?", "response": "So."}], tmp_path / "instruction")
    remember(tmp_path, [folder])
    assert set_aside(folder) is None and folder.exists()


def test_a_damaged_note_of_the_last_run_costs_nothing(tmp_path):
    folder = save([{"instruction": "Why?", "response": "So."}], tmp_path / "instruction")
    (tmp_path / "run.json").write_text("{")
    assert set_aside(folder) == tmp_path / "instruction-1"
    remember(tmp_path, [])


def a_course_that_saves(folder, *cells):
    """A course whose first solution saves a row and goes on with these cells."""
    (folder / "solutions").mkdir()
    row = "[{'instruction': 'Why?', 'response': 'So.'}]"
    saves = f"from helpers import save; save({row}, '../outputs/{EXERCISE.name}')"
    for exercise in exercises():
        mine = [saves, *cells] if exercise == EXERCISE else []
        notebook_with(folder / "solutions" / f"{exercise.notebook}.ipynb", *mine)
    return folder


def test_what_a_failed_run_saved_is_not_taken_for_the_learners(tmp_path, capsys):
    course = a_course_that_saves(tmp_path, "1 / 0")
    assert main(course) == 1 and main(course) == 1
    assert not (course / "outputs" / f"{EXERCISE.name}-1").exists()
    assert "The dataset that you saved" not in capsys.readouterr().out


def test_what_a_stopped_run_saved_is_not_taken_for_the_learners(tmp_path, monkeypatch):
    course = a_course_that_saves(tmp_path)

    def stopped(path, asides):
        execute(path, asides)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(command, "execute", stopped)
        with pytest.raises(KeyboardInterrupt):
            main(course)
    assert fingerprint(course / "outputs" / EXERCISE.name)
    assert main(course) == 0
    assert not (course / "outputs" / f"{EXERCISE.name}-1").exists()


# --- what is there already -------------------------------------------------------------


@pytest.fixture
def ran(monkeypatch):
    """The names of the notebooks that ran, in a course of one exercise."""
    names = []
    monkeypatch.setattr(command, "exercises", lambda: [EXERCISE])

    def noted(path, asides):
        names.append(path.stem)
        return execute(path, asides)

    monkeypatch.setattr(command, "execute", noted)
    return names


def test_what_is_there_is_not_made_again(tmp_path, ran, capsys):
    course = a_course_that_saves(tmp_path)
    assert main(course) == 0
    first = (course / "outputs" / "report.html").read_text("utf-8")
    ran.clear()
    capsys.readouterr()
    assert main(course) == 0
    assert not ran
    shown = capsys.readouterr().out
    assert f"Delete outputs/{EXERCISE.name} to make it anew" in shown and "1. Why?" in shown
    assert (course / "outputs" / "report.html").read_text("utf-8") == first


def _its_solution_changes(course, monkeypatch):
    path = course / "solutions" / f"{EXERCISE.notebook}.ipynb"
    path.write_text(path.read_text("utf-8").replace("So.", "Because."), "utf-8")


def _the_course_changes(course, monkeypatch):
    (course / "helpers").mkdir()
    (course / "helpers" / "made.py").write_text("")


def _the_model_changes(course, monkeypatch):
    monkeypatch.setenv("COURSE_LLM", "tutor-mini")


def _it_is_deleted(course, monkeypatch):
    shutil.rmtree(course / "outputs" / EXERCISE.name)


def _its_notebook_is_half_written(course, monkeypatch):
    path = course / "outputs" / ".run" / f"{EXERCISE.name}.ipynb"
    path.write_text(path.read_text("utf-8")[:100], "utf-8")


@pytest.mark.parametrize(
    "change",
    [
        _its_solution_changes,
        _the_course_changes,
        _the_model_changes,
        _it_is_deleted,
        _its_notebook_is_half_written,
    ],
)
def test_what_would_be_another_is_made_anew(tmp_path, ran, monkeypatch, change):
    course = a_course_that_saves(tmp_path)
    assert main(course) == 0
    ran.clear()
    change(course, monkeypatch)
    assert main(course) == 0
    assert ran == [EXERCISE.notebook]
    assert not (course / "outputs" / f"{EXERCISE.name}-1").exists()


def test_what_follows_from_another_dataset_is_made_anew(tmp_path):
    first = save([{"instruction": "Why?"}], tmp_path / "outputs" / "instruction")
    (tmp_path / "solutions").mkdir()
    later = exercises()[1]
    notebook_with(tmp_path / "solutions" / f"{later.notebook}.ipynb")
    before = source_of(later, tmp_path, [first])
    assert source_of(later, tmp_path, [first]) == before
    save([{"instruction": "How?"}], first)
    assert source_of(later, tmp_path, [first]) != before


def test_what_a_learner_saved_is_not_taken_for_the_runs(tmp_path, ran):
    course = a_course_that_saves(tmp_path)
    assert main(course) == 0
    ran.clear()
    save([{"instruction": "Mine?", "response": "Yes."}], course / "outputs" / EXERCISE.name)
    assert main(course) == 0
    assert ran == [EXERCISE.notebook]
    assert rows_in(course / "outputs" / f"{EXERCISE.name}-1")[0]["instruction"] == "Mine?"


# --- in the terminal -------------------------------------------------------------------


def test_the_first_rows_are_shown(tmp_path, capsys):
    rows = [{"instruction": f"What is {n}?", "response": "A\n\n\x1b[31mnumber."} for n in range(8)]
    show(made(rows, tmp_path), count=2)
    shown = capsys.readouterr().out
    assert "1. What is 0?\n   response: A\n              [31mnumber." in shown
    assert "2. What is 1?" in shown and "What is 2?" not in shown


def test_what_stopped_a_notebook_is_shown_in_place_of_rows(tmp_path, capsys):
    show(made([], tmp_path, problem="instruction.turtle.rows [EMPTY]"))
    assert "instruction.turtle.rows [EMPTY]" in capsys.readouterr().err


# --- the report ------------------------------------------------------------------------

NASTY = '<script>alert("x")</script><img src=x onerror=alert(1)>&lt;"\'\u202e`<b>`'


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def executed(tmp_path):
    """A notebook that ran a pipeline and a check in its turtle tier."""
    code = (
        "from distilabel.pipeline import Pipeline\n"
        "from distilabel.steps import LoadDataFromDicts\n"
        "from distilabel.steps.tasks import TextGeneration\n"
        "from helpers import check, load_llm, run\n"
        "with Pipeline(name='report') as pipeline:\n"
        "    load = LoadDataFromDicts(data=[{'instruction': 'Hi.'}, {'instruction': None}])\n"
        "    load >> TextGeneration(llm=load_llm('tutor'), name='<i>answer')\n"
        "dataset = run(pipeline)"
    )
    path = notebook_with(tmp_path / "n.ipynb", code.replace("<i>", ""), "")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].id = "turtle-run"
    notebook.cells[2].id = "turtle-check"
    notebook.cells[2].source = 'check("instruction.turtle.rows", dataset)'
    nbformat.write(notebook, path)
    return execute(path)[0]


def test_a_report_counts_each_stage_and_says_what_the_check_found(tmp_path):
    text = page([made([], tmp_path, executed(tmp_path))], "What this run made")
    assert "<td>load_data_from_dicts_0</td><td>–</td><td>2</td><td>0</td>" in text
    assert re.search(r"<td>answer</td><td>2</td><td>2</td><td>1 × [^<]+</td>", text)
    assert "✗ instruction.turtle.rows [NO_COLUMN" in text


def test_a_generation_never_runs_in_the_page(tmp_path):
    rows = [
        {"prompt": NASTY, "chosen": [{"role": "assistant", "content": NASTY}], "rejected": NASTY,
         "model_name": NASTY, NASTY: 1}
    ] * (SHOWN_ROWS + 1)  # fmt: skip
    cell = nbformat.v4.new_code_cell("", id="turtle-run")
    step = {"name": NASTY, "before": [NASTY], "taken": 1, "made": 1, "lost": {NASTY: 1}}
    verdict = {"key": NASTY, "status": NASTY, "codes": [NASTY], "text": NASTY}
    for kind, data in (("run", {"steps": [step]}), ("verdict", verdict)):
        bundle = {f"application/vnd.course.{kind}+json": data}
        cell.outputs.append(nbformat.v4.new_output("display_data", data=bundle))
    setup = nbformat.v4.new_code_cell("", id="setup")
    setup.outputs = [nbformat.v4.new_output("stream", name="stdout", text=NASTY)]
    notebook = nbformat.v4.new_notebook(cells=[setup, cell])
    text = page([made(rows, tmp_path, notebook, problem=NASTY)], NASTY)
    found = Tags(text)
    assert found.tags.isdisjoint({"script", "img", "b>", "iframe", "link", "object"})
    assert not [name for name in found.attributes if name.startswith("on") or name == "src"]
    assert text.count("&lt;script&gt;") >= 20
    assert "\u202e" not in text
    assert "default-src 'none'" in text


def test_a_report_of_both_datasets_shows_them_side_by_side(tmp_path):
    instruction = made([{"instruction": "Why rain?", "response": "Clouds."}], tmp_path)
    preference = made([{"prompt": "Why snow?", "chosen": "Cold.", "rejected": "No."}], tmp_path)
    rows = page([instruction, preference], "Made").split("<h2>")[2]
    for text in ("Why rain?", "Clouds.", "Why snow?", "Cold.", "No."):
        assert text in rows
    assert rows.count('class="side"') == 1 and rows.count("<section>") == 2


def test_a_report_shows_the_figures_of_each_dataset_in_the_learners_language(tmp_path, monkeypatch):
    cell = nbformat.v4.new_code_cell("", id="quality")
    data = {"text/html": "<table><td>distinct-2</td></table>", "text/plain": "distinct-2"}
    cell.outputs.append(nbformat.v4.new_output("display_data", data=data))
    notebook = nbformat.v4.new_notebook(cells=[cell])
    monkeypatch.setenv("COURSE_LANG", "ko")
    text = page([made([], tmp_path, notebook)], "Made")
    assert "<td>distinct-2</td>" in text and '<html lang="ko">' in text


def test_a_report_without_any_rows_still_stands(tmp_path):
    text = page([made([], tmp_path, problem="it broke")], "Made")
    assert "it broke" in text and "Some of the rows" in text


def test_columns_to_show_are_found_in_any_dataset():
    assert shown_columns([]) == []
    assert shown_columns([{"a": 1, "b": "text", "c": "x", "d": "y", "e": "z"}]) == ["b", "c", "d"]
    preference = {"chosen": [], "model": "m", "rejected": [], "prompt": []}
    assert shown_columns([preference]) == ["prompt", "chosen", "rejected"]


def test_rows_are_read_from_what_was_saved(tmp_path):
    assert rows_in(save([{"instruction": "Why?"}], tmp_path / "mine")) == [{"instruction": "Why?"}]
    assert rows_in(tmp_path / "nothing") == []
